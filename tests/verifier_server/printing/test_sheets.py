"""Sheets of ten: every card twice, backs mirrored, in pieces."""

from datetime import date

import pypdfium2
import pytest
import zxingcpp

from verifier_server.printing import sheets
from verifier_server.printing.choosing import Choice, chosen
from verifier_server.printing.fault import PrintFault

from ..builders import DAY, NOW, a_pass, a_person


@pytest.fixture
def village(lite, new_desk):
    """Thirteen people with a pass."""
    desk = new_desk(lite)
    with lite.writing() as session:
        people = [
            a_person(session, name=f"Lê Văn {letter}", id_number=f"0011900000{n:02}", phone=f"09123456{n:02}").id
            for n, letter in enumerate("MLKJIHGFEDCBA")
        ]
    return [a_pass(lite, desk, person, now=NOW + DAY * (n == 0)) for n, person in enumerate(people)]


def places_of(page):
    """The texts of a page's codes by their place: row, column."""
    image = page.render(scale=200 / 72).to_pil()
    found = zxingcpp.read_barcodes(image)
    width, height = image.size
    middles = [(code.position.top_left, code.text) for code in found]
    return {(int((at.y / height * 297 - 13.5) // 54), int(at.x > width / 2 - 10)): text for at, text in middles}


def test_thirteen_cards_are_two_sheets_of_two_pages_and_each_back_meets_its_front(lite, village):
    with lite.reading() as session:
        made = list(sheets.pieces(chosen(session, Choice(), NOW + DAY), language="vi"))
    assert [count for count, _pdf in made] == [13]
    pages = [places_of(page) for page in pypdfium2.PdfDocument(made[0][1])]
    assert [len(page) for page in pages] == [10, 10, 3, 3]
    for front, back in (pages[:2], pages[2:]):
        assert {(row, 1 - column): text for (row, column), text in front.items()} == back
    by_name = [issued.text for issued in reversed(village)]
    assert [pages[0][n // 2, n % 2] for n in range(10)] == by_name[:10]


def test_pieces_are_bounded_and_numbered_through(lite, village, monkeypatch):
    monkeypatch.setattr(sheets, "CARDS_A_PIECE", 10)
    with lite.reading() as session:
        made = list(sheets.pieces(chosen(session, Choice(), NOW + DAY), language="en"))
    assert [count for count, _pdf in made] == [10, 3]
    assert "2" in pypdfium2.PdfDocument(made[1][1])[0].get_textpage().get_text_bounded().split()


def test_a_day_a_site_or_a_list_is_chosen_and_what_is_over_is_left_out(lite, village):
    with lite.reading() as session:
        count = lambda choice, now=NOW + DAY: len(list(chosen(session, choice, now)))  # noqa: E731
        assert count(Choice(day=date(2021, 7, 30))) == 12
        assert count(Choice(day=date(2021, 7, 31))) == 1
        assert count(Choice(people=(village[0].person_id, village[1].person_id))) == 2
        assert count(Choice(site_id=77)) == 0
        assert count(Choice(), NOW + 200 * DAY) == 0


def test_one_wrong_code_among_many_stops_the_piece(lite, village, monkeypatch):
    honest = sheets.face

    def swapped(issued, language, scale, **more):
        return honest(village[0] if issued.id == village[5].id else issued, language, scale, **more)

    monkeypatch.setattr(sheets, "face", swapped)
    with lite.reading() as session, pytest.raises(PrintFault):
        list(sheets.pieces(chosen(session, Choice(), NOW + DAY), language="vi"))
