"""The start page: today's figures, for staff of a site of their own site only."""

import re

import pytest

from verifier_server.sites.rules import add_site
from verifier_server.staff.accounts import add_account

from ..builders import NOW, a_person, a_recorded_dose
from ..conftest import PASSWORD, Browser


def figures(browser):
    page = browser.get("/").get_data(as_text=True)
    return {name: int(number) for number, name in re.findall(r"<dd>(\d+)</dd><dt>([^<]+)</dt>", page)}


@pytest.fixture
def leads(app, register):
    """Browsers of two sites' leads; the first site has two doses that wait, the other one, one signed long ago."""
    browsers = []
    with app.app_context(), register.writing() as session:
        other = add_site(session, "Trạm y tế khác", now=NOW)
        person = a_person(session)
        for number, site_id, source in (
            (1, 1, "site"),
            (2, 1, "site"),
            (3, other.id, "site"),
            (4, other.id, "back_entry"),
        ):
            a_recorded_dose(session, person, number=number, site_id=site_id, source=source, day=f"0{number}/07/2021")
        for name, site_id in (("one", 1), ("two", other.id)):
            add_account(
                session, email=f"{name}@example.vn", role="site_lead", password=PASSWORD, now=NOW, site_id=site_id
            )
    for name in ("one", "two"):
        browser = Browser(app)
        browser.log_in(name)
        browsers.append(browser)
    return browsers


def test_each_sites_staff_see_the_figures_of_their_own_site(leads):
    first, second = (figures(browser) for browser in leads)
    assert first == {"mũi đã ghi": 2, "mũi chờ ký": 2, "mã QR đã cấp": 0}
    assert second == {"mũi đã ghi": 2, "mũi chờ ký": 1, "mã QR đã cấp": 0}


def test_whoever_belongs_to_no_site_sees_the_figures_of_all(leads, clerk):
    assert figures(clerk) == {"người mới": 1, "mũi đã ghi": 4, "mũi chờ ký": 3, "mã QR đã cấp": 0}


def test_what_waits_for_a_signature_leads_to_where_it_is_signed(leads, clerk):
    assert "2 mũi chờ ký" in leads[0].get("/").get_data(as_text=True)
    assert 'href="/days"' not in clerk.get("/").get_data(as_text=True)
