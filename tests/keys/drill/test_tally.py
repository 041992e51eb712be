"""Figures are made of what scanners said."""

from keys.drill.crowd import Kind, Visitor
from keys.drill.tally import PROMISES, Tally
from vaccine_pass.reasons import Outcome, Reason
from vaccine_pass.verdict import Verdict


def a_verdict(reason=None):
    outcome = reason.outcome if reason else Outcome.ACCEPTED
    return Verdict(outcome, reason, None, None, None, None, False, "")


def a_tally(*said):
    tally = Tally()
    for kind, reason, had_news in said:
        tally.note(3, Visitor(kind, "text", 5), a_verdict(reason), had_news=had_news)
    return tally


def test_every_promise_is_a_figure_and_nothing_said_is_nothing_broken():
    figures = Tally().figures()
    assert [figures[name] for name in PROMISES] == [0] * len(PROMISES)


def test_a_forged_pass_is_counted_by_whether_the_scanner_had_the_news():
    figures = a_tally(
        (Kind.FORGED, None, False), (Kind.FORGED, None, True), (Kind.FORGED, Reason.UNKNOWN_SIGNER, True)
    ).figures()
    assert figures["forged_accepted_before_news"] == 1
    assert figures["forged_accepted_after_news"] == 1


def test_an_honest_person_who_is_refused_is_counted_with_the_reason_and_a_doubt_is_no_refusal():
    tally = a_tally((Kind.HONEST, Reason.UNKNOWN_SIGNER, False), (Kind.REISSUED, Reason.TRUST_TOO_OLD, False))
    figures = tally.figures()
    assert figures["honest"] == 2
    assert figures["honest_refused"] == 1
    assert figures["honest_refused_why"] == {"unknown_signer": 1}
    assert figures["honest_cannot_tell"] == figures["cannot_tell"] == 1


def test_a_pass_of_the_revoked_key_is_counted_apart():
    figures = a_tally((Kind.NOT_REISSUED_YET, Reason.UNKNOWN_SIGNER, False)).figures()
    assert figures["honest_refused"] == 0
    assert figures["honest_not_reissued_yet_refused"] == figures["presented"] == 1


def test_a_clock_is_no_excuse_for_a_refusal_on_the_first_or_last_day():
    day = Kind.FIRST_OR_LAST_DAY
    figures = a_tally((day, Reason.NOT_YET_VALID, False), (day, Reason.JUST_EXPIRED, False)).figures()
    assert figures["first_or_last_day"] == 2
    assert figures["honest_refused_why"] == {"not_yet_valid": 1}
    assert figures["first_or_last_day_cannot_tell"] == 1


def test_two_tallies_add_up():
    one, other = a_tally((Kind.HONEST, None, False)), a_tally((Kind.HONEST, None, False), (Kind.ALTERED, None, False))
    one.news, other.news = [4], [0, 9]
    one.updates["thief", "update_expired"] = other.updates["thief", "update_expired"] = 2
    one.add(other)
    assert one.figures()["presented"] == 3
    assert one.figures()["altered_accepted"] == 1
    assert one.news_figures() == {"scanners": 3, "half_after_days": 4, "all_after_days": 9}
    assert one.update_figures() == {"thief": {"update_expired": 4}}
