import json
import subprocess
import sys

from tests.scanner_app.conftest import ROOT


def test_no_text_is_cut_on_any_screen_from_320x480_to_1920x1080(display):
    result = subprocess.run(
        [sys.executable, "-m", "tests.scanner_app.screens.fitting"], cwd=ROOT, check=False,
        env=display.environment(), capture_output=True, timeout=100, text=True,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    answers = json.loads(result.stdout)
    assert len(answers) > 200
    assert [answer for answer in answers if answer[-1] < 0] == []
