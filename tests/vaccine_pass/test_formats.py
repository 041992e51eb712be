"""Which family a text claims to be of, by its first characters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaccine_pass import formats


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("VN1:ABC", "domestic"),
        ("HC1:ABC", "hcert"),
        ("VN1:", "domestic"),
        ("VN2:ABC", "domestic"),
        ("HC2:ABC", "hcert"),
        ("HC9:", "hcert"),
        ("shc:/5676", "shc"),
        ("shc:/1/3/5676", "shc"),
        ("PK\x03\x04\x14\x00", "divoc"),
        ('{"data":{"hdr":{"t":"icao.vacc"}}}', "vds-nc"),
        (' {\n "sig" : {}}', "vds-nc"),
    ],
)
def test_a_family_is_named(text, named):
    assert formats.format_of(text) == named


STRANGERS = [
    "", "HC1", "VN1", "HC1 :", "HC1;", "hc1:A", "vn1:A", "Hc1:A", " HC1:A", "\tVN1:A", "\ufeffHC1:A", "HC0:A", "HC10:A",
    "VN0:A", "VNX:A", "HL1:A", "HC1\uff1aA", "\uff28C1:A", "H\u04211:A", "\x00HC1:", "https://example.org/HC1:", "SHC",
    "shc:", "{}", '{"key": 1}', '["data"]', '"data":', "PK", "PK\x05\x06",
]  # fmt: skip


@pytest.mark.parametrize("text", STRANGERS)
def test_anything_else_is_of_no_family(text):
    assert formats.format_of(text) is None
    assert not formats.is_newer_version(text)


@pytest.mark.parametrize("text", ["VN2:", "HC2:", "VN9:X", "HC3:X"])
def test_a_later_version_is_seen(text):
    assert formats.is_newer_version(text)


@pytest.mark.parametrize("text", ["VN1:", "HC1:", "VN1", "VN10:", "XX2:"])
def test_todays_version_is_not_a_later_one(text):
    assert not formats.is_newer_version(text)


@given(st.text())
def test_every_text_has_an_answer(text):
    assert formats.format_of(text) in {None, "domestic", "hcert", "shc", "vds-nc", "divoc"}
