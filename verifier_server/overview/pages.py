"""`/admin`: what is due, for administrators; the way to keys, trust channel, scanners and revocations."""

from __future__ import annotations

from flask import Blueprint, Flask, current_app, render_template, url_for
from flask_babel import gettext as _

from vaccine_pass.errors import CheckpointError
from verifier_server.channel import pages as channel
from verifier_server.overview.due import tasks
from verifier_server.staff.guard import may, needs
from verifier_server.staff.permissions import Permission
from verifier_server.web.services import services

pages = Blueprint("overview", __name__, url_prefix="/admin")


def register(app: Flask) -> None:
    """Give the templates the administrators' navigation."""
    app.add_template_global(sections, "administrators_sections")


@pages.get("")
@needs(Permission.ADMINISTRATION_READ)
def index() -> str:
    """Show what is due in every part."""
    now = services().now()
    found = tasks(now)
    return render_template(
        "overview/index.html",
        urgent=[task for task in found if task.urgent],
        later=[task for task in found if not task.urgent],
        now=now,
        demo=_is_demo(),
        names={part: label for part, label, _page in sections()},
    )


def _is_demo() -> bool:
    folder = channel.channel_folder()
    try:
        return channel.is_demo(folder.published(), folder.proposal())
    except CheckpointError:
        return False  # that the channel is damaged is a task of its own


def sections() -> list[tuple[str, str, str]]:
    """The administrators' pages: part, name, address; only those that this server has and this account may see."""
    named = {
        "overview": _("Việc cần làm"),
        "signers": _("Khóa ký"),
        "channel": _("Kênh tin cậy"),
        "scanners": _("Máy quét"),
        "approvals": _("Đợt thu hồi"),
        "audit": _("Kiểm toán"),
        "alarms": _("Báo động"),
    }
    if not may(Permission.ADMINISTRATION_READ):  # a site's lead sees alarms too, and administers nothing
        del named["alarms"]
    return [(part, label, url_for(f"{part}.index")) for part, label in named.items() if _is_open(f"{part}.index")]


def _is_open(endpoint: str) -> bool:
    view = current_app.view_functions.get(endpoint)
    return view is not None and may(view.permission)
