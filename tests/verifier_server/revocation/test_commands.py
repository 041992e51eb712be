"""The command line of revocation, from a stolen key to passes that scanners accept again."""

import csv
import json
import time

import pytest

from keys import ceremony, cli, lifecycle, pkcs8
from keys.signers import SigningDesk
from keys.store import KeyStore
from vaccine_pass.verdict import Outcome, Reason
from vaccine_pass.verify import Verifier
from verifier_server.cli import main
from verifier_server.config import load_config
from verifier_server.passes.desk import IssuingDesk
from verifier_server.passes.serials import SerialStock
from verifier_server.staff.accounts import account_of
from verifier_server.staff.second_factor import SecondFactor, new_recovery_codes
from verifier_server.storage import Storage

from ..builders import DAY, trust_now
from .builders import (
    CLERK,
    FIRST,
    SECOND,
    a_name,
    a_site,
    an_id_number,
    passes,
    password_of,
    people,
    revoked,
    staff,
)

PEOPLE = 4
REASON = ("--reason", "the laptop with the key was stolen")


def a_password_file(folder, password, mode=0o600):
    """A file with a password."""
    file = folder / "password"
    file.write_text(password + "\n")
    file.chmod(mode)
    return file


@pytest.fixture
def run(tmp_path, capsys, monkeypatch):
    """Run a command in an instance folder, each account with its own password; gives code, output, what was said."""
    monkeypatch.setattr(pkcs8, "SCRYPT_COST", 2)
    monkeypatch.delenv("CHECKPOINT_DATABASE_URL", raising=False)

    def call(*arguments):
        if "--by" in arguments and "--password-file" not in arguments:
            email = arguments[arguments.index("--by") + 1]
            arguments = (*arguments, "--password-file", a_password_file(tmp_path, password_of(email)))
        code = main(["--instance", str(tmp_path / "instance"), *map(str, arguments)])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call


@pytest.fixture
def store(run, tmp_path):
    """Keys that are active today, and a spare that scanners know for a month."""
    run("init-db")
    made, now = KeyStore(tmp_path / "instance/keys"), int(time.time())
    ceremony.init(made, now - 30 * DAY)
    ceremony.new(made, now - 30 * DAY, form="domestic", name="spare", sign_from=now - 30 * DAY)
    made.mark_published(now - 30 * DAY)
    return made


@pytest.fixture
def register(run, store, tmp_path):
    """The instance's register, with staff who may revoke two passes alone."""
    (tmp_path / "instance/server.toml").write_text("two_person_limit = 2\n")
    opened = Storage(load_config(tmp_path / "instance").database_url)
    staff(opened)
    yield opened
    opened.close()


@pytest.fixture
def old(register, store, tmp_path):
    """A pass of each of some people, issued yesterday."""
    secret = load_config(tmp_path / "instance").serial_secret
    desk = IssuingDesk(SigningDesk(store), SerialStock(register, secret))
    site = a_site(register, "Trạm A")
    return passes(register, desk, people(register, PEOPLE), now=int(time.time()) - DAY, site_id=site)


def scanner(register, store):
    """A scanner that knows all of now."""
    with register.reading() as session:
        return Verifier(trust_now(store, session, time.time()))


def test_a_stolen_key_from_the_preview_to_new_passes(run, register, store, old, tmp_path, capsys):
    kid, name = old[0].kid, lifecycle.active(store.signers(), "domestic").name
    run("site", "--name", "Trạm A", "--province", "01")
    code, out, said = run("revoke", "--key", name, "--preview", "--json")
    counted = json.loads(out)
    assert (code, counted["passes"], counted["people"]) == (0, PEOPLE, PEOPLE)
    assert counted["by_province"] == {"01": {"passes": PEOPLE, "people": PEOPLE}}
    assert said == f"The key itself is still trusted: `checkpoint-keys revoke {name}` must be run as well.\n"
    assert revoked(register) == set()

    code, out, said = run("revoke", "--key", kid, *REASON, "--by", FIRST)
    assert (code, out.split(" and ")[0]) == (0, "Batch 1 would revoke 4 passes")
    assert run("approve", 1, "--by", FIRST)[0] == 1
    assert run("approve", 1, "--preview", "--json")[1] == json.dumps(counted, ensure_ascii=True) + "\n"
    code, out, said = run("approve", 1, "--by", SECOND, "--json")
    assert json.loads(out) == {"batch": 1, "action": "revoke", "state": "finished", "passes": PEOPLE}
    assert "must be run as well" in said
    judge = scanner(register, store)
    assert {judge.judge(row.text, time.time()).reason for row in old} == {Reason.REVOKED}

    code, _, said = run("reissue", "--revoked-batch", 1, "--out", tmp_path / "new")
    assert (code, "still signs" in said) == (1, True)
    folder = ("--keys", str(store.root))
    assert cli.main(["revoke", name, *REASON, *folder]) == 0
    assert cli.main(["activate", "spare", *folder]) == 0
    capsys.readouterr()
    code, _, said = run("reissue", "--revoked-batch", 1, "--out", tmp_path / "new", "--image", "png", "--workers", 2)
    assert code == 0, said
    assert "4 issued, 0 kept, 0 expired, 0 refused" in said
    with (tmp_path / "new/reissued.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert all((tmp_path / "new" / row["image"]).stat().st_size > 1000 for row in rows)
    judge = scanner(register, store)
    assert {judge.judge(row["text"], time.time()).outcome for row in rows} == {Outcome.ACCEPTED}
    assert {judge.judge(row.text, time.time()).outcome for row in old} == {Outcome.REFUSED}
    assert {row["lost_serial"] for row in rows} == {str(row.serial) for row in old}


def test_the_approval_revokes_the_key_too_when_it_is_told_to(run, register, store, old):
    name = lifecycle.active(store.signers(), "domestic").name
    _, _, said = run("revoke", "--key", name, "--revoke-key", *REASON, "--by", FIRST)
    assert "give --revoke-key to the approval" in said
    assert lifecycle.active(store.signers(), "domestic").name == name
    _, _, said = run("approve", 1, "--by", SECOND, "--revoke-key")
    assert "is revoked itself" in said
    assert "`checkpoint-server revocations --out DIR`" in said
    assert "trust list" not in said
    assert lifecycle.active(store.signers(), "domestic") is None
    assert run("approve", 1, "--by", SECOND, "--revoke-key")[0] == 0


def test_a_small_batch_is_done_at_once_and_again_changes_nothing(run, register, old):
    code, out, _ = run("revoke", "--pass", old[0].serial, *REASON, "--by", FIRST)
    assert (code, out) == (0, "Batch 1: 1 pass revoked.\n")
    code, out, said = run("revoke", "--pass", old[0].serial, *REASON, "--by", FIRST)
    assert (code, out, said) == (0, "", "there is nothing left to revoke\n")
    assert json.loads(run("revoke", "--pass", old[0].serial, *REASON, "--by", FIRST, "--json")[1])["state"] == "nothing"
    assert revoked(register) == {old[0].id}


def test_a_pass_is_named_by_what_is_printed_below_its_code(run, register, old):
    assert run("revoke", "--printed", f"{old[0].serial:08X}", *REASON, "--by", FIRST)[1] == "Batch 1: 1 pass revoked.\n"
    assert revoked(register) == {old[0].id}
    assert run("revoke", "--printed", f"{old[1].serial:08x}", "--preview")[0] == 0


@pytest.mark.parametrize("wrong", ["001458B", "001458BEE", "001458BG", "+01458BE", "٠٠١٤٥٨٠٠"])
def test_what_is_not_printed_below_a_code_is_refused_with_what_is(run, capsys, wrong):
    with pytest.raises(SystemExit) as ended:
        run("revoke", "--printed", wrong, "--preview")
    assert ended.value.code == 2
    assert "is not the 8 characters printed below a code, as 001458BE" in capsys.readouterr().err


def test_un_revoking_a_batch_waits_for_the_second_person(run, register, old):
    run("revoke", "--person", old[1].person_id, *REASON, "--by", FIRST)
    code, out, _ = run("unrevoke", "--revoked-batch", 1, "--reason", "it was the wrong person", "--by", FIRST)
    assert (code, "waits for a second person" in out) == (0, True)
    assert run("approve")[1] == out
    assert run("approve", 2, "--by", SECOND)[1] == "Batch 2: 1 pass no longer revoked.\n"
    assert revoked(register) == set()
    assert run("approve")[1:] == ("", "nothing waits for a second person\n")


def test_one_person_who_knows_one_password_is_not_two_people(run, register, old, tmp_path):
    run("revoke", "--key", old[0].kid, *REASON, "--by", FIRST)
    own = a_password_file(tmp_path, password_of(FIRST))
    code, out, said = run("approve", 1, "--by", SECOND, "--password-file", own)
    assert (code, out) == (1, "")
    assert said == "checkpoint-server: There is no open account with this address and password; nothing was done.\n"
    assert run("approve", 1, "--withdraw", "--by", SECOND, "--password-file", own)[0] == 1
    assert run("revoke", "--pass", old[0].serial, *REASON, "--by", SECOND, "--password-file", own)[0] == 1
    assert revoked(register) == set()
    assert run("approve", 1, "--by", SECOND)[0] == 0
    assert revoked(register) == {row.id for row in old}


def test_whoever_is_not_known_or_closed_hears_the_same(run, register, old):
    with register.writing() as session:
        account_of(session, SECOND).active = False
    for email in (SECOND, "nobody@example.vn"):
        code, _, said = run("revoke", "--pass", old[0].serial, *REASON, "--by", email)
        assert (code, "There is no open account with this address and password" in said) == (1, True)


def test_passwords_cannot_be_tried_without_end_and_the_right_one_waits_too(run, register, old, tmp_path):
    wrong = a_password_file(tmp_path, "a wrong password")
    tries = [
        run("revoke", "--pass", old[0].serial, *REASON, "--by", FIRST, "--password-file", wrong)[2] for _ in range(8)
    ]
    assert "Too many wrong attempts" in tries[-1]
    code, _, said = run("revoke", "--pass", old[0].serial, *REASON, "--by", FIRST)
    assert (code, "Too many wrong attempts" in said) == (1, True)
    assert run("revoke", "--pass", old[0].serial, *REASON, "--by", SECOND)[0] == 0


def test_the_password_is_asked_for_on_the_terminal_and_else_read_from_a_private_file(
    run, register, old, tmp_path, monkeypatch
):
    order = ("revoke", "--pass", old[0].serial, *REASON)
    code, _, said = by_first(run, *order)
    assert (code, "give --password-file FILE (mode 0600)" in said) == (1, True)
    open_file = a_password_file(tmp_path, password_of(FIRST), mode=0o644)
    assert run(*order, "--by", FIRST, "--password-file", open_file)[0] == 1
    asked = []
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("getpass.getpass", lambda words: asked.append(words) or password_of(FIRST))
    assert by_first(run, *order)[0] == 0
    assert asked == [f"Password of {FIRST}: "]


def test_an_account_with_an_authenticator_shows_its_code_too_and_each_code_once(run, register, old, tmp_path):
    config = load_config(tmp_path / "instance")
    with register.writing() as session:
        codes = new_recovery_codes(session, account_of(session, SECOND).id)
        account_of(session, SECOND).tf_totp_secret = SecondFactor(config.secret).new_secret()

    def revoke(row, second_line):
        file = a_password_file(tmp_path, f"{password_of(SECOND)}\n{second_line}")
        return run("revoke", "--pass", row.serial, *REASON, "--by", SECOND, "--password-file", file)

    code, _, said = revoke(old[0], "")
    assert (code, "put it on the second line of the password file" in said) == (1, True)
    assert "The code is wrong" in revoke(old[0], "000000")[2]
    assert revoked(register) == set()
    assert revoke(old[0], codes[0])[0] == 0
    assert "was used already" in revoke(old[1], codes[0])[2]
    assert revoked(register) == {old[0].id}


def by_first(run, *arguments):
    """Run a command by the first administrator, without a file of the password."""
    return run(*arguments, f"--by={FIRST}")


def test_a_preview_needs_no_password(run, register, old):
    assert run("revoke", "--pass", old[0].serial, "--preview")[0] == 0


def test_a_proposal_is_taken_back(run, register, old):
    run("revoke", "--key", old[0].kid, *REASON, "--by", FIRST)
    assert "withdrawn" in run("approve", 1, "--by", FIRST, "--withdraw")[1]
    code, _, said = run("approve", 1, "--by", SECOND)
    assert (code, said) == (1, "checkpoint-server: Batch 1 was withdrawn.\n")
    assert revoked(register) == set()


def test_a_period_is_whole_days_in_vietnam(run, register, old):
    day = time.strftime("%Y-%m-%d", time.gmtime(time.time() - DAY + 7 * 3600))
    for name, since, until, passes_found in (("--site", day, day, PEOPLE), ("--site", "2020-01-01", "2020-12-31", 0)):
        out = run("revoke", name, "Trạm A", "--from", since, "--to", until, "--preview", "--json")[1]
        assert json.loads(out)["passes"] == passes_found
    assert run("revoke", "--account", CLERK, "--preview")[1].startswith("0 passes of 0 people")


def test_wrong_calls_are_2(run, store):
    for arguments in (
        (),
        ("--pass", "7"),
        ("--pass", "7", "--person", "8", "--preview"),
        ("--pass", "7", "--by", FIRST),
        ("--site", "Trạm A", "--preview"),
        ("--pass", "7", "--from", "2021-01-01", "--preview"),
        ("--site", "A", "--from", "yesterday", "--to", "2021-01-01", "--preview"),
        ("--pass", "7", "--revoke-key", "--preview"),
        ("--pass", "-7", "--preview"),
        ("--pass", 2**63, "--preview"),
        ("--person", "1" * 5000, "--preview"),
    ):
        with pytest.raises(SystemExit) as ended:
            run("revoke", *arguments)
        assert ended.value.code == 2
    with pytest.raises(SystemExit):
        run("approve", "1")


def test_what_is_not_there_is_one_sentence(run, register, store):
    for arguments in (
        ("revoke", "--pass", "7", "--preview"),
        ("revoke", "--pass", 2**63 - 1, "--preview"),
        ("revoke", "--key", "", "--preview"),
        ("revoke", "--account", "", "--preview"),
        ("revoke", "--key", "nobody's", "--preview"),
        ("unrevoke", "--revoked-batch", "7", "--preview"),
        ("approve", "7", "--by", FIRST),
        ("approve", "7", "--preview"),
        ("reissue", "--revoked-batch", "7", "--out", "nowhere"),
        ("site", "--name", "Trạm A", "--province", "1"),
    ):
        code, out, said = run(*arguments)
        assert (code, out, said.count("\n")) == (1, "", 1)
        assert said.startswith("checkpoint-server: ")


def test_nothing_personal_is_said_or_logged(run, register, store, old, tmp_path, caplog):
    caplog.set_level("DEBUG")
    spoken = [
        run("revoke", "--person", old[0].person_id, "--preview"),
        run("revoke", "--person", old[0].person_id, *REASON, "--by", FIRST),
        run("revoke", "--key", old[0].kid, "--revoke-key", *REASON, "--by", FIRST),
        run("approve", 2, "--by", SECOND, "--revoke-key"),
        run("reissue", "--revoked-batch", 2, "--out", tmp_path / "new"),
    ]
    told = caplog.text + "".join(out + said for _, out, said in spoken)
    assert "batch carried out" in caplog.text
    for number, row in enumerate(old):
        for secret in (a_name(number), an_id_number(number), row.text, str(row.serial), "0912345678", FIRST, SECOND):
            assert secret not in told
