"""Several who ask for a pass at one moment: one transaction, and for each the own answer."""

import pytest
from sqlalchemy import func, select

from verifier_server.api.issuing import Issuing, Told, Wanted
from verifier_server.api.tables import ApiAnswer
from verifier_server.errors import NotIssuable, ServerError
from verifier_server.passes.issue import PassRequest
from verifier_server.passes.tables import IssuedPass, SignerLog
from verifier_server.web.services import services

from ..builders import NOW

NAMES = ("Trần Văn An", "Lê Thị Bình", "Phạm Minh Châu")


def count(table):
    with services().storage.reading() as session:
        return session.scalar(select(func.count()).select_from(table))


@pytest.fixture
def people(system_on_each):
    def entered(number, name):
        person = {"name": name, "birth": f"19{60 + number}-01-31", "id_number": f"0011{60 + number}000003"}
        return system_on_each.post("/api/v1/people", person).json["id"]

    return [entered(number, name) for number, name in enumerate(NAMES)]


@pytest.fixture
def wanted(system_on_each):
    token = system_on_each.token

    def made(person, key, form="domestic", said="the request"):
        return Wanted(token.id, key * 64, said, PassRequest(person, form, by=token.account_id))

    return made


@pytest.fixture
def issuing():
    return Issuing(services().storage, services().desk, lambda: NOW)


def test_all_are_answered_in_one_transaction_and_who_is_refused_leaves_no_key(people, wanted, issuing):
    before = count(ApiAnswer)
    asked = [wanted(people[0], "a"), wanted(10**6, "b"), wanted(people[1], "c", "travel"), wanted(people[2], "d")]
    first, stranger, without_dose, last = issuing(asked)
    assert (first.status, last.status) == (201, 201)
    assert isinstance(stranger, NotIssuable)
    assert isinstance(without_dose, NotIssuable)
    assert count(ApiAnswer) == before + 2
    assert count(IssuedPass) == count(SignerLog) == 2
    assert issuing(asked[:1]) == [Told(201, first.body, again=True)]
    assert issuing([wanted(people[0], "e")])[0].status == 200


def test_who_asks_twice_comes_into_the_next_group_and_a_key_of_another_request_is_refused(people, wanted, issuing):
    asked = [wanted(people[0], "a"), wanted(people[1], "b"), wanted(people[0], "c"), wanted(people[2], "d")]
    assert len(issuing(asked)) == 2
    assert [answer.status for answer in issuing(asked[2:])] == [200, 201]
    reused, fine = issuing([wanted(people[1], "a", said="another"), wanted(people[0], "f")])
    assert isinstance(reused, ServerError)
    assert reused.code == "key_reused"
    assert fine.status == 200


def test_a_group_that_is_undone_burns_its_numbers_and_is_asked_again_one_by_one(people, wanted, issuing, monkeypatch):
    from verifier_server.api import issuing as module

    asked, told = [wanted(people[0], "a"), wanted(people[1], "b")], module.pass_told
    serials = []

    def twice(issued, now):
        serials.append(issued.serial)
        if len(serials) == 2:
            raise module.IntegrityError("", {}, Exception())
        return told(issued, now)

    monkeypatch.setattr(module, "pass_told", twice)
    answers = issuing(asked)
    assert [answer.status for answer in answers] == [201]
    assert issuing(asked[1:])[0].status == 201
    assert len(set(serials)) == len(serials) == 4
    assert count(IssuedPass) == 2
