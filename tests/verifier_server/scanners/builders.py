"""Scanners for tests: a device with its key, enrolled at a post, with a receipt of some age."""

import json

from keys.client.enrolment import PROOF_TYPE, parse
from keys.entry import iso
from keys.jws import sign
from tests.keys.scanners import Device
from verifier_server.scanners.enrolling import enrol, make_code
from verifier_server.scanners.receiving import take_receipt

from ..builders import DAY, NOW

SERVER = "https://passes.example.vn"


def a_code(storage, post="79-CLT-1", now=NOW, **more):
    """An enrolment code, as a device reads it."""
    with storage.writing() as session:
        return parse(make_code(session, post=post, server=SERVER, now=now, **more)[1].text())


def a_proof(device, token, **changes):
    """A device's proof that it holds its key."""
    payload = json.dumps({"token": token} | changes).encode()
    return sign({"kid": device.id, "typ": PROOF_TYPE}, payload, device.sign)


def an_enrolment(device, token):
    """The body that a device sends."""
    return {"token": token, "key": device.jwk, "proof": a_proof(device, token)}


def a_scanner(storage, post="79-CLT-1", *kids, days=None, now=NOW):
    """An enrolled device; with `days`, its receipt says that its list of keys was signed so long ago."""
    device = Device(post)
    code = a_code(storage, post, now=now)
    with storage.writing() as session:
        enrol(session, token=code.token, key=device.jwk, proof=a_proof(device, code.token), now=now)
        if days is not None:
            take_receipt(session, a_receipt(device, *kids, days=days, now=now), now)
    return device


def a_receipt(device, *kids, days=0, now=NOW, at=None):
    """A receipt of a device whose list of keys was signed so many days before now."""
    roles = {"keys": {"version": 3, "signed_at": iso(now - days * DAY), "expires": iso(now + DAY)}}
    return device.receipt(*kids, at=now if at is None else at, roles=roles)
