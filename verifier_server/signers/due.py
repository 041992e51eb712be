"""What to do next and by when, as one plain sentence and the command that does it.

The rules are `keys.steps`; here they get their words. The command is to be copied: the holder of
the key runs it at the holder's machine.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask_babel import gettext as _
from markupsafe import Markup

from keys import report
from keys.report import Kind
from keys.steps import SIGN_DAYS
from verifier_server.web.display import day_of, moment

if TYPE_CHECKING:
    from keys.lifecycle import Signers
    from keys.report import Step

_ACTIVATIONS = (Kind.ACTIVATE, Kind.EMERGENCY)


@dataclass(frozen=True, slots=True)
class Due:
    """One thing to do for one form of passes.

    :ivar keys: the names of the keys that it is about.
    :ivar sentence: with the keys' names in elements of their own, so that no line breaks inside them.
    :ivar urgent: it is to be done today.
    :ivar by: the last moment for it, Unix seconds.
    """

    form: str
    kind: Kind
    keys: tuple[str, ...]
    sentence: Markup
    command: str
    urgent: bool
    by: int


def due(signers: Signers, now: int, *, sign_days: int = SIGN_DAYS) -> list[Due]:
    """What is due for all forms, the earlier first; ``sign_days`` is the key folder's rhythm."""
    return [_due(step, now) for step in report.next_steps(signers, now, sign_days=sign_days)]


def to_activate(signers: Signers, now: int) -> frozenset[str]:
    """The names of the keys that are to be activated next, at most one of each form."""
    return frozenset(step.key for step in report.next_steps(signers, now) if step.kind in _ACTIVATIONS)


def _due(step: Step, now: int) -> Due:
    said = _activation(step, now) if step.kind in _ACTIVATIONS else _sentence(step, now)
    return Due(step.form, step.kind, step.keys, said, step.command, _urgent(step, now), step.by)


def _urgent(step: Step, now: int) -> bool:
    return _waits_until(step, now) is None and step.by <= now


def _waits_until(step: Step, now: int) -> int | None:
    return step.not_before if step.not_before is not None and step.not_before > now else None


def _sentence(step: Step, now: int) -> Markup:
    when = _("ngay hôm nay") if _urgent(step, now) else _("trước ngày %(day)s", day=day_of(step.by))
    passes = _("mã trong nước") if step.form == "domestic" else _("mã quốc tế")
    names = Markup(", ").join(map(_whole, step.keys))
    if step.kind is Kind.NEW:
        return _filled(_("Tạo khóa tiếp theo cho %(passes)s %(when)s."), passes=passes, when=when)
    if step.kind is Kind.NEW_SPARE:
        text = _(
            "Tạo khóa dự phòng cho %(passes)s %(when)s và cất ở một nơi khác: khi khóa đang ký bị mất thì dùng đến."
        )
        return _filled(text, passes=passes, when=when)
    if step.kind is Kind.RETIRE:
        return _filled(_("Khóa %(name)s đã hết hạn mà chưa ký. Cho khóa nghỉ %(when)s."), name=names, when=when)
    return _filled(_("Công bố khóa %(name)s %(when)s, để máy quét kịp biết trước khi khóa ký."), name=names, when=when)


def _activation(step: Step, now: int) -> Markup:
    name, waits_until = _whole(step.key), _waits_until(step, now)
    if step.kind is Kind.EMERGENCY and waits_until is None:
        text = _("Không còn khóa nào ký. Kích hoạt khóa dự phòng %(name)s ngay hôm nay.")
    elif step.kind is Kind.EMERGENCY:
        text = _("Không còn khóa nào ký. Kích hoạt khóa dự phòng %(name)s ngay khi được phép: từ %(start)s.")
    elif waits_until is None and _urgent(step, now):
        text = _("Kích hoạt khóa %(name)s ngay hôm nay.")
    elif waits_until is None:
        text = _("Kích hoạt khóa %(name)s trước ngày %(day)s.")
    elif step.by <= waits_until:
        text = _("Kích hoạt khóa %(name)s ngay khi được phép: từ %(start)s.")
    else:
        text = _(
            "Kích hoạt khóa %(name)s từ %(start)s và trước ngày %(day)s. Sớm hơn thì có máy quét chưa biết khóa này."
        )
    return _filled(text, name=name, start=moment(waits_until or now), day=day_of(step.by))


def _filled(text: str, **values: str) -> Markup:
    return Markup(text) % values  # noqa: S704  the catalogue's own text; the values are escaped


def _whole(name: str) -> Markup:
    return Markup('<span class="key-name">{}</span>').format(name)
