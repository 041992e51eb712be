"""What is old enough goes, what is not stays, and nothing that others refer to is taken from under them."""

import os
import subprocess
import sys
from datetime import date
from pathlib import Path

from sqlalchemy import func, select

from verifier_server.audit.tables import AuditEvent
from verifier_server.cli import main
from verifier_server.people.tables import Person
from verifier_server.retention import rules
from verifier_server.retention.rules import DAY, RULES, Rule, due, follow
from verifier_server.staff.tables import LoginAttempts

from ..builders import NOW, a_vaccinated_person

ATTEMPTS = RULES[0]


def attempts(storage, *ages):
    with storage.writing() as session:
        session.add_all(
            LoginAttempts(key=f"k{at}", attempts=1, last_at=NOW - age, free_at=NOW) for at, age in enumerate(ages)
        )


def left(storage, table):
    with storage.reading() as session:
        return session.scalar(select(func.count()).select_from(table))


def test_rows_that_are_old_enough_go_and_younger_ones_stay(storage, monkeypatch):
    monkeypatch.setattr(rules, "PIECE", 2)
    attempts(storage, 0, DAY - 1, DAY, DAY + 1, 2 * DAY, 300 * DAY)
    with storage.reading() as session:
        assert due(session, ATTEMPTS, NOW) == 3
    assert follow(storage, ATTEMPTS, NOW) == 3
    assert left(storage, LoginAttempts) == 3
    assert follow(storage, ATTEMPTS, NOW) == 0


def test_every_rule_runs_and_what_others_refer_to_stays(storage):
    with storage.writing() as session:
        a_vaccinated_person(session)
    before = left(storage, AuditEvent)
    for rule in RULES:
        follow(storage, rule, NOW + 10_000 * DAY)
    of_people = Rule("people", Person, Person.created_at, ((date(2021, 1, 1), 1),), "a rule that nobody should make")
    assert follow(storage, of_people, NOW + 10_000 * DAY) == 0
    assert (left(storage, Person), left(storage, AuditEvent)) == (1, before)


def test_a_rule_holds_from_its_day_on():
    rule = Rule("x", LoginAttempts, LoginAttempts.last_at, ((date(2021, 1, 1), 30), (date(2022, 1, 1), 7)), "")
    assert [rule.days(day) for day in (date(2020, 12, 31), date(2021, 6, 1), date(2022, 1, 1))] == [None, 30, 7]


def test_a_dry_run_deletes_nothing(lite, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("CHECKPOINT_DATABASE_URL", lite.engine.url.render_as_string(hide_password=False))
    attempts(lite, DAY + 1)
    assert main(["--instance", str(tmp_path), "retention", "--dry-run"]) == 0
    assert "wrong log-ins: 1 would be deleted" in capsys.readouterr().out
    assert left(lite, LoginAttempts) == 1
    assert main(["--instance", str(tmp_path), "retention"]) == 0
    assert left(lite, LoginAttempts) == 0


def test_the_command_knows_every_rule_that_the_worker_follows(lite, tmp_path):
    url = lite.engine.url.render_as_string(hide_password=False)
    program = [Path(sys.executable).with_name("checkpoint-server"), "--instance", tmp_path, "retention", "--dry-run"]
    told = subprocess.run(
        program, env={**os.environ, "CHECKPOINT_DATABASE_URL": url}, capture_output=True, text=True, check=True
    )
    names = [line.partition(":")[0] for line in told.stdout.splitlines()]
    assert {"wrong log-ins", "citizens' codes", "messages", "reminders"} <= set(names)
