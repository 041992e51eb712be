"""Tests of the exact revocation lists: sets, bytes, algebra, caps, and hostile input."""
