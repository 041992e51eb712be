"""What may be said about a person."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verifier_server.errors import CheckpointError, FieldError
from verifier_server.people.identifiers import checked_number
from verifier_server.people.phones import checked_phone
from verifier_server.people.rules import checked_name, checked_sex

from ..builders import a_person, an_entry


@pytest.mark.parametrize(
    ("field", "change", "said"),
    [
        ("full_name", {"name": ""}, "full name as on the ID card"),
        ("full_name", {"name": "a" * 200}, "200 characters"),
        ("full_name", {"name": "=HYPERLINK(A1)"}, "begins with a letter"),
        ("full_name", {"name": "+84 912 345 678"}, "empty|begins with a letter"),
        ("full_name", {"name": "Nguyễn 2 Hòa"}, "no digits"),
        ("full_name", {"name": "Nguyễn \u202eaòH"}, "U\\+202E"),
        ("full_name", {"name": "Nguyễn \U0001f600"}, "U\\+1F600"),
        ("full_name", {"name": "Nguyễn\x00Hòa"}, "U\\+0000"),
        ("dob", {"birth": "31/02/1990"}, "no day 31/02/1990"),
        ("dob", {"birth": "1815"}, "between 1900"),
        ("dob", {"birth": "31/07/2021"}, "in the future"),
        ("dob", {"birth": ""}, "DD/MM/YYYY"),
        ("gender", {"sex": "x"}, "female, male or other"),
        ("phone", {"phone": "12"}, "no phone number"),
        ("phone", {"phone": "=1+1"}, "no phone number"),
        ("id_number", {"id_number": "1190000003"}, "10 digits.*leading zeros"),
        ("id_number", {"id_number": "1.19E+09"}, "letters or digits"),
    ],
)
def test_a_wrong_value_is_named_with_its_field(field, change, said):
    with pytest.raises(FieldError, match=said) as refused:
        an_entry(**change)
    assert [problem.field for problem in refused.value.problems] == [field]


def test_no_sentence_repeats_a_personal_value():
    with pytest.raises(FieldError) as refused:
        an_entry(name="Secret1", phone="0912-secret", id_number="secret!", birth="secret", sex="secret")
    assert len(refused.value.problems) == 5
    assert not any("ecret" in problem.message for problem in refused.value.problems)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("001190000003", "001190000003"),
        ("001 190 000 003", "001190000003"),
        ("012345678", "012345678"),
        ("c1234567", "C1234567"),
        ("", None),
    ],
)
def test_an_id_number_is_text_with_its_zeros(typed, kept):
    assert checked_number(typed) == kept


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("0912345678", "+84912345678"),
        ("+84 912 345 678", "+84912345678"),
        ("84912345678", "+84912345678"),
        ("(028) 3829-5730", "+842838295730"),
        ("", None),
    ],
)
def test_a_phone_is_kept_with_its_country(typed, kept):
    assert checked_phone(typed) == kept


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("Nữ", "female"), ("NAM", "male"), ("female", "female"), ("M", "male"), ("khác", "other"), ("", "other")],
)
def test_sex_is_read_in_both_languages(typed, kept):
    assert checked_sex(typed) == kept


def test_a_name_is_kept_as_written_and_in_nfc():
    assert checked_name("  Nguye\u0302\u0303n  Thi\u0323 Hoa\u0300 ") == "Nguyễn Thị Hoà"


@pytest.mark.parametrize("name", ["\u2019t Hooft", "O'Brien", "Y Moan Ênuôl", "Jean-Paul Lefèvre"])
def test_names_of_other_peoples_are_names_too(name):
    assert checked_name(name) == name


def test_an_unknown_birthday_stays_unknown(storage):
    with storage.writing() as session:
        assert a_person(session, birth="--/05/1948").birth == 19480500


def test_an_id_number_belongs_to_one_person(storage):
    with storage.writing() as session:
        a_person(session)
        with pytest.raises(FieldError, match="in the register already"):
            a_person(session, name="Trần Văn Dũng")


def test_relatives_may_share_a_phone(storage):
    with storage.writing() as session:
        a_person(session)
        a_person(session, name="Trần Văn Dũng", id_number="001190000004")


@given(st.text(max_size=100), st.text(max_size=20), st.text(max_size=10), st.text(max_size=20), st.text(max_size=20))
def test_any_text_is_accepted_or_refused_with_a_sentence(name, birth, sex, phone, id_number):
    try:
        entry = an_entry(name=name, birth=birth, sex=sex, phone=phone, id_number=id_number)
    except CheckpointError as problem:
        assert problem.message.endswith((".", ".)", "?"))
    else:
        assert "\x00" not in repr(entry)
