"""A database that is locked, lost or full while somebody sends a form: a clear page, and nothing lost or doubled."""

import errno
import sqlite3

import pytest
from sqlalchemy import func, select, text

from verifier_server import storage as storages
from verifier_server.people.tables import Person
from verifier_server.web.services import services

from ..conftest import Browser, administer, serving

PERSON = {
    "full_name": "Lê Thị Hòa",
    "dob_day": "31",
    "dob_month": "01",
    "dob_year": "1990",
    "gender": "female",
    "phone": "0912345678",
    "id_number": "001190000003",
}


def people_in(register):
    with register.reading() as session:
        return session.scalar(select(func.count()).select_from(Person))


def sent_again(browser, filled):
    """The same form once more, as a browser's "send again" does."""
    return browser.client.post("/people/new", data=filled, base_url=browser.base)


def is_clear(answer, sentence):
    page = answer.get_data(as_text=True)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "60"
    assert sentence in page
    assert "Traceback" not in page
    assert "sqlalche" not in page.lower()
    return True


@pytest.fixture
def filled(app, clerk):
    """A clerk's form for a new person, filled in."""
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return dict(clerk.hidden("/people/new")) | PERSON


def test_a_locked_database_is_waited_for_and_then_told_and_the_same_form_saves_later(
    instance, sqlite_url, clock, monkeypatch
):
    monkeypatch.setattr(storages, "BUSY_MILLISECONDS", 50)
    for app in serving(instance, sqlite_url, clock):
        browser = Browser(app)
        browser.log_in()
        filled = dict(browser.hidden("/people/new")) | PERSON
        other = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        assert is_clear(sent_again(browser, filled), "Chưa có gì được lưu.")
        other.execute("ROLLBACK")
        other.close()
        assert sent_again(browser, filled).status_code == 302
        with app.app_context():
            assert people_in(services().storage) == 1


def test_a_full_disk_is_told_and_nothing_is_half_saved(clerk, register, filled):
    if not register.is_sqlite:
        pytest.skip("SQLite's own limit stands in for the disk")
    with register.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
    register.engine.dispose()
    full = _listening(register.engine, f"PRAGMA max_page_count = {pages}")
    statuses = [sent_again(clerk, {**filled, "token": f"{n:024d}", "id_number": f"{n:012d}"}) for n in range(1, 80)]
    told = [answer for answer in statuses if answer.status_code == 503]
    saved = [answer for answer in statuses if answer.status_code == 302]
    assert told
    assert is_clear(told[-1], "Máy chủ hết chỗ lưu.")
    full()
    assert people_in(register) == len(saved)
    assert sent_again(clerk, filled).status_code == 302


def test_storage_that_is_full_outside_of_the_database_is_the_same_to_people(clerk, filled, monkeypatch):
    from verifier_server.people import pages

    def no_room(*_arguments, **_more):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(pages, "person_entry", no_room)
    assert is_clear(sent_again(clerk, filled), "Máy chủ hết chỗ lưu.")


def test_another_fault_of_the_system_is_not_called_a_full_disk(clerk, filled, monkeypatch):
    from verifier_server.people import pages

    def broken(*_arguments, **_more):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(pages, "person_entry", broken)
    answer = sent_again(clerk, filled)
    assert answer.status_code == 500
    assert "Máy chủ gặp lỗi." in answer.get_data(as_text=True)


def test_a_connection_lost_in_the_middle_of_a_transaction_saves_nothing_and_the_form_saves_later(
    instance, postgres_server, postgres_template, clock, monkeypatch
):
    from verifier_server.people import pages

    administer(postgres_server, f"CREATE DATABASE lost TEMPLATE {postgres_template}")
    for app in serving(instance, f"{postgres_server}/lost", clock):
        app.config["PROPAGATE_EXCEPTIONS"] = False
        browser = Browser(app)
        browser.log_in()
        filled = dict(browser.hidden("/people/new")) | PERSON
        whole = pages.add_person

        def cut(session, *values, whole=whole, **more):
            whole(session, *values, **more)
            session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

        with monkeypatch.context() as patch:
            patch.setattr(pages, "add_person", cut)
            assert is_clear(sent_again(browser, filled), "Mất kết nối với cơ sở dữ liệu.")
        with app.app_context():
            assert people_in(services().storage) == 0
        assert [sent_again(browser, filled).status_code for _ in range(2)] == [302, 302]
        with app.app_context():
            assert people_in(services().storage) == 1
    administer(postgres_server, "DROP DATABASE lost WITH (FORCE)")


def test_a_database_that_is_gone_is_told_on_every_page_of_somebody_logged_in(
    instance, postgres_server, postgres_template, clock
):
    administer(postgres_server, f"CREATE DATABASE gone TEMPLATE {postgres_template}")
    for app in serving(instance, f"{postgres_server}/gone", clock):
        app.config["PROPAGATE_EXCEPTIONS"] = False
        browser = Browser(app)
        browser.log_in()
        administer(postgres_server, "DROP DATABASE gone WITH (FORCE)")
        for path in ("/", "/people?q=x", "/people/new"):
            assert browser.get(path).status_code == 503


def _listening(engine, pragma):
    from sqlalchemy import event

    def prepare(connection, _record):
        connection.execute(pragma)

    event.listen(engine, "connect", prepare)

    def undo():
        event.remove(engine, "connect", prepare)
        engine.dispose()

    return undo
