"""Pictures of a clerk's work at people's records: correcting, a possible duplicate, merging, erasing."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page

PERSON = "Lê Thị Hòa"
DUPLICATE = "Le Thi Hoa"
_BIRTH = ("#dob_day", "#dob_month", "#dob_year")


def take(page: Page, url: str, photograph: Callable[[str], None]) -> None:
    """Enter the person a second time, compare the two, and erase the second again; the list of the whole register."""
    page.goto(f"{url}/people?q={PERSON}")
    _send(page, f"main a:has-text('{PERSON}') >> nth=0")
    page.goto(page.url + "/correct")
    photograph("person-correct")
    born = {box: page.input_value(box) for box in _BIRTH}
    page.goto(f"{url}/people/new")
    for box, value in {"#full_name": DUPLICATE, **born}.items():
        page.fill(box, value)
    page.select_option("#unit", value="2021:79")
    _send(page, "main button[name=step]")
    page.select_option("#district", value="2021:760")
    _send(page, "main button[name=step]")
    photograph("person-new")
    _send(page, "main form button[type=submit]")
    second = page.url
    page.goto(second + "/duplicates")
    photograph("person-duplicates")
    _send(page, "main a[href*='/merge/'] >> nth=0")
    photograph("person-merge")
    page.goto(second + "/erase")
    page.locator("main label.choice").last.click()
    page.check("#sure")
    photograph("person-erase")
    _send(page, "main form button[type=submit]")
    page.goto(f"{url}/people/duplicates")
    photograph("people-pairs")


def _send(page: Page, button: str) -> None:
    with page.expect_navigation():
        page.click(button)
