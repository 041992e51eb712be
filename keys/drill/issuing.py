"""The drill's passes: claims of people who do not exist, signed by whoever holds a key.

The ministry signs through ``keys.signers.SigningDesk`` and its guards; a thief signs with the bare key. Leaves out
who shows them (``crowd``).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

from keys.drill.lists import BLOCK, FIRST
from keys.drill.register import Pass, Register
from keys.lifecycle import DAY
from keys.signers import SigningDesk
from vaccine_pass.claims import DomesticClaims, TravelClaims
from vaccine_pass.dates import PartialDate
from vaccine_pass.serials import serial_of
from vaccine_pass.sign import SigningKey, domestic_text, travel_text
from vaccine_pass.uvci import of_serial
from vaccine_pass.vaccines import VACCINES

_VACCINE = next(one for one in VACCINES if one.product and one.series == 2)
_VALID = (30, 60, 180, 365)  # days
_FAMILY, _GIVEN = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng"), ("An", "Bình", "Châu", "Dũng", "Hương", "Lan")
_BIRTH = PartialDate(1990, 1, 31)


class Issuer:
    """The ministry's issuing desk.

    :ivar register: everything that it issued.
    """

    def __init__(self, desk: SigningDesk, luck: Random) -> None:
        self.register = Register()
        self._desk, self._luck = desk, luck
        self._secret = luck.randbytes(32)

    def issue(self, now: int, *, instead_of: Pass | None = None) -> Pass:
        """Issue one pass of either form, for some months; ``instead_of`` one of a key that was stolen."""
        form = "domestic" if instead_of or self._luck.random() < 0.6 else "travel"
        expires_at = instead_of.expires_at if instead_of else now + self._luck.choice(_VALID) * DAY
        serial = serial_of(self._secret, BLOCK, FIRST + len(self.register.passes))
        signer = self._desk.active(form)
        signer.check(issued_at=now, expires_at=expires_at)
        text = signed(form, serial, now, expires_at, signer.key, self._luck)
        made = Pass(text, signer.entry.kid, serial, now, expires_at, is_reissue=instead_of is not None)
        if instead_of:
            instead_of.again_at = now
        self.register.add(made)
        return made


def signed(form: str, serial: int, issued_at: int, expires_at: int, key: SigningKey, luck: Random) -> str:
    """The text of a pass of some person, signed with this key and dated as one likes."""
    family, given = luck.choice(_FAMILY), luck.choice(_GIVEN)
    last_dose = (datetime.fromtimestamp(issued_at, UTC) - timedelta(days=20)).date()
    if form == "domestic":
        name = f"{family} {given}"
        claims = DomesticClaims(name, _BIRTH, serial, 2, 2, _VACCINE.index, last_dose, issued_at, expires_at)
        return domestic_text(claims, key)
    travel = TravelClaims(
        family_name=family,
        given_name=given,
        birth=_BIRTH,
        product=_VACCINE.product or "",
        manufacturer=_VACCINE.manufacturer or "",
        prophylaxis=_VACCINE.prophylaxis or "",
        dose_number=2,
        series=2,
        last_dose=last_dose,
        certificate_issuer="Bộ Y tế Việt Nam",
        certificate_id=of_serial(serial),
        issued_at=issued_at,
        expires_at=expires_at,
    )
    return travel_text(travel, key)
