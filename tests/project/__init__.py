"""Tests of the project itself: metadata, locks, contracts, and what must not be in its files."""
