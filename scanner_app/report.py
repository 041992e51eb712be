"""A verdict as one JSON object, or as one line of words, for `checkpoint-scanner verify`.

The keys and their order are a promise to other programs (DESIGN, "Commands others rely on").
"""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime

from scanner_app.words import advice_for
from vaccine_pass.claims import VerifiedClaims
from vaccine_pass.verdict import Outcome, Verdict

KEYS = (
    "input", "format", "outcome", "reason", "status", "doses", "series", "vaccine", "name",
    "date_of_birth", "issuer", "issued_at", "expires_at",
)  # fmt: skip
_OUTCOME_WORDS = {
    Outcome.ACCEPTED: "ACCEPTED",
    Outcome.REFUSED: "REFUSED",
    Outcome.CANNOT_TELL: "CANNOT TELL",
}


def as_json(source: str, verdict: Verdict) -> str:
    """One ASCII JSON object on one line with exactly `KEYS`.

    Args:
        source: where the text stood: a picture's path as given, or `stdin:LINE`, `FILE:LINE`.
    """
    answer: dict[str, object] = dict.fromkeys(KEYS)
    answer["input"] = source
    answer["format"] = verdict.format
    answer["outcome"] = verdict.outcome.value
    answer["reason"] = verdict.reason.code if verdict.reason else None
    if verdict.claims is not None:
        answer.update(_signed_fields(verdict.claims))
    return json.dumps(answer, ensure_ascii=True, allow_nan=False)


def _signed_fields(claims: VerifiedClaims) -> dict[str, object]:
    return {
        "status": claims.status.value if claims.status else None,
        "doses": claims.doses,
        "series": claims.series,
        "vaccine": claims.vaccine,
        "name": claims.name,
        "date_of_birth": claims.birth.iso if claims.birth else None,
        "issuer": claims.issuer,
        "issued_at": _moment(claims.issued_at),
        "expires_at": _moment(claims.expires_at),
    }


def as_words(source: str, verdict: Verdict) -> str:
    """One line for a person: the outcome, then the pass or the reason, then where it stood."""
    outcome = _OUTCOME_WORDS[verdict.outcome]
    if verdict.claims is not None and verdict.outcome is Outcome.ACCEPTED:
        parts = [outcome, *_pass_words(verdict.claims)]
    else:
        code = verdict.reason.code if verdict.reason else ""
        stage = verdict.reason.stage if verdict.reason else ""
        parts = [outcome, stage, advice_for(code).sentence.en, f"({code})"]
    return _printable("  ".join([part for part in parts if part] + [f"[{source}]"]))


def _pass_words(claims: VerifiedClaims) -> list[str]:
    doses = claims.kind
    if claims.doses is not None:
        doses = f"{claims.doses}/{claims.series} doses" if claims.series else f"{claims.doses} doses"
    birth = claims.birth.display if claims.birth else ""
    return [doses, claims.vaccine or "", claims.name, birth]


def _moment(seconds: float) -> str | None:
    """ISO 8601 in UTC; null where the number names no moment of the years 1 to 9999."""
    if not math.isfinite(seconds):
        return None
    try:
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (OverflowError, OSError, ValueError):
        return None


def _printable(text: str) -> str:
    """Nothing that moves a terminal's cursor, and nothing that it cannot encode."""
    shown = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
    return shown.encode("utf-8", "replace").decode("utf-8")
