"""What a pass says: claims before signing, and verified claims after a good signature.

Two promises, two kinds of type.  ``DomesticClaims`` and ``TravelClaims`` are what an issuer wants
to say; nothing is promised about who said it.  ``VerifiedClaims`` are made by
``vaccine_pass.verify`` alone, and only behind a good signature of a trusted signer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from vaccine_pass.dates import PartialDate
from vaccine_pass.status import Status


@dataclass(frozen=True, slots=True)
class DomesticClaims:
    """The content of a domestic pass (``VN1:``), as ``docs/format.md`` lays it out.

    :ivar name: full name as written, NFC, at most 80 characters and 114 bytes.
    :ivar serial: unsigned 32-bit number of this one artefact.
    :ivar doses: 0 to 99; ``series`` 1 to 99, None before any dose.
    :ivar vaccine: index into the vaccine table, or an EU ``mp`` code; None before any dose.
    :ivar last_dose: date of the last dose; None before any dose.
    :ivar issued_at: Unix seconds; ``expires_at`` likewise.
    :ivar extensions: integer keys; positive ones may be ignored, negative ones may not.
    """

    name: str
    birth: PartialDate
    serial: int
    doses: int
    series: int | None
    vaccine: int | str | None
    last_dose: date | None
    issued_at: int
    expires_at: int
    extensions: Mapping[int, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TravelClaims:
    """The content of a travel pass (``HC1:``): one vaccination entry of the EU's DCC schema 1.3.

    :ivar product: EU ``mp``; ``manufacturer`` EU ``ma``; ``prophylaxis`` EU ``vp``.
    :ivar certificate_issuer: the text of ``is``; ``issuer`` the country in the CWT's ``iss``.
    :ivar certificate_id: the ``ci``, an opaque UVCI with its checksum.
    :ivar issued_at: Unix seconds; ``expires_at`` likewise.
    """

    family_name: str
    given_name: str
    birth: PartialDate
    product: str
    manufacturer: str
    prophylaxis: str
    dose_number: int
    series: int
    last_dose: date
    certificate_issuer: str
    certificate_id: str
    issued_at: int
    expires_at: int
    country: str = "VN"
    issuer: str = "VN"


class VerifiedClaims(NamedTuple):
    """What a trusted signer said, of either form.  Only ``vaccine_pass.verify`` makes these.

    A named tuple, since making a frozen data class of sixteen fields costs a tenth of a whole
    verification.

    :ivar form: ``domestic`` or ``hcert``.
    :ivar kind: ``vaccination``, ``test`` or ``recovery``.
    :ivar name: the name to hold against the ID card; family name first for Vietnam.
    :ivar issued_at: Unix seconds; ``expires_at`` likewise; possibly fractions, possibly far away.
    :ivar doses: None, as ``series`` and ``status``, for a test or a recovery.
    :ivar vaccine: the name people read, or None.
    """

    form: str
    kind: str
    name: str
    family_name: str
    given_name: str
    birth: PartialDate | None
    issuer: str | None
    issued_at: float
    expires_at: float
    doses: int | None = None
    series: int | None = None
    status: Status | None = None
    vaccine: str | None = None
    last_dose: date | None = None
    serial: int | None = None
    certificate_id: str | None = None
