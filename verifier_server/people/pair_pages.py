"""The register-wide list of people who may have been entered twice, for whoever decides about it."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from verifier_server.people import words
from verifier_server.people.pair_list import SHOWN, count_of_pairs, likely_pairs
from verifier_server.people.pair_search import round_of
from verifier_server.staff.guard import needs
from verifier_server.staff.permissions import Permission
from verifier_server.web.services import reading

pages = Blueprint("likely_pairs", __name__, url_prefix="/people/duplicates")
_MOST_PAGES = 10_000


@pages.get("")
@needs(Permission.PEOPLE_MERGE)
def index() -> str:
    """Show the pairs that wait for a decision, the likeliest first."""
    text = request.args.get("page", "1")
    page = int(text) if text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= _MOST_PAGES else 1
    count = count_of_pairs(reading())
    return render_template(
        "people/pairs.html",
        pairs=likely_pairs(reading(), page=page),
        count=count,
        page=page,
        pages=-(-count // SHOWN),
        round=round_of(reading()),
        words=words,
    )
