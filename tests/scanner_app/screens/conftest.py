"""The real window on a screen that nobody sees."""

import shutil

import pytest

from bench.people import Person, altered, card, frame_with, write_frame, write_trust
from bench.stage import Display, Scanner

WIDTH, HEIGHT = 360, 720
NAMES = ("Nguyễn Thị Hoàng Phương Thảo", "Trần Văn Dũng", "Lê Thị Hòa")


@pytest.fixture(scope="session")
def queue_of_people(signer, tmp_path_factory):
    """A folder of frames: five people with an empty room between them."""
    complete = Person(name=NAMES[0])
    begun = Person(name=NAMES[1], doses=1, vaccine=1, serial=2)
    none = Person(name=NAMES[2], doses=0, serial=3)
    texts = [(person.text(signer), person) for person in (complete, begun, none)]
    texts += [(altered(texts[0][0]), complete), ("VN2:" + texts[0][0][4:], complete)]
    folder = tmp_path_factory.mktemp("queue")
    for number, (text, person) in enumerate(texts):
        write_frame(folder / f"{number}-a.png", frame_with(card(text, person)))
        write_frame(folder / f"{number}-b.png", frame_with())
    return folder


@pytest.fixture(scope="session")
def session_trust(signer, tmp_path_factory):
    return write_trust(signer, tmp_path_factory.mktemp("trust") / "trust.json")


@pytest.fixture(scope="module")
def display():
    for program in ("Xvfb", "xdotool"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed, so there is no screen to run the window on")
    with Display(WIDTH, HEIGHT) as shown:
        # Keys go to the window under the pointer where no window manager gives the focus.
        shown.xdotool("mousemove", str(WIDTH // 2), str(HEIGHT // 3))
        yield shown


@pytest.fixture
def a_scanner(display, session_trust, tmp_path):
    """Starts the window: `a_scanner("--source", ...)`; stopped after the test."""
    started = []

    def start(*arguments, **options):
        size = f"{WIDTH}x{HEIGHT}"
        scanner = Scanner(display, "--trust", str(session_trust), "--size", size, *arguments, cwd=tmp_path, **options)
        started.append(scanner)
        return scanner

    yield start
    for scanner in started:
        scanner.stop()
