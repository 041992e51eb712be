"""Backup and restore of the register: one file, checked before it is believed; no secret is in it (ADR 0027)."""
