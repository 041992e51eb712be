"""Issuing in bulk from a file of records: read, enter, sign, journal, draw, report."""
