"""A scanner's own client against the real server: enrolled, updated, and known for what it holds."""

import time

import pytest
from sqlalchemy import select

from keys import ceremony, lifecycle, pkcs8
from keys.client import http, server
from keys.client.enrolment import parse
from keys.client.errors import ServerRefused
from keys.client.load import load
from keys.client.store import DeviceStore
from keys.client.update import update
from keys.store import KeyStore
from verifier_server.commands import init_db
from verifier_server.config import load_config
from verifier_server.scanners.enrolling import make_code
from verifier_server.scanners.listing import coverage_of, withdraw
from verifier_server.scanners.tables import Scanner
from verifier_server.storage import Storage

from ..serving import a_channel, running

NOW = int(time.time())


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """An instance with a pending key in its channel, and the address at which the real server gives it."""
    instance = tmp_path_factory.mktemp("served") / "instance"
    init_db.run(instance)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pkcs8, "SCRYPT_COST", 2)
        ceremony.init(KeyStore(instance / "keys"), NOW)
        ceremony.new(KeyStore(instance / "keys"), NOW, form="domestic", name="VN-next")
    a_channel(instance, NOW)
    with running(instance) as url:
        yield instance, url


@pytest.fixture
def register(served, monkeypatch):
    monkeypatch.delenv("CHECKPOINT_DATABASE_URL", raising=False)
    opened = Storage(load_config(served[0]).database_url)
    yield opened
    opened.close()


@pytest.fixture
def enrolment(register, served):
    """A code, as the scanner reads it."""
    with register.writing() as session:
        _, code = make_code(session, post="79-CLT-1", server=served[1], now=NOW)
    return parse(code.text())


@pytest.fixture
def device(tmp_path):
    return DeviceStore(tmp_path / "device")


def test_from_a_code_to_a_receipt_that_says_which_keys_the_scanner_holds(served, register, enrolment, device):
    instance, url = served
    known = server.enrol(device, enrolment, http.post)
    assert (known.post, known.channel) == ("79-CLT-1", f"{url}/channel")

    update(device, http.HttpSource(known.channel), NOW, root=_root(served))
    server.send_receipt(device, load(device), NOW, http.post)

    kid = lifecycle.find(KeyStore(instance / "keys").signers(), "VN-next").kid
    with register.reading() as session:
        kept = session.scalars(select(Scanner).where(Scanner.device == known.device)).one()
        assert abs(kept.keys_signed_at - NOW) < 60
        assert coverage_of(session, kid).holding >= 1


def test_a_power_cut_after_the_servers_answer_is_mended_by_the_same_code(served, register, enrolment, device):
    first = server.enrol(device, enrolment, http.post)
    (device.root / "enrolled.json").unlink()
    assert server.enrol(device, enrolment, http.post) == first


def test_the_scanner_hears_the_servers_own_sentence(served, register, enrolment, device, tmp_path):
    server.enrol(device, enrolment, http.post)
    with pytest.raises(ServerRefused, match="used already"):
        server.enrol(DeviceStore(tmp_path / "another"), enrolment, http.post)
    update(device, http.HttpSource(f"{served[1]}/channel"), NOW, root=_root(served))
    with register.writing() as session:
        withdraw(session, server.signed_receipt(device, load(device), NOW)[0].device, NOW)
    with pytest.raises(ServerRefused, match="withdrawn"):
        server.send_receipt(device, load(device), NOW, http.post)


def _root(served):
    return (served[0] / "channel/published/metadata/1.root.json").read_bytes()
