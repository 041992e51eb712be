"""A register's days played through the publisher: from any release to any later one a scanner goes on, and is right.

Scanners miss releases. So what the publisher makes of each day is compared with every release before it, by
the scanner's own questions.
"""

from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from keys.channel import revoking
from keys.channel.documents import APPROVED, ISSUED, REVOCATION_DELTA, UNREVOCATION
from keys.errors import KeysError
from vaccine_pass.revocation.serial_set import SerialSet
from verifier_server.revocation import list_files
from verifier_server.revocation.next_lists import RegisterSays, next_lists

BLOCK, DAY = 1 << 20, 86_400
PLACES = {
    list_files.APPROVED: APPROVED,
    list_files.ISSUED: ISSUED,
    list_files.UNREVOKED: UNREVOCATION,
    list_files.DELTA: REVOCATION_DELTA,
}
PASSES = range(12)

changes = st.tuples(st.sampled_from(["revoke", "unrevoke", "expire"]), st.sampled_from(PASSES))
days = st.lists(st.tuples(st.lists(changes, max_size=4), st.booleans(), st.booleans()), min_size=1, max_size=7)


class Register:
    """Twelve passes of 800, so that four revocations are the cap."""

    def __init__(self):
        self.revoked, self.good, self.expired = set(), set(), set()

    def change(self, what, number):
        if number in self.expired:
            return
        if what == "revoke":
            self.revoked.add(number)
            self.good.discard(number)
        elif what == "unrevoke" and number in self.revoked:
            self.revoked.discard(number)
            self.good.add(number)
        elif what == "expire":
            self.expired.add(number)

    def says(self):
        good = serials(self.good - self.expired)
        return RegisterSays(
            serials(self.revoked - self.expired),
            {1: 800},
            lambda asked: (good - (good - asked), SerialSet()),
        )


class Publisher:
    """What is out, as files, each release kept."""

    def __init__(self):
        self.files = dict(revoking.nothing_revoked(0))
        self.releases = [revoking.lists_of(self.files.get)]
        self.open = None

    def work(self, register, now, *, approve, late):
        """One day: the lists that the register asks for; the holders sign at once, or when the next day is over."""
        published = revoking.lists_of(self.files.get)
        following = next_lists(published, register.says(), now, approve=approve)
        made = {PLACES[name]: data for name, data in list_files.files_of(published, following, now).items()}
        online = {path: made.pop(path) for path in (REVOCATION_DELTA,) if path in made}
        try:
            self.put(online, revoking.by_online_key(online, self.files.get))
        except KeysError as error:
            assert error.code == "beyond_cap"  # its counts are with the holders: the next day's run goes on
        if self.open is not None:
            self.sign(now)
        elif made:
            self.open = made
            if not late:
                self.sign(now)

    def sign(self, now):
        files, self.open = self.open, None
        try:
            self.put(files, revoking.by_holders(files, self.files.get, now))
        except KeysError as error:
            assert error.code == "old_revocations"

    def put(self, files, change):
        new = {**self.files, **files, **change.files}
        self.files = {path: data for path, data in new.items() if path not in change.gone}
        self.releases.append(revoking.lists_of(self.files.get))


def serials(numbers):
    return SerialSet.of(BLOCK + number for number in numbers)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(days)
def test_a_scanner_goes_on_from_any_release_to_any_later_one_and_is_right_in_the_end(year):
    register, publisher = Register(), Publisher()
    for number, (events, approve, late) in enumerate(year, start=1):
        for event in events:
            register.change(*event)
        publisher.work(register, number * 8 * DAY, approve=approve, late=late)
    for number in range(len(year) + 1, len(year) + 6):  # nothing more happens: all is published
        publisher.work(register, number * 8 * DAY, approve=False, late=False)
    assert_scanners_go_on(publisher.releases)
    says, last = register.says(), publisher.releases[-1]
    assert next_lists(last, says, (len(year) + 6) * 8 * DAY).added is None
    effective = set(last.effective())
    assert set(says.revoked) <= effective
    assert not effective & set(serials(register.good - register.expired))


def assert_scanners_go_on(releases):
    """As ``Lists`` says it, on plain sets: every pair of releases would take minutes on the real ones."""
    seen = []
    for release in releases:
        new = Seen(release)
        assert release.online_fault() is None
        for held in seen:
            assert [a >= b for a, b in zip(new.sequences, held.sequences, strict=True)] == [True] * 3
            if new.base == held.base:
                assert not held.online - new.listed - new.back
        seen.append(new)
    for before, after in pairwise(releases):
        assert len(after.taken_back_since(before)) == 0


class Seen:
    """What a scanner compares of one release."""

    def __init__(self, lists):
        self.base = lists.approved and lists.approved.digest
        self.listed, self.online, self.back = set(lists.listed()), set(lists.online()), set(lists.unrevoked_serials)
        self.sequences = [lists.sequence, *(it.sequence if it else 0 for it in (lists.approved, lists.unrevoked))]


def test_what_was_online_may_be_gone_two_bases_later_and_a_scanner_that_missed_one_goes_on():
    register, publisher = Register(), Publisher()
    publisher.work(register, DAY, approve=False, late=False)
    register.change("revoke", 1)
    publisher.work(register, 2 * DAY, approve=False, late=False)
    held = publisher.releases[-1]
    assert set(held.online()) == {BLOCK + 1}
    publisher.work(register, 3 * DAY, approve=True, late=False)
    register.change("expire", 1)
    publisher.work(register, 4 * DAY, approve=True, late=False)
    assert len(publisher.releases[-1].listed()) == 0
    assert_scanners_go_on(publisher.releases)


@pytest.mark.parametrize("late", [True, False])
def test_whatever_is_un_revoked_is_good_in_the_end(late):
    register, publisher = Register(), Publisher()
    for step, what in enumerate(("revoke", "unrevoke", "revoke", "unrevoke"), start=1):
        register.change(what, 3)
        for day in range(3):
            publisher.work(register, (10 * step + day) * DAY, approve=False, late=late)
        assert (BLOCK + 3 in publisher.releases[-1].effective()) is (what == "revoke")
    assert_scanners_go_on(publisher.releases)
