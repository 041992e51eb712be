"""How old a scanner's data is, and what that means."""

import pytest

from verifier_server.scanners.ages import Standing, aged, by_day, counts, standing_of
from verifier_server.scanners.tables import Scanner

from ..builders import DAY, NOW


def a_scanner(days, post="79-CLT-1"):
    signed_at = None if days is None else NOW - round(days * DAY)
    return Scanner(post=post, keys_signed_at=signed_at, receipt_at=None if days is None else NOW)


@pytest.mark.parametrize(
    ("days", "standing", "bin_"),
    [
        (0, Standing.FRESH, 0),
        (6.99, Standing.FRESH, 6),
        (7, Standing.FRESH, 6),
        (7.01, Standing.WARN, 7),
        (20.99, Standing.WARN, 20),
        (21, Standing.WARN, 20),
        (21.01, Standing.STALE, 21),
        (400, Standing.STALE, 21),
        (-1, Standing.FRESH, 0),
        (None, Standing.SILENT, None),
    ],
)
def test_an_age_means_what_the_scanner_itself_says(days, standing, bin_):
    (found,) = aged([a_scanner(days)], NOW)
    assert (found.standing, found.bin) == (standing, bin_)


def test_a_receipt_without_a_date_says_nothing_of_its_age():
    (found,) = aged([Scanner(post="x", receipt_at=NOW, keys_signed_at=None)], NOW)
    assert found.standing is Standing.SILENT


def test_the_worst_come_first_and_of_these_the_oldest():
    found = aged([a_scanner(days) for days in (1, 30, None, 9, 22, 20)], NOW)
    assert [it.days for it in found] == [30, 22, None, 20, 9, 1]


def test_every_scanner_is_counted_once():
    found = aged([a_scanner(days) for days in (0, 0.5, 3, 9, 9.5, 25, 99, None)], NOW)
    assert counts(found) == {Standing.FRESH: 3, Standing.WARN: 2, Standing.STALE: 2, Standing.SILENT: 1}
    assert sum(by_day(found)) == 7
    assert by_day(found)[0] == by_day(found)[9] == by_day(found)[21] == 2


def test_each_day_of_the_chart_belongs_to_one_part():
    parts = [standing_of(day) for day in range(len(by_day([])))]
    assert parts == [Standing.FRESH] * 7 + [Standing.WARN] * 14 + [Standing.STALE]
