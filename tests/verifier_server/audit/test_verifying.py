"""Every kind of tampering on a copy of the database, and what names it."""

import shutil
import sqlite3

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from keys.audit_heads import Head
from verifier_server.audit.canonical import EventFacts, first_previous, link_hash
from verifier_server.audit.erasing import erase_details
from verifier_server.audit.findings import Count
from verifier_server.audit.heads import head_of, note_given
from verifier_server.audit.verifying import verify
from verifier_server.errors import ServerError
from verifier_server.storage import Storage

from ..builders import NOW
from .builders import found, recorded, sealed

LINKS = 9
ERASED = 4


@pytest.fixture(scope="module")
def whole(empty_sqlite, tmp_path_factory):
    """A sealed chain of nine links with one erased detail and one event that waits, and its head."""
    path = tmp_path_factory.mktemp("audit") / "whole.sqlite"
    shutil.copy(empty_sqlite, path)
    storage = Storage(f"sqlite:///{path}")
    recorded(storage, 8)
    with storage.writing() as session:
        erase_details(session, ERASED, account=1, at=NOW)
    sealed(storage)
    with storage.reading() as session:
        head = head_of(session)
    recorded(storage, 1, first=20)
    with storage.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    storage.close()
    return path, head


@pytest.fixture
def tampered(whole, tmp_path):
    """Change a copy of the database by SQL, and verify it; gives the findings."""

    def run(*statements, head=None):
        path = tmp_path / "copy.sqlite"
        shutil.copy(whole[0], path)
        by_hand(path, statements)
        return verified(path, *([head] if head else []))

    return run


def by_hand(path, statements):
    connection = sqlite3.connect(path)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


def verified(path, *heads):
    storage = Storage(f"sqlite:///{path}")
    try:
        return found(storage, *heads)
    finally:
        storage.close()


def first(findings):
    return findings[0].kind.value, findings[0].link, findings[0].event


def test_a_whole_chain_has_no_finding(tampered, whole):
    assert tampered("SELECT 1", head=whole[1]) == []


@pytest.mark.parametrize(
    "change",
    [
        "kind = 'dose_struck'",
        "at = at - 1",
        "account = 9",
        "account = NULL",
        "site = 3",
        "site = NULL",
        "subject = 'person'",
        "subject_id = 4",
        "person = 4",
        "person = NULL",
        "kind = X'00'",
        "at = 'yesterday'",
    ],
)
def test_a_changed_field_of_an_event_is_named_at_its_link(tampered, change):
    findings = tampered(f"UPDATE audit_event SET {change} WHERE id = 3")
    assert first(findings) == ("event_differs", 3, 3)
    assert len(findings) == 1


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("UPDATE audit_event SET commitment = zeroblob(32) WHERE id = 3", ("event_differs", 3, 3)),
        ('UPDATE audit_detail SET details = \'{"lot":"B"}\' WHERE event = 3', ("detail_differs", 3, 3)),
        ("UPDATE audit_detail SET details = details || ' ' WHERE event = 3", ("detail_differs", 3, 3)),
        ("UPDATE audit_detail SET details = X'00' WHERE event = 3", ("detail_differs", 3, 3)),
        ("UPDATE audit_detail SET salt = zeroblob(16) WHERE event = 3", ("detail_differs", 3, 3)),
        ("UPDATE audit_detail SET details = '{}' WHERE event = 10", ("detail_differs", None, 10)),
        ("DELETE FROM audit_detail WHERE event = 3", ("detail_gone", 3, 3)),
        ("DELETE FROM audit_event WHERE id = 3", ("event_gone", 3, 3)),
        ("DELETE FROM audit_link WHERE seq = 3", ("link_missing", 3, None)),
        ("DELETE FROM audit_link WHERE seq IN (1, 2)", ("link_missing", 1, None)),
        ("UPDATE audit_link SET hash = zeroblob(32) WHERE seq = 3", ("event_differs", 3, 3)),
        ("UPDATE audit_link SET previous = zeroblob(32) WHERE seq = 3", ("link_before_differs", 3, 3)),
        ("UPDATE audit_link SET sealed_at = sealed_at + 1 WHERE seq = 3", ("event_differs", 3, 3)),
        ("UPDATE audit_link SET event = 10 WHERE seq = 3", ("event_differs", 3, 10)),
        ("UPDATE audit_link SET event = 99 WHERE seq = 3", ("event_gone", 3, 99)),
        ("UPDATE audit_chain SET chain = '00112233445566778899aabbccddeeff'", ("link_before_differs", 1, 1)),
        ("UPDATE audit_chain SET hash = zeroblob(32)", ("end_differs", 9, None)),
        ("UPDATE audit_chain SET seq = 8", ("end_differs", 9, None)),
        ("UPDATE audit_chain SET seq = 12", ("tail_missing", 10, None)),
        ("DELETE FROM audit_chain", ("end_differs", None, None)),
        ("DELETE FROM audit_waiting", ("event_outside", None, 10)),
        ("DELETE FROM audit_event WHERE id = 10", ("detail_without_event", None, 10)),
        ("INSERT INTO audit_waiting VALUES (77)", ("waiting_wrong", None, 77)),
        ("INSERT INTO audit_waiting VALUES (3)", ("waiting_wrong", 3, 3)),
        ("INSERT INTO audit_detail VALUES (4, zeroblob(16), '{}')", ("detail_differs", 4, 4)),
        ("INSERT INTO audit_detail VALUES (99, zeroblob(16), '{}')", ("detail_without_event", None, 99)),
        (
            "INSERT INTO audit_event VALUES (99, 'dose_recorded', 1, 1, 1, 'dose', 1, 1, zeroblob(32))",
            ("event_outside", None, 99),
        ),
        ("DELETE FROM audit_event WHERE id = 9", ("detail_gone", 4, 4)),
        ("UPDATE audit_event SET kind = 'details_erased' WHERE id = 3", ("event_differs", 3, 3)),
    ],
)
def test_one_change_is_named(tampered, statement, expected):
    assert first(tampered(statement)) == expected


def test_a_removed_event_with_its_link_and_detail_is_named(tampered):
    findings = tampered(
        "DELETE FROM audit_event WHERE id = 3",
        "DELETE FROM audit_detail WHERE event = 3",
        "DELETE FROM audit_link WHERE seq = 3",
    )
    assert [first([one]) for one in findings] == [("link_missing", 3, None)]


def test_two_links_that_changed_places_are_named(tampered):
    findings = tampered(
        "UPDATE audit_link SET seq = 100 WHERE seq = 3",
        "UPDATE audit_link SET seq = 3 WHERE seq = 4",
        "UPDATE audit_link SET seq = 4 WHERE seq = 100",
    )
    assert findings[0].link == 3


def test_details_that_changed_places_are_named(tampered):
    findings = tampered(
        "UPDATE audit_detail SET event = 100 WHERE event = 2",
        "UPDATE audit_detail SET event = 2 WHERE event = 3",
        "UPDATE audit_detail SET event = 3 WHERE event = 100",
        # Both say the same lot: only the salt tells them apart.
    )
    assert [one.event for one in findings] == [2, 3]


def test_details_removed_under_an_invented_erasure_leave_the_erasure_in_sight(tampered):
    findings = tampered(
        "DELETE FROM audit_detail WHERE event = 3",
        "INSERT INTO audit_event VALUES (11, 'details_erased', 1, 1, NULL, 'person', 3, 3, zeroblob(32))",
    )
    assert {one.event for one in findings} == {11}
    assert {one.kind.value for one in findings} == {"event_outside"}


def test_a_cut_tail_is_named_although_the_sealer_s_row_was_changed_with_it(tampered, whole):
    cut = (
        "DELETE FROM audit_link WHERE seq > 6",
        "DELETE FROM audit_event WHERE id > 6",
        "DELETE FROM audit_detail WHERE event > 6",
        "DELETE FROM audit_waiting",
    )
    findings = tampered(*cut, head=whole[1])
    assert ("tail_missing", 7, None) in [first([one]) for one in findings]
    clean = (*cut, "UPDATE audit_chain SET seq = 6, hash = (SELECT hash FROM audit_link WHERE seq = 6)")
    # The erasure was in the tail: what it erased is no longer accounted for.
    assert [one.kind.value for one in tampered(*clean)] == ["detail_gone"]
    findings = tampered(*clean, head=whole[1])
    assert first(findings[-1:]) == ("tail_missing", 7, None)
    assert "the head is of link 9" in findings[-1].detail


def test_a_head_that_was_given_out_is_remembered_in_the_database_too(whole, tmp_path):
    path = tmp_path / "copy.sqlite"
    shutil.copy(whole[0], path)
    storage = Storage(f"sqlite:///{path}")
    with storage.writing() as session:
        note_given(session, whole[1], NOW)
        note_given(session, whole[1], NOW + 1)
    storage.close()
    assert verified(path) == []
    rewritten(path, "UPDATE audit_event SET account = 66 WHERE id = 3")
    assert first(verified(path)) == ("head_differs", 9, 9)


def rewritten(path, *statements):
    """Change the database and then make every hash anew, as its owner could."""
    by_hand(path, statements)
    connection = sqlite3.connect(path)
    (chain,) = connection.execute("SELECT chain FROM audit_chain").fetchone()
    previous, seq = first_previous(chain), 0
    rows = connection.execute(
        "SELECT l.sealed_at, e.id, e.kind, e.at, e.account, e.site, e.subject, e.subject_id, e.person, e.commitment "
        "FROM audit_link l JOIN audit_event e ON e.id = l.event ORDER BY l.seq"
    ).fetchall()
    connection.execute("DELETE FROM audit_link")
    for sealed_at, *fields in rows:
        seq += 1
        made = link_hash(previous, seq, sealed_at, EventFacts(*fields))
        connection.execute("INSERT INTO audit_link VALUES (?,?,?,?,?)", (seq, fields[0], sealed_at, previous, made))
        previous = made
    connection.execute("UPDATE audit_chain SET seq = ?, hash = ?", (seq, previous))
    connection.commit()
    connection.close()


@pytest.mark.parametrize(
    "change",
    [
        ["UPDATE audit_event SET account = 66 WHERE id = 3"],
        [
            "DELETE FROM audit_event WHERE id = 9",
            "DELETE FROM audit_detail WHERE event IN (4, 9)",
            "DELETE FROM audit_event WHERE id = 4",
        ],
    ],
)
def test_a_chain_rewritten_wholly_differs_from_the_head_that_was_published(whole, tmp_path, change):
    path = tmp_path / "copy.sqlite"
    shutil.copy(whole[0], path)
    rewritten(path, *change)
    assert verified(path) == []  # nothing in the database shows it
    findings = verified(path, whole[1])
    assert findings[0].kind.value in {"head_differs", "tail_missing"}


def test_a_head_of_another_chain_is_named(whole):
    path, head = whole
    other = Head("f" * 32, head.seq, head.hash, head.sealed_at)
    assert first(verified(path, other)) == ("other_chain", None, None)


@pytest.mark.parametrize("change", ["seq = 'x'", "hash = 'text'", "previous = 'text'"])
def test_a_link_with_values_of_another_type_is_one_sentence_or_a_finding(tampered, change):
    try:
        assert tampered(f"UPDATE audit_link SET {change} WHERE seq = 3")
    except ServerError as problem:
        assert "link" in problem.message


TABLES = {
    "audit_event": ("kind", "at", "account", "site", "subject", "subject_id", "person", "commitment"),
    "audit_detail": ("event", "salt", "details"),
    "audit_link": ("seq", "event", "sealed_at", "previous", "hash"),
    "audit_chain": ("chain", "seq", "hash"),
}


VALUES = st.one_of(st.integers(-5, 20), st.binary(max_size=33), st.text("abc", max_size=3))
# Which column (none: the row is removed) of which row, and what it becomes.
EDITS = st.tuples(
    st.sampled_from([(table, column) for table, columns in TABLES.items() for column in (None, *columns)]),
    st.integers(0, LINKS - 1),
    VALUES,
)


@given(edits=st.lists(EDITS, min_size=1, max_size=3))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_random_edit_goes_unseen(whole, tmp_path, edits):
    path = tmp_path / "copy.sqlite"
    for left in tmp_path.iterdir():
        left.unlink()
    shutil.copy(whole[0], path)
    # Only what is sealed: an event that waits for its link is not protected yet, except its details.
    before = contents(path)
    by_hand(path, ["PRAGMA journal_mode = MEMORY"])
    for (table, column), row, value in edits:
        edit(path, table, column, row, value)
    if contents(path) == before:
        return
    try:
        assert verified(path, whole[1])
    except ServerError as problem:
        assert "audit chain" in problem.message


def edit(path, table, column, row, value):
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA synchronous = OFF")
    chosen = f"rowid = (SELECT rowid FROM {table} ORDER BY rowid LIMIT 1 OFFSET {row})"
    if column is None:
        connection.execute(f"DELETE FROM {table} WHERE {chosen}")
    else:
        connection.execute(f"UPDATE OR IGNORE {table} SET {column} = ? WHERE {chosen}", (value,))
    connection.close()


def contents(path):
    connection = sqlite3.connect(path)
    found = {table: connection.execute(f"SELECT * FROM {table}").fetchall() for table in TABLES}
    connection.close()
    return found


def test_it_reads_in_pieces_and_finds_the_same(lite, monkeypatch):
    recorded(lite, 25)
    sealed(lite)
    monkeypatch.setattr("verifier_server.audit.verifying.ROWS_AT_ONCE", 4)
    asked = []
    event.listen(lite.engine, "before_cursor_execute", lambda *arguments: asked.append(arguments[2]))
    count = Count()
    assert list(verify(lite, count)) == []
    assert count.links == 25
    assert sum("audit_link" in statement and "LIMIT" in statement for statement in asked) >= 7


def test_each_database_finds_the_same(storage):
    recorded(storage, 5)
    sealed(storage)
    with storage.reading() as session:
        head = head_of(session)
    with storage.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE audit_event SET account = 9 WHERE subject_id = 3")
        connection.exec_driver_sql("DELETE FROM audit_link WHERE seq = 5")
    assert [one.kind.value for one in found(storage, head)] == [
        "event_differs",
        "tail_missing",
        "tail_missing",
        "event_outside",
    ]


def test_events_recorded_and_sealed_while_it_reads_are_not_mistaken_for_others(storage, monkeypatch):
    monkeypatch.setattr("verifier_server.audit.verifying.ROWS_AT_ONCE", 2)
    recorded(storage, 6)
    sealed(storage)
    with storage.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE audit_event SET account = 9 WHERE subject_id = 1")
    count = Count()
    reading = verify(storage, count)
    assert next(reading).event is not None
    recorded(storage, 3, first=7)
    sealed(storage)
    recorded(storage, 1, first=10)
    assert list(reading) == []
    assert (count.links, count.waiting) == (6, 0)
