"""What is due for the trust channel, as one plain sentence and the command that does it.

The rules are `keys.channel.status`; here they get their words. Each command is to be copied: the
publisher or a holder runs it on a machine of their own.
"""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask_babel import gettext as _
from markupsafe import Markup

from keys.channel import documents, status
from keys.channel.place import DEFAULT_CHANNEL
from keys.store import DEFAULT_FOLDER
from verifier_server.channel.words import role_name
from verifier_server.web.display import day_of, moment

if TYPE_CHECKING:
    from pathlib import Path

    from keys.channel.proposal import Proposal
    from keys.lifecycle import Signers
    from verifier_server.channel.reading import Published


@dataclass(frozen=True, slots=True)
class Due:
    """One thing to do.

    :ivar by: the last moment for it, Unix seconds.
    :ivar urgent: it is to be done today.
    :ivar by_itself: a timer does it; people only have to when it was late.
    """

    sentence: Markup
    command: str
    by: int
    urgent: bool
    by_itself: bool


def due(
    published: Published | None, proposed: Proposal | None, signers: Signers | None, now: int, options: str = ""
) -> list[Due]:
    """What is due, the most urgent first.

    :param signers: those of the key folder, None when there is none on this machine.
    :param options: ends each command, so that it can be copied as it is.
    """
    release = published.release if published else None
    more: tuple[status.Due, ...] = ()
    if signers is not None and release is not None:
        more = status.changed_signers(release, proposed, documents.signers(signers), now, options)
    steps = status.next_steps(release, proposed, now, options, more)
    return [_said(step, now) for step in steps]


def options_for(channel: Path, keys: Path) -> str:
    """The options of commands for folders that are not the usual ones."""
    given = {"--keys": (keys, DEFAULT_FOLDER), "--channel": (channel, DEFAULT_CHANNEL)}
    return "".join(f" {name} {shlex.quote(str(path))}" for name, (path, usual) in given.items() if path != usual)


def _said(step: status.Due, now: int) -> Due:
    urgent, by_itself = step.by <= now, step.kind == "refresh"
    return Due(_sentence(step, urgent=urgent), step.command, step.by, urgent, by_itself)


def _sentence(step: status.Due, *, urgent: bool) -> Markup:
    # The publisher's own signatures last for days, so the hour matters.
    by = moment(step.by) if step.kind == "refresh" else day_of(step.by)
    when = _("ngay hôm nay") if urgent else _("trước ngày %(day)s", day=by)
    names = Markup(", ").join(Markup('<span class="key-name">{}</span>').format(name) for name in _who(step))
    text = {
        "sign": _("Đề nghị đang mở còn thiếu chữ ký. Ai trong những người này ký cũng được: %(names)s."),
        "publish": _("Đề nghị đã đủ chữ ký. Hãy công bố %(when)s."),
        "renew": _("Mời người giữ khóa ký lại %(when)s: %(names)s."),
        "refresh": _("Máy công bố ký lại %(when)s. Hẹn giờ chạy việc này mỗi giờ."),
        "revocations": _("Chưa có danh sách thẻ bị thu hồi, nên máy quét trả lời “chưa rõ”. Hãy công bố %(when)s."),
        "compare": _(
            "Từ hơn ba ngày nay chưa ai so danh sách thẻ bị thu hồi với sổ đăng ký. Hãy so %(when)s; hẹn giờ mỗi ngày."
        ),
        "signers": _("Danh sách khóa ký đã đổi mà máy quét chưa biết. Hãy đề nghị %(when)s."),
    }.get(step.kind, "%(names)s")
    if step.kind == "refresh" and urgent:
        text = _("Máy công bố đã trễ hẹn ký lại. Hãy chạy lệnh này %(when)s và xem lại hẹn giờ.")
    return Markup(text) % {"when": when, "names": names or step.what}  # noqa: S704  the catalogue's own text


def _who(step: status.Due) -> tuple[str, ...]:
    return tuple(role_name(name) for name in step.who) if step.kind == "renew" else step.who
