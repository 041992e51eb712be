"""What to do next in one plain sentence, in both languages."""

import pytest

from verifier_server.signers.due import due, to_activate

from .builders import ACTIVE, NOW, PENDING, UNPUBLISHED, a_key, on

TRAVEL = a_key(("2021-07-15", "active"), form="travel", until="2022-03-01", trusted="2023-03-01")


def of_form(app, form, *signers, now=NOW, language="vi"):
    with app.test_request_context(headers={"Cookie": f"language={language}"}):
        found = due(signers, now)
    return next(one for one in found if one.form == form)


def test_a_pending_key_is_activated_between_two_times(app):
    found = of_form(app, "domestic", ACTIVE, PENDING, now=NOW)
    assert found.sentence.striptags() == (
        "Kích hoạt khóa VN-2021-08-domestic từ 31/08/2021 00:00 và trước ngày 15/09/2021. "
        "Sớm hơn thì có máy quét chưa biết khóa này."
    )
    assert (found.command, found.urgent) == ("checkpoint-keys activate VN-2021-08-domestic", False)


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
    with app.test_request_context():
        assert [one.form for one in due((ACTIVE, PENDING, TRAVEL), NOW)] == ["domestic", "travel"]
        later = a_key(("2021-07-15", "active"), until="2023-03-01", trusted="2024-03-01")
        assert [one.form for one in due((later, TRAVEL), NOW)] == ["travel", "domestic"]


def test_only_the_key_whose_turn_it_is_is_planned():
    assert to_activate((ACTIVE, PENDING, UNPUBLISHED, TRAVEL), NOW) == {PENDING.name}
    assert to_activate((ACTIVE, UNPUBLISHED), NOW) == set()
