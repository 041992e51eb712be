"""Figures for Prometheus: requests by part, and how much waits; never about a person."""
