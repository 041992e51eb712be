"""Vaccination sites: where a dose was given and a pass was issued."""
