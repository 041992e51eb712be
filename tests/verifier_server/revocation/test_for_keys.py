"""What ``checkpoint-keys revoke KEY --preview`` is told by the register, through the installed entry point."""

import json
import time

import pytest

from keys import ceremony, cli, lifecycle, pkcs8
from keys.signers import SigningDesk
from keys.store import KeyStore
from verifier_server.cli import main
from verifier_server.config import load_config
from verifier_server.passes.desk import IssuingDesk
from verifier_server.passes.serials import SerialStock
from verifier_server.revocation.for_keys import cost_of_key
from verifier_server.storage import Storage

from ..builders import DAY
from .builders import a_site, passes, people

PEOPLE = 3


@pytest.fixture
def instance(tmp_path, monkeypatch):
    """A server's folder with a database and keys."""
    monkeypatch.setattr(pkcs8, "SCRYPT_COST", 2)
    monkeypatch.delenv("CHECKPOINT_DATABASE_URL", raising=False)
    folder = tmp_path / "instance"
    assert main(["--instance", str(folder), "init-db"]) == 0
    ceremony.init(KeyStore(folder / "keys"), int(time.time()) - 2 * DAY)
    return folder


@pytest.fixture
def issued(instance):
    """A pass of each of some people, issued yesterday at one site."""
    config, store = load_config(instance), KeyStore(instance / "keys")
    register = Storage(config.database_url)
    desk = IssuingDesk(SigningDesk(store), SerialStock(register, config.serial_secret))
    site = a_site(register, "Trạm A")
    made = passes(register, desk, people(register, PEOPLE), now=int(time.time()) - DAY, site_id=site)
    register.close()
    return made


def called(instance, capsys, *arguments):
    capsys.readouterr()
    code = cli.main(["revoke", "--keys", str(instance / "keys"), *arguments, "--preview"])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_the_keys_command_counts_in_the_real_register(instance, issued, capsys):
    name = lifecycle.active(KeyStore(instance / "keys").signers(), "domestic").name
    code, out, _ = called(instance, capsys, name, "--json")
    counted = json.loads(out)
    assert (code, counted["passes"], counted["people"], counted["current"]) == (0, PEOPLE, PEOPLE, PEOPLE)
    assert counted["by_site"] == {"Trạm A": {"passes": PEOPLE, "people": PEOPLE}}
    assert counted["reported"] == 0
    code, out, _ = called(instance, capsys, name)
    assert f"would turn red {PEOPLE} passes of {PEOPLE} people" in out
    assert "Reported as wrong: 0." in out


def test_a_key_that_has_signed_nothing_costs_nothing(instance, issued):
    assert cost_of_key(instance, "00" * 8, int(time.time()))["passes"] == 0


def test_without_a_database_none_is_made_and_one_sentence_says_so(instance, capsys):
    name = KeyStore(instance / "keys").signers()[0].name
    for file in instance.glob("register.sqlite*"):
        file.unlink()
    code, out, err = called(instance, capsys, name)
    assert (code, out) == (1, "")
    assert "There is no register at" in err
    assert err.count("\n") == 1
    assert not (instance / "register.sqlite").exists()


def test_a_database_without_our_tables_is_one_sentence(instance, capsys):
    name = KeyStore(instance / "keys").signers()[0].name
    for file in instance.glob("register.sqlite*"):
        file.unlink()
    (instance / "register.sqlite").touch(mode=0o600)
    code, out, err = called(instance, capsys, name)
    assert (code, out) == (1, "")
    assert "The register cannot be used: no such table" in err
    assert err.count("\n") == 1


def test_a_database_that_does_not_answer_is_one_sentence(instance, capsys, monkeypatch):
    monkeypatch.setenv("CHECKPOINT_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    code, out, err = called(instance, capsys, KeyStore(instance / "keys").signers()[0].name)
    assert (code, out) == (1, "")
    assert "The register cannot be used" in err
    assert err.count("\n") == 1
