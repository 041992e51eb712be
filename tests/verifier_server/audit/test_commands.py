"""`checkpoint-server audit` as an administrator and an auditor call it."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from keys import audit_heads, pkcs8
from keys.cli import main as keys_main
from verifier_server.audit.canonical import first_previous
from verifier_server.cli import main
from verifier_server.storage import Storage

from ..builders import a_person, a_recorded_dose
from .builders import counted, recorded


@pytest.fixture
def run(lite, tmp_path, capsys, monkeypatch):
    """Run `audit` on the register; gives exit code, output and what was said."""
    monkeypatch.setenv("CHECKPOINT_DATABASE_URL", lite.engine.url.render_as_string(hide_password=False))

    def call(*arguments):
        code = main(["--instance", str(tmp_path / "instance"), "audit", *map(str, arguments)])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call


def test_from_the_first_event_to_a_cut_tail(run, lite, tmp_path):
    recorded(lite, 5)
    assert run("seal") == (0, "", "5 events sealed\n")
    kept = tmp_path / "head.json"
    code, out, _ = run("head", "--out", kept)
    assert (code, json.loads(out)["seq"]) == (0, 5)
    assert json.loads(kept.read_text())["format"] == "checkpoint-audit-head/1"
    code, out, _ = run("verify", "--head", kept)
    assert code == 0
    assert out == (
        "5 links verified: no differences; 0 details erased by law, 0 events not sealed yet; "
        "0 rows held against their events, 0 older than the audit\n"
    )
    with lite.engine.begin() as connection:
        connection.execute(text("DELETE FROM audit_link WHERE seq > 3"))
        connection.execute(text("DELETE FROM audit_head"))
        connection.execute(text("DELETE FROM audit_event WHERE id > 3"))
        connection.execute(text("DELETE FROM audit_detail WHERE event > 3"))
        connection.execute(text("UPDATE audit_chain SET seq = 3, hash = (SELECT hash FROM audit_link WHERE seq = 3)"))
    assert run("verify")[0] == 0
    code, out, _ = run("verify", "--head", kept)
    assert code == 1
    assert out.startswith(f"FIRST DIFFERENCE: link 4: tail_missing: the head in {kept} is of link 5")


def test_a_changed_row_is_named_unless_only_the_chain_is_asked_for(run, lite):
    with lite.writing() as session:
        dose = a_recorded_dose(session, a_person(session))
    assert run("verify")[0] == 0
    with lite.writing() as session:
        session.execute(text("UPDATE dose SET vaccine = 'AZ'"))
    code, out, _ = run("verify")
    assert code == 1
    assert out.startswith(f"FIRST DIFFERENCE: the register: row_differs: dose {dose.id}: vaccine not as its events say")
    code, out, _ = run("verify", "--json")
    assert [json.loads(line).get("rows") for line in out.splitlines()] == [None, 2]
    assert run("verify", "--chain-only")[0] == 0


def test_as_json_each_difference_is_a_line_and_the_last_has_the_counts(run, lite):
    recorded(lite, 3)
    run("seal")
    with lite.engine.begin() as connection:
        connection.execute(text("UPDATE audit_event SET site = 99 WHERE id = 2"))
    code, out, _ = run("verify", "--json")
    difference, counts = map(json.loads, out.splitlines())
    assert (code, difference["kind"], difference["link"], difference["event"]) == (1, "event_differs", 2, 2)
    assert (counts["links"], counts["differences"], counts["waiting"]) == (3, 1, 0)


def test_a_hundred_differences_are_shown_and_all_are_counted(run, lite):
    recorded(lite, 120)
    run("seal")
    with lite.engine.begin() as connection:
        connection.execute(text("UPDATE audit_event SET site = 99"))
    _, out, _ = run("verify")
    assert len(out.splitlines()) == 101
    assert "120 differences (100 of them shown)" in out


def test_a_head_is_printed_with_all_its_digits(run, lite, tmp_path):
    recorded(lite, 1)
    run("seal")
    run("head", "--print", tmp_path / "head.html", "--out", tmp_path / "head.json")
    head = audit_heads.read((tmp_path / "head.json").read_bytes(), "head")[0]
    page = (tmp_path / "head.html").read_text()
    assert head.hash in page.replace(" ", "")
    assert head.chain in page
    assert page.index("Đầu chuỗi kiểm toán") < page.index("Head of the audit chain")


def test_what_stands_on_the_page_is_enough_to_see_a_rewritten_chain(run, lite, tmp_path):
    recorded(lite, 2)
    run("seal")
    run("head", "--out", tmp_path / "head.json")
    digits = json.loads((tmp_path / "head.json").read_text())["hash"]
    in_groups = "-".join(digits[start : start + 8].upper() for start in range(0, 64, 8))
    assert run("verify", "--printed", "2", digits)[0] == 0
    assert run("verify", "--printed", "2", in_groups)[0] == 0
    code, out, _ = run("verify", "--printed", "2", "0" * 64)
    assert (code, "head_differs: the printed head says" in out) == (1, True)
    assert "tail_missing" in run("verify", "--printed", "3", digits)[1]


@pytest.mark.parametrize(
    "printed", [("2", "00"), ("two", "0" * 64), ("0", "0" * 64), ("-1", "0" * 64), ("2", "g" * 64)]
)
def test_digits_that_are_missing_are_one_sentence(run, printed):
    code, out, err = run("verify", "--printed", *printed)
    assert (code, out, "one is missing" in err) == (1, "", True)


def test_before_anything_is_sealed_there_is_no_head(run):
    code, _, err = run("head")
    assert code == 1
    assert "audit seal" in err
    assert run("verify")[0] == 0


def test_a_head_is_not_given_of_a_chain_whose_end_is_not_whole(run, lite, tmp_path):
    recorded(lite, 2)
    run("seal")
    with lite.engine.begin() as connection:
        connection.execute(text("DELETE FROM audit_link WHERE seq = 2"))
    code, _, err = run("head", "--out", tmp_path / "head.json")
    assert code == 1
    assert "audit verify" in err
    assert not (tmp_path / "head.json").exists()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"format": "checkpoint-audit-head/1"}',
        b'{"format": "checkpoint-audit-head/2", "seq": 1}',
        b'{"format": "checkpoint-audit-heads/1", "heads": []}',
        b'{"format": "checkpoint-audit-heads/1", "heads": {"x": 1}}',
        json.dumps(
            {
                "format": "checkpoint-audit-head/1",
                "chain": "0" * 32,
                "seq": True,
                "hash": "0" * 64,
                "sealed_at": "2021-07-30T00:00:00Z",
            }
        ).encode(),
        json.dumps(
            {
                "format": "checkpoint-audit-head/1",
                "chain": "0" * 32,
                "seq": 1,
                "hash": "g" * 64,
                "sealed_at": "2021-07-30T00:00:00Z",
            }
        ).encode(),
    ],
)
def test_what_is_no_head_is_refused_in_one_sentence(run, tmp_path, content):
    path = tmp_path / "head.json"
    path.write_bytes(content)
    code, out, err = run("verify", "--head", path)
    assert (code, out) == (1, "")
    assert "is no head of an audit chain" in err
    assert "Traceback" not in err


def test_a_head_that_is_not_there_is_one_sentence(run, tmp_path):
    code, _, err = run("verify", "--head", tmp_path / "nothing.json")
    assert code == 1
    assert "nothing.json" in err
    assert "Traceback" not in err


@pytest.mark.parametrize("arguments", [(), ("seal", "--every", "0"), ("seal", "--every", "x"), ("nonsense",)])
def test_a_wrong_call_ends_with_two(run, arguments):
    with pytest.raises(SystemExit) as ended:
        run(*arguments)
    assert ended.value.code == 2


@pytest.fixture
def channel(tmp_path, monkeypatch):
    """A demonstration's trust channel; gives its folder and the function that publishes a head."""
    monkeypatch.setattr(pkcs8, "SCRYPT_COST", 2)
    places = ["--keys", str(tmp_path / "keys"), "--channel", str(tmp_path / "channel")]
    assert keys_main(["init", "--demo", *places]) == 0
    return tmp_path / "channel", lambda head: keys_main(["refresh", *places, "--audit-head", str(head)])


def test_a_rewritten_chain_differs_from_the_head_in_the_channel(run, lite, tmp_path, channel):
    folder, publish = channel
    recorded(lite, 4)
    run("seal")
    code, _, err = run("verify", "--channel", folder)
    assert (code, "No head is published" in err) == (1, True)
    run("head", "--out", tmp_path / "head.json")
    assert publish(tmp_path / "head.json") == 0
    assert run("verify", "--channel", folder)[0] == 0
    recorded(lite, 2, first=5)
    run("seal")
    assert run("verify", "--channel", folder)[0] == 0
    with lite.engine.begin() as connection:
        for table in ("audit_link", "audit_head"):
            connection.execute(text(f"DELETE FROM {table}"))
        connection.execute(text("UPDATE audit_event SET account = 66 WHERE id = 2"))
        connection.execute(text("INSERT INTO audit_waiting SELECT id FROM audit_event"))
        connection.execute(text("UPDATE audit_chain SET seq = 0, hash = :first"), {"first": _first(connection)})
    run("seal")  # the whole chain anew, by the sealer itself
    assert run("verify")[0] == 0
    code, out, _ = run("verify", "--channel", folder)
    assert code == 1
    assert out.startswith("FIRST DIFFERENCE: link 4: head_differs: the published head says")
    run("head", "--out", tmp_path / "new.json")
    assert publish(tmp_path / "new.json") == 0  # it is further on; whoever kept the former head sees it


def _first(connection):
    return first_previous(connection.execute(text("SELECT chain FROM audit_chain")).scalar_one())


def test_the_sealer_as_a_service_seals_and_ends_at_a_polite_signal(lite, tmp_path):
    recorded(lite, 3)
    url = lite.engine.url.render_as_string(hide_password=False)
    program = [Path(sys.executable).with_name("checkpoint-server"), "--instance", tmp_path, "audit", "seal"]
    service = subprocess.Popen(
        [*program, "--every", "3600"],
        env={**os.environ, "CHECKPOINT_DATABASE_URL": url},
        stderr=subprocess.PIPE,
        text=True,
    )
    assert service.stderr.readline() == "3 events sealed\n"
    service.send_signal(signal.SIGTERM)
    assert service.wait(timeout=60) == 0
    storage = Storage(url)
    assert counted(storage).links == 3
    storage.close()
