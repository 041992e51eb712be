"""Two administrators rotate at the same moment: both end well, and each thing is done once."""

from keys import steps
from keys.entry import KeyStatus

from ..builders import NOW
from ..channel.test_two_administrators import at_once


def test_two_first_rotations_at_once_make_one_spare_of_each_form(demo):
    def rotate():
        demo.rotate(apart=demo.stick)

    assert at_once(rotate, rotate) == [0, 0]
    assert sorted(entry.form for entry in demo.store.signers() if entry.spare) == ["domestic", "travel"]
    assert demo.published() == {entry.kid for entry in demo.store.signers()}
    assert demo.rotate(apart=demo.stick).done == []


def test_two_rotations_at_once_make_one_next_key_and_activate_it_once(demo):
    demo.with_spares()
    change = steps.change_at(demo.active())
    early = change - steps.LEAD
    assert at_once(*[lambda: demo.rotate(early)] * 3) == [0, 0, 0]
    ours = [entry for entry in demo.store.signers() if entry.form == "travel" and not entry.spare]
    assert [entry.status for entry in ours] == [KeyStatus.ACTIVE, KeyStatus.PENDING]
    assert at_once(*[lambda: demo.rotate(change)] * 2) == [0, 0]
    ours = [entry for entry in demo.store.signers() if entry.form == "travel" and not entry.spare]
    assert [entry.status for entry in ours] == [KeyStatus.RETIRED, KeyStatus.ACTIVE]


def test_in_a_country_two_at_once_leave_one_proposal(country):
    def rotate():
        country.rotate(apart=country.stick)

    assert at_once(rotate, rotate) == [0, 0]
    country.country.sign("keys A", "keys B")
    country.country.publish(NOW)
    assert country.rotate(NOW).problems == []
