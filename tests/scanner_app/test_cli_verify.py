"""Each clause of DESIGN's "Commands others rely on" for `checkpoint-scanner verify`."""

import io
import json
import subprocess
import sys

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.people import altered, card, frame_with, write_frame, write_trust
from scanner_app import cli
from scanner_app.report import KEYS
from scanner_app.trustfile import verifier_for
from tests.scanner_app.conftest import ROOT


def objects(result):
    assert result.stdout.isascii()
    return [json.loads(line) for line in result.stdout.decode().splitlines()]


@pytest.fixture
def verify(run_scanner, trust_file):
    return lambda *arguments, **options: run_scanner("verify", "--trust", trust_file, "--json", *arguments, **options)


def test_a_pass_on_standard_input_is_accepted_with_exit_0(verify, signer, a_person):
    result = verify(stdin=(a_person().text(signer) + "\n").encode())
    (answer,) = objects(result)
    assert result.returncode == 0
    assert list(answer) == list(KEYS)
    assert answer["outcome"] == "accepted"
    assert answer["reason"] is None
    assert answer["format"] == "domestic"
    assert (answer["status"], answer["doses"], answer["series"]) == ("complete", 2, 2)
    assert answer["name"] == "Nguyễn Thị Hoàng Phương Thảo"
    assert answer["date_of_birth"] == "1990-01-31"
    assert answer["input"] == "stdin:1"
    assert answer["issued_at"].endswith("Z")


def test_every_line_is_answered_in_order_and_one_bad_one_gives_exit_1(verify, signer, a_person):
    good = a_person().text(signer)
    result = verify(stdin=f"{good}\n\r\n\n{altered(good)}\nhello".encode())
    answers = objects(result)
    assert result.returncode == 1
    assert [a["input"] for a in answers] == [f"stdin:{n}" for n in range(1, 6)]
    assert [a["reason"] for a in answers] == [
        None, "unknown_prefix", "unknown_prefix", "bad_signature", "unknown_prefix",
    ]  # fmt: skip


def test_no_line_is_no_answer_and_exit_0(verify):
    result = verify(stdin=b"")
    assert (result.returncode, result.stdout) == (0, b"")


def test_a_line_of_10_mb_is_answered_too_large(verify):
    result = verify(stdin=b"HC1:" + b"A" * 10_000_000 + b"\nx\n")
    assert [a["reason"] for a in objects(result)] == ["too_large", "unknown_prefix"]


def test_bytes_that_are_no_text_are_answered_too(verify):
    result = verify(stdin=b"\xff\xfe\n\x00\n\xed\xa0\x80\n")
    assert len(objects(result)) == 3


def test_an_answer_comes_before_the_next_line_is_sent(trust_file, tmp_path):
    command = [sys.executable, "-m", "scanner_app.cli", "verify", "--trust", trust_file, "--json"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT)},
    ) as process:  # fmt: skip
        for number in (1, 2):
            process.stdin.write(b"a line\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["input"] == f"stdin:{number}"
        process.stdin.close()
        assert process.wait(10) == 1


def test_at_overrides_the_clock_and_means_utc_without_a_zone(verify, signer, a_person):
    text = a_person(days_valid=1).text(signer, now=1_627_632_000).encode()  # 2021-07-30T08:00:00Z
    assert objects(verify(stdin=text))[0]["reason"] == "expired"
    for moment in ("2021-07-30T08:00:00", "2021-07-30T08:00:00Z", "2021-07-30T15:00:00+07:00"):
        assert verify("--at", moment, stdin=text).returncode == 0
    assert objects(verify("--at", "2021-07-30T05:00:00", stdin=text))[0]["reason"] == "not_yet_valid"


def test_a_picture_gives_one_object_for_each_code(verify, signer, a_person, tmp_path):
    people = [a_person(), a_person(name="Trần Văn Dũng", doses=1, serial=2)]
    cards = [card(p.text(signer), p, 480) for p in people]
    height = min(c.shape[0] for c in cards)
    both = np.hstack([cards[0][:height], cards[1][:height]])
    picture = write_frame(tmp_path / "family.png", frame_with(both))
    answers = objects(verify(picture))
    assert [a["name"] for a in answers] == [p.name for p in people]
    assert {a["input"] for a in answers} == {str(picture)}


def test_a_picture_without_a_code_says_no_code(verify, tmp_path):
    result = verify(write_frame(tmp_path / "room.jpg", frame_with()))
    assert [(a["reason"], a["outcome"]) for a in objects(result)] == [("no_code", "cannot_tell")]
    assert result.returncode == 1


def test_a_picture_that_cannot_be_read_gets_one_object_with_a_reason(verify, tmp_path):
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"\x89PNG\r\n\x1a\nnothing")
    result = verify(broken)
    assert [a["reason"] for a in objects(result)] == ["unreadable_picture"]
    assert result.stderr == b""


def test_text_files_and_pictures_are_answered_in_the_order_of_the_arguments(verify, signer, a_person, tmp_path):
    texts = tmp_path / "texts.txt"
    texts.write_bytes(b"one\r\n\n" + a_person().text(signer).encode())
    picture = write_frame(tmp_path / "pass.PNG", frame_with(card(a_person().text(signer), a_person())))
    answers = objects(verify(texts, picture, texts))
    names = [f"{texts}:{n}" for n in (1, 2, 3)]
    assert [a["input"] for a in answers] == [*names, str(picture), *names]
    assert [a["outcome"] for a in answers[2:4]] == ["accepted", "accepted"]


def test_the_trust_data_may_be_a_folder(run_scanner, signer, a_person, trust_file):
    text = a_person().text(signer).encode()
    assert run_scanner("verify", "--trust", trust_file.parent, stdin=text).returncode == 0


def test_without_trust_data_a_pass_is_neither_accepted_nor_refused(run_scanner, signer, a_person):
    result = run_scanner("verify", "--json", stdin=a_person().text(signer).encode())
    assert [(a["outcome"], a["reason"]) for a in objects(result)] == [("cannot_tell", "no_trust")]
    assert result.returncode == 1


def test_the_installed_trust_data_is_used_without_an_argument(run_scanner, signer, a_person, tmp_path):
    installed = tmp_path / "instance" / "scanner"
    installed.mkdir(parents=True)
    write_trust(signer, installed / "trust.json")
    assert run_scanner("verify", stdin=a_person().text(signer).encode()).returncode == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ["--trust", "not-there.json"],
        ["--at", "yesterday"],
        ["--at", "2021-13-01"],
        ["--place", "Hà Nội"],
        ["not-there.png"],
        ["not-there.txt"],
        ["picture.gif"],
        ["."],
        ["--no-such-option"],
    ],
)
def test_a_wrong_call_is_one_sentence_and_exit_2(run_scanner, arguments):
    result = run_scanner("verify", *arguments)
    assert result.returncode == 2
    assert result.stdout == b""
    assert b"Traceback" not in result.stderr
    assert len(result.stderr.strip().splitlines()) <= 3


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b"\xff", b"[" * 100_000, b'{"format": "x"}'])
def test_a_broken_trust_file_is_named_with_exit_2(run_scanner, tmp_path, content):
    (tmp_path / "bad.json").write_bytes(content)
    result = run_scanner("verify", "--trust", "bad.json", stdin=b"x")
    assert result.returncode == 2
    assert b"bad.json" in result.stderr
    assert b"Traceback" not in result.stderr


def test_a_province_code_is_taken(verify, signer, a_person):
    assert verify("--place", "01", stdin=a_person().text(signer).encode()).returncode == 0


def test_in_words_the_verdict_comes_first(run_scanner, trust_file, signer, a_person):
    good = a_person().text(signer)
    result = run_scanner("verify", "--trust", trust_file, stdin=f"{good}\n{altered(good)}\n".encode())
    accepted, refused = result.stdout.decode().splitlines()
    assert accepted.startswith("ACCEPTED  2/2 doses  Comirnaty  Nguyễn Thị Hoàng Phương Thảo")
    assert refused.startswith("REFUSED  S-SIG  The signature is wrong")


def test_whoever_stops_reading_causes_no_traceback(trust_file, tmp_path):
    command = f"yes x | head -200000 | {sys.executable} -m scanner_app.cli verify --trust {trust_file} --json | head -1"
    result = subprocess.run(
        ["bash", "-c", command], capture_output=True, cwd=tmp_path, timeout=60, check=False,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    assert b"stdin:1" in result.stdout
    assert result.stderr == b""


class Streams:
    """Standard input and output in memory."""

    def __init__(self, content):
        self.stdin = type("Stdin", (), {"buffer": io.BytesIO(content)})()
        self.stdout = io.StringIO()


@settings(deadline=None)
@given(texts=st.lists(st.text().map(lambda t: t.replace("\n", "")), max_size=6))
def test_any_text_gets_exactly_one_line(texts):
    from scanner_app import cli_verify

    content = "".join(text + "\n" for text in texts).encode("utf-8", "surrogatepass")
    streams, real = Streams(content), cli_verify.sys
    cli_verify.sys = streams
    try:
        for as_objects in (True, False):
            streams.stdin.buffer.seek(0)
            streams.stdout.truncate(0)
            streams.stdout.seek(0)
            cli_verify.verify([], verifier_for(None).judge, 0.0, as_objects=as_objects)
            answered = streams.stdout.getvalue()
            assert len(answered.splitlines()) == len(texts) == answered.count("\n")
    finally:
        cli_verify.sys = real


def test_the_memory_does_not_grow_with_the_lines(trust_file, tmp_path):
    script = (
        "import sys;from scanner_app.cli import main;"
        f"main(['verify','--trust',{str(trust_file)!r},'--json']);"
        # Not `ru_maxrss`: Linux carries it over from whoever started the program.
        "print([line.split()[1] for line in open('/proc/self/status') if line[:5]=='VmHWM'][0],file=sys.stderr)"
    )

    def peak(count):
        result = subprocess.run(
            [sys.executable, "-c", script], input=b"HC1:6BF\n" * count, capture_output=True,
            cwd=tmp_path, env={"PYTHONPATH": str(ROOT)}, check=True, timeout=100,
        )  # fmt: skip
        assert result.stdout.count(b"\n") == count
        return int(result.stderr)

    assert peak(60_000) < peak(1_000) + 4_000  # kilobytes


def test_help_names_every_command(capsys):
    with pytest.raises(SystemExit) as left:
        cli.main(["--help"])
    assert left.value.code == 0
    told = capsys.readouterr().out
    assert all(command in told for command in ("verify", "decode", "run"))


def test_decode_prints_one_object_a_picture(run_scanner, signer, a_person, tmp_path):
    text = a_person().text(signer)
    good = write_frame(tmp_path / "a.png", frame_with(card(text, a_person())))
    empty = write_frame(tmp_path / "b.jpg", frame_with())
    result = run_scanner("decode", "--json", good, empty)
    answers = objects(result)
    assert result.returncode == 0
    assert [list(a) for a in answers] == [["input", "texts", "milliseconds"]] * 2
    assert [a["texts"] for a in answers] == [[text], []]
    assert answers[0]["input"] == str(good)
    assert answers[0]["milliseconds"] > 0


def test_without_libzbar_pictures_are_read_and_what_is_missing_is_said(run_scanner, signer, a_person, tmp_path):
    hidden = tmp_path / "hidden" / "pyzbar"
    hidden.mkdir(parents=True)
    (hidden / "__init__.py").write_text("raise ImportError('no zbar here')")
    text = a_person().text(signer)
    write_frame(tmp_path / "a.png", frame_with(card(text, a_person())))
    result = run_scanner("decode", "--json", "a.png", path=[tmp_path / "hidden"])
    assert objects(result)[0]["texts"] == [text]
    assert result.stderr.count(b"libzbar0") == 1


def test_decode_answers_a_broken_picture_and_goes_on(run_scanner, tmp_path):
    (tmp_path / "a.png").write_bytes(b"no picture")
    cv2.imwrite(str(tmp_path / "b.png"), frame_with())
    result = run_scanner("decode", "--json", "a.png", "b.png")
    assert [a["texts"] for a in objects(result)] == [[], []]
    assert result.returncode == 1
    assert b"Traceback" not in result.stderr
