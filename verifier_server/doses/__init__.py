"""Doses: what was injected, when, where, by whom, and what state that makes."""
