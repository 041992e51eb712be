"""When records meet the register: exact, probable with a score and its reasons, or nobody."""

import pytest

from verifier_server.people.matching import Exact, Nobody, Probable, meet, refusal_of
from verifier_server.people.scoring import Reason

from ..builders import NOW, a_person, an_entry


def met(session, **details):
    """Whom an entry means: a person's number when exact, the candidates when probable, None for nobody."""
    [meeting] = meet(session, [an_entry(**details)])
    if isinstance(meeting, Exact):
        return meeting.person.id
    return meeting.candidates if isinstance(meeting, Probable) else None


@pytest.fixture
def session(lite):
    """An open transaction on a register."""
    with lite.writing() as opened:
        yield opened


def test_id_number_name_and_birth_date_make_the_same_person(session):
    person = a_person(session, name="Nguyễn Thị Hoà")
    assert met(session, name="nguyễn thị HÒA", phone="") == person.id


def test_without_an_id_number_the_phone_decides(session):
    person = a_person(session)
    assert met(session, id_number="") == person.id
    [candidate] = met(session, id_number="", phone="0999999999")
    assert candidate.person is person
    assert Reason.OTHER_PHONE in candidate.reasons


def test_an_id_number_is_learned_later(session):
    person = a_person(session, id_number="")
    assert met(session) == person.id


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"name": "Trần Văn Dũng"}, "another name"),
        ({"name": "Nguyen Thi Hoang Phuong Thao"}, "another name"),
        ({"birth": "1990"}, "another birth date"),
        ({"birth": "30/01/1990"}, "another birth date"),
    ],
)
def test_an_id_number_that_contradicts_the_register_needs_a_clerk(session, change, said):
    a_person(session)
    entry = an_entry(**change)
    [meeting] = meet(session, [entry])
    assert isinstance(meeting, Probable)
    refused = refusal_of(entry, meeting)
    assert refused.code == "identity_differs"
    assert said in refused.message


def test_the_same_person_with_another_id_number_needs_a_clerk(session):
    a_person(session)
    [candidate] = met(session, id_number="012345678")
    assert candidate.reasons[:2] == (Reason.SAME_NAME, Reason.SAME_BIRTH)
    assert Reason.OTHER_PAPER in candidate.reasons
    assert candidate.score == 75


def test_namesakes_of_one_day_with_numbers_of_their_own_are_two_people(session):
    a_person(session)
    assert met(session, id_number="001190654321", phone="0999999999") is None


def test_a_namesake_of_one_day_with_one_digit_of_the_number_another_is_a_clerks_question(session):
    a_person(session)
    [found] = met(session, id_number="001190000004", phone="0999999999")
    assert Reason.SIMILAR_NUMBER in found.reasons


def test_two_people_that_cannot_be_told_apart_are_not_guessed(session):
    a_person(session)
    a_person(session, id_number="001190000004")
    assert len(met(session, id_number="")) == 2


def test_somebody_with_neither_number_nor_phone_is_found_again_by_name_and_birth_date(session):
    nothing = {"id_number": "", "phone": ""}
    assert met(session, **nothing) is None
    child = a_person(session, **nothing)
    assert met(session, **nothing) == child.id


def test_somebody_with_neither_number_nor_phone_is_not_taken_for_a_namesake_who_has_one(session):
    a_person(session)
    entry = an_entry(id_number="", phone="")
    [meeting] = meet(session, [entry])
    assert "give the ID number or the phone" in refusal_of(entry, meeting).message


@pytest.mark.parametrize(
    ("registered", "entered", "reason"),
    [
        ({"name": "Nguyễn Thị Hòa"}, {"name": "Nguyen Thi Hoa"}, Reason.SAME_NAME_WITHOUT_MARKS),
        ({"name": "Nguyễn Thị Hòa"}, {"name": "Nguyễn Thị Hoàn"}, Reason.SIMILAR_NAME),
        ({"name": "Nguyễn Thị Hòa"}, {"name": "Hòa Nguyễn Thị"}, Reason.SIMILAR_NAME),
        ({"birth": "05/03/1990"}, {"birth": "03/05/1990"}, Reason.BIRTH_SWAPPED),
        ({"birth": "05/03/1990"}, {"birth": "1990"}, Reason.BIRTH_FITS),
        ({"birth": "--/03/1990"}, {"birth": "05/03/1990"}, Reason.BIRTH_FITS),
        ({"birth": "1990"}, {"birth": "05/03/1990"}, Reason.BIRTH_FITS),
    ],
)
def test_what_looks_alike_is_asked_with_its_reason(session, registered, entered, reason):
    person = a_person(session, **registered)
    [candidate] = met(session, id_number="", **entered)
    assert candidate.person is person
    assert reason in candidate.reasons
    assert 50 <= candidate.score < 100


def test_a_phone_alone_is_nobody(session):
    a_person(session)
    assert met(session, name="Trần Văn Dũng", id_number="001190000004") is None


def test_the_likeliest_candidate_comes_first(session):
    a_person(session, name="Nguyen Thi Hoa", id_number="", phone="0900000001")
    close = a_person(session, name="Nguyễn Thị Hòa", id_number="", phone="")
    found = met(session, name="Nguyễn Thị Hòa", id_number="001190000009", phone="0900000002")
    assert found[0].person is close
    assert found[0].score > found[1].score


def test_a_stranger_is_a_new_person(session):
    assert isinstance(meet(session, [an_entry()])[0], Nobody)


def test_merged_and_erased_people_are_not_met(session):
    for details in ({"merged_into": 99}, {"erased_at": NOW}):
        person = a_person(session, id_number="", phone="", name="Lê Hòa")
        for name, value in details.items():
            setattr(person, name, value)
        session.flush()
    assert met(session, id_number="", phone="", name="Lê Hòa") is None


def test_hundreds_meet_on_each_database_in_a_few_queries(storage):
    with storage.writing() as session:
        people = [a_person(session, name=f"Trần {'a' * (n + 1)}", id_number=f"{n:012d}") for n in range(20)]
        entries = [an_entry(name=f"Trần {'a' * (n + 1)}", id_number=f"{n:012d}", phone="") for n in range(20)]
        meetings = meet(session, [*entries, an_entry(name="Hồ An", birth="1990", id_number="", phone="")])
        assert [one.person for one in meetings[:-1]] == people
        assert isinstance(meetings[-1], Nobody)
