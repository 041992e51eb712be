"""From the device's current set to trust data with the age of each kind.

Reads only what an update has verified, and knows no TUF: judging needs neither its library nor a network.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from keys.client import kinds, manifest, policy
from keys.client.errors import UpdateRefused
from keys.client.manifest import Manifest, Targets
from keys.client.policy import Age
from keys.client.revoked import NoList, check_lists, revoked_certificates, revoked_serials
from keys.client.store import DeviceStore
from vaccine_pass import trust
from vaccine_pass.errors import PassError
from vaccine_pass.revocation.effective import RevocationList
from vaccine_pass.trust import TrustData
from vaccine_pass.vaccines import VaccineTable
from vaccine_pass.verify import Verifier


class SignedRole(Protocol):
    """A role of a release; ``signed_at``: Unix seconds, None when it does not say."""

    @property
    def name(self) -> str:
        """The role's name in the channel."""

    @property
    def signed_at(self) -> float | None:
        """When holders, or the publisher, signed it."""


@dataclass(frozen=True, slots=True)
class Held:
    """The trust data that a device judges by.

    :ivar signed_at: for each kind of data when it was signed, Unix seconds; None when it does not say.
    :ivar floor: the time it cannot be earlier than.
    :ivar note: a sentence when a damaged set was passed over; else empty.
    """

    trust: TrustData
    signed_at: Mapping[str, float | None]
    manifest: Manifest
    floor: float
    note: str = ""

    @property
    def has_revocation(self) -> bool:
        """False when no revocation list has come yet."""
        return not isinstance(self.trust.revoked_serials, NoList)

    def ages(self, now: float) -> dict[str, Age]:
        """The age of each kind at the trusted time ``now``."""
        return {kind: policy.age(signed_at, now) for kind, signed_at in self.signed_at.items()}


def load(store: DeviceStore) -> Held | None:
    """The device's trust data; None before its first update.

    :raises DeviceTrustError: when no set on it is whole.
    """
    held = store.current()
    if held is None:
        return None
    data, signed_at = dated_trust(manifest.targets_in(held.folder), held.manifest.roles)
    if isinstance(data.revoked_serials, NoList):
        signed_at.pop(kinds.REVOCATION, None)  # an empty role's date is no list's age
    return Held(data, signed_at, held.manifest, store.floor(), held.note)


def dated_trust(targets: Targets, roles: Iterable[SignedRole]) -> tuple[TrustData, dict[str, float | None]]:
    """What is trusted of a release, with the date that its age counts from; and when each kind was signed.

    :raises PassError: naming what is wrong in its files.
    """
    data, signed_at = trust_data(targets), dates_of_kinds(roles)
    _date_by_list(signed_at, data.revoked_serials)
    approved = targets(kinds.APPROVED_FILE) is not None
    return replace(data, signed_at=governing_date(signed_at, approved=approved)), signed_at


def dates_of_kinds(roles: Iterable[SignedRole]) -> dict[str, float | None]:
    """When each kind was signed; for rules, the province that was signed longest ago."""
    dates: dict[str, float | None] = {}
    for role in roles:
        kind = kinds.kind_of(role.name)
        if kind is not None:
            before = dates.get(kind, role.signed_at)
            dates[kind] = None if before is None or role.signed_at is None else min(before, role.signed_at)
    return dates


def _date_by_list(signed_at: dict[str, float | None], listed: object) -> None:
    """The age of revocation counts from the list's own date when that is older than its role's.

    The publisher's timer dates the role anew by itself; the list is dated when it was compared with the register.
    """
    role = signed_at.get(kinds.REVOCATION)
    if isinstance(listed, RevocationList) and role is not None:
        signed_at[kinds.REVOCATION] = min(role, float(listed.signed_at))


def governing_date(signed_at: Mapping[str, float | None], *, approved: bool = False) -> float | None:
    """The date that a verdict's age counts from: the keys'; that of a list of revoked passes, when it is older.

    An old vaccine table or rule does no harm to a verdict; a list of revoked passes that stopped coming does.

    :param approved: holders have approved a list: then the age of their role counts too, or a thief of the
        online keys could hold its next version back and keep the old one looking fresh.
    """
    lists = (kinds.REVOCATION, kinds.UNREVOCATION) if approved else (kinds.REVOCATION,)
    keys = signed_at.get(kinds.KEYS)
    dates = [date for kind in lists if (date := signed_at.get(kind)) is not None]
    return keys if keys is None else min([keys, *dates])


def check_content(folder: Path, before: Path | None) -> None:
    """Refuse a set that is well signed but makes no trust data: it must not replace one that does.

    :param before: the set held until now, whose revocation lists may not be lowered.
    :raises UpdateRefused: ``update_content``, or as :func:`keys.client.revoked.check_lists`.
    """
    try:
        Verifier(trust_data(manifest.targets_in(folder)))
        check_lists(before, folder)
    except PassError as error:
        raise UpdateRefused(
            f"The update is well signed, but its content cannot be used: {error.message}", code="update_content"
        ) from error


def trust_data(targets: Targets) -> TrustData:
    """The trust data of a set's files, without an age.

    :raises PassError: naming what is wrong in them.
    """
    signers = trust.loads(_needed(targets, kinds.SIGNERS_FILE)).signers
    vaccines = _vaccines(_needed(targets, kinds.VACCINES_FILE))
    return TrustData(signers, vaccines, revoked_serials(targets), revoked_certificates(targets), None)


def moment(text: object) -> float | None:
    """Unix seconds of an ISO 8601 time, UTC when it names no zone; None when it is none."""
    try:
        read = datetime.fromisoformat(str(text))
        return (read if read.tzinfo else read.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None


def _vaccines(raw: bytes) -> VaccineTable:
    try:
        document = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise PassError("The vaccine table is no JSON.", code="bad_trust_list") from error
    return VaccineTable.from_document(document.get("vaccines") if isinstance(document, dict) else document)


def _needed(targets: Targets, path: str) -> bytes:
    data = targets(path)
    if data is None:
        raise PassError(f"{path} is missing.", code="bad_trust_list")
    return data
