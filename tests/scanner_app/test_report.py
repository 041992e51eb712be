import json
import math

import pytest

from scanner_app.report import KEYS, as_json, as_words
from tests.scanner_app.builders import a_verdict_for, an_accepted, some_claims
from vaccine_pass.dates import PartialDate
from vaccine_pass.verdict import Outcome, Reason, Verdict


def answer(verdict, source="stdin:1"):
    return json.loads(as_json(source, verdict))


def test_the_keys_are_the_promised_ones_in_their_order():
    assert list(answer(an_accepted())) == list(KEYS)
    assert list(answer(a_verdict_for(Reason.NO_CODE))) == list(KEYS)


def test_a_test_has_neither_status_nor_doses():
    found = answer(an_accepted(kind="test", doses=None, series=None, vaccine=None))
    assert (found["status"], found["doses"], found["series"]) == (None, None, None)


def test_times_are_iso_8601_in_utc():
    found = answer(an_accepted(issued_at=1_627_632_000.75, expires_at=1_627_632_060))
    assert found["issued_at"] == "2021-07-30T08:00:00Z"
    assert found["expires_at"] == "2021-07-30T08:01:00Z"


@pytest.mark.parametrize("seconds", [math.inf, -math.inf, math.nan, 1e300, -1e300, 10**20])
def test_a_number_that_is_no_moment_is_null(seconds):
    assert answer(an_accepted(expires_at=seconds))["expires_at"] is None


def test_a_birth_date_leaves_unknown_parts_out():
    assert answer(an_accepted(birth=PartialDate(1948, 5)))["date_of_birth"] == "1948-05"
    assert answer(an_accepted(birth=None))["date_of_birth"] is None


def test_an_expired_pass_still_says_what_was_signed():
    found = answer(Verdict(Outcome.REFUSED, Reason.EXPIRED, "domestic", some_claims()))
    assert (found["reason"], found["name"]) == ("expired", "Nguyễn Thị Hoàng Phương Thảo")


def test_a_line_is_one_line_of_ascii_whatever_is_in_it():
    text = as_json("a\nb\u2028ệ\ud800.png", an_accepted())
    assert text.isascii()
    assert len(text.splitlines()) == 1


def test_words_hold_nothing_that_moves_a_terminal():
    told = as_words("x\x1b[2J\n\r\u2028.png", an_accepted(vaccine=None, series=None))
    assert told.isprintable()
    assert told.startswith("ACCEPTED  2 doses  Nguyễn")


def test_cannot_tell_is_two_words():
    assert as_words("a.png", a_verdict_for(Reason.NO_CODE)).startswith("CANNOT TELL  I-COD  ")
