"""The page of signing keys: for administrators only, only to look at, the same facts twice."""

import re
import shutil
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from keys import lifecycle
from verifier_server.signers.life import life_line
from verifier_server.signers.passes import Signed, signed_by_key
from verifier_server.web.display import day_of

from ..builders import DAY, NOW, a_pass, a_vaccinated_person
from ..scanners.builders import a_scanner
from .builders import EVERY, PENDING, REVOKED, SPARE, UNPUBLISHED


class Rows(HTMLParser):
    """The table's rows, each as one text."""

    def __init__(self, html):
        super().__init__()
        self.rows, self._open = [], False
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        if tag == "tr":
            self._open = True
            self.rows.append("")

    def handle_endtag(self, tag):
        self._open = self._open and tag != "tr"

    def handle_data(self, data):
        if self._open:
            self.rows[-1] += f" {data.strip()}"


def rows_of(html):
    return [" ".join(row.split()) for row in Rows(html).rows]


def row_of(html, name):
    return next(row for row in rows_of(html) if row.startswith(f"{name} "))


def main_of(html):
    return html[html.index("<main") : html.index("</main>")]


def page(browser):
    answer = browser.get("/keys")
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


@pytest.mark.parametrize(("role", "status"), [(None, 302), ("clerk", 403), ("administrator", 200)])
def test_only_an_administrator_opens_the_page(browser, role, status):
    if role:
        browser.log_in(role)
    assert browser.get("/keys").status_code == status


@pytest.mark.parametrize("role", [None, "clerk", "administrator"])
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_nobody_can_send_anything_to_it(browser, role, method, key_store):
    if role:
        browser.log_in(role)
    token = dict(browser.hidden("/login" if role is None else "/"))["csrf_token"]
    before = key_store.state_file.read_bytes()
    answer = browser.client.open("/keys", method=method, base_url=browser.base, data={"csrf_token": token})
    assert answer.status_code == 405
    assert key_store.state_file.read_bytes() == before


@pytest.mark.parametrize(("role", "shown"), [("clerk", False), ("administrator", True)])
def test_only_an_administrator_sees_the_link(browser, role, shown):
    browser.log_in(role)
    assert ('href="/admin"' in browser.get("/").get_data(as_text=True)) is shown


def test_the_page_holds_nothing_that_signs_activates_or_revokes(administrator, in_every_state):
    assert not re.search(r"<(form|button|input|script)\b", main_of(page(administrator)))


def test_looking_at_the_page_changes_no_key(administrator, in_every_state, key_store):
    before = key_store.state_file.read_bytes()
    page(administrator)
    assert key_store.state_file.read_bytes() == before


def test_the_table_says_what_the_chart_shows(administrator, in_every_state):
    html = page(administrator)
    told = re.findall(r"<desc[^>]*>(.*?)</desc>", html)
    assert len(told) == 2
    assert told[0] == told[1]
    for key in EVERY:
        row = row_of(html, key.name)
        assert key.kid.hex() in row
        for stretch in life_line(key, NOW, next_to_sign=key is PENDING).stretches:
            first, last = day_of(stretch.start), day_of(stretch.end)
            assert f"{first} – {last}" in row
            assert f"{first} – {last}" in told[0]
    assert f"đã thu hồi {day_of(REVOKED.history[-1].at)}" in row_of(html, REVOKED.name)
    assert "đang chờ chưa công bố" in row_of(html, UNPUBLISHED.name)


def test_each_key_counts_its_passes_and_those_still_valid(app, administrator, register, clock, key_store):
    _two_passes(app, register)
    domestic, travel = key_store.signers()
    assert row_of(page(administrator), domestic.name).endswith(" 1 1")
    assert row_of(page(administrator), travel.name).endswith(" 1 1")
    clock.now = NOW + 400 * DAY
    administrator.log_in("administrator")
    assert row_of(page(administrator), domestic.name).endswith(" 1 0")


def test_no_pass_of_a_revoked_key_is_valid(app, administrator, register, key_store):
    _two_passes(app, register)
    domestic = key_store.signers()[0]
    key_store.change(lambda signers: lifecycle.revoke(signers, domestic.kid, NOW, "lost"))
    html = page(administrator)
    assert row_of(html, domestic.name).endswith(" 1 0")
    assert "Trong nước: không có khóa nào đang ký" in html
    assert "Quốc tế: không có khóa nào đang ký" not in html


def test_a_revoked_pass_is_signed_but_not_valid(storage, desk):
    issued = _issued(storage, desk)
    with storage.writing() as session:
        session.get(type(issued), issued.id).revoked_at = NOW
    with storage.session() as session:
        assert signed_by_key(session, NOW) == {issued.kid: Signed(1, 0)}


def test_a_register_without_passes_counts_none(storage):
    with storage.session() as session:
        assert signed_by_key(session, NOW) == {}


def test_passes_of_a_key_that_is_not_here_are_an_alarm(app, administrator, register):
    _two_passes(app, register)
    from verifier_server.passes.tables import IssuedPass

    with register.writing() as session:
        session.get(IssuedPass, 1).kid = "00112233aabbccdd"
    assert "ký bằng khóa 00112233aabbccdd, không có ở đây" in page(administrator)


def test_before_the_first_keys_the_page_says_how_to_make_them(administrator, instance):
    shutil.rmtree(instance / "keys")
    html = page(administrator)
    assert "Chưa có khóa ký." in html
    assert 'checkpoint-keys</span> <span class="word">init' in html
    assert '<svg class="lives' not in html


def test_a_damaged_key_folder_is_a_clean_page(administrator, key_store):
    key_store.state_file.write_text("{}")
    answer = administrator.get("/keys")
    assert answer.status_code == 409
    assert "Traceback" not in answer.get_data(as_text=True)


def test_the_page_in_english(administrator, in_every_state):
    administrator.get("/language/en")
    html = page(administrator)
    assert all(words in html for words in ("Signing keys", "What to do next", "Still valid", "revoked 14/07/2021"))
    assert not re.search("[ạảấầẩẫậắằẳẵặẹẻẽếềểễệọỏốồổỗộớờởỡợụủứừửữự]", main_of(html))


def _issued(storage, desk):
    with storage.writing() as session:
        person_id = a_vaccinated_person(session).id
    return a_pass(storage, desk, person_id)


def _two_passes(app, register):
    with app.app_context():
        from verifier_server.web.services import services

        desk = services().desk
    with register.writing() as session:
        person_id = a_vaccinated_person(session).id
    for form in ("domestic", "travel"):
        a_pass(register, desk, person_id, form)


def test_with_known_scanners_the_page_says_how_many_hold_a_pending_key_and_who_does_not(
    administrator, in_every_state, register
):
    a_scanner(register, "79-CLT-1", PENDING.kid, SPARE.kid, days=0)
    a_scanner(register, "48-CAU-3", SPARE.kid, days=0)
    html = page(administrator)
    assert "50% trong 2 máy quét đã có khóa này. Còn chờ: 48-CAU-3." in re.sub("<[^>]*>", "", html)
    assert "đang chờ 50% trong 2 máy quét đã có khóa này." in row_of(html, PENDING.name)
    assert "dự phòng 100% trong 2 máy quét đã có khóa này." in row_of(html, SPARE.name)
    administrator.get("/language/en")
    assert "50% of 2 scanners hold it" in page(administrator)


def test_without_known_scanners_nothing_is_said_of_them(administrator, in_every_state):
    assert "máy quét đã có khóa này" not in page(administrator)


def test_a_key_that_left_the_trust_list_is_shown_until_the_chart_has_passed_it_and_its_passes_are_no_strangers(
    app, administrator, register, clock, key_store
):
    _two_passes(app, register)
    old = key_store.signers()[0]

    def leave(signers):
        retired = lifecycle.retire(signers, old.kid, NOW)
        return tuple(replace(it, left_at=NOW) if it.kid == old.kid else it for it in retired)

    key_store.change(leave)
    assert "đã rời danh sách" in row_of(page(administrator), old.name)
    clock.now = NOW + 271 * DAY
    administrator.log_in("administrator")
    html = page(administrator)
    assert old.name not in [row.split()[0] for row in rows_of(html)]
    assert "không có ở đây" not in html
