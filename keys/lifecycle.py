"""The life cycle pending → active → retired → revoked, as guarded plain functions.

Each takes the signers and the time and gives the signers after the change, or
refuses with a sentence. The software refuses, not the administrator's memory
(DESIGN: life cycle). Pure: no clock and no files; ``store`` writes the result
down and destroys private halves.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from keys.entry import Event, KeyStatus, SignerEntry, iso
from keys.errors import KeysError
from vaccine_pass.verify import STALE_AFTER_DAYS

if TYPE_CHECKING:
    from keys.receipts import Coverage

DAY = 86_400
# Until its data is so old that it answers "cannot tell", an offline scanner may
# judge without having heard of a new key.
STALENESS_LIMIT = STALE_AFTER_DAYS * DAY

Signers = tuple[SignerEntry, ...]


def find(signers: Signers, wanted: str) -> SignerEntry:
    """The signer with this name or this key id (16 hexadecimal digits); KeysError when there is none."""
    for entry in signers:
        if wanted in {entry.name, entry.kid.hex()}:
            return entry
    raise KeysError(f"there is no key {wanted!r:.80}; `checkpoint-keys status` lists them.", code="unknown_key")


def active(signers: Signers, form: str) -> SignerEntry | None:
    """The one active signer of a form, or None."""
    return next((e for e in signers if e.form == form and e.status is KeyStatus.ACTIVE), None)


def add(signers: Signers, entry: SignerEntry) -> Signers:
    """One more signer; refused when its key id or its name exists, or its times are out of order."""
    if any(known.kid == entry.kid for known in signers):
        raise KeysError(f"there is a key with the id {entry.kid.hex()} already.", code="kid_exists")
    if any(known.name == entry.name for known in signers):
        raise KeysError(f"there is a key named {entry.name} already; choose another name.", code="name_exists")
    if not entry.sign_from < entry.sign_until <= entry.accept_until:
        raise KeysError(f"the times of {entry.name} are out of order: it would never sign.", code="bad_times")
    if entry.status is KeyStatus.ACTIVE and active(signers, entry.form):
        raise KeysError(f"the form {entry.form} has an active key already.", code="active_exists")
    return (*signers, entry)


def published(signers: Signers, now: int) -> Signers:
    """Note that the trust list carries every signer that is not revoked, from now on."""
    return tuple(
        replace(entry, published_at=now)
        if entry.published_at is None and entry.status is not KeyStatus.REVOKED and entry.left_at is None
        else entry
        for entry in signers
    )


def ready_at(entry: SignerEntry) -> int | None:
    """When a pending key may become active: all scanners know it by then. None: not published yet."""
    if entry.published_at is None:
        return None
    return max(entry.published_at + STALENESS_LIMIT, entry.sign_from)


def waits_until(entry: SignerEntry) -> int | None:
    """The longest that receipts of scanners may delay a pending key's activation. None: not published yet."""
    ready = ready_at(entry)
    return None if ready is None else ready + STALENESS_LIMIT


def activate(signers: Signers, kid: bytes, now: int, coverage: Coverage | None = None) -> Signers:
    """Pending → active; the active key of the same form retires in the same step, so there is no gap.

    ``coverage`` is how many scanners hold the key, as far as that is known. It may only delay: by
    no more than the staleness limit, after which a scanner without the key answers "cannot tell"
    whatever it is shown.
    """
    entry = _of(signers, kid)
    _refuse_unless(entry, "activated", KeyStatus.PENDING)
    ready = ready_at(entry)
    if ready is None:
        raise KeysError(f"{entry} is in no published trust list yet; publish it first.", code="not_published")
    if now < ready:
        raise KeysError(
            f"{entry} may be activated from {iso(ready)}: scanners may not know it before.", code="too_early"
        )
    if now >= entry.sign_until:
        raise KeysError(f"{entry} was to sign until {iso(entry.sign_until)}; make a new key.", code="too_late")
    if coverage is not None and coverage.waiting and now < ready + STALENESS_LIMIT:
        raise KeysError(coverage.waits_until(ready + STALENESS_LIMIT), code="scanners_wait")
    former = active(signers, entry.form)
    if former is not None:
        signers = _moved(signers, former, KeyStatus.RETIRED, now, f"replaced by {entry.name}")
    return _moved(signers, entry, KeyStatus.ACTIVE, now, "activated")


def retire(signers: Signers, kid: bytes, now: int, note: str = "retired") -> Signers:
    """Active or pending → retired: it never signs again; what it signed stays trusted."""
    entry = _of(signers, kid)
    _refuse_unless(entry, "retired", KeyStatus.ACTIVE, KeyStatus.PENDING)
    return _moved(signers, entry, KeyStatus.RETIRED, now, note)


def revoke(signers: Signers, kid: bytes, now: int, reason: str) -> Signers:
    """Any status → revoked, for ever: everything that this key signed is refused from the next list on."""
    entry = _of(signers, kid)
    _refuse_unless(entry, "revoked", KeyStatus.PENDING, KeyStatus.ACTIVE, KeyStatus.RETIRED)
    return _moved(signers, entry, KeyStatus.REVOKED, now, reason)


def without_passes(signers: Signers, now: int) -> Signers:
    """Note of each retired key of which no pass can be valid any more that it leaves the trust list.

    A key that never signed leaves at once; any other when the last pass that it may have signed
    has been expired for a day, so that no clock that is a little behind asks for it.
    """
    return tuple(replace(entry, left_at=now) if _is_over(entry, now) else entry for entry in signers)


def _is_over(entry: SignerEntry, now: int) -> bool:
    if entry.status is not KeyStatus.RETIRED or entry.left_at is not None:
        return False
    return not entry.ever_active or now > entry.accept_until + DAY


def born(entry: SignerEntry, note: str) -> SignerEntry:
    """The entry with the first line of its history."""
    return replace(entry, history=(Event(entry.created_at, entry.status, note),))


def _of(signers: Signers, kid: bytes) -> SignerEntry:
    return find(signers, kid.hex())


def _refuse_unless(entry: SignerEntry, verb: str, *allowed: KeyStatus) -> None:
    if entry.status not in allowed:
        raise KeysError(f"{entry} is {entry.status.value}; it cannot be {verb}.", code=f"key_is_{entry.status.value}")


def _moved(signers: Signers, entry: SignerEntry, status: KeyStatus, now: int, note: str) -> Signers:
    moved = replace(entry, status=status, history=(*entry.history, Event(now, status, note)))
    return tuple(moved if known.kid == entry.kid else known for known in signers)
