"""`checkpoint-server print-cards`: files of cards from a server's own register."""

import time
from dataclasses import replace

import pypdfium2
import pytest

from verifier_server.cli import main
from verifier_server.commands import print_cards
from verifier_server.web.services import services

from ..builders import NOW, a_pass, a_person


@pytest.fixture
def printing(app, register, instance, monkeypatch):
    """Two people with a pass in a register, and the command on it."""
    with app.app_context():
        config = replace(services().config, database_url=services().config.database_url)
        with register.writing() as session:
            people = [
                a_person(session, name=f"Lê Văn {letter}", id_number=f"00119000000{n}", phone=f"091234560{n}").id
                for n, letter in enumerate("AB")
            ]
        for person in people:
            a_pass(register, services().desk, person, site_id=1)
    monkeypatch.setattr(print_cards, "load_config", lambda _instance: config)
    monkeypatch.setattr(time, "time", lambda: NOW + 60.0)
    return lambda *arguments: main(["--instance", str(instance), "print-cards", *arguments])


def test_the_cards_of_a_site_are_written(printing, tmp_path, capsys):
    assert printing("--site", "trạm y tế phường mẫu", "--out", str(tmp_path / "cards")) == 0
    [file] = (tmp_path / "cards").iterdir()
    assert len(pypdfium2.PdfDocument(file)) == 2
    assert "2 cards" in capsys.readouterr().err
    assert (tmp_path / "cards").stat().st_mode & 0o777 == 0o700


def test_nothing_chosen_an_unknown_site_and_nobody_are_one_sentence(printing, tmp_path, capsys):
    out = str(tmp_path / "cards")
    assert printing("--out", out) == 1
    assert "Say whose cards" in capsys.readouterr().err
    assert printing("--site", "Nowhere", "--out", out) == 1
    assert "no site named" in capsys.readouterr().err
    assert printing("--day", "2020-01-01", "--out", out) == 1
    assert "no pass in use" in capsys.readouterr().err
