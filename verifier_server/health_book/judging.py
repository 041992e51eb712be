"""A code in a picture judged as a checkpoint would judge it, by what scanners are given: "try my card".

The trust data is that of the published release, read once for each. Where nothing is published yet, a scanner
cannot tell, and neither does this. Nothing that was tried is kept. Left out: the live camera, whose single pictures
the page's script sends here.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import zxingcpp

from keys.client.load import dated_trust
from vaccine_pass.appearance import LOOKS, Look
from vaccine_pass.reasons import Outcome, Reason
from vaccine_pass.trust import TrustData
from vaccine_pass.verdict import Verdict
from vaccine_pass.verify import Verifier
from verifier_server.channel.reading import ChannelFolder
from verifier_server.web.pictures import opened

if TYPE_CHECKING:
    from pathlib import Path

    from verifier_server.channel.reading import Published

_MOST_CODES = 4


@dataclass(frozen=True, slots=True)
class Judged:
    """What is shown: the verdict, and how it looks at a checkpoint."""

    verdict: Verdict
    look: Look
    look_name: str


def judge_picture(data: bytes, published: Path, now: float) -> Judged:
    """Judge the code in a picture.

    :raises FieldError: ``bad_picture``.
    """
    picture = opened(data)
    texts = [code.text for code in zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)]
    if not texts:
        return _shown(Verdict(Outcome.CANNOT_TELL, Reason.NO_CODE))
    verifier = _verifier(published)
    verdicts = [verifier.judge(text, now) for text in texts[:_MOST_CODES]]
    # A card lies beside other codes: the pass among them is what was meant.
    return _shown(next((one for one in verdicts if one.format), verdicts[0]))


def trust_of(published: Published) -> TrustData:
    """Return what a scanner trusts that holds this release whole.

    :raises PassError: a file of it is damaged.
    """
    data, _signed_at = dated_trust(published.release.target, published.roles)
    return data


def _verifier(folder: Path) -> Verifier:
    here = folder.resolve() / "metadata" / "timestamp.json"
    try:
        changed = here.stat().st_mtime_ns
    except FileNotFoundError:
        return Verifier(TrustData(signers=()))
    return _of_release(folder, str(here), changed)


@lru_cache(maxsize=2)
def _of_release(folder: Path, _release: str, _changed: int) -> Verifier:
    published = ChannelFolder(folder).published()
    return Verifier(TrustData(signers=()) if published is None else trust_of(published))


def _shown(verdict: Verdict) -> Judged:
    status = verdict.claims.status if verdict.claims else None
    shown = status if verdict.outcome is Outcome.ACCEPTED and status else verdict.outcome
    return Judged(verdict, LOOKS[shown], shown.value)
