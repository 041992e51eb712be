"""Who was entered twice, looked for in the whole register, and the list that a clerk works through."""

import random

import pytest
from alembic import command
from sqlalchemy import select, text, update

from verifier_server.people.duplicate_tables import LikelyPair, PairSearch
from verifier_server.people.erasing import erase_person
from verifier_server.people.merging import keep_apart, merge, undo
from verifier_server.people.pair_finding import pairs_of, standing_after
from verifier_server.people.pair_list import count_of_pairs, likely_pairs
from verifier_server.people.pair_search import LONGEST_SECONDS, SHORTEST_SECONDS, round_of, search_a_piece
from verifier_server.people.scoring import near_number, nearby_numbers
from verifier_server.people.tables import Person

from ..builders import DAY, NOW, a_person, an_account
from ..old_registers import DATABASES, migrate, of_version

SELF = {"name": "Lê Thị Hòa", "birth": "07/03/1980", "phone": "0912345678", "id_number": "001180000003"}
AGAIN = {
    "the same number under another name": {"name": "Trần Văn Dũng", "birth": "1955", "phone": ""},
    "one digit of the number": {"birth": "1980", "phone": "", "id_number": "001180000008"},
    "two digits in the other order": {"birth": "", "phone": "", "id_number": "001180000030"},
    "no number and another phone": {"phone": "0987654321", "id_number": ""},
    "without accents and day and month exchanged": {"name": "Le Thi Hoa", "birth": "03/07/1980", "id_number": ""},
    "a similar name at the same phone": {"name": "Lê Thị Hoàng", "id_number": "012345678"},
}
OTHERS = {
    "a namesake of the same day": {"phone": "", "id_number": "079180123456"},
    "a relative at the same phone": {"name": "Trần Văn Dũng", "birth": "1978", "id_number": "001178000099"},
    "a namesake of another year": {"birth": "07/03/1990", "phone": "", "id_number": ""},
}


def two(session, again):
    """Somebody, and one more record; the number of a paper is unique, so that of the same number is a former one."""
    first = a_person(session, **SELF)
    given = {**SELF, **{name: value for name, value in again.items() if value or name != "birth"}}
    same_number = given["id_number"] == SELF["id_number"]
    second = a_person(session, **{**given, "id_number": ""} if same_number else given)
    if same_number:
        first.identifiers[0].ended_at = NOW
        session.add(
            type(first.identifiers[0])(person_id=second.id, kind="cccd", number=SELF["id_number"], noted_at=NOW)
        )
    session.flush()
    return first.id, second.id


@pytest.mark.parametrize("again", AGAIN.values(), ids=AGAIN)
def test_a_record_that_was_entered_twice_is_found_with_its_reasons(lite, again):
    with lite.writing() as session:
        both = two(session, again)
        [pair] = pairs_of(session, standing_after(session, 0, 10))
        assert (pair.first, pair.second) == both
        assert pair.reasons


@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS)
def test_whoever_is_somebody_else_is_not_found(lite, other):
    with lite.writing() as session:
        two(session, other)
        assert pairs_of(session, standing_after(session, 0, 10)) == []


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [
        ("001180000003", "001180000008", True),
        ("001180000003", "001180000030", True),
        ("012345678", "12345678", True),
        ("1180000003", "001180000003", True),
        ("001180000003", "101180000008", False),
        ("012345678", "012345678", False),
        ("C1234567", "C1234568", False),
        ("012345678", "0123456789", False),
    ],
)
def test_numbers_that_somebody_mistyped_are_near_and_are_looked_up(one, other, near):
    assert near_number(one, other) is near_number(other, one) is near
    assert (other in nearby_numbers(one)) is near


def test_what_is_looked_up_is_what_is_near():
    dice = random.Random(3)
    for _ in range(200):
        one = "".join(dice.choices("0123456789", k=dice.choice((9, 12))))
        assert all(near_number(one, other) for other in nearby_numbers(one))


def test_names_alike_with_numbers_in_a_row_and_a_year_alone_are_no_pair(lite):
    with lite.writing() as session:
        for letter in "ABCD":
            number = f"00118000000{ord(letter) - 64}"
            a_person(session, name=f"Phạm Văn {letter * 2}", birth="1980", phone="", id_number=number)
        assert pairs_of(session, standing_after(session, 0, 10)) == []


def test_a_round_goes_through_everybody_in_pieces_on_each_database(storage):
    with storage.writing() as session:
        by = an_account(session)
        pairs = [two(session, AGAIN["one digit of the number"])]
        for n in range(8):
            a_person(session, name=f"Phạm Văn {'ABCDEFGH'[n] * 4}", birth=f"{1950 + n}", phone="", id_number="")
        pairs.append((12, 11))
        for _ in range(2):
            a_person(session, name="Đỗ Văn Minh", birth="02/02/1960", phone="", id_number="")
    assert [search_a_piece(storage, NOW, piece=5) for _ in range(3)] == [5, 5, 2]
    assert search_a_piece(storage, NOW + SHORTEST_SECONDS - 1, piece=5) == 0
    with storage.writing() as session:
        assert count_of_pairs(session) == 2
        assert [(one.first.id, one.second.id) for one in likely_pairs(session)] == [(1, 2), (11, 12)]
        keep_apart(session, 12, 11, by=by, now=NOW)
        merged = merge(session, 1, 2, by=by, now=NOW).id
        assert count_of_pairs(session) == 0
    assert search_a_piece(storage, NOW + LONGEST_SECONDS, piece=50) == 11
    with storage.writing() as session:
        assert (count_of_pairs(session), round_of(session).ended_at) == (0, NOW + LONGEST_SECONDS)
        undo(session, merged, by=by, now=NOW)
    search_a_piece(storage, NOW + 2 * LONGEST_SECONDS, piece=50)
    with storage.reading() as session:
        assert [(one.first.id, one.second.id) for one in likely_pairs(session)] == [(1, 2)]


def test_a_long_round_rests_for_long_and_a_day_at_most(lite):
    with lite.writing() as session:
        session.add(PairSearch(name="people", last_person=9, begun_at=NOW, ended_at=NOW + 100))
        a_person(session)
    assert search_a_piece(lite, NOW + 2399) == 0
    with lite.writing() as session:
        session.get(PairSearch, "people").ended_at = NOW + DAY
    assert search_a_piece(lite, NOW + LONGEST_SECONDS - 1) == 0
    assert search_a_piece(lite, NOW + LONGEST_SECONDS) == 1


def test_a_pair_that_was_corrected_goes_in_the_next_round_and_one_that_was_erased_at_once(lite):
    with lite.writing() as session:
        two(session, AGAIN["no number and another phone"])
    search_a_piece(lite, NOW)
    with lite.writing() as session:
        session.execute(update(Person).where(Person.id == 2).values(name_plain="tran an", name_folded="trần an"))
    search_a_piece(lite, NOW + DAY)
    with lite.writing() as session:
        assert session.scalars(select(LikelyPair)).all() == []
        session.execute(update(Person).where(Person.id == 2).values(name_plain="le thi hoa", name_folded="lê thị hòa"))
    search_a_piece(lite, NOW + 2 * DAY)
    with lite.writing() as session:
        assert count_of_pairs(session) == 1
        erase_person(session, 2, ground="mistake", by=None, now=NOW)
        assert session.scalars(select(LikelyPair)).all() == []


def test_two_workers_at_one_piece_write_it_once(lite, monkeypatch):
    with lite.writing() as session:
        two(session, AGAIN["no number and another phone"])
    from verifier_server.people import pair_search

    def meanwhile(session, people):
        monkeypatch.undo()
        search_a_piece(lite, NOW, piece=1)
        return pairs_of(session, people)

    monkeypatch.setattr(pair_search, "pairs_of", meanwhile)
    search_a_piece(lite, NOW, piece=1)
    search_a_piece(lite, NOW, piece=1)
    search_a_piece(lite, NOW, piece=1)
    with lite.reading() as session:
        assert (count_of_pairs(session), round_of(session).ended_at) == (1, NOW)


@pytest.fixture
def listed(clerk, register):
    """A clerk, with two pairs on the list."""
    with register.writing() as session:
        two(session, AGAIN["one digit of the number"])
        for _ in range(2):
            a_person(session, name="Đỗ Văn Minh", birth="02/02/1960", phone="", id_number="")
    search_a_piece(register, NOW)
    return clerk


def test_a_clerk_works_through_the_list_and_comes_back_to_it(listed):
    page = listed.get("/people/duplicates").get_data(as_text=True)
    assert "Còn 2 cặp" in page
    assert "số giấy tờ gần giống" in page
    assert listed.get("/people/1/merge/2?back=list").status_code == 200
    merged = listed.post("/people/1/merge/2", {"back": "list"}, page="/people/1/merge/2?back=list")
    assert merged.location == "/people/duplicates"
    told = listed.post("/people/3/apart/4", {"back": "list"}, page="/people/duplicates")
    assert told.location == "/people/duplicates"
    page = listed.get("/people/duplicates").get_data(as_text=True)
    assert "Không có cặp nào chờ quyết định." in page


def test_a_colleagues_decision_is_not_passed_over(listed, register):
    sent = dict(listed.hidden("/people/3/merge/4"))
    with register.writing() as session:
        keep_apart(session, 3, 4, by=1, now=NOW)
    answer = listed.client.post("/people/3/merge/4", data=sent, base_url=listed.base, follow_redirects=True)
    assert "hai người khác nhau" in answer.get_data(as_text=True)
    with register.reading() as session:
        assert session.get(Person, 4).merged_into is None
    assert "Đã ghi là người khác" in listed.get("/people/3/duplicates").get_data(as_text=True)
    assert "Chỉ gộp nếu" in listed.get("/people/3/merge/4").get_data(as_text=True)
    listed.post("/people/3/merge/4")
    with register.reading() as session:
        assert session.get(Person, 4).merged_into == 3


@pytest.mark.parametrize("page", ["0", "-1", "x", "9" * 40, "٣", "2"])
def test_any_page_of_the_list_can_be_asked_for(listed, page):
    assert listed.client.get("/people/duplicates", query_string={"page": page}, base_url=listed.base).status_code == 200


@pytest.fixture(params=DATABASES)
def old(request, tmp_path):
    """A register of the version before."""
    with of_version(request, tmp_path, "0016") as storage:
        yield storage


def test_a_register_of_the_version_before_is_searched_and_an_older_worker_still_removes_people(old):
    one = "INSERT INTO person (id, name, name_folded, name_plain, birth, sex, created_at, version) "
    with old.writing() as session:
        for number in (1, 2):
            session.execute(text(f"{one} VALUES ({number}, 'Lê An', 'lê an', 'le an', 19900101, 'other', 1, 1)"))
    migrate(old, command.upgrade, "0017")
    search_a_piece(old, NOW)
    with old.writing() as session:
        assert count_of_pairs(session) == 1
        session.execute(text("DELETE FROM person WHERE id = 2"))
    with old.reading() as session:
        assert count_of_pairs(session) == 0
    migrate(old, command.downgrade, "0016")
    with old.reading() as session:
        assert session.scalar(text("SELECT count(*) FROM person")) == 1
