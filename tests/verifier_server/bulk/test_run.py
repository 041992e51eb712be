"""A whole run from a file to its results."""

import io
import sqlite3
import threading

import pytest
import zxingcpp
from PIL import Image
from sqlalchemy import func, select

from keys.errors import KeysError
from vaccine_pass.verdict import Outcome
from verifier_server.bulk.run import BulkJob, Office, run_bulk
from verifier_server.doses.tables import Dose
from verifier_server.passes.tables import IssuedPass, SignerLog
from verifier_server.people.tables import Person
from verifier_server.storage import Storage

from ..builders import DAY, NAME, NOW, RECORD, a_file, a_record, many_records, results_of


@pytest.fixture
def work(storage, desk, tmp_path):
    """Run a file of records and give the totals and the rows of the result."""

    def run(source, out="out", at=NOW, image="none", **job):
        totals = run_bulk(BulkJob(source, tmp_path / out, image=image, **job), Office(storage, desk, lambda: at))
        return totals, results_of(tmp_path / out)

    return run


def count(storage, table):
    with storage.reading() as session:
        return session.scalar(select(func.count()).select_from(table))


def test_a_row_becomes_a_pass_that_scanners_accept(work, tmp_path, verifier):
    totals, rows = work(a_file(tmp_path / "in.csv", [a_record()]))
    assert (totals.issued, totals.refused) == (1, 0)
    verdict = verifier.judge(rows[0]["text"], NOW + 60)
    assert verdict.outcome is Outcome.ACCEPTED
    assert (verdict.claims.name, verdict.claims.doses, verdict.claims.series) == (NAME, 1, 2)
    assert rows[0]["row"] == "2"
    assert int(rows[0]["serial"]) == verdict.claims.serial


def test_each_row_tells_the_state_after_it(work, tmp_path, verifier):
    records = [
        a_record(vaccine="", dose_number="0", dose_date="", lot=""),
        a_record(),
        a_record(dose_number="2", dose_date="29/07/2021"),
    ]
    _, rows = work(a_file(tmp_path / "in.csv", records))
    states = [verifier.judge(row["text"], NOW + 60).claims for row in rows]
    assert [(state.doses, state.series) for state in states] == [(0, None), (1, 2), (2, 2)]


def test_a_damaged_row_is_named_and_the_others_go_through(work, tmp_path):
    records = [
        a_record(),
        a_record(id_number="001190000004", dob="31/02/1990"),
        a_record(id_number="001190000005", full_name="Lê Hòa"),
        a_record(id_number="001190000006", vaccine="Aspirin"),
        a_record(id_number="001190000007", full_name="x" * 200),
        a_record(id_number="", phone=""),
        a_record(id_number="001190000008", full_name="=cmd|' /C calc'!A0"),
        a_record(id_number="1190000009"),
        a_record(full_name="Trần Dũng"),
        a_record(id_number="001190000010", full_name="Hồ An", dose_number=""),
        a_record(id_number="001190000011", full_name="Hồ Ba", dose_date="31/07/2021"),
        a_record(id_number="001190000012", full_name="Hồ\x00Cư"),
    ]
    totals, rows = work(a_file(tmp_path / "in.csv", records))
    assert (totals.issued, totals.refused) == (2, 10)
    assert [(int(row["row"]), row["outcome"], row["column"]) for row in rows] == [
        (2, "issued", ""),
        (3, "refused", "dob"),
        (4, "issued", ""),
        (5, "refused", "vaccine"),
        (6, "refused", "full_name"),
        (7, "refused", "id_number"),
        (8, "refused", "full_name"),
        (9, "refused", "id_number"),
        (10, "refused", "id_number"),
        (11, "refused", "dose_number"),
        (12, "refused", "dose_date"),
        (13, "refused", "full_name"),
    ]
    assert all(row["problem"].endswith(".") for row in rows if row["outcome"] == "refused")


def test_no_cell_of_the_result_is_a_formula(work, tmp_path):
    records = [
        a_record(full_name="=1+1"),
        a_record(dob="=1+1"),
        a_record(vaccine="@SUM(A1)"),
        a_record(lot="-1", dose_number="+1"),
    ]
    _, rows = work(a_file(tmp_path / "in.csv", records))
    assert not [cell for row in rows for cell in row.values() if cell[:1] in {"=", "+", "-", "@"}]


def test_rows_that_are_cut_off_or_not_utf8_are_refused(work, tmp_path):
    path = a_file(tmp_path / "in.csv", [a_record()])
    with path.open("ab") as file:
        file.write("Lê Hòa,1990\n".encode())
        file.write(("Lê H\udcf2a,1990,nam,0912345678,001190000013,,,,,,\n").encode("utf-8", "surrogateescape"))
        file.write(b"Le Hoa,1990,nam,0912345678,001190000014,,,,,,\n")
    _, rows = work(path)
    assert [(row["outcome"], row["column"], row["problem"][:22]) for row in rows] == [
        ("issued", "", ""),
        ("refused", "", "This row has 2 values,"),
        ("refused", "full_name", "This is not UTF-8 text"),
        ("issued", "", ""),
    ]


def test_a_spreadsheet_in_vietnamese_with_semicolons_and_a_bom_is_read(work, tmp_path):
    titles = {
        "full_name": "Họ và tên",
        "dob": "Ngày sinh",
        "gender": "Giới tính",
        "phone": "Số điện thoại",
        "id_number": "Số CMND/CCCD/HC",
        "vaccine": "Vắc xin",
        "dose_number": "Mũi số",
        "dose_date": "Ngày tiêm",
    }
    path = a_file(
        tmp_path / "in.csv", [a_record(vaccine="AstraZeneca")], delimiter=";", encoding="utf-8-sig", titles=titles
    )
    totals, _ = work(path)
    assert totals.issued == 1


def test_running_a_file_again_changes_nothing_and_gives_the_same_result(work, tmp_path, storage):
    path = a_file(tmp_path / "in.csv", [*many_records(30), a_record(dob="nonsense")])
    work(path)
    before = [count(storage, table) for table in (Person, Dose, IssuedPass, SignerLog)]
    work(path, out="again", at=NOW + DAY)
    assert (tmp_path / "out/results.csv").read_bytes() == (tmp_path / "again/results.csv").read_bytes()
    assert [count(storage, table) for table in (Person, Dose, IssuedPass, SignerLog)] == before == [30, 30, 30, 30]


def test_another_file_with_the_same_rows_doubles_nothing(work, tmp_path, storage):
    _, first = work(a_file(tmp_path / "one.csv", many_records(5)))
    _, second = work(a_file(tmp_path / "two.csv", many_records(5), delimiter=";"), out="two")
    assert [row["serial"] for row in first] == [row["serial"] for row in second]
    assert [count(storage, table) for table in (Person, Dose, IssuedPass)] == [5, 5, 5]


def test_a_dose_that_contradicts_the_register_is_refused(work, tmp_path):
    work(a_file(tmp_path / "one.csv", [a_record()]))
    _, rows = work(a_file(tmp_path / "two.csv", [a_record(vaccine="AZ")]), out="two")
    assert (rows[0]["column"], rows[0]["problem"]) == ("dose_number", "Dose 1 of this person is recorded already.")


def test_travel_passes_are_issued_where_the_doses_allow(work, tmp_path, verifier):
    records = [
        a_record(),
        a_record(full_name="Lê Hòa", id_number="001190000004", vaccine="NANOCOVAX"),
        a_record(full_name="Hồ An", id_number="001190000005", vaccine="", dose_number="", dose_date="", lot=""),
    ]
    _, rows = work(a_file(tmp_path / "in.csv", records), form="travel")
    assert verifier.judge(rows[0]["text"], NOW + 60).claims.certificate_id == rows[0]["certificate_id"]
    assert [row["problem"] for row in rows[1:]] == [
        "Trial doses have no EU code, so there is no travel pass for them.",
        "A travel pass needs at least one dose.",
    ]


@pytest.mark.parametrize("workers", [1, 2])
def test_pictures_hold_the_signed_texts(lite, new_desk, tmp_path, workers):
    job = BulkJob(a_file(tmp_path / "in.csv", many_records(40)), tmp_path / "out", image="png", workers=workers)
    run_bulk(job, Office(lite, new_desk(lite), lambda: NOW))
    for row in results_of(tmp_path / "out"):
        image = Image.open(io.BytesIO((tmp_path / "out" / row["image"]).read_bytes()))
        assert zxingcpp.read_barcode(image).text == row["text"]


def test_a_lost_picture_is_drawn_again_the_same(lite, new_desk, tmp_path):
    job = BulkJob(a_file(tmp_path / "in.csv", many_records(3)), tmp_path / "out", image="svg")
    office = Office(lite, new_desk(lite), lambda: NOW)
    run_bulk(job, office)
    lost = tmp_path / "out" / results_of(tmp_path / "out")[1]["image"]
    before = lost.read_bytes()
    lost.unlink()
    run_bulk(job, office)
    assert lost.read_bytes() == before
    assert before.startswith(b"<svg")


def test_a_run_outlasts_another_writer_that_holds_sqlites_lock_longer_than_its_patience(
    sqlite_url, new_desk, tmp_path, monkeypatch
):
    monkeypatch.setattr("verifier_server.storage.BUSY_MILLISECONDS", 20)
    storage = Storage(sqlite_url)
    desk, tries = new_desk(storage), []
    other = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None, check_same_thread=False)
    reserve = desk.serials.reserve

    def reserved(count):
        tries.append(count)
        numbers = reserve(count)
        if len(tries) == 1:
            other.execute("BEGIN IMMEDIATE")
            release.start()
        return numbers

    release = threading.Timer(0.2, lambda: other.execute("ROLLBACK"))
    monkeypatch.setattr(desk.serials, "reserve", reserved)
    path = a_file(tmp_path / "in.csv", many_records(3))
    totals = run_bulk(BulkJob(path, tmp_path / "out", image="none"), Office(storage, desk, lambda: NOW))
    release.join()
    other.close()
    assert totals.issued == 3
    assert len(tries) > 1
    assert count(storage, IssuedPass) == 3
    storage.close()


def test_without_a_key_the_run_stops_and_goes_on_later(work, tmp_path, storage):
    path = a_file(tmp_path / "in.csv", many_records(3))
    with pytest.raises(KeysError):
        work(path, at=NOW + 100 * DAY)
    assert [count(storage, table) for table in (Person, Dose, IssuedPass)] == [0, 0, 0]
    totals, _ = work(path)
    assert totals.issued == 3


def test_a_row_stays_within_its_columns(work, tmp_path):
    path = a_file(tmp_path / "in.csv", [dict.fromkeys(RECORD, "")])
    _, rows = work(path)
    assert (rows[0]["outcome"], rows[0]["column"]) == ("refused", "full_name")
