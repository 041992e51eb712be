"""The EU's published test certificates: files, flags, clocks, and what is known to be wrong in them."""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from vaccine_pass.reasons import Reason

FOLDER = Path(__file__).parents[3] / "shared" / "conformance" / "dcc"

REASONS = {
    "EXPECTEDUNPREFIX": {Reason.UNKNOWN_PREFIX},
    "EXPECTEDB45DECODE": {Reason.NOT_BASE45},
    "EXPECTEDCOMPRESSION": {Reason.NOT_COMPRESSED},
    "EXPECTEDDECODE": {Reason.NOT_COSE, Reason.NOT_A_PASS, Reason.MALFORMED_CLAIMS},
    "EXPECTEDVERIFY": {Reason.BAD_SIGNATURE, Reason.UNKNOWN_SIGNER},
    "EXPECTEDKEYUSAGE": {Reason.SIGNER_NOT_ALLOWED},
    "EXPECTEDEXPIRATIONCHECK": {Reason.EXPIRED, Reason.NOT_YET_VALID},
    "EXPECTEDSCHEMAVALIDATION": {Reason.MALFORMED_CLAIMS, Reason.NEWER_FORMAT},
    "EXPECTEDVALIDOBJECT": {Reason.MALFORMED_CLAIMS},
}
"""The reasons that fit a flag that is false."""

NOT_ABOUT_THE_TEXT = {"EXPECTEDPICTUREDECODE", "EXPECTEDENCODE", "EXPECTEDVALIDJSON", "EXPTECTEDEXPIRED"}
"""Flags that say nothing of what the text of the code leads to."""

FAULTS = {
    "BG/1": "null arrays beside the one kind, and a date-time as dob, which schema 1.0.0 has not; flagged valid",
    "BG/2": "null arrays beside the one kind, and a date-time as dob, which schema 1.0.0 has not; flagged valid",
}
"""Cases whose flags contradict their content; each is refused as malformed."""


@dataclass(frozen=True)
class Case:
    """One published certificate."""

    name: str
    path: Path

    @cached_property
    def document(self):
        return json.loads(self.path.read_text(encoding="utf-8-sig"))

    @property
    def text(self):
        return self.document["PREFIX"]

    @property
    def content(self):
        """The certificate as JSON, or None where the case has none."""
        return self.document.get("JSON")

    @property
    def signer(self):
        """The signer's certificate, base64 of DER."""
        return self.document["TESTCTX"]["CERTIFICATE"]

    @property
    def clock(self):
        """When to judge; digits past microseconds are left out, and a clock without a zone is UTC."""
        return re.sub(r"(\.\d{6})\d+", r"\1", self.document["TESTCTX"]["VALIDATIONCLOCK"])

    @property
    def moment(self):
        time = datetime.fromisoformat(self.clock)
        return (time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp()

    @property
    def expected(self):
        """The reasons that fit; the empty set for an acceptance."""
        if self.name in FAULTS:
            return {Reason.MALFORMED_CLAIMS}
        flags = self.document["EXPECTEDRESULTS"]
        said = [name for name, value in flags.items() if value is False and name not in NOT_ABOUT_THE_TEXT]
        return set().union(*(REASONS[name] for name in said))


def cases():
    """Every published case, by its country and number."""
    paths = FOLDER.glob("*/*.json") if FOLDER.is_dir() else []
    return [Case(f"{path.parent.name}/{path.stem}", path) for path in sorted(paths)]
