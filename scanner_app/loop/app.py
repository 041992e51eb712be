"""The window that shows a loop: which code is on the glass when, and what its keys do.

`window.prepare` must have run before this module is imported.
"""

from __future__ import annotations

import signal
import time
from collections.abc import Sequence
from functools import cache

from kivy.app import App
from kivy.clock import Clock
from kivy.core.window import Window

from scanner_app.events import EventLog
from scanner_app.labels import OTHER_LANGUAGE
from scanner_app.loop import labels
from scanner_app.loop.drawing import modules
from scanner_app.loop.facts import Facts
from scanner_app.loop.options import ShowOptions
from scanner_app.screens.loop import LoopScreen
from scanner_app.words import LANGUAGES

ESCAPE = 27


class LoopApp(App):
    """Shows the texts one after another, again and again, until it is stopped."""

    title = "Checkpoint QR"
    use_kivy_settings = False

    def __init__(self, texts: Sequence[str], facts: Facts, options: ShowOptions, events: EventLog) -> None:
        super().__init__()
        self._texts, self._facts, self._options, self._events = texts, facts, options, events
        self._language = options.language
        self._next = 0
        self._drawn = cache(modules)

    def build(self) -> LoopScreen:
        """The one screen, with the first code on it."""
        self._screen = LoopScreen(name="loop")
        self._screen.bind(on_language=lambda *_: self.switch_language(), on_end=lambda *_: self.stop())
        self._show_next()
        self._say()
        return self._screen

    def on_start(self) -> None:
        """Start the frames and the keys."""
        Window.clearcolor = (1, 1, 1, 1)
        Window.bind(on_key_down=self._on_key)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: Clock.schedule_once(lambda _: self.stop()))
        Clock.schedule_interval(self._show_next, 1 / self._options.rate)
        self._events.emit("ready", width=Window.width, height=Window.height, frames=len(self._texts))

    def on_stop(self) -> None:
        """Say that it has ended."""
        self._events.emit("stopped", clean=True)

    def open_settings(self, *_: object) -> bool:
        """Kivy opens its own settings on F1; an officer has no use for them."""
        return False

    def switch_language(self) -> None:
        """Vietnamese to English or back, at once."""
        self._language = next(other for other in LANGUAGES if other != self._language)
        self._say()
        self._events.emit("language", language=self._language)

    def _show_next(self, *_: object) -> None:
        number = self._next % len(self._texts)
        self._screen.show_code(self._drawn(self._texts[number]))
        self._next += 1
        self._say_place()
        if number == len(self._texts) - 1:
            self._events.emit("round", number=self._next // len(self._texts))

    def _say_place(self) -> None:
        number = (self._next - 1) % len(self._texts)
        self._screen.place = labels.frame(number + 1, len(self._texts), self._language)

    def _say(self) -> None:
        screen, language = self._screen, self._language
        has_ended = self._facts.ends_at is not None and self._facts.ends_at < time.time()
        screen.title = labels.TITLE.of(language)
        screen.hint = (labels.ENDED if has_ended else labels.HINT).of(language)
        screen.signed, screen.loud = labels.signed(self._facts, language), self._facts.is_demo or has_ended
        self._say_place()
        screen.stop, screen.other_language = labels.STOP.of(language), OTHER_LANGUAGE.of(language)

    def _on_key(self, _window: object, key: int, _code: int, letter: str | None, *_: object) -> bool:
        if letter in {"l", "L"}:
            self.switch_language()
        elif key == ESCAPE or letter in {"q", "Q"}:
            self.stop()
        else:
            return False
        return True
