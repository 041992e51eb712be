"""Jobs: committed with what asks for them, done by one worker at a time, resumed after a crash."""

import threading
from types import SimpleNamespace

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from verifier_server.config import ServerConfig
from verifier_server.errors import ServerError
from verifier_server.jobs import kinds, queue
from verifier_server.jobs.kinds import Progress, Work, job_kind
from verifier_server.jobs.tables import Job
from verifier_server.jobs.worker import Worker
from verifier_server.web.services import services

from ..builders import NOW
from ..conftest import SECRET


@pytest.fixture(autouse=True)
def counting(monkeypatch):
    """A kind of job that counts to `to`, and remembers where it was as a job's own rows would."""
    monkeypatch.setattr(kinds, "_KINDS", dict(kinds._KINDS))
    seen = SimpleNamespace(steps=[], fault=None, before=lambda _step: None)

    @job_kind("count", title="Counting", page=lambda _view: "/people")
    def _count(view, work):
        for step in range(len(seen.steps), view.params["to"]):
            seen.before(step)
            if seen.fault and step == 2:
                raise seen.fault
            seen.steps.append(step)
            yield Progress(step + 1, view.params["to"])

    return seen


@pytest.fixture
def work(storage, tmp_path):
    return Work(ServerConfig(tmp_path, "", SECRET, SECRET), storage, None, lambda: float(NOW))


def ask(storage, to=4, by=None, token=None):
    with storage.writing() as session:
        return queue.enqueue(session, "count", {"to": to}, by=by, now=NOW, token=token).id


def job(storage, number):
    with storage.reading() as session:
        return session.get(Job, number)


def test_a_job_is_done_piece_by_piece_and_says_how_far_it_is(storage, work, counting):
    number = ask(storage)
    heard = []
    counting.before = lambda _step: heard.append(job(storage, number).done)
    assert Worker(work).drain() == 1
    done = job(storage, number)
    assert (heard, done.state, done.done, done.total) == ([0, 1, 2, 3], "done", 4, 4)


def test_a_job_is_asked_for_together_with_the_change_or_not_at_all(storage, work):
    with storage.session(writing=True) as session:
        queue.enqueue(session, "count", {"to": 1}, by=None, now=NOW)  # and the change is undone
    assert Worker(work).drain() == 0


def test_an_urgent_job_and_a_duty_wait_only_for_the_present_piece_of_a_long_job(storage, work, counting, monkeypatch):
    long, done = ask(storage), []
    monkeypatch.setattr(kinds, "_DUTIES", {"codes": kinds.Duty("codes", lambda _work: done.append("code"), 3600)})

    @job_kind("passes", title="Passes", urgent=True)
    def _passes(_view, _work):
        with storage.reading() as session:
            done.append(f"passes after {session.get(Job, long).done}")
        yield Progress(1, 1)

    counting.before = lambda step: step == 1 and _ask_for_passes(storage)
    Worker(work).do_next_job(threading.Event())
    assert done == ["code", "passes after 2"]
    assert job(storage, long).state == "done"


def test_a_long_job_that_waits_for_an_urgent_one_is_not_taken_from_its_worker(storage, work, counting):
    long, clock, taken = ask(storage), [NOW], []
    slow = Work(work.config, storage, None, lambda: float(clock[0]))

    @job_kind("passes", title="Passes", urgent=True)
    def _passes(_view, _work):
        clock[0] += 60
        yield Progress(1, 2)
        with storage.writing() as session:
            taken.append(queue.take(session, "another", NOW + queue.SILENT_SECONDS + 1))
        yield Progress(2, 2)

    counting.before = lambda step: step == 1 and _ask_for_passes(storage)
    Worker(slow).do_next_job()
    assert (taken, job(storage, long).state) == ([None], "done")


def _ask_for_passes(storage):
    with storage.writing() as session:
        queue.enqueue(session, "passes", {}, by=None, now=NOW)


def test_urgent_jobs_are_taken_first(storage, counting):
    ask(storage)
    job_kind("passes", title="Passes", urgent=True)(lambda _view, _work: iter(()))
    _ask_for_passes(storage)
    with storage.writing() as session:
        assert [queue.take(session, "a", NOW).kind for _ in range(2)] == ["passes", "count"]


def test_a_button_pressed_twice_asks_for_one_job(storage):
    assert ask(storage, token="a") == ask(storage, token="a")


def test_two_workers_never_take_the_same_job(storage):
    ask(storage)
    with storage.writing() as session:
        assert queue.take(session, "first", NOW).worker == "first"
    with storage.writing() as session:
        assert queue.take(session, "second", NOW) is None


def test_the_job_of_a_killed_worker_goes_on_with_another_one(storage, work, counting):
    number = ask(storage)
    with storage.writing() as session:
        queue.take(session, "killed", NOW - queue.SILENT_SECONDS - 1)
    counting.steps = [0, 1]  # what the killed one had done
    assert Worker(work).drain() == 1
    assert (counting.steps, job(storage, number).state) == ([0, 1, 2, 3], "done")


def test_a_worker_that_lost_its_job_stops_and_changes_nothing_of_it(storage, work, counting):
    number = ask(storage)

    def taken_over(step):
        if step == 1:
            with storage.writing() as session:
                session.get(Job, number).worker = "another"

    counting.before = taken_over
    Worker(work).do_next_job()
    assert (job(storage, number).state, job(storage, number).worker) == ("running", "another")


def test_a_refused_job_says_why_and_can_go_on(storage, work, counting):
    number = ask(storage)
    counting.fault = ServerError("The key is over.")
    Worker(work).drain()
    assert (job(storage, number).state, job(storage, number).problem) == ("failed", "The key is over.")
    counting.fault = None
    with storage.writing() as session:
        queue.begin_again(session, session.get(Job, number))
    Worker(work).drain()
    assert (counting.steps, job(storage, number).state) == ([0, 1, 2, 3], "done")


def test_an_unexpected_error_ends_the_job_and_not_the_worker(storage, work, counting):
    first, second = ask(storage), ask(storage)
    counting.fault = ValueError("secret")
    assert Worker(work).drain() == 2
    assert job(storage, first).state == "failed"
    assert "secret" not in job(storage, first).problem
    assert job(storage, second).state == "failed"


def test_a_worker_that_is_told_to_end_gives_the_job_back(storage, work, counting):
    number, stop = ask(storage), threading.Event()
    counting.before = lambda step: stop.set() if step == 1 else None
    Worker(work).do_next_job(stop)
    assert (counting.steps, job(storage, number).state) == ([0, 1], "waiting")


def test_a_job_of_a_newer_version_waits_for_its_worker(storage, work):
    number = ask(storage)
    with storage.writing() as session:
        session.get(Job, number).kind = "of tomorrow"
    assert Worker(work).drain() == 0
    assert job(storage, number).state == "waiting"


def test_a_database_that_is_away_gives_the_job_back(storage, work, counting):
    number = ask(storage)
    counting.fault = OperationalError("", {}, Exception("away"))
    with pytest.raises(OperationalError):
        Worker(work).drain()
    counting.fault = None
    assert Worker(work).drain() == 1
    assert (counting.steps, job(storage, number).state) == ([0, 1, 2, 3], "done")


def test_nobody_can_ask_for_a_kind_that_is_not_there(storage):
    with pytest.raises(LookupError), storage.writing() as session:
        queue.enqueue(session, "nothing", {}, by=None, now=NOW)


def test_the_worker_seals_the_audit(app, clerk, register, tmp_path):
    from verifier_server.audit.tables import AuditWaiting

    Worker(Work(ServerConfig(tmp_path, "", SECRET, SECRET), register, None, lambda: float(NOW))).drain()
    with register.reading() as session:
        assert session.scalars(select(AuditWaiting)).all() == []


def test_the_page_of_a_job_comes_again_until_it_ends_and_only_for_who_asked(
    app, clerk, administrator, register, tmp_path
):
    with app.app_context():
        with register.reading() as session:
            from verifier_server.staff.tables import Account

            by = session.scalar(select(Account.id).where(Account.email == "clerk@example.vn"))
        number = ask(services().storage, by=by)
    page = clerk.get(f"/jobs/{number}").get_data(as_text=True)
    assert 'http-equiv="refresh"' in page
    assert administrator.get(f"/jobs/{number}").status_code == 200
    assert clerk.get("/jobs/999").status_code == 404
    assert clerk.post(f"/jobs/{number}/stop", page=f"/jobs/{number}").status_code == 302
    page = clerk.get(f"/jobs/{number}").get_data(as_text=True)
    assert "Đã dừng" in page
    assert 'http-equiv="refresh"' not in page
    clerk.post(f"/jobs/{number}/again", page=f"/jobs/{number}")
    Worker(Work(ServerConfig(tmp_path, "", SECRET, SECRET), register, None, lambda: float(NOW))).drain()
    assert 'href="/people"' in clerk.get(f"/jobs/{number}").get_data(as_text=True)


def test_nobody_sees_a_job_of_somebody_else(app, clerk, register):
    assert clerk.get(f"/jobs/{ask(register)}").status_code == 404
