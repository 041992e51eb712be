"""What to do next and by when, as one plain sentence and the command that does it.

The rule is `keys.report.next_step`; here it gets its words. The command is to be copied: the
holder of the key runs it at the holder's machine.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask_babel import gettext as _
from markupsafe import Markup

from keys import report
from keys.entry import FORMS, KeyStatus
from verifier_server.web.display import day_of, moment

if TYPE_CHECKING:
    from keys.lifecycle import Signers
    from keys.report import Step


@dataclass(frozen=True, slots=True)
class Due:
    """One thing to do for one form of passes.

    :ivar sentence: with the key's name in an element of its own, so that no line breaks inside it.
    :ivar urgent: it is to be done today.
    :ivar by: the last moment for it, Unix seconds.
    """

    form: str
    sentence: Markup
    command: str
    urgent: bool
    by: int


def due(signers: Signers, now: int) -> list[Due]:
    """What is due for each form, the earlier first."""
    steps = [report.next_step(signers, form, now) for form in FORMS]
    steps.sort(key=lambda step: now if step.by is None else step.by)
    return [_due(step, signers, now) for step in steps]


def to_activate(signers: Signers, now: int) -> frozenset[str]:
    """The names of the keys that are to be activated next, at most one of each form."""
    steps = [report.next_step(signers, form, now) for form in FORMS]
    return frozenset(_argument(step) for step in steps if _kind(step) == "activate")


def _due(step: Step, signers: Signers, now: int) -> Due:
    by = now if step.by is None else step.by
    return Due(step.form, _sentence(step, signers, now), step.command, _urgent(step, now), by)


def _kind(step: Step) -> str:
    """The command's own word: new, activate, export-trust, publish."""
    return step.command.split()[1]


def _argument(step: Step) -> str:
    return step.command.split()[2]


def _urgent(step: Step, now: int) -> bool:
    return _waits_until(step, now) is None and (step.by is None or step.by <= now)


def _waits_until(step: Step, now: int) -> int | None:
    return step.not_before if step.not_before is not None and step.not_before > now else None


def _sentence(step: Step, signers: Signers, now: int) -> Markup:
    kind = _kind(step)
    if kind == "activate":
        return _activation(step, now)
    when = _("ngay hôm nay") if _urgent(step, now) else _("trước ngày %(day)s", day=day_of(step.by or now))
    if kind == "new":
        passes = _("mã trong nước") if step.form == "domestic" else _("mã quốc tế")
        return _filled(_("Tạo khóa tiếp theo cho %(passes)s %(when)s."), passes=passes, when=when)
    names = Markup(", ").join(map(_whole, _unpublished(signers, step.form, now)))
    return _filled(_("Công bố khóa %(name)s %(when)s, để máy quét kịp biết trước khi khóa ký."), name=names, when=when)


def _activation(step: Step, now: int) -> Markup:
    name, waits_until, by = _whole(_argument(step)), _waits_until(step, now), step.by or now
    if waits_until is None and _urgent(step, now):
        text = _("Kích hoạt khóa %(name)s ngay hôm nay.")
    elif waits_until is None:
        text = _("Kích hoạt khóa %(name)s trước ngày %(day)s.")
    elif by <= waits_until:
        text = _("Kích hoạt khóa %(name)s ngay khi được phép: từ %(start)s.")
    else:
        text = _(
            "Kích hoạt khóa %(name)s từ %(start)s và trước ngày %(day)s. Sớm hơn thì có máy quét chưa biết khóa này."
        )
    return _filled(text, name=name, start=moment(waits_until or now), day=day_of(by))


def _filled(text: str, **values: str) -> Markup:
    return Markup(text) % values  # noqa: S704  the catalogue's own text; the values are escaped


def _whole(name: str) -> Markup:
    return Markup('<span class="key-name">{}</span>').format(name)


def _unpublished(signers: Signers, form: str, now: int) -> list[str]:
    return [
        entry.name
        for entry in signers
        if (entry.form, entry.status, entry.published_at) == (form, KeyStatus.PENDING, None) and entry.sign_until > now
    ]
