"""`/trust`: the trust channel for administrators. Only GET: whatever changes it is a command of its holders."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, abort, render_template

from vaccine_pass.errors import CheckpointError
from verifier_server.channel import changes, words
from verifier_server.channel.drawing import LAYOUTS, drawn
from verifier_server.channel.due import Due, due, options_for
from verifier_server.channel.minutes import blocks, published_at
from verifier_server.channel.reading import ChannelFolder, Published, Role
from verifier_server.staff.guard import needs
from verifier_server.staff.permissions import Permission
from verifier_server.web.sentences import sentence
from verifier_server.web.services import services

if TYPE_CHECKING:
    from collections.abc import Iterable

    from keys.channel.proposal import Proposal

pages = Blueprint("channel", __name__, url_prefix="/trust")

MOST_NUMBER = 999_999


@pages.get("")
@needs(Permission.TRUST_READ)
def index() -> str:
    """Show what is published, what is proposed and what is due."""
    folder, now = channel_folder(), services().now()
    try:
        published, proposed = folder.published(), folder.proposal()
    except CheckpointError as problem:
        return render_template("channel/damaged.html", problem=sentence(problem), detail=problem.message)
    said = words.words()
    roles = published.roles if published else ()
    return render_template(
        "channel/index.html",
        published=published,
        proposed=proposed,
        demo=is_demo(published, proposed),
        due=channel_due(published, proposed, now),
        changes=changes.lines(proposed) if proposed else (),
        standings=changes.standings(proposed) if proposed else (),
        charts=[drawn(roles, now, said, layout) for layout in LAYOUTS] if roles else [],
        people=holders(role for role in roles if not role.online),
        minutes=[(number, published_at(folder.minutes_of(number) or "")) for number in folder.minutes()],
        now=now,
        said=said,
        role_name=words.role_name,
        role_says=words.role_says,
    )


@pages.get("/minutes/<int:number>")
@needs(Permission.TRUST_READ)
def minutes(number: int) -> str:
    """Show the minutes of a release, to read and to print."""
    return render_template("channel/minutes.html", number=number, blocks=blocks(_minutes(number)))


@pages.get("/minutes/<int:number>.md")
@needs(Permission.TRUST_READ)
def minutes_file(number: int) -> Response:
    """Return the minutes as the file they are."""
    answer = Response(_minutes(number), mimetype="text/markdown")
    answer.headers["Content-Disposition"] = f'attachment; filename="release-{number:06d}.md"'
    return answer


def channel_folder() -> ChannelFolder:
    """The channel's folder of this server."""
    return ChannelFolder(services().config.published_channel)


def channel_due(published: Published | None, proposed: Proposal | None, now: int) -> list[Due]:
    """What is due for the channel; with the key folder's signers when it is on this machine."""
    config, store = services().config, services().key_store
    signers = store.signers() if store.exists() else None
    options = options_for(config.published_channel.parent, config.keys_folder)
    return due(published, proposed, signers, now, options)


def holders(roles: Iterable[Role]) -> list[tuple[str, list[str]]]:
    """Who holds keys of which roles: people by name, with their roles in the order of the table."""
    found: dict[str, list[str]] = {}
    for role in roles:
        for name in role.holders:
            found.setdefault(name, []).append(role.name)
    return sorted(found.items())


def is_demo(published: Published | None, proposed: Proposal | None) -> bool:
    """Whether one holder has every key, as the signed data or the first proposal say."""
    return published.holdings.demo if published else proposed is not None and proposed.holdings.demo


def _minutes(number: int) -> str:
    text = channel_folder().minutes_of(number) if number <= MOST_NUMBER else None
    if text is None:
        abort(404)
    return text
