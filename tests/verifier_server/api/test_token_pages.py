"""The page of tokens, for key administrators."""

import re

from sqlalchemy import func, select

from verifier_server.api.tables import ApiToken

FORM = {"name": "Bệnh viện A", "scopes": ["statistics:read", "doses:read"], "days": "30", "site": ""}


def test_an_administrator_makes_a_token_that_works_and_ends_it(app, administrator):
    page = administrator.post("/staff/tokens", FORM).get_data(as_text=True)
    headers = {"Authorization": "Bearer " + re.search(r"cqr_[\w-]+", page).group()}
    client = app.test_client()
    assert client.get("/api/v1/statistics", headers=headers).status_code == 200
    listed = administrator.get("/staff/tokens").get_data(as_text=True)
    assert "Bệnh viện A" in listed
    assert "cqr_" not in listed
    assert administrator.post("/staff/tokens/1/end", page="/staff/tokens").status_code == 302
    assert client.get("/api/v1/statistics", headers=headers).status_code == 401


def test_a_double_click_makes_one_token(administrator, register):
    sent = {**FORM, "token": "t" * 32}
    assert "cqr_" in administrator.post("/staff/tokens", sent).get_data(as_text=True)
    again = administrator.post("/staff/tokens", sent)
    assert (again.status_code, "cqr_" in again.get_data(as_text=True)) == (200, False)
    with register.reading() as session:
        assert session.scalar(select(func.count()).select_from(ApiToken)) == 1


def test_a_wrong_form_says_what_is_wrong_and_keeps_what_was_typed(administrator):
    answer = administrator.post("/staff/tokens", {**FORM, "scopes": [], "days": "30"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Hãy chọn ít nhất một việc." in page
    assert "Bệnh viện A" in page


def test_the_accounts_that_tokens_act_as_are_not_among_the_people(administrator):
    administrator.post("/staff/tokens", FORM)
    assert "systems.invalid" not in administrator.get("/staff").get_data(as_text=True)
