"""A key's life as stretches: what was, what is planned, and where it ends."""

from dataclasses import replace
from itertools import pairwise

import pytest

from keys.lifecycle import STALENESS_LIMIT
from verifier_server.signers.life import Phase, Stretch, life_line

from .builders import ACTIVE, EVERY, NOW, PENDING, RETIRED, REVOKED, SPARE, UNPUBLISHED, a_key, on


def stretches(*given):
    return tuple(Stretch(Phase(phase), on(start), on(end)) for phase, start, end in given)


def test_an_active_key_waited_signs_until_its_window_ends_and_is_then_trusted():
    assert life_line(ACTIVE, NOW).stretches == stretches(
        ("pending", "2021-06-20", "2021-07-15"),
        ("active", "2021-07-15", "2021-09-15"),
        ("retired", "2021-09-15", "2022-09-15"),
    )


def test_a_key_that_was_replaced_stopped_signing_on_that_day():
    assert life_line(RETIRED, NOW).stretches == stretches(
        ("active", "2021-05-01", "2021-07-15"), ("retired", "2021-07-15", "2022-08-01")
    )


def test_a_key_that_was_retired_late_signed_only_within_its_window():
    late = a_key(("2021-05-01", "active"), ("2021-08-15", "retired"), until="2021-08-01", trusted="2022-08-01")
    assert life_line(late, NOW).stretches == stretches(
        ("active", "2021-05-01", "2021-08-01"), ("retired", "2021-08-01", "2022-08-01")
    )


def test_a_revoked_key_ends_on_that_day_and_nothing_comes_after():
    line = life_line(REVOKED, NOW)
    assert line.revoked_at == on("2021-07-14")
    assert line.stretches[-1] == Stretch(Phase.ACTIVE, on("2021-06-10"), on("2021-07-14"))


def test_only_a_revoked_key_has_an_end_mark():
    assert [life_line(key, NOW).revoked_at for key in (RETIRED, ACTIVE, PENDING, UNPUBLISHED)] == [None] * 4


def test_the_next_key_is_planned_from_the_day_on_which_scanners_know_it():
    ready = PENDING.published_at + STALENESS_LIMIT
    assert life_line(PENDING, NOW, next_to_sign=True).stretches == (
        Stretch(Phase.PENDING, PENDING.created_at, ready),
        Stretch(Phase.PLANNED, ready, PENDING.sign_until),
        Stretch(Phase.RETIRED, PENDING.sign_until, PENDING.accept_until),
    )


def test_a_plan_never_begins_in_the_past():
    late = PENDING.published_at + STALENESS_LIMIT + 5 * 86_400
    assert life_line(PENDING, late, next_to_sign=True).during(Phase.PLANNED)[0].start == late


def test_waiting_counts_from_publication():
    key = a_key(("2021-08-01", "pending"), published="2021-08-05")
    assert life_line(key, NOW).stretches[0].start == on("2021-08-05")


@pytest.mark.parametrize("key", [PENDING, UNPUBLISHED])
def test_a_reserve_waits_for_as_long_as_it_may_be_activated(key):
    assert life_line(key, NOW).stretches == (Stretch(Phase.PENDING, key.created_at, key.sign_until),)


@pytest.mark.parametrize("key", EVERY)
@pytest.mark.parametrize("next_to_sign", [False, True])
def test_no_life_has_gaps_overlaps_or_empty_stretches(key, next_to_sign):
    found = life_line(key, NOW, next_to_sign=next_to_sign).stretches
    assert all(one.start < one.end for one in found)
    assert all(before.end == after.start for before, after in pairwise(found))


def test_a_spare_waits_as_a_spare_also_in_its_past():
    assert life_line(SPARE, NOW).stretches == stretches(("spare", "2021-06-01", "2022-06-20"))
    used = a_key(("2021-06-01", "pending"), ("2021-07-15", "active"), spare=True)
    assert [one.phase for one in life_line(used, NOW).stretches] == [Phase.SPARE, Phase.ACTIVE, Phase.RETIRED]


def test_a_key_that_left_the_trust_list_is_drawn_no_further():
    gone = replace(RETIRED, left_at=on("2021-08-10"))
    assert life_line(gone, NOW).stretches[-1] == Stretch(Phase.RETIRED, on("2021-07-15"), on("2021-08-10"))
    unused = a_key(("2021-05-01", "pending"), ("2021-08-01", "retired"))
    assert life_line(replace(unused, left_at=on("2021-08-01")), NOW).stretches == stretches(
        ("pending", "2021-05-01", "2021-08-01")
    )
