"""Four rules, each broken on purpose, to see what it is there for. In the drill's own people and devices only.

Each is one method of a drill's class that does something else; the code of the country has no switch for it.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass

from keys import lifecycle
from keys.client.sources import FolderSource
from keys.client.update import Updated, update
from keys.drill.office import KeyOffice
from keys.drill.offers import Offer
from keys.drill.scanner import Scanner
from keys.entry import SignerEntry
from keys.lifecycle import STALENESS_LIMIT


class _ActivateEarly(KeyOffice):
    """A key signs on the day on which it is made, before scanners that were away can know it.

    The office lies twice to the real guards: about the signing window, and about the date of the activation.
    """

    def _next(self, form: str, now: int) -> SignerEntry:
        made = self._new(form, now, sign_from=now - STALENESS_LIMIT)
        self.store.change(lambda signers: lifecycle.published(signers, now - STALENESS_LIMIT))
        return made


class _SkipRevocation(KeyOffice):
    """The stolen key is only replaced, as in any month: what it signed stays trusted."""

    def _revoke(self, entry: SignerEntry, now: int) -> None:
        self.store.change(lambda signers: lifecycle.retire(signers, entry.kid, now))


class _TrustClock(Scanner):
    """Passes are judged by what the device's clock says, without a floor."""

    def judging_time(self) -> float:
        """The device's clock, whatever it says."""
        return self.device_clock()


class _AcceptOldTimestamp(Scanner):
    """Any timestamp will do, of whatever date and version: what the device held before is forgotten first."""

    def take(self, offer: Offer) -> Updated:
        """Take what is offered as though it were the day on which it was made."""
        shutil.rmtree(self.store.root, ignore_errors=True)
        return update(self.store, FolderSource(offer.folder), offer.made_at, root=self._year.root)


@dataclass(frozen=True)
class Cast:
    """Who plays the key office and the scanners."""

    office: type[KeyOffice] = KeyOffice
    scanner: type[Scanner] = Scanner


SABOTAGES = {
    "activate-early": Cast(office=_ActivateEarly),
    "skip-revocation": Cast(office=_SkipRevocation),
    "trust-clock": Cast(scanner=_TrustClock),
    "accept-old-timestamp": Cast(scanner=_AcceptOldTimestamp),
}


def cast(sabotage: str | None) -> Cast:
    """Who plays, with one rule broken or none."""
    return Cast() if sabotage is None else SABOTAGES[sabotage]
