"""The parts that more than one screen has: the top bar and the large button."""

from __future__ import annotations

from pathlib import Path

from kivy.lang import Builder
from kivy.properties import BooleanProperty, NumericProperty, StringProperty
from kivy.uix.behaviors import ButtonBehavior
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.label import Label

from scanner_app.layout import SMALLEST_TEXT

Builder.load_file(str(Path(__file__).with_suffix(".kv")))


class TopBar(BoxLayout):
    """The post's name at the left, the age of the trust data at the right: on every screen."""

    post = StringProperty()
    age = StringProperty()
    ink = StringProperty("#FFFFFF")
    unit = NumericProperty(1.0)
    loud = BooleanProperty(defaultvalue=False)
    """True marks the age: the data is old or not there."""


class BigButton(ButtonBehavior, Label):
    """A button for a gloved thumb; `paper` inside a rim of `edge`."""

    paper = StringProperty("#FFFFFF")
    pressed_paper = StringProperty("#E9ECEF")
    edge = StringProperty("#FFFFFF")
    ink = StringProperty("#111111")
    corner = NumericProperty(11.0)
    rim = NumericProperty(2.5)

    def scale_to(self, unit: float) -> None:
        """Text, corners and rim for a design unit of `unit` pixels."""
        self.font_size = max(SMALLEST_TEXT, 19 * unit)
        self.corner, self.rim = 11 * unit, max(2.0, 2.5 * unit)
