"""What scanners trust, served as a plain cacheable file."""
