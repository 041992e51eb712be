"""The text of an enrolment code: which post, which server, and a token that works once.

    checkpoint-enrol:?post=79-CLT-1&server=https%3A%2F%2Fexample.vn&token=<43 base64url characters>

It carries no root and no key, so that a forged code can at most lead a device to a server whose updates its
pinned root refuses (DESIGN, "Trust"). Members that are not known are refused: nothing else may ride along.
One code has one spelling. Leaves out the exchange with the server (`keys.client.enrolling`).
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from keys.errors import KeysError

PREFIX = "checkpoint-enrol:"
PROOF_TYPE = "checkpoint-enrolment"
"""``typ`` of the JWS over ``{"token": …}`` by which a device proves that it holds its key."""
MOST_CHARACTERS = 512
MEMBERS = ("post", "server", "token")
_POST = re.compile(r"[0-9A-Za-z](?:[0-9A-Za-z-]{0,38}[0-9A-Za-z])?")
_TOKEN = re.compile(r"[0-9A-Za-z_-]{43}")
_ADDRESS = re.compile(r"[!-~]{1,200}")


class BadEnrolment(KeysError):
    """The text is no enrolment code that may be used."""

    code = "bad_enrolment"


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What an enrolment code says.

    :ivar post: the post's code, such as ``79-CLT-1``: letters, digits and hyphens, at most 40.
    :ivar server: https, or http on this machine itself; without a slash at its end.
    :ivar token: 32 random bytes as base64url.
    :raises BadEnrolment: naming the member that is wrong.
    """

    post: str
    server: str
    token: str

    def __post_init__(self) -> None:
        if not is_post(self.post):
            raise _bad("its post is not a code of letters, digits and hyphens, such as 79-CLT-1")
        if not _TOKEN.fullmatch(self.token):
            raise _bad("its token is not 43 base64url characters")
        if not is_server(self.server):
            raise _bad("its server is no https address (http is for this machine itself only)")

    def __repr__(self) -> str:
        """Without the token: whoever reads a log must not be able to enrol."""
        return f"Enrolment(post={self.post!r}, server={self.server!r})"

    def text(self) -> str:
        """The text of the QR code."""
        members = {name: getattr(self, name) for name in MEMBERS}
        return f"{PREFIX}?{urlencode(members, quote_via=quote, safe='')}"


def parse(text: str) -> Enrolment:
    """Read an enrolment code; white space around it is left away.

    :raises BadEnrolment: naming what is wrong.
    """
    text = text.strip()
    if not text.startswith(f"{PREFIX}?"):
        raise _bad(f"it does not begin with {PREFIX}?")
    if len(text) > MOST_CHARACTERS or not text.isascii():
        raise _bad(f"it has more than {MOST_CHARACTERS} characters, or others than ASCII's")
    enrolment = Enrolment(**_members(text.removeprefix(f"{PREFIX}?")))
    if enrolment.text() != text:
        raise _bad("it is not spelled as the server spells it")
    return enrolment


def is_enrolment(text: str) -> bool:
    """True when a text means to be an enrolment code, right or wrong."""
    return text.lstrip().startswith(PREFIX)


def is_post(text: str) -> bool:
    """True for a post's code."""
    return _POST.fullmatch(text) is not None


def is_server(address: str) -> bool:
    """True for an address that a device may be enrolled at."""
    if not _ADDRESS.fullmatch(address) or address.endswith("/") or set(address) & set("?#\\@"):
        return False
    try:
        parts = urlsplit(address)
        host, _port = parts.hostname, parts.port
    except ValueError:
        return False
    if not host:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and is_this_machine(host))


def is_this_machine(host: str) -> bool:
    """True for localhost and the loopback addresses: what no network can listen to."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _members(query: str) -> dict[str, str]:
    try:
        pairs = parse_qsl(query, keep_blank_values=True, strict_parsing=True, errors="strict", max_num_fields=16)
    except ValueError as error:
        raise _bad("its members cannot be read") from error
    names = [name for name, _ in pairs]
    strange = [name for name in names if name not in MEMBERS]
    if strange:
        raise _bad(f"it has the member {strange[0]!r:.30}, which no enrolment code has")
    if sorted(names) != sorted(MEMBERS):
        raise _bad("it does not have post, server and token once each")
    return dict(pairs)


def _bad(what: str) -> BadEnrolment:
    return BadEnrolment(f"This is no enrolment code that can be used: {what}. Ask for a new one.")
