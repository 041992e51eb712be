import cv2
import numpy as np
import pytest

from bench.frames import HEIGHT, STEPS, WIDTH, frames, random_texts
from bench.spoils import KINDS
from scanner_app.decoding import Decoder


def test_the_same_seed_makes_the_same_frames_and_another_seed_others():
    texts = random_texts(4, 1)
    first, again, other = (list(frames(texts, 3, seed)) for seed in (1, 1, 2))
    assert all(np.array_equal(one.picture, two.picture) for one, two in zip(first, again, strict=True))
    assert not any(np.array_equal(one.picture, two.picture) for one, two in zip(first, other, strict=True))


def test_texts_are_distinct_and_as_long_as_passes():
    texts = random_texts(40, 1)
    assert len(set(texts)) == 40
    assert {(text[:4], len(text)) for text in texts} == {("VN1:", 249), ("HC1:", 594)}
    assert random_texts(40, 1) == texts


def test_every_kind_and_step_comes_with_both_lengths_of_text():
    made = list(frames(random_texts(10, 1), len(KINDS) * len(STEPS) * 2, 1))
    assert {(frame.kind, frame.step) for frame in made} == {(kind, step) for kind in KINDS for step in STEPS}
    for kind in KINDS:
        assert {len(frame.text) for frame in made if frame.kind == kind} == {249, 594}
    assert all(frame.picture.shape == (HEIGHT, WIDTH, 3) for frame in made)


@pytest.mark.parametrize("kind", KINDS)
def test_the_mildest_frame_of_each_kind_is_readable(kind, monkeypatch):
    monkeypatch.setitem(KINDS, kind, lambda _level, shot=KINDS[kind]: shot(0.0))
    number = list(KINDS).index(kind)
    frame = list(frames(random_texts(2, 1), number + 1, 1))[-1]
    assert frame.kind == kind
    assert Decoder().read(frame.grey) == [frame.text]


def test_a_frame_in_grey_is_what_a_camera_gives_the_decoder():
    frame = next(frames(random_texts(1, 1), 1, 1))
    assert np.array_equal(frame.grey, cv2.cvtColor(frame.picture, cv2.COLOR_BGR2GRAY))
