"""The minutes as blocks of a page: what the ceremony writes is read back whole, and nothing is taken for HTML."""

from hypothesis import given
from hypothesis import strategies as st

from verifier_server.channel.minutes import blocks, published_at


def test_headings_lists_and_paragraphs():
    text = "# Minutes\n\n**DEMO**\n\n## What\n\n- one `path`\n- two  \n  `hash`\n\nlast  \nline\n"
    assert blocks(text) == [
        ("h1", "Minutes"),
        ("p", "DEMO"),
        ("h2", "What"),
        ("items", ["one path", "two hash"]),
        ("p", "last"),
        ("p", "line"),
    ]


@given(st.text())
def test_no_text_makes_it_fail_and_no_letter_is_lost(text):
    found = blocks(text)
    kept = "".join("".join(value) for _, value in found)
    assert sum(letter.isalnum() for letter in kept) == sum(letter.isalnum() for letter in text)


def test_the_day_of_a_release_is_read_from_its_minutes():
    assert published_at("# Minutes\n\nPublished: 2021-07-30T00:00:00Z  \nPlace: Hà Nội\n") == 1_627_603_200
    assert published_at("Published: 2021-02-31T00:00:00Z\n") is None
    assert published_at("- Published: 2021-07-30T00:00:00Z\n") is None
    assert published_at("") is None
