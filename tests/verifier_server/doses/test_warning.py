"""What warns about a dose, and that it only warns."""

from datetime import date

import pytest

from vaccine_pass.vaccines import VACCINES
from verifier_server.doses.tables import Dose
from verifier_server.doses.warning import intervals, warnings_of
from verifier_server.doses.words import warned


def a_dose(number, vaccine, day, series=None, lot="FF1"):
    return Dose(number=number, vaccine=vaccine, given_on=date.fromisoformat(day), series=series, lot=lot)


def codes(*doses):
    return [one.code for one in warnings_of(doses[-1], doses)]


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        (("AZ", "2021-05-01"), ("AZ", "2021-06-25"), ["too_early"]),
        (("AZ", "2021-05-01"), ("AZ", "2021-06-26"), []),
        (("AZ", "2021-05-01"), ("AZ", "2021-07-25"), ["too_late"]),
        # Since 20 September 2021 four weeks are enough: the day of the later dose decides.
        (("AZ", "2021-08-20"), ("AZ", "2021-09-19"), ["too_early"]),
        (("AZ", "2021-08-20"), ("AZ", "2021-09-20"), []),
        (("PFIZER", "2021-07-01"), ("PFIZER", "2021-07-21"), ["too_early"]),
        (("PFIZER", "2021-07-01"), ("PFIZER", "2021-12-22"), []),
        (("VERO", "2021-07-01"), ("MODERNA", "2021-08-22"), ["mixed"]),
        (("JANSSEN", "2021-07-20"), ("PFIZER", "2021-07-30"), []),
    ],
)
def test_intervals_and_mixing_are_judged_by_the_rule_of_the_day(first, second, said):
    assert codes(a_dose(1, *first), a_dose(2, *second)) == said


def test_a_trial_vaccine_a_special_series_a_missing_lot_and_a_missing_dose_are_named():
    found = codes(a_dose(3, "NANOCOVAX", "2021-07-01", series=2, lot=None))
    assert found == ["trial", "no_lot", "missing_before"]
    assert codes(a_dose(1, "PFIZER", "2021-07-01", series=1)) == ["special_series"]


def test_a_booster_after_a_complete_series_has_no_interval_here():
    doses = [a_dose(1, "AZ", "2021-03-01"), a_dose(2, "AZ", "2021-05-01"), a_dose(3, "PFIZER", "2021-05-02")]
    assert codes(*doses) == []


def test_every_warning_has_words(app):
    doses = [a_dose(1, "AZ", "2021-05-01"), a_dose(3, "NANOCOVAX", "2021-05-02", series=3, lot=None)]
    found = warnings_of(doses[1], doses) + warnings_of(a_dose(2, "AZ", "2021-05-01"), [a_dose(1, "AZ", "2021-04-30")])
    with app.test_request_context():
        assert all("%(" not in warned(one) for one in found)
    assert {"mixed", "too_early"} <= {one.code for one in found}


def test_the_file_names_known_vaccines_and_its_periods_do_not_overlap():
    seen = {}
    for one in intervals():
        assert VACCINES.by_key(one.after)
        assert VACCINES.by_key(one.next)
        assert one.least <= (one.most or one.least)
        assert one.begins > seen.get((one.after, one.next), date.min)
        seen[one.after, one.next] = one.ends or date.max
