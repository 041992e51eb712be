import pytest

from scanner_app import labels
from scanner_app.pipeline import Condition
from scanner_app.words import ADVICE, CAMERA, LANGUAGES, Words, advice_for
from vaccine_pass.verdict import Reason


@pytest.mark.parametrize("reason", Reason, ids=lambda reason: reason.code)
def test_every_reason_has_a_sentence_and_a_next_step_in_both_languages(reason):
    advice = ADVICE[reason.code]
    for words in advice:
        for language in LANGUAGES:
            sentence = words.of(language)
            assert sentence.strip() == sentence
            assert sentence.endswith(".")
            assert len(sentence) <= 80


def test_nothing_is_advised_for_reasons_that_do_not_exist():
    assert set(ADVICE) == {reason.code for reason in Reason}


def test_a_reason_of_a_later_version_still_gets_words():
    assert advice_for("rule_not_met").sentence.en == "The scanner cannot tell."


@pytest.mark.parametrize("condition", [c for c in Condition if c not in {Condition.LIVE, Condition.FAILED}])
def test_every_condition_of_the_camera_has_words(condition):
    assert all(CAMERA[condition.value])


def test_every_label_says_something_in_both_languages():
    found = [value for value in vars(labels).values() if isinstance(value, Words)]
    assert len(found) > 8
    assert all(words.vi and words.en and words.vi != words.en for words in found)


def test_the_age_of_the_data_is_said_in_days():
    assert labels.data_age(0.9, True, "vi") == "Dữ liệu: hôm nay"
    assert labels.data_age(23.2, True, "vi") == "Dữ liệu: 23 ngày"
    assert labels.data_age(1.0, True, "en") == "Data: 1 day"
    assert labels.data_age(23.2, True, "en") == "Data: 23 days"
    assert labels.data_age(None, True, "en") == "Data: undated"
    assert labels.data_age(0.1, True, "vi", "30/07/2021") == "Dữ liệu 30/07/2021: hôm nay"
    assert labels.data_age(2, True, "en", "30/07/2021", is_demo=True) == "DEMO 30/07/2021: 2 days"
    assert labels.data_age(None, False, "en") == "Data: none"
