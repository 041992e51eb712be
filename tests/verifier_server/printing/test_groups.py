"""Who has a pass to print and why others have none, and the places of a run, on each database."""

from types import SimpleNamespace

from sqlalchemy import select

from verifier_server.config import Settings
from verifier_server.doses.tables import SITE, SignOff, SignOffRefusal
from verifier_server.jobs.kinds import Work
from verifier_server.passes.tables import IssuedPass
from verifier_server.printing import making, runs
from verifier_server.printing.folder import PrintFolder
from verifier_server.printing.groups import Group, counted, without_pass
from verifier_server.printing.tables import PrintPlace, PrintRun
from verifier_server.sites.rules import add_site

from ..builders import NOW, TODAY, a_pass, a_person, a_recorded_dose, an_account

WHY = ("printable", "printable", "revoked", "expired", "refused", "unsigned", "never")


def a_group(storage, desk):
    """One person for each of `WHY`, in the order of names from the last to the first; the account that asks."""
    with storage.writing() as session:
        people = [
            a_person(session, name=f"Lê Văn {'GFEDCBA'[n]}", id_number=f"00119000000{n}", phone=f"091234560{n}").id
            for n in range(len(WHY))
        ]
        site = add_site(session, "Trạm", now=NOW).id
        account = an_account(session)
        signed = SignOff(site_id=site, day=TODAY, signed_at=NOW, doses=1, refused=1)
        session.add(signed)
        session.flush()
        refusal = {"sign_off": signed.id, "form": "domestic", "code": "cap_reached", "refused_at": NOW}
        session.add(SignOffRefusal(person_id=people[4], **refusal))
        a_recorded_dose(session, SimpleNamespace(id=people[5], birth=19900131), site_id=site, source=SITE)
    issued = [a_pass(storage, desk, one) for one in people[:4]]
    with storage.writing() as session:
        session.get(IssuedPass, issued[2].id).revoked_at = NOW
        session.get(IssuedPass, issued[3].id).expires_at = NOW
    return Group("people", people=tuple(people)), issued, account


def test_everybody_is_counted_once_and_has_a_card_or_a_reason(storage, desk):
    group, _issued, _account = a_group(storage, desk)
    with storage.reading() as session:
        assert counted(session, group, "domestic", NOW) == {why: WHY.count(why) for why in set(WHY)}
        names = [(one.name[-1], one.why) for one in without_pass(session, group, "domestic", NOW, limit=4)]
        assert counted(session, group, "travel", NOW) == {"never": 6, "unsigned": 1}
    assert names == [("A", "never"), ("B", "unsigned"), ("C", "refused"), ("D", "expired")]


def test_a_run_has_its_places_in_the_order_of_names_and_is_made(storage, desk, tmp_path):
    group, issued, account = a_group(storage, desk)
    by = SimpleNamespace(id=account)
    with storage.writing() as session:
        run = runs.begin(session, group, form="domestic", layout="card", language="vi", account=by, now=NOW)
        places = session.scalars(select(PrintPlace.pass_id).where(PrintPlace.run_id == run.id).order_by("place")).all()
    assert places == [issued[1].id, issued[0].id]
    work = Work(SimpleNamespace(instance=tmp_path, settings=Settings()), storage, None, lambda: float(NOW))
    assert [tuple(one) for one in making.make_papers(work, run.id)][-1] == (2, 2)
    with storage.reading() as session:
        assert session.get(PrintRun, run.id).state == "ready"
    assert len(PrintFolder(tmp_path, run.id).parts()) == 1
    assert [tuple(one) for one in making.make_papers(work, run.id)] == []  # made already, and kept
    assert len(PrintFolder(tmp_path, run.id).parts()) == 1
