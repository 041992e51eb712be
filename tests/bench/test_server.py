import json
import os

import pytest

from bench import server
from bench.load import Generator, Load
from keys import pkcs8
from verifier_server.config import DATABASE_VARIABLE


@pytest.fixture(scope="module")
def figures():
    small = [
        "--storage",
        "sqlite",
        "--people",
        "300",
        "--threads",
        "2",
        "--seconds",
        "0.15",
        "--rounds",
        "1",
        "--rows",
        "400",
        "--json",
    ]
    with pytest.MonkeyPatch.context() as patch, pytest.MonkeyPatch.context() as said:
        patch.setattr(pkcs8, "SCRYPT_COST", 2)
        lines = []
        said.setattr(server, "print", lambda line, **_more: lines.append(line), raising=False)
        assert server.main(small) == 0
    return json.loads(lines[-1])


def test_every_page_is_measured_beside_the_bare_one(figures):
    for page in ("pass_json", "pass_png", "dose", "citizen"):
        measured = figures[page]["sqlite"]
        assert measured["rate"] > 0
        assert 0 < measured["ratio"] < 1
        assert 0 < measured["p50_ms"] <= measured["p99_ms"]
        assert measured["generator_busy"] < 1


def test_bulk_issuing_says_how_fast_and_how_much_memory(figures):
    assert figures["bulk"]["passes_per_second"] > 0
    assert 20 < figures["bulk"]["peak_mb"] < 500


def test_a_request_carries_its_number_in_path_header_and_body():
    load = Load("h", 1, "POST", "/people/{n}", "n={n}", {"Key": "k-{n}"})
    assert load.request(7).split(b"\r\n") == [
        b"POST /people/7 HTTP/1.1", b"Host: h:1", b"Key: k-7", b"Content-Length: 3", b"Connection: close", b"", b"n=7",
    ]  # fmt: skip


def test_a_server_that_is_not_there_is_told_and_not_counted():
    from bench.served import free_port

    with pytest.raises(ConnectionRefusedError):
        Generator(Load("127.0.0.1", free_port(), "GET", "/", seconds=0.1)).run()


def test_the_bench_leaves_no_database_to_whatever_runs_after_it_in_the_process(figures):
    assert figures
    assert DATABASE_VARIABLE not in os.environ
