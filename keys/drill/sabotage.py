"""Four rules, each broken on purpose, to see what it is there for. In the drill's own people and devices only.

Each is one method of a drill's class that does something else; the code of the country has no switch for it.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass

from keys import ceremony, lifecycle
from keys.client.sources import FolderSource
from keys.client.update import Updated, update
from keys.drill.offers import Offer
from keys.drill.office import KeyOffice, active_since
from keys.drill.plan import ROTATE_AFTER
from keys.drill.scanner import Scanner
from keys.entry import FORMS, SignerEntry
from keys.lifecycle import DAY, STALENESS_LIMIT


class _ActivateEarly(KeyOffice):
    """A key signs on the day on which it is made, before scanners that were away can know it.

    The office lies to the real guards, about the signing window and about the day of publication.
    """

    def rotate(self, now: int) -> bool:
        """Let a key that is made today take over, before what is due is done."""
        for form in FORMS:
            active = lifecycle.active(self.store.signers(), form)
            if active is not None and now - active_since(active) >= ROTATE_AFTER * DAY:
                self._activate_new(form, now)
        return super().rotate(now)

    def _activate_new(self, form: str, now: int) -> None:
        name, long_ago = f"VN-early-{len(self.store.signers())}", now - STALENESS_LIMIT
        made = ceremony.new(self.store, now, form=form, name=name, sign_from=long_ago)
        self.store.change(lambda signers: lifecycle.published(signers, long_ago))
        self.store.change(lambda signers: lifecycle.activate(signers, made.kid, now))


class _SkipRevocation(KeyOffice):
    """The stolen key is only replaced, as in any month: what it signed stays trusted."""

    def _revoke(self, entry: SignerEntry, now: int) -> None:
        self.store.change(lambda signers: lifecycle.retire(signers, entry.kid, now))


class _TrustClock(Scanner):
    """Passes are judged by what the device's clock says, without a floor."""

    def judging_time(self) -> float:
        """The device's clock, whatever it says."""
        return self.device_clock()

    def is_behind(self) -> bool:
        """Nothing tells it so without a floor."""
        return False


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
