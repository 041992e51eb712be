"""The issuing desk: this process's signing keys, serial stock and validity rules, made once.

Which key is active, and what it may sign, is the business of `keys.signers`; a rotation there
holds here without a restart. Left out: who may issue what.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from verifier_server.passes.caps import Caps
from verifier_server.passes.validity import Validity, expiry

if TYPE_CHECKING:
    from keys.signers import ActiveSigner
    from vaccine_pass.sign import SigningKey
    from vaccine_pass.status import Status
    from verifier_server.passes.serials import SerialStock


class Signers(Protocol):
    """Where the active signer of a form is found: `keys.signers.SigningDesk`, or one in memory."""

    def active(self, form: str) -> ActiveSigner:
        """Return the active signer of a form; raises a CheckpointError when there is none."""


@dataclass(frozen=True, slots=True)
class SigningHand:
    """What is needed to sign one pass of one form at one time."""

    key: SigningKey
    expires_at: int


@dataclass(frozen=True, slots=True)
class IssuingDesk:
    """Everything that issuing needs besides the register.

    :ivar certificate_issuer: the text of ``is`` on a travel pass.
    :ivar caps: how many passes may be issued in a day.
    :ivar new_pass_ends_old: a new domestic pass revokes the former ones of the same person.
    """

    signers: Signers
    serials: SerialStock
    validity: Validity = field(default_factory=Validity)
    certificate_issuer: str = "Bộ Y tế Việt Nam"
    caps: Caps = field(default_factory=Caps)
    new_pass_ends_old: bool = False

    def hand(self, form: str, status: Status, now: int) -> SigningHand:
        """Return the key for a form, and until when a pass of this status is valid.

        :raises CheckpointError: there is no key, it may not sign now, or is not accepted any more.
        """
        signer = self.signers.active(form)
        until = expiry(self.validity.period(form, status), now=now, accept_until=signer.entry.accept_until)
        signer.check(issued_at=now, expires_at=until)
        return SigningHand(signer.key, until)
