"""No command, help, error, log or traceback shows a passphrase or private number: signers', holders', online keys'."""

import argparse
import logging
import shutil
import traceback

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from keys import cli, custody
from keys.channel import holder, sign
from keys.channel.place import Channel
from keys.errors import KeysError
from keys.lifecycle import DAY

from ..builders import NOW
from ..test_nothing_secret_shows import assert_hidden, writings_of

# Played on folders of its own (tests/keys/drill).
ELSEWHERE = {"drill"}


def all_secrets(top):
    """Every passphrase and private number below a folder, of whoever it is."""
    found = set()
    for key in (path for path in top.rglob("*.pem") if path.name != "certificate.pem"):
        places = (key.with_suffix(".passphrase"), key.parent / "passphrase")
        places += (key.parents[2] / "passphrases" / key.parent.name,)
        phrases = [place for place in places if place.is_file()]
        if phrases:
            phrase = phrases[0].read_bytes().strip()
            number = load_pem_private_key(key.read_bytes(), phrase).private_numbers().private_value
            found |= {phrase.decode()} | writings_of(number)
    return found


@pytest.fixture
def places(tmp_path, run):
    """A demonstration: signers, authority, one holder, and online keys."""
    where = ("--keys", tmp_path / "keys", "--channel", tmp_path / "channel")
    assert run("init", "--demo", *where)[0] == 0
    return where


def commands(parser=None, before=()):
    """Every command's words and its parser, as the command line has them."""
    parser = parser or cli._parser()
    inner = [it for it in parser._actions if isinstance(it, argparse._SubParsersAction)]
    if not inner:
        yield before, parser
    for name, each in inner[0].choices.items() if inner else ():
        yield from commands(each, (*before, name))


def a_call_of_each(top, places):
    """Arguments with which each command does what it is for, in an order that works."""
    proposal, own = top / "channel/proposal", top / "channel/holder"
    yield ("init",), places
    yield ("holder", "new"), (top / "An", "--name", "An", "--role", "root")
    yield ("new",), ("--form", "travel", "--name", "next", *places)
    yield ("check",), places[:2]
    yield ("propose",), ("--renew", "all", "--new-online", *places)
    yield ("sign",), ("--proposal", proposal, "--look")
    yield ("sign",), ("--proposal", proposal, "--holder", own)
    yield ("publish",), places
    yield ("propose",), ("--renew", "keys", *places)
    yield ("withdraw",), places
    yield ("refresh",), places
    yield ("foreign",), ("--out", top / "foreign.bin", *places)
    yield ("export-bundle",), ("--out", top / "usb", *places)
    yield ("rotate",), places
    yield ("activate",), ("next", *places)
    yield ("revoke",), ("next", "--preview", *places)
    yield ("revoke",), ("next", "--reason", "stolen", *places)
    yield ("retire",), ("next", *places)
    yield ("status",), places
    yield ("status",), ("--json", *places)
    yield ("import-signers",), ("--out", top / "t.json", top / "channel/holder/root.pem")


def test_each_command_is_tried(tmp_path, places):
    tried = {words for words, _ in a_call_of_each(tmp_path, places)}
    assert {words for words, _ in commands() if words[0] not in ELSEWHERE} == tried


def test_no_command_shows_a_secret_on_its_screen_in_its_log_or_in_what_it_publishes(run, places, tmp_path, caplog):
    caplog.set_level(logging.DEBUG)
    secrets, shown = all_secrets(tmp_path), []
    assert len(secrets) > 50  # of two signers, the authority, five roles of a holder, and three online keys
    for words, arguments in a_call_of_each(tmp_path, places):
        shown += run(*words, *arguments)
        secrets |= all_secrets(tmp_path)
        shown += [_read(path) for path in (tmp_path / "channel/proposal").rglob("*") if path.is_file()]
    for folder in ("usb", "channel/releases", "channel/minutes"):
        shown += [_read(path) for path in (tmp_path / folder).rglob("*") if path.is_file()]
    assert_hidden(secrets, "".join(map(str, shown)) + caplog.text)


def _read(path):
    return path.read_bytes().decode("utf-8", "replace")


def test_no_help_and_no_wrong_call_shows_a_secret(places, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    said = ""
    for words, _ in commands():
        for wrong in ("--help", "--no-such-option"):
            with pytest.raises(SystemExit):
                cli.main([*words, wrong], now=NOW)
            said += "".join(capsys.readouterr())
        assert f"usage: checkpoint-keys {' '.join(words)}" in said
    assert_hidden(all_secrets(tmp_path), said)


def test_no_option_takes_a_passphrase_or_a_pin_itself():
    options = {option for _, parser in commands() for action in parser._actions for option in action.option_strings}
    about = {option for option in options if any(word in option for word in ("phrase", "password", "pin", "secret"))}
    assert about == {"--pin-file"}


def broken(tmp_path, role, kind):
    """The demonstration's holder with one bad passphrase file; what may not be shown of it."""
    file = tmp_path / "channel/holder" / f"{role}.passphrase"
    phrase = file.read_text().strip()
    file.write_text({"wrong": phrase[::-1], "short": phrase[:12]}[kind])
    return {phrase, phrase[::-1], phrase[:12]}


@pytest.mark.parametrize("kind", ["wrong", "short"])
def test_a_holders_bad_passphrase_shows_nothing_in_a_traceback_with_locals(run, places, tmp_path, kind):
    run("propose", "--renew", "root", *places)
    secrets = all_secrets(tmp_path) | broken(tmp_path, "root", kind)
    with pytest.raises(KeysError) as refused:
        sign.sign(tmp_path / "channel/proposal", tmp_path / "channel/holder", NOW)
    assert_hidden(secrets, _with_locals(refused.value))
    said = run("sign", "--proposal", tmp_path / "channel/proposal", "--holder", tmp_path / "channel/holder")
    assert said[0] == 1
    assert_hidden(secrets, "".join(map(str, said)))


def test_an_online_key_that_cannot_be_opened_shows_nothing(run, places, tmp_path):
    secrets = all_secrets(tmp_path)
    for file in (tmp_path / "channel/online").rglob("timestamp.passphrase"):
        file.write_text(file.read_text().strip()[::-1])
    code, out, err = run("refresh", *places, now=NOW + DAY)
    assert code == 1
    assert_hidden(secrets, out + err)


def test_a_failure_while_a_holders_keys_are_made_shows_nothing(tmp_path, monkeypatch):
    made = []
    original = custody.new_private_key

    def noted():
        made.append(original())
        return made[-1]

    monkeypatch.setattr(custody, "new_private_key", noted)
    monkeypatch.setattr(holder, "write_whole", _fails)
    with pytest.raises(RuntimeError) as failed:
        holder.make(tmp_path / "An", "An", ["root", "targets"])
    secrets = {it for key in made for it in writings_of(key.private_numbers().private_value)}
    secrets |= {path.read_text().strip() for path in tmp_path.rglob("*.passphrase")}
    assert len(made) == 2
    assert_hidden(secrets, _with_locals(failed.value))


def _fails(*_arguments, **_more):
    raise RuntimeError("broken on purpose")


def test_an_opened_holders_key_and_the_publishers_show_nothing_when_printed(places, tmp_path):
    secrets = all_secrets(tmp_path)
    folder, channel = tmp_path / "channel/holder", Channel(tmp_path / "channel")
    held = holder.public(folder).of("root")[0]
    release = channel.current()
    signers = channel.online_signers(release.root().signed, release.targets()["targets"].signed)
    for thing in (holder.signer(folder, held), held, signers, channel):
        assert_hidden(secrets, f"{thing!r} {thing}")


def test_a_holders_folder_that_was_destroyed_holds_no_secret(places, tmp_path):
    copy = shutil.copytree(tmp_path / "channel/holder", tmp_path / "copy")
    secrets = all_secrets(copy)
    holder.destroy(copy)
    assert_hidden(secrets, "".join(_read(path) for path in copy.rglob("*") if path.is_file()))


def _with_locals(error):
    # Without the test's own frame, in which the secrets lie.
    inner = error.__traceback__.tb_next
    return "".join(traceback.TracebackException(type(error), error, inner, capture_locals=True).format())
