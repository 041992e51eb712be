"""The issuing side: the register of people and doses, and the passes signed from it.

One folder is one part of the story, with its tables, its rules (plain functions) and its pages:
people, doses, passes, sites, staff, trust, bulk. `create_app` puts them together.
"""

from verifier_server.app import create_app

__all__ = ["create_app"]
