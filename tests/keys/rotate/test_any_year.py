"""Whatever an administrator does between rotations, and however rarely they come: what must hold always holds."""

import shutil
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from keys import lifecycle, steps
from keys.entry import FORMS, KeyStatus
from keys.errors import KeysError
from keys.lifecycle import DAY, STALENESS_LIMIT

from ..builders import NOW
from .builders import Office

REVOKE, RETIRE, WAIT, LOSE_STICK, FIND_STICK, EMERGENCY = "revoke", "retire", "wait", "lose", "find", "emergency"
ACTIONS = st.tuples(
    st.sampled_from([WAIT, WAIT, WAIT, REVOKE, RETIRE, LOSE_STICK, FIND_STICK, EMERGENCY]),
    st.integers(0, 45),
    st.integers(0, 30),
    st.sampled_from([14, 30, 90]),
)


def done(office, action, which, now):
    """What happens before a rotation; what the life cycle refuses does not happen."""
    signers = office.store.signers()
    entry = signers[which % len(signers)]
    away = office.top / "away"
    try:
        if action == REVOKE:
            office.revoke(entry.name, now)
        elif action == RETIRE:
            office.store.change(lambda all_: lifecycle.retire(all_, entry.kid, now))
    except KeysError as error:
        assert error.code in {"key_is_retired", "key_is_revoked"}
    if action == LOSE_STICK and office.stick.exists():
        office.stick.rename(away)
    elif action == FIND_STICK and away.exists() and not office.stick.exists():
        away.rename(office.stick)


def check(office, before, now):
    signers = office.store.signers()
    for form in FORMS:
        assert len([it for it in signers if it.form == form and it.status is KeyStatus.ACTIVE]) <= 1
    for entry in signers:
        activated = [event.at for event in entry.history if event.status is KeyStatus.ACTIVE]
        if activated and entry.created_at > NOW:
            assert activated[0] >= max(entry.published_at + STALENESS_LIMIT, entry.sign_from)
    # A key that any pass may still need is never taken from scanners, but for a theft.
    trusted = office.published()
    for entry in before:
        now_ = lifecycle.find(signers, entry.kid.hex())
        if now_.ever_active and now_.status is not KeyStatus.REVOKED and now <= now_.accept_until:
            assert now_.kid in trusted
        assert now_.status is not KeyStatus.REVOKED or now_.kid not in trusted
    assert trusted == {it.kid for it in signers if it.status is not KeyStatus.REVOKED and it.left_at is None}


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(ACTIONS, min_size=4, max_size=14))
def test_whatever_happens_between_rotations(first_days, actions):
    with tempfile.TemporaryDirectory() as folder:
        office = Office(Path(shutil.copytree(first_days[0], Path(folder) / "office", symlinks=True)))
        now = NOW
        for action, days, which, rhythm in actions:
            now += days * DAY
            done(office, action, which, now)
            before = office.store.signers()
            order = {"sign_days": rhythm, "emergency": FORMS if action == EMERGENCY else ()}
            stick = None if (office.top / "away").exists() else office.stick
            said = office.rotate(now, apart=stick, **order)
            allowed = ("is not here", "there is no spare", "may be activated from", "in no published", "was to sign")
            assert all(any(words in line for words in allowed) for line in said.problems), said.problems
            check(office, before, now)
            if action != EMERGENCY:
                again = office.rotate(now, apart=stick, sign_days=rhythm)
                assert again.done == []
        # Left alone for a while, with its stick: every form signs again, and has a spare.
        done(office, FIND_STICK, 0, now)
        for _week in range(9):
            now += 7 * DAY
            assert office.rotate(now, apart=office.stick).problems == []
        for form in FORMS:
            assert steps.signs(office.store.signers(), form, now)
            assert any(it.form == form and it.waits_as_spare for it in office.store.signers())
