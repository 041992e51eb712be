"""`checkpoint-scanner decode`: what stands in the codes of pictures, without judging it.

For measuring decoders on any folder of pictures.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from scanner_app.decoding import Decoder, PictureError, missing
from scanner_app.decoding.pictures import load_grey
from scanner_app.errors import WrongCall


def decode(files: list[Path], *, as_objects: bool) -> int:
    """Print the texts of each picture; 1 when a file was no picture, else 0.

    As JSON one object a picture: `input`, `texts` (all codes found), `milliseconds` (looking for
    codes in the loaded picture). Raises `WrongCall` for a file that cannot be opened.
    """
    for path in files:
        if not path.is_file():
            raise WrongCall(f"{path} is not there or is not a file")
    decoder = ready_decoder()
    results = [_decode_one(path, decoder, as_objects=as_objects) for path in files]
    return 0 if all(results) else 1


def ready_decoder() -> Decoder:
    """A decoder with every engine of this device; on standard error what is missing, if anything."""
    decoder = Decoder()
    if (sentence := missing()) is not None:
        sys.stderr.write(f"checkpoint-scanner: {sentence}\n")
    return decoder


def _decode_one(path: Path, decoder: Decoder, *, as_objects: bool) -> bool:
    texts: list[str] = []
    problem, took = "", 0.0
    try:
        grey = load_grey(path)
        begun = time.perf_counter()
        texts = decoder.read(grey)
        took = (time.perf_counter() - begun) * 1000
    except PictureError as error:
        problem = error.message
        sys.stderr.write(f"checkpoint-scanner: {problem}\n")
    if as_objects:
        answer = {"input": str(path), "texts": texts, "milliseconds": round(took, 3)}
        sys.stdout.write(json.dumps(answer) + "\n")
    else:
        sys.stdout.writelines(text + "\n" for text in texts)
    sys.stdout.flush()
    return not problem
