"""The verdict screen: shape, word and colour fill it; the next step is at the thumb.

It shows a `Face` and says which button was pressed. Left out: what the verdict is and what a
button does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kivy.lang import Builder
from kivy.properties import BooleanProperty, NumericProperty, StringProperty
from kivy.uix.screenmanager import Screen
from kivy.uix.widget import Widget

from scanner_app import labels
from scanner_app.face import Face
from scanner_app.layout import STEPS, WIDE_STEPS, fit, is_wide, touch_size, unit
from scanner_app.screens.parts import BigButton
from scanner_app.shapes import draw_shape
from scanner_app.typeset import Line, Setting, draw_lines, height_of

Builder.load_file(str(Path(__file__).with_suffix(".kv")))

DARKER = {"#0B6B3A": "#095A31", "#FFD400": "#E2BC00", "#FFFFFF": "#DDDDDD"}
"""The foot's tone of each accepted colour, for the button that has no filling."""


@dataclass(frozen=True, slots=True)
class Column:
    """Where shape and lines stand, in pixels.

    `shape`: its side in design units, 0 for none; `rise`: the share of spare room that is above;
    `steps`: the scales that are tried.
    """

    left: float
    width: float
    shape: float = 0.0
    rise: float = 0.5
    steps: Sequence[float] = STEPS


class VerdictBody(Widget):
    """Draws a face: in one column, or in two where the window is wide."""

    unit = NumericProperty(1.0)

    def __init__(self, **options: object) -> None:
        super().__init__(**options)
        self._face: Face | None = None
        self.room_left = 0.0
        """Pixels left under the lowest line of the last drawing; below 0 something is cut."""
        self.bind(pos=self._draw, size=self._draw, unit=self._draw)

    def show(self, face: Face) -> None:
        """Draw `face` from now on."""
        self._face = face
        self._draw()

    def _draw(self, *_: object) -> None:
        self.canvas.clear()
        self.room_left = self.height
        if self._face is None or self.width < 100 or self.height < 100:
            return
        with self.canvas:
            if is_wide(*self.size):
                self._draw_wide(self._face)
            else:
                self._draw_tall(self._face)

    def _draw_tall(self, face: Face) -> None:
        width = self.width - 28 * self.unit
        lines = [*_headline(face), *_details(face)]
        self._draw_column(face, lines, Column(self.x + 14 * self.unit, width, shape=128, rise=0.2))

    def _draw_wide(self, face: Face) -> None:
        margin = 20 * self.unit
        left = self.width * 0.42
        self._draw_column(face, _headline(face), Column(self.x + margin, left - margin, shape=170))
        right = Column(self.x + left + margin, self.width - left - 2 * margin, steps=WIDE_STEPS)
        self._draw_column(face, _details(face), right)

    def _draw_column(self, face: Face, lines: list[Line], column: Column) -> None:
        """Shape and lines as large as fits."""
        room = self.height - 12 * self.unit

        def height_at(scale: float) -> float:
            setting = Setting(column.width, self.unit, scale)
            return column.shape * self.unit * scale + height_of(lines, setting)

        scale = fit(height_at, room, column.steps)
        spare = max(0.0, room - height_at(scale))
        top = self.top - 6 * self.unit - spare * column.rise
        side = column.shape * self.unit * scale
        if side:
            centre = (column.left + column.width / 2, top - side / 2)
            draw_shape(face.look.shape, face.symbol, face.look.ink, centre, side)
        setting = Setting(column.width, self.unit, scale)
        lowest = draw_lines(lines, setting, face.look.ink, column.left, top - side)
        self.room_left = min(self.room_left, lowest - self.y)


def _headline(face: Face) -> list[Line]:
    return [Line(face.word, 42, bold=True, gap=6, whole=True), Line(face.summary, 18, bold=True)]


def _details(face: Face) -> list[Line]:
    return [
        Line(face.name, 30, bold=True, gap=18),
        Line(face.birth, 26, bold=True, gap=2),
        Line(face.vaccine, 19, gap=8),
        Line(face.sentence, 22, bold=True, gap=8),
        Line(face.next_step, 19, gap=6),
        Line(face.stage, 18, bold=True, gap=6),
    ]


class VerdictScreen(Screen):
    """Shows one verdict until a button is pressed: `on_answer(match)` or `on_next()`."""

    post = StringProperty()
    age = StringProperty()
    loud = BooleanProperty(defaultvalue=False)
    paper = StringProperty("#FFFFFF")
    edge = StringProperty("#FFFFFF")
    ink = StringProperty("#111111")
    question = StringProperty()
    border = NumericProperty(0.0)
    unit = NumericProperty(1.0)
    touch = NumericProperty(56.0)
    wide = BooleanProperty(defaultvalue=False)

    __events__ = ("on_answer", "on_next")

    def on_answer(self, match: bool) -> None:
        """Event: the officer looked at the ID card."""

    def on_next(self) -> None:
        """Event: the officer goes on to the next person."""

    def on_size(self, *_: object) -> None:
        """Everything is a multiple of the window's unit."""
        self.wide = is_wide(*self.size)
        self.unit = unit(*self.size)
        self.touch = touch_size(self.unit)
        self._frame()
        for button in self.ids.choices.children:
            button.scale_to(self.unit)

    def show(self, face: Face, language: str) -> None:
        """Show `face`, with the buttons in `language`."""
        self._face = face
        self.ink = face.look.ink
        self._frame()
        self.question = labels.CARD_QUESTION.of(language) if face.asks_for_card else ""
        self._set_choices(face, language)
        self.ids.body.show(face)

    def _frame(self) -> None:
        """The look before any dose is white inside a broad black border."""
        face = getattr(self, "_face", None)
        if face is None:
            return
        framed = face.look.colour == "#FFFFFF"
        self.paper = face.look.colour
        self.edge = face.look.ink if framed else face.look.colour
        self.border = 12 * self.unit if framed else 0.0

    def _set_choices(self, face: Face, language: str) -> None:
        choices = self.ids.choices
        choices.clear_widgets()
        if not face.asks_for_card:
            choices.add_widget(self._button(labels.NEXT_PERSON.of(language), lambda *_: self.dispatch("on_next")))
            return
        dark = face.look.ink != "#FFFFFF"
        match = self._button(labels.MATCH.of(language), lambda *_: self.dispatch("on_answer", True))
        other = self._button(labels.NO_MATCH.of(language), lambda *_: self.dispatch("on_answer", False))
        other.paper = other.pressed_paper = DARKER.get(face.look.colour, face.look.colour)
        other.edge = other.ink = face.look.ink
        match.edge = "#111111" if dark else "#FFFFFF"
        choices.add_widget(match)
        choices.add_widget(other)

    def _button(self, text: str, action: object) -> BigButton:
        button = BigButton(text=text)
        button.scale_to(self.unit)
        button.bind(on_release=action)
        return button
