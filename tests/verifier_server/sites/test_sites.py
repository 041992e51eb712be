"""Vaccination sites."""

import pytest

from verifier_server.errors import FieldError
from verifier_server.sites.rules import add_site, all_sites, site_named

from ..builders import NOW


def test_one_site_is_not_entered_twice(storage):
    with storage.writing() as session:
        add_site(session, "Trạm y tế Hòa Bình", now=NOW)
        with pytest.raises(FieldError, match="in the register already"):
            add_site(session, "trạm y tế  Hoà Bình".replace("  ", " "), now=NOW)


def test_a_site_is_found_by_its_name_or_made(storage):
    with storage.writing() as session:
        first, second = (site_named(session, name, now=NOW) for name in ("Bệnh viện Bạch Mai", "BỆNH VIỆN BẠCH MAI"))
        assert first.id == second.id
        assert [site.name for site in all_sites(session)] == ["Bệnh viện Bạch Mai"]


@pytest.mark.parametrize("name", ["", "   ", "x" * 121, "A\x00B"])
def test_a_site_needs_a_printable_name(lite, name):
    with lite.writing() as session, pytest.raises(FieldError):
        add_site(session, name, now=NOW)


def test_an_administrator_adds_a_site_on_the_page(administrator):
    administrator.post("/sites", {"site": "Bệnh viện Bạch Mai"}, page="/staff")
    assert "Bệnh viện Bạch Mai" in administrator.get("/sites").get_data(as_text=True)
    answer = administrator.post("/sites", {"site": "bệnh viện bạch mai"}, page="/staff")
    assert answer.status_code == 422
    assert "Đã có điểm tiêm với tên này." in answer.get_data(as_text=True)
