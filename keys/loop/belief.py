"""Whether a loop's manifest is to be believed: by the key that the chain of roots names, from a trusted root on.

The roots are verified one after another by python-tuf's own functions; then the manifest's signatures, by
the keys of the role ``timestamp``. A device that was away while roots and online keys changed can so tell a
true loop from a forged one before it collects any of it.
"""

from __future__ import annotations

from securesystemslib.exceptions import UnverifiedSignatureError, VerificationError
from securesystemslib.signer import Signature
from tuf.api.metadata import Metadata, Root

from keys.client import kinds
from keys.client.errors import UpdateRefused
from keys.loop import manifest
from keys.loop.head import Head
from keys.loop.manifest import Manifest


def believed(head: Head, trusted_root: bytes) -> Manifest:
    """The head's manifest, when enough of the timestamp's keys signed it.

    :param trusted_root: the newest root that the device has verified, or the pinned one.
    :raises UpdateRefused: ``loop_malformed``, ``loop_forged``, or ``loop_root_gap``.
    """
    told = manifest.from_bytes(head.manifest)
    _refuse_a_gap(head, trusted_root)
    root = _newest(head, trusted_root)
    if told.root_version > root.version:
        raise _forged("it lacks a root that its manifest names")
    if len(_signed_by(head, root)) < root.roles[kinds.TIMESTAMP].threshold:
        raise _forged("its manifest is not signed by a key that this device trusts")
    return told


def root_files(head: Head) -> dict[str, bytes]:
    """The head's roots as files of the channel."""
    return {f"metadata/{head.first_root + at}.root.json": root for at, root in enumerate(head.roots)}


def _refuse_a_gap(head: Head, trusted_root: bytes) -> None:
    """Tell a device that is more roots behind than a loop carries where it gets them."""
    try:
        held = int(Metadata[Root].from_bytes(trusted_root).signed.version)
    except Exception as error:  # python-tuf raises many kinds for bytes that are no root
        raise _forged("the root that this device trusts cannot be read") from error
    if head.roots and held + 1 < head.first_root:
        raise UpdateRefused(
            f"This device knows root {held}, and the codes carry the roots from {head.first_root} on: it was away for "
            "too long. Update it once from a stick or from its server; a new one takes the newest root.json.",
            code="loop_root_gap",
        )


def _newest(head: Head, trusted_root: bytes) -> Root:
    """The newest root, each verified by the one before and by itself (TUF specification, 5.3)."""
    try:
        root = Metadata[Root].from_bytes(trusted_root).signed
        for data in head.roots[max(0, root.version + 1 - head.first_root) :]:
            root = _next(root, data)
    except Exception as error:  # python-tuf raises many kinds for bytes that are no root
        raise _forged("its roots do not follow one another from the root that this device trusts") from error
    return root


def _next(root: Root, data: bytes) -> Root:
    new = Metadata[Root].from_bytes(data)
    if new.signed.type != Root.type or new.signed.version != root.version + 1:
        raise ValueError(new.signed.version)
    for delegator in (root, new.signed):
        delegator.verify_delegate(Root.type, new.signed_bytes, new.signatures)
    return new.signed


def _signed_by(head: Head, root: Root) -> set[str]:
    """The ids of the timestamp's keys that signed the manifest."""
    good = set()
    for keyid in root.roles[kinds.TIMESTAMP].keyids:
        if keyid in head.signatures and keyid in root.keys:
            try:
                signature = Signature(keyid, head.signatures[keyid].hex())
                root.keys[keyid].verify_signature(signature, head.manifest)
            except (UnverifiedSignatureError, VerificationError):
                continue
            good.add(keyid)
    return good


def _forged(what: str) -> UpdateRefused:
    return UpdateRefused(f"The loop of codes is not believed: {what}.", code="loop_forged")
