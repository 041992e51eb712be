"""A register on a real SQLite file and on a real PostgreSQL, a server over it, and a browser-like client."""

import os
import re
import shutil
from types import SimpleNamespace

import pytest
from sqlalchemy import create_engine, text

from keys import ceremony, pkcs8
from keys.secret import Secret
from keys.signers import SigningDesk
from keys.store import KeyStore
from keys.trustlist import trust_data
from vaccine_pass.verify import Verifier
from verifier_server import create_app
from verifier_server.config import ServerConfig, Settings
from verifier_server.jobs.kinds import Work
from verifier_server.jobs.worker import Worker
from verifier_server.migrations import upgrade
from verifier_server.passes.desk import IssuingDesk
from verifier_server.passes.serials import SerialStock
from verifier_server.passes.tables import SerialBlock
from verifier_server.sites.rules import add_site
from verifier_server.staff.accounts import add_account, add_roles
from verifier_server.storage import Storage
from verifier_server.web.services import services

from . import postgres
from .builders import NOW

SECRET = Secret(bytes(range(32)))
PASSWORD = "a long test password"


@pytest.fixture(scope="session")
def key_folder(tmp_path_factory):
    """Signing keys that are active at NOW, made once; scrypt is cheap here, its cost is tested in keys."""
    patch = pytest.MonkeyPatch()
    patch.setattr(pkcs8, "SCRYPT_COST", 2)
    store = KeyStore(tmp_path_factory.mktemp("keys") / "keys")
    ceremony.init(store, NOW)
    patch.undo()
    return store.root


@pytest.fixture(scope="session")
def postgres_server():
    """A PostgreSQL of this test run."""
    if postgres.programs() is None:
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
    with postgres.running() as url:
        Storage(f"{url}/postgres").close()
        yield url


@pytest.fixture(scope="session")
def empty_sqlite(tmp_path_factory):
    """A migrated SQLite file, to copy."""
    path = tmp_path_factory.mktemp("sqlite") / "empty.sqlite"
    storage = Storage(f"sqlite:///{path}")
    _prepare(storage)
    with storage.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    storage.close()
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres_server):
    """A migrated PostgreSQL database, to copy."""
    administer(postgres_server, "CREATE DATABASE template_of_tests")
    storage = Storage(f"{postgres_server}/template_of_tests")
    _prepare(storage)
    storage.close()
    return "template_of_tests"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request):
    """The URL of a fresh register, once on each database."""
    return request.getfixturevalue("sqlite_url") if request.param == "sqlite" else _fresh_postgres(request)


@pytest.fixture
def pages_url(request):
    """The URL of a fresh register for tests that run once: on SQLite unless CHECKPOINT_TESTS_ON says otherwise."""
    if os.environ.get("CHECKPOINT_TESTS_ON") == "postgresql":
        return _fresh_postgres(request)
    return request.getfixturevalue("sqlite_url")


def _fresh_postgres(request):
    server, template = (request.getfixturevalue(name) for name in ("postgres_server", "postgres_template"))
    name = f"t{os.urandom(6).hex()}"
    administer(server, f"CREATE DATABASE {name} TEMPLATE {template}")
    request.addfinalizer(lambda: administer(server, f"DROP DATABASE {name} WITH (FORCE)"))
    return f"{server}/{name}"


@pytest.fixture
def sqlite_url(tmp_path, empty_sqlite):
    """The URL of a fresh register on SQLite, for tests of SQLite itself."""
    shutil.copy(empty_sqlite, tmp_path / "register.sqlite")
    return f"sqlite:///{tmp_path / 'register.sqlite'}"


@pytest.fixture
def storage(database_url):
    """A fresh register, once on each database."""
    opened = Storage(database_url)
    yield opened
    opened.close()


@pytest.fixture
def lite(pages_url):
    """A fresh register for tests that run once: on SQLite unless CHECKPOINT_TESTS_ON says otherwise."""
    opened = Storage(pages_url)
    yield opened
    opened.close()


@pytest.fixture
def sqlite(sqlite_url):
    """A fresh register on SQLite, for tests of SQLite itself."""
    opened = Storage(sqlite_url)
    yield opened
    opened.close()


@pytest.fixture
def new_desk(key_folder):
    """Make the issuing desk of one more process on a register."""

    def make(storage, **settings):
        return IssuingDesk(SigningDesk(KeyStore(key_folder)), SerialStock(storage, SECRET), **settings)

    return make


@pytest.fixture
def desk(storage, new_desk):
    """An issuing desk on the register."""
    return new_desk(storage)


@pytest.fixture(scope="session")
def verifier(key_folder):
    """A scanner's judgement that trusts the test's signers."""
    return Verifier(trust_data(KeyStore(key_folder).signers(), signed_at=None))


@pytest.fixture
def clock():
    """A clock that a test can set."""
    return SimpleNamespace(now=float(NOW))


@pytest.fixture
def instance(tmp_path, key_folder):
    """An instance folder with signing keys."""
    folder = tmp_path / "instance"
    folder.mkdir(mode=0o700)
    shutil.copytree(key_folder, folder / "keys")
    return folder


@pytest.fixture
def app(instance, pages_url, clock):
    """A server with a site, a clerk and an administrator, on SQLite unless CHECKPOINT_TESTS_ON says otherwise."""
    yield from serving(instance, pages_url, clock)


@pytest.fixture
def app_on_each(instance, database_url, clock):
    """The same server, once on each database."""
    yield from serving(instance, database_url, clock)


def serving(instance, url, clock, **settings):
    """Make a server, give it, and close its database at the end."""
    chosen = Settings(**{"second_factor": False, **settings})
    config = ServerConfig(instance, url, SECRET, SECRET, chosen, testing=True)
    made = create_app(config, clock=lambda: clock.now)
    with made.app_context(), services().storage.writing() as session:
        site = add_site(session, "Trạm y tế phường Mẫu", now=NOW)
        for name, role in (("clerk", "clerk"), ("administrator", "key_administrator")):
            add_account(session, email=f"{name}@example.vn", role=role, password=PASSWORD, now=NOW, site_id=site.id)
    yield made
    with made.app_context():
        services().storage.close()


@pytest.fixture
def register(app):
    """The server's register, to look into and to fill."""
    with app.app_context():
        return services().storage


@pytest.fixture
def drain(app):
    """Do every job that waits, as the worker would; returns how many were done."""

    def do():
        with app.app_context():
            here = services()
        return Worker(Work(here.config, here.storage, here.desk, here.clock)).drain()

    return do


class Browser:
    """A client that follows the pages' own forms: it reads hidden fields and sends them back."""

    def __init__(self, app):
        self.client = app.test_client()
        self.base = "https://localhost"

    def get(self, path, **more):
        """Open a page."""
        return self.client.get(path, base_url=self.base, **more)

    def post(self, path, data=None, *, page=None, **more):
        """Send a form as it stands on its page (by default the page at the same path)."""
        hidden = dict(self.hidden(page or path))
        return self.client.post(path, data={**hidden, **(data or {})}, base_url=self.base, **more)

    def hidden(self, page):
        """The hidden fields of a page's last form that has any."""
        html = self.get(page).get_data(as_text=True)
        main = html[html.find("<main") :] if "<main" in html else html
        fields = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', main)
        return fields or re.findall(r'name="(csrf_token)"[^>]*value="([^"]+)"', html)

    def log_in(self, role="clerk", password=PASSWORD):
        """Log in as a clerk or an administrator."""
        self.get("/")  # a session that is over is ended by its next page
        return self.post("/login", {"email": f"{role}@example.vn", "password": password})


@pytest.fixture
def browser(app):
    """A browser that is not logged in."""
    return Browser(app)


@pytest.fixture
def clerk(app):
    """A clerk's browser."""
    opened = Browser(app)
    assert opened.log_in("clerk").status_code == 302
    return opened


@pytest.fixture
def administrator(app):
    """An administrator's browser."""
    opened = Browser(app)
    assert opened.log_in("administrator").status_code == 302
    return opened


def _prepare(storage):
    upgrade(storage)
    with storage.writing() as session:
        session.add(SerialBlock(block=1, next_n=0, leased_at=NOW))
        add_roles(session)


def administer(server, command):
    engine = create_engine(f"{server}/postgres", isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(command))
    engine.dispose()
