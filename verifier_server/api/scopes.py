"""What a token of another system may be allowed to do; each operation of the API needs one of these."""

from __future__ import annotations

from enum import StrEnum


class Scope(StrEnum):
    """One kind of operation; ``*:read`` only shows."""

    PEOPLE_READ = "people:read"
    PEOPLE_WRITE = "people:write"
    DOSES_READ = "doses:read"
    DOSES_WRITE = "doses:write"
    PASSES_READ = "passes:read"
    PASSES_ISSUE = "passes:issue"
    REVOCATIONS_READ = "revocations:read"
    REVOCATIONS_PROPOSE = "revocations:propose"
    STATISTICS_READ = "statistics:read"
    FHIR_READ = "fhir:read"
    FHIR_WRITE = "fhir:write"
