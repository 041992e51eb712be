"""Which passes may be shown as what, at a time."""

from random import Random

from keys.drill.plan import at
from keys.drill.register import Pass, Register
from keys.lifecycle import DAY

KID, OTHER = bytes(8), bytes(7) + b"1"
LUCK = Random(1)


def a_pass(serial=1, day=0, days=30, kid=KID, **more):
    return Pass(f"text {serial}", kid, serial, at(day), at(day + days), **more)


def a_register(*passes):
    register = Register()
    for one in passes:
        register.add(one)
    register.close()
    return register


def test_a_pass_is_good_from_its_issue_to_its_expiry():
    one = a_pass(day=10)
    assert [one.is_good(at(day)) for day in (9, 10, 39, 40)] == [False, True, True, False]


def test_its_first_and_last_day_are_not_plainly_good():
    one = a_pass(day=10)
    assert [one.is_plainly_good(at(day)) for day in (10, 11, 38, 39.5)] == [False, True, True, False]
    register = a_register(one)
    assert register.good(LUCK, at(10, 12)) is None
    luck = Random(2)
    assert one in [register.on_first_or_last_day(luck, at(10, 12)) for _ in range(20)]
    assert register.on_first_or_last_day(luck, at(20)) is None


def test_a_revoked_pass_is_honest_before_and_shown_as_revoked_after():
    one = a_pass(day=0)
    register = a_register(one)
    register.revoke(one, at(9), release=12)
    assert register.good(LUCK, at(8)) is one
    assert register.good(LUCK, at(9)) is None
    assert register.revoked_one(LUCK, at(8)) is None
    assert register.revoked_one(LUCK, at(9)) is one
    assert one.revoked_in == 12


def test_passes_of_a_revoked_key_wait_until_they_are_issued_again():
    stolen, kept = a_pass(1, kid=KID), a_pass(2, kid=OTHER)
    register = a_register(stolen, kept)
    assert register.end_key(KID, at(5)) == [stolen]
    assert not stolen.is_good(at(5))
    assert kept.is_good(at(5))
    stolen.again_at = at(7)
    assert register.not_issued_again_yet(LUCK, at(6)) is stolen
    assert register.not_issued_again_yet(LUCK, at(7)) is None


def test_an_expired_pass_is_shown_only_when_no_clock_can_be_in_doubt():
    one = a_pass(days=30)
    register = a_register(one)
    assert register.expired(LUCK, at(30.5)) is None
    assert register.expired(LUCK, at(31) + 1) is one
    assert one.expires_at + DAY == at(31)
