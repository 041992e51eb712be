"""UVCI: the published example's check character, and our serial inside."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaccine_pass import uvci

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/:"
PUBLISHED = "URN:UVCI:01:AT:10807843F94AEE0EE5093FBC254BD813#B"
"""From the EU's published test certificates."""


def test_the_published_identifier_has_the_right_check_character():
    assert uvci.is_valid(PUBLISHED)
    assert uvci.make("AT", "10807843F94AEE0EE5093FBC254BD813") == PUBLISHED
    # The input of the DCC schema's reference code, and what that code gives.
    assert uvci.make("NL", "187/37512422923") == "URN:UVCI:01:NL:187/37512422923#Z"


@given(st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=2, max_size=2), st.text(LETTERS, max_size=40))
def test_what_is_made_is_valid(country, opaque):
    assert uvci.is_valid(uvci.make(country, opaque))


@given(st.text(LETTERS, min_size=1, max_size=40), st.data())
def test_one_letter_changed_is_noticed(opaque, data):
    made = uvci.make("VN", opaque)
    place = data.draw(st.integers(0, made.index("#") - 1))
    other = data.draw(st.sampled_from(sorted(set(LETTERS) - {made[place]})))
    assert not uvci.is_valid(made[:place] + other + made[place + 1 :])


@given(st.integers(0, 0xFFFFFFFF))
def test_the_serial_in_our_own_identifier_reads_back(serial):
    identifier = uvci.of_serial(serial)
    assert uvci.is_valid(identifier)
    assert uvci.serial_in(identifier) == serial


@pytest.mark.parametrize(
    "identifier",
    [PUBLISHED, "", "URN:UVCI:01:VN:00162c4a#X", "URN:UVCI:01:VN:00162C4A", "x URN:UVCI:01:VN:00162C4A#X",
     "URN:UVCI:01:VN:00162C4A#X ", "URN:UVCI:01:VN:162C4A#X", "URN:UVCI:01:VN:00162C4A#\n"],
)  # fmt: skip
def test_no_serial_is_seen_in_other_identifiers(identifier):
    assert uvci.serial_in(identifier) is None


@pytest.mark.parametrize(
    "identifier",
    ["", "#", "URN:UVCI:01:AT:10807843F94AEE0EE5093FBC254BD813", "urn:uvci:01:at:1#B", "URN:UVCI:01:AT:Đ#B",
     PUBLISHED + "B", PUBLISHED[:-1], PUBLISHED[:-1] + "C", "\ud800#A"],
)  # fmt: skip
def test_an_identifier_with_a_wrong_or_no_check_character_is_not_valid(identifier):
    assert not uvci.is_valid(identifier)


@pytest.mark.parametrize("opaque", ["abc", "A B", "Đ", "A#B", "-"])
def test_a_letter_outside_the_alphabet_cannot_be_made(opaque):
    with pytest.raises(ValueError):
        uvci.make("VN", opaque)
