"""The channel's folder on the publisher's machine: where things lie, and one administrator at a time.

    instance/channel/         0700
      published -> releases/000007/public
      releases/               each published state, whole
      proposal/               the open proposal, to be signed
      online/<name>/          0700: the online keys (revocation, snapshot, timestamp)
      minutes/                a page for each ceremony, to print
      lock                    held while a command changes anything

Leaves out what is in them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import Root, Targets

from keys.channel import holder, looping
from keys.channel.release import Release, Releases, checked_release
from keys.channel.roles import ONLINE
from keys.errors import KeysError
from keys.files import locked

DEFAULT_CHANNEL = Path("instance/channel")


class Channel:
    """One channel folder."""

    def __init__(self, root: Path = DEFAULT_CHANNEL) -> None:
        self.root = root
        self.releases = Releases(root, self._beside)
        self.proposal = root / "proposal"
        self.online = root / "online"
        self.minutes = root / "minutes"
        self._opened: CryptoSigner | None = None

    def exists(self) -> bool:
        """Whether the channel has been made."""
        return self.online.is_dir()

    def refuse_unless_made(self) -> None:
        """KeysError when the channel has not been made yet."""
        if not self.exists():
            raise KeysError(
                f"{self.root} is no trust channel yet; run `checkpoint-keys init` first.", code="no_channel"
            )

    def current(self) -> Release:
        """What is published; KeysError when nothing is."""
        self.refuse_unless_made()
        return checked_release(self.releases.current(), self.root)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the channel; a second administrator waits here."""
        self.refuse_unless_made()
        with locked(self.root / "lock"):
            yield

    def online_signers(self, root: Root, targets: Targets) -> dict[str, CryptoSigner]:
        """The private halves of the online keys that this root and these targets name, opened."""
        signers = {role: self._online_signer(role, _keyids(role, root, targets)) for role in ONLINE}
        self._opened = signers["timestamp"]  # signs the loop of the same release; opening it is dear on purpose
        return signers

    def online_folders(self) -> tuple[Path, ...]:
        """The folders of online keys, present and former."""
        return tuple(sorted(path.parent for path in self.online.glob(f"[!.]*/{holder.PUBLIC_FILE}")))

    def _beside(self, release: Release) -> Mapping[str, bytes]:
        """The loop of codes, signed by the key that signs what is newest."""
        keyids = release.root().signed.get_delegated_role("timestamp").keyids
        signer, self._opened = self._opened, None
        if signer is None or signer.public_key.keyid not in keyids:
            signer = self._online_signer("timestamp", keyids)
        return looping.loop_files(release, signer)

    def _online_signer(self, role: str, keyids: list[str]) -> CryptoSigner:
        for folder in self.online_folders():
            for held in holder.public(folder).of(role):
                if held.keyid in keyids:
                    return holder.signer(folder, held)
        raise KeysError(f"no folder in {self.online} has the private key for {role}.", code="no_online_key")


def _keyids(role: str, root: Root, targets: Targets) -> list[str]:
    delegator = targets if role == "revocation" else root
    return delegator.get_delegated_role(role).keyids
