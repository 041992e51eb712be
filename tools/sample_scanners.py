"""Scanners with a past, for pictures: posts all over the country, most of them fresh, a few forgotten.

Made by the server's own rules, with keys of devices that are thrown away. Most of them hold the key
that waits, some have not heard of it yet, and some have never sent a receipt.
"""

from __future__ import annotations

import json
import random
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy.orm import Session

from keys import jws
from keys.client.device_key import DeviceKey
from keys.client.receipt import FORMAT, TYPE
from keys.entry import KeyStatus, iso
from keys.lifecycle import DAY, Signers
from keys.store import KeyStore
from verifier_server import schema
from verifier_server.config import load_config
from verifier_server.scanners.enrolling import enrol, make_code
from verifier_server.scanners.listing import withdraw
from verifier_server.scanners.receiving import take_receipt
from verifier_server.storage import Storage

TABLES = schema.METADATA
"""All of the register's tables, which refer to each other."""
SERVER = "https://ghidanh.example.vn"
PROVINCES = {"01": "NB", "79": "CLT", "48": "HV", "92": "CTH", "31": "LT", "74": "DA"}
MANY = 212
FORGOTTEN_DAYS = (8, 9, 9, 10, 12, 15, 19, 22, 26)
SILENT = 3


def make(instance: Path, now: int) -> None:
    """Enrol them in the register of ``instance`` as they stand at ``now`` (Unix seconds)."""
    chance = random.Random(7)  # noqa: S311  the same pictures each time
    signers = KeyStore(instance / "keys").signers()
    storage = Storage(load_config(instance).database_url)
    with storage.writing() as session:
        for number in range(MANY):
            _scanner(session, number, signers, chance, now)
        gone = _enrolled(session, "01-NB-0", now - 200 * DAY)
        withdraw(session, gone.device_id, now - 20 * DAY)
        make_code(session, post="79-CLT-41", server=SERVER, now=now)
    storage.close()


def _scanner(session: Session, number: int, signers: Signers, chance: random.Random, now: int) -> None:
    province, name = sorted(PROVINCES.items())[number % len(PROVINCES)]
    key = _enrolled(session, f"{province}-{name}-{number // len(PROVINCES) + 1}", now - chance.randrange(90, 160) * DAY)
    if number < len(FORGOTTEN_DAYS):
        days = FORGOTTEN_DAYS[number]
    elif number < len(FORGOTTEN_DAYS) + SILENT:
        return
    else:
        days = min(6, int(chance.expovariate(0.6)))
    at = now - chance.randrange(0, 20) * 3600 - max(0, days - 1) * DAY
    held = {signer.kid.hex() for signer in signers if signer.status is not KeyStatus.PENDING or days < 8}
    take_receipt(session, _receipt(key, sorted(held), at, now - days * DAY - 3600), at)


def _enrolled(session: Session, post: str, at: int) -> DeviceKey:
    key = DeviceKey(ec.generate_private_key(ec.SECP256R1()))
    _, enrolment = make_code(session, post=post, server=SERVER, now=at)
    enrol(session, token=enrolment.token, key=key.public_jwk, proof=key.proof(enrolment), now=at)
    return key


def _receipt(key: DeviceKey, held: list[str], at: int, signed_at: int) -> str:
    document = {
        "format": FORMAT,
        "at": iso(at),
        "device": key.device_id,
        "post": "sample",
        "signers": held,
        "roles": {"keys": {"version": 1, "signed_at": iso(signed_at), "expires": iso(signed_at + 35 * DAY)}},
    }
    return jws.sign({"kid": key.device_id, "typ": TYPE}, json.dumps(document).encode(), key.sign)
