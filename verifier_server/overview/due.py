"""What is due, joined from keys, trust channel, scanners and approvals, the most urgent first.

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

from vaccine_pass.errors import CheckpointError
from verifier_server.approvals import view
from verifier_server.channel import pages as channel
from verifier_server.signers.due import due as due_for_keys
from verifier_server.signers.words import words as key_words
from verifier_server.web.sentences import sentence
from verifier_server.web.services import services

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SIGNERS, CHANNEL, APPROVALS = "signers", "channel", "approvals"


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
    for one in due_for_keys(store.signers(), now):
        if one.command.split()[1] != "propose":  # publishing is the channel's own step
            said = Markup("<b>{}.</b> {}").format(forms[one.form], one.sentence)
            yield Task(SIGNERS, said, one.by, one.urgent, one.command, page)


def _of_the_channel(now: int) -> Iterator[Task]:
    folder, page = channel.channel_folder(), url_for("channel.index")
    try:
        published, proposed = folder.published(), folder.proposal()
        for one in channel.channel_due(published, proposed, now):
            if one.urgent or not one.by_itself:
                yield Task(CHANNEL, one.sentence, one.by, one.urgent, one.command, page)
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
                    "%(title)s (%(num)s thẻ) chờ người quản trị thứ hai.",
                    "%(title)s (%(num)s thẻ) chờ người quản trị thứ hai.",
                    batch.proposed_passes,
                    title=row["title"],
                )
            else:
                said = _("%(title)s: đang làm dở, cần làm tiếp.", title=row["title"])
            yield Task(APPROVALS, Markup("{}").format(said), batch.proposed_at, True, None, page)


PARTS: tuple[Callable[[int], Iterator[Task]], ...] = (_of_approvals, _of_the_channel, _of_keys)
