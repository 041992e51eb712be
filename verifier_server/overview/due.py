"""What is due, joined from alarms, keys, trust channel, scanners and approvals, the most urgent first.

Each part says its own sentences; here they get one order. A timer's work is left out as long as
the timer does it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from keys.lifecycle import DAY
from keys.report import Kind
from vaccine_pass.errors import CheckpointError
from vaccine_pass.verify import STALE_AFTER_DAYS
from verifier_server.alarms.pages import open_alarms
from verifier_server.alarms.pages import said as alarm_said
from verifier_server.approvals import lists, view
from verifier_server.channel import pages as channel
from verifier_server.scanners.ages import Standing, aged, counts
from verifier_server.scanners.listing import in_use
from verifier_server.signers.due import due as due_for_keys
from verifier_server.signers.words import words as key_words
from verifier_server.web.display import counted, day_of
from verifier_server.web.sentences import sentence
from verifier_server.web.services import reading, services

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SIGNERS, CHANNEL, SCANNERS, APPROVALS, ALARMS = "signers", "channel", "scanners", "approvals", "alarms"


EXPORT = "checkpoint-keys export-bundle --out trust.zip"


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do.

    :ivar part: the part it belongs to, by its blueprint's name.
    :ivar by: the last moment for it, Unix seconds.
    :ivar command: to be copied; None when it is done on a page.
    :ivar page: where to read more, or to do it.
    """

    part: str
    sentence: Markup
    by: int
    urgent: bool
    command: str | None
    page: str


def tasks(now: int) -> list[Task]:
    """Everything that is due, urgent things first, then by date."""
    found = [task for part in PARTS for task in part(now)]
    return sorted(found, key=lambda task: (not task.urgent, task.by))


def _of_keys(now: int) -> Iterator[Task]:
    store, page = services().key_store, url_for("signers.index")
    if not store.exists():
        said = Markup("{}").format(_("Chưa có khóa ký và kênh tin cậy. Người giữ khóa tạo bằng lệnh này."))
        yield Task(SIGNERS, said, now, True, "checkpoint-keys init", page)
        return
    forms = key_words().forms
    for one in due_for_keys(store.signers(), now, sign_days=store.sign_days()):
        if one.kind is not Kind.PUBLISH:  # the channel's own step
            said = Markup("<b>{}.</b> {}").format(forms[one.form], one.sentence)
            yield Task(SIGNERS, said, one.by, one.urgent, one.command, page)


def _of_the_channel(now: int) -> Iterator[Task]:
    folder, page = channel.channel_folder(), url_for("channel.index")
    try:
        published, proposed = folder.published(), folder.proposal()
        for one in channel.channel_due(published, proposed, now):
            if one.urgent or not one.by_itself:
                yield Task(CHANNEL, one.sentence, one.by, one.urgent, one.command, page)
        if published is not None and lists.are_behind(reading(), published.release, proposed, now):
            said = _("Có thẻ vừa thu hồi hoặc bỏ thu hồi mà máy quét chưa biết. Ghi danh sách mới, rồi làm theo lệnh.")
            yield Task(APPROVALS, Markup("{}").format(said), now, True, lists.COMMAND, url_for("approvals.index"))
    except CheckpointError as problem:
        yield Task(CHANNEL, Markup("{}").format(sentence(problem)), now, True, "checkpoint-keys status", page)
        return
    if published is None and proposed is None and services().key_store.exists():
        said = Markup("{}").format(_("Chưa có kênh tin cậy, nên chưa máy quét nào tin thẻ nào."))
        yield Task(CHANNEL, said, now, True, "checkpoint-keys init --holder PUBLIC.json", page)


def _of_approvals(_now: int) -> Iterator[Task]:
    for state in ("waiting", "unfinished"):
        for row in view.rows(state):
            batch = row["batch"]
            page = url_for("approvals.show", number=batch.id)
            if state == "waiting":
                said = ngettext(
                    "%(title)s (%(count)s thẻ) chờ người quản trị thứ hai.",
                    "%(title)s (%(count)s thẻ) chờ người quản trị thứ hai.",
                    batch.proposed_passes,
                    title=row["title"],
                    count=counted(batch.proposed_passes),
                )
            else:
                said = _("%(title)s: đang làm dở, cần làm tiếp.", title=row["title"])
            yield Task(APPROVALS, Markup("{}").format(said), batch.proposed_at, True, None, page)


def _of_scanners(now: int) -> Iterator[Task]:
    found = aged(in_use(reading()), now)
    numbers, page = counts(found), url_for("scanners.index")
    if stale := numbers[Standing.STALE]:
        said = ngettext(
            "%(num)s máy quét chỉ trả lời “chưa rõ”: dữ liệu quá 21 ngày. Mang bản này đến bằng USB.",
            "%(num)s máy quét chỉ trả lời “chưa rõ”: dữ liệu quá 21 ngày. Mang bản này đến bằng USB.",
            stale,
        )
        yield Task(SCANNERS, Markup("{}").format(said), now, True, EXPORT, page)
    if old := [it.days or 0 for it in found if it.standing is Standing.WARN]:
        by = now + (int(STALE_AFTER_DAYS) - max(old)) * DAY
        said = ngettext(
            "%(num)s máy quét có dữ liệu quá 7 ngày. Từ ngày %(day)s có máy chỉ còn trả lời “chưa rõ”.",
            "%(num)s máy quét có dữ liệu quá 7 ngày. Từ ngày %(day)s có máy chỉ còn trả lời “chưa rõ”.",
            len(old),
            day=day_of(by),
        )
        yield Task(SCANNERS, Markup("{}").format(said), by, False, EXPORT, page)


def _of_alarms(_now: int) -> Iterator[Task]:
    for alarm, about in open_alarms():
        said = Markup("<b>{}.</b> {}").format(about, alarm_said(alarm))
        yield Task(ALARMS, said, alarm.raised_at, True, None, url_for("alarms.index"))


PARTS: tuple[Callable[[int], Iterator[Task]], ...] = (
    _of_alarms,
    _of_approvals,
    _of_the_channel,
    _of_scanners,
    _of_keys,
)
