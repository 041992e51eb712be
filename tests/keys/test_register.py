"""The register behind ``revoke --preview``: found where a server is installed, one sentence where none is."""

import json
from importlib.metadata import EntryPoint

import pytest

from keys import lifecycle, register, revoking
from keys.entry import iso
from keys.errors import KeysError
from keys.lifecycle import STALENESS_LIMIT

from .builders import NOW

COUNTED = {
    "passes": 12,
    "people": 9,
    "current": 10,
    "superseded": 1,
    "expired": 1,
    "unchanged": 3,
    "issued": 400,
    "by_form": {"domestic": {"passes": 12, "people": 9}},
    "by_province": {"79": {"passes": 8, "people": 6}, "unknown": {"passes": 4, "people": 3}},
    "by_site": {"Trạm A": {"passes": 12, "people": 9}},
    "something_newer": 1,
}


def offered(monkeypatch, *points):
    monkeypatch.setattr(register, "_offered", lambda: iter(points))


@pytest.fixture
def asked(monkeypatch):
    """A register that answers, and what it was asked."""
    calls = []

    def answers(*arguments):
        calls.append(arguments)
        return COUNTED

    monkeypatch.setattr(revoking, "cost_of_key", lambda *it: register.Cost(**_members(answers(*it))))
    return calls


def _members(document):
    return {name: value for name, value in document.items() if name != "something_newer"}


def test_where_a_server_is_installed_its_register_is_asked(monkeypatch, tmp_path):
    point = EntryPoint(register.NAME, f"{__name__}:an_answer", register.GROUP)
    offered(monkeypatch, point)
    cost = register.cost_of_key(tmp_path, "00" * 8, NOW)
    assert (cost.passes, cost.people, cost.reported) == (12, 9, None)


def an_answer(_instance, _kid, _now):
    return {**COUNTED, "reported": None}


def test_without_a_server_one_sentence_says_where_to_ask(monkeypatch, tmp_path, run, store):
    offered(monkeypatch)
    code, out, err = run("revoke", "--keys", store.root, store.signers()[0].name, "--preview")
    assert (code, out) == (1, "")
    assert err == (
        "checkpoint-keys: no server is installed here, and only its register knows which passes a key has signed; "
        "run this on the server's machine.\n"
    )


def test_a_server_without_its_packages_is_one_sentence(monkeypatch, tmp_path):
    offered(monkeypatch, EntryPoint(register.NAME, "no_such_package.anywhere:f", register.GROUP))
    with pytest.raises(KeysError, match=r'pip install "checkpoint-qr\[server\]"'):
        register.cost_of_key(tmp_path, "00" * 8, NOW)


def test_the_preview_counts_by_form_province_and_site_and_changes_nothing(run, store, asked):
    entry = store.signers()[0]
    before = store.state_file.read_bytes()
    code, out, err = run("revoke", "--keys", store.root, entry.name, "--preview")
    assert (code, err) == (0, "")
    assert "would turn red 12 passes of 9 people, of 400 issued." in out
    assert "Not counted: 3 that are revoked already." in out
    assert "Reported as wrong: no reports are kept yet." in out
    assert "province          8 passes         6 people  79" in out
    assert "site             12 passes         9 people  Trạm A" in out
    assert f"checkpoint-keys revoke {entry.name} --reason TEXT --keys {store.root}" in out
    assert store.state_file.read_bytes() == before
    assert asked == [(store.root.parent, entry.kid.hex(), NOW)]


def test_the_preview_in_json_says_that_there_are_no_reports(run, store, asked, tmp_path):
    entry = store.signers()[0]
    folder = ("--instance", tmp_path / "elsewhere")
    out = run("revoke", "--keys", store.root, entry.kid.hex(), "--preview", "--json", *folder)[1]
    document = json.loads(out)
    assert (document["key"], document["kid"]) == (entry.name, entry.kid.hex())
    assert document["reported"] is None
    assert document["by_province"]["79"] == {"passes": 8, "people": 6}
    assert asked[0][0] == tmp_path / "elsewhere"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "give --reason, or --preview to see first what it would cost"),
        (("--reason", " "), "give --reason, or --preview"),
        (("--reason", "stolen", "--json"), "--json goes with --preview"),
    ],
)
def test_a_key_is_not_revoked_without_a_reason(run, store, arguments, said):
    code, out, err = run("revoke", "--keys", store.root, store.signers()[0].name, *arguments)
    assert (code, out) == (1, "")
    assert said in err
    assert err.count("\n") == 1
    assert store.signers()[0].status.value == "active"


def commands_in(out):
    return [line.strip() for line in out.splitlines() if line.strip().startswith("checkpoint-")]


def test_after_revoking_the_next_commands_of_the_compromise_page_are_named(run, store):
    keys, entry = ("--keys", store.root), lifecycle.active(store.signers(), "travel")
    run("new", *keys, "--form", "travel", "--name", "in-turn")
    run("new", *keys, "--form", "travel", "--name", "the-spare", "--spare", "--apart", store.root.parent / "safe")
    store.mark_published(NOW)
    out = run("revoke", *keys, entry.name, "--reason", "stolen", now=NOW + STALENESS_LIMIT)[1]
    assert [command.split()[:3] for command in commands_in(out)] == [
        ["checkpoint-keys", "init", "--keys"],  # there is no channel yet
        ["checkpoint-keys", "activate", "the-spare"],
        ["checkpoint-server", "revoke", "--key"],
        ["checkpoint-server", "revoke", "--key"],
        ["checkpoint-server", "approve", "BATCH"],
        ["checkpoint-server", "reissue", "--revoked-batch"],
    ]
    assert f"checkpoint-server revoke --key {entry.kid.hex()} --preview" in commands_in(out)
    assert run("activate", *keys, "the-spare", now=NOW + STALENESS_LIMIT)[0] == 0


def test_without_a_spare_it_says_that_nothing_signs(run, store):
    out = run("revoke", "--keys", store.root, store.signers()[0].name, "--reason", "stolen")[1]
    assert "NO DOMESTIC KEY SIGNS NOW" in out
    assert commands_in(out)[1] == f"checkpoint-keys rotate --keys {store.root}"


def test_a_spare_that_scanners_cannot_know_yet_is_named_with_its_day(run, store):
    keys, entry = ("--keys", store.root), lifecycle.active(store.signers(), "travel")
    run("new", *keys, "--form", "travel", "--name", "young", "--spare", "--apart", store.root.parent / "safe")
    store.mark_published(NOW)
    out = run("revoke", *keys, entry.name, "--reason", "stolen", now=NOW + 1)[1]
    assert "NO TRAVEL KEY SIGNS NOW: scanners may not know the next one before " in out
    assert f"before {iso(NOW + STALENESS_LIMIT)}. From then on:" in out
    assert "Let the next key sign" not in out
    assert any(it.startswith("checkpoint-keys activate young") for it in commands_in(out))


def test_a_key_that_did_not_sign_needs_no_other_in_its_place(run, store):
    run("new", "--keys", store.root, "--form", "travel", "--name", "next")
    out = run("revoke", "--keys", store.root, "next", "--reason", "lost")[1]
    assert "activate" not in out
    assert "SIGNS NOW" not in out
    assert "Then give everybody a new pass" in out
