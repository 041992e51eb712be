"""Killed just before each change to a run's files, and a full disk: done again, every card is there once and read."""

import io
import shutil
from itertools import count
from types import SimpleNamespace

from PIL import Image
from sqlalchemy import select

from tests.keys.killing import at_step, is_change, no_room, survives
from vaccine_pass.status import Status
from verifier_server.config import Settings
from verifier_server.drawing import bulk_png
from verifier_server.errors import ServerError
from verifier_server.jobs.kinds import Work
from verifier_server.printing import making, runs, selftest, sheets
from verifier_server.printing.folder import PrintFolder
from verifier_server.printing.groups import Group
from verifier_server.printing.tables import PrintRun
from verifier_server.storage import Storage

from ..builders import NOW, a_pass, a_person, an_account

PEOPLE = 2


def of_the_run(event, arguments):
    """Only what is changed in the folder of prints."""
    return is_change(event, arguments) and "/prints" in str(arguments[0])


def a_run(folder, empty_sqlite, new_desk):
    """A register with a run of two cards that nobody has begun."""
    shutil.copy(empty_sqlite, folder / "register.sqlite")
    storage = Storage(f"sqlite:///{folder / 'register.sqlite'}")
    with storage.writing() as session:
        account = an_account(session)
        people = [
            a_person(session, name=f"Lê {'ABC'[n]}", id_number=f"00119000000{n}", phone=f"091234560{n}").id
            for n in range(PEOPLE)
        ]
    desk = new_desk(storage)
    for one in people:
        a_pass(storage, desk, one)
    with storage.writing() as session:
        by = SimpleNamespace(id=account)
        group = Group("people", people=tuple(people))
        runs.begin(session, group, form="domestic", layout="card", language="vi", account=by, now=NOW)
    storage.close()


def plain_sheets(passes, _first, **_words):
    """Two pages with nothing but the code of the one pass: typesetting is not what is tested here."""
    code = bulk_png(passes[0].text, status=Status.NONE, scale=6)
    page, file = Image.open(io.BytesIO(code)).convert("L"), io.BytesIO()
    page.save(file, "PDF", save_all=True, append_images=[page], resolution=200)
    return file.getvalue()


def make(folder):
    """What the worker does."""
    storage = Storage(f"sqlite:///{folder / 'register.sqlite'}")
    work = Work(SimpleNamespace(instance=folder, settings=Settings()), storage, None, lambda: float(NOW))
    list(making.make_papers(work, 1))
    with storage.reading() as session:
        run = session.scalar(select(PrintRun))
    storage.close()
    return run


def test_killed_at_any_change_the_next_worker_ends_it(tmp_path, empty_sqlite, new_desk, monkeypatch):
    monkeypatch.setattr(making, "PAPERS_A_PIECE", 1)
    monkeypatch.setattr(making, "PAPERS_A_PART", 2)
    monkeypatch.setattr(sheets, "sheets_pdf", plain_sheets)
    first = tmp_path / "first"
    first.mkdir()
    a_run(first, empty_sqlite, new_desk)
    for step in count(1):
        folder = tmp_path / str(step)
        shutil.copytree(first, folder)
        through = survives(lambda folder=folder: make(folder), step, of_the_run)
        run = make(folder)
        parts = PrintFolder(folder, 1).parts()
        assert (run.state, run.left_out, len(parts)) == ("ready", 0, 1)
        assert [len(page) for part in parts for page in selftest._found(part)] == [1, 1, 1, 1]
        if through:
            break
        shutil.rmtree(folder)
    assert step > 8


def test_a_full_disk_is_one_sentence_and_leaves_no_half_file(tmp_path, empty_sqlite, new_desk):
    a_run(tmp_path, empty_sqlite, new_desk)

    def told():
        try:
            make(tmp_path)
        except ServerError as problem:
            return 7 if "No space left" in problem.message else 8
        return 0

    assert at_step(told, 3, no_room, of_the_run) == 7
    assert list(PrintFolder(tmp_path, 1).path.iterdir()) == []
    assert make(tmp_path).state == "ready"


def test_pages_of_each_layout_are_what_is_read():
    texts = [str(n) for n in range(12)]
    assert sheets.texts_of("a4", texts) == [[text] for text in texts]
    assert [len(page) for page in sheets.texts_of("card", texts)] == [10, 10, 2, 2]
