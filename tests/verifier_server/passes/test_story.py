"""The story of a pass on the pages: who caused it, why and by whom it ended, and what a new one does to the card."""

import pytest
from sqlalchemy import select

from verifier_server.people.tables import Person
from verifier_server.revocation.tables import RevocationBatch
from verifier_server.web.services import services

from ..builders import a_pass, a_vaccinated_person


@pytest.fixture
def issued(app, register):
    """A pass that the clerk's account caused."""
    with app.app_context():
        with register.writing() as session:
            person = a_vaccinated_person(session)
        return a_pass(register, services().desk, person.id, by=1, site_id=1)


def test_a_changed_name_gives_another_pass_and_both_pages_say_why_and_by_whom(issued, clerk, register):
    with register.writing() as session:
        session.get(Person, issued.person_id).name = "Nguyễn Thị Thảo"
    replaced = clerk.post(f"/passes/{issued.id}/replace", {"reason": "name_changed"}, page=f"/passes/{issued.id}")
    assert replaced.status_code == 302
    page = clerk.get(f"/passes/{issued.id}").get_data(as_text=True)
    assert "Thu hồi bởi clerk@example.vn · Người này đã đổi tên" in page
    record = clerk.get(f"/people/{issued.person_id}").get_data(as_text=True)
    assert "Đã thu hồi: Người này đã đổi tên, 30/07/2021" in record
    assert "Cấp bởi clerk@example.vn · Trạm y tế phường Mẫu" in page


def test_a_clerk_ends_a_pass_with_a_reason_and_a_second_person_has_to_agree(issued, clerk, register):
    form = clerk.get(f"/passes/{issued.id}").get_data(as_text=True)
    assert "sau khi người quản trị phê duyệt" in form
    query = f"kind=pass&pass={issued.serial:08X}&reason=Cấp nhầm người"
    asked = clerk.get(f"/revocations/new?{query}").get_data(as_text=True)
    assert 'value="Cấp nhầm người"' in asked
    sent = {"action": "revoke", "kind": "pass", "pass": f"{issued.serial:08X}", "reason": "Cấp nhầm người"}
    assert clerk.post("/revocations", sent, page=f"/revocations/new?{query}").status_code == 302
    with register.reading() as session:
        [batch] = session.scalars(select(RevocationBatch))
        assert (batch.state, batch.reason, batch.proposed_by) == ("waiting", "Cấp nhầm người", 1)
        assert session.get(type(issued), issued.id).revoked_at is None


@pytest.mark.parametrize(("ends", "said"), [(False, "cả khi đã có mã mới"), (True, "thẻ đã in trước đó không còn")])
def test_the_page_at_the_site_says_until_when_and_what_a_new_pass_does(issued, clerk, app, ends, said):
    with app.app_context():
        object.__setattr__(services().desk, "new_pass_ends_old", ends)
    assert f"dùng đến 30/07/2022{',' if not ends else '.'}" in clerk.get(f"/passes/{issued.id}").get_data(as_text=True)
    assert said in clerk.get(f"/passes/{issued.id}").get_data(as_text=True)
