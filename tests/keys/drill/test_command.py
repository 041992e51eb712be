"""``checkpoint-keys drill`` as it is called."""

import json
import xml.etree.ElementTree as ET

import pytest

from keys import cli

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def drilled(tmp_path_factory):
    """Exit code, lines of standard output, and the picture of one small drill."""
    import contextlib
    import io

    picture, out = tmp_path_factory.mktemp("drill") / "year.svg", io.StringIO()
    size = ["--scanners", "4", "--days", "60", "--seed", "3", "--processes", "1"]
    with contextlib.redirect_stdout(out):
        code = cli.main(["drill", *size, "--json", "--picture", str(picture)])
    return code, out.getvalue().splitlines(), picture.read_text(encoding="utf-8")


def test_the_figures_come_last_as_one_object(drilled):
    code, lines, _ = drilled
    figures = json.loads(lines[-1])
    assert code == 0
    assert figures["scanners"] == 4
    assert figures["days"] == 60
    assert figures["seed"] == 3
    assert figures["honest_refused"] == figures["forged_accepted_after_news"] == 0
    assert {"presented", "cannot_tell", "degraded_scanner_days", "rotations", "ceremonies", "updates"} <= set(figures)
    assert figures["seconds"] > 0


def test_verdicts_add_up_to_what_was_presented(drilled):
    figures = json.loads(drilled[1][-1])
    assert sum(sum(said.values()) for said in figures["verdicts"].values()) == figures["presented"]


def test_the_picture_is_whole_and_tells_the_year_in_words(drilled):
    root = ET.fromstring(drilled[2])
    assert root.tag == f"{SVG}svg"
    told = root.find(f"{SVG}desc").text
    assert "4 scanners through 60 days" in told
    assert "0 honest people were refused" in told
    words = ["".join(it.itertext()) for it in root.iter(f"{SVG}text")]
    assert "signing key stolen" in words
    assert "0 honest people refused" in words


def test_every_word_of_the_picture_is_large_enough_for_a_phone_and_inside_of_it(drilled):
    root = ET.fromstring(drilled[2])
    width = float(root.get("width"))
    for text in root.iter(f"{SVG}text"):
        size, x = float(text.get("font-size")), float(text.get("x"))
        length = 0.56 * size * len("".join(text.itertext()))
        assert size * 390 / width >= 9.5
        left = x - length if text.get("text-anchor") == "end" else x
        assert left >= 0
        assert left + length <= width


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--days", "10"], "a drill has 60 to 1095 days, not 10."),
        (["--processes", "0"], "a drill has 1 to 64 processes."),
        (["--picture", "nowhere/year.svg"], "the folder nowhere does not exist; make it first."),
    ],
)
def test_a_wrong_wish_is_one_sentence(capsys, arguments, sentence):
    assert cli.main(["drill", *arguments]) == 1
    assert capsys.readouterr().err == f"checkpoint-keys: {sentence}\n"


def test_an_unknown_sabotage_is_a_wrong_call(capsys):
    with pytest.raises(SystemExit) as caught:
        cli.main(["drill", "--sabotage", "be-nice"])
    assert caught.value.code == 2
    assert "activate-early" in capsys.readouterr().err
