"""Revocations in every state, for pictures: one that waits, one half-way, some that are done.

Over invented people of invented sites, in the register of the sample. Passes are rows that nobody
could scan: their texts are no signatures, which no page of revocations looks at.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from keys.entry import KeyStatus
from keys.store import KeyStore
from verifier_server import schema
from verifier_server.audit.kinds import Kind
from verifier_server.audit.recording import Happening, record
from verifier_server.checks import today_at
from verifier_server.config import load_config
from verifier_server.passes.tables import IssuedPass
from verifier_server.people.rules import add_person, person_entry
from verifier_server.revocation import work
from verifier_server.revocation.batches import Wish, approve, propose, withdraw
from verifier_server.revocation.selection import Period, Selection
from verifier_server.sites.rules import add_site
from verifier_server.staff.tables import Account, Role
from verifier_server.storage import Storage

TABLES = schema.METADATA
DAY = 86_400
LIMIT = 100
ADMINISTRATOR, ANOTHER = "admin@example.vn", "thuha@example.vn"
# Site, province, passes of the key that was stolen, passes of another.
SITES = (
    ("Trung tâm Y tế quận Ba Đình", "01", 420, 60),
    ("Trạm Y tế phường Hàng Bạc", "01", 264, 30),
    ("Bệnh viện quận Hải Châu", "48", 210, 0),
    ("Trạm Y tế phường Bến Nghé", "79", 613, 130),
    ("Bệnh viện dã chiến số 6", "79", 388, 24),
    ("Trung tâm Y tế thành phố Thủ Đức", "79", 305, 0),
    ("Trạm Y tế phường Cái Khế", "92", 147, 12),
)


def make(instance: Path, now: int) -> None:
    """Put them into the register of ``instance`` as they stand at ``now`` (Unix seconds)."""
    storage = Storage(load_config(instance).database_url)
    former, stolen = _domestic_keys(instance)
    with storage.writing() as session:
        _second_administrator(session, now)
        sites = [_site(session, number, (stolen, former), now) for number in range(len(SITES))]
    _done(storage, Wish("revoke", _at(sites[6], now), "mũi tiêm bị ghi nhầm lô", ADMINISTRATOR), now - 6 * DAY)
    _taken_back(storage, Wish("revoke", _at(sites[1], now), "nhầm điểm tiêm", ANOTHER), now - 5 * DAY)
    _half_way(storage, Wish("revoke", _at(sites[3], now), "sổ bị khai khống", ANOTHER), now)
    _proposed(storage, Wish("revoke", Selection("key", stolen), "máy tính có khóa bị mất cắp", ANOTHER), now - 3600)
    storage.close()


def _domestic_keys(instance: Path) -> tuple[str, str]:
    """The key that signed before, and the one that signs now: it was stolen."""
    signers = KeyStore(instance / "keys").signers()
    by_status = {entry.status: entry.kid.hex() for entry in signers if entry.form == "domestic"}
    return by_status[KeyStatus.RETIRED], by_status[KeyStatus.ACTIVE]


def _second_administrator(session: Session, now: int) -> None:
    role = session.scalars(select(Role).where(Role.name == "key_administrator")).one()
    account = Account(email=ANOTHER, active=True, fs_uniquifier=ANOTHER, created_at=now - 90 * DAY, roles=[role])
    account.confirmed_at = account.created_at
    account.password = "-"  # noqa: S105 - no hash: nobody logs in as this
    session.add(account)
    session.flush()
    details = {"email": ANOTHER, "role": "key_administrator", "site": None}
    record(session, Happening(Kind.ACCOUNT_ADDED, "account", account.id, details=details), at=account.created_at)
    for known in session.scalars(select(Account)):
        known.created_at = now - 90 * DAY  # an account that is newer than a proposal cannot approve it


def _site(session: Session, number: int, kids: tuple[str, str], now: int) -> int:
    name, province, stolen, other = SITES[number]
    site = add_site(session, name, now=now)
    site.province = province
    for one in range(stolen + other):
        old = one >= stolen
        issued = now - (70 + one % 20 if old else one % 20) * DAY
        _pass(session, number * 1000 + one, site.id, kids[old], issued, now)
    return site.id


def _pass(session: Session, number: int, site: int, kid: str, issued: int, now: int) -> None:
    letters = f"{chr(65 + number // 676 % 26)}{chr(97 + number // 26 % 26)}{chr(97 + number % 26)}"
    entry = person_entry(
        name=f"Người Mẫu {letters}",
        birth="1980",
        sex="other",
        phone="",
        id_number=f"{79_080_000_000 + number:012}",
        today=today_at(now),
    )
    person = add_person(session, entry, by=None, now=now)
    told = {
        "form": "domestic",
        "serial": 2**31 + number,
        "kid": kid,
        "status": "complete",
        "doses": 2,
        "series": 2,
        "expires_at": issued + 365 * DAY,
    }
    row = IssuedPass(
        person_id=person.id, text=f"sample {number}", state=f"{number:064x}", issued_at=issued, site_id=site, **told
    )
    session.add(row)
    session.flush()
    done = Happening(Kind.PASS_ISSUED, "pass", row.id, site=site, person=person.id, details=told)
    record(session, done, at=issued)


def _at(site: int, now: int) -> Selection:
    return Selection("site", str(site), Period(now - 30 * DAY, now))


def _proposed(storage: Storage, wish: Wish, at: int) -> int:
    with storage.writing() as session:
        batch = propose(session, wish, limit=LIMIT, now=at)
        if batch is None:
            raise ValueError("the sample has nothing to revoke")
        return batch.id


def _done(storage: Storage, wish: Wish, at: int) -> None:
    number = _proposed(storage, wish, at)
    with storage.writing() as session:
        approve(session, number, by=ANOTHER, now=at + 3600)
    work.carry_out(storage, number, now=at + 3600)


def _half_way(storage: Storage, wish: Wish, now: int) -> None:
    number = _proposed(storage, wish, now - 7200)
    with storage.writing() as session:
        approve(session, number, by=ADMINISTRATOR, now=now - 7000)
    work.carry_on(storage, number, now=now - 7000)


def _taken_back(storage: Storage, wish: Wish, at: int) -> None:
    number = _proposed(storage, wish, at)
    with storage.writing() as session:
        withdraw(session, number, by=ANOTHER, now=at + 600)
