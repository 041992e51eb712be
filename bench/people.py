"""Made-up people with really signed passes, for benchmarks, screens and tests of the scanner.

The signer is thrown away with the process: its keys are trusted by nothing but the trust list
made here. Never used to issue anything.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import cv2
import numpy as np

from bench.signers import ThrowawaySigner
from vaccine_pass.claims import DomesticClaims
from vaccine_pass.dates import PartialDate
from vaccine_pass.sign import domestic_text
from vaccine_pass.status import Status, status_of
from vaccine_pass.trust import TrustData, to_document
from verifier_server.drawing import bulk_png

DAY = 86_400
FRAME = (1280, 720)


def trust_in(signer: ThrowawaySigner, signed_at: float | None = None) -> TrustData:
    """Trust data with this signer alone."""
    return TrustData((signer.entry(),), signed_at=signed_at)


def write_trust(signer: ThrowawaySigner, path: Path, signed_at: float | None = None) -> Path:
    """Write `trust_in(signer)` as a trust file; the path again."""
    document = to_document(trust_in(signer, signed_at))
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


@dataclass(frozen=True)
class Person:
    """Somebody with a pass; the fields as on `DomesticClaims`."""

    name: str = "Nguyễn Thị Hoàng Phương Thảo"
    birth: PartialDate = field(default_factory=lambda: PartialDate(1990, 1, 31))
    doses: int = 2
    series: int = 2
    vaccine: int = 4
    last_dose: date = date(2021, 7, 30)
    serial: int = 0x162C4A
    days_valid: float = 90

    @property
    def status(self) -> Status:
        """None, partial or complete."""
        return status_of(self.doses, self.series)

    def claims(self, now: float | None = None) -> DomesticClaims:
        """What the pass says when it was issued an hour before `now`."""
        issued = int(time.time() if now is None else now) - 3600
        before = self.doses == 0
        return DomesticClaims(
            name=self.name,
            birth=self.birth,
            serial=self.serial,
            doses=self.doses,
            series=None if before else self.series,
            vaccine=None if before else self.vaccine,
            last_dose=None if before else self.last_dose,
            issued_at=issued,
            expires_at=int(issued + 3600 + self.days_valid * DAY) - (1 if before else 0) * 7200,
        )

    def text(self, signer: ThrowawaySigner, now: float | None = None) -> str:
        """The signed pass."""
        return domestic_text(self.claims(now), signer)

    def other(self, **changes: object) -> Person:
        """Somebody like this person except for `changes`."""
        return replace(self, **changes)


def altered(text: str) -> str:
    """`text` with one character of its signature changed, still Base45."""
    at = len(text) - 6
    return text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :]


def card(text: str, person: Person, pixels: int = 520) -> np.ndarray:
    """The drawn pass, `pixels` wide, as a colour picture."""
    drawing = bulk_png(text, status=person.status, doses=person.doses, series=person.series)
    picture = cv2.imdecode(np.frombuffer(drawing, np.uint8), cv2.IMREAD_COLOR)
    height = round(pixels * picture.shape[0] / picture.shape[1])
    return cv2.resize(picture, (pixels, height), interpolation=cv2.INTER_AREA)


def frame_with(picture: np.ndarray | None = None, size: tuple[int, int] = FRAME) -> np.ndarray:
    """A camera frame of a dim room, with `picture` held in its middle."""
    width, height = size
    room = np.linspace(70, 130, width, dtype=np.uint8)
    frame = np.repeat(np.tile(room, (height, 1))[:, :, None], 3, axis=2)
    if picture is not None:
        picture = picture[: height - 8]
        top, left = (height - picture.shape[0]) // 2, (width - picture.shape[1]) // 2
        frame[top : top + picture.shape[0], left : left + picture.shape[1]] = picture
    return frame


def write_frame(path: Path, frame: np.ndarray) -> Path:
    """Write a frame as a picture; the path again."""
    cv2.imwrite(str(path), frame)
    return path
