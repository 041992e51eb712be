"""The published state as a loop of codes, made with each release: ``loop/update.loop`` beside its files.

The timestamp's key signs the loop's manifest, as it signs what is newest; scanners fetch the file with their
update, so that each of them can show it to another one. It carries the last roots only: a device that is
further behind is told to take an update elsewhere. A state that is too large for a loop is published
without it. Leaves out the form of a loop (`keys.loop`).
"""

from __future__ import annotations

from securesystemslib.signer import Signer

from keys.channel.release import Release
from keys.client.errors import UpdateRefused
from keys.loop import caps, loop
from keys.loop.keeping import PATH


def loop_files(release: Release, signer: Signer) -> dict[str, bytes]:
    """The loop of a release by its path below ``public``; nothing when it would be too large.

    :param signer: the timestamp's.
    """
    paths = {*release.live_files(), "metadata/timestamp.json"} - {"metadata/1.root.json"}
    files = {path: release.data(path) for path in paths}
    newest = release.root_versions()[-1]
    first = max(2, newest - caps.CARRIED_ROOTS + 1)
    try:
        made = loop.made(files, release.timestamp().signed.version, newest, first, lambda data: _signed(signer, data))
    except UpdateRefused:
        return {}
    return {PATH: made.to_bytes()}


def _signed(signer: Signer, data: bytes) -> dict[str, bytes]:
    signature = signer.sign(data)
    return {signature.keyid: bytes.fromhex(signature.signature)}
