"""Where an account may act: staff of a site for their own site only, others for every open site."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verifier_server.sites.rules import open_sites
from verifier_server.staff.permissions import OF_A_SITE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from verifier_server.sites.tables import Site
    from verifier_server.staff.tables import Account


def is_of_a_site(account: Account) -> bool:
    """Whether the account acts for its own site only: every role of it is one of a site."""
    return all(role.name in OF_A_SITE for role in account.roles)


def sites_of(session: Session, account: Account) -> Sequence[Site]:
    """The open sites that the account may act for, by name; none when its own is closed."""
    sites = open_sites(session)
    return [site for site in sites if site.id == account.site_id] if is_of_a_site(account) else sites
