"""What the page of the trust channel calls things, in the language of the page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask_babel import gettext as _

from verifier_server.units.provinces import province_name
from verifier_server.web.display import day_of
from verifier_server.web.languages import language

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from verifier_server.channel.drawing import Part
    from verifier_server.channel.reading import Role

_PUBLISHER = "Publisher"


@dataclass(frozen=True, slots=True)
class Words:
    """Everything that the chart writes; ``expires`` and ``expired`` hold ``{day}``."""

    title: str
    today: str
    expires: str
    expired: str
    kinds: Mapping[str, str]

    def roles_short(self, role: Role) -> str:
        """A role's name in the chart."""
        return role_name(role.name)

    def holders(self, names: Sequence[str]) -> str:
        """The names of key holders in a line."""
        return ", ".join(map(holder_name, names))

    def part(self, part: Part) -> str:
        """A stretch as a tip: what scanners do, and from when until when."""
        return f"{self.kinds[part.kind]} {day_of(part.start)} – {day_of(part.end)}"

    def told(self, role: Role, parts: Sequence[Part]) -> str:
        """A role's bar as one sentence for a screen reader."""
        return f"{role_name(role.name)}: {', '.join(self.part(part) for part in parts)}."


def words() -> Words:
    """The words in the language of this request."""
    return Words(
        title=_("Thời hạn của từng vai trò trong kênh tin cậy"),
        today=_("hôm nay"),
        expires=_("hết hạn {day}"),
        expired=_("đã hết hạn {day}"),
        kinds={"fresh": _("còn mới"), "old": _("máy quét cảnh báo"), "stale": _("máy quét trả lời “chưa rõ”")},
    )


def holder_name(name: str) -> str:
    """A key holder's name; the publisher's machine (`checkpoint-keys` names it) in the language of the page."""
    machine, space, which = name.partition(" ")
    return f"Máy công bố{space}{which}" if machine == _PUBLISHER and language() == "vi" else name


def role_name(name: str) -> str:
    """A role's name for people; its TUF name stands beside it in the table."""
    if name.startswith("rules-"):
        return _("Quy định tỉnh %(province)s", province=province_name(name.removeprefix("rules-")))
    known = {
        "root": _("Gốc"),
        "targets": _("Mục lục"),
        "keys": _("Khóa ký"),
        "unrevocation": _("Khôi phục thẻ"),
        "revocation": _("Thẻ bị thu hồi"),
        "snapshot": _("Ảnh chụp"),
        "timestamp": _("Dấu thời gian"),
    }
    return known.get(name, name)


def role_says(name: str) -> str:
    """What a role says to scanners, in a few words."""
    if name.startswith("rules-"):
        return _("quy định của một tỉnh")
    known = {
        "root": _("khóa của các vai trò bên dưới"),
        "targets": _("bảng vắc xin, và ai ký các vai trò còn lại"),
        "keys": _("khóa nào được ký thẻ"),
        "unrevocation": _("thẻ có hiệu lực trở lại"),
        "revocation": _("thẻ bị thu hồi"),
        "snapshot": _("phiên bản của từng tệp"),
        "timestamp": _("bản nào mới nhất"),
    }
    return known.get(name, "")
