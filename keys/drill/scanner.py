"""One scanner through the year: its clock, its days without a network, what it is offered, and whom it judges.

The device is real (``keys.client``: folder, update, trusted time; ``vaccine_pass.verify``). Simulated are the time,
what can be reached, and a device clock that is wrong by up to a day, or was set back.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from keys.client import policy
from keys.client.clock import DeviceClock
from keys.client.load import Held, load
from keys.client.sources import FolderSource
from keys.client.store import DeviceStore
from keys.client.update import Updated, update
from keys.drill.crowd import Crowd
from keys.drill.ministry import Year
from keys.drill.offers import Offer
from keys.drill.plan import CLOSED, HOUR, MEETING, OPEN, at
from keys.drill.tally import Tally
from keys.errors import KeysError
from keys.lifecycle import DAY
from vaccine_pass.verify import Verifier

LONGEST_OFFLINE = 20  # days
_PEOPLE_A_DAY = 3
_CLOCK_ERROR = 0.99 * DAY
_SET_BACK = {2: 3 * 365 * DAY, 3: 40 * DAY}  # two scanners, whose clocks fall back on one day
_SET_BACK_ON = 0.2  # of the year
REPLAYS_FOR = 21  # days after the theft was found out: as long as old data can be of use


class Scanner:
    """One scanner; its folder is removed when its year is over."""

    def __init__(self, year: Year, number: int, folder: Path) -> None:
        self._year, self._plan, self._number = year, year.plan, number
        self._luck = year.plan.chance("scanner", number)
        self.store = DeviceStore(folder)
        self.true_time = float(at(0))
        self._error = 0.0 if number in _SET_BACK else self._luck.uniform(-_CLOCK_ERROR, _CLOCK_ERROR)
        self._is_haunted = number % 3 == 0  # a thief can reach it
        self._crowd = Crowd(year, self._luck, is_haunted=self._is_haunted)
        self._next_contact = 0
        self._newest = 0
        self._clock: DeviceClock | None = None
        self._held: Held | None = None
        self._verifier: Verifier | None = None
        self._tally = Tally()

    def live(self) -> Tally:
        """Live through all days."""
        for day in range(self._plan.days):
            self._maybe_set_back(day)
            if day == self._next_contact:
                self._meet_network(day)
                self._next_contact = day + 1 + self._luck.randint(0, LONGEST_OFFLINE)
            self._serve(day)
        shutil.rmtree(self.store.root, ignore_errors=True)
        return self._tally

    def device_clock(self) -> float:
        """What the device's clock says, Unix seconds."""
        return self.true_time + self._error

    def judging_time(self) -> float:
        """The time that passes are judged by: the trusted one."""
        return self._running().now()

    def is_behind(self) -> bool:
        """Whether the device's clock is certainly wrong."""
        return self._running().is_behind()

    def take(self, offer: Offer) -> Updated:
        """Take an update, as the command does."""
        return update(self.store, FolderSource(offer.folder), self.device_clock(), root=self._year.root)

    def _maybe_set_back(self, day: int) -> None:
        """Its clock falls back; it is noticed by nobody, and the device is started anew."""
        if self._number in _SET_BACK and day == int(_SET_BACK_ON * self._plan.days):
            self.true_time = float(at(day))
            self._running().now()  # a running scanner has noted the time until now
            self._error = -_SET_BACK[self._number]
            self._start()

    def _meet_network(self, day: int) -> None:
        self.true_time = at(day, OPEN) + self._luck.random() * (CLOSED - OPEN) * HOUR
        if self._clock is not None:
            self._clock.now()  # it ran until now
        for who, offer in self._offered(day):
            self._try(who, offer, day)

    def _offered(self, day: int) -> Iterator[tuple[str, Offer]]:
        """What can be reached today: the ministry's newest; where a thief is, also or only the thief's copy."""
        plan, year, luck = self._plan, self._year, self._luck.random()
        thief: tuple[Offer, ...] = ()
        if self._is_haunted and plan.found <= day <= plan.found + REPLAYS_FOR:
            thief = (year.offers.newest(at(plan.found, MEETING) - 1),)
        elif self._is_haunted:
            thief = year.thieves.online.get(day, ())
        if not thief or luck < 0.75:
            yield "ministry", year.offers.newest(self.true_time)
        if luck > 0.25:
            for offer in thief:
                yield "thief", offer

    def _try(self, who: str, offer: Offer, day: int) -> None:
        try:
            done = self.take(offer)
        except KeysError as error:
            self._tally.updates[who, error.code] += 1
            return
        self._tally.updates[who, "taken" if done.changed else "nothing_new"] += 1
        if who == "ministry":
            if self._newest < self._year.news <= offer.number:
                self._tally.news.append(day - self._plan.found)
            self._newest = max(self._newest, offer.number)
        if done.changed or self._clock is None:
            self._start()

    def _start(self) -> None:
        """Load what is held, as a scanner does that starts or was updated."""
        held = load(self.store)
        if held is None:
            raise KeysError("a scanner of the drill holds nothing.", code="no_trust_file")
        self._clock = DeviceClock(
            held.floor,
            clock=self.device_clock,
            monotonic=lambda: self.true_time,
            note=self.store.note_last_seen,
        )
        self._held = held
        self._verifier = Verifier(held.trust, clock_error=policy.CLOCK_ERROR, is_behind=self.is_behind)

    def _running(self) -> DeviceClock:
        if self._clock is None:
            raise KeysError("a scanner of the drill was not enrolled.", code="no_trust_file")
        return self._clock

    def _serve(self, day: int) -> None:
        """People come, two minutes apart, at some hour of the day."""
        sitting = at(day, CLOSED) + self._luck.random() * 2 * HOUR
        self.true_time = sitting
        if self._held and self._verifier:
            age = policy.age(self._held.trust.signed_at, self.judging_time())
            self._tally.fresh[day, age.freshness] += 1
            for number in range(_PEOPLE_A_DAY):
                self.true_time = sitting + 120 * number
                self._judge(day)

    def _judge(self, day: int) -> None:
        visitor = self._crowd.next(self.true_time)
        if visitor is not None and self._verifier is not None:
            verdict = self._verifier.judge(visitor.text, self.judging_time())
            had_news = visitor.news is not None and self._newest >= visitor.news
            self._tally.note(day, visitor, verdict, had_news=had_news)
