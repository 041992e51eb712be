"""Settings and secrets: safe defaults, and no secret by default."""

import pytest

from verifier_server.config import load_config, load_settings
from verifier_server.errors import ServerError
from verifier_server.secret_files import make_secret, read_secret


@pytest.fixture
def folder(tmp_path):
    for name in ("secret.key", "serials.key"):
        make_secret(tmp_path / name)
    return tmp_path


def test_without_a_setting_the_register_is_sqlite_in_the_instance_folder(folder):
    assert load_config(folder, {}).database_url == f"sqlite:///{folder}/register.sqlite"


def test_postgresql_is_one_setting(folder):
    (folder / "server.toml").write_text('database_url = "postgresql://me@db/register"\n')
    assert load_config(folder, {}).database_url == "postgresql://me@db/register"


def test_the_variable_wins_over_the_file(folder):
    (folder / "server.toml").write_text('database_url = "postgresql://me@db/register"\n')
    variables = {"CHECKPOINT_DATABASE_URL": "postgresql://other@db/register"}
    assert load_config(folder, variables).database_url == "postgresql://other@db/register"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("databse_url = 'x'", "unknown setting 'databse_url'"),
        ("domestic_days = 'many'", "must be of the type int"),
        ("secure_cookies = 1", "must be of the type bool"),
        ("no toml at all", "cannot be read"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path, text, said):
    (tmp_path / "server.toml").write_text(text)
    with pytest.raises(ServerError, match=said):
        load_settings(tmp_path)


@pytest.mark.parametrize("name", ["secret.key", "serials.key"])
def test_without_a_secret_there_is_no_configuration(folder, name):
    (folder / name).unlink()
    with pytest.raises(ServerError, match=f"no secret .*{name}: run `checkpoint-server init-db`"):
        load_config(folder, {})


def test_a_secret_that_others_can_read_is_refused(folder):
    (folder / "secret.key").chmod(0o644)
    with pytest.raises(ServerError, match="can be read by others"):
        load_config(folder, {})


def test_a_damaged_secret_is_refused(folder):
    (folder / "secret.key").write_bytes(b"short")
    with pytest.raises(ServerError, match="must have 32 bytes"):
        load_config(folder, {})


def test_secrets_are_made_once_for_their_owner_only(tmp_path):
    path = tmp_path / "new" / "secret.key"
    assert make_secret(path)
    first = path.read_bytes()
    assert not make_secret(path)
    assert (path.read_bytes(), len(first)) == (first, 32)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_a_secret_shows_in_no_configuration(folder):
    config = load_config(folder, {})
    shown = repr(config) + str(config)
    assert read_secret(folder / "secret.key").unsafe_reveal().hex() not in shown
    assert "b'" not in shown
