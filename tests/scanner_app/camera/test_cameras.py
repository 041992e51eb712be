import cv2
import numpy as np
import pytest

from scanner_app.camera import DeviceCamera, FolderCamera, VideoCamera, open_camera
from scanner_app.camera.folder import RATE
from scanner_app.errors import CameraError


def a_picture(level):
    return np.full((48, 64, 3), level, np.uint8)


@pytest.fixture
def folder(tmp_path):
    for number, level in enumerate((50, 100, 150)):
        cv2.imwrite(str(tmp_path / f"{number}.png"), a_picture(level))
    (tmp_path / "notes.txt").write_text("not a picture")
    return tmp_path


@pytest.fixture
def video(tmp_path):
    path = tmp_path / "film.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"MJPG"), 10, (64, 48))
    for level in (50, 100, 150):
        writer.write(a_picture(level))
    writer.release()
    return path


def levels(camera, count):
    shots = [camera.read() for _ in range(count)]
    return [None if shot is None else round(int(shot.picture[0, 0, 0]), -1) for shot in shots]


def test_the_source_decides_the_camera(folder, video):
    assert isinstance(open_camera("0"), DeviceCamera)
    assert isinstance(open_camera(str(folder)), FolderCamera)
    assert isinstance(open_camera(str(video)), VideoCamera)


def test_a_folder_shows_each_picture_for_its_time_and_begins_again(folder):
    camera = FolderCamera(folder, seconds_each=2 / RATE)
    camera.open()
    assert levels(camera, 8) == [50, 50, 100, 100, 150, 150, 50, 50]
    assert camera.read().hold == 1 / RATE


def test_a_folder_shown_once_ends(folder):
    camera = FolderCamera(folder, seconds_each=0.001, once=True)
    camera.open()
    assert levels(camera, 4) == [50, 100, 150, None]


def test_a_video_plays_at_its_own_pace_and_begins_again(video):
    camera = VideoCamera(video)
    camera.open()
    assert levels(camera, 4) == [50, 100, 150, 50]
    assert camera.read().hold == pytest.approx(0.1)
    camera.close()


def test_a_video_played_once_ends(video):
    camera = VideoCamera(video, once=True)
    camera.open()
    assert levels(camera, 4) == [50, 100, 150, None]
    camera.close()


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda tmp: VideoCamera(tmp / "none.avi"), "source_missing"),
        (lambda tmp: FolderCamera(tmp / "none"), "source_missing"),
        (FolderCamera, "source_missing"),
        (lambda tmp: VideoCamera(_junk(tmp / "junk.avi")), "source_unreadable"),
        (lambda tmp: DeviceCamera(0, devices=tmp), "camera_missing"),
    ],
)
def test_a_source_that_does_not_open_says_why(tmp_path, make, code):
    with pytest.raises(CameraError) as told:
        make(tmp_path).open()
    assert told.value.code == code
    assert told.value.message


def test_a_broken_picture_in_a_folder_is_told(tmp_path):
    _junk(tmp_path / "0.png")
    camera = FolderCamera(tmp_path)
    camera.open()
    with pytest.raises(CameraError, match=r"0\.png"):
        camera.read()


def _junk(path):
    path.write_bytes(b"nothing that anybody could play" * 50)
    return path


class Device:
    """Stands for OpenCV's capture of a device."""

    def __init__(self, opened=True, frames=1):
        self.opened, self.frames, self.released = opened, frames, False

    def isOpened(self):
        return self.opened

    def set(self, *_):
        return True

    def read(self):
        self.frames -= 1
        return (True, a_picture(9)) if self.frames >= 0 else (False, None)

    def release(self):
        self.released = True


@pytest.fixture
def devices(tmp_path):
    (tmp_path / "video0").touch()
    return tmp_path


def test_a_device_in_use_is_told_from_a_missing_one(devices):
    with pytest.raises(CameraError) as told:
        DeviceCamera(0, lambda *_: Device(opened=False), devices).open()
    assert told.value.code == "camera_busy"


def test_a_device_that_is_unplugged_is_told_and_let_go(devices):
    device = Device(frames=1)
    camera = DeviceCamera(0, lambda *_: device, devices)
    camera.open()
    assert camera.read().picture.shape == (48, 64, 3)
    with pytest.raises(CameraError) as told:
        camera.read()
    assert told.value.code == "camera_lost"
    camera.close()
    assert device.released
    with pytest.raises(CameraError):
        camera.read()
