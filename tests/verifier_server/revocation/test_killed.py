"""Killed at each commit of a run: the next run goes on, and the end is that of an undisturbed one."""

import signal
import subprocess
import sys

import pytest
from sqlalchemy import select

from tests.conftest import ROOT
from verifier_server.passes.tables import IssuedPass, SignerLog
from verifier_server.revocation.reissue import reissue
from verifier_server.revocation.results import reissued_in
from verifier_server.revocation.tables import BatchPass, RevocationBatch
from verifier_server.revocation.work import carry_out

from ..builders import NOW
from .builders import LATER, decided, key_of, passes, people, replace_key, revoked, state
from .killed import CHUNK

PEOPLE = 10
CHUNKS = 3


@pytest.fixture
def lost(storage, desk, accounts):
    return passes(storage, desk, people(storage, PEOPLE))


@pytest.fixture
def die(storage, store):
    """Run a batch in a process that dies at its n-th commit."""

    def run(what, batch, commit):
        url = storage.engine.url.render_as_string(hide_password=False)
        arguments = (what, url, batch.id, store.root, LATER, commit)
        program = [sys.executable, "-m", "tests.verifier_server.revocation.killed", *map(str, arguments)]
        ended = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, check=False)
        assert ended.returncode == -signal.SIGKILL, ended.stderr

    return run


def members(storage, batch):
    with storage.reading() as session:
        return set(session.scalars(select(BatchPass.pass_id).where(BatchPass.batch_id == batch.id)))


def test_revoking_killed_at_each_commit_ends_whole(storage, lost, die):
    batch = decided(storage, key_of(lost))
    for commit in (1, 2, 2, 1):
        die("revoke", batch, commit)
        # What the register says and what the batch says never differ.
        assert revoked(storage) == members(storage, batch)
    assert len(revoked(storage)) == 2 * CHUNK
    ended = carry_out(storage, batch.id, now=LATER)
    assert (ended.passes_done, ended.finished_at) == (PEOPLE, LATER)
    assert state(storage) == [(row.id, LATER, "key", batch.id) for row in lost]
    assert carry_out(storage, batch.id, now=LATER + 1).finished_at == LATER


def test_killed_as_it_finishes_it_is_finished_by_the_next_run(storage, lost, die):
    batch = decided(storage, key_of(lost))
    die("revoke", batch, CHUNKS + 1)
    assert len(revoked(storage)) == PEOPLE
    with storage.reading() as session:
        assert session.get(RevocationBatch, batch.id).finished_at is None
    assert carry_out(storage, batch.id, now=LATER).passes_done == PEOPLE


def test_un_revoking_killed_on_the_way_ends_whole(storage, lost, die):
    carry_out(storage, decided(storage, key_of(lost)).id, now=NOW)
    batch = decided(storage, key_of(lost), "unrevoke")
    die("revoke", batch, 2)
    assert len(revoked(storage)) == PEOPLE - CHUNK
    carry_out(storage, batch.id, now=LATER)
    assert revoked(storage) == set()


def test_re_issuing_killed_on_the_way_gives_everyone_one_pass(storage, store, lost, die, office):
    batch = decided(storage, key_of(lost))
    carry_out(storage, batch.id, now=NOW)
    replace_key(store, "domestic")
    # The first commit of a run takes serial numbers; the second is a chunk's.
    for commit in (1, 2, 3, 1):
        die("reissue", batch, commit)
    assert reissue(office, batch.id) == PEOPLE - CHUNK
    with storage.reading() as session:
        rows = list(reissued_in(session, batch.id))
        current = session.scalars(select(IssuedPass).where(IssuedPass.revoked_at.is_(None))).all()
        logged = set(session.scalars(select(SignerLog.serial)))
    assert [row.outcome for row in rows] == ["issued"] * PEOPLE
    assert sorted(row.person for row in rows) == sorted(one.person_id for one in current)
    assert len({row.serial for row in rows} | {row.lost_serial for row in rows}) == 2 * PEOPLE
    assert {row.serial for row in rows} | {row.lost_serial for row in rows} == logged
    assert reissue(office, batch.id) == 0
