"""The vectors of the revocation lists: a base, its delta, un-revocations, what is revoked, and spoilt lists."""

from __future__ import annotations

import hashlib
from typing import Any

from vaccine_pass.revocation import foreign, rice, serial_list, unrevocations
from vaccine_pass.revocation.effective import combine
from vaccine_pass.revocation.serial_set import SerialSet
from vaccine_pass.serials import serial_of
from vaccine_pass.trust import certificate_hash

SECRET = bytes(range(32))
SIGNED, DAY = 1_627_603_200, 86_400


def revocation_vectors() -> dict[str, Any]:
    """Return the content of ``revocation.json``."""
    old = SerialSet.of([*_serials(1, range(0, 40, 7)), *_serials(2, [3]), *_serials(4095, range(2))])
    new = SerialSet.of([*_serials(1, [1]), *_serials(7, range(3))])
    back = unrevocations.Unrevocations(SerialSet.of(_serials(1, [7])), 1, SIGNED)
    base = serial_list.encode_base(old, 1, SIGNED)
    digest = hashlib.sha256(base).digest()
    delta = serial_list.encode_delta(new, 2, SIGNED + DAY, digest)
    listed = combine(serial_list.decode(base), serial_list.decode(delta), back)
    return {
        "base": _described(base),
        "delta": _described(delta),
        "unrevocation": {"serials": _hex(back.serials), "text": unrevocations.dumps(back)},
        "revoked": _hex(listed.merged()),
        "parameters": [{"count": count, "parameter": rice.parameter_for(count)} for count in _COUNTS],
        "foreign": _foreign(),
        "refused": [{"name": name, "bytes": data.hex()} for name, data in _spoilt(base, delta)],
    }


_COUNTS = (1, 2, 10, 100, 1_000, 10_486, 100_000, 224_262, 224_263, 403_672, 403_673, 1_048_576)


def _serials(block: int, numbers: Any) -> list[int]:
    return [serial_of(SECRET, block, n) for n in numbers]


def _hex(serials: SerialSet) -> list[str]:
    return [f"{serial:08x}" for serial in serials]


def _described(data: bytes) -> dict[str, Any]:
    """Return a list's bytes and what is in them, its blocks apart."""
    read = serial_list.decode(data)
    blocks = [
        {
            "block": block,
            "positions": positions,
            "parameter": rice.parameter_for(len(positions)),
            "bits": rice.encode(positions).hex(),
        }
        for block, positions in read.serials.blocks()
    ]
    return {
        "sequence": read.sequence,
        "signed_at": read.signed_at,
        "serials": _hex(read.serials),
        "blocks": blocks,
        "bytes": data.hex(),
        "sha256": read.digest.hex(),
    }


def _foreign() -> dict[str, Any]:
    identifiers = [f"URN:UVCI:01:AT:{number:032X}" for number in range(3)]
    hashes = [certificate_hash(identifier) for identifier in identifiers]
    data = foreign.encode(hashes, 1, SIGNED)
    read = [each.hex() for each in foreign.decode(data)]
    return {"sequence": 1, "signed_at": SIGNED, "identifiers": identifiers, "hashes": read, "bytes": data.hex()}


def _spoilt(base: bytes, delta: bytes) -> list[tuple[str, bytes]]:
    number, blocks = 18, 20  # where a base's number of blocks and its first block begin
    return [
        ("cut short", base[:-1]),
        ("one byte more", base + b"\0"),
        ("one block fewer than it says", base[:number] + b"\0\4" + base[blocks:]),
        ("a later version", base[:4] + b"\2" + base[5:]),
        ("a kind that is none", base[:5] + b"\3" + base[6:]),
        ("sequence 0", base[:6] + bytes(4) + base[10:]),
        ("block 0", base[:blocks] + bytes([0, base[blocks + 1] & 0x0F]) + base[blocks + 2 :]),
        ("another Rice parameter", base[: blocks + 4] + bytes([base[blocks + 4] + 1]) + base[blocks + 5 :]),
        ("a last byte that is not filled up with zeros", delta[:-1] + bytes([delta[-1] | 1])),
        ("a delta without its base's hash", delta[:18] + delta[50:]),
    ]
