"""Scanners with keys of their own, their receipts, and the file of all of them that the server exports."""

import json

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from keys import jws
from keys.client.receipt import FORMAT, TYPE
from keys.entry import iso
from keys.jwk import jwk_of
from vaccine_pass import ecdsa

from .builders import NOW


class Device:
    """A scanner that can sign receipts."""

    def __init__(self, post="79-CLT-1"):
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.jwk = jwk_of(self.key.public_key())
        self.id = jws.device_id_of(self.jwk)
        self.post = post

    def sign(self, message):
        return ecdsa.from_der(self.key.sign(message, ec.ECDSA(hashes.SHA256())))

    def receipt(self, *kids, at=NOW, typ=TYPE, **changes):
        document = {
            "format": FORMAT,
            "at": iso(at),
            "device": self.id,
            "post": self.post,
            "signers": sorted(kid.hex() for kid in kids),
        }
        data = json.dumps(document | changes).encode()
        return jws.sign({"kid": self.id, "typ": typ}, data, self.sign)

    def entry(self, receipt=None, **changes):
        values = {"device": self.id, "post": self.post, "key": self.jwk, "enrolled_at": iso(NOW), "receipt": receipt}
        return values | changes


def a_file(*entries, at=NOW, **changes):
    """The exported file as bytes."""
    document = {"format": "checkpoint-scanners/1", "at": iso(at), "scanners": list(entries)}
    return json.dumps(document | changes).encode()
