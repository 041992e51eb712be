"""Key material and passphrases never show: not in output, errors, logs, reprs, tracebacks or public files.

Each test gathers what must never show (each passphrase, each private number in
every usual writing) and looks for it in everything that a person could see.
"""

import base64
import errno
import logging
import os
import traceback

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from keys import ceremony, custody, pkcs8, signers
from keys.errors import KeysError
from keys.secret import Secret

from .builders import EC_KEY, NOW

# Not local variables of a test: its own frame is in the traceback too.
WRONG, GENERATED = "W" * 43, "G" * 43


def writings_of(number):
    """A private number as people and programs write it."""
    raw = number.to_bytes(32, "big")
    encoded = (base64.b64encode(raw), base64.urlsafe_b64encode(raw).rstrip(b"="))
    return {str(number), f"{number:x}", f"{number:064X}", repr(raw)[2:-1], *(text.decode() for text in encoded)}


def secrets_of(store):
    """Everything in a key folder that must never show."""
    found = set()
    for key_file in store.root.rglob("private.pem"):
        beside = key_file.parent / "passphrase"
        phrase_file = beside if beside.exists() else store.root / "passphrases" / key_file.parent.name
        phrase = phrase_file.read_bytes().strip()
        key = load_pem_private_key(key_file.read_bytes(), phrase)
        found |= {phrase.decode()} | writings_of(key.private_numbers().private_value)
    return found


def assert_hidden(secrets, text):
    assert secrets
    assert not [secret for secret in secrets if secret in text]


def with_locals(error):
    """The traceback as a debug page shows it: each frame with its local variables."""
    return "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())


def test_no_command_prints_a_secret(run, store, caplog):
    caplog.set_level(logging.DEBUG)
    keys = ("--keys", store.root)
    secrets = secrets_of(store)
    shown = []
    shown += run("new", *keys, "--form", "travel", "--name", "next")
    secrets |= secrets_of(store)
    for command in (["status"], ["status", "--json"], ["check"]):
        shown += run(*command, *keys)
    shown += run("revoke", *keys, "next", "--reason", "test")
    shown += run("init", *keys)
    assert_hidden(secrets, "".join(map(str, shown)) + caplog.text)


def test_no_secret_is_in_the_state_file(store):
    assert_hidden(secrets_of(store), store.state_file.read_text())


def test_importing_a_private_key_does_not_show_it(run, store, tmp_path):
    keys = list(store.root.rglob("private.pem"))
    shown = run("import-signers", "--out", tmp_path / "t.json", *keys)
    bodies = {line for key in keys for line in key.read_text().splitlines() if "-----" not in line}
    assert_hidden(secrets_of(store) | bodies, "".join(map(str, shown)))


@pytest.mark.parametrize("show", [repr, str, "{}".format, "{!r}".format, "%s".__mod__, lambda it: it.__doc__])
def test_a_loaded_key_shows_only_its_key_id(store, show):
    secrets = secrets_of(store)
    for form in ("domestic", "travel"):
        signer = signers.active_signer(store, form)
        holder = ceremony.open_authority(store.authority_folder)
        for thing in (signer, signer.key, signer.entry, holder, holder.key, Secret(b"x" * 30)):
            assert_hidden(secrets | {"x" * 30}, show(thing) or "")


def test_a_wrong_passphrase_shows_nothing_in_a_traceback_with_locals(store):
    entry = store.signers()[0]
    store._passphrase_file(entry).write_text(WRONG)
    with pytest.raises(KeysError) as refused:
        store.open_key(entry)
    assert_hidden({WRONG}, with_locals(refused.value))


def test_a_passphrase_that_is_too_short_is_not_quoted(store):
    entry = store.signers()[0]
    store._passphrase_file(entry).write_text("hunter2hunter2")
    with pytest.raises(KeysError) as refused:
        store.open_key(entry)
    assert_hidden({"hunter2hunter2"}, with_locals(refused.value))


def test_a_full_disk_shows_nothing_in_a_traceback_with_locals(tmp_path, monkeypatch):
    monkeypatch.setattr(custody.secrets, "token_urlsafe", lambda _size: GENERATED)

    def full(_descriptor):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(KeysError) as refused:
        custody.save(EC_KEY, tmp_path / "private.pem", tmp_path / "passphrase")
    assert_hidden({GENERATED} | writings_of(EC_KEY.private_numbers().private_value), with_locals(refused.value))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("broken", ["_derived", "_sealed", "_pem"])
def test_a_failure_in_the_middle_of_encrypting_shows_nothing(monkeypatch, broken):
    def fails(*_arguments):
        raise RuntimeError("broken on purpose")

    monkeypatch.setattr(pkcs8, broken, fails)
    with pytest.raises(RuntimeError) as failed:
        pkcs8.encrypt(EC_KEY, Secret(b"P" * 43))
    assert_hidden({"P" * 43} | writings_of(EC_KEY.private_numbers().private_value), with_locals(failed.value))


def test_a_failure_in_the_cipher_shows_neither_key_nor_plain_text(monkeypatch):
    def fails(*_arguments):
        raise RuntimeError("broken on purpose")

    monkeypatch.setattr(pkcs8.modes, "CBC", fails)
    with pytest.raises(RuntimeError) as failed:
        pkcs8.encrypt(EC_KEY, Secret(b"P" * 43))
    text = with_locals(failed.value)
    assert_hidden({"P" * 43} | writings_of(EC_KEY.private_numbers().private_value), text)
    assert text.count("<secret>") >= 3


def test_a_thing_that_is_secret_is_refused_by_pickle(store):
    import pickle

    for thing in (Secret(b"x"), signers.active_signer(store, "travel").key):
        with pytest.raises(TypeError):
            pickle.dumps(thing)


def test_new_keys_are_made_where_git_does_not_look(run, monkeypatch, tmp_path, cheap_scrypt):
    monkeypatch.chdir(tmp_path)
    assert run("init", now=NOW)[0] == 0
    assert {path.parts[0] for path in (path.relative_to(tmp_path) for path in tmp_path.rglob("*"))} == {"instance"}
