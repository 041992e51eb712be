"""Passes: what the register says about a person, signed, and the log of what was signed."""
