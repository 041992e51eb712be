"""`checkpoint-scanner enrol` and `receipt`: make this device known to its server, and say what it holds.

An enrolment code carries a post, an address and a token that works once; never a root, which comes from the
administrator's file (`update --root`). Left out: the network itself (`online`).
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from keys import files
from keys.client import clock, server
from keys.client.enrolled import Enrolled
from keys.client.enrolment import PREFIX, Enrolment, is_enrolment, parse
from keys.client.policy import day
from keys.client.store import DeviceStore, device_errors
from scanner_app import online
from scanner_app.device import held_by
from scanner_app.errors import ScannerError, WrongCall


def enrol(folder: Path, what: str) -> int:
    """Enrol this device with a code's text, or with a picture of it; 0 when its server knows it now.

    Raises `WrongCall` for no code or picture, `KeysError` when the code or the server refuses.
    """
    store = DeviceStore(folder)
    known = server.enrol(store, enrolment_of(what), online.send)
    sys.stdout.writelines(line + "\n" for line in ["Enrolled.", *in_words(known)])
    if store.pinned_root() is None:
        sys.stdout.write("Next, once: checkpoint-scanner update --root ROOT.json (your administrator's file).\n")
    else:
        sys.stdout.write("Next: checkpoint-scanner update\n")
    return 0


def receipt(folder: Path, out: Path | None) -> int:
    """Write the signed receipt of what this device holds, for carrying by hand; without `out`: print it."""
    store = DeviceStore(folder)
    held = held_by(store)
    known, text = server.signed_receipt(store, held, clock.trusted_time(time.time(), held.floor))
    if out is None:
        sys.stdout.write(f"{text}\n")
        return 0
    with device_errors():
        files.write_whole(out, f"{text}\n".encode("ascii"), mode=0o644)
    sys.stdout.write(f"Receipt of {known.post}, device {known.device}, written to {out}.\n")
    return 0


def enrolment_of(what: str) -> Enrolment:
    """The enrolment that a text or the picture at a path holds."""
    if is_enrolment(what):
        return parse(what)
    if not Path(what).is_file():
        raise WrongCall(f"{what[:80]!r} is neither a code that begins with {PREFIX} nor a picture of one")
    from scanner_app.decoding import read_picture  # noqa: PLC0415  loads OpenCV

    codes = [text for text in read_picture(what) if is_enrolment(text)]
    if len(codes) != 1:
        found = f"{len(codes)} enrolment codes" if codes else "no enrolment code"
        raise ScannerError(f"{what} shows {found}; it has to show one. Take the picture anew.", code="no_code")
    return parse(codes[0])


def in_words(known: Enrolled) -> list[str]:
    """The enrolment, a line for each thing."""
    sent = known.receipt_sent_at
    return [
        f"  post {known.post}, device {known.device}",
        f"  server {known.server}",
        f"  last receipt sent {'never' if sent is None else day(sent)}",
    ]
