"""Revoking passes by key, pass, person, site or account, undoing it, and re-issuing what was lost."""
