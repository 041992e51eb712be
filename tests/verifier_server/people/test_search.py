"""Finding people."""

import pytest

from verifier_server.people.search import find_people

from ..builders import a_person


@pytest.fixture
def people(storage):
    """A register with four people."""
    with storage.writing() as session:
        for number, name in enumerate(
            ("Nguyễn Thị Hòa", "Nguyễn Thị Hoa", "Đặng Văn Hoà", "Trần Dũng 100%".strip(" 10%"))
        ):
            a_person(session, name=name, id_number=f"00119000010{number}", phone=f"091111110{number}")
    return storage


def found(storage, query):
    with storage.reading() as session:
        return [person.name for person in find_people(session, query)]


CASES = [
    ("hoa", ["Đặng Văn Hoà", "Nguyễn Thị Hoa", "Nguyễn Thị Hòa"]),
    ("nguyen hoa", ["Nguyễn Thị Hoa", "Nguyễn Thị Hòa"]),
    ("DANG VAN", ["Đặng Văn Hoà"]),
    ("đặng", ["Đặng Văn Hoà"]),
    ("dun", ["Trần Dũng"]),
    ("001190000103", ["Trần Dũng"]),
    ("0103", ["Trần Dũng"]),
    ("0911111102", ["Đặng Văn Hoà"]),
    ("+84911111102", ["Đặng Văn Hoà"]),
    ("84911111102", ["Đặng Văn Hoà"]),
    ("0911-111-102", ["Đặng Văn Hoà"]),
    ("0911.111.102", ["Đặng Văn Hoà"]),
    ("(0911) 111 102", ["Đặng Văn Hoà"]),
    ("001.190.000.103", ["Trần Dũng"]),
    ("...", []),
    ("hoa 0101", ["Nguyễn Thị Hoa"]),
    ("nobody", []),
    ("", []),
    ("%", []),
    ("_", []),
    ("' OR 1=1 --", []),
]


def test_people_are_found_by_parts_without_diacritics(people):
    for query, names in CASES:
        assert (query, sorted(found(people, query))) == (query, sorted(names))


def test_what_was_typed_with_its_marks_comes_first(people):
    assert found(people, "Hoà")[0] in {"Nguyễn Thị Hòa", "Đặng Văn Hoà"}
    assert found(people, "Hoà")[-1] == "Nguyễn Thị Hoa"


def test_a_search_has_a_limit(people):
    with people.reading() as session:
        assert len(find_people(session, "hoa", limit=2)) == 2
