"""Pictures of the pages of those who record and sign off: a clerk's way to a pass, a site lead's day."""

from __future__ import annotations

from tools.screens_tour import CLERK, LEAD, Tour

PEOPLE = {"none": "Lê Thị Hòa", "begun": "Trần Văn Dũng", "complete": "Nguyễn Thị Hoàng Phương Thảo"}


def take_clerks_pages(tour: Tour) -> None:
    """Log in as a clerk; the way from the search to a pass."""
    tour.go("/login")
    tour.photograph("log-in")
    tour.log_in(CLERK)
    tour.photograph("start")
    tour.go("/people?q=nguyen")
    tour.photograph("search")
    for state, person in PEOPLE.items():
        _take_person(tour, state, person)


def take_a_day(tour: Tour) -> None:
    """Log in as a site's lead; the days that wait, one of them, and a dose with its corrections."""
    tour.log_in(LEAD)
    tour.photograph("start-lead")
    tour.go("/days")
    tour.photograph("days")
    tour.press("main .list a")
    tour.photograph("day")
    tour.press("main .sign a")
    tour.photograph("dose-correct")
    tour.page.fill("#lot", f"SỬA-{tour.name[-2:]}-{tour.name[:3]}")
    tour.page.fill("#reason", "Đối chiếu sổ tiêm")
    tour.press("main form button[type=submit]")
    tour.photograph("dose")
    tour.press("main a[href$='/strike']")
    tour.photograph("dose-strike")


def _take_person(tour: Tour, state: str, person: str) -> None:
    tour.go(f"/people?q={person}")
    tour.press(f"main a:has-text('{person}')")
    if state == "begun":
        tour.photograph("person")
    here = tour.page.url
    tour.press("main a[href^='/passes/']")
    tour.photograph(f"pass-{state}")
    if state == "begun":
        tour.page.goto(here + "/doses/new")
        tour.photograph("record-dose")
