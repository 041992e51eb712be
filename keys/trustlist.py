"""Signers → the core's trust data, which scanners verify with.

Every signer that is not revoked is in it, pending ones too: scanners must know
a key before it signs. One whose last pass has expired has left it. Our own are bound to our country. Leaves out how the
list is signed and carried (the trust channel) and reading files: entries, the
time and the revoked serials are arguments, and the document is a plain dict.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from keys.entry import KeyStatus, SignerEntry
from keys.jwk import algorithm_of
from vaccine_pass.trust import TrustData, TrustedSigner, to_document
from vaccine_pass.vaccines import VACCINES, VaccineTable

COUNTRY = "VN"
_USAGE = {"domestic": frozenset({"domestic"}), "travel": frozenset({"vaccination"})}


def trusted_signer(entry: SignerEntry, country: str = COUNTRY) -> TrustedSigner:
    """The entry that scanners get for one of our signers."""
    return TrustedSigner(
        kid=entry.kid,
        algorithm=algorithm_of(entry.key),
        jwk=dict(entry.key),
        form=entry.form,
        country=country,
        usage=_USAGE[entry.form],
        sign_from=float(entry.sign_from),
        sign_until=float(entry.sign_until),
        accept_until=float(entry.accept_until),
    )


def trust_data(
    signers: Iterable[SignerEntry],
    *,
    signed_at: float | None,
    vaccines: VaccineTable = VACCINES,
    revoked_serials: Iterable[int] = (),
    revoked_certificates: Iterable[bytes] = (),
) -> TrustData:
    """The trust data of these signers at ``signed_at`` (Unix seconds; None makes a list without an age)."""
    return TrustData(
        signers=tuple(trusted_signer(e) for e in signers if e.status is not KeyStatus.REVOKED and e.left_at is None),
        vaccines=vaccines,
        revoked_serials=frozenset(revoked_serials),
        revoked_certificates=frozenset(revoked_certificates),
        signed_at=signed_at,
    )


def trust_document(
    signers: Iterable[SignerEntry], *, signed_at: float, revoked_serials: Iterable[int] = ()
) -> dict[str, Any]:
    """The trust list as the JSON document that the server publishes and ``export-trust`` writes."""
    return to_document(trust_data(signers, signed_at=signed_at, revoked_serials=revoked_serials))
