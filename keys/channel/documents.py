"""The files that the channel carries as targets, as bytes: the same content always gives the same bytes.

Signers and the vaccine table are made here from what the key folder and the
core know. Rules and the lists of revoked and un-revoked passes come as bytes
from those who make them, and are looked at no further than a mistake would need. Pure.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping

from keys import audit_heads
from keys.entry import SignerEntry
from keys.errors import KeysError
from keys.trustlist import trust_data
from vaccine_pass.revocation import foreign, issued, serial_list, unrevocations
from vaccine_pass.trust import loads, to_document
from vaccine_pass.vaccines import VACCINES, VaccineTable

SIGNERS, VACCINE_TABLE = "keys/signers.json", "vaccines/table.json"
REVOCATION_BASE, REVOCATION_DELTA = "revocation/base.bin", "revocation/delta.bin"
REVOCATION_FOREIGN = "revocation/foreign.bin"
# A file of the role whose key is online: a head comes out every day, and no holder has to sign for it.
AUDIT_HEADS = "revocation/audit.json"
UNREVOCATION = "unrevocation/list.json"
APPROVED, ISSUED = "unrevocation/approved.bin", "unrevocation/issued.json"
_LARGEST = 32 << 20  # scanners take no larger file

Files = Mapping[str, bytes]
_READERS: Mapping[str, Callable[[bytes], object]] = {
    APPROVED: serial_list.decode,
    ISSUED: issued.loads,
    REVOCATION_FOREIGN: foreign.decode,
    UNREVOCATION: unrevocations.loads,
    AUDIT_HEADS: lambda data: audit_heads.read(data, AUDIT_HEADS),
}


def signers(entries: Iterable[SignerEntry]) -> bytes:
    """``keys/signers.json``: the members ``format`` and ``signers`` of trust.json; revoked signers are not in it."""
    document = to_document(trust_data(entries, signed_at=None))
    return _json({"format": document["format"], "signers": document["signers"]})


def kids(data: bytes) -> frozenset[bytes]:
    """The key ids in ``keys/signers.json``."""
    return frozenset(signer.kid for signer in loads(data).signers)


def vaccines(table: VaccineTable = VACCINES) -> bytes:
    """``vaccines/table.json``: the vaccine table that domestic passes name products by."""
    return _json({"format": "checkpoint-vaccines/1", "vaccines": table.to_document()})


def rules_path(province: str) -> str:
    """Where a province's rules lie among the targets."""
    return f"rules/{province}/rules.json"


def checked(files: Files) -> Files:
    """The files, refused when one is empty, larger than any scanner would take, or no list of its kind."""
    for path, data in files.items():
        if not 0 < len(data) <= _LARGEST:
            raise KeysError(f"{path} has {len(data)} bytes; it must have 1 to {_LARGEST}.", code="bad_target")
        if path in _READERS:
            _READERS[path](data)  # PassError names what is wrong
    return files


def _json(document: object) -> bytes:
    return (json.dumps(document, indent=1, ensure_ascii=True) + "\n").encode("ascii")
