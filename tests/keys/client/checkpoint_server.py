"""A small real HTTP server that does what a device's server has to do, and can be told to misbehave.

It verifies proofs and receipts by itself with `keys.jws`, so that a device's messages are real.
"""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from keys import jws
from keys.client.enrolment import PROOF_TYPE, Enrolment
from keys.client.receipt import TYPE
from keys.errors import KeysError

TOKEN = "T" * 43


class CheckpointServer:
    """Serves a channel's files and takes enrolments and receipts until `close`.

    :ivar answers: path → (status, body) given in place of the right answer.
    """

    def __init__(self, files=None, post="79-CLT-1"):
        self.files, self.post = files or {}, post
        self.devices, self.receipts, self.asked, self.answers, self.owners = {}, [], [], {}, {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()
        self.address = f"http://127.0.0.1:{self._server.server_address[1]}"

    def enrolment(self, token=TOKEN):
        return Enrolment(self.post, self.address, token)

    def close(self):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    def answer_get(self, path):
        data = self.files.get(path.removeprefix("/channel/"))
        return (404, b"") if data is None else (200, data)

    def answer_post(self, path, body):
        if path == "/scanners/enrol":
            return self.enrol(json.loads(body))
        if path == "/scanners/receipts":
            return self.take(body.decode())
        return 404, b""

    def enrol(self, said):
        device = jws.device_id_of(said["key"])
        proof = json.loads(jws.verify(said["proof"], said["key"], typ=PROOF_TYPE))
        if proof != {"token": said["token"]} or self.owners.setdefault(said["token"], device) != device:
            return 403, json.dumps({"code": "token_used", "message": "The token was used."}).encode()
        self.devices[device] = said["key"]
        answer = {"device": device, "post": self.post, "channel": f"{self.address}/channel/"}
        return 201, json.dumps(answer).encode()

    def take(self, text):
        try:
            self.receipts.append(json.loads(jws.verify(text, self.devices[jws.kid_of(text)], typ=TYPE)))
        except KeyError:
            return 403, json.dumps({"code": "unknown_device", "message": "No such device."}).encode()
        except KeysError as error:
            return 400, json.dumps({"code": error.code, "message": error.message}).encode()
        return 204, b""


def _handler(owner):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_):
            pass

        def do_GET(self):
            self.give(*owner.answers.get(self.path, owner.answer_get(self.path)))

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            owner.asked.append((self.path, self.headers["Content-Type"], body))
            answer = owner.answers.get(self.path)
            self.give(*(answer or owner.answer_post(self.path, body)))

        def give(self, status, body, headers=()):
            self.send_response(status)
            for name, value in headers:
                self.send_header(name, value)
            if status != 204:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    return Handler
