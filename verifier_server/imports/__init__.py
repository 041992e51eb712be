"""Back-entry: files of earlier vaccinations, rehearsed, imported in pieces, decided where in doubt, or undone."""
