"""A loop of codes with every step in between, and frames and loops that a reader passes over or refuses.

The content is stored, not packed, inside zlib's stream: every zlib makes the same bytes of it.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import Metadata, Root

from keys.loop import archive, frames, manifest
from keys.loop.head import Head
from keys.loop.loop import Loop, manifest_of
from vaccine_pass import base45

_EXPIRES = datetime(2021, 9, 3, tzinfo=UTC)


def loop_vectors() -> dict[str, Any]:
    """Return the content of loop.json."""
    first, second = _root(1, "timestamp A"), _root(2, "timestamp B")
    good = _loop(second, "timestamp B")
    return {
        "pinned_root": first.to_bytes().decode(),
        "loops": [_taken_apart("of a device one root behind", good)],
        "refused": [
            _refused("the manifest signed by the key before", _loop(second, "timestamp A"), "loop_forged"),
            _refused("a root by other holders", _loop(_root(2, "timestamp B", "other"), "timestamp B"), "loop_forged"),
            _refused("a root between is missing", _loop(_root(3, "timestamp B"), "timestamp B"), "loop_root_gap"),
            _refused("another length than its blocks have", _loop(second, "timestamp B", cut=600), "loop_malformed"),
        ],
        "passed_over": [{"name": name, "text": text} for name, text in _broken(good.texts()).items()],
    }


def _taken_apart(name: str, what: Loop) -> dict[str, Any]:
    texts = what.texts()
    first = frames.read(texts[0])
    told = manifest_of(what)
    return {
        "name": name,
        "files": {path: data.decode() for path, data in sorted(_FILES.items())},
        "body": what.body.hex(),
        "manifest": told.to_bytes().hex(),
        "head": what.head.hex(),
        "id": first.loop.hex() if first else None,
        "data_blocks": told.data_blocks,
        "texts": texts,
    }


def _refused(name: str, what: Loop, code: str) -> dict[str, Any]:
    return {"name": name, "code": code, "texts": what.head_texts()}


def _broken(texts: Sequence[str]) -> dict[str, str]:
    head = next(text for text in texts if _is_head(text))
    body = next(text for text in texts if not _is_head(text))
    return {
        "a block of the manifest with one bit changed": _changed(head, -1),
        "a block of the manifest that names more blocks": _changed(head, 19),
        "a block of the body with one bit changed": _changed(body, -1),
        "a block of the body with another number": _changed(body, 17),
        "not Base45": head[:-1] + "a",
        "cut off": head[:20],
    }


def _is_head(text: str) -> bool:
    frame = frames.read(text)
    return frame is not None and frame.is_head


def _changed(text: str, at: int) -> str:
    data = bytearray(base45.decode(text.removeprefix(frames.PREFIX)))
    data[at] ^= 1
    return frames.PREFIX + base45.encode(bytes(data))


def _stored(packed: bytes) -> bytes:
    return zlib.compress(zlib.decompress(packed), 0)


_FILES = {
    "metadata/timestamp.json": b'{"what": "any bytes: a loop does not look into its files"}',
    "targets/keys/example.signers.json": "".join(hashlib.sha256(bytes([n])).hexdigest() for n in range(16)).encode(),
}


def _loop(newest: Metadata[Root], key: str, cut: int | None = None) -> Loop:
    body = _stored(archive.packed(_FILES))
    blocks = manifest.cut_up(body, frames.BODY_BLOCK, 3)
    told = manifest.of_body(body, blocks, 7, newest.signed.version).to_bytes()
    if cut is not None:
        told = told[:34] + cut.to_bytes(4, "big") + told[38:]
    signer = _signer(key)
    signatures = {signer.public_key.keyid: bytes.fromhex(signer.sign(told).signature)}
    return Loop(_stored(Head(told, signatures, newest.signed.version, (newest.to_bytes(),)).to_bytes()), body)


def _root(version: int, timestamp: str, holder: str = "root") -> Metadata[Root]:
    root = Root(version=version, expires=_EXPIRES, consistent_snapshot=True)
    for role, name in (("root", holder), ("targets", holder), ("snapshot", holder), ("timestamp", timestamp)):
        root.add_key(_signer(name).public_key, role)
    metadata = Metadata(root)
    metadata.sign(_signer(holder))
    return metadata


def _signer(name: str) -> CryptoSigner:
    return CryptoSigner(Ed25519PrivateKey.from_private_bytes(hashlib.sha256(f"loop {name}".encode()).digest()))
