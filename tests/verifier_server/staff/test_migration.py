"""Accounts of a version with two roles come to the six: nobody is locked out, and an older worker still runs."""

import pytest
from alembic import command
from sqlalchemy import text

from verifier_server.migrations import upgrade
from verifier_server.staff.accounts import account_of, add_roles
from verifier_server.staff.approving import is_waiting
from verifier_server.staff.guard import account_may
from verifier_server.staff.permissions import Permission

from ..old_registers import DATABASES, migrate, of_version

ACCOUNT = (
    "INSERT INTO account (id, email, password, active, fs_uniquifier, created_at) "
    "VALUES ({0}, '{1}@example.vn', '-', {2}, '{1}', 7)"
)


@pytest.fixture(params=DATABASES)
def two_roles(request, tmp_path):
    """A database of the version before, with a clerk and an administrator."""
    with of_version(request, tmp_path, "0005") as storage:
        with storage.writing() as session:
            for number, name in ((1, "clerk"), (2, "administrator")):
                session.execute(text(f"INSERT INTO role (id, name) VALUES ({number}, '{name}')"))
                session.execute(text(ACCOUNT.format(number, name, "true")))
                session.execute(text(f"INSERT INTO account_role (account_id, role_id) VALUES ({number}, {number})"))
            if request.param == "postgresql":
                session.execute(text("SELECT setval(pg_get_serial_sequence('role', 'id'), 2)"))
        yield storage


def held(storage, name):
    with storage.reading() as session:
        account = account_of(session, f"{name}@example.vn")
        return account, {role.name for role in account.roles}


def test_an_administrator_becomes_a_confirmed_key_administrator_and_a_clerk_stays_one(two_roles):
    upgrade(two_roles)
    with two_roles.writing() as session:
        add_roles(session)
    account, roles = held(two_roles, "administrator")
    assert "key_administrator" in roles
    assert not is_waiting(account)
    assert account_may(account, Permission.REVOCATIONS_APPROVE)
    assert not account_may(account, Permission.PEOPLE_READ)
    account, roles = held(two_roles, "clerk")
    assert roles == {"clerk"}
    assert account_may(account, Permission.PASSES_ISSUE)


def test_a_worker_of_the_version_before_still_finds_its_roles(two_roles):
    upgrade(two_roles)
    assert "administrator" in held(two_roles, "administrator")[1]
    with two_roles.writing() as session:  # as it makes an account, knowing none of the new columns
        session.execute(text(ACCOUNT.format(3, "late", "true")))
        session.execute(text("INSERT INTO account_role (account_id, role_id) VALUES (3, 2)"))
    account, _ = held(two_roles, "late")
    assert not any(account_may(account, one) for one in Permission)


def test_upgrading_twice_and_going_back_loses_no_account(two_roles):
    upgrade(two_roles)
    upgrade(two_roles)
    migrate(two_roles, command.downgrade, "0005")
    with two_roles.reading() as session:
        held = "account a JOIN account_role h ON h.account_id = a.id JOIN role r ON r.id = h.role_id"
        found = session.execute(text(f"SELECT a.email, r.name FROM {held}")).all()
    assert sorted(found) == [("administrator@example.vn", "administrator"), ("clerk@example.vn", "clerk")]
