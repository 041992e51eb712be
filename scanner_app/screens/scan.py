"""The scan screen: what the camera sees, where to hold the code, and what is wrong if nothing comes.

Left out: cameras and decoding; the screen is handed frames.
"""

from __future__ import annotations

from pathlib import Path

import cv2
from kivy.graphics import Color, Rectangle
from kivy.graphics.texture import Texture
from kivy.lang import Builder
from kivy.properties import BooleanProperty, ListProperty, NumericProperty, StringProperty
from kivy.uix.screenmanager import Screen
from kivy.uix.widget import Widget

from scanner_app.camera.base import Picture
from scanner_app.layout import touch_size, unit
from scanner_app.screens import parts  # noqa: F401  defines TopBar and BigButton, which scan.kv names
from scanner_app.shapes import draw_viewfinder

Builder.load_file(str(Path(__file__).with_suffix(".kv")))

PREVIEW_MOST = 720
"""Longer side of the preview in pixels: enough to aim, cheap to upload without a graphics card."""


class Preview(Widget):
    """The newest frame over the whole widget, cut at the longer side, with a viewfinder."""

    unit = NumericProperty(1.0)
    active = BooleanProperty(defaultvalue=True)
    finder = ListProperty([0, 0, 0])
    """Centre and side of the viewfinder, in pixels."""

    def __init__(self, **options: object) -> None:
        super().__init__(**options)
        self._texture: Texture | None = None
        self.bind(pos=self._draw, size=self._draw, active=self._draw, finder=self._draw)

    def show(self, picture: Picture) -> None:
        """Upload `picture` (blue-green-red); the drawing stays as it is unless its size changed."""
        small = _for_preview(picture)
        height, width = small.shape[:2]
        if self._texture is None or self._texture.size != (width, height):
            self._texture = Texture.create(size=(width, height), colorfmt="rgba")
            self._draw()
        self._texture.blit_buffer(small.tobytes(), colorfmt="rgba", bufferfmt="ubyte")
        self.canvas.ask_update()

    def _draw(self, *_: object) -> None:
        self.canvas.clear()
        if not self.active:
            return
        with self.canvas:
            Color(1, 1, 1, 1)
            if self._texture is not None:
                Rectangle(texture=self._texture, pos=self.pos, size=self.size, tex_coords=self._cover())
            x, y, side = self.finder
            draw_viewfinder((x, y), side, 3 * self.unit)

    def _cover(self) -> tuple[float, ...]:
        """Texture coordinates that fill the widget, upside down as OpenCV's rows are."""
        picture = self._texture.width / self._texture.height
        place = self.width / max(1, self.height)
        cut_x = max(0.0, (1 - place / picture) / 2)
        cut_y = max(0.0, (1 - picture / place) / 2)
        left, right, low, high = cut_x, 1 - cut_x, 1 - cut_y, cut_y
        return (left, low, right, low, right, high, left, high)


def _for_preview(picture: Picture) -> Picture:
    height, width = picture.shape[:2]
    scale = PREVIEW_MOST / max(height, width)
    if scale < 1:
        size = (max(1, int(width * scale)), max(1, int(height * scale)))
        picture = cv2.resize(picture, size, interpolation=cv2.INTER_LINEAR)  # type: ignore[assignment]
    return cv2.cvtColor(picture, cv2.COLOR_BGR2RGBA)  # type: ignore[return-value]


class ScanScreen(Screen):
    """Waits for a code; `on_language` when the language button is pressed."""

    post = StringProperty()
    age = StringProperty()
    loud = BooleanProperty(defaultvalue=False)
    hint = StringProperty()
    notice = StringProperty()
    other_language = StringProperty()
    unit = NumericProperty(1.0)
    touch = NumericProperty(56.0)

    __events__ = ("on_language",)

    def on_language(self) -> None:
        """Event: the other language is wanted."""

    def on_size(self, *_: object) -> None:
        """Everything is a multiple of the window's unit."""
        self.unit = unit(*self.size)
        self.touch = touch_size(self.unit)
        self.ids.language.scale_to(self.unit)

    def show_frame(self, picture: Picture) -> None:
        """Show the newest frame."""
        self.ids.preview.show(picture)
