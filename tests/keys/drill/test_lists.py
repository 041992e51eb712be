"""The lists of revoked passes that the drill's ministry publishes are the real ones."""

from keys.channel.documents import APPROVED, ISSUED, REVOCATION_DELTA
from keys.drill.lists import BLOCK, FIRST, Lists
from keys.drill.plan import at
from vaccine_pass.revocation import issued
from vaccine_pass.revocation.effective import combine
from vaccine_pass.revocation.serial_list import decode

ONE, TWO, THREE = ((BLOCK << 20) + number for number in (1, 2, 3))


def test_the_online_key_adds_to_what_the_holders_approved_and_the_next_list_has_it_all():
    lists = Lists()
    first = lists.approve(0, at(0))
    deltas = [lists.add([ONE], at(1)), lists.add([TWO, THREE], at(2))]
    held = combine(decode(first[APPROVED]), decode(deltas[1][REVOCATION_DELTA]))
    assert list(held) == [ONE, TWO, THREE]
    second = decode(lists.approve(40, at(28))[APPROVED])
    assert list(second.serials) == [ONE, TWO, THREE]
    assert second.sequence > held.sequence


def test_a_day_without_a_new_revocation_dates_the_list_anew():
    lists = Lists()
    lists.approve(0, at(0))
    delta = decode(lists.add([], at(1))[REVOCATION_DELTA])
    assert (list(delta.serials), delta.signed_at) == ([], at(1))


def test_the_counts_grow_with_what_is_issued():
    counts = [issued.loads(Lists().count(number, at(0))[ISSUED]).blocks[BLOCK] for number in (0, 20)]
    assert counts == [FIRST, FIRST + 20]
