"""Which lists follow from what is published and what the register says: within the cap online, else the holders."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.vaccine_pass.revocation.lists import BLOCK, SIGNED, a_base, a_delta, unrevoked
from vaccine_pass.revocation.issued import Issued
from vaccine_pass.revocation.lists import NOTHING, Lists
from vaccine_pass.revocation.serial_list import SerialList
from vaccine_pass.revocation.serial_set import SerialSet
from verifier_server.errors import ServerError
from verifier_server.revocation.next_lists import APPROVE_AFTER, DATED_AGAIN_AFTER, RegisterSays, compared, next_lists

NOW = SIGNED + 86_400
ISSUED = Issued(SIGNED, {1: 1_000, 2: 1_000})  # the cap is 10
MINE = {1: 1_000}


def serials(*numbers, block=1):
    return SerialSet.of(block * BLOCK + number for number in numbers)


def register(*revoked, handed_out=MINE, good=NOTHING, unexplained=NOTHING):
    """What a register says; of the serials it is asked about, these are good and these it cannot explain."""

    def look_up(asked):
        return good - (good - asked), unexplained - (unexplained - asked)

    return RegisterSays(serials(*revoked), handed_out, look_up)


def published(*approved, delta=None, back=(), issued=ISSUED):
    base = a_base([BLOCK + number for number in approved], sequence=5)
    following = None if delta is None else a_delta([BLOCK + number for number in delta], base, 6)
    taken_back = unrevoked([BLOCK + number for number in back], 3) if back else None
    return Lists(base, delta=following, unrevoked=taken_back, issued=issued)


def test_a_channel_that_says_what_the_register_says_needs_nothing():
    for lists in (published(1, 2), published(1, delta=[2]), published(1, 2, 3, delta=[4], back=[3, 4])):
        found = next_lists(lists, register(1, 2), NOW)
        assert found.is_nothing
        assert found.why == ""


def test_what_is_new_is_added_online_and_the_delta_is_cumulative():
    found = next_lists(published(1, delta=[2]), register(1, 2, 3), NOW)
    assert (set(found.added), found.sequence) == (set(serials(2, 3)), 7)
    assert not found.needs_holders


def test_on_the_first_day_the_holders_approve_what_there_is():
    found = next_lists(Lists(base=a_base()), register(1, 2), NOW)
    assert (set(found.approved), found.added) == (set(serials(1, 2)), None)
    assert found.issued == Issued(NOW, {1: 1_000})
    assert found.sequence == 2


def test_beyond_the_cap_the_holders_are_needed():
    found = next_lists(published(1), register(*range(20)), NOW)
    assert (found.added, set(found.approved)) == (None, set(serials(*range(20))))
    assert found.issued.blocks == {1: 1_000, 2: 1_000}
    assert "may add 10" in found.why


def test_counts_that_are_too_old_are_renewed_and_the_delta_follows_them():
    lists = published(1, issued=Issued(SIGNED, {1: 100}))
    found = next_lists(lists, register(1, 2, 3), NOW)
    assert (found.issued, set(found.added), found.approved) == (Issued(NOW, {1: 1_000}), set(serials(2, 3)), None)
    assert "counts" in found.why


def test_an_un_revoked_pass_goes_onto_the_holders_list_and_nothing_else_changes():
    found = next_lists(published(1, delta=[2]), register(1, good=serials(2)), NOW)
    assert (set(found.unrevoked.serials), found.unrevoked.sequence) == (set(serials(2)), 1)
    assert (found.added, found.approved, found.issued) == (None, None, None)


def test_a_pass_that_is_revoked_again_leaves_the_list_of_un_revocations():
    found = next_lists(published(1, back=[1]), register(1), NOW)
    assert (set(found.unrevoked.serials), found.unrevoked.sequence) == (set(), 4)
    assert found.added is None


def test_a_new_base_leaves_out_expired_and_un_revoked_passes():
    lists = published(1, 2, 3, delta=[4], back=[3])
    found = next_lists(lists, register(1), NOW, approve=True)
    assert set(found.approved) == set(serials(1, 4))  # 2 has expired; 4 is online, and is decided about with this one
    assert set(found.unrevoked.serials) == set()
    again = Lists(a_base(found.approved, sequence=7), issued=ISSUED)
    assert set(next_lists(again, register(1), NOW, approve=True).approved) == set(serials(1))


def test_what_the_online_key_listed_and_is_un_revoked_stays_on_the_list_with_a_new_base():
    found = next_lists(published(1, delta=[2]), register(1, good=serials(2)), NOW, approve=True)
    assert found.approved is None  # the base says already what it has to
    assert set(found.unrevoked.serials) == set(serials(2))


def test_a_month_after_the_last_one_a_new_base_is_due_if_it_says_anything_new():
    later = SIGNED + APPROVE_AFTER + 1
    assert "30 days" in next_lists(published(1, delta=[2]), register(1, 2), later).why
    assert next_lists(published(1, 2), register(1, 2), later).is_nothing


def test_holders_who_meet_get_new_counts_even_without_a_new_base():
    lists = published(1, issued=Issued(SIGNED, {1: 900}))
    found = next_lists(lists, register(1), NOW, approve=True)
    assert (found.approved, found.issued) == (None, Issued(NOW, {1: 1_000}))
    assert next_lists(published(1, issued=Issued(SIGNED, MINE)), register(1), NOW, approve=True).is_nothing


def test_once_a_day_what_says_nothing_new_is_dated_anew_by_the_online_key():
    for lists, same in ((published(1, 2), ()), (published(1, delta=[2]), (2,))):
        found = next_lists(lists, register(1, 2), NOW)
        due = lists.signed_at + DATED_AGAIN_AFTER
        assert compared(lists, found, due).is_nothing
        again = compared(lists, found, due + 1)
        assert (set(again.added), again.sequence) == (set(serials(*same)), lists.sequence + 1)
        assert again.is_dated_again
        assert not again.needs_holders


def test_a_list_is_not_dated_anew_while_it_is_not_what_the_register_says():
    beyond = next_lists(published(1), register(*range(20)), NOW)
    assert compared(published(1), beyond, NOW) == beyond
    first_day = next_lists(Lists(base=a_base()), register(1), NOW)
    assert compared(Lists(base=a_base()), first_day, NOW) == first_day


def test_what_other_databases_of_the_issuer_have_listed_is_left_as_it_is():
    base = a_base([BLOCK + 1, 2 * BLOCK + 5], sequence=5)
    lists = Lists(base, delta=a_delta([2 * BLOCK + 6], base, 6), issued=ISSUED)
    assert next_lists(lists, register(1), NOW).is_nothing
    found = next_lists(lists, register(1, 2), NOW, approve=True)
    assert set(found.approved) == {*serials(1, 2), *serials(5, 6, block=2)}
    assert found.issued.blocks == {1: 1_000, 2: 1_000}


def test_a_restored_register_un_revokes_nothing_and_lowers_no_count():
    lists = published(1, 2)
    says = register(1, handed_out={1: 600}, unexplained=serials(2))
    assert next_lists(lists, says, NOW).is_nothing
    found = next_lists(lists, says, NOW, approve=True)
    assert found.is_nothing


def test_more_un_revocations_than_a_list_takes_are_a_new_base(monkeypatch):
    from verifier_server.revocation import next_lists as module

    monkeypatch.setattr(module, "MAX_SERIALS", 2)
    found = next_lists(published(1, 2, 3, 4), register(1, good=serials(2, 3, 4)), NOW)
    assert (set(found.approved), found.unrevoked) == (set(serials(1)), None)
    assert "More than 2" in found.why


def test_used_up_sequence_numbers_are_one_sentence():
    base = a_base([BLOCK], sequence=5)
    lists = Lists(base, delta=a_delta([BLOCK + 1], base, (1 << 32) - 1), issued=ISSUED)
    with pytest.raises(ServerError) as caught:
        next_lists(lists, register(0, 1, 2), NOW)
    assert caught.value.code == "sequence_used_up"


numbers = st.frozensets(st.integers(0, 9), max_size=6)


@settings(max_examples=30)
@given(numbers, numbers, numbers, numbers, numbers, st.booleans())
def test_after_all_is_published_scanners_refuse_what_the_register_says(approved, delta, back, revoked, good, approve):
    """And what is neither revoked nor good, such as expired passes, may stay or go."""
    lists = published(*approved, delta=delta - approved, back=back, issued=Issued(SIGNED, {1: 1 << 20}))
    good = good - revoked
    found = next_lists(lists, register(*revoked, good=serials(*good)), NOW, approve=approve)
    after = published_after(lists, found)
    assert after.online_fault() is None
    assert len(lists.online() - after.listed() - after.unrevoked_serials) == 0
    effective = set(after.effective())
    assert set(serials(*revoked)) <= effective
    assert not set(serials(*good)) & effective
    assert next_lists(after, register(*revoked, good=serials(*good)), NOW).is_nothing


def published_after(lists, found):
    """What is out when the holders have signed, and the publisher has made the delta of a new base."""
    back = found.unrevoked or lists.unrevoked
    issued = found.issued or lists.issued
    if found.approved is None:
        delta = lists.delta if found.added is None else a_delta(found.added, lists.approved, found.sequence)
        return Lists(lists.approved, delta=delta, unrevoked=back, issued=issued)
    base = a_base(found.approved, sequence=found.sequence)
    left = lists.online() - base.serials - (back.serials if back else NOTHING)
    delta = SerialList(left, found.sequence + 1, NOW, base.digest, b"") if len(left) else None
    return Lists(base, delta=delta, unrevoked=back, issued=issued)
