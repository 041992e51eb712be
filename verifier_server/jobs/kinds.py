"""What kinds of jobs and duties there are: each part registers its own in a module named in :data:`MODULES`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from verifier_server.config import ServerConfig
    from verifier_server.passes.desk import IssuingDesk
    from verifier_server.storage import Storage

MODULES: tuple[str, ...] = (
    "verifier_server.jobs.duties",
    "verifier_server.doses.work",
    "verifier_server.imports.work",
    "verifier_server.health_book.work",
    "verifier_server.printing.work",
    "verifier_server.api.work",
    "verifier_server.people.work",
    "verifier_server.retention.duties",
)
"""The modules that register jobs and duties; a worker imports them all."""


class Progress(NamedTuple):
    """How far a job is; ``total`` is None while nobody knows."""

    done: int
    total: int | None = None


@dataclass(frozen=True, slots=True)
class JobView:
    """What a job's function is told: its number, what was asked for, and who asked (None: the command line)."""

    id: int
    params: Mapping[str, Any]
    by: int | None


@dataclass(frozen=True)
class Work:
    """What jobs and duties work with; the clock gives Unix seconds."""

    config: ServerConfig
    storage: Storage
    desk: IssuingDesk
    clock: Callable[[], float]

    def now(self) -> int:
        """Whole Unix seconds."""
        return int(self.clock())


@dataclass(frozen=True, slots=True)
class JobKind:
    """One kind: its function, what people call it, and the page that shows its result."""

    name: str
    run: Callable[[JobView, Work], Iterator[Progress]]
    title: object
    page: Callable[[JobView], str] | None = None
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Duty:
    """What a worker does again and again; running it twice harms nothing."""

    name: str
    run: Callable[[Work], object]
    every: float


_KINDS: dict[str, JobKind] = {}
_DUTIES: dict[str, Duty] = {}


def job_kind(
    name: str, *, title: object, page: Callable[[JobView], str] | None = None, urgent: bool = False
) -> Callable[[Callable[[JobView, Work], Iterator[Progress]]], Callable[[JobView, Work], Iterator[Progress]]]:
    """Register a generator as the work of one kind of job.

    It works in short transactions of its own and yields a :class:`Progress` after each, at least every
    half minute. It may be ended between two pieces, and begins again from what its own rows say.

    :param title: what the pages call it; a lazy translation.
    :param page: returns the address of the page that shows the result, in a request.
    :param urgent: somebody stands and waits for it: it is done before the others, and between the pieces of another.
    """

    def register(run: Callable[[JobView, Work], Iterator[Progress]]) -> Callable[[JobView, Work], Iterator[Progress]]:
        _KINDS[name] = JobKind(name, run, title, page, urgent)
        return run

    return register


def duty(name: str, *, every: float) -> Callable[[Callable[[Work], object]], Callable[[Work], object]]:
    """Register a function that a worker calls every so many seconds; called twice, it harms nothing."""

    def register(run: Callable[[Work], object]) -> Callable[[Work], object]:
        _DUTIES[name] = Duty(name, run, every)
        return run

    return register


def kind_named(name: str) -> JobKind | None:
    """Return the kind of this name, or None when this version has none."""
    _load()
    return _KINDS.get(name)


def all_kinds() -> tuple[str, ...]:
    """Return the names of all kinds."""
    _load()
    return tuple(_KINDS)


def urgent_kinds() -> tuple[str, ...]:
    """Return the names of the kinds that wait for no other."""
    _load()
    return tuple(one.name for one in _KINDS.values() if one.urgent)


def all_duties() -> tuple[Duty, ...]:
    """Return every duty."""
    _load()
    return tuple(_DUTIES.values())


def _load() -> None:
    for module in MODULES:
        import_module(module)
