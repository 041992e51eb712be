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

    from verifier_server.signers.life import Stretch


@dataclass(frozen=True, slots=True)
class Words:
    """Everything that the drawing writes; the drawing itself knows no language.

    :ivar months: twelve short names, from January on.
    :ivar revoked: with ``{day}`` for the day.
    """

    title: str
    today: str
    months: Sequence[str]
    phases: Mapping[Phase, str]
    statuses: Mapping[KeyStatus, str]
    forms: Mapping[str, str]
    revoked: str

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
    )


def _months() -> tuple[str, ...]:
    if language() == "vi":
        return tuple(f"Th{number}" for number in range(1, 13))
    names = get_month_names("abbreviated", locale=language())
    return tuple(names[number] for number in range(1, 13))
