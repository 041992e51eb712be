"""The screen that shows a loop: one code after another on white, as large as whole pixels a module allow.

Left out: which code comes when, and what is in it.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from kivy.graphics import Rectangle
from kivy.graphics.texture import Texture
from kivy.lang import Builder
from kivy.properties import BooleanProperty, NumericProperty, StringProperty
from kivy.uix.screenmanager import Screen
from kivy.uix.widget import Widget

from scanner_app.layout import is_wide, touch_size, unit
from scanner_app.loop.drawing import Modules
from scanner_app.screens import parts  # noqa: F401  defines TopBar and BigButton, which loop.kv names

Builder.load_file(str(Path(__file__).with_suffix(".kv")))


class CodeView(Widget):
    """One code, its modules whole pixels: a module that is one pixel wider than its neighbour costs the camera."""

    def __init__(self, **options: object) -> None:
        super().__init__(**options)
        self._texture: Texture | None = None
        self.bind(pos=self._draw, size=self._draw)

    def show(self, modules: Modules) -> None:
        """Show these modules (0 black, 255 white, quiet zone included) from now on."""
        side = len(modules)
        if self._texture is None or self._texture.width != side:
            self._texture = Texture.create(size=(side, side), colorfmt="rgb")
            self._texture.mag_filter = self._texture.min_filter = "nearest"
            self._draw()
        rows = np.repeat(modules[::-1, :, None], 3, axis=2)  # a texture's first row is the lowest
        self._texture.blit_buffer(rows.tobytes(), colorfmt="rgb", bufferfmt="ubyte")
        self.canvas.ask_update()

    def _draw(self, *_: object) -> None:
        self.canvas.clear()
        if self._texture is None:
            return
        side = self._texture.width * max(1, int(min(self.size) // self._texture.width))
        # Not by `center`, which Kivy may still hold for the size before when this is called.
        place = (int(self.x + (self.width - side) / 2), int(self.y + (self.height - side) / 2))
        with self.canvas:
            Rectangle(texture=self._texture, pos=place, size=(side, side))


class LoopScreen(Screen):
    """Shows codes until `on_end`; `on_language` when the language button is pressed."""

    title = StringProperty()
    signed = StringProperty()
    loud = BooleanProperty(defaultvalue=False)
    hint = StringProperty()
    place = StringProperty()
    stop = StringProperty()
    other_language = StringProperty()
    unit = NumericProperty(1.0)
    touch = NumericProperty(56.0)
    wide = BooleanProperty(defaultvalue=False)

    __events__ = ("on_language", "on_end")

    def on_language(self) -> None:
        """Event: the other language is wanted."""

    def on_end(self) -> None:
        """Event: the showing is to end."""

    def on_size(self, *_: object) -> None:
        """Everything is a multiple of the window's unit."""
        self.wide = is_wide(*self.size)
        self.unit = unit(*self.size)
        self.touch = touch_size(self.unit)
        for button in (self.ids.language, self.ids.stop):
            button.scale_to(self.unit)

    def show_code(self, modules: Modules) -> None:
        """Show one code."""
        self.ids.code.show(modules)
