"""The page of the trust channel: what is published, proposed and due; it can sign and publish nothing."""

import os
import re
from hashlib import sha256
from pathlib import Path

import pytest

from keys.channel import holder
from keys.channel.roles import offline
from verifier_server.channel.words import holder_name

from ...keys.channel.builders import DAY, ENOUGH, HOLDERS, NOW, signers_file
from ..signers.test_pages import main_of, row_of


def page(browser, path="/trust"):
    answer = browser.get(path)
    assert answer.status_code == 200
    return main_of(answer.get_data(as_text=True))


def in_english(browser, path="/trust"):
    browser.get("/language/en")
    return page(browser, path)


def words_of(html):
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def everything_below(folder):
    """Each file with its bytes and its mode; links with where they lead."""
    return {
        path.relative_to(folder).as_posix(): (
            str(path.readlink()) if path.is_symlink() else path.is_file() and sha256(path.read_bytes()).hexdigest(),
            path.lstat().st_mode,
        )
        for path in sorted(folder.rglob("*"))
    }


def test_without_a_channel_one_sentence_says_how_to_begin(admin, no_channel):
    html = page(admin())
    assert "Chưa có kênh tin cậy. Bắt đầu bằng lệnh này" in html
    assert "checkpoint-keys init --holder PUBLIC.json" in words_of(html)
    assert '<svg class="lives' not in html


def test_a_demonstration_says_so_loudly(admin, demo):
    assert "BẢN DIỄN TẬP" in page(admin())
    assert '<p class="notice demo" role="alert"><strong>DEMONSTRATION</strong>' in in_english(admin())


def test_a_real_channel_says_nothing_of_a_demonstration(admin, country):
    assert "BẢN DIỄN TẬP" not in page(admin())


def test_each_role_says_what_who_how_many_and_until_when(admin, country):
    html = page(admin())
    assert "Đang công bố bản phát hành 1." in html
    row = row_of(html, "Gốc")
    assert "root 1" in row
    assert "3 trên 5" in row
    assert "root A, root B, root C" in row
    assert "15/01/2027 19/02/2027" in row
    assert "2 trên 3 keys A, keys B" in row_of(html, "Khóa ký")
    assert "Quy định tỉnh Hồ Chí Minh" in html
    assert "1 trên 1 Máy công bố" in row_of(html, "Dấu thời gian")


def test_the_publishers_machine_is_named_in_the_language_of_the_page(app, admin, country):
    assert "1 of 1 Publisher" in row_of(in_english(admin()), "Timestamp")
    with app.test_request_context():
        assert holder_name("Publisher online-2") == "Máy công bố online-2"
        assert holder_name("Publisheria An") == "Publisheria An"
    with app.test_request_context(headers={"Cookie": "language=en"}):
        assert holder_name("Publisher online-2") == "Publisher online-2"


def test_every_holder_stands_there_with_the_roles_they_hold(admin, country):
    said = words_of(page(admin()))
    for name in HOLDERS:
        assert name in said
    assert "root E Gốc" in said


def test_the_chart_tells_a_screen_reader_when_scanners_warn_and_when_they_cannot_tell(admin, country):
    html = in_english(admin())
    told = re.findall(r"<desc[^>]*>(.*?)</desc>", html)
    assert len(told) == 2
    assert told[0] == told[1]
    assert "Signing keys: fresh 15/01/2027 – 22/01/2027, scanners warn 22/01/2027 – 05/02/2027" in told[0]
    assert "scanners cannot tell 05/02/2027 – 19/02/2027" in told[0]
    assert "Root: fresh 15/01/2027 – 19/02/2027." in told[0]


def test_what_is_due_comes_with_its_command_the_urgent_first(admin, country, clock):
    clock.now = NOW + 8 * DAY
    html = page(admin())
    due = html[html.index('<ul class="due">') : html.index("</ul>", html.index('<ul class="due">'))]
    commands = re.findall(r"<code.*?</code>", due)
    first = [words_of(one) for one in commands]
    assert "checkpoint-keys propose --renew all --keys" in " / ".join(first)
    assert "Mời người giữ khóa ký lại ngay hôm nay" in words_of(due)
    assert 'class="urgent"' in due


def test_data_too_old_alarms_above_everything(admin, country, clock):
    clock.now = NOW + 22 * DAY
    html = page(admin())
    assert "Khóa ký: quá cũ từ 05/02/2027, máy quét trả lời “chưa rõ”." in html
    assert 'role="alert"' in html


def test_an_open_proposal_names_its_changes_its_signatures_and_whose_are_missing(admin, country):
    country.propose(files={"keys/signers.json": signers_file(b"new")})
    country.sign("keys B")
    html = in_english(admin())
    said = words_of(html)
    assert "New file keys/signers.json" in said
    assert sha256(signers_file(b"new")).hexdigest() in html
    proposed = next((country.channel.proposal / "metadata").glob("*.keys.json"))
    assert "1 of 2 signatures, 1 missing" in said
    assert "Signed by keys B" in said
    assert "May sign keys A, keys C" in said
    assert "The open proposal lacks signatures. Any of these may sign: keys A , keys C" in said
    assert proposed.exists()


def test_what_is_to_be_signed_has_the_hash_that_is_read_out_at_the_ceremony(admin, country):
    from keys.channel import proposal, sign

    country.propose(files={"keys/signers.json": signers_file(b"new")})
    assert sign.digest(proposal.read(country.channel.proposal), "keys") in page(admin())


def test_a_signed_proposal_is_due_to_be_published(admin, country):
    country.propose(files={"keys/signers.json": signers_file(b"new")})
    country.sign("keys A", "keys B")
    assert "Đề nghị đã đủ chữ ký. Hãy công bố ngay hôm nay." in page(admin())


def test_a_change_of_holders_is_said_and_asks_the_former_root_too(admin, country):
    country.make_holder("New", "root")
    new = holder.public(country.holder("New")).keys
    country.propose(come=new, go=("root E",))
    said = words_of(page(admin()))
    assert "root E thôi ký Gốc" in said
    assert "New sẽ ký Gốc" in said
    assert "theo gốc đang dùng" in said


def test_the_first_proposal_is_shown_before_anything_is_published(admin, instance, clock, tmp_path):
    from keys.channel import first
    from keys.channel.place import Channel

    from ...keys.channel.builders import FILES

    people = [holder.make(tmp_path / name, name, roles) for name, roles in HOLDERS.items()]
    first.guided(Channel(instance / "channel"), people, FILES, int(clock.now))
    said = words_of(page(admin()))
    assert "Chưa công bố gì: đề nghị đầu tiên đang chờ chữ ký." in said
    assert "Gốc đầu tiên: từ đây máy quét tin mọi điều về sau." in said
    assert "0 trên 3 chữ ký, còn thiếu 3" in said


def test_minutes_are_listed_shown_and_given_as_the_file_they_are(admin, country):
    browser = admin()
    assert 'href="/trust/minutes/1"' in page(browser)
    assert "Bản phát hành 1 15/01/2027" in words_of(page(browser))
    shown = words_of(page(browser, "/trust/minutes/1"))
    assert "Minutes of the trust channel: release 1" in shown
    assert "root A, holder: ______________________" in shown
    file = browser.get("/trust/minutes/1.md")
    assert file.get_data(as_text=True) == (country.channel.minutes / "release-000001.md").read_text("utf-8")
    assert "release-000001.md" in file.headers["Content-Disposition"]
    for missing in ("/trust/minutes/2", "/trust/minutes/99999999999999999999", "/trust/minutes/2.md"):
        assert browser.get(missing).status_code == 404


def test_a_name_that_looks_like_html_stays_text(admin, country):
    country.make_holder("<b>X</b>", "root")
    country.propose(come=holder.public(country.holder("<b>X</b>")).keys, go=("root E",))
    html = page(admin())
    assert "&lt;b&gt;X&lt;/b&gt;" in html
    assert "<b>X</b>" not in html


def test_a_signature_that_is_not_good_does_not_count(admin, country):
    metadata = country.channel.releases.pointer.resolve() / "metadata" / "1.root.json"
    text = metadata.read_text("utf-8")
    metadata.write_text(re.sub(r'("sig":\s*")(..)', lambda it: it[1] + "31", text), "utf-8")
    assert "Gốc: không đủ chữ ký đúng, máy quét sẽ từ chối bản này." in page(admin())


@pytest.mark.parametrize("file", ["metadata/timestamp.json", "metadata/1.root.json"])
def test_a_damaged_channel_is_said_in_one_sentence(admin, country, file):
    (country.channel.releases.pointer.resolve() / file).write_text("{", "utf-8")
    html = page(admin())
    assert "Không đọc được kênh trên máy này" in html
    assert "Traceback" not in html


def test_a_server_with_a_copy_only_shows_key_ids_in_the_place_of_names(admin, instance, country):
    import shutil

    public = country.channel.releases.pointer.resolve()
    copy = instance / "copy"
    shutil.copytree(public, copy)
    shutil.rmtree(country.channel.root)
    country.channel.root.mkdir()
    shutil.copytree(copy, country.channel.root / "published")
    html = page(admin())
    assert "Máy này có một bản sao của kênh." in html
    assert "unknown key" in html


def test_no_route_of_the_channel_takes_anything_but_a_look(app):
    methods = {
        (rule.rule, method)
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(("/trust", "/channel", "/admin"))
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    assert {rule for rule, _ in methods} >= {"/trust", "/trust/minutes/<int:number>", "/admin"}
    assert {method for _, method in methods} == {"GET"}


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_nobody_can_send_anything_to_it(admin, country, instance, method):
    browser = admin()
    token = dict(browser.hidden("/people/new"))["csrf_token"]
    before = everything_below(instance / "channel")
    for path in ("/trust", "/trust/minutes/1", "/admin"):
        answer = browser.client.open(path, method=method, base_url=browser.base, data={"csrf_token": token})
        assert answer.status_code == 405
    assert everything_below(instance / "channel") == before


def test_looking_changes_nothing_and_opens_no_private_folder(admin, country, instance, monkeypatch):
    country.propose(files={"keys/signers.json": signers_file(b"new")})
    country.sign("keys A")
    browser, before, opened = admin(), everything_below(instance), []
    listen_to_files(monkeypatch, opened)
    for path in ("/trust", "/trust/minutes/1", "/trust/minutes/1.md", "/admin"):
        assert browser.get(path).status_code == 200
    touched = [path for path in opened if is_below(path, instance)]
    assert any("channel" in path for path in touched)
    assert [path for path in touched if is_below(path, instance / "channel" / "online")] == []
    assert [path for path in touched if is_below(path, instance / "holders")] == []
    assert everything_below(instance) == before


def test_a_demonstrations_holder_lies_on_this_machine_and_is_still_not_opened(admin, demo, instance, monkeypatch):
    assert (demo.root / "holder").is_dir()
    browser, opened = admin(), []
    listen_to_files(monkeypatch, opened)
    page(browser)
    private = [demo.root / "holder", demo.root / "online"]
    assert [path for path in opened if any(is_below(path, folder) for folder in private)] == []


def test_the_page_holds_no_form_and_no_button(admin, country):
    country.propose(renew=tuple(offline(["79"])))
    assert not re.search(r"<(form|button|input|script)\b", page(admin()))
    assert ENOUGH


@pytest.mark.parametrize("path", ["/trust", "/trust/minutes/1", "/trust/minutes/1.md", "/admin"])
@pytest.mark.parametrize(("role", "status"), [(None, 302), ("clerk", 403), ("administrator", 200)])
def test_only_an_administrator_opens_them(browser, demo, path, role, status):
    if role:
        browser.log_in(role)
    assert browser.get(path).status_code == status


def listen_to_files(monkeypatch, opened):
    """Note the path of every file and folder that Python opens or lists."""
    import builtins
    import io

    def noting(real):
        def call(path, *rest, **more):
            if isinstance(path, (str, bytes, os.PathLike)):
                opened.append(os.fsdecode(path))
            return real(path, *rest, **more)

        return call

    for module, name in ((builtins, "open"), (io, "open"), (os, "open"), (os, "listdir"), (os, "scandir")):
        monkeypatch.setattr(module, name, noting(getattr(module, name)))


def is_below(path, folder):
    return Path(path).absolute().is_relative_to(folder.absolute())
