"""``status`` in words: what to do next, and by when."""

import pytest

from keys import report
from keys.entry import KeyStatus, iso
from keys.lifecycle import DAY, STALENESS_LIMIT

from .builders import NOW, a_signer

ACTIVE = a_signer(1, status=KeyStatus.ACTIVE)
CHANGE = ACTIVE.sign_until - report.SLACK
PENDING = a_signer(2, sign_from=NOW, sign_until=NOW + 200 * DAY, accept_until=NOW + 600 * DAY)


def step(*signers, now=NOW):
    return report.next_step(signers, "travel", now)


def said(signers, now):
    """The lines of the signers and the sentence of the next step."""
    return "\n".join([*report.lines(signers, now), report.sentence(report.next_step(signers, "travel", now), now)])


def test_with_an_active_key_and_none_waiting_the_next_is_to_be_made_in_time():
    found = step(ACTIVE)
    assert found.what == "make the next travel key"
    assert found.by == ACTIVE.sign_until - STALENESS_LIMIT - report.SLACK


def test_the_next_key_gets_a_name_that_no_key_has_yet():
    taken = "VN-2027-04-travel"
    assert step(ACTIVE).key == taken
    assert step(ACTIVE, a_signer(3, name=taken, status=KeyStatus.RETIRED)).key == f"{taken}-2"


def test_whatever_rotate_does_is_named_as_rotate_and_an_emergency_by_itself():
    spare = a_signer(4, spare=True, published_at=NOW - STALENESS_LIMIT)
    every = [*report.next_steps((ACTIVE, a_signer(2, published_at=None)), NOW), step(ACTIVE, PENDING)]
    commands = {found.kind: found.command for found in every}
    apart = commands.pop(report.Kind.NEW_SPARE)
    assert (apart, set(commands.values())) == ("checkpoint-keys rotate --apart DIR", {"checkpoint-keys rotate"})
    assert step(spare).command == "checkpoint-keys activate VN-4"


def test_with_no_active_key_the_next_is_to_be_made_now():
    assert step().by == NOW


def test_a_pending_key_that_is_not_published_is_to_be_published_now():
    found = step(ACTIVE, a_signer(2, published_at=None))
    assert found.what == "publish the trust list with VN-2"
    assert found.by == NOW


def test_a_published_pending_key_is_to_be_activated_between_two_dates():
    found = step(ACTIVE, PENDING)
    assert (found.what, found.command) == ("activate VN-2", "checkpoint-keys rotate")
    assert (found.not_before, found.by) == (NOW + STALENESS_LIMIT, ACTIVE.sign_until)


def test_a_pending_key_whose_time_is_over_is_not_waited_for():
    assert step(ACTIVE, a_signer(2, sign_until=NOW + 1), now=NOW + 2).what == "make the next travel key"


def test_of_two_pending_keys_the_one_that_is_ready_first_comes_next():
    later = a_signer(3, published_at=NOW + DAY)
    assert step(ACTIVE, later, PENDING).what == "activate VN-2"


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (NOW, f"from {iso(CHANGE)} until {iso(ACTIVE.sign_until)}: activate VN-2"),
        (CHANGE - 1, f"from {iso(CHANGE)} until"),
        (CHANGE, f"by {iso(ACTIVE.sign_until)} (in 7 days): activate VN-2"),
        (ACTIVE.sign_until, "NOW: activate VN-2"),
        (ACTIVE.sign_until, "SIGNS NO MORE since"),
    ],
)
def test_the_words_say_when(now, words):
    assert words in said((ACTIVE, PENDING), now)


def test_a_form_without_an_active_key_stands_out():
    assert "NO KEY IS ACTIVE" in said((), NOW)


def test_a_revoked_key_says_since_when_and_why():
    from keys import lifecycle

    signers = lifecycle.revoke((ACTIVE,), ACTIVE.kid, NOW + 5, "laptop stolen")
    assert f"refused for ever since {iso(NOW + 5)}: laptop stolen" in said(signers, NOW + 9)
