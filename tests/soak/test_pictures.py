"""Any picture is read or refused in bounded time, and no text comes out that is not in it."""

import io
import time
from collections import Counter

import numpy as np
import pytest
from PIL import Image

from scanner_app.decoding import Decoder, PictureError, read_picture
from tests.issuer import a_pass, an_issuer
from tests.scanner_app.decoding.builders import a_code, a_frame, blurred
from tests.soak.timebox import MINUTES, SEED, rounds, table
from tests.vaccine_pass.test_changes import changed_bytes

TEXTS = [a_pass(an_issuer()), a_pass(an_issuer("travel"))]
MOST_SECONDS = 5.0
"""Of the processor, for one picture: the decoder's patience of a second, and one look more."""


def turned(frame, dice):
    angle = dice.uniform(-180, 180)
    return np.asarray(Image.fromarray(frame).rotate(angle, fillcolor=dice.randrange(256), expand=dice.random() < 0.5))


def cut(frame, dice):
    top, left = (dice.randrange(size // 2 + 1) for size in frame.shape)
    return frame[top : top + dice.randint(0, frame.shape[0]), left : left + dice.randint(0, frame.shape[1])]


def covered(frame, dice):
    top, left = (dice.randrange(size) for size in frame.shape)
    frame = frame.copy()
    frame[top : top + dice.randint(1, 80), left : left + dice.randint(1, 80)] = dice.randrange(256)
    return frame


def noisy(frame, dice):
    grain = np.random.default_rng(dice.getrandbits(32)).normal(0, dice.uniform(1, 90), frame.shape)
    return (frame + grain).clip(0, 255).astype(np.uint8)


def resized(frame, dice):
    width, height = (dice.randint(1, 1600) for _ in range(2))
    return np.asarray(Image.fromarray(frame).resize((width, height)))


def speckled(frame, dice):
    """Some of its dots, and so some of the code's modules, turned over."""
    chance = np.random.default_rng(dice.getrandbits(32))
    return np.where(chance.random(frame.shape) < dice.uniform(0, 0.2), 255 - frame, frame)


CHANGES = [
    turned, cut, covered, covered, noisy, resized, speckled,
    lambda frame, dice: blurred(frame, dice.uniform(0.3, 5)),
    lambda frame, dice: 255 - frame,
    lambda frame, dice: frame[:, ::-1],
    lambda frame, dice: np.full((dice.randint(0, 900), dice.randint(0, 900)), dice.randrange(256), np.uint8),
]  # fmt: skip


def a_picture(dice):
    """(what is drawn, frame): a frame with codes, or one of chance alone."""
    if dice.random() < 0.2:
        size = dice.randint(1, 720), dice.randint(1, 1280)
        return [], np.random.default_rng(dice.getrandbits(32)).integers(0, 256, size, dtype=np.uint8)
    texts = dice.sample(TEXTS, dice.choice([1, 1, 1, 2]))
    codes = [a_code(text, dice.randint(1, 4)) for text in texts]
    frame = a_frame(*((code, 20 + 630 * n, dice.randint(0, 200)) for n, code in enumerate(codes)), size=(760, 1280))
    return texts, frame


@pytest.mark.soak
@pytest.mark.timeout(MINUTES * 60 + 300)
def test_any_frame_gives_what_is_drawn_in_it_or_nothing(tell):
    tried, longest, decoder = Counter(), 0.0, Decoder()
    for dice in rounds("frames", tell, MINUTES / 2):
        drawn, frame = a_picture(dice)
        for change in dice.choices(CHANGES, k=dice.randint(0, 4)):
            frame = frame if frame.size == 0 else np.ascontiguousarray(change(frame, dice))
        begun = time.process_time()
        texts = decoder.read(frame)
        longest = max(longest, time.process_time() - begun)
        tried[f"{len(texts)} of {len(drawn)} read", "frames"] += 1
        assert set(texts) <= set(drawn), (SEED, texts)
        assert longest < MOST_SECONDS, (SEED, frame.shape)
    tell(f"{table('frames', tried)}\n  the longest took {longest:.2f} s of the processor")


def a_file(dice):
    """A picture's file, some of its bytes changed."""
    _, frame = a_picture(dice)
    kind = dice.choice(["PNG", "JPEG"])
    modes = {"PNG": ["L", "RGB", "RGBA", "P", "1", "I;16", "LA"], "JPEG": ["L", "RGB", "CMYK"]}
    data = io.BytesIO()
    picture = Image.fromarray(frame[: dice.randint(1, 300), : dice.randint(1, 300)])
    picture.convert(dice.choice(modes[kind])).save(data, kind)
    made = data.getvalue()
    for _ in range(dice.choice([0, 1, 2, 8, 100])):
        made = changed_bytes(made[: dice.randint(0, len(made))] if dice.random() < 0.05 else made, dice)
    return kind, made


@pytest.mark.soak
@pytest.mark.timeout(MINUTES * 60 + 300)
def test_any_picture_file_is_read_or_refused(tmp_path, tell):
    tried, longest, decoder = Counter(), 0.0, Decoder()
    path = tmp_path / "picture"
    for dice in rounds("picture files", tell, MINUTES / 2):
        kind, data = a_file(dice)
        path.write_bytes(data)
        begun = time.process_time()
        try:
            texts = read_picture(path, decoder)
            result = f"{len(texts)} texts"
            assert set(texts) <= set(TEXTS), (SEED, texts)
        except PictureError as error:
            result = error.code
        longest = max(longest, time.process_time() - begun)
        tried[result, kind] += 1
        assert longest < MOST_SECONDS, SEED
    tell(f"{table('picture files', tried)}\n  the longest took {longest:.2f} s of the processor")
