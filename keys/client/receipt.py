"""A receipt of what a device holds, for the administrators: versions, hashes, dates. No personal data.

Plain JSON values, the same for the same set; a device signs it with its own key (`keys.client.device_key`).
"""

from __future__ import annotations

from datetime import UTC, datetime

from keys.client.manifest import Manifest

FORMAT = "checkpoint-receipt/1"
TYPE = "checkpoint-receipt"
"""``typ`` of the JWS that carries a receipt."""


def receipt(what: Manifest, now: float) -> dict[str, object]:
    """The receipt at the trusted time ``now``, Unix seconds; times in ISO 8601, UTC."""
    roles = {
        role.name: {"version": role.version, "signed_at": iso(role.signed_at), "expires": iso(role.expires)}
        for role in what.roles
    }
    return {
        "format": FORMAT,
        "at": iso(now),
        "accepted_at": iso(what.accepted_at),
        "demo": what.is_demo,
        "roles": roles,
        "files": dict(sorted(what.files.items())),
    }


def iso(seconds: float | None) -> str | None:
    """ISO 8601 in UTC with whole seconds; None where there is no date, or none that a calendar holds."""
    if seconds is None:
        return None
    try:
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (OverflowError, OSError, ValueError):
        return None
