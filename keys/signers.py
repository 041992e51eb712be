"""The server's door to the keys: the active signer of a form, and what it may sign now.

The guards are here and not in an administrator's memory: only an active key
signs, only within its signing window, and never a pass that would outlive the
time in which scanners accept the key. A running server asks before each pass;
a key is decrypted once, and again only when the state file names another one.
Leaves out the caps on passes and the signer's log, which are the register's.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from pathlib import Path

from keys import lifecycle
from keys.entry import KeyStatus, SignerEntry, checked_form, iso
from keys.errors import KeysError
from keys.files import told
from keys.store import KeyStore, PrivateHalf


@dataclass(frozen=True)
class ActiveSigner:
    """An active document signer: its entry, and its private half as the core's ``SigningKey``."""

    entry: SignerEntry
    key: PrivateHalf = field(repr=False)

    def check(self, *, issued_at: float, expires_at: float) -> None:
        """Refuse a pass that this signer may not sign (``iat`` and ``exp`` in Unix seconds)."""
        check_times(self.entry, issued_at=issued_at, expires_at=expires_at)


def check_times(entry: SignerEntry, *, issued_at: float, expires_at: float) -> None:
    """Refuse an issue time outside the signing window, or an expiry beyond ``accept_until``.

    Raises KeysError: ``key_is_<status>``, ``outside_signing_window``, ``expires_too_late``.
    """
    if entry.status is not KeyStatus.ACTIVE:
        raise KeysError(
            f"{entry} is {entry.status.value}; only an active key signs.", code=f"key_is_{entry.status.value}"
        )
    if not entry.sign_from <= issued_at <= entry.sign_until:
        raise KeysError(
            f"{entry} signs from {iso(entry.sign_from)} to {iso(entry.sign_until)}, "
            "and the pass would be issued outside of that; activate the next key.",
            code="outside_signing_window",
        )
    if not issued_at < expires_at <= entry.accept_until:
        raise KeysError(
            f"{entry} is accepted until {iso(entry.accept_until)}, and the pass would not expire "
            "between its issue and that time; shorten it.",
            code="expires_too_late",
        )


def active_entry(store: KeyStore, form: str) -> SignerEntry:
    """The active signer's entry of a form; KeysError ``no_active_key`` when there is none."""
    entry = lifecycle.active(store.signers(), checked_form(form))
    if entry is None:
        raise KeysError(
            f"no key of the form {form} is active; `checkpoint-keys status` says what to do.",
            code="no_active_key",
        )
    return entry


def active_signer(store: KeyStore, form: str) -> ActiveSigner:
    """The active signer of a form (``domestic`` or ``travel``) with its key opened."""
    entry = active_entry(store, form)
    return ActiveSigner(entry, store.open_key(entry))


class SigningDesk:
    """The active signers of a running server, safe to share between threads.

    It looks at the state file before each use (a stat, and a parse only when it
    changed), so that a rotation or revocation holds without a restart.
    """

    def __init__(self, store: KeyStore) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._seen: tuple[int, int, int] | None = None
        self._signers: dict[str, ActiveSigner] = {}

    def active(self, form: str) -> ActiveSigner:
        """The active signer of a form now; KeysError as ``active_signer``."""
        with self._lock:
            self._forget_if_changed()
            signer = self._signers.get(form)
            if signer is None:
                signer = self._signers[form] = active_signer(self._store, form)
            return signer

    def _forget_if_changed(self) -> None:
        seen = _stamp(self._store.state_file)
        if seen != self._seen:
            self._seen = seen
            self._signers.clear()


def _stamp(path: Path) -> tuple[int, int, int]:
    with told(path):
        status = path.stat()
    return status.st_ino, status.st_mtime_ns, status.st_size
