"""The way to the database."""

import threading

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from verifier_server.doses.tables import Dose
from verifier_server.errors import ServerError
from verifier_server.people.tables import Person
from verifier_server.storage import Storage, parsed_url

from .builders import NOW, TODAY, a_person


def test_a_writing_session_is_kept_whole_or_not_at_all(storage):
    def work():
        with storage.writing() as session:
            a_person(session)
            raise TimeoutError

    with pytest.raises(TimeoutError):
        work()
    with storage.reading() as session:
        assert session.scalars(select(Person)).all() == []


def test_a_reading_session_leaves_nothing_behind(storage):
    with storage.reading() as session:
        a_person(session)
    with storage.reading() as session:
        assert session.scalars(select(Person)).all() == []


def test_a_dose_of_nobody_is_refused_by_the_database(storage):
    with pytest.raises(IntegrityError), storage.writing() as session:
        session.add(Dose(person_id=4711, number=1, vaccine="AZ", given_on=TODAY, recorded_at=NOW))


def test_a_dose_number_is_taken_once_even_for_those_who_do_not_look(storage):
    with storage.writing() as session:
        person = a_person(session)
    twice = [Dose(person_id=person.id, number=1, vaccine="AZ", given_on=TODAY, recorded_at=NOW) for _ in range(2)]
    with pytest.raises(IntegrityError), storage.writing() as session:
        session.add_all(twice)


def test_writers_wait_for_each_other_and_none_is_lost(storage):
    gate = threading.Barrier(4)

    def write(number):
        gate.wait()
        for turn in range(5):
            with storage.writing() as session:
                session.scalars(select(Person)).all()  # read first, write later: what a snapshot would refuse
                a_person(session, id_number=f"0011900{number}{turn:04d}")

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with storage.reading() as session:
        assert len(session.scalars(select(Person)).all()) == 20


def test_sqlite_runs_with_a_write_ahead_log_and_foreign_keys(sqlite):
    with sqlite.engine.connect() as connection:
        found = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "foreign_keys", "busy_timeout", "synchronous")
        }
    assert found == {"journal_mode": "wal", "foreign_keys": 1, "busy_timeout": 15000, "synchronous": 2}


def test_a_new_database_file_is_its_owners_alone(tmp_path):
    Storage(f"sqlite:///{tmp_path / 'new.sqlite'}").close()
    assert (tmp_path / "new.sqlite").stat().st_mode & 0o777 == 0o600


def test_a_database_file_in_no_folder_is_one_sentence(tmp_path):
    with pytest.raises(ServerError, match="cannot be opened: No such file"):
        Storage(f"sqlite:///{tmp_path}/nowhere/new.sqlite")


@pytest.mark.parametrize(
    ("url", "driver"),
    [
        ("sqlite:///x", "sqlite"),
        ("postgresql://u@h/d", "postgresql+psycopg"),
        ("postgresql+psycopg://u@h/d", "postgresql+psycopg"),
    ],
)
def test_a_url_names_the_database(url, driver):
    assert parsed_url(url).drivername == driver


@pytest.mark.parametrize("url", ["mysql://u@h/d", "nonsense", "", "oracle://"])
def test_another_database_is_refused(url):
    with pytest.raises(ServerError):
        parsed_url(url)
