"""All tables of the register in one place, for the migrations and for nothing else."""

from __future__ import annotations

from verifier_server.alarms import tables as _alarms
from verifier_server.api import tables as _api
from verifier_server.audit import tables as _audit
from verifier_server.bulk import tables as _bulk
from verifier_server.corrections import tables as _corrections
from verifier_server.doses import tables as _doses
from verifier_server.health_book import tables as _health_book
from verifier_server.imports import tables as _imports
from verifier_server.jobs import tables as _jobs
from verifier_server.passes import tables as _passes
from verifier_server.people import duplicate_tables as _duplicates
from verifier_server.people import tables as _people
from verifier_server.printing import tables as _printing
from verifier_server.revocation import tables as _revocation
from verifier_server.scanners import tables as _scanners
from verifier_server.sites import tables as _sites
from verifier_server.staff import tables as _staff
from verifier_server.tables import Base
from verifier_server.units import tables as _units

METADATA = Base.metadata

PARTS = (
    _people,
    _duplicates,
    _doses,
    _passes,
    _sites,
    _staff,
    _bulk,
    _revocation,
    _scanners,
    _audit,
    _api,
    _units,
    _jobs,
    _imports,
    _alarms,
    _health_book,
    _corrections,
    _printing,
)
