"""Pictures of the administrators' and the auditor's pages."""

from __future__ import annotations

from tools.screens_tour import ADMINISTRATOR, AUDITOR, Tour

_PAGES = {
    "admin": "/admin",
    "sites": "/sites",
    "trust": "/trust",
    "minutes": "/trust/minutes/6",
    "revocations": "/revocations",
    "revocation-waiting": "/revocations/4",
    "revocation-half-way": "/revocations/3",
    "revocation-done": "/revocations/1",
    "revocation-new": "/revocations/new?kind=site",
    "alarms": "/alarms",
    "api": "/api/v1/",
}


def take_keys(tour: Tour, screen: str = "keys") -> None:
    """Log in as an administrator; the signing keys."""
    tour.log_in(ADMINISTRATOR)
    tour.go("/keys")
    tour.photograph(screen)


def take_scanners(tour: Tour) -> None:
    """Log in as an administrator; the scanners, and a code for one more."""
    tour.log_in(ADMINISTRATOR)
    tour.go("/scanners")
    tour.photograph("scanners")
    tour.page.fill("#post", "79-CLT-42")
    tour.press("form[action='/scanners'] button")
    tour.photograph("scanner-code")
    # Not to be left among the codes of the next picture.
    tour.go("/scanners")
    tour.press("form[action$='/cancel'] button")


def take_pages(tour: Tour) -> None:
    """Log in as an administrator; what is due, the trust channel, revocations, alarms, other systems."""
    tour.log_in(ADMINISTRATOR)
    for screen, path in _PAGES.items():
        tour.go(path)
        tour.photograph(screen)
    tour.go("/revocations/new?kind=key")
    stolen = tour.page.locator("#key option", has_text="domestic").nth(1)
    tour.page.select_option("#key", stolen.get_attribute("value"))
    tour.page.fill("#reason", "diễn tập")
    tour.press("main form button[type=submit]")
    tour.photograph("revocation-preview")


def take_tokens(tour: Tour) -> None:
    """Log in as an administrator; the tokens of other systems, and one that is made."""
    tour.log_in(ADMINISTRATOR)
    tour.go("/staff/tokens")
    tour.page.fill("#name", f"Cổng dữ liệu tỉnh {tour.name[-2:]} {tour.name[:3]}")
    tour.page.locator("main input[type=checkbox]").first.check(force=True)
    tour.press("main form[action='/staff/tokens'] button[type=submit]")
    tour.photograph("token-made")
    tour.go("/staff/tokens")
    tour.photograph("tokens")


def take_audit(tour: Tour) -> None:
    """Log in as an auditor; the chain, and what checking it says."""
    tour.log_in(AUDITOR)
    tour.photograph("start-auditor")
    tour.go("/audit")
    tour.photograph("audit")
    tour.press("form[action='/audit/verify'] button")
    tour.page.wait_for_load_state()
    tour.photograph("audit-checked")


def take_the_demonstration(tour: Tour) -> None:
    """Log in as an administrator; the trust channel of a demonstration."""
    tour.log_in(ADMINISTRATOR)
    tour.go("/trust")
    tour.photograph("trust-demo")
