"""Who may do what: one table, roles by permissions. The same table stands in docs/staff.md, and a test compares them.

A route is guarded by a permission (:mod:`verifier_server.staff.guard`) and never by a role's name, so that this is the
only place to read and to change. Left out: what an account may do at which site (:mod:`verifier_server.staff.place`).
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class Permission(StrEnum):
    """One thing that can be done; ``*.read`` only shows."""

    OWN_ACCOUNT = "own.account"
    FIGURES_READ = "figures.read"
    PEOPLE_READ = "people.read"
    PEOPLE_WRITE = "people.write"
    PEOPLE_MERGE = "people.merge"
    PEOPLE_ERASE = "people.erase"
    DOSES_RECORD = "doses.record"
    DOSES_SIGN_OFF = "doses.sign_off"
    DOSES_CORRECT = "doses.correct"
    IMPORTS_RUN = "imports.run"
    CORRECTIONS_ANSWER = "corrections.answer"
    PASSES_READ = "passes.read"
    PASSES_ISSUE = "passes.issue"
    PASSES_PRINT = "passes.print"
    ADMINISTRATION_READ = "administration.read"
    KEYS_READ = "keys.read"
    TRUST_READ = "trust.read"
    SCANNERS_READ = "scanners.read"
    SCANNERS_WRITE = "scanners.write"
    REVOCATIONS_READ = "revocations.read"
    REVOCATIONS_PROPOSE = "revocations.propose"
    REVOCATIONS_APPROVE = "revocations.approve"
    SITES_READ = "sites.read"
    SITES_WRITE = "sites.write"
    ACCOUNTS_READ = "accounts.read"
    ACCOUNTS_WRITE = "accounts.write"
    AUDIT_READ = "audit.read"
    ALARMS_READ = "alarms.read"
    ALARMS_ACKNOWLEDGE = "alarms.acknowledge"


VACCINATOR = "vaccinator"
SITE_LEAD = "site_lead"
CLERK = "clerk"
KEY_ADMINISTRATOR = "key_administrator"
AUDITOR = "auditor"
MINISTRY = "ministry"

_AT_A_SITE = frozenset(
    {
        Permission.OWN_ACCOUNT,
        Permission.FIGURES_READ,
        Permission.PEOPLE_READ,
        Permission.PEOPLE_WRITE,
        Permission.DOSES_RECORD,
        Permission.PASSES_READ,
    }
)
_OVERSIGHT = frozenset(
    {
        Permission.OWN_ACCOUNT,
        Permission.FIGURES_READ,
        Permission.ADMINISTRATION_READ,
        Permission.ALARMS_READ,
        Permission.KEYS_READ,
        Permission.TRUST_READ,
        Permission.SCANNERS_READ,
        Permission.REVOCATIONS_READ,
        Permission.SITES_READ,
    }
)

PERMISSIONS: dict[str, frozenset[Permission]] = {
    VACCINATOR: _AT_A_SITE,
    SITE_LEAD: _AT_A_SITE
    | {
        Permission.DOSES_SIGN_OFF,
        Permission.DOSES_CORRECT,
        Permission.PASSES_ISSUE,
        Permission.PASSES_PRINT,
        Permission.ALARMS_READ,
    },
    CLERK: _AT_A_SITE
    | {
        Permission.CORRECTIONS_ANSWER,
        Permission.DOSES_CORRECT,
        Permission.IMPORTS_RUN,
        Permission.PASSES_ISSUE,
        Permission.PASSES_PRINT,
        Permission.PEOPLE_MERGE,
        Permission.PEOPLE_ERASE,
        Permission.REVOCATIONS_READ,
        Permission.REVOCATIONS_PROPOSE,
    },
    KEY_ADMINISTRATOR: _OVERSIGHT
    | {
        Permission.SCANNERS_WRITE,
        Permission.ALARMS_ACKNOWLEDGE,
        Permission.REVOCATIONS_PROPOSE,
        Permission.REVOCATIONS_APPROVE,
        Permission.SITES_WRITE,
        Permission.ACCOUNTS_READ,
        Permission.ACCOUNTS_WRITE,
    },
    AUDITOR: _OVERSIGHT | {Permission.ACCOUNTS_READ, Permission.AUDIT_READ},
    MINISTRY: _OVERSIGHT | {Permission.REVOCATIONS_APPROVE, Permission.ALARMS_ACKNOWLEDGE},
}
"""What each role may do."""

ROLES = tuple(PERMISSIONS)

OF_A_SITE = frozenset({VACCINATOR, SITE_LEAD})
"""The roles that act for the site of their account only, and cannot be without one."""


APPROVING = frozenset({Permission.REVOCATIONS_APPROVE, Permission.ACCOUNTS_WRITE})
"""What only an account may do that a second person has confirmed (:mod:`verifier_server.staff.approving`)."""


def approves(roles: Iterable[str]) -> bool:
    """Whether one of these roles needs a second person's confirmation."""
    return bool(permissions_of(roles) & APPROVING)


def permissions_of(roles: Iterable[str]) -> frozenset[Permission]:
    """Return what these roles may do together; a role that is not known any more may do nothing."""
    return frozenset().union(*(PERMISSIONS.get(role, frozenset()) for role in roles))
