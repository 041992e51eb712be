"""Builders for what the server's tests talk about: a person, a dose, a pass, a file of records."""

import csv
import io
from datetime import date

from sqlalchemy import select

from keys.trustlist import trust_data
from verifier_server.doses.rules import dose_entry, record_dose
from verifier_server.doses.tables import BACK_ENTRY, Dose
from verifier_server.passes.issue import PassRequest, issue_pass
from verifier_server.passes.tables import IssuedPass
from verifier_server.people.rules import add_person, person_entry
from verifier_server.staff.tables import Account

NOW = 1_627_603_200
"""30 July 2021, 00:00 UTC: 07:00 in Vietnam."""
TODAY = date(2021, 7, 30)
DAY = 86_400

NAME = "Nguyễn Thị Hoàng Phương Thảo"


def an_entry(name=NAME, birth="31/01/1990", sex="female", phone="0912345678", id_number="001190000003"):
    """The checked details of a person."""
    return person_entry(name=name, birth=birth, sex=sex, phone=phone, id_number=id_number, today=TODAY)


def a_person(session, **details):
    """A person in the register."""
    return add_person(session, an_entry(**details), by=None, now=NOW)


def an_account(session, email="c@example.vn"):
    """The number of an account that nobody logs in with."""
    account = Account(email=email, password="x", active=True, fs_uniquifier=email, created_at=NOW)
    session.add(account)
    session.flush()
    return account.id


def a_dose_entry(number=1, vaccine="PFIZER", day="01/07/2021", series="", lot="FF1234"):
    """The checked details of a dose."""
    return dose_entry(
        number=str(number), vaccine=vaccine, series=series, given_on=day, lot=lot, vaccinator="", today=TODAY
    )


def a_recorded_dose(session, person, *, site_id=None, source=BACK_ENTRY, **details):
    """A dose in the register that counts; of the source ``site`` it waits for the site's sign-off."""
    return record_dose(session, person, a_dose_entry(**details), site_id=site_id, by=None, now=NOW, source=source)


def a_vaccinated_person(session, doses=2, vaccine="PFIZER", **details):
    """A person with so many doses, four weeks apart."""
    person = a_person(session, **details)
    for number in range(1, doses + 1):
        a_recorded_dose(session, person, number=number, vaccine=vaccine, day=f"{number:02}/0{number + 2}/2021")
    return person


def some_doses(*given):
    """Doses that are in no register: (vaccine) or (vaccine, series) in their order."""
    doses = []
    for number, one in enumerate(given, start=1):
        vaccine, series = one if isinstance(one, tuple) else (one, None)
        doses.append(Dose(number=number, vaccine=vaccine, series=series, given_on=date(2021, number, 1)))
    return doses


def a_pass(storage, desk, person_id, form="domestic", now=NOW, **details):
    """A pass, issued in a transaction of its own."""
    with storage.session(writing=True) as session:
        issued = issue_pass(session, PassRequest(person_id, form, **details), desk, now)
        session.commit()
        return issued


def trust_now(store, session, now):
    """What a scanner trusts that knows all of now: the signers, and every pass that is revoked in the register."""
    revoked = session.scalars(select(IssuedPass.serial).where(IssuedPass.revoked_at.is_not(None)))
    return trust_data(store.signers(), signed_at=float(now), revoked_serials=revoked)


RECORD = {
    "full_name": NAME,
    "dob": "31/01/1990",
    "gender": "nữ",
    "phone": "0912345678",
    "id_number": "001190000003",
    "vaccine": "PFIZER",
    "dose_number": "1",
    "series": "",
    "dose_date": "01/07/2021",
    "lot": "FF1234",
    "site": "Trạm y tế phường Mẫu",
}


def a_record(**changes):
    """One row of a file of records."""
    return {**RECORD, **changes}


def many_records(count, **changes):
    """Rows of different people."""
    return [
        a_record(
            full_name=f"Trần Văn {_letters(n)}", id_number=f"{1_084_000_000 + n:012d}", phone=f"09{n:08d}", **changes
        )
        for n in range(count)
    ]


def a_file(path, records, *, delimiter=",", encoding="utf-8", titles=None):
    """Write records as CSV; `titles` renames the columns in the header."""
    columns = list(records[0])
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\n")
    writer.writerow([(titles or {}).get(column, column) for column in columns])
    writer.writerows([[record.get(column, "") for column in columns] for record in records])
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def results_of(folder):
    """The rows of a result file."""
    with (folder / "results.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _letters(number):
    """A made-up name for a number: letters only."""
    text = ""
    while True:
        text = "abcdefghij"[number % 10] + text
        number //= 10
        if not number:
            return text.capitalize()
