import json

import numpy as np
import pytest
from PIL import Image

from bench import decode
from bench.frames import frames, random_texts

ENGINES = ["zxing-cpp", "zxing-cpp, second try", "pyzbar", "pyzbar, then zxing-cpp", "opencv", "ours"]


def last_object(capsys):
    return json.loads(capsys.readouterr().out.splitlines()[-1])


@pytest.fixture(scope="module")
def figures():
    return decode.figures(decode.compare(decode.spoilt(84, 3), decode.readers()), 84)


def test_the_figures_name_every_engine_with_rate_time_and_wrong_texts(figures):
    assert figures["frames"] == 84
    for part in ("rates", "milliseconds", "wrong"):
        assert list(figures[part]) == ENGINES
    assert all(0 <= rate <= 1 for rate in figures["rates"].values())


def test_ours_reads_no_fewer_frames_than_any_other_and_no_more_wrong_texts(figures):
    assert figures["rates"]["ours"] == max(figures["rates"].values())
    assert figures["wrong"]["ours"] == 0


def test_frames_are_made_and_counted_from_the_command_line(capsys):
    assert decode.main(["--frames", "3", "--json"]) == 0
    assert last_object(capsys)["frames"] == 3


@pytest.fixture
def folder(tmp_path):
    for number, frame in enumerate(frames(random_texts(2, 1), 2, 1)):
        Image.fromarray(frame.grey).save(tmp_path / f"{number}.png")
        (tmp_path / f"{number}.txt").write_text(frame.text + "\n", encoding="utf-8")
    Image.fromarray(np.zeros((9, 9), np.uint8)).save(tmp_path / "without a text.png")
    return tmp_path


def test_pictures_of_ones_own_are_read_with_their_texts_beside_them(folder, capsys):
    assert decode.main(["--folder", str(folder), "--json"]) == 0
    figures = last_object(capsys)
    assert figures["frames"] == 2
    assert figures["rates"]["ours"] == 1


def test_a_wrong_text_is_counted(folder, capsys):
    (folder / "1.txt").write_text("VN1:SOMETHING ELSE\n", encoding="utf-8")
    decode.main(["--folder", str(folder), "--json"])
    figures = last_object(capsys)
    assert figures["rates"]["ours"] == 0.5
    assert figures["wrong"]["ours"] == 1


@pytest.mark.parametrize("name", ["empty", "not there"])
def test_a_folder_without_pictures_is_named(tmp_path, name, capsys):
    (tmp_path / "empty").mkdir()
    assert decode.main(["--folder", str(tmp_path / name)]) == 1
    assert capsys.readouterr().err.startswith("bench.decode: ")
