"""Whole journeys, as their people make them: commands, files, windows, pages."""
