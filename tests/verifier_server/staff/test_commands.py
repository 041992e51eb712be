"""`checkpoint-server add-staff` with each role, and `reset-staff`, the way back in."""

import pytest

from verifier_server.cli import main
from verifier_server.commands import init_db
from verifier_server.staff.accounts import account_of
from verifier_server.staff.approving import is_waiting
from verifier_server.staff.permissions import ROLES
from verifier_server.staff.second_factor import SecondFactor
from verifier_server.storage import Storage

from ..builders import NOW
from ..conftest import SECRET


@pytest.fixture
def run(tmp_path, capsys):
    """A command on a prepared instance: its exit code, its answer, what it said."""
    init_db.run(tmp_path / "instance")
    capsys.readouterr()

    def call(*arguments):
        code = main(["--instance", str(tmp_path / "instance"), *arguments])
        out, said = capsys.readouterr()
        return code, out.strip(), said

    return call


@pytest.fixture
def accounts(tmp_path):
    """The register behind the commands."""
    storage = Storage(f"sqlite:///{tmp_path / 'instance' / 'register.sqlite'}")
    yield storage
    storage.close()


def added(run, name, role="key_administrator", *more):
    return run("add-staff", "--email", f"{name}@example.vn", "--role", role, *more)


def waits(accounts, name):
    with accounts.reading() as session:
        return is_waiting(account_of(session, f"{name}@example.vn"))


@pytest.mark.parametrize("role", ROLES)
def test_every_role_can_be_made(run, accounts, role):
    assert added(run, "one", role, "--site", "Trạm A")[0] == 0
    with accounts.reading() as session:
        assert [one.name for one in account_of(session, "one@example.vn").roles] == [role]


@pytest.mark.parametrize("role", ["vaccinator", "site_lead"])
def test_a_role_of_a_site_needs_the_site(run, role):
    code, out, said = added(run, "one", role)
    assert (code, out) == (1, "")
    assert "acts for one site: name it" in said


def test_two_administrators_are_made_at_the_set_up_and_a_third_waits(run, accounts):
    for name in ("lan", "minh"):
        code, _, said = added(run, name)
        assert code == 0
        assert "confirms it" not in said
    code, _, said = added(run, "hoa")
    assert code == 0
    assert "until an administrator confirms it" in said
    assert [waits(accounts, name) for name in ("lan", "minh", "hoa")] == [False, False, True]


def test_a_reset_gives_a_new_password_and_takes_the_second_factor_and_the_wait(run, accounts):
    _, first, _ = added(run, "lan")
    with accounts.writing() as session:
        held = account_of(session, "lan@example.vn")
        held.tf_primary_method, held.tf_totp_secret = "authenticator", SecondFactor(SECRET).new_secret()
        before = held.password, held.fs_uniquifier
    code, second, said = run("reset-staff", "--email", "Lan@Example.vn")
    assert code == 0
    assert len(second) == 19
    assert second != first
    assert second not in said
    with accounts.reading() as session:
        held = account_of(session, "lan@example.vn")
        assert held.tf_totp_secret is None
        assert held.password != before[0]
        assert held.fs_uniquifier != before[1]
    assert not waits(accounts, "lan")


def test_one_of_three_who_is_reset_waits_for_a_second_person_again(run, accounts):
    for name in ("lan", "minh", "hoa"):
        added(run, name)
    with accounts.writing() as session:
        account_of(session, "hoa@example.vn").confirmed_at = NOW
    assert "until an administrator confirms it" in run("reset-staff", "--email", "hoa@example.vn")[2]
    assert waits(accounts, "hoa")


def test_nobody_is_reset_who_is_not_there(run):
    code, out, said = run("reset-staff", "--email", "nobody@example.vn")
    assert (code, out) == (1, "")
    assert said.count("\n") == 1
