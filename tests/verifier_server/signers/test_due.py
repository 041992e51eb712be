"""What to do next in one plain sentence, in both languages."""

import pytest

from keys.report import Kind
from verifier_server.signers.due import due, to_activate

from .builders import ACTIVE, NOW, PENDING, SPARE, UNPUBLISHED, a_key, on

TRAVEL = a_key(("2021-07-15", "active"), form="travel", until="2022-03-01", trusted="2023-03-01")


def all_due(app, *signers, now=NOW, language="vi"):
    with app.test_request_context(headers={"Cookie": f"language={language}"}):
        return due(signers, now)


def of_form(app, form, *signers, now=NOW, language="vi", kind=None):
    found = all_due(app, *signers, now=now, language=language)
    return next(
        it for it in found if it.form == form and (it.kind is kind or (not kind and it.kind is not Kind.NEW_SPARE))
    )


def test_a_pending_key_is_activated_between_two_times(app):
    found = of_form(app, "domestic", ACTIVE, PENDING, now=NOW)
    assert found.sentence.striptags() == (
        "Kích hoạt khóa VN-2021-08-domestic từ 31/08/2021 00:00 và trước ngày 15/09/2021. "
        "Sớm hơn thì có máy quét chưa biết khóa này."
    )
    assert (found.command, found.urgent) == ("checkpoint-keys rotate", False)


def test_the_same_in_english(app):
    assert of_form(app, "domestic", ACTIVE, PENDING, language="en").sentence.striptags() == (
        "Activate the key VN-2021-08-domestic from 31/08/2021 00:00 and before 15/09/2021. "
        "Any earlier, some scanners may not know it."
    )


@pytest.mark.parametrize(
    ("signers", "now", "sentence", "urgent"),
    [
        ((ACTIVE,), NOW, "Tạo khóa tiếp theo cho mã trong nước trước ngày 18/08/2021.", True),
        ((ACTIVE,), on("2021-08-01"), "Tạo khóa tiếp theo cho mã trong nước trước ngày 18/08/2021.", False),
        ((ACTIVE, UNPUBLISHED), NOW, "Công bố khóa VN-du-phong ngay hôm nay, để máy quét kịp", True),
        ((ACTIVE, PENDING), on("2021-09-05"), "Kích hoạt khóa VN-2021-08-domestic trước ngày 15/09/2021.", False),
        ((ACTIVE, PENDING), on("2021-09-16"), "Kích hoạt khóa VN-2021-08-domestic ngay hôm nay.", True),
        ((PENDING,), NOW, "Kích hoạt khóa VN-2021-08-domestic ngay khi được phép: từ 31/08/2021 00:00.", False),
    ],
)
def test_every_step_is_a_sentence_with_its_day(app, signers, now, sentence, urgent):
    found = of_form(app, "domestic", *signers, now=now)
    expected = sentence.replace("trước ngày 18/08/2021", "ngay hôm nay") if urgent else sentence
    assert found.sentence.striptags().startswith(expected)
    assert found.urgent is urgent


def test_what_is_due_first_stands_first(app):
    def forms(*signers):
        return [it.form for it in all_due(app, *signers) if it.kind is not Kind.NEW_SPARE]

    assert forms(ACTIVE, PENDING, TRAVEL) == ["domestic", "travel"]
    later = a_key(("2021-08-15", "active"), until="2023-03-01", trusted="2024-03-01")
    assert forms(later, TRAVEL) == ["travel", "domestic"]


def test_only_the_key_whose_turn_it_is_is_planned():
    assert to_activate((ACTIVE, PENDING, UNPUBLISHED, TRAVEL), NOW) == {PENDING.name}
    assert to_activate((ACTIVE, UNPUBLISHED), NOW) == set()


def test_a_missing_spare_is_to_be_made_today_and_kept_elsewhere(app):
    missing = of_form(app, "domestic", ACTIVE, PENDING, kind=Kind.NEW_SPARE, language="en")
    assert missing.urgent
    assert missing.sentence.striptags() == (
        "Make a spare key for domestic codes today, and keep it in another place: it signs when the active key is lost."
    )
    assert missing.command == "checkpoint-keys rotate --apart DIR"
    assert [it.form for it in all_due(app, TRAVEL, SPARE) if it.kind is Kind.NEW_SPARE] == ["domestic"]


def test_without_a_key_that_signs_the_spare_is_activated_today(app):
    found = of_form(app, "travel", SPARE)
    assert found.sentence.striptags() == "Không còn khóa nào ký. Kích hoạt khóa dự phòng VN-cat-rieng ngay hôm nay."
    assert found.urgent
    assert to_activate((SPARE,), NOW) == {"VN-cat-rieng"}


def test_a_spare_that_is_too_young_says_from_when_on_it_may_help(app):
    young = a_key(("2021-08-19", "pending"), form="travel", until="2022-08-19", name="VN-young", spare=True)
    found = of_form(app, "travel", young, language="en")
    assert (
        "No key signs. Activate the spare VN-young as soon as that is allowed: from 09/09/2021"
        in found.sentence.striptags()
    )
    assert not found.urgent


def test_a_pending_key_whose_time_is_over_is_retired(app):
    over = a_key(("2021-05-01", "pending"), until="2021-08-01", name="VN-over")
    found = of_form(app, "domestic", ACTIVE, PENDING, over, kind=Kind.RETIRE, language="en")
    assert found.sentence.striptags() == "The time of the key VN-over is over, and it never signed. Retire it today."
    assert found.command == "checkpoint-keys rotate"


def test_a_spare_is_never_planned_as_the_next_key(app):
    assert to_activate((TRAVEL, SPARE), NOW) == set()
