"""From a picture of a code to its text: camera frames, files, several codes at once.

What comes out is only text: nothing here knows what a pass is, and nothing is trusted. Cameras,
windows and verdicts are other folders' business.
"""

from scanner_app.decoding.decoder import Decoder, missing
from scanner_app.decoding.engines import Engine, Found, NoEngineError
from scanner_app.decoding.pictures import PictureError, read_picture

__all__ = ["Decoder", "Engine", "Found", "NoEngineError", "PictureError", "missing", "read_picture"]
