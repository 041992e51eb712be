import pytest

from tests.verifier_server.drawing.builders import BEGUN, COMPLETE, NONE, a_caption
from verifier_server.drawing.layout import Layout
from verifier_server.drawing.lettering import fitted


@pytest.mark.parametrize(
    ("look", "fields", "vietnamese", "english"),
    [
        (NONE, {}, "Chưa tiêm", "No dose yet"),
        (BEGUN, {}, "1 trên 2 mũi", "1 of 2 doses"),
        (BEGUN, {"doses": 2, "series": 3}, "2 trên 3 mũi", "2 of 3 doses"),
        (COMPLETE, {}, "Đủ 2 mũi", "Complete: 2 doses"),
        (COMPLETE, {"doses": 1, "series": 1}, "Đủ 1 mũi", "Complete: 1 dose"),
        (COMPLETE, {"doses": 3}, "Đủ 2 mũi + 1 nhắc lại", "Complete + 1 booster"),
    ],
)
def test_the_words_say_the_status_in_both_languages(look, fields, vietnamese, english):
    assert a_caption(look, **fields).words == vietnamese
    assert a_caption(look, lang="en", **fields).words == english


def test_a_screen_reader_hears_what_the_picture_shows():
    assert a_caption(BEGUN).title == "Mã QR: 1 trên 2 mũi"
    assert a_caption(BEGUN, lang="en").title == "QR code: 1 of 2 doses"
    assert a_caption(BEGUN).description != a_caption(BEGUN, lang="en").description


@pytest.mark.parametrize("size", [53, 77, 177])
@pytest.mark.parametrize("words", ["Đủ 2 mũi", "99 trên 99 mũi", "Đủ 2 mũi + 97 nhắc lại"])
def test_words_stay_inside_the_frame(size, words):
    at = Layout(size)
    left, _, room = at.words
    points, width = fitted(words, at.font_size, room)
    assert left + width <= at.width - at.margin + 0.001
    assert at.font_size * 0.4 < points <= at.font_size
