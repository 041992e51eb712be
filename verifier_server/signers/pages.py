"""The administrators' page of signing keys: what is due, the life lines, and a table of the same.

Only a GET: whatever changes a key is done by its holder, with a command that the page shows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, render_template

from keys import lifecycle
from keys.entry import FORMS, KeyStatus
from keys.receipts import coverage
from verifier_server.scanners import words as scanner_words
from verifier_server.scanners.listing import in_use, known
from verifier_server.signers.drawing import drawn
from verifier_server.signers.due import due, to_activate
from verifier_server.signers.layout import DESK, PHONE
from verifier_server.signers.life import LifeLine, Phase, life_line
from verifier_server.signers.passes import Signed, signed_by_key
from verifier_server.signers.window import LONGEST_BACK, window_around
from verifier_server.signers.words import words
from verifier_server.staff.guard import needs
from verifier_server.staff.permissions import Permission
from verifier_server.web.services import reading, services

if TYPE_CHECKING:
    from collections.abc import Mapping

    from keys.lifecycle import Signers
    from keys.receipts import Coverage

pages = Blueprint("signers", __name__, url_prefix="/keys")


@pages.get("")
@needs(Permission.KEYS_READ)
def index() -> str:
    """Show every signing key; nothing on the page can sign, activate or revoke."""
    store, now = services().key_store, services().now()
    signers = store.signers() if store.exists() else ()
    lines = life_lines(signers, now)
    said, window = words(), window_around(lines, now)
    passes = signed_by_key(reading(), now)
    return render_template(
        "signers/index.html",
        lines=lines,
        said=said,
        Phase=Phase,
        charts=[drawn(lines, window, now, said, layout) for layout in (DESK, PHONE)] if lines else [],
        due=due(signers, now, sign_days=store.sign_days()) if signers else [],
        without=[form for form in FORMS if signers and not can_sign(signers, form, now)],
        signed=counted(lines, passes),
        coverage=coverages(signers),
        share=scanner_words.share,
        waiting=scanner_words.waiting,
        strangers=sorted(set(passes) - {entry.kid.hex() for entry in signers}),
    )


def life_lines(signers: Signers, now: int) -> list[LifeLine]:
    """The lives of all keys that the chart can show: by form, and within a form in the order in which they were made.

    A key that left the trust list before the chart begins is history: `checkpoint-keys status` has it.
    """
    planned = to_activate(signers, now)
    shown = [entry for entry in signers if entry.left_at is None or entry.left_at > now - LONGEST_BACK]
    ordered = sorted(shown, key=lambda entry: (FORMS.index(entry.form), entry.created_at))
    return [life_line(entry, now, next_to_sign=entry.name in planned) for entry in ordered]


def coverages(signers: Signers) -> dict[str, Coverage]:
    """How many scanners hold each published key that waits, by its name; empty when no scanner is known."""
    scanners = known(in_use(reading()))
    waiting = [it for it in signers if it.status is KeyStatus.PENDING and it.published_at is not None]
    return {entry.name: coverage(entry.kid, scanners) for entry in waiting} if scanners else {}


def can_sign(signers: Signers, form: str, now: int) -> bool:
    """Whether a pass of this form can be issued now."""
    active = lifecycle.active(signers, form)
    return active is not None and active.sign_from <= now < active.sign_until


def counted(lines: list[LifeLine], passes: Mapping[str, Signed]) -> dict[str, Signed]:
    """The passes of each key, by key id; none of a revoked key's is valid, whatever it says."""
    found = {line.entry.kid.hex(): line for line in lines}
    counts = {kid: passes.get(kid, Signed()) for kid in found}
    return {kid: Signed(one.passes, 0 if found[kid].revoked_at else one.valid) for kid, one in counts.items()}
