"""What a supervisor asks: whether the process lives, and whether passes can be issued here."""

import shutil


def test_a_whole_server_lives_and_is_ready(browser):
    assert browser.get("/health/live").status_code == 200
    answer = browser.get("/health/ready")
    assert (answer.status_code, answer.json) == (200, {"status": "ok", "database": "ok", "keys": "ok"})


def test_without_a_signing_key_it_lives_and_is_not_ready(app, instance, browser):
    shutil.rmtree(instance / "keys")
    assert browser.get("/health/live").status_code == 200
    answer = browser.get("/health/ready")
    assert (answer.status_code, answer.json["keys"], answer.json["database"]) == (503, "not ready", "ok")


def test_without_a_database_it_is_not_ready(browser, monkeypatch):
    from sqlalchemy.exc import OperationalError

    from verifier_server.health import pages

    def away(_storage):
        raise OperationalError("SELECT", {}, Exception("gone"))

    monkeypatch.setattr(pages, "works_with", away)
    assert browser.get("/health/ready").status_code == 503


def test_an_older_worker_stays_ready_when_a_newer_version_has_migrated(app, browser):
    from sqlalchemy import text

    from verifier_server.web.services import services

    with app.app_context(), services().storage.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9001'"))
    assert browser.get("/health/ready").status_code == 200
