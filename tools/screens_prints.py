"""Pictures of printing for many: whose cards, how many and who has none, and the finished file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verifier_server.commands.sample_people import SITE

if TYPE_CHECKING:
    from tools.screens_tour import Tour


def take(on: Tour) -> None:
    """Log in as a clerk, choose a site, print its cards; then the same page for the lead of a site."""
    on.log_in("clerk")
    page = on.page
    page.goto(f"{on.url}/prints?scope=unit&unit=2021:79")
    on.photograph("prints-unit")
    page.goto(f"{on.url}/prints?scope=site")
    page.select_option("#site", label=SITE)
    with page.expect_navigation():
        page.click("main form[action='/prints'] button >> nth=0")
    on.photograph("prints")
    with page.expect_navigation():
        page.click("#found form button")
    page.wait_for_selector("meta[http-equiv=refresh]", state="detached")
    with page.expect_navigation():
        page.click("main a.button")
    on.photograph("prints-done")
