"""When a record meets the register."""

import pytest

from verifier_server.errors import FieldError
from verifier_server.people.matching import matching_person
from verifier_server.people.tables import Person

from ..builders import an_entry


def registered(**details):
    entry = an_entry(**details)
    from vaccine_pass.names import folded

    return Person(
        name=entry.name,
        name_folded=folded(entry.name),
        birth=entry.birth.number,
        phone=entry.phone,
        id_number=entry.id_number,
    )


def test_id_number_name_and_birth_date_make_the_same_person():
    person = registered(name="Nguyễn Thị Hoà")
    assert matching_person(an_entry(name="nguyễn thị HÒA", phone=""), [person]) is person


def test_without_an_id_number_the_phone_decides():
    person = registered()
    assert matching_person(an_entry(id_number=""), [person]) is person
    assert matching_person(an_entry(id_number="", phone="0999999999"), [person]) is None


def test_an_id_number_is_learned_later():
    person = registered(id_number="")
    assert matching_person(an_entry(), [person]) is person


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"name": "Trần Văn Dũng"}, "another name"),
        ({"name": "Nguyen Thi Hoang Phuong Thao"}, "another name"),
        ({"birth": "1990"}, "another birth date"),
    ],
)
def test_an_id_number_that_contradicts_the_register_needs_a_clerk(change, said):
    with pytest.raises(FieldError, match=said) as refused:
        matching_person(an_entry(**change), [registered()])
    assert refused.value.code == "identity_differs"


def test_the_same_person_with_another_id_number_needs_a_clerk():
    with pytest.raises(FieldError, match="another ID number"):
        matching_person(an_entry(id_number="012345678"), [registered()])


def test_two_people_that_cannot_be_told_apart_are_not_guessed():
    with pytest.raises(FieldError, match="Several people"):
        matching_person(an_entry(id_number=""), [registered(), registered(id_number="001190000004")])


def test_somebody_with_neither_number_nor_phone_is_found_again_by_name_and_birth_date():
    child = registered(id_number="", phone="")
    assert matching_person(an_entry(id_number="", phone=""), [child]) is child
    assert matching_person(an_entry(id_number="", phone=""), []) is None


def test_somebody_with_neither_number_nor_phone_is_not_taken_for_a_namesake_who_has_one():
    with pytest.raises(FieldError, match="give the ID number or the phone"):
        matching_person(an_entry(id_number="", phone=""), [registered()])


def test_a_stranger_is_a_new_person():
    assert matching_person(an_entry(), []) is None
