"""Tests mirror the tree; journeys go through all of it."""
