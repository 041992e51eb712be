"""The one door to the signer."""

import hashlib
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from keys.errors import KeysError
from vaccine_pass.status import Status
from vaccine_pass.uvci import serial_in
from vaccine_pass.verdict import Outcome
from verifier_server.errors import NotIssuable
from verifier_server.passes.issue import PassRequest, issue_pass, issue_passes
from verifier_server.passes.tables import IssuedPass, SignerLog

from ..builders import DAY, NAME, NOW, a_pass, a_person, a_recorded_dose, a_vaccinated_person


def test_a_person_before_any_dose_gets_a_pass_that_scanners_accept(storage, desk, verifier):
    with storage.writing() as session:
        person = a_person(session, name="Lê Thị Hòa", birth="1948")
    issued = a_pass(storage, desk, person.id)
    verdict = verifier.judge(issued.text, NOW + 60)
    assert verdict.outcome is Outcome.ACCEPTED
    assert (verdict.claims.name, verdict.claims.birth.display, verdict.claims.status) == (
        "Lê Thị Hòa",
        "--/--/1948",
        Status.NONE,
    )
    assert verdict.claims.serial == issued.serial


def test_before_any_dose_a_pass_is_valid_for_90_days_at_most(storage, new_desk):
    from verifier_server.passes.validity import Validity

    generous = new_desk(storage, validity=Validity(before_dose_days=400))
    with storage.writing() as session:
        person = a_person(session)
    assert a_pass(storage, generous, person.id).expires_at == NOW + 90 * DAY


@pytest.mark.parametrize(
    ("doses", "vaccine", "status", "said"),
    [
        (1, "AZ", Status.PARTIAL, (1, 2)),
        (2, "AZ", Status.COMPLETE, (2, 2)),
        (3, "PFIZER", Status.COMPLETE, (3, 2)),
        (1, "JANSSEN", Status.COMPLETE, (1, 1)),
        (2, "ABDALA", Status.PARTIAL, (2, 3)),
    ],
)
@pytest.mark.parametrize("form", ["domestic", "travel"])
def test_both_forms_tell_the_doses_of_the_register(lite, new_desk, verifier, form, doses, vaccine, status, said):
    with lite.writing() as session:
        person = a_vaccinated_person(session, doses, vaccine)
    issued = a_pass(lite, new_desk(lite), person.id, form)
    verdict = verifier.judge(issued.text, NOW + 60)
    assert verdict.outcome is Outcome.ACCEPTED
    assert (verdict.claims.name, verdict.claims.status) == (NAME, status)
    assert (verdict.claims.doses, verdict.claims.series) == said == (issued.doses, issued.series)


def test_a_travel_pass_carries_its_serial_in_the_certificate_id(storage, desk, verifier):
    with storage.writing() as session:
        person = a_vaccinated_person(session)
    issued = a_pass(storage, desk, person.id, "travel")
    claims = verifier.judge(issued.text, NOW + 60).claims
    assert claims.certificate_id == issued.certificate_id
    assert serial_in(issued.certificate_id) == issued.serial


def test_a_travel_pass_needs_a_dose(storage, desk):
    with storage.writing() as session:
        person = a_person(session)
    with pytest.raises(NotIssuable, match="at least one dose") as refused:
        a_pass(storage, desk, person.id, "travel")
    assert refused.value.code == "no_dose_yet"


def test_a_trial_vaccine_is_never_on_a_travel_pass(storage, desk):
    with storage.writing() as session:
        person = a_vaccinated_person(session, 2, "NANOCOVAX")
    with pytest.raises(NotIssuable, match="Trial doses have no EU code") as refused:
        a_pass(storage, desk, person.id, "travel")
    assert refused.value.message.count(".") == 1


def test_asking_again_gives_the_same_pass(storage, desk):
    with storage.writing() as session:
        person = a_vaccinated_person(session)
    first, second = (a_pass(storage, desk, person.id, now=NOW + second) for second in (0, 5))
    assert (first.id, first.text) == (second.id, second.text)


def test_a_new_dose_makes_a_new_pass_and_the_old_one_is_superseded(storage, desk):
    with storage.writing() as session:
        person = a_person(session)
        a_recorded_dose(session, person, number=1, day="01/06/2021")
    first = a_pass(storage, desk, person.id)
    with storage.writing() as session:
        a_recorded_dose(session, person, number=2, day="01/07/2021")
    second = a_pass(storage, desk, person.id)
    with storage.reading() as session:
        assert session.get(IssuedPass, first.id).superseded_by == second.id
        assert session.get(IssuedPass, second.id).superseded_by is None


def test_a_pass_in_its_second_half_is_renewed(storage, desk):
    with storage.writing() as session:
        person = a_person(session)
    first = a_pass(storage, desk, person.id)
    assert a_pass(storage, desk, person.id, now=NOW + 44 * DAY).id == first.id
    assert a_pass(storage, desk, person.id, now=NOW + 46 * DAY).id != first.id


def test_the_signers_log_is_written_with_the_pass(storage, desk):
    with storage.writing() as session:
        person = a_vaccinated_person(session)
    issued = a_pass(storage, desk, person.id)
    with storage.reading() as session:
        logged = session.scalars(select(SignerLog)).one()
    assert (logged.serial, logged.kid, logged.signed_at) == (issued.serial, issued.kid, NOW)
    assert len(bytes.fromhex(logged.payload_sha256)) == hashlib.sha256().digest_size


def test_a_pass_that_was_signed_and_not_committed_burns_its_number(storage, desk):
    with storage.writing() as session:
        person = a_person(session)
    with storage.session(writing=True) as session:
        lost = issue_pass(session, PassRequest(person.id, "domestic"), desk, NOW).serial
        session.rollback()
    kept = a_pass(storage, desk, person.id)
    assert kept.serial != lost
    with storage.reading() as session:
        assert session.scalars(select(SignerLog.serial)).all() == [kept.serial]


def test_without_an_active_key_nothing_is_issued_and_the_sentence_says_so(storage, desk):
    with storage.writing() as session:
        person = a_person(session)
    with pytest.raises(KeysError, match="activate the next key"):
        a_pass(storage, desk, person.id, now=NOW + 100 * DAY)
    with storage.reading() as session:
        assert session.scalar(select(func.count()).select_from(IssuedPass)) == 0


def test_a_stranger_to_the_register_gets_nothing(storage, desk):
    with pytest.raises(NotIssuable, match="not in the register"):
        a_pass(storage, desk, 4711)


def test_the_door_takes_no_claims():
    assert set(PassRequest.__dataclass_fields__) == {"person_id", "form", "by", "site_id", "batch", "citizen"}


def test_in_a_batch_each_request_has_its_own_answer(storage, desk):
    with storage.writing() as session:
        people = [
            a_person(session, id_number=f"00119000000{n}", name=f"Trần Văn {letter}").id
            for n, letter in enumerate("abc")
        ]
        vaccinated = a_vaccinated_person(session, id_number="001190000009").id
    with storage.session(writing=True) as session:
        asked = [PassRequest(person, "travel") for person in (people[0], vaccinated, 999, people[1])]
        answers = issue_passes(session, asked, desk, NOW)
        session.commit()
    assert [type(answer).__name__ for answer in answers] == ["NotIssuable", "IssuedPass", "NotIssuable", "NotIssuable"]


def test_issuing_inside_of_another_transaction_is_a_wrong_use(storage, desk):
    with storage.writing() as session:
        person = a_person(session)
        with pytest.raises(RuntimeError, match="reserve serial numbers"):
            issue_pass(session, PassRequest(person.id, "domestic"), desk, NOW)


def test_threads_that_issue_at_once_never_share_a_serial(storage, new_desk):
    with storage.writing() as session:
        people = [
            a_person(session, id_number=f"0011900001{n:02d}", name=f"Trần Thị {letter * 3}").id
            for n, letter in enumerate("abcdefghijklmnopqrst")
        ]
    desks, gate = [new_desk(storage) for _ in range(4)], threading.Barrier(4)

    def work(number):
        gate.wait()
        return [a_pass(storage, desks[number], person).serial for person in people[number::4]]

    with ThreadPoolExecutor(4) as pool:
        serials = [serial for part in pool.map(work, range(4)) for serial in part]
    assert len(set(serials)) == len(people)


def test_two_clerks_who_press_the_button_at_once_get_one_pass(storage, new_desk):
    with storage.writing() as session:
        person = a_vaccinated_person(session).id
    desks, gate = [new_desk(storage) for _ in range(2)], threading.Barrier(2)

    def press(number):
        gate.wait()
        return a_pass(storage, desks[number], person).id

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(press, range(2))
    assert first == second
