"""The administrators' first page: everything that is due in one order, and the way to each part."""

import re

from keys.channel import documents, proposing, publish, sign
from keys.channel.planning import Wish
from verifier_server.revocation import list_files
from verifier_server.revocation.listing import good_and_unexplained, handed_out, revoked_serials
from verifier_server.revocation.next_lists import RegisterSays, next_lists
from verifier_server.scanners.ages import Standing
from verifier_server.scanners.listing import in_use

from ..approvals.test_pages import decide, of_key, press, words_of
from ..builders import NOW
from ..channel.test_pages import in_english
from ..signers.test_pages import main_of

DAY = 86_400
PARTS = ("/admin", "/keys", "/trust", "/scanners", "/revocations", "/alarms")


def page(browser):
    answer = browser.get("/admin")
    assert answer.status_code == 200
    return answer


def order_of(answer):
    """The parts that the tasks belong to, in the order of the page."""
    html = main_of(answer.get_data(as_text=True))
    return re.findall(r'class="task-head"><a href="([^"]+)"', html)


def test_every_part_has_the_same_way_to_every_other(administrator):
    for path in PARTS:
        html = administrator.get(path).get_data(as_text=True)
        nav = html[html.index('class="sections"') : html.index("</nav>", html.index('class="sections"'))]
        assert re.findall(r'href="([^"]+)"', nav) == list(PARTS)
        assert re.findall(r'href="([^"]+)" aria-current="page"', nav) == [path]


def test_clerks_pages_have_no_such_way(clerk, administrator):
    assert 'class="sections"' not in clerk.get("/").get_data(as_text=True)
    assert 'class="sections"' not in administrator.get("/").get_data(as_text=True)


def test_a_proposal_that_waits_for_a_second_person_stands_there_today(administrator, town):
    decide(administrator, of_key(town))
    answer = page(administrator)
    said = words_of(answer)
    assert "(6 thẻ) chờ người quản trị thứ hai." in said
    assert "/revocations/1" in order_of(answer)
    assert said.index("chờ người quản trị thứ hai") < said.index("Sắp tới")


def test_without_a_channel_it_says_how_to_begin(administrator):
    assert "Chưa có kênh tin cậy, nên chưa máy quét nào tin thẻ nào." in words_of(page(administrator))
    assert "checkpoint-keys init --holder PUBLIC.json" in words_of(page(administrator))


def test_what_is_due_for_keys_and_for_the_channel_comes_in_the_order_of_its_days(admin, demo, clock):
    answer = page(admin())
    assert set(order_of(answer)) >= {"/keys", "/trust"}
    html = main_of(answer.get_data(as_text=True))
    days = ["".join(reversed(day.split("/"))) for day in re.findall(r'class="when">trước (\S+)<', html)]
    assert days == sorted(days)
    assert len(days) >= 2


def test_a_week_later_the_holders_are_to_sign_today(admin, demo, clock):
    clock.now = NOW + 8 * DAY
    said = in_english(admin(), "/admin")
    today = said[: said.index("Coming up")]
    assert "Let the holders sign again" in today
    assert "The publisher is late to sign again." in today


def test_a_timers_work_is_left_out_as_long_as_the_timer_does_it(admin, demo):
    assert "checkpoint-keys refresh" not in words_of(page(admin()))


def test_a_demonstration_says_so_here_too(admin, demo):
    assert "<strong>BẢN DIỄN TẬP</strong>" in page(admin()).get_data(as_text=True)


def test_a_damaged_channel_is_one_line_among_the_others(admin, demo):
    (demo.releases.pointer.resolve() / "metadata" / "timestamp.json").write_text("{", "utf-8")
    said = words_of(page(admin()))
    assert "Có tệp bị hỏng." in said
    assert "checkpoint-keys status" in said


def test_scanners_that_can_tell_nothing_any_more_stand_there_today(app, administrator, monkeypatch):
    from types import SimpleNamespace

    from verifier_server.overview import due

    assert in_use
    old = [SimpleNamespace(days=30, standing=Standing.STALE), SimpleNamespace(days=9, standing=Standing.WARN)]
    monkeypatch.setattr(due, "aged", lambda *_: old)
    said = words_of(page(administrator))
    assert "1 máy quét chỉ trả lời “chưa rõ”" in said
    assert "checkpoint-keys export-bundle --out trust.zip" in said
    assert "1 máy quét có dữ liệu quá 7 ngày. Từ ngày 11/08/2021" in said


def test_what_was_revoked_and_is_not_published_is_due_today_with_the_command(
    administrator, other, demo, town, register, clock
):
    decide(administrator, of_key(town))
    assert "mà máy quét chưa biết" not in words_of(page(administrator))
    press(other, 1, "approve")
    assert "Có thẻ vừa thu hồi hoặc bỏ thu hồi mà máy quét chưa biết." in words_of(page(administrator))
    assert "checkpoint-server revocations --out lists" in words_of(page(administrator))
    assert "checkpoint-server revocations --out lists" in words_of(administrator.get("/revocations/1"))


def test_once_the_lists_are_proposed_or_published_it_is_due_no_more(administrator, other, demo, town, register, clock):
    decide(administrator, of_key(town))
    press(other, 1, "approve")
    clock.now += 60
    publish_the_lists(demo, register, int(clock.now), publish_them=False)
    assert "mà máy quét chưa biết" not in words_of(page(administrator))
    publish_the_lists(demo, register, int(clock.now), publish_them=True)
    assert "mà máy quét chưa biết" not in words_of(page(administrator))
    assert "checkpoint-server revocations" not in words_of(administrator.get("/revocations/1"))


def publish_the_lists(channel, register, now, *, publish_them):
    """What `checkpoint-server revocations` writes, proposed; or the proposal of before, signed and published."""
    if publish_them:
        sign.sign(channel.proposal, channel.root / "holder", now)
        publish.publish(channel, now)
        return
    release = channel.current()
    listed = list_files.lists_of(release)
    with register.reading() as session:
        revoked = revoked_serials(session, list_files.trusted_keys(release), now)
        says = RegisterSays(revoked, handed_out(session), lambda some: good_and_unexplained(session, some, now))
        files = list_files.files_of(listed, next_lists(listed, says, now), now)
    paths = {list_files.APPROVED: documents.APPROVED, list_files.ISSUED: documents.ISSUED}
    proposing.propose(channel, Wish({paths[name]: data for name, data in files.items()}), now)


def test_nothing_on_the_page_can_change_anything(administrator, town):
    decide(administrator, of_key(town))
    html = main_of(page(administrator).get_data(as_text=True))
    assert not re.search(r"<(form|button|input)\b", html)
