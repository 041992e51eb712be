"""The one place that draws a pass: its QR code, black on a white card in a frame that says the status.

The same look twice over: `code_svg` and `code_png` for a single page (symbol by `qrcode`), `bulk_svg`
and `bulk_png` for many (symbol by zxing-cpp's writer, 20 times as fast). A test holds both against
each other. `text_svg` and `text_png` draw a plain code of what is no pass. What a pass says, and where
a picture is shown or stored, is left to others.
"""

from verifier_server.drawing.api import bulk_png, bulk_svg, code_png, code_svg
from verifier_server.drawing.caption import Caption
from verifier_server.drawing.plain import text_png, text_svg
from verifier_server.drawing.symbol import DrawingError

__all__ = ["Caption", "DrawingError", "bulk_png", "bulk_svg", "code_png", "code_svg", "text_png", "text_svg"]
