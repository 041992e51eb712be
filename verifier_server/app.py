"""The application factory, which reads as the server's table of contents."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from flask import Flask
from flask_wtf.csrf import CSRFProtect

from keys.store import KeyStore
from verifier_server.alarms import pages as alarms
from verifier_server.api import serving as api
from verifier_server.api import token_pages
from verifier_server.approvals import pages as approvals
from verifier_server.audit import pages as audit
from verifier_server.channel import pages as channel
from verifier_server.corrections import pages as corrections
from verifier_server.doses import amending, days
from verifier_server.doses import pages as doses
from verifier_server.health import pages as health
from verifier_server.health_book import login_pages, offline_pages, outbox_pages, phone_pages, report_pages, try_pages
from verifier_server.health_book import pages as book
from verifier_server.home import pages as home
from verifier_server.imports import pages as imports
from verifier_server.imports import queue_pages as import_queue
from verifier_server.imports import uploading
from verifier_server.jobs import pages as jobs
from verifier_server.metrics import pages as metrics
from verifier_server.overview import pages as overview
from verifier_server.passes import pages as passes
from verifier_server.passes.opening import open_desk
from verifier_server.people import duplicate_pages, pair_pages, record_pages
from verifier_server.people import pages as people
from verifier_server.printing import pages as prints
from verifier_server.scanners import api as scanner_api
from verifier_server.scanners import pages as scanners
from verifier_server.signers import pages as signing_keys
from verifier_server.sites import pages as sites
from verifier_server.staff import guard, login, own_password, second_pages, sessions
from verifier_server.staff import pages as staff
from verifier_server.storage import Storage
from verifier_server.trust import pages as trust
from verifier_server.web import access, assets, display, faults, headers, languages, limits, services, settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from verifier_server.config import ServerConfig
    from verifier_server.passes.desk import Signers

PARTS = (
    home,
    people,
    record_pages,
    duplicate_pages,
    pair_pages,
    doses,
    days,
    amending,
    imports,
    import_queue,
    passes,
    sites,
    prints,
    staff,
    second_pages,
    own_password,
    overview,
    signing_keys,
    channel,
    approvals,
    audit,
    scanners,
    trust,
    health,
    metrics,
    token_pages,
    jobs,
    alarms,
    book,
    report_pages,
    phone_pages,
    offline_pages,
    outbox_pages,
    corrections,
)


def create_app(
    config: ServerConfig, *, clock: Callable[[], float] = time.time, signers: Signers | None = None
) -> Flask:
    """Put the server together.

    :param config: the settings and secrets; without secrets there is no configuration, and no server.
    :param clock: Unix seconds; another one in tests.
    :param signers: where signing keys come from; the instance's key folder by default.
    """
    app = Flask(__name__)
    settings.apply(app, config)
    services.provide(app, _services(config, clock, signers))
    uploading.register(app)  # before forms are read
    CSRFProtect(app)
    access.register(app)
    metrics.register(app)
    headers.register(app)
    languages.register(app)
    faults.register(app)
    display.register(app)
    assets.register(app)
    limits.register(app)
    scanner_api.register(app)
    login.register(app)
    sessions.register(app)
    guard.register(app)
    overview.register(app)
    alarms.register(app)
    login_pages.register(app)
    phone_pages.register(app)
    try_pages.register(app)
    for part in PARTS:
        app.register_blueprint(part.pages)
    api.register(app)
    return app


def _services(config: ServerConfig, clock: Callable[[], float], signers: Signers | None) -> services.Services:
    storage = Storage(config.database_url)
    return services.Services(config, storage, KeyStore(config.keys_folder), open_desk(config, storage, signers), clock)
