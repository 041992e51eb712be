"""The minutes of a ceremony: a page to print and sign by hand, with hashes, holders and witnesses.

Pure: text out. It has the same facts whoever publishes, and nothing secret.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256

from keys.channel import thresholds
from keys.channel.proposal import Proposal
from keys.channel.wording import DEMO, summary_of


@dataclass(frozen=True)
class People:
    """Who was there besides the holders, and where: as given, for the page only."""

    witnesses: tuple[str, ...] = ()
    place: str = ""


def page(proposed: Proposal, files: Mapping[str, bytes], number: int, at: str, people: People) -> str:
    """The minutes as Markdown; ``files`` are the published ones, by path."""
    sections = [
        f"# Minutes of the trust channel: release {number}\n",
        f"**{DEMO}**\n" if proposed.holdings.demo else "",
        f"Published: {at}  \nPlace: {people.place or '______________________'}\n",
        "## What changed\n\n" + _bullets(summary_of(proposed)),
        "## Signatures\n\n" + "\n".join(_role(proposed, name) for name in proposed.roles),
        "## Files and their SHA-256\n\n" + _bullets(f"`{path}`  \n  `{_hash(files[path])}`" for path in sorted(files)),
        "## Present\n\n" + _signature_lines(proposed, people),
    ]
    return "\n".join(section for section in sections if section)


def _role(proposed: Proposal, name: str) -> str:
    metadata = proposed.roles[name]
    standings = [it for it in thresholds.standings(proposed) if it.role == name]
    lines = [
        f"### {name}, version {metadata.signed.version}\n",
        f"What was signed: SHA-256 `{_hash(metadata.signed_bytes)}`\n",
    ]
    for standing in standings:
        names = ", ".join(f"{proposed.name_of(keyid)} (key {keyid[:16]})" for keyid in standing.signed)
        former = "by the former root: " if standing.whose == "before" else ""
        lines.append(f"- {former}{len(standing.signed)} of {standing.threshold} needed: {names}")
    return "\n".join(lines) + "\n"


def _signature_lines(proposed: Proposal, people: People) -> str:
    signed = {keyid for it in thresholds.standings(proposed) for keyid in it.signed}
    holders = sorted({proposed.name_of(keyid) for keyid in signed})
    lines = [*(f"{name}, holder" for name in holders), *(f"{name}, witness" for name in people.witnesses)]
    return _bullets(f"{line}: ______________________" for line in lines)


def _bullets(lines: Iterable[str]) -> str:
    return "".join(f"- {line}\n" for line in lines)


def _hash(data: bytes) -> str:
    return sha256(data).hexdigest()
