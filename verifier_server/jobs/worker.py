"""The worker: it takes jobs one after the other, and does the duties in between.

Between two pieces of a long job it looks whether a duty is due or an urgent job waits: neither the passes of a site
that has signed off nor a citizen's code waits until a file of 100,000 rows is in.

Killed at any moment it loses nothing: pieces are transactions of their own, and another worker, or
itself started again, goes on with the job.
"""

from __future__ import annotations

import logging
import secrets
import threading
import time
from typing import TYPE_CHECKING

from sqlalchemy.exc import OperationalError

from vaccine_pass.errors import CheckpointError
from verifier_server.jobs import queue
from verifier_server.jobs.kinds import all_duties, kind_named

if TYPE_CHECKING:
    from verifier_server.jobs.kinds import Duty, JobView, Work

_LOG = logging.getLogger(__name__)
PAUSE_SECONDS = 1.0


class Worker:
    """One worker; several on one register share the jobs."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._name = secrets.token_hex(8)
        self._due: dict[str, float] = {}
        self._held: list[int] = []  # the jobs whose next piece waits for an urgent one

    def run(self, stop: threading.Event) -> None:
        """Work until ``stop`` is set; a database that is away for a while ends nothing."""
        while not stop.is_set():
            try:
                self.do_duties()
                if self.do_next_job(stop):
                    continue
            except OperationalError as problem:
                _LOG.warning("the database cannot be used: %s", str(problem.orig).split("\n", 1)[0])
            stop.wait(PAUSE_SECONDS)

    def drain(self) -> int:
        """Do every job that waits, and every duty once; returns how many jobs were done."""
        done = 0
        while self.do_next_job():
            done += 1
        self._due = {}
        self.do_duties()
        return done

    def do_duties(self) -> None:
        """Do every duty whose time has come; one that fails is tried again at its next time."""
        for one in all_duties():
            if time.monotonic() >= self._due.get(one.name, 0):
                self._due[one.name] = time.monotonic() + one.every
                self._do_duty(one)

    def _do_duty(self, one: Duty) -> None:
        try:
            one.run(self._work)
        except CheckpointError as problem:
            _LOG.warning("duty %s: %s", one.name, problem.message)

    def do_next_job(self, stop: threading.Event | None = None, *, urgent: bool = False) -> bool:
        """Take one job and do it; False when none waits.

        :param stop: ends the job after its present piece; with it, duties are done between the pieces.
        """
        with self._work.storage.writing() as session:
            job = queue.take(session, self._name, self._work.now(), urgent=urgent)
            found = (job.kind, queue.view_of(job)) if job else None
        if not found:
            return False
        self._do(*found, stop)
        return True

    def _do(self, kind: str, view: JobView, stop: threading.Event | None) -> None:
        try:
            state, problem = self._pieces(kind, view, stop), None
        except queue.JobTaken:
            state, problem = "stopped", None
        except OperationalError:
            # The database was away: the job is given back, or taken over when this worker is silent for long.
            self._end(view, "waiting", None)
            raise
        except CheckpointError as refused:
            state, problem = "failed", refused.message
        except Exception:  # noqa: BLE001  one job's fault must not end the others'
            _LOG.exception("job %s failed", view.id)
            state, problem = "failed", "An unexpected error; the server's log has it. Nothing that was done is lost."
        self._end(view, state, problem)

    def _end(self, view: JobView, state: str, problem: str | None) -> None:
        with self._work.storage.writing() as session:
            queue.end(session, view.id, self._name, state, self._work.now(), problem)

    def _pieces(self, kind: str, view: JobView, stop: threading.Event | None) -> str:
        known = kind_named(kind)
        if known is None:
            raise LookupError(kind)
        for progress in known.run(view, self._work):
            with self._work.storage.writing() as session:
                queue.note_progress(session, view.id, self._name, progress, self._work.now())
                queue.still_here(session, self._held, self._name, self._work.now())
            if stop and stop.is_set():
                return "waiting"
            self._do_what_cannot_wait(view.id, stop, urgent=known.urgent)
        return "done"

    def _do_what_cannot_wait(self, number: int, stop: threading.Event | None, *, urgent: bool) -> None:
        if stop:
            self.do_duties()
        if urgent:
            return
        self._held.append(number)
        try:
            while not (stop and stop.is_set()) and self.do_next_job(stop, urgent=True):
                pass
        finally:
            self._held.remove(number)
