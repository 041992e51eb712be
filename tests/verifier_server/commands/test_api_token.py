"""`checkpoint-server api-token`."""

from verifier_server.api.tokens import token_of
from verifier_server.cli import main
from verifier_server.config import load_config
from verifier_server.storage import Storage


def test_a_token_is_made_listed_and_ended(tmp_path, capsys):
    start = ["--instance", str(tmp_path)]
    assert main([*start, "init-db"]) == 0
    capsys.readouterr()
    assert main([*start, "api-token", "add", "--name", "Bệnh viện A", "--scope", "people:read"]) == 0
    text = capsys.readouterr().out.strip()
    storage = Storage(load_config(tmp_path).database_url)
    with storage.reading() as session:
        made = token_of(session, text, 0)
        assert made.scopes == ["people:read"]
    storage.close()
    assert main([*start, "api-token", "end", "1"]) == 0
    assert main([*start, "api-token", "list"]) == 0
    assert "ended" in capsys.readouterr().out


def test_a_wrong_scope_and_a_token_that_is_not_there_are_one_sentence(tmp_path, capsys):
    start = ["--instance", str(tmp_path)]
    assert main([*start, "init-db"]) == 0
    capsys.readouterr()
    for wrong in (["add", "--name", "A", "--scope", "all"], ["end", "7"]):
        assert main([*start, "api-token", *wrong]) == 1
        assert capsys.readouterr().err.count("\n") == 1
