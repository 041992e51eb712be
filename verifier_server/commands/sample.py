"""`checkpoint-server sample`: a handful of invented people in every state, with passes in both forms.

For a fresh instance only: it refuses to put invented people among real ones. Doing it again
changes nothing.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from keys import ceremony
from keys.files import make_private_folder, write_whole
from keys.store import KeyStore
from vaccine_pass.status import Status
from verifier_server.app import create_app
from verifier_server.checks import today_at
from verifier_server.commands import answer, init_db, say
from verifier_server.commands.sample_people import SITE, WAITING, people_on
from verifier_server.config import load_config
from verifier_server.doses.rules import dose_entry, doses_of, record_dose
from verifier_server.doses.tables import BACK_ENTRY
from verifier_server.doses.tables import SITE as OF_A_SITE
from verifier_server.drawing import code_png
from verifier_server.errors import NotIssuable, ServerError
from verifier_server.passes.claims import FORMS
from verifier_server.passes.issue import PassRequest, issue_pass
from verifier_server.people.rules import add_person, person_entry
from verifier_server.people.tables import Person
from verifier_server.sites.rules import site_named
from verifier_server.staff.accounts import account_of, add_account, new_password
from verifier_server.staff.permissions import CLERK, KEY_ADMINISTRATOR, SITE_LEAD
from verifier_server.web.services import services

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from sqlalchemy.orm import Session

    from verifier_server.commands.sample_people import SamplePerson

ACCOUNTS = {"clerk@example.vn": CLERK, "lead@example.vn": SITE_LEAD, "admin@example.vn": KEY_ADMINISTRATOR}
_SETTINGS = "# A demonstration; without this file, the second factor is asked for.\nsecond_factor = false\n"
_SETTINGS += "# Anybody may read the messages to citizens' phones.\noutbox_page = true\n"
_FILES = {CLERK: "clerk", SITE_LEAD: "lead", KEY_ADMINISTRATOR: "administrator"}


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser(
        "sample",
        help="make invented people and passes in a fresh instance",
        description="Makes invented people, their passes as pictures, and three staff accounts. "
        "Two doses of today wait for the site lead.",
    )
    parser.set_defaults(run=lambda options: run(options.instance))


@dataclass(frozen=True)
class _Run:
    folder: Path
    now: int


def run(instance: Path) -> int:
    """Make the sample in an instance folder."""
    init_db.run(instance)
    store = KeyStore(instance / "keys")
    work = _Run(instance / "sample", int(time.time()))
    if not store.exists():
        ceremony.init(store, work.now)
        say(f"made sample keys in {store.root}")
    make_private_folder(work.folder)
    with create_app(load_config(instance)).app_context():
        _people(work)
        _accounts(work)
    _without_second_factor(instance / "server.toml")
    say(f"the passes are in {work.folder}")
    return 0


def _without_second_factor(settings: Path) -> None:
    # Invented people need no second factor, and whoever tries the demonstration has no authenticator yet.
    if not settings.exists():
        settings.write_text(_SETTINGS)


def _people(work: _Run) -> None:
    sample = people_on(today_at(work.now))
    with services().storage.writing() as session:
        _refuse_real_people(session, {one.id_number for one in sample})
        site = site_named(session, SITE, now=work.now)
        found = [(one, _registered(session, one, site.id, work.now)) for one in sample]
    for one, person_id in found:
        for form in FORMS:
            _pass(work, one, PassRequest(person_id, form, site_id=site.id))


def _refuse_real_people(session: Session, ours: set[str]) -> None:
    known = set(session.scalars(select(Person.id_number).where(Person.id_number.in_(ours))))
    if known != ours and session.scalar(select(Person.id).limit(1)) is not None:
        raise ServerError(
            "This register holds people already; make the sample in a fresh instance.", code="register_in_use"
        )


def _registered(session: Session, one: SamplePerson, site_id: int, now: int) -> int:
    person = session.scalar(select(Person).where(Person.id_number == one.id_number))
    if person is None:
        entry = person_entry(
            name=one.name, birth=one.birth, sex=one.sex, phone=one.phone, id_number=one.id_number, today=today_at(now)
        )
        person = add_person(session, entry, by=None, now=now)
    recorded = {dose.number for dose in doses_of(session, person.id)}
    waiting = WAITING.get(one.slug, ())
    given = [*one.doses, *((vaccine, today_at(now)) for vaccine in waiting)]
    for number, (vaccine, day) in enumerate(given, start=1):
        if number not in recorded:
            source = BACK_ENTRY if number <= len(one.doses) else OF_A_SITE
            dose = dose_entry(
                number=str(number),
                vaccine=vaccine,
                series="",
                given_on=f"{day:%d/%m/%Y}",
                lot=f"LO-{number:03d}",
                vaccinator="",
                today=today_at(now),
            )
            record_dose(session, person, dose, site_id=site_id, by=None, now=now, source=source)
    return person.id


def _pass(work: _Run, one: SamplePerson, request: PassRequest) -> None:
    try:
        with services().storage.session(writing=True) as session:
            issued = issue_pass(session, request, services().desk, work.now)
            session.commit()
    except NotIssuable as reason:
        say(f"{one.slug}: no {request.form} pass. {reason.message}")
        return
    picture = code_png(issued.text, status=Status(issued.status), doses=issued.doses, series=issued.series)
    write_whole(work.folder / f"{one.slug}-{request.form}.png", picture)


def _accounts(work: _Run) -> None:
    for email, role in ACCOUNTS.items():
        place = work.folder / f"{_FILES[role]}-password.txt"
        with services().storage.writing() as session:
            if account_of(session, email) is None:
                password = new_password()
                add_account(
                    session,
                    email=email,
                    role=role,
                    password=password,
                    now=work.now,
                    site_id=site_named(session, SITE, now=work.now).id,
                )
                write_whole(place, (password + "\n").encode())
        if place.exists():
            answer(f"log in as {email} with the password {place.read_text().strip()}")
