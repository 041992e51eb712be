"""The pages of imports: from the upload to the undo, as a clerk goes through them, without JavaScript."""

import csv
import errno
import io
import re

import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select

from verifier_server.bulk.reading import read_table
from verifier_server.doses.tables import Dose
from verifier_server.imports import uploading
from verifier_server.imports.report import harmless
from verifier_server.imports.tables import ImportRow, ImportRun
from verifier_server.jobs.kinds import Work
from verifier_server.jobs.worker import Worker
from verifier_server.people.tables import Person
from verifier_server.web.services import services

from ..builders import NOW, a_file, a_record, many_records
from .builders import a_doubtful_record


@pytest.fixture
def drain(app):
    """Do what waits for a worker."""

    def done():
        with app.app_context():
            here = services()
            return Worker(Work(here.config, here.storage, here.desk, here.clock)).drain()

    return done


@pytest.fixture
def send(clerk, tmp_path):
    """Upload records, or bytes."""

    def sent(records, name="tiêm.csv"):
        content = records if isinstance(records, bytes) else a_file(tmp_path / "in.csv", records).read_bytes()
        return clerk.post("/imports", {"file": (io.BytesIO(content), name)})

    return sent


def text(answer):
    return answer.get_data(as_text=True)


def counted(register, table):
    with register.reading() as session:
        return session.scalar(select(func.count()).select_from(table))


RECORDS = [a_record(), a_doubtful_record(), *many_records(3), a_record(dob="31/02/1990", phone="12")]


def test_a_clerk_goes_from_the_file_to_the_register_and_back(clerk, register, send, drain):
    answer = send(RECORDS)
    assert (answer.status_code, answer.location) == (302, "/imports/1")
    assert "Đang làm" in text(clerk.get("/imports/1"))
    drain()
    page = text(clerk.get("/imports/1"))
    assert "Nếu nhập bây giờ" in page
    assert "Ngày sinh</b> Ngày sinh chưa đúng" in page
    assert "Số điện thoại</b> Số điện thoại chưa đúng" in page
    assert counted(register, Dose) == 0

    assert clerk.post("/imports/1/run", page="/imports/1").location == "/imports/1"
    drain()
    page = text(clerk.get("/imports/1"))
    assert "Xem 1 dòng đang chờ" in page
    assert (counted(register, Dose), counted(register, Person)) == (4, 4)

    shown = clerk.get("/imports/1/queue").location
    assert shown == "/imports/1/queue/3"
    page = text(clerk.get(shown))
    assert "Một cán bộ khác" not in page
    assert "cùng tên" in page
    assert "số giấy tờ khác" in page
    [person] = re.findall(r'name="who" id="who-(\d+)"', page)
    answer = clerk.post(shown, {"who": person})
    assert answer.location == "/imports/1/queue?after=3"
    assert clerk.get(answer.location).location == "/imports/1"
    assert counted(register, Dose) == 5

    assert "Hoàn tác 5 dòng" in text(clerk.get("/imports/1/undo"))
    clerk.post("/imports/1/undo")
    drain()
    assert "Đã hoàn tác" in text(clerk.get("/imports/1"))
    assert counted(register, Dose) == 0


def test_a_double_click_on_any_button_does_it_once(clerk, register, send, drain):
    for _ in range(2):
        send(RECORDS)
    drain()
    for step in ("run", "run", "undo", "undo"):
        clerk.post(f"/imports/1/{step}", page="/imports/1/undo")
    drain()
    assert counted(register, ImportRun) == 1
    assert "Đã hoàn tác" in text(clerk.get("/imports/1"))


def test_the_same_file_again_leads_to_what_it_is_already(clerk, send, drain):
    send(RECORDS)
    drain()
    assert send(RECORDS).location == "/imports/1"
    assert "đã được gửi trước đây" in text(clerk.get("/imports/1"))


def test_a_file_that_is_thrown_away_is_gone(clerk, app, send, drain):
    send(RECORDS)
    drain()
    clerk.post("/imports/1/discard", page="/imports/1")
    assert "Đã bỏ" in text(clerk.get("/imports/1"))
    with app.app_context():
        assert list((services().config.instance / "imports").iterdir()) == []


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "Tệp này trống"),
        (None, "Hãy chọn một tệp"),
    ],
)
def test_no_file_is_said_beside_the_field(clerk, send, content, said):
    answer = clerk.post("/imports") if content is None else send(content)
    assert answer.status_code == 422
    assert said in text(answer)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"a,b\n1,2\n", "thiếu cột full_name, dob"),
        (b"PK\x03\x04damaged", "Tệp Excel này bị hỏng"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "có mật khẩu"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(clerk, send, drain, content, said):
    send(content)
    drain()
    assert said in text(clerk.get("/imports/1"))


def test_a_full_disk_is_one_sentence_and_nothing_is_left(clerk, app, send, monkeypatch):
    def full(_descriptor):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("verifier_server.imports.files.os.fsync", full)
    answer = send(RECORDS)
    assert answer.status_code == 422
    assert "chưa lưu được tệp này" in text(answer)
    with app.app_context():
        assert list((services().config.instance / "imports").iterdir()) == []


def test_a_file_over_the_limit_is_refused_while_it_arrives(clerk, app, send, monkeypatch):
    monkeypatch.setattr(uploading, "most_bytes", lambda: 200_000)
    answer = send(bytes(300_000))
    assert answer.status_code == 413
    assert "Tệp lớn hơn 64 MB" in text(answer)
    with app.app_context():
        assert not (services().config.instance / "imports").exists()
    assert send(b"full_name,dob\n" + b"x,1\n" * 45_000).status_code == 302


def test_only_this_page_and_only_a_clerk_may_send_so_much(app, clerk, browser, administrator):
    large = {"file": (io.BytesIO(bytes(100_000)), "a.csv")}
    assert clerk.post("/people/new", large).status_code == 413
    for visitor in (browser, administrator):
        data = {"file": (io.BytesIO(bytes(100_000)), "a.csv")}
        answer = visitor.client.post("/imports", data=data, base_url=visitor.base)
        assert answer.status_code in {302, 400, 413}, answer.status_code


def test_the_report_has_a_line_for_each_row_and_no_name(clerk, send, drain):
    send(RECORDS)
    drain()
    answer = clerk.get("/imports/1/report.csv")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="import-1.csv"'
    assert answer.data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert [row[0] for row in rows[1:]] == [str(row) for row in range(2, 8)]
    assert rows[2][1] == "Cần cán bộ xem"
    assert rows[6][3] == "Ngày sinh; Số điện thoại"
    assert a_record()["full_name"] not in answer.data.decode()


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@A1", "\t=1", "\r=1", "＝1"])
def test_nothing_in_a_report_is_computed_by_a_spreadsheet(cell):
    assert harmless(cell) == f"'{cell}"
    assert harmless("=") == "'="
    assert harmless("a=1") == "a=1"


def test_a_clerks_reason_in_the_report_is_not_computed(clerk, send, drain):
    send(RECORDS)
    drain()
    clerk.post("/imports/1/run", page="/imports/1")
    drain()
    clerk.post("/imports/1/queue/3", {"who": "reject", "reason": "=HYPERLINK(1)"})
    assert "'=HYPERLINK(1)" in text(clerk.get("/imports/1/report.csv"))


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_template_is_read_as_it_is_and_its_example_is_never_entered(clerk, register, send, drain, kind):
    content = clerk.get(f"/imports/template.{kind}").data
    send(content, f"template.{kind}")
    drain()
    with register.reading() as session:
        [row] = session.scalars(select(ImportRow)).all()
    assert (row.finding, row.faults[0][1]) == ("refused", "note_row")
    assert "Họ và tên* (full_name)" in (
        content.decode("utf-8-sig") if kind == "csv" else load_workbook(io.BytesIO(content)).worksheets[0]["A1"].value
    )


def test_the_workbooks_columns_are_text(clerk, tmp_path):
    path = tmp_path / "template.xlsx"
    path.write_bytes(clerk.get("/imports/template.xlsx").data)
    sheet = load_workbook(path).worksheets[0]
    assert sheet["E2"].number_format == sheet.column_dimensions["E"].number_format == "@"
    assert read_table(path).read_as == "XLSX"


def test_a_clerk_sees_that_another_one_is_looking(clerk, register, send, drain):
    send(RECORDS)
    drain()
    clerk.post("/imports/1/run", page="/imports/1")
    drain()
    with register.writing() as session:
        session.get(ImportRow, (1, 3)).held_by = 4_711
    assert "Một cán bộ khác cũng đang xem" in text(clerk.get("/imports/1/queue/3"))


def test_the_second_of_two_clerks_is_told_and_led_on(clerk, send, drain):
    send(RECORDS)
    drain()
    clerk.post("/imports/1/run", page="/imports/1")
    drain()
    stale = dict(clerk.hidden("/imports/1/queue/3"))
    clerk.post("/imports/1/queue/3", {"who": "new"})
    again = clerk.client.post("/imports/1/queue/3", data={**stale, "who": "new"}, base_url=clerk.base)
    assert again.status_code == 302
    assert "Cán bộ khác đã quyết định" in text(clerk.get("/imports/1"))


@pytest.mark.parametrize(
    ("sent", "said"),
    [({"who": ""}, "Hãy chọn một người"), ({"who": "reject"}, "Chưa điền ô này"), ({"who": "9" * 30}, "Hãy chọn")],
)
def test_a_decision_that_lacks_something_is_asked_for_again(clerk, send, drain, sent, said):
    send(RECORDS)
    drain()
    clerk.post("/imports/1/run", page="/imports/1")
    drain()
    answer = clerk.post("/imports/1/queue/3", sent)
    assert answer.status_code == 422
    assert said in text(answer)


@pytest.mark.parametrize("path", ["/imports/9", "/imports/9/queue", "/imports/9/queue/2", "/imports/9/report.csv"])
def test_an_import_that_is_not_there_is_not_found(clerk, path):
    assert clerk.get(path).status_code == 404
    assert clerk.get(path.replace("9", "9" * 30)).status_code == 404


def test_a_file_that_nobody_imports_is_thrown_away_after_a_month(clerk, app, clock, send, drain):
    send(RECORDS)
    drain()
    clock.now = NOW + 31 * 86_400
    drain()
    with app.app_context(), services().storage.reading() as session:
        assert session.scalars(select(ImportRun.state)).all() == ["discarded"]
