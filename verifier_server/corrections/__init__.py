"""What citizens report as wrong, with their evidence, and what clerks answer."""
