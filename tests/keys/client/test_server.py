"""A device and its server, over real HTTP on this machine; hostile answers too."""

import json
import socket
import ssl
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import IPv4Address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import NameOID

from keys.client import device_key, enrolled, server
from keys.client.enrolment import Enrolment
from keys.client.errors import DeviceTrustError, ServerRefused, UpdateRefused
from keys.client.http import MOST_ANSWER_BYTES, HttpSource, post
from keys.client.load import load
from keys.client.server import Answer, send_receipt
from keys.client.update import update
from keys.errors import KeysError
from keys.jws import device_id_of

from .checkpoint_server import TOKEN, CheckpointServer
from .repository import DAY, NOW, PASS_SIGNER

CODE = Enrolment("79-CLT-1", "http://127.0.0.1:1", TOKEN)


@pytest.fixture
def known(store, server):
    """What the device holds after it was enrolled at the test's server."""
    return enrol(store, server)


def enrol(store, at):
    return server_enrol(store, at.enrolment(), post)


server_enrol = server.enrol


def test_a_device_is_enrolled_with_its_key_and_a_proof_and_nothing_else(store, server):
    known = enrol(store, server)
    key = device_key.load(store.root)
    assert known == enrolled.load(store.root)
    assert (known.device, known.post) == (key.device_id, "79-CLT-1")
    assert (known.server, known.channel) == (server.address, f"{server.address}/channel")
    path, kind, body = server.asked[0]
    assert (path, kind) == ("/scanners/enrol", "application/json")
    assert set(json.loads(body)) == {"token", "key", "proof"}
    assert server.devices == {key.device_id: key.public_jwk}


def test_an_enrolment_pins_no_root_and_leaves_no_token(store, known):
    assert store.pinned_root() is None
    assert load(store) is None
    for path in store.root.rglob("*"):
        assert path.is_dir() or TOKEN.encode() not in path.read_bytes()


def test_the_enrolled_channel_brings_an_update_from_the_pinned_root(store, known, repository):
    with pytest.raises(DeviceTrustError, match="No root is pinned"):
        update(store, HttpSource(known.channel), NOW)
    assert update(store, HttpSource(known.channel), NOW, root=repository.first_root).changed


def test_the_same_code_again_is_the_same_enrolment_and_another_device_is_refused(store, server, known, tmp_path):
    assert enrol(store, server) == known
    other = type(store)(tmp_path / "other")
    with pytest.raises(ServerRefused, match="The token was used") as refused:
        enrol(other, server)
    assert refused.value.evidence == {"status": 403, "said": "token_used"}
    assert enrolled.load(other.root) is None


def test_a_device_may_move_to_another_post_and_keeps_its_key(store, known):
    at = CheckpointServer(post="01-ABC-2")
    try:
        moved = enrol(store, at)
    finally:
        at.close()
    assert (moved.device, moved.post) == (known.device, "01-ABC-2")
    assert enrolled.load(store.root) == moved


def test_a_receipt_is_sent_and_the_time_is_noted(store, known, server, take, repository):
    take(repository, root=repository.first_root)
    sent = send_receipt(store, load(store), NOW, post)
    assert sent.receipt_sent_at == NOW == enrolled.load(store.root).receipt_sent_at
    assert server.asked[-1][:2] == ("/scanners/receipts", "application/jose")
    (document,) = server.receipts
    assert document["signers"] == [PASS_SIGNER.entry().kid.hex()]
    assert (document["device"], document["post"]) == (known.device, "79-CLT-1")


def test_a_receipt_that_is_refused_is_told_and_not_noted(store, known, server, take, repository):
    take(repository, root=repository.first_root)
    server.devices.clear()
    with pytest.raises(ServerRefused, match="No such device"):
        send_receipt(store, load(store), NOW, post)
    assert enrolled.load(store.root).receipt_sent_at is None


def test_no_receipt_without_an_enrolment_or_with_another_key(store, server, take, repository):
    take(repository, root=repository.first_root)
    with pytest.raises(DeviceTrustError) as refused:
        send_receipt(store, load(store), NOW, post)
    assert refused.value.code == "not_enrolled"
    enrol(store, server)
    (store.root / device_key.FILE_NAME).unlink()
    with pytest.raises(DeviceTrustError) as refused:
        send_receipt(store, load(store), NOW, post)
    assert refused.value.code == "device_key_damaged"
    device_key.make(store.root)
    with pytest.raises(DeviceTrustError, match="not the one that was enrolled"):
        send_receipt(store, load(store), NOW, post)
    assert not server.receipts


def test_an_enrolment_elsewhere_while_a_receipt_is_under_way_is_not_overwritten(store, known, take, repository):
    take(repository, root=repository.first_root)
    moved = enrolled.Enrolled(known.device, "01-ABC-2", known.server, known.channel)

    def meanwhile(*_):
        enrolled.save(store.root, moved)
        return Answer(204, b"")

    send_receipt(store, load(store), NOW, meanwhile)
    assert enrolled.load(store.root) == moved


# --- hostile servers ----------------------------------------------------------------------------


def answer_of(**changes):
    def answer(_address, body, _kind):
        said = json.loads(body)
        document = {
            "device": device_id_of(said["key"]), "post": "79-CLT-1", "channel": "http://127.0.0.1:1/channel/",
        } | changes  # fmt: skip
        return Answer(201, json.dumps(document).encode())

    return answer


def test_the_right_answer_is_taken(store):
    assert server_enrol(store, CODE, answer_of()).channel == "http://127.0.0.1:1/channel"


@pytest.mark.parametrize(
    "changes",
    [
        {"device": "0" * 16},
        {"device": None},
        {"post": "79-CLT-2"},
        {"channel": None},
        {"channel": "https://elsewhere.vn/channel/"},
        {"channel": "http://127.0.0.1:10/channel/"},
        {"channel": "http://127.0.0.1:1"},
        {"channel": "http://127.0.0.1:1/?x"},
        {"channel": ["http://127.0.0.1:1/channel/"]},
        {"channel": "file:///etc"},
    ],
)
def test_an_answer_for_another_device_post_or_place_enrols_nothing(store, changes):
    with pytest.raises(ServerRefused) as refused:
        server_enrol(store, CODE, answer_of(**changes))
    assert refused.value.code == "enrolment_mismatch"
    assert enrolled.load(store.root) is None


def test_what_else_an_answer_holds_is_not_kept_least_of_all_a_root(store):
    server_enrol(store, CODE, answer_of(root={"signed": {}}, signers=["x"]))
    assert store.pinned_root() is None
    assert b"signed" not in (store.root / enrolled.FILE_NAME).read_bytes()


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"\xff", b"{", b"[" * 50_000, b'{"device":1}'])
def test_an_answer_that_is_no_enrolment_enrols_nothing(store, body):
    with pytest.raises(ServerRefused):
        server_enrol(store, CODE, lambda *_: Answer(201, body))
    assert enrolled.load(store.root) is None


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (400, b'{"code":"token_expired","message":"The token is too old."}'),
        (500, b"<html>"),
        (302, b""),
        (200, b"{}"),
        (403, json.dumps({"message": "a\x1b[2J\r\nb" + "x" * 5000}).encode()),
        (429, b'{"message": {"a": 1}}'),
    ],
)
def test_a_refusal_is_one_short_sentence_whatever_the_server_says(store, status, body):
    with pytest.raises(ServerRefused) as refused:
        server_enrol(store, CODE, lambda *_: Answer(status, body))
    assert refused.value.message.isprintable()
    assert len(refused.value.message) < 400


def test_a_redirect_is_not_followed(store, server):
    elsewhere = CheckpointServer()
    server.answers["/scanners/enrol"] = (307, b"", [("Location", f"{elsewhere.address}/scanners/enrol")])
    try:
        with pytest.raises(ServerRefused, match="answered 307"):
            enrol(store, server)
        assert not elsewhere.asked
    finally:
        elsewhere.close()


def test_a_server_that_answers_without_end_is_given_up(server):
    server.answers["/x"] = (200, b"x" * (MOST_ANSWER_BYTES + 1))
    with pytest.raises(UpdateRefused) as refused:
        post(f"{server.address}/x", b"", "text/plain")
    assert refused.value.code == "answer_too_large"


class _Dripping(BaseHTTPRequestHandler):
    def do_POST(self):
        self.wfile.write(b"HTTP/1.1 200 OK\r\n")
        self.server.may_end.wait(20)

    def log_message(self, *_):
        pass


@pytest.mark.parametrize("limits", [{"seconds": 0.3}, {"silent_seconds": 0.3}])
def test_a_server_that_says_nothing_is_given_up(limits):
    slow = ThreadingHTTPServer(("127.0.0.1", 0), _Dripping)
    slow.may_end = threading.Event()
    threading.Thread(target=slow.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        with pytest.raises(UpdateRefused) as refused:
            post(f"http://127.0.0.1:{slow.server_address[1]}/x", b"", "text/plain", **limits)
        assert refused.value.code == "update_too_slow"
    finally:
        slow.may_end.set()
        slow.shutdown()
        slow.server_close()


def test_no_server_is_one_sentence(store):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(UpdateRefused) as refused:
        server_enrol(store, Enrolment("79-CLT-1", address, TOKEN), post)
    assert refused.value.code == "update_unreachable"


# --- what the device keeps ----------------------------------------------------------------------


ELSEWHERE = {
    "format": "checkpoint-enrolled/1", "device": "a", "post": "p", "server": "https://x.vn",
    "channel": "https://evil.vn/channel", "receipt_sent_at": None,
}  # fmt: skip


@pytest.mark.parametrize(
    "content",
    [b"", b"{}", b"[]", b"\xff", b'{"format":"checkpoint-enrolled/1"}', b"[" * 9000, json.dumps(ELSEWHERE).encode()],
)
def test_a_damaged_enrolment_is_told(store, content):
    store.root.mkdir(parents=True)
    (store.root / enrolled.FILE_NAME).write_bytes(content)
    with pytest.raises(KeysError) as refused:
        enrolled.load(store.root)
    assert refused.value.code == "enrolment_damaged"


def test_a_device_that_was_never_enrolled_has_no_enrolment(store):
    assert enrolled.load(store.root) is None


def test_the_date_of_a_later_receipt_replaces_the_earlier(store, known, take, repository):
    take(repository, root=repository.first_root)
    for now in (NOW, NOW + DAY):
        send_receipt(store, load(store), now, post)
    assert enrolled.load(store.root).receipt_sent_at == NOW + DAY


# --- TLS ----------------------------------------------------------------------------------------


def self_signed(folder):
    """A certificate for 127.0.0.1 that nobody vouches for, and its key, in one file."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "x")])
    today = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
        .not_valid_before(today - timedelta(days=1)).not_valid_after(today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False)
        .sign(key, SHA256())
    )  # fmt: skip
    path = folder / "server.pem"
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(key.private_bytes(*form) + certificate.public_bytes(serialization.Encoding.PEM))
    return path


def test_a_server_whose_certificate_nobody_vouches_for_gets_no_token(store, server, tmp_path):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(self_signed(tmp_path))
    server._server.socket = context.wrap_socket(server._server.socket, server_side=True)
    server.address = server.address.replace("http:", "https:")
    with pytest.raises(UpdateRefused) as refused:
        enrol(store, server)
    assert refused.value.code == "update_unreachable"
    assert not server.asked
