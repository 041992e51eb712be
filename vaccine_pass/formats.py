"""Which kind of pass a text claims to be, by its first characters; nothing is verified here.

Passes of other families are named so that an officer reads "a SMART Health Card" instead of
"unknown code"; whether they can be verified is ``verify.py``'s to say.
"""

from __future__ import annotations

import re

from vaccine_pass import domestic, travel

DOMESTIC, HCERT = "domestic", "hcert"

READABLE = {travel.PREFIX: HCERT, domestic.PREFIX: DOMESTIC}
"""Prefixes of the formats that are verified here."""

MAX_TEXT = 7089
"""Characters of the longest text a QR code holds: version 40, level L, digits (ISO/IEC 18004)."""

_NEWER = re.compile(r"(VN|HC)[2-9]:")
_VDS_NC = re.compile(r'\s*\{\s*"(data|sig)"\s*:')


def format_of(text: str) -> str | None:
    """Return ``domestic``, ``hcert``, ``shc``, ``vds-nc``, ``divoc``, or None for anything else."""
    if (form := READABLE.get(text[:4])) is not None:
        return form
    if newer := _NEWER.match(text):
        return DOMESTIC if newer[1] == "VN" else HCERT
    if text.startswith("shc:/"):
        return "shc"
    if text.startswith("PK\x03\x04"):  # DIVOC: a zip file in the code
        return "divoc"
    return "vds-nc" if _VDS_NC.match(text) else None


def is_newer_version(text: str) -> bool:
    """Say whether the text is of a later version of one of the two formats verified here."""
    return _NEWER.match(text) is not None
