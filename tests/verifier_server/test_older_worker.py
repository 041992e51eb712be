"""Every version from 0009 on comes while a worker of version 0008 reads and writes, and keeps nobody out for long."""

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import text

from verifier_server import migrations
from verifier_server.errors import ServerError
from verifier_server.migrations import is_current, upgrade

from .old_registers import DATABASES, migrate, of_version

ENTERS = """
INSERT INTO person (name, name_folded, name_plain, birth, sex, id_number, created_at, token)
VALUES ('Lê Hòa', 'lê hòa', 'le hoa', 19900131, 'female', :number, 7, :number) RETURNING id
"""
RECORDS = """
INSERT INTO dose (person_id, number, vaccine, given_on, lot, site_id, recorded_at, recorded_by, token)
VALUES (:person, 1, 'AZ', '2021-07-01', 'L', NULL, 7, NULL, :number)
"""
ISSUES = """
INSERT INTO issued_pass (person_id, form, serial, kid, text, status, doses, state, issued_at, expires_at)
VALUES (:person, 'domestic', :person, '0123456789abcdef', 'VN1:X', 'partial', 1, '-', 7, 9) RETURNING id
"""
REVOKES = "UPDATE issued_pass SET revoked_at = 8, revoked_why = 'pass', superseded_by = id WHERE id = :issued"
CORRECTS = "UPDATE dose SET lot = 'M' WHERE person_id = :person AND number = 1"
HAPPENS = """
INSERT INTO audit_event (kind, at, account, site, subject, subject_id, person, commitment)
VALUES ('dose_recorded', 7, NULL, NULL, 'dose', :person, :person, '0')
"""
OPENS = """
INSERT INTO account (email, password, active, fs_uniquifier, created_at) VALUES (:number, '-', true, :number, 7)
"""
READS = """
SELECT p.name, p.id_number, d.number, d.lot, i.status, i.revoked_at FROM person p
JOIN dose d ON d.person_id = p.id JOIN issued_pass i ON i.person_id = p.id ORDER BY p.id
"""


def work(storage, turn):
    """What a worker of version 0008 does with one person; gives how many people it reads."""
    number = f"{turn:012d}"
    with storage.writing() as session:
        person = session.scalar(text(ENTERS), {"number": number})
        for statement in (RECORDS, OPENS, HAPPENS, CORRECTS):
            wanted = {name: {"person": person, "number": number}[name] for name in ("person", "number")}
            session.execute(text(statement), {name: wanted[name] for name in wanted if f":{name}" in statement})
        issued = session.scalar(text(ISSUES), {"person": person})
        session.execute(text(REVOKES), {"issued": issued})
    with storage.reading() as session:
        rows = session.execute(text(READS)).all()
    assert {row[2:] for row in rows} == {(1, "M", "partial", 8)}
    return len(rows)


def later():
    """The versions after 0008, in their order."""
    script = ScriptDirectory.from_config(migrations._config())
    found = [one.revision for one in script.walk_revisions("base", "heads")][::-1]
    return found[found.index("0008") + 1 :]


@pytest.fixture(params=DATABASES)
def old(request, tmp_path):
    """A register of version 0008."""
    with of_version(request, tmp_path, "0008") as storage:
        yield storage


@pytest.fixture(params=["postgresql"])
def old_postgres(request, tmp_path, monkeypatch):
    """The same on PostgreSQL, where migrations give up waiting soon."""
    monkeypatch.setattr(migrations, "LONGEST_WAIT_MILLISECONDS", 50)
    monkeypatch.setattr(migrations, "TRIES", 2)
    with of_version(request, tmp_path, "0008") as storage:
        yield storage


def test_a_worker_of_0008_goes_on_through_every_version_after_it(old):
    turns = 1
    assert work(old, turns) == 1
    for revision in later():
        migrate(old, command.upgrade, revision)
        turns += 1
        assert work(old, turns) == turns, revision
    assert is_current(old)
    with old.reading() as session:
        signed = session.execute(text("SELECT count(*), count(signed_off_at), count(version) FROM dose")).one()
        papers = session.scalar(text("SELECT count(*) FROM person_identifier"))
    before = later().index("0012b") + 1  # what was recorded until then counts, what came later waits for a sign-off
    assert tuple(signed) == (turns, before, turns)
    assert papers == later().index("0009b") + 1


def test_while_somebody_reads_for_long_a_migration_waits_a_moment_and_says_so(old_postgres):
    work(old_postgres, 1)
    with old_postgres.reading() as report:
        report.execute(text("SELECT count(*) FROM person"))
        with pytest.raises(ServerError, match="stayed in use by a long transaction"):
            upgrade(old_postgres)
        assert work(old_postgres, 2) == 2  # nobody waits behind the migration
    upgrade(old_postgres)
    assert is_current(old_postgres)
    assert work(old_postgres, 3) == 3


def test_a_version_that_is_done_stays_done_when_a_later_one_could_not_wait(old_postgres):
    work(old_postgres, 1)
    with old_postgres.reading() as report:
        report.execute(text("SELECT count(*) FROM dose"))
        with pytest.raises(ServerError):
            upgrade(old_postgres)
    with old_postgres.reading() as session:
        assert session.scalar(text("SELECT version_num FROM alembic_version")) == "0011"
        assert session.scalar(text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")) == 0
