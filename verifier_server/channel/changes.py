"""What a proposal changes, in the language of the page, and whose signatures are there and missing."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from keys.channel import thresholds
from keys.channel.wording import Change, changes_of
from verifier_server.channel.words import holder_name, role_name
from verifier_server.web.display import day_of
from verifier_server.web.languages import language

if TYPE_CHECKING:
    from keys.channel.proposal import Proposal

ALARMING = frozenset({"gone", "untrusted", "first", "unrevoked"})


@dataclass(frozen=True, slots=True)
class Line:
    """One change: its sentence, whether to look twice, and the file's hash when it is a file."""

    sentence: str
    alarming: bool
    sha256: str | None


@dataclass(frozen=True, slots=True)
class Standing:
    """One threshold of a proposed role, and how it stands.

    :ivar by_former_root: the holders of the root that scanners trust now have to sign as well.
    :ivar sha256: of what is signed; it is read out at the ceremony.
    """

    role: str
    version: int
    by_former_root: bool
    threshold: int
    signed: tuple[str, ...]
    may_sign: tuple[str, ...]
    missing: int
    sha256: str


def lines(proposed: Proposal) -> list[Line]:
    """What changes, the order of the commands' own summary kept."""
    return [Line(_sentence(one), one.kind in ALARMING, one.values.get("sha256")) for one in changes_of(proposed)]


def standings(proposed: Proposal) -> list[Standing]:
    """Every threshold that the proposal has to meet."""
    return [
        Standing(
            role=one.role,
            version=one.version,
            by_former_root=one.whose == "before",
            threshold=one.threshold,
            signed=tuple(sorted(map(proposed.name_of, one.signed))),
            may_sign=tuple(sorted(map(proposed.name_of, one.unsigned))),
            missing=one.missing,
            sha256=sha256(proposed.roles[one.role].signed_bytes).hexdigest(),
        )
        for one in thresholds.standings(proposed)
    ]


def _sentence(change: Change) -> str:
    if language() == "en":
        return change.sentence.split(", SHA-256")[0].rstrip(".") + "." if change.kind == "file" else change.sentence
    values = dict(change.values)
    if "holder" in values:
        values["holder"] = holder_name(values["holder"])
    if "role" in values:
        values["role"] = role_name(values["role"])
    if "form" in values:
        values["form"] = {"domestic": "trong nước", "travel": "quốc tế"}[values["form"]]
        ends = values["sign_until"]
        values["until"] = "không thời hạn" if ends is None else f"đến {day_of(int(ends))}"
        values["country"] = change.values["country"].replace("any country", "nước bất kỳ")
    return VIETNAMESE[change.kind].format(**values)


_SIGNER = "khóa {kid}, thẻ {form} của {country}, ký {until}."
# English has its sentences where the holders' own commands have them (`keys.channel.wording`).
VIETNAMESE = {
    "first": "Gốc đầu tiên: từ đây máy quét tin mọi điều về sau.",
    "gone": "{holder} thôi ký {role} (khóa {key}).",
    "come": "{holder} sẽ ký {role} (khóa {key}).",
    "file": "Tệp mới {path}: {bytes} byte.",
    "untrusted": f"KHÔNG TIN NỮA: {_SIGNER}",
    "trusted": f"Tin mới hoặc tin khác trước: {_SIGNER}",
    "kept": f"Vẫn tin như trước: {_SIGNER}",
    "approved": "Danh sách thẻ bị thu hồi: {total} thẻ, {more} thẻ chưa được duyệt trước đây, bỏ ra {fewer} thẻ.",
    "unrevoked": "Danh sách thẻ được khôi phục: {total} thẻ, {more} thẻ mới, bỏ ra {fewer} thẻ.",
    "issued": "Số thẻ đã cấp, theo sổ đăng ký: {total} thẻ.",
    "again": "Ký lại, tệp không đổi: {role}.",
}
