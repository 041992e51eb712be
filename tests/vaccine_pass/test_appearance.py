"""Looks: each state has one, all differ in shape and word, and the ink can be read."""

import re

import pytest

from vaccine_pass.appearance import ACCENT, GREY, LOOKS, doses_text
from vaccine_pass.reasons import Outcome
from vaccine_pass.status import Status


def luminance(colour):
    """WCAG 2.2, relative luminance."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_every_status_and_outcome_has_a_look():
    assert set(LOOKS) == {*Status, *Outcome}


@pytest.mark.parametrize("look", LOOKS.values(), ids=str)
def test_the_ink_on_a_colour_has_the_contrast_that_the_module_promises(look):
    assert re.fullmatch("#[0-9A-F]{6}", look.colour)
    assert contrast(look.colour, look.ink) >= 6.5


@pytest.mark.parametrize("family", [Status, Outcome])
def test_no_two_of_a_kind_share_a_colour_a_shape_or_a_word(family):
    looks = [LOOKS[each] for each in family]
    for values in ("colour", "shape", "word_vi", "word_en"):
        assert len({getattr(look, values) for look in looks}) == len(looks)


def test_a_refusal_and_not_knowing_look_like_no_status():
    statuses = {LOOKS[status].colour for status in Status}
    assert not statuses & {LOOKS[Outcome.REFUSED].colour, LOOKS[Outcome.CANNOT_TELL].colour}


def test_words_come_in_both_languages():
    look = LOOKS[Status.COMPLETE]
    assert (look.word("vi"), look.word("en")) == ("Đủ mũi", "Complete")


@pytest.mark.parametrize(
    ("doses", "series", "vietnamese", "english"),
    [
        (0, None, "Đã đăng ký", "Registered"),
        (1, 2, "1 trên 2 mũi", "1 of 2 doses"),
        (1, 1, "1 trên 1 mũi", "1 of 1 dose"),
        (3, 2, "3 trên 2 mũi", "3 of 2 doses"),
    ],
)
def test_doses_are_said_in_both_languages(doses, series, vietnamese, english):
    assert doses_text(doses, series, "vi") == vietnamese
    assert doses_text(doses, series, "en") == english


def test_accent_and_grey_can_be_told_apart():
    assert contrast(ACCENT, GREY) >= 4.5
