import base64
import json
from pathlib import Path

import pytest

from scanner_app.decoding import Decoder, PictureError, read_picture
from scanner_app.decoding.engines import ZbarEngine, ZxingEngine

OPEN_DATA = Path(__file__).parents[4] / "shared" / "conformance" / "dcc"
CASES = sorted(OPEN_DATA.glob("*/*.json"))

pytestmark = pytest.mark.skipif(not CASES, reason="the open test data (../shared/conformance/dcc) is not here")


def document(path):
    return json.loads(path.read_text(encoding="utf-8"))


def named(path):
    return f"{path.parent.name}/{path.stem}"


@pytest.mark.parametrize("path", [case for case in CASES if case.with_suffix(".png").exists()], ids=named)
@pytest.mark.parametrize("engines", [[ZxingEngine, ZbarEngine], [ZxingEngine], [ZbarEngine]])
def test_a_published_picture_is_read_as_its_text(path, engines):
    decoder = Decoder([engine() for engine in engines])
    assert read_picture(path.with_suffix(".png"), decoder) == [document(path)["PREFIX"]]


def embedded():
    """The cases with a picture inside, and whether it must be read as the case's text."""
    for path in CASES:
        case = document(path)
        if case.get("2DCODE"):
            yield pytest.param(case, case["EXPECTEDRESULTS"].get("EXPECTEDPICTUREDECODE", True), id=named(path))


@pytest.mark.parametrize(("case", "readable"), list(embedded()))
def test_a_picture_inside_a_case_is_read_as_its_flag_says(case, readable, tmp_path):
    path = tmp_path / "code.png"
    path.write_bytes(base64.b64decode(case["2DCODE"]))
    assert (texts_of(path) == [case["PREFIX"]]) == readable


def texts_of(path):
    try:
        return read_picture(path)
    except PictureError:
        return []
