"""The dry run: what it finds, that it enters nothing, and that the import then does what it said."""

import pytest
from sqlalchemy import func, select

from verifier_server.audit.tables import AuditEvent
from verifier_server.bulk.headers import COLUMNS
from verifier_server.errors import FieldError
from verifier_server.imports import runs
from verifier_server.imports.rehearsing import rehearse
from verifier_server.sites.tables import Site

from ..builders import NOW, a_file, a_person, a_record, a_recorded_dose, many_records
from .builders import a_doubtful_record, damaged_records


def test_each_row_is_found_new_known_doubtful_or_wrong(importing):
    with importing.storage.writing() as session:
        a_recorded_dose(session, a_person(session))
    records = [
        a_record(),
        a_record(dose_number="2", dose_date="29/07/2021"),
        a_doubtful_record(),
        *many_records(2),
        a_record(dob="31/02/1990"),
    ]
    number = importing.rehearse(records)
    assert importing.findings(number) == {"known": 1, "dose": 1, "doubtful": 1, "new": 2, "refused": 1}
    assert [importing.row(number, row).finding for row in range(2, 8)] == [
        *("known", "dose", "doubtful"),
        *("new", "new", "refused"),
    ]
    assert importing.row(number, 7).faults[0][:2] == ["dob", "bad_birth_date"]
    assert importing.run(number).state == "checked"


def test_nothing_is_entered_and_nothing_is_left_on_the_disk_but_the_file(importing):
    before = importing.counted()
    number = importing.rehearse([*many_records(3), a_record(site="Một điểm tiêm mới")])
    assert importing.counted() == before
    assert [path.name for path in importing.files.folder.iterdir()] == [f"{number}.data"]
    assert importing.files.of(number).stat().st_mode & 0o077 == 0
    with importing.storage.reading() as session:
        kinds = set(session.scalars(select(AuditEvent.kind)))
        assert session.scalar(select(func.count()).select_from(Site)) == 0
    assert kinds <= {"account_added", "import_begun"}
    assert importing.run(number).new_sites == ["Một điểm tiêm mới", "Trạm y tế phường Mẫu"]


def test_rows_are_held_against_the_rows_before_them_also_across_chunks(importing):
    one = a_record()
    records = [
        one,
        *many_records(600),
        one,
        a_record(dose_number="2", dose_date="29/07/2021"),
        a_record(dose_number="1", dose_date="02/07/2021"),
        a_doubtful_record(),
    ]
    number = importing.rehearse(records)
    found = {row: importing.row(number, row).finding for row in range(603, 607)}
    assert found == {603: "known", 604: "dose", 605: "refused", 606: "doubtful"}
    assert importing.row(number, 605).faults[0][1] == "dose_exists"


@pytest.mark.parametrize("seed", [1, 2])
def test_the_import_does_what_the_dry_run_said(lite_importing, seed):
    records, damaged = damaged_records(700, seed=seed)
    number = lite_importing.rehearse(records)
    said = lite_importing.findings(number)
    assert said["refused"] >= damaged
    lite_importing.enter(number)
    done = lite_importing.outcomes(number)
    assert (done["entered"], done["refused"]) == (said["new"] + said["dose"], said["refused"])
    assert done.get("known", 0) == said.get("known", 0)
    assert done.get("waiting", 0) == said.get("doubtful", 0)
    assert lite_importing.counted().people == said["new"]


def test_a_rehearsal_that_was_interrupted_begins_from_the_top(importing):
    number = importing.hand_in(many_records(1_200))
    begun = rehearse(importing.storage, importing.files, number, NOW)
    assert next(begun).done == 500
    begun.close()
    assert [step.done for step in rehearse(importing.storage, importing.files, number, NOW)] == [500, 1000, 1200]
    assert importing.findings(number) == {"new": 1_200}


def test_a_second_process_stops_the_first_and_not_itself(importing):
    number = importing.hand_in(many_records(1_200))
    first = rehearse(importing.storage, importing.files, number, NOW)
    next(first)
    second = rehearse(importing.storage, importing.files, number, NOW)
    next(second)
    next(second)
    with pytest.raises(runs.ImportTaken):
        next(first)
    # The scratch of both is one place: the first has removed it while ending.
    assert importing.run(number).state == "checking"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", None),
        ("\n\n", "no_header"),
        ("full_name,dob\n", "no_rows"),
        ("name,phone\nLê Hòa,0912\n", "missing_columns"),
        ("full_name,dob,Ngày sinh\nLê Hòa,1990,1990\n", "column_twice"),
        ("PK\x03\x04 this is no workbook", "workbook_damaged"),
    ],
)
def test_a_file_that_cannot_be_used_at_all_says_why_in_one_sentence(lite_importing, tmp_path, content, code):
    path = tmp_path / "bad.csv"
    path.write_text(content, "utf-8")
    if code is None:
        with pytest.raises(FieldError, match="empty"):
            lite_importing.hand_in(path)
        return
    number = lite_importing.rehearse(path)
    run = lite_importing.run(number)
    assert (run.state, run.problem[0]) == ("failed", code)
    assert run.problem[1].endswith(".")
    assert not lite_importing.files.of(number).exists()


def test_a_file_larger_than_the_setting_is_refused_and_nothing_of_it_is_left(lite_importing, tmp_path):
    path = tmp_path / "large.csv"
    path.write_bytes(bytes((1 << 20) + 1))
    with pytest.raises(FieldError, match="larger than 1 MB"):
        lite_importing.hand_in(path)
    assert list(lite_importing.files.folder.iterdir()) == []


def test_the_same_file_again_is_the_same_import(importing):
    records = many_records(3)
    first = importing.rehearse(records)
    assert importing.was_new
    assert importing.hand_in(records) == first
    assert not importing.was_new
    with importing.storage.writing() as session:
        runs.discard(session, first, by=importing.clerk, now=NOW)
    assert importing.hand_in(records) != first


def test_a_file_is_called_by_its_own_name_and_nothing_else(lite_importing, tmp_path):
    path = a_file(tmp_path / "tiêm <b>1.csv", many_records(1), titles=dict(zip(COLUMNS, COLUMNS, strict=True)))
    assert lite_importing.run(lite_importing.hand_in(path)).file_name == "tiêm _b_1.csv"
