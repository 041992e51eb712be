"""The words of the chart and its table, in the language of the page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from babel.dates import get_month_names
from flask_babel import gettext as _

from keys.entry import KeyStatus
from verifier_server.signers.life import LifeLine, Phase
from verifier_server.web.display import day_of
from verifier_server.web.languages import language

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from keys.entry import SignerEntry
    from verifier_server.signers.life import Stretch


@dataclass(frozen=True, slots=True)
class Words:
    """Everything that the drawing writes; the drawing itself knows no language.

    :ivar months: twelve short names, from January on.
    :ivar revoked: with ``{day}`` for the day.
    :ivar spare: of a key that waits to take a lost one's place. ``left``: of one that no list has any more.
    """

    title: str
    today: str
    months: Sequence[str]
    phases: Mapping[Phase, str]
    statuses: Mapping[KeyStatus, str]
    forms: Mapping[str, str]
    revoked: str
    spare: str
    left: str

    def status(self, entry: SignerEntry) -> str:
        """Where a key stands, in one or two words."""
        if entry.left_at is not None:
            return self.left
        return self.spare if entry.waits_as_spare else self.statuses[entry.status]

    def told(self, line: LifeLine) -> str:
        """A key's life as one sentence for a screen reader, with what the table says."""
        parts = [f"{self.phases[one.phase]} {period(one)}" for one in line.stretches]
        if line.revoked_at is not None:
            parts.append(self.revoked.format(day=day_of(line.revoked_at)))
        return f"{line.entry.name}: {', '.join(parts)}."


def period(stretch: Stretch) -> str:
    """The days of a stretch, as DD/MM/YYYY – DD/MM/YYYY."""
    return f"{day_of(stretch.start)} – {day_of(stretch.end)}"


def words() -> Words:
    """The words in the language of this request."""
    return Words(
        title=_("Đời của các khóa ký theo thời gian"),
        today=_("hôm nay"),
        months=_months(),
        phases={
            Phase.PENDING: _("chờ"),
            Phase.SPARE: _("dự phòng"),
            Phase.ACTIVE: _("ký"),
            Phase.PLANNED: _("dự kiến ký"),
            Phase.RETIRED: _("nghỉ"),
        },
        statuses={
            KeyStatus.PENDING: _("đang chờ"),
            KeyStatus.ACTIVE: _("đang ký"),
            KeyStatus.RETIRED: _("đã nghỉ"),
            KeyStatus.REVOKED: _("đã thu hồi"),
        },
        forms={"domestic": _("Trong nước"), "travel": _("Quốc tế")},
        revoked=_("thu hồi {day}"),
        spare=_("dự phòng"),
        left=_("đã rời danh sách"),
    )


def _months() -> tuple[str, ...]:
    if language() == "vi":
        return tuple(f"Th{number}" for number in range(1, 13))
    names = get_month_names("abbreviated", locale=language())
    return tuple(names[number] for number in range(1, 13))
