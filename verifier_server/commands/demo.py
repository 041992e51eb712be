"""`checkpoint-server demo`: one pass and one altered copy, with no database and throw-away keys.

The alteration is the one that a forger wants: the number of doses, a single byte of what was
signed, raised from 1 to 2. Everything else, the signature too, stays as it was.
"""

from __future__ import annotations

import json
import secrets
import tempfile
import time
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from keys import ceremony
from keys.files import make_private_folder, write_whole
from keys.signers import active_signer
from keys.store import KeyStore
from keys.trustlist import trust_data
from vaccine_pass import base45, compression, uvci
from vaccine_pass.claims import DomesticClaims, TravelClaims
from vaccine_pass.dates import PartialDate
from vaccine_pass.names import split_vietnamese
from vaccine_pass.sign import sign_domestic, sign_travel
from vaccine_pass.status import Status
from vaccine_pass.trust import to_document
from vaccine_pass.vaccines import VACCINES
from verifier_server.checks import today_at
from verifier_server.commands import answer
from verifier_server.drawing import code_png
from verifier_server.passes.claims import FORMS

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable
    from datetime import date

FAMILY_NAMES = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương", "Lý")
MIDDLE_NAMES = ("Thị", "Văn", "Hữu", "Đức", "Ngọc", "Quang", "Thanh", "Minh", "Xuân", "Kim")
GIVEN_NAMES = ("Hòa", "Dũng", "Thảo", "Ánh", "Việt", "Tuấn", "Hằng", "Phượng", "Đạt", "Quỳnh", "Yến", "Bảo")
DAYS_VALID = 30


@dataclass(frozen=True, slots=True)
class _Person:
    name: str
    birth: PartialDate
    last_dose: date


@dataclass(frozen=True, slots=True)
class _Altered:
    text: str
    place: int
    before: int
    after: int


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the command."""
    parser = commands.add_parser(
        "demo",
        help="make a pass, an altered copy and a trust list, without a database",
        description="Makes pass.png, altered.png (one signed byte changed) and trust.json for a random person.",
    )
    parser.add_argument("--out", type=Path, default=Path("instance/demo"), metavar="DIR")
    parser.add_argument("--form", choices=FORMS, default="domestic")
    parser.set_defaults(run=lambda options: run(options.out, options.form))


def run(out: Path, form: str) -> int:
    """Make the three files and say what is in them."""
    make_private_folder(out)
    now = int(time.time())
    with tempfile.TemporaryDirectory(prefix="checkpoint-demo-") as scratch:
        store = KeyStore(Path(scratch) / "keys")
        signers = ceremony.init(store, now)
        person = _random_person(today_at(now))
        make = _domestic if form == "domestic" else _travel
        text, altered = make(person, active_signer(store, form).key, now)
    _write(out, text, altered)
    document = to_document(trust_data(signers, signed_at=None))
    write_whole(out / "trust.json", (json.dumps(document, indent=2) + "\n").encode(), mode=0o644)
    answer(f"pass.png     a {form} pass of {person.name}, born {person.birth.display}: dose 1 of 2")
    answer(
        f"altered.png  the same pass with byte {altered.place} of the signed payload changed from "
        f"{altered.before:#04x} to {altered.after:#04x}: it claims 2 doses"
    )
    answer("trust.json   the throw-away signers that a scanner is to trust; their private keys are gone")
    return 0


def _random_person(today: date) -> _Person:
    name = " ".join(secrets.choice(part) for part in (FAMILY_NAMES, MIDDLE_NAMES, GIVEN_NAMES))
    birth = PartialDate.of(1930 + secrets.randbelow(73), 1 + secrets.randbelow(12), 1 + secrets.randbelow(28))
    return _Person(name, birth, today - timedelta(days=1 + secrets.randbelow(60)))


def _domestic(person: _Person, key: object, now: int) -> tuple[str, _Altered]:
    vaccine = secrets.choice([one for one in VACCINES if one.series == 2 and not one.trial])
    claims = DomesticClaims(
        name=person.name,
        birth=person.birth,
        serial=secrets.randbits(32),
        doses=1,
        series=2,
        vaccine=vaccine.index,
        last_dose=person.last_dose,
        issued_at=now,
        expires_at=now + DAYS_VALID * 86_400,
    )
    text, payload = sign_domestic(claims, key)
    envelope, place = (
        base45.decode(text[4:]),
        _place(payload, sign_domestic(replace(claims, doses=2), key).payload),
    )
    return text, _alter(envelope, payload, place, lambda data: "VN1:" + base45.encode(data))


def _travel(person: _Person, key: object, now: int) -> tuple[str, _Altered]:
    vaccine = secrets.choice([one for one in VACCINES if one.series == 2 and one.product])
    family, given = split_vietnamese(person.name)
    claims = TravelClaims(
        family_name=family,
        given_name=given,
        birth=person.birth,
        product=vaccine.product,
        manufacturer=vaccine.manufacturer,
        prophylaxis=vaccine.prophylaxis,
        dose_number=1,
        series=2,
        last_dose=person.last_dose,
        certificate_issuer="Bộ Y tế Việt Nam",
        certificate_id=uvci.of_serial(secrets.randbits(32)),
        issued_at=now,
        expires_at=now + DAYS_VALID * 86_400,
    )
    text, payload = sign_travel(claims, key)
    envelope = compression.inflate(base45.decode(text[4:]))
    place = _place(payload, sign_travel(replace(claims, dose_number=2), key).payload)
    return text, _alter(envelope, payload, place, lambda data: "HC1:" + base45.encode(compression.store(data)))


def _place(true: bytes, wanted: bytes) -> int:
    (place,) = (at for at, (one, other) in enumerate(zip(true, wanted, strict=True)) if one != other)
    return place


def _alter(envelope: bytes, payload: bytes, place: int, as_text: Callable[[bytes], str]) -> _Altered:
    at = envelope.index(payload) + place
    changed = envelope[:at] + bytes([envelope[at] + 1]) + envelope[at + 1 :]
    return _Altered(as_text(changed), place, envelope[at], envelope[at] + 1)


def _write(out: Path, text: str, altered: _Altered) -> None:
    write_whole(out / "pass.png", code_png(text, status=Status.PARTIAL, doses=1, series=2), mode=0o644)
    write_whole(out / "altered.png", code_png(altered.text, status=Status.COMPLETE, doses=2, series=2), mode=0o644)
