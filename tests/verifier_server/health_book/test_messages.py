"""Messages and reminders: sent once, by a gateway that was named, and never elsewhere."""

import http.server
import json
import threading

import pytest
from sqlalchemy import select

from verifier_server.errors import ServerError
from verifier_server.health_book.messages import MOST_TRIES, deliver, queue, waiting_to_be_read
from verifier_server.health_book.reminders import remind
from verifier_server.health_book.senders import Gateway, Outbox, SendFailed
from verifier_server.health_book.tables import OutgoingMessage

from ..builders import DAY, NOW, a_pass, a_person, a_vaccinated_person


@pytest.fixture
def gateway():
    """A telephone company on this machine: what it heard, and what it answers."""
    heard, answers = [], [200]

    class Company(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            heard.append((self.path, self.headers.get("Authorization"), json.loads(body)))
            self.send_response(answers[-1])
            self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_args):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Company)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield Gateway(f"http://127.0.0.1:{server.server_port}/sms", frozenset({"127.0.0.1"}), "secret"), heard, answers
    server.shutdown()
    thread.join()
    server.server_close()


def a_message(storage, text="Ma 123456", until=NOW + 600):
    with storage.writing() as session:
        queue(session, "+84912345678", text, now=NOW, until=until)


def the_message(storage):
    with storage.reading() as session:
        return session.scalar(select(OutgoingMessage))


def test_a_message_is_sent_once_and_its_text_is_removed(storage, gateway):
    sender, heard, _answers = gateway
    a_message(storage)
    assert deliver(storage, sender, NOW) == 1
    assert deliver(storage, sender, NOW) == 0
    assert heard == [("/sms", "Bearer secret", {"to": "+84912345678", "text": "Ma 123456"})]
    assert the_message(storage).text == ""


@pytest.mark.parametrize("answer", [302, 307, 401, 500])
def test_what_the_gateway_refuses_is_tried_again_a_few_times_and_never_elsewhere(lite, gateway, answer):
    sender, heard, answers = gateway
    answers.append(answer)
    a_message(lite)
    for _ in range(MOST_TRIES + 2):
        assert deliver(lite, sender, NOW) == 0
    assert [path for path, _token, _body in heard] == ["/sms"] * MOST_TRIES
    answers.append(200)
    assert deliver(lite, sender, NOW) == 0


def test_a_gateway_that_is_away_is_one_sentence_without_a_number(lite):
    sender = Gateway("http://127.0.0.1:9/sms", frozenset({"127.0.0.1"}))
    with pytest.raises(SendFailed) as said:
        sender.send("+84912345678", "Ma 123456")
    assert "912345678" not in said.value.message
    assert "123456" not in said.value.message
    a_message(lite)
    assert deliver(lite, sender, NOW) == 0


@pytest.mark.parametrize(
    "url", ["http://sms.example.vn/", "https://other.example/", "ftp://sms.example.vn/", "sms.example.vn", "https:///x"]
)
def test_only_a_named_host_by_https_is_a_gateway(url):
    with pytest.raises(ServerError):
        Gateway(url, frozenset({"sms.example.vn"}))
    Gateway("https://sms.example.vn/send", frozenset({"sms.example.vn"}))


def test_an_outbox_keeps_a_text_until_nobody_needs_it(lite):
    a_message(lite)
    assert deliver(lite, Outbox(), NOW) == 0
    with lite.reading() as session:
        assert len(waiting_to_be_read(session, NOW)) == 1
        assert waiting_to_be_read(session, NOW + 600) == []
    deliver(lite, Outbox(), NOW + 600)
    assert the_message(lite).text == ""


def test_a_family_is_reminded_once_and_without_a_name(storage, desk):
    with storage.writing() as session:
        mother = a_vaccinated_person(session)
        child = a_person(session, name="Nguyễn Văn Bé", birth="01/06/2015", id_number="")
    soon = a_pass(storage, desk, mother.id).expires_at
    a_pass(storage, desk, mother.id, "travel")
    a_pass(storage, desk, child.id)
    assert remind(storage, 14, soon - 15 * DAY) == 0
    assert remind(storage, 14, soon - 13 * DAY) == 2
    assert remind(storage, 14, soon - 12 * DAY) == 0
    with storage.reading() as session:
        [message] = session.scalars(select(OutgoingMessage))
    assert message.text.isascii()
    assert len(message.text) <= 160
    assert "Thao" not in message.text
