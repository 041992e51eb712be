"""The ministry's year: every morning's refresh, every week's ceremony, and what is done when something was stolen.

Each day is played by the hour: 6 the online roles, 9 a ceremony when one is due, 10 to 18 passes. What comes out is a
``Year``, which scanners then live through (``scanner``): nothing that a scanner does changes what the ministry does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from keys.channel import refresh
from keys.channel.place import Channel
from keys.channel.release import Release
from keys.drill.holders import Holders
from keys.drill.issuing import Issuer
from keys.drill.lists import Lists
from keys.drill.offers import Offers
from keys.drill.office import KeyOffice, active_since
from keys.drill.plan import APPROVED_EVERY, HOUR, MEETING, OPEN, REFRESHED, WEEK, Plan, at
from keys.drill.register import Pass, Register
from keys.drill.thief import Thieves
from keys.entry import SignerEntry
from keys.lifecycle import DAY

_PASSES_A_DAY = 20
_STOLEN_FORM = "domestic"


@dataclass
class Year:
    """What the ministry and the thieves did, for scanners to live through.

    :ivar news: the number of the release that carries the news of the stolen key.
    :ivar root: the root that scanners are built with.
    :ivar events: day and kind of what is shown in the picture.
    """

    plan: Plan
    offers: Offers
    register: Register
    thieves: Thieves
    root: bytes = b""
    news: int = 0
    events: list[tuple[int, str]] = field(default_factory=list)
    keys: tuple[SignerEntry, ...] = ()
    counts: dict[str, int] = field(default_factory=dict)


class Ministry:
    """The publisher, the holders, the key office and the issuing desk of one drill."""

    def __init__(self, plan: Plan, folder: Path, office: type[KeyOffice] = KeyOffice) -> None:
        self._plan, self._folder = plan, folder
        self._channel = Channel(folder / "channel")
        self._office = office(folder, self._channel)
        self._holders = Holders(folder / "holders", self._channel, plan.chance("holders"))
        self._issuer = Issuer(self._office.desk, plan.chance("passes"))
        self._lists = Lists()
        self._luck = plan.chance("ministry")
        self._waiting: dict[int, list[Pass]] = defaultdict(list)
        self._alarms = 0
        thieves = Thieves(plan.chance("thieves"))
        self.year = Year(plan, Offers(folder / "offers"), self._issuer.register, thieves)

    def play(self, tell: Callable[[int], None]) -> Year:
        """Play all days; ``tell`` is called with each day that is over."""
        self._begin(at(0, MEETING))
        for day in range(self._plan.days):
            self._refresh(day)
            self._meet(day)
            self._issue(day)
            self._be_robbed(day)
            tell(day)
        return self._ended()

    def _begin(self, now: int) -> None:
        self._office.first_day(now)
        self._published(self._holders.first_day({**self._office.files(), **self._lists.approve(0, now)}, now), now)
        self.year.root = self._channel.current().data("metadata/1.root.json")
        self._event(0, "ceremony")

    def _refresh(self, day: int) -> None:
        """Sign the online roles again when they are due; a few passes are revoked by their serials."""
        now = at(day, REFRESHED if day else MEETING)
        chosen = [self._issuer.register.good(self._luck, now) for _ in range(self._luck.randrange(3))]
        found = {one.serial: one for one in chosen if one}
        files = self._lists.add(list(found), now)
        done = refresh.refresh(self._channel, now, revocation=files)
        self._alarms += len(done.alarms)
        self.year.offers.keep(done.release, now)
        for one in found.values():
            self._issuer.register.revoke(one, now, done.release.number)

    def _meet(self, day: int) -> None:
        """Hold a ceremony when it is the week's day, or when something was found stolen."""
        plan, now = self._plan, at(day, MEETING)
        if day == plan.found:
            self._answer_theft(day, now)
        elif day and day % WEEK == 0:
            self._rotate(day, now - HOUR)
            self._hold_ceremony(day, now)
        elif day == plan.online_found:
            self._hold_ceremony(day, now)

    def _rotate(self, day: int, now: int) -> None:
        """Do what is due with the signing keys, and let the holders sign it."""
        before = self._office.rotations()
        if self._office.rotate(now):
            self._holders.gather(lambda copy: self._office.publish(copy, now), now)
            self.year.offers.keep(self._channel.current(), now)
            self._event(day, "ceremony")
        if self._office.rotations() > before:
            self._event(day, "rotation")

    def _hold_ceremony(self, day: int, now: int) -> None:
        """All offline roles are signed again; once a month the list of revoked passes with them."""
        plan, count = self._plan, len(self._issuer.register.passes)
        lost, online = day == plan.holder_lost, day == plan.online_found
        monthly = online or day % APPROVED_EVERY == 0
        lists = self._lists.approve(count, now) if monthly else self._lists.count(count, now)
        files = {**self._office.files(), **lists}
        release = self._holders.meet(files, now, new_online=online, replace_lost=lost)
        self._published(release, now)
        for kind in ["ceremony"] + ["holder replaced"] * lost + ["new online keys"] * online:
            self._event(day, kind)

    def _published(self, release: Release, now: int) -> None:
        self._office.note_published(release, now)
        self.year.offers.keep(release, now)

    def _answer_theft(self, day: int, now: int) -> None:
        """The spare takes over today; whoever has a pass of the stolen key gets a new one within days."""
        stolen = self._office.answer_theft(_STOLEN_FORM, now)
        self._event(day, "found")
        self._rotate(day, now)
        self.year.news = self._channel.current().number
        for one in self._issuer.register.end_key(stolen.kid, now):
            self._waiting[day + self._luck.randint(1, 5)].append(one)

    def _issue(self, day: int) -> None:
        wishes = [*self._waiting.pop(day, []), *[None] * _PASSES_A_DAY]
        for number, one in enumerate(wishes):
            now = at(day, OPEN + 8 * number / len(wishes))
            if one is None or (one.revoked_at is None and now < one.expires_at - DAY):
                self._issuer.issue(now, instead_of=one)

    def _be_robbed(self, day: int) -> None:
        plan, now = self._plan, at(day, OPEN)
        active = self._office.active(_STOLEN_FORM)
        if day == plan.theft:
            self.year.thieves.take(self._office.steal(_STOLEN_FORM), active_since(active))
            self._event(day, "theft")
        self.year.thieves.work(now, active.kid)
        if plan.online_theft <= day < plan.online_found:
            self.year.thieves.run_ahead(day, self._channel, self._folder / "thieves", now)

    def _event(self, day: int, kind: str) -> None:
        self.year.events.append((day, kind))

    def _ended(self) -> Year:
        self._issuer.register.close()
        self.year.keys = self._office.store.signers()
        self.year.counts = {
            "ceremonies": self._holders.met,
            "rotations": self._office.rotations(),
            "releases": self._channel.current().number,
            "roots": max(self._channel.current().root_versions()),
            "publications_refused": self._holders.refused,
            "alarms": self._alarms,
            "passes": len(self._issuer.register.passes),
            "passes_revoked": len(self._issuer.register.revoked),
            "passes_issued_again": len(self._issuer.register.again),
        }
        return self.year
