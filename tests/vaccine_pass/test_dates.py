"""Birth dates: each written form, unknown parts, and what is no date."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.vaccine_pass.attempts import attempt
from vaccine_pass.dates import FIRST_YEAR, LAST_YEAR, PartialDate
from vaccine_pass.errors import PassError

whole_dates = st.dates(date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31)).map(
    lambda day: PartialDate(day.year, day.month, day.day)
)
years = st.integers(FIRST_YEAR, LAST_YEAR)
unknown_days = st.builds(PartialDate, years, st.integers(0, 12), st.just(0))
birth_dates = whole_dates | unknown_days


@given(birth_dates)
def test_every_written_form_reads_back(birth):
    assert PartialDate.from_iso(birth.iso) == birth
    assert PartialDate.from_number(birth.number) == birth
    assert PartialDate.parse(birth.iso) == birth
    assert PartialDate.parse(birth.display) == birth
    assert PartialDate.of(*birth) == birth
    assert PartialDate.parse(f"{birth.year:04}-{birth.month:02}-{birth.day:02}") == birth


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1990-01-31", 19900131),
        ("31/01/1990", 19900131),
        ("31.1.1990", 19900131),
        ("1/1/1990", 19900101),
        ("1948-05", 19480500),
        ("1948-05-00", 19480500),
        ("--/05/1948", 19480500),
        ("-/5/1948", 19480500),
        ("05/1948", 19480500),
        ("00/05/1948", 19480500),
        ("1948", 19480000),
        ("1948-00-00", 19480000),
        ("1948-00", 19480000),
        ("--/--/1948", 19480000),
        (" 1948 \n", 19480000),
        ("2000-02-29", 20000229),
        ("1900", 19000000),
        ("2000", 20000000),
    ],
)
def test_the_forms_that_people_write_are_read(text, number):
    assert PartialDate.parse(text).number == number


NO_DATES = [
    "", " ", "0000", "1899", "2100", "1899-12-31", "2100-01-01", "1990-13", "1990-13-01", "1990-00-05",
    "1990-02-30", "1900-02-29", "31/02/1990", "05/--/1948", "00/00/0000", "1948-5", "1948-05-1", "48", "19480500",
    "1948/05/01", "01-05-1948", "1990-01-31T00:00:00", "1990-01-31Z", "2021-W01-1", "1990-001", "19900131",
    "１９９０-01-31", "١٩٩٠", "1990-01-31\x00", "1990--01", "--/--/--", "-1990", "+1990", "1e3", "1990-01-3１",
]  # fmt: skip


@pytest.mark.parametrize("text", NO_DATES)
def test_what_is_no_date_is_refused_with_a_sentence(text):
    with pytest.raises(PassError, match=r"Not a date of birth: .+\.") as refused:
        PartialDate.parse(text)
    assert refused.value.code == "bad_birth_date"


@pytest.mark.parametrize("text", [*NO_DATES, "31/01/1990", "1948-05-00", "1948-00", " 1948", "1948\n"])
def test_iso_is_read_in_its_own_form_only(text):
    with pytest.raises(PassError):
        PartialDate.from_iso(text)


@pytest.mark.parametrize("number", [0, -1, -19900131, 19900132, 19900013, 19901301, 1990, 119900131, 2**64])
def test_a_number_that_is_no_date_is_refused(number):
    with pytest.raises(PassError):
        PartialDate.from_number(number)


@given(st.text(max_size=14))
def test_any_text_is_read_or_refused(text):
    for read in (PartialDate.parse, PartialDate.from_iso):
        birth, refused = attempt(read, text)
        assert refused or PartialDate.of(*birth) == birth


@given(st.integers())
def test_any_number_is_read_or_refused(number):
    birth, refused = attempt(PartialDate.from_number, number)
    assert refused.code == "bad_birth_date" if refused else birth.number == number


def test_an_unknown_part_shows_as_dashes_and_is_not_whole():
    birth = PartialDate.of(1948, 5)
    assert (birth.display, birth.iso, birth.is_whole) == ("--/05/1948", "1948-05", False)
    assert (PartialDate(1948).display, PartialDate(1948).iso) == ("--/--/1948", "1948")
    assert PartialDate(1990, 1, 31).is_whole
