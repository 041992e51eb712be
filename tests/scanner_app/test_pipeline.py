import threading

import numpy as np
import pytest

from scanner_app.camera.base import Shot
from scanner_app.errors import CameraError
from scanner_app.newest import Newest
from scanner_app.pipeline import DARK_FRAMES, STALL_SECONDS, Condition, Pipeline
from tests.scanner_app.builders import within

LIGHT = np.full((40, 60, 3), 200, np.uint8)
BLACK = np.zeros((40, 60, 3), np.uint8)


class ScriptedCamera:
    """Gives shots or raises errors in turn; waits at the end of the script until it is closed."""

    name = "scripted"

    def __init__(self, *script, at_end=None):
        self.script, self.at_end = list(script), at_end
        self.opened = self.closed = 0
        self.finished = threading.Event()

    def open(self):
        self.opened += 1
        if self.script and isinstance(self.script[0], Exception):
            raise self.script.pop(0)

    def read(self):
        if not self.script:
            self.finished.set()
            return self.at_end
        step = self.script.pop(0)
        if isinstance(step, Exception):
            raise step
        return step

    def close(self):
        self.closed += 1


@pytest.fixture
def a_pipeline():
    made = []

    def make(camera, read=lambda _grey: [], **options):
        woken = threading.Event()
        pipeline = Pipeline(camera, read, woken.set, retry_after=0.01, **options)
        pipeline.woken = woken
        made.append(pipeline)
        pipeline.start()
        return pipeline

    yield make
    for pipeline in made:
        assert pipeline.stop()


def test_a_code_in_a_frame_is_taken_once_with_its_frame(a_pipeline):
    camera = ScriptedCamera(Shot(LIGHT, 0.01), at_end=None)
    pipeline = a_pipeline(camera, lambda grey: ["A", "B"] if grey.shape == (40, 60) else [])
    assert within(5, lambda: bool(pipeline._sightings))
    sighting = pipeline.take()
    assert (sighting.texts, sighting.frame) == (("A", "B"), 0)
    assert pipeline.take() is None
    assert pipeline.woken.is_set()


def test_a_slow_decoder_sees_the_newest_frame_and_not_a_backlog(a_pipeline):
    go_on, numbers = threading.Event(), []

    def slowly(grey):
        numbers.append(int(grey[0, 0]))
        go_on.wait(5)
        return []

    shots = [Shot(np.full((40, 60, 3), 50 + n, np.uint8), 0.002) for n in range(100)]
    camera = ScriptedCamera(*shots)
    pipeline = a_pipeline(camera, slowly)
    assert within(5, camera.finished.is_set)
    go_on.set()
    assert within(5, lambda: len(numbers) > 1)
    assert numbers[-1] == 149
    assert len(numbers) < 10
    assert pipeline.latest.number == 99


def test_a_camera_that_is_missing_is_tried_again_until_it_is_there(a_pipeline):
    missing = [CameraError("not there", code="camera_missing") for _ in range(3)]
    camera = ScriptedCamera(*missing, *[Shot(LIGHT, 0.001)] * 50, at_end=Shot(LIGHT, 0.01))
    pipeline = a_pipeline(camera)
    assert within(5, lambda: pipeline.latest is not None)
    assert camera.opened == 4
    assert pipeline.condition(pipeline.latest.captured_at) is Condition.LIVE
    assert pipeline.failure == ""


def test_an_unplugged_camera_is_told_and_opened_again(a_pipeline):
    lost = CameraError("lost", code="camera_lost")
    camera = ScriptedCamera(Shot(LIGHT), lost, *[CameraError("no", code="camera_missing")] * 10_000)
    pipeline = a_pipeline(camera)
    assert within(5, lambda: pipeline.failure == "camera_missing")
    assert pipeline.condition(0) is Condition.FAILED
    assert pipeline.latest is None
    assert camera.closed >= camera.opened - 1


def test_a_drivers_own_fault_is_not_the_end(a_pipeline):
    camera = ScriptedCamera(Shot(LIGHT), ZeroDivisionError(), at_end=Shot(LIGHT, 0.01))
    pipeline = a_pipeline(camera)
    assert within(5, lambda: camera.opened == 2 and pipeline.latest is not None)


def test_a_frame_that_breaks_the_decoder_does_not_blind_the_lane(a_pipeline):
    calls = []

    def read(_grey):
        calls.append(1)
        if len(calls) == 1:
            raise RuntimeError
        return ["A"]

    pipeline = a_pipeline(ScriptedCamera(at_end=Shot(LIGHT, 0.01)), read)
    assert within(5, lambda: pipeline.take() is not None)


def test_a_black_picture_is_told_and_not_decoded(a_pipeline):
    decoded = []
    pipeline = a_pipeline(ScriptedCamera(at_end=Shot(BLACK, 0.001)), decoded.append)
    assert within(5, lambda: pipeline.condition(0) is Condition.DARK)
    assert pipeline._dark_frames >= DARK_FRAMES
    assert not decoded


def test_a_camera_that_sends_nothing_more_is_told(a_pipeline):
    hang = threading.Event()

    class Hanging(ScriptedCamera):
        def read(self):
            if not self.script:
                hang.wait(10)
            return super().read()

    pipeline = a_pipeline(Hanging(Shot(LIGHT)))
    assert within(5, lambda: pipeline.latest is not None)
    later = pipeline.latest.captured_at + STALL_SECONDS + 0.1
    assert pipeline.condition(later) is Condition.STALLED
    hang.set()


def test_the_end_of_a_film_is_told(a_pipeline):
    pipeline = a_pipeline(ScriptedCamera(Shot(LIGHT)))
    assert within(5, lambda: pipeline.condition(0) is Condition.ENDED)


def test_stopping_ends_both_threads_and_closes_the_camera():
    camera = ScriptedCamera(at_end=Shot(LIGHT, 60))
    pipeline = Pipeline(camera, lambda _grey: [], lambda: None)
    pipeline.start()
    assert within(5, lambda: pipeline.latest is not None)
    assert pipeline.stop()
    assert camera.closed == 1
    assert not any(thread.is_alive() for thread in pipeline._threads)


def test_the_newest_value_wins_and_closing_lets_the_waiter_go():
    box = Newest()
    box.put(1)
    box.put(2)
    assert box.take() == 2
    box.close()
    assert box.take() is None
