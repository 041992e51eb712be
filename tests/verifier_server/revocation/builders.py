"""Builders for revocation: administrators, people with passes, a wish, and a batch that is decided."""

from functools import cache

from passlib.hash import argon2
from sqlalchemy import select

from keys import ceremony, lifecycle
from keys.store import KeyStore
from keys.trustlist import trust_data
from vaccine_pass.verify import Verifier
from verifier_server.passes.issue import PassRequest, issue_passes
from verifier_server.passes.tables import IssuedPass
from verifier_server.revocation.batches import Wish, approve, propose
from verifier_server.revocation.selection import Selection
from verifier_server.sites.rules import add_site
from verifier_server.staff.tables import Account, Role

from ..builders import DAY, NOW, a_vaccinated_person

FIRST, SECOND, CLERK = "first@example.vn", "second@example.vn", "clerk@example.vn"
LATER = NOW + 22 * DAY
"""When scanners know the spare key."""
LIMIT = 5


def password_of(email):
    """The password of one of the staff: each has another one."""
    return f"the password of {email}"


@cache
def hashed(email):
    """The argon2 hash of that password; cheap here."""
    return argon2.using(time_cost=1, memory_cost=8, parallelism=1).hash(password_of(email))


def staff(storage):
    """Two administrators and a clerk, each with a password; gives their numbers by address."""
    with storage.writing() as session:
        for email, role in ((FIRST, "key_administrator"), (SECOND, "key_administrator"), (CLERK, "clerk")):
            roles = list(session.scalars(select(Role).where(Role.name == role)))
            session.add(
                Account(
                    email=email,
                    password=hashed(email),
                    active=True,
                    fs_uniquifier=email,
                    created_at=NOW,
                    confirmed_at=NOW,
                    roles=roles,
                )
            )
        session.flush()
        return {account.email: account.id for account in session.scalars(select(Account))}


def a_site(storage, name, province=None):
    """A site, perhaps with its province."""
    with storage.writing() as session:
        site = add_site(session, name, now=NOW)
        site.province = province
        return site.id


def people(storage, count, *, doses=2, first=0):
    """So many vaccinated people; gives their numbers."""
    numbers = range(first, first + count)
    with storage.writing() as session:
        return [a_vaccinated_person(session, doses, name=a_name(n), id_number=an_id_number(n)).id for n in numbers]


def a_name(number):
    """A made-up name for a number."""
    return f"Trần Văn {chr(97 + number // 26)}{chr(97 + number % 26)}"


def an_id_number(number):
    """An ID number for a number."""
    return f"{1084 * 10**8 + number:012}"


def passes(storage, desk, persons, form="domestic", *, now=NOW, **details):
    """A pass for each of these people; gives the rows."""
    numbers = desk.serials.reserve(len(persons))
    with storage.writing() as session:
        requests = [PassRequest(person, form, **details) for person in persons]
        return issue_passes(session, requests, desk, now, numbers=numbers)


def a_wish(selection, action="revoke", *, by=FIRST, reason="the laptop with the key was stolen"):
    """What an administrator wants."""
    return Wish(action, selection, reason, by)


def proposed(storage, wish, *, limit=LIMIT, now=NOW):
    """Store a wish as a batch."""
    with storage.writing() as session:
        return propose(session, wish, limit=limit, now=now)


def approved(storage, batch, *, by=SECOND, now=NOW):
    """Approve a batch."""
    with storage.writing() as session:
        return approve(session, batch.id, by=by, now=now)


def decided(storage, selection, action="revoke", *, now=NOW):
    """A batch that may be carried out, whatever its size."""
    batch = proposed(storage, a_wish(selection, action), now=now)
    return approved(storage, batch, now=now) if batch.second_person else batch


def key_of(rows):
    """The selection of all passes of the key that signed these."""
    (kid,) = {row.kid for row in rows}
    return Selection("key", kid)


def state(storage):
    """Every pass's number with when, why and by which batch it is revoked."""
    with storage.reading() as session:
        columns = (IssuedPass.id, IssuedPass.revoked_at, IssuedPass.revoked_why, IssuedPass.revoked_batch)
        return [tuple(row) for row in session.execute(select(*columns).order_by(IssuedPass.id))]


def revoked(storage):
    """The numbers of the passes that are revoked."""
    return {row[0] for row in state(storage) if row[1] is not None}


def keys_with_spares(folder):
    """Keys of each form: one active, and one pending that was published at once."""
    store = KeyStore(folder)
    ceremony.init(store, NOW)
    for form in ("domestic", "travel"):
        ceremony.new(store, NOW, form=form, name=f"spare-{form}", sign_from=NOW)
    store.mark_published(NOW)
    return store


def replace_key(store, form, *, now=LATER):
    """Answer a compromise: the active key is revoked, the spare one signs."""
    lost = lifecycle.active(store.signers(), form)
    store.change(lambda signers: lifecycle.revoke(signers, lost.kid, now, "stolen"))
    spare = lifecycle.find(store.signers(), f"spare-{form}")
    store.change(lambda signers: lifecycle.activate(signers, spare.kid, now))
    return lost


def scanner(store, storage, *, now):
    """A scanner with the trust list of now."""
    with storage.reading() as session:
        serials = session.scalars(select(IssuedPass.serial).where(IssuedPass.revoked_at.is_not(None))).all()
    return Verifier(trust_data(store.signers(), signed_at=float(now), revoked_serials=serials))
