"""Bars of shares: relative to the longest, never invisible, the small ones together."""

import re

from verifier_server.approvals.drawing import MOST_BARS, bar, bars
from verifier_server.revocation.preview import Count


def width(drawn):
    return float(re.search(r'class="part" width="([0-9.]+)%"', str(drawn))[1])


def test_the_longest_fills_the_width_and_the_others_are_relative_to_it():
    found = bars({"a": Count(200, 150), "b": Count(50, 50)})
    assert [(one.name, one.passes, one.people, width(one.drawn)) for one in found] == [
        ("a", 200, 150, 100.0),
        ("b", 50, 50, 25.0),
    ]


def test_the_smallest_share_can_still_be_seen_and_none_is_nothing():
    assert width(bar(1, 1_000_000)) == 0.7
    assert width(bar(0, 10)) == 0
    assert width(bar(0, 0)) == 0
    assert width(bar(20, 10)) == 100


def test_many_places_end_in_one_line_of_the_rest_that_counts_no_person_twice():
    counts = {f"site {number}": Count(100 - number, 90) for number in range(MOST_BARS + 3)}
    found = bars(counts)
    assert len(found) == MOST_BARS + 1
    assert (found[-1].name, found[-1].people) == (None, None)
    assert sum(one.passes for one in found) == sum(one.passes for one in counts.values())
