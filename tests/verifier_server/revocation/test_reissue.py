"""A pass of the same form, under the new key, for everyone who lost one and is entitled to it."""

import stat
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import delete, func, select, update

from keys import lifecycle
from keys.errors import KeysError
from vaccine_pass.verdict import Outcome, Reason
from verifier_server.doses.tables import Dose
from verifier_server.errors import ServerError
from verifier_server.passes.tables import IssuedPass
from verifier_server.people.tables import Person
from verifier_server.revocation import reissue as module
from verifier_server.revocation.reissue import reissue
from verifier_server.revocation.results import draw_pictures, reissued_in, write_results
from verifier_server.revocation.selection import Selection
from verifier_server.revocation.work import carry_out

from ..builders import NOW, a_recorded_dose
from .builders import LATER, a_site, a_wish, decided, key_of, passes, people, proposed, replace_key, revoked, scanner


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch):
    monkeypatch.setattr(module, "CHUNK", 3)


@pytest.fixture
def lost(storage, desk, accounts):
    return passes(storage, desk, people(storage, 8), site_id=a_site(storage, "Trạm A", "01"))


@pytest.fixture
def batch(storage, store, lost):
    """The domestic key was stolen: it is revoked, its passes too, and the spare signs."""
    done = carry_out(storage, decided(storage, key_of(lost), now=LATER).id, now=LATER)
    replace_key(store, "domestic")
    return done


def results(storage, batch):
    with storage.reading() as session:
        return list(reissued_in(session, batch.id))


def test_everyone_gets_a_pass_that_scanners_accept_and_the_old_one_is_refused(storage, store, lost, batch, office):
    assert reissue(office, batch.id) == 8
    rows = results(storage, batch)
    judge = scanner(store, storage, now=LATER)
    assert [row.outcome for row in rows] == ["issued"] * 8
    assert {judge.judge(row.text, LATER + 60).outcome for row in rows} == {Outcome.ACCEPTED}
    assert {judge.judge(row.text, LATER + 60).outcome for row in lost} == {Outcome.REFUSED}
    with storage.reading() as session:
        new = session.scalars(select(IssuedPass).where(IssuedPass.revoked_at.is_(None))).all()
    assert {row.site_id for row in new} == {lost[0].site_id}
    assert {row.kid for row in new} != {lost[0].kid}


def test_the_new_pass_tells_what_the_register_says_now(storage, store, lost, batch, office):
    with storage.writing() as session:
        a_recorded_dose(session, session.get(Person, lost[0].person_id), number=3, day="15/07/2021")
    reissue(office, batch.id)
    assert [row.doses for row in results(storage, batch)] == [3, *[2] * 7]


def test_travel_passes_stay_travel_passes_and_their_key_is_another(storage, store, desk, lost, office):
    travel = passes(storage, desk, [row.person_id for row in lost[:2]], "travel")
    batch = carry_out(storage, decided(storage, key_of(travel), now=LATER).id, now=LATER)
    replace_key(store, "travel")
    reissue(office, batch.id)
    rows = results(storage, batch)
    assert [(row.form, row.outcome, row.text[:4]) for row in rows] == [("travel", "issued", "HC1:")] * 2
    assert revoked(storage) == {row.id for row in travel}


def test_whoever_is_no_longer_entitled_gets_a_reason(storage, store, desk, lost, office):
    travel = passes(storage, desk, [row.person_id for row in lost[:2]], "travel")
    batch = carry_out(storage, decided(storage, key_of(travel), now=LATER).id, now=LATER)
    replace_key(store, "travel")
    with storage.writing() as session:
        session.execute(delete(Dose).where(Dose.person_id == lost[0].person_id))
    reissue(office, batch.id)
    first, second = results(storage, batch)
    assert (first.outcome, first.problem, first.text) == ("refused", "A travel pass needs at least one dose.", None)
    assert second.outcome == "issued"


def test_a_pass_that_had_expired_was_not_lost(storage, store, lost, office):
    with storage.writing() as session:
        session.execute(update(IssuedPass).where(IssuedPass.id == lost[3].id).values(expires_at=LATER))
    batch = carry_out(storage, decided(storage, key_of(lost), now=LATER).id, now=LATER)
    replace_key(store, "domestic")
    reissue(office, batch.id)
    assert [row.outcome for row in results(storage, batch)] == ["issued"] * 3 + ["expired"] + ["issued"] * 4


def test_two_lost_passes_of_one_person_are_one_row(storage, store, desk, lost, office):
    with storage.writing() as session:
        a_recorded_dose(session, session.get(Person, lost[0].person_id), number=3, day="15/07/2021")
    (newer,) = passes(storage, desk, [lost[0].person_id])
    batch = carry_out(storage, decided(storage, key_of(lost), now=LATER).id, now=LATER)
    replace_key(store, "domestic")
    reissue(office, batch.id)
    rows = results(storage, batch)
    assert len(rows) == 8
    assert rows[0].lost_serial == newer.serial


def test_whoever_has_a_good_pass_by_now_keeps_it(storage, lost, batch, office, desk):
    (mine,) = passes(storage, desk, [lost[5].person_id], now=LATER)
    reissue(office, batch.id)
    row = results(storage, batch)[5]
    assert (row.outcome, row.serial) == ("kept", mine.serial)


def test_un_revoked_later_the_old_pass_is_superseded_and_not_a_second_one(storage, lost, batch, office):
    reissue(office, batch.id)
    undo = decided(storage, Selection("batch", str(batch.id)), "unrevoke")
    carry_out(storage, undo.id, now=LATER)
    with storage.reading() as session:
        current = select(func.count()).select_from(IssuedPass).where(IssuedPass.superseded_by.is_(None))
        assert session.scalar(current) == 8


def test_progress_begins_where_the_last_run_ended(batch, office):
    told, again = [], []
    reissue(office, batch.id, progress=told.append)
    assert reissue(office, batch.id, progress=again.append) == 0
    assert (told, again) == ([0, 3, 6, 8], [8])


def test_two_runs_at_once_give_nobody_two(storage, batch, office):
    with ThreadPoolExecutor(2) as pool:
        done = sum(pool.map(lambda _: reissue(office, batch.id), range(2)))
    assert done == 8
    with storage.reading() as session:
        assert session.scalar(select(func.count()).select_from(IssuedPass)) == 16


def test_nothing_is_signed_with_the_stolen_key(storage, lost, office):
    batch = carry_out(storage, decided(storage, key_of(lost)).id, now=NOW)
    with pytest.raises(ServerError, match="still signs") as refused:
        reissue(office, batch.id)
    assert refused.value.code == "lost_key_is_active"
    assert results(storage, batch) == []


def test_without_an_active_key_it_says_so_and_goes_on_later(storage, store, lost, office):
    batch = carry_out(storage, decided(storage, key_of(lost)).id, now=NOW)
    key = lifecycle.active(store.signers(), "domestic")
    store.change(lambda signers: lifecycle.revoke(signers, key.kid, LATER, "stolen"))
    with pytest.raises(KeysError, match="is active"):
        reissue(office, batch.id)
    spare = lifecycle.find(store.signers(), "spare-domestic")
    store.change(lambda signers: lifecycle.activate(signers, spare.kid, LATER))
    assert reissue(office, batch.id) == 8


def test_after_a_site_or_an_account_the_register_is_put_right_first(storage, lost, office):
    batch = decided(storage, Selection("site", str(lost[0].site_id)))
    carry_out(storage, batch.id, now=NOW)
    with pytest.raises(ServerError, match="register-checked"):
        reissue(office, batch.id)
    assert reissue(office, batch.id, checked=True) == 8


def test_a_batch_that_is_not_done_is_not_re_issued(storage, lost, office):
    waiting = proposed(storage, a_wish(key_of(lost)))
    for number, code in ((waiting.id, "batch_not_finished"), (99, "unknown_batch")):
        with pytest.raises(ServerError) as refused:
            reissue(office, number)
        assert refused.value.code == code


def test_an_un_revocation_is_not_re_issued(storage, lost, office):
    carry_out(storage, decided(storage, key_of(lost)).id, now=NOW)
    undo = decided(storage, key_of(lost), "unrevoke")
    with pytest.raises(ServerError, match="no batch of revocations"):
        reissue(office, undo.id)


def test_the_result_has_one_row_for_each_and_only_its_owner_reads_it(storage, batch, office, tmp_path):
    reissue(office, batch.id)
    path = tmp_path / "reissued.csv"
    for _ in range(2):
        with storage.reading() as session:
            assert write_results(path, reissued_in(session, batch.id), "none") == {"issued": 8}
    lines = path.read_text("utf-8").splitlines()
    assert len(lines) == 9
    assert lines[0] == "row,person,form,outcome,problem,lost_serial,serial,certificate_id,text,image"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_pictures_are_drawn_once_and_named_by_their_serial(storage, batch, office, tmp_path):
    reissue(office, batch.id)
    for _ in range(2):
        with storage.reading() as session:
            draw_pictures(tmp_path, reissued_in(session, batch.id), "svg", 1)
    drawn = {path.stem for path in tmp_path.glob("images/*/*.svg")}
    assert drawn == {str(row.serial) for row in results(storage, batch)}


def test_a_scanner_names_the_reason(storage, store, lost, office):
    """While the key is still trusted the pass is named revoked; afterwards its signer is unknown."""
    batch = decided(storage, key_of(lost))
    carry_out(storage, batch.id, now=NOW)
    assert scanner(store, storage, now=NOW).judge(lost[0].text, NOW + 60).reason is Reason.REVOKED
    replace_key(store, "domestic")
    assert scanner(store, storage, now=LATER).judge(lost[0].text, LATER + 60).reason is Reason.UNKNOWN_SIGNER
