"""Revoking by page: previewed, decided by one person or two, carried out in pieces, told as it is."""

import re
from html import unescape

import pytest
from sqlalchemy import select

from keys import lifecycle
from keys.store import KeyStore
from verifier_server.approvals import pages
from verifier_server.bulk.run import Office
from verifier_server.revocation import work
from verifier_server.revocation.reissue import reissue
from verifier_server.revocation.tables import RevocationBatch
from verifier_server.staff.accounts import account_of

from ..builders import NOW
from ..conftest import Browser
from ..revocation.builders import revoked
from ..signers.test_pages import main_of

REASON = "doses that nobody gave"


def words_of(answer):
    html = main_of(answer.get_data(as_text=True))
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def at_site(where, **more):
    """The form for what a site issued in the days around today."""
    days = {"since_day": "29", "since_month": "7", "since_year": "2021"}
    days |= {"until_day": "31", "until_month": "7", "until_year": "2021"}
    return {"kind": "site", "site": str(where), "action": "revoke", "reason": REASON, **days, **more}


def of_key(town, **more):
    return {"kind": "key", "key": town.passes[0].kid, "action": "revoke", "reason": REASON, **more}


def preview_of(browser, form):
    return browser.post("/revocations/preview", form, page="/people/new")


def decide(browser, form):
    """Confirm what a preview shows: its own hidden fields are sent back."""
    html = main_of(preview_of(browser, form).get_data(as_text=True))
    hidden = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', html)
    fields = {name: unescape(value) for name, value in hidden}
    return browser.client.post("/revocations", data=fields, base_url=browser.base)


def press(browser, number, what):
    return browser.post(f"/revocations/{number}/{what}", page="/people/new")


def batch_of(register, number=1):
    with register.reading() as session:
        return session.get(RevocationBatch, number)


def batches(register):
    with register.reading() as session:
        return list(session.scalars(select(RevocationBatch)))


def test_nothing_waits_on_the_first_day(administrator):
    answer = administrator.get("/revocations")
    assert answer.status_code == 200
    assert "Không có đề nghị nào đang chờ." in words_of(answer)


def test_a_preview_counts_by_province_and_site_and_changes_nothing(administrator, register, town):
    said = words_of(preview_of(administrator, of_key(town)))
    assert "6 thẻ sẽ bị từ chối" in said
    assert "Hồ Chí Minh 4 4" in said
    assert "Hà Nội 2 2" in said
    assert "Trạm Bến Nghé 4 4" in said
    assert revoked(register) == set()
    assert batches(register) == []


def test_the_longest_bar_is_the_place_with_the_most_passes(administrator, town):
    html = preview_of(administrator, of_key(town)).get_data(as_text=True)
    widths = [float(one) for one in re.findall(r'class="part" width="([0-9.]+)%"', html)]
    assert widths == [100.0, 50.0, 100.0, 50.0]


def test_up_to_the_limit_one_person_revokes_at_once(administrator, register, town):
    answer = decide(administrator, at_site(town.sites[1]))
    assert answer.status_code == 302
    assert revoked(register) == {row.id for row in town.passes[4:]}
    said = words_of(administrator.get(answer.location))
    assert "đã xong" in said
    assert "2 thẻ đã bị thu hồi" in said
    assert REASON in said


def test_above_the_limit_it_is_only_proposed_and_waits(administrator, register, town):
    said = words_of(preview_of(administrator, at_site(town.sites[0])))
    assert "Quá 3 thẻ một ngày thì cần hai người" in said
    answer = decide(administrator, at_site(town.sites[0]))
    assert revoked(register) == set()
    assert "Bạn đã đề nghị đợt này" in words_of(administrator.get(answer.location))
    assert "chờ người thứ hai" in words_of(administrator.get("/revocations"))


def test_whoever_proposed_it_finds_no_button_and_is_refused_all_the_same(administrator, register, town):
    decide(administrator, of_key(town))
    assert "/revocations/1/approve" not in administrator.get("/revocations/1").get_data(as_text=True)
    answer = press(administrator, 1, "approve")
    assert answer.status_code == 409
    assert "Người quản trị khác phải phê duyệt." in words_of(answer)
    assert revoked(register) == set()
    assert batch_of(register).is_waiting


def test_another_administrator_sees_what_it_would_do_and_approves_it(administrator, other, register, town):
    decide(administrator, of_key(town))
    page = other.get("/revocations/1")
    assert "6 thẻ sẽ bị từ chối" in words_of(page)
    assert "/revocations/1/approve" in page.get_data(as_text=True)
    assert press(other, 1, "approve").status_code == 302
    assert revoked(register) == {row.id for row in town.passes}
    batch = batch_of(register)
    assert (batch.state, batch.approved_at) == ("finished", NOW)
    assert batch.approved_by != batch.proposed_by
    said = words_of(other.get("/revocations/1"))
    assert "second@example.vn" in said
    assert "Đã thay đổi Theo tỉnh" in said
    assert "Hồ Chí Minh 4 4" in said


def test_an_account_made_for_the_occasion_is_no_second_person(app, administrator, register, town, clock):
    decide(administrator, of_key(town))
    clock.now += 60
    made = administrator.post("/staff", {"email": "me.too@example.vn", "role": "key_administrator"})
    password = re.search(r'class="password"[^>]*>([^<]+)<', made.get_data(as_text=True))[1].strip()
    accomplice = Browser(app)
    assert accomplice.log_in("me.too", password).status_code == 302
    assert accomplice.get("/revocations/1").location == "/second-factor/own"  # it waits for another administrator
    with register.writing() as session:
        account_of(session, "me.too@example.vn").confirmed_at = NOW
    answer = press(accomplice, 1, "approve")
    assert answer.status_code == 409
    assert "Tài khoản này được tạo sau khi có đề nghị" in words_of(answer)
    assert revoked(register) == set()


def test_a_clerk_cannot_approve(app, administrator, register, town):
    decide(administrator, of_key(town))
    clerk = Browser(app)
    clerk.log_in("clerk")
    assert press(clerk, 1, "approve").status_code == 403
    assert revoked(register) == set()


def test_a_rejected_proposal_changes_nothing_and_cannot_be_approved_later(administrator, other, register, town):
    decide(administrator, of_key(town))
    assert press(other, 1, "withdraw").status_code == 302
    assert "đã rút lại" in words_of(other.get("/revocations/1"))
    answer = press(other, 1, "approve")
    assert answer.status_code == 409
    assert "Đề nghị này đã được rút lại." in words_of(answer)
    assert revoked(register) == set()


def test_a_large_batch_is_carried_out_in_pieces_and_goes_on(administrator, other, register, town, monkeypatch):
    monkeypatch.setattr(work, "CHUNK", 2)
    monkeypatch.setattr(pages, "PIECE", 1)
    monkeypatch.setattr(pages, "CHUNK", 2)
    decide(administrator, of_key(town))
    press(other, 1, "approve")
    said = words_of(administrator.get("/revocations/1"))
    assert "đang làm dở" in said
    assert "2 trên 6 thẻ" in said
    assert "checkpoint-server approve 1 --by second@example.vn" in said
    for _ in range(3):
        assert press(administrator, 1, "go-on").status_code == 302
    assert revoked(register) == {row.id for row in town.passes}
    assert "6 thẻ đã bị thu hồi" in words_of(administrator.get("/revocations/1"))


def test_going_on_with_what_waits_is_refused(administrator, register, town):
    decide(administrator, of_key(town))
    answer = press(administrator, 1, "go-on")
    assert answer.status_code == 409
    assert "Cần một người quản trị thứ hai phê duyệt." in words_of(answer)
    assert revoked(register) == set()


def test_pressing_twice_makes_one_batch(administrator, register, town):
    first = decide(administrator, of_key(town))
    second = decide(administrator, of_key(town))
    assert first.location == second.location
    assert len(batches(register)) == 1


def test_small_pieces_of_one_day_add_up_to_two_people(administrator, register, town):
    decide(administrator, at_site(town.sites[1]))
    decide(administrator, {"kind": "person", "person": str(town.people[0]), "action": "revoke", "reason": REASON})
    said = words_of(
        preview_of(
            administrator, {"kind": "person", "person": str(town.people[1]), "action": "revoke", "reason": REASON}
        )
    )
    assert "cần hai người" in said
    assert len(revoked(register)) == 3


def test_one_pass_is_named_as_it_is_printed_below_its_code(administrator, register, town):
    printed = f"{town.passes[2].serial:08X}"
    decide(administrator, {"kind": "pass", "pass": printed.lower(), "action": "revoke", "reason": REASON})
    assert revoked(register) == {town.passes[2].id}
    assert f"Thu hồi: thẻ {printed}" in words_of(administrator.get("/revocations/1"))


def test_un_revoking_a_batch_always_takes_two(administrator, other, register, town):
    decide(administrator, at_site(town.sites[1]))
    assert "batch=1" in administrator.get("/revocations/1").get_data(as_text=True)
    form = {"kind": "batch", "batch": "1", "action": "unrevoke", "reason": "the doses were given after all"}
    assert "Cần hai người" in words_of(preview_of(administrator, form))
    decide(administrator, form)
    assert len(revoked(register)) == 2
    press(other, 2, "approve")
    assert revoked(register) == set()
    assert "2 thẻ có hiệu lực lại" in words_of(other.get("/revocations/2"))


def test_a_key_that_is_still_trusted_is_said_with_its_holders_command(administrator, other, instance, town):
    decide(administrator, of_key(town))
    store = KeyStore(instance / "keys")
    name = lifecycle.active(store.signers(), "domestic").name
    said = words_of(administrator.get("/revocations/1"))
    assert f"Chính khóa {name} vẫn được tin" in said
    assert f"checkpoint-keys revoke {name}" in said
    press(other, 1, "approve")
    assert lifecycle.active(store.signers(), "domestic").name == name


def test_re_issuing_is_told_with_its_outcomes(administrator, register, town):
    decide(administrator, at_site(town.sites[1]))
    said = words_of(administrator.get("/revocations/1"))
    assert "0 trên 2 người và loại thẻ" in said
    assert "checkpoint-server reissue --revoked-batch 1 --out reissued-1 --register-checked" in said
    reissue(Office(register, town.desk, lambda: float(NOW)), 1, checked=True)
    said = words_of(administrator.get("/revocations/1"))
    assert "2 trên 2 người và loại thẻ" in said
    assert "đã cấp thẻ mới 2" in said
    assert "checkpoint-server reissue" not in said


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"reason": " "}, "Chưa điền ô này."),
        ({"reason": "x" * 201}, "tối đa 200"),
        ({"kind": "pass", "pass": "ZZ"}, "Không có thẻ với số này."),
        ({"kind": "pass", "pass": "00000000"}, "Không có thẻ với số này."),
        ({"kind": "person", "person": "4711"}, "Người này không có trong sổ."),
        ({"kind": "person", "person": "9" * 30}, "Người này không có trong sổ."),
        ({"kind": "account", "account": "nobody@example.vn"}, "Không có tài khoản với địa chỉ này."),
        ({"kind": "site", "site": "4711"}, "Không có điểm tiêm với tên này."),
        ({"site": ""}, "Chưa điền ô này."),
        ({"since_day": "31", "since_month": "2"}, "Không có ngày này."),
        ({"since_day": ""}, "Không có ngày này."),
        ({"until_year": "2020"}, "Khoảng thời gian kết thúc trước khi bắt đầu."),
    ],
)
def test_what_is_typed_wrongly_is_said_at_its_field(administrator, register, town, changes, sentence):
    answer = preview_of(administrator, at_site(town.sites[0], **changes))
    assert answer.status_code == 422
    assert sentence in words_of(answer)
    again = administrator.post("/revocations", at_site(town.sites[0], **changes), page="/people/new")
    assert again.status_code == 422
    assert batches(register) == []


@pytest.mark.parametrize("kind", ["pass", "person", "site", "account", "key", "batch", "", "nonsense"])
def test_each_kind_of_choice_has_its_form(administrator, town, kind):
    answer = administrator.get(f"/revocations/new?kind={kind}&person=1&batch=1")
    assert answer.status_code == 200
    assert "Chọn thu hồi gì:" in words_of(answer) or "Xem trước" in words_of(answer)


def test_an_account_is_chosen_by_its_address(administrator, register, town):
    form = {"kind": "account", "account": "clerk@example.vn", "action": "revoke", "reason": REASON}
    assert "Không còn thẻ nào để thay đổi." in words_of(preview_of(administrator, form))
    answer = administrator.post("/revocations", form, page="/people/new", follow_redirects=True)
    assert "Không còn thẻ nào để thay đổi. Chưa có gì được lưu." in words_of(answer)
    assert batches(register) == []


def test_a_batch_that_is_not_there_is_a_clean_404(administrator):
    for number in ("4711", "99999999999999999999"):
        assert administrator.get(f"/revocations/{number}").status_code == 404
        for what in ("approve", "withdraw", "go-on"):
            assert press(administrator, number, what).status_code in {404, 409}


def test_a_reason_that_looks_like_html_stays_text(administrator, register, town):
    decide(administrator, of_key(town, reason="<i>lost</i>"))
    html = administrator.get("/revocations/1").get_data(as_text=True)
    assert "&lt;i&gt;lost&lt;/i&gt;" in html
