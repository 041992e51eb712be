"""What may be said about a dose."""

import pytest

from verifier_server.doses.rules import dose_entry, doses_of, named_vaccine, record_dose
from verifier_server.errors import FieldError

from ..builders import NOW, TODAY, a_dose_entry, a_person, a_recorded_dose


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("PFIZER", "PFIZER"),
        ("pfizer", "PFIZER"),
        ("Comirnaty", "PFIZER"),
        ("AstraZeneca", "AZ"),
        ("Vaxzevria", "AZ"),
        ("EU/1/21/1529", "AZ"),
        ("Vero Cell", "VERO"),
        (" vero  cell ", "VERO"),
        ("Sputnik V", "SPUTNIK"),
        ("Moderna", "MODERNA"),
        ("Pfizer", "PFIZER"),
        ("Nano Covax", "NANOCOVAX"),
        ("BBIBP-CorV", "VERO"),
    ],
)
def test_a_vaccine_is_known_by_its_key_its_names_and_its_code(text, key):
    assert named_vaccine(text).key == key


@pytest.mark.parametrize(
    ("field", "change", "said"),
    [
        ("vaccine", {"vaccine": "Aspirin"}, "known are AZ"),
        ("vaccine", {"vaccine": ""}, "known are AZ"),
        ("dose_date", {"day": "31/02/2021"}, "no such day"),
        ("dose_date", {"day": "2021-13-01"}, "no such day"),
        ("dose_date", {"day": "yesterday"}, "no such day"),
        ("dose_date", {"day": "--/07/2021"}, "no such day"),
        ("dose_date", {"day": "31/07/2021"}, "in the future"),
        ("dose_date", {"day": "01/01/1815"}, "no vaccine yet"),
        ("dose_number", {"number": 0}, "from 1 to 99"),
        ("dose_number", {"number": 100}, "from 1 to 99"),
        ("dose_number", {"number": "٢"}, "whole number"),
        ("dose_number", {"number": "1e3"}, "whole number"),
        ("series", {"series": "many"}, "whole number"),
        ("lot", {"lot": "A" * 41}, "at most 40"),
        ("lot", {"lot": "A\x00B"}, "cannot be printed"),
        ("lot", {"lot": "A\u202eB"}, "cannot be printed"),
    ],
)
def test_a_wrong_value_is_named_with_its_field(field, change, said):
    with pytest.raises(FieldError, match=said) as refused:
        a_dose_entry(**change)
    assert [problem.field for problem in refused.value.problems] == [field]


def test_all_wrong_values_are_named_at_once():
    with pytest.raises(FieldError) as refused:
        dose_entry(number="x", vaccine="?", series="y", given_on="z", lot="\x01", vaccinator="\x02", today=TODAY)
    assert [problem.field for problem in refused.value.problems] == [
        "vaccine",
        "dose_number",
        "series",
        "dose_date",
        "lot",
        "vaccinator",
    ]


def test_the_same_dose_is_not_recorded_twice(storage):
    with storage.writing() as session:
        person = a_person(session)
        a_recorded_dose(session, person)
        with pytest.raises(FieldError, match="Dose 1 of this person is recorded already"):
            a_recorded_dose(session, person, day="02/07/2021")


def test_a_form_sent_twice_records_one_dose(storage):
    with storage.writing() as session:
        person = a_person(session)
        first, second = (
            record_dose(session, person, a_dose_entry(), site_id=None, by=None, now=NOW, token="t" * 24)
            for _ in range(2)
        )
        assert first.id == second.id
        assert len(doses_of(session, person.id)) == 1


@pytest.mark.parametrize(
    ("number", "day", "said"),
    [
        (3, "01/06/2021", "Dose 3 must lie after dose 2, which was on 10/06/2021"),
        (3, "10/06/2021", "must lie after"),
        (1, "11/06/2021", "Dose 1 must lie before dose 2"),
    ],
)
def test_doses_lie_in_the_order_of_their_numbers(lite, number, day, said):
    with lite.writing() as session:
        person = a_person(session)
        a_recorded_dose(session, person, number=2, day="10/06/2021")
        with pytest.raises(FieldError, match=said):
            a_recorded_dose(session, person, number=number, day=day)


def test_a_dose_does_not_lie_before_the_birth(lite):
    with lite.writing() as session:
        person = a_person(session, birth="--/06/2021")
        with pytest.raises(FieldError, match="before the date of birth"):
            a_recorded_dose(session, person, day="31/05/2021")
        a_recorded_dose(session, person, day="01/07/2021")
