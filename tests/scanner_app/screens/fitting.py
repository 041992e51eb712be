"""Draws the longest verdicts in windows of many sizes and prints the room left, as JSON.

Run by `test_fitting` on a display: a window cannot be opened twice in one process.
"""

import json
import sys

from scanner_app import window

SIZES = [(320, 480), (480, 320), (360, 720), (768, 1024), (1280, 800), (1080, 1920), (1920, 1080)]


def main():
    window.prepare((360, 720))
    window.open_window()
    from kivy.core.window import Window

    from scanner_app.face import face_of
    from scanner_app.screens.verdict import VerdictScreen
    from scanner_app.words import LANGUAGES
    from tests.scanner_app.builders import a_verdict_for, an_accepted
    from vaccine_pass.verdict import Reason

    verdicts = {
        "eighty letters": an_accepted(name="Nguyễn Phước Bảo Hoàng " * 3 + "Thiên Ân Trần", vaccine="V" * 40),
        "no space": an_accepted(name="W" * 80, doses=10, series=12),
    } | {reason.code: a_verdict_for(reason) for reason in Reason}
    screen = VerdictScreen(post="Chốt Cầu Phù Đổng Thiên Vương, Hà Nội", age="Dữ liệu 30/07/2021: 23 ngày")
    Window.add_widget(screen)
    answers = []
    for size in SIZES:
        screen.size_hint = (None, None)
        screen.size = size
        for label, verdict in verdicts.items():
            for language in LANGUAGES:
                screen.show(face_of(verdict, language), language)
                _settle(screen)
                answers.append([size, label, language, round(screen.ids.body.room_left)])
    json.dump(answers, sys.stdout)


def _settle(screen):
    """Lay everything out now instead of with the next frame."""
    for _ in range(4):
        for widget in screen.walk():
            if hasattr(widget, "texture_update"):
                widget.texture_update()
            if hasattr(widget, "do_layout"):
                widget.do_layout()


main()
