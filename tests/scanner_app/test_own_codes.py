from scanner_app import own_codes
from scanner_app.pipeline import Sighting

CODE = "checkpoint-enrol:?post=79-CLT-1&server=https%3A%2F%2Fexample.vn&token=x"


def seen(*texts):
    return Sighting(texts, 7, 1.5)


def test_a_pass_is_left_as_it_is():
    assert own_codes.apart(seen("VN1:ABC", "https://x")) == (seen("VN1:ABC", "https://x"), "")


def test_an_enrolment_code_alone_is_named_and_not_judged():
    assert own_codes.apart(seen(CODE)) == (None, "enrolment")


def test_a_pass_beside_an_enrolment_code_is_judged():
    assert own_codes.apart(seen(CODE, "VN1:ABC")) == (seen("VN1:ABC"), "enrolment")


def test_each_kind_has_words_in_both_languages():
    for kind in own_codes.KINDS:
        words = own_codes.words_of(kind)
        assert words.vi != words.en
