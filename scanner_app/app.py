"""The window: hands frames, verdicts and key presses on. Every decision is made elsewhere.

`window.prepare` must have run before this module is imported.
"""

from __future__ import annotations

import logging
import signal
import time
from collections.abc import Callable
from typing import Protocol

from kivy.app import App
from kivy.base import ExceptionHandler, ExceptionManager
from kivy.clock import Clock
from kivy.core.window import Window
from kivy.uix.screenmanager import NoTransition, ScreenManager

from scanner_app import labels, own_codes
from scanner_app.events import EventLog, verdict_fields
from scanner_app.face import Face, face_of
from scanner_app.following import Damaged, Follower, Fresh
from scanner_app.lane import Lane, Person
from scanner_app.loop.beside import LoopReader
from scanner_app.notices import Notices
from scanner_app.options import Options
from scanner_app.pipeline import Pipeline, Sighting
from scanner_app.screens.scan import ScanScreen
from scanner_app.screens.verdict import VerdictScreen
from vaccine_pass.appearance import LOOKS

log = logging.getLogger(__name__)

PREVIEW_RATE, STATUS_RATE = 20.0, 4.0
GO_ON_KEYS = {13: True, 32: True, 271: True}
"""Enter, space, enter of the keypad."""


class Companion(Protocol):
    """A thread that runs beside the window."""

    def start(self) -> None:
        """Start it, when the window is there."""

    def stop(self) -> bool:
        """End it; True when it is gone."""


class ScannerApp(App):
    """The scan screen and the verdict screen on one pipeline."""

    title = "Checkpoint QR"
    use_kivy_settings = False

    def __init__(
        self,
        options: Options,
        lane: Lane,
        notices: Notices,
        events: EventLog,
        clock: Callable[[], float] = time.time,
    ) -> None:
        super().__init__()
        self._now = clock
        self._options = options
        self._lane = lane
        self._notices = notices
        self._events = events
        self._unpainted: Person | None = None
        self._timer: object = None
        self._shown_frame = -1
        self._trouble = self._own_code = ""
        self.pipeline: Pipeline | None = None
        self.follower: Follower | None = None
        self.loops: LoopReader | None = None
        self.companions: list[Companion] = []
        self.wake = Clock.create_trigger(self._take)
        """Call from any thread when the pipeline has something to take."""
        self.wake_for_trust = Clock.create_trigger(self._take_trust)
        """The same for the follower."""

    # --- life ---------------------------------------------------------------------------------

    def build(self) -> ScreenManager:
        """Both screens, the scan screen first."""
        self._scan, self._verdict = ScanScreen(name="scan"), VerdictScreen(name="verdict")
        self._scan.bind(on_language=lambda *_: self.switch_language())
        self._verdict.bind(on_next=lambda *_: self.go_on(), on_answer=lambda _, match: self.answer(match))
        manager = ScreenManager(transition=NoTransition())
        manager.add_widget(self._scan)
        manager.add_widget(self._verdict)
        self._refresh_words()
        return manager

    def on_start(self) -> None:
        """Start the pipeline, the preview and the keys."""
        ExceptionManager.add_handler(_GoOn(self))
        Window.bind(on_key_down=self._on_key, on_flip=self._on_flip)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: Clock.schedule_once(lambda _: self.stop()))
        self._warm_up()
        if self.pipeline:
            self.pipeline.start()
        for companion in self.companions:
            companion.start()
        Clock.schedule_interval(self._show_frame, 1 / PREVIEW_RATE)
        Clock.schedule_interval(self._refresh_words, 1 / STATUS_RATE)
        self._events.emit("ready", width=Window.width, height=Window.height)

    def _warm_up(self) -> None:
        """Load the fonts and shapes of the verdict screen now: the first person took 0.1 s longer."""
        self._verdict.size = Window.size
        for look in LOOKS.values():
            words = (look.word_vi.upper(), look.word_en, "Nguyễn", "31/01/1990", "·", "?", "?", "S-SIG")
            self._verdict.show(Face(look, "1/2", *words), self._notices.language)

    def on_stop(self) -> None:
        """End every thread before the window goes."""
        pipeline, self.pipeline = self.pipeline, None
        if pipeline is not None:  # Kivy stops twice when the window closes
            ended = [companion.stop() for companion in (pipeline, *self.companions)]
            self._events.emit("stopped", clean=all(ended))

    def open_settings(self, *_: object) -> bool:
        """Kivy opens its own settings on F1; an officer has no use for them."""
        return False

    # --- from the camera to the screen --------------------------------------------------------

    def _take(self, *_: object) -> None:
        while self.pipeline and (taken := self.pipeline.take()):
            sighting, kind = own_codes.apart(taken)
            if kind:
                self._name_own_code(kind, taken)
            if sighting is None:
                continue
            person = self._lane.see(sighting, self._now())
            if person is not None:
                self.show(person)
            elif self._lane.repeated and self._lane.showing is None:
                self._notices.note(labels.SAME_CODE, time.monotonic(), seconds=1.0)

    def _name_own_code(self, kind: str, taken: Sighting) -> None:
        is_read = kind == own_codes.LOOP and self.loops
        words = self.loops.offer(taken.texts) if is_read else own_codes.words_of(kind)
        self._notices.note(words, time.monotonic())
        if kind != self._own_code:
            self._own_code = kind
            self._events.emit("own_code", kind=kind)

    def show(self, person: Person) -> None:
        """Show a person's verdict now."""
        self._unpainted = person
        self._verdict.show(face_of(person.verdict, self._notices.language), self._notices.language)
        self._show_screen("verdict")
        self._stop_timer()
        if self._options.next_after is not None:
            self._timer = Clock.schedule_once(lambda _: self.go_on("time"), self._options.next_after)

    def _on_flip(self, window: object) -> bool:
        """The moment a verdict is on the glass is the moment its buffer was swapped."""
        person, self._unpainted = self._unpainted, None
        if person is None:
            return False
        Window.flip()
        milliseconds = (time.monotonic() - person.captured_at) * 1000
        fields = verdict_fields(person.verdict, self._now())
        self._events.emit("verdict", **fields, ms=round(milliseconds, 1), frame=person.frame)
        return True

    def _show_frame(self, *_: object) -> None:
        frame = self.pipeline.latest if self.pipeline else None
        if frame is None or frame.number == self._shown_frame or self.root.current != "scan":
            return
        self._shown_frame = frame.number
        self._scan.show_frame(frame.picture)

    # --- trust data that another process or thread brought --------------------------------------

    def _take_trust(self, *_: object) -> None:
        if self.follower and (found := self.follower.take()):
            self.adopt(found)

    def adopt(self, found: Fresh | Damaged) -> None:
        """Go on with a new set, whole, from the next code on; or say that it is damaged, and go on as before."""
        if isinstance(found, Damaged):
            self._notices.is_damaged = True
        else:
            if not found.was_reset:
                found.clock.not_before(self._now())
            self._now = found.clock.now
            self._lane.judge_by(found.verifier.judge)
            self._notices.hold(found.trust, is_demo=found.is_demo, is_damaged=found.is_damaged)
        self._events.emit("trust", state="damaged" if self._notices.is_damaged else "switched")
        self._refresh_words()

    # --- what the officer does ----------------------------------------------------------------

    def answer(self, match: bool) -> None:
        """The officer compared the ID card."""
        self._events.emit("card", match=match)
        if not match:
            self._notices.note(labels.MISMATCH_NOTED, time.monotonic())
        self.go_on("answer")

    def go_on(self, by: str = "button") -> None:
        """The next person: one who was in the same frame, or whoever comes."""
        if self._lane.showing is None:
            return
        self._stop_timer()
        self._events.emit("next", by=by)
        person = self._lane.next_person()
        if person is not None:
            self.show(person)
        else:
            self._refresh_words()
            self._show_screen("scan")

    def switch_language(self) -> None:
        """The other language, on whatever is shown."""
        self._notices.switch_language()
        self._refresh_words()
        if self._lane.showing is not None:
            language = self._notices.language
            self._verdict.show(face_of(self._lane.showing.verdict, language), language)
        self._events.emit("language", language=self._notices.language)

    def fault(self) -> None:
        """Something of ours failed: say so in one sentence and scan on."""
        self._events.emit("fault")
        self._stop_timer()
        self._lane.start_again()
        self._notices.note(labels.FAULT, time.monotonic())
        self._refresh_words()
        self._show_screen("scan")

    def _on_key(self, _window: object, key: int, _code: int, letter: str | None, *_: object) -> bool:
        if letter in {"l", "L"}:
            self.switch_language()
        elif self._lane.showing is None:
            return False
        elif letter in {"n", "N"} and self._verdict.question:
            self.answer(match=False)
        elif key in GO_ON_KEYS and self._verdict.question:
            self.answer(match=True)
        elif key in GO_ON_KEYS:
            self.go_on("key")
        else:
            return False
        return True

    # --- words --------------------------------------------------------------------------------

    def _refresh_words(self, *_: object) -> None:
        notices, now = self._notices, time.monotonic()
        for screen in (self._scan, self._verdict):
            screen.post, screen.age = notices.post, notices.age(self._now())
            screen.loud = notices.is_loud(self._now())
        self._scan.other_language = labels.OTHER_LANGUAGE.of(notices.language)
        if self.pipeline:
            condition = self.pipeline.condition(now)
            self._scan.notice = notices.trouble(condition, self.pipeline.failure)
            self._scan.hint = "" if self._scan.notice else notices.hint(now)
            self._tell_trouble(self.pipeline.failure or condition.value)

    def _tell_trouble(self, state: str) -> None:
        if state != self._trouble:
            self._trouble = state
            self._events.emit("camera", state=state)

    def _show_screen(self, name: str) -> None:
        if self.root.current != name:
            self.root.current = name
            self._events.emit("screen", name=name)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


class _GoOn(ExceptionHandler):
    """No fault in a callback ends the shift or shows a traceback to the officer."""

    def __init__(self, app: ScannerApp) -> None:
        super().__init__()
        self._app = app

    def handle_exception(self, inst: BaseException) -> int:
        """Log the fault, show the sentence, go on."""
        if not isinstance(inst, Exception):
            return ExceptionManager.RAISE
        log.error("a callback failed: %s: %s", type(inst).__name__, inst)
        log.debug("traceback", exc_info=inst)
        Clock.schedule_once(lambda _: self._app.fault())
        return ExceptionManager.PASS
