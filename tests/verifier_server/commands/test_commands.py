"""The command line."""

import json
import shutil
import time

import pytest
import zxingcpp
from PIL import Image
from sqlalchemy import func, select

from keys import ceremony, pkcs8
from keys.store import KeyStore
from keys.trustlist import trust_data
from vaccine_pass.trust import from_document
from vaccine_pass.verdict import Reason
from vaccine_pass.verify import Verifier
from verifier_server.cli import main
from verifier_server.commands.sample_people import people_on
from verifier_server.config import load_config
from verifier_server.passes.tables import IssuedPass
from verifier_server.storage import Storage

from ..builders import TODAY, a_file, a_record, results_of
from ..conftest import administer


@pytest.fixture(autouse=True)
def _cheap_scrypt(monkeypatch):
    monkeypatch.setattr(pkcs8, "SCRYPT_COST", 2)


@pytest.fixture
def run(tmp_path, capsys, monkeypatch):
    """Run a command in an instance folder; gives exit code, output and what was said."""
    monkeypatch.delenv("CHECKPOINT_DATABASE_URL", raising=False)

    def call(*arguments):
        code = main(["--instance", str(tmp_path / "instance"), *map(str, arguments)])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call


def judged(folder, name, at=None, trust=None):
    verifier = Verifier(trust or from_document(json.loads((folder / "trust.json").read_text())))
    text = zxingcpp.read_barcode(Image.open(folder / name)).text
    return verifier.judge(text, at or time.time())


def test_init_db_makes_everything_once(run, tmp_path):
    code, _, said = run("init-db")
    assert code == 0
    assert "secret.key" in said
    before = {path.name: path.read_bytes() for path in (tmp_path / "instance").glob("*.key")}
    assert run("init-db")[0] == 0
    assert before == {path.name: path.read_bytes() for path in (tmp_path / "instance").glob("*.key")}


def test_init_db_works_on_postgresql_too(run, postgres_server, monkeypatch):
    administer(postgres_server, "CREATE DATABASE by_command")
    monkeypatch.setenv("CHECKPOINT_DATABASE_URL", f"{postgres_server}/by_command")
    for _ in range(2):
        code, _, said = run("init-db")
        assert code == 0
        assert "ready (postgresql)" in said


def test_a_lost_serial_secret_is_not_replaced(run, tmp_path):
    run("init-db")
    (tmp_path / "instance/serials.key").unlink()
    code, _, said = run("init-db")
    assert code == 1
    assert "restore it from the backup" in said


@pytest.mark.parametrize(
    "arguments",
    [("run",), ("issue", "--in", "x.csv", "--out", "o"), ("add-staff", "--email", "a@b.vn", "--role", "clerk")],
)
def test_without_a_secret_nothing_starts_and_one_sentence_says_so(run, arguments):
    code, out, said = run(*arguments)
    assert (code, out) == (1, "")
    assert said.count("\n") == 1
    assert "run `checkpoint-server init-db` first" in said


def test_the_server_does_not_start_on_an_unprepared_database(run, tmp_path):
    run("init-db")
    (tmp_path / "instance/register.sqlite").unlink()
    code, _, said = run("run")
    assert code == 1
    assert "not prepared for this version" in said


def test_a_wrong_call_is_2(run):
    for arguments in ((), ("fly",), ("issue",), ("add-staff", "--email", "a@b.vn", "--role", "king")):
        with pytest.raises(SystemExit) as ended:
            run(*arguments)
        assert ended.value.code == 2


def test_a_staff_account_gets_a_password_that_is_printed_once(run):
    run("init-db")
    code, password, said = run("add-staff", "--email", "Clerk@Example.vn", "--role", "clerk", "--site", "Trạm A")
    assert code == 0
    assert len(password.strip()) == 19
    assert password.strip() not in said
    assert run("add-staff", "--email", "clerk@example.vn", "--role", "clerk")[0] == 1


def test_a_staff_password_may_come_from_a_private_file(run, tmp_path):
    run("init-db")
    file = tmp_path / "password"
    file.write_text("a long password of mine\n")
    file.chmod(0o644)
    code, _, said = run("add-staff", "--email", "a@example.vn", "--role", "clerk", "--password-file", file)
    assert code == 1
    assert "can be read by others" in said
    file.chmod(0o600)
    code, out, _ = run("add-staff", "--email", "a@example.vn", "--role", "clerk", "--password-file", file)
    assert (code, out) == (0, "")


def test_issue_says_how_it_went_and_exits_1_when_a_row_was_refused(run, tmp_path):
    run("init-db")
    ceremony.init(KeyStore(tmp_path / "instance/keys"), int(time.time()))
    good = a_file(tmp_path / "good.csv", [a_record()])
    code, _, said = run("issue", "--in", good, "--out", tmp_path / "out")
    assert code == 0
    assert "1 issued, 0 refused" in said
    row = results_of(tmp_path / "out")[0]
    assert (tmp_path / "out" / row["image"]).suffix == ".png"
    bad = a_file(tmp_path / "bad.csv", [a_record(dob="x")])
    assert run("issue", "--in", bad, "--out", tmp_path / "bad", "--image", "none")[0] == 1


def test_a_file_without_the_needed_columns_is_one_sentence(run, tmp_path):
    run("init-db")
    path = a_file(tmp_path / "in.csv", [{"name of dog": "Rex"}])
    code, _, said = run("issue", "--in", path, "--out", tmp_path / "out")
    assert code == 1
    assert said.count("\n") == 1
    assert "lacks full_name and dob" in said


def test_the_sample_has_every_state_and_is_made_once(run, tmp_path):
    code, out, _ = run("sample")
    assert code == 0
    folder = tmp_path / "instance/sample"
    trust = trust_data(KeyStore(tmp_path / "instance/keys").signers(), signed_at=None)
    states = {path.stem: judged(folder, path.name, trust=trust) for path in folder.glob("*.png")}
    assert {verdict.reason for verdict in states.values()} == {None}
    assert {
        name.removesuffix("-domestic"): (verdict.claims.doses, verdict.claims.series, verdict.claims.status.value)
        for name, verdict in states.items()
        if name.endswith("-domestic")
    } == {
        "none": (0, None, "none"),
        "one-of-two": (1, 2, "partial"),
        "two-of-two": (2, 2, "complete"),
        "booster": (3, 2, "complete"),
        "one-of-one": (1, 1, "complete"),
        "two-of-three": (2, 3, "partial"),
        "old-spelling": (2, 2, "complete"),
        "long-name": (2, 2, "complete"),
        "trial": (2, 3, "partial"),
    }
    assert {name for name in states if name.startswith(("none", "trial"))} == {"none-domestic", "trial-domestic"}
    assert "clerk@example.vn" in out
    pictures = {path.name: path.read_bytes() for path in folder.glob("*.png")}
    assert run("sample")[1] == out
    assert {path.name: path.read_bytes() for path in folder.glob("*.png")} == pictures
    storage = Storage(load_config(tmp_path / "instance", {}).database_url)
    with storage.reading() as session:
        assert session.scalar(select(func.count()).select_from(IssuedPass)) == len(pictures)
    storage.close()


def test_the_sample_is_not_put_among_real_people(run, tmp_path):
    run("init-db")
    ceremony.init(KeyStore(tmp_path / "instance/keys"), int(time.time()))
    run("issue", "--in", a_file(tmp_path / "in.csv", [a_record()]), "--out", tmp_path / "out", "--image", "none")
    code, _, said = run("sample")
    assert code == 1
    assert "fresh instance" in said


def test_sample_people_are_invented_with_whole_details():
    people = people_on(TODAY)
    assert len({one.id_number for one in people}) == len({one.slug for one in people}) == len(people)


@pytest.mark.parametrize("form", ["domestic", "travel"])
def test_the_demo_leaves_a_good_pass_and_one_with_a_changed_byte(run, tmp_path, form):
    code, out, _ = run("demo", "--form", form, "--out", tmp_path / "demo")
    assert code == 0
    assert "changed from 0x01 to 0x02" in out
    assert sorted(path.name for path in (tmp_path / "demo").iterdir()) == ["altered.png", "pass.png", "trust.json"]
    good, altered = judged(tmp_path / "demo", "pass.png"), judged(tmp_path / "demo", "altered.png")
    assert (good.reason, good.claims.doses) == (None, 1)
    assert altered.reason is Reason.BAD_SIGNATURE
    assert "signed_at" not in json.loads((tmp_path / "demo/trust.json").read_text())


def test_the_demo_needs_no_instance(run, tmp_path):
    run("demo", "--out", tmp_path / "demo")
    assert not (tmp_path / "instance").exists()
    shutil.rmtree(tmp_path / "demo")


def test_run_says_when_scanners_cannot_update_from_here(run, tmp_path, monkeypatch):
    monkeypatch.setattr("verifier_server.commands.run._Server.run", lambda _self: None)
    run("init-db")
    assert "no trust channel is published in" in run("run")[2]
    (tmp_path / "instance/channel/published/metadata").mkdir(parents=True)
    assert "no trust channel" not in run("run")[2]
