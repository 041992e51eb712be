"""The DCC schema by hand: each field's form, and any value in any place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.envelopes import certificate, with_field, with_name
from tests.vaccine_pass.attempts import attempt
from vaccine_pass import schema
from vaccine_pass.errors import Unreadable
from vaccine_pass.reasons import Reason

KINDS = ["v", "t", "r"]


def refusal(document):
    with pytest.raises(Unreadable) as refused:
        schema.check(document)
    return refused.value


def malformed(document):
    return refusal(document).reason is Reason.MALFORMED_CLAIMS


# --- names


@pytest.mark.parametrize(
    "changes",
    [
        {"fn": ..., "gn": ..., "gnt": ...},
        {"fn": "", "gn": ""},
        {"fnt": ""},
        {"fnt": "<", "gnt": "A<<B"},
        {"gn": "\u202e"},
    ],
)
def test_a_name_with_its_machine_readable_part_is_read(changes):
    assert schema.check(with_name(**changes)).kind == "v"


@pytest.mark.parametrize(
    "changes",
    [
        {"fnt": ...},
        {"fnt": "nguyen"},
        {"fnt": "NGUYỄN"},
        {"fnt": "A B"},
        {"gnt": "A1"},
        {"fnt": "A\n"},
        {"fnt": "\nA"},
        {"fn": 1},
        {"fn": None},
        {"gn": []},
        {"fnt": b"A"},
        {"gnt": True},
    ],
    ids=str,
)
def test_a_name_of_another_form_is_malformed(changes):
    assert malformed(with_name(**changes))


@pytest.mark.parametrize("name", [None, [], "Nguyen", {}])
def test_a_name_that_is_no_map_is_malformed(name):
    assert malformed(certificate(nam=name))


@pytest.mark.parametrize(
    "birth",
    [None, 19480501, "1948-5-1", "1948-13", "1948-02-30", "1899-01-01", "2100", "01/05/1948", "1948-05-01T00:00:00",
     "1948-05-XX", " 1948", "1948-05-00", "１９４８"],
)  # fmt: skip
def test_a_birth_date_of_another_form_is_malformed(birth):
    assert malformed(certificate(dob=birth))


# --- fields

TEXTS = {
    "v": ["co", "is", "ci", "tg", "vp", "mp", "ma", "dt"],
    "t": ["co", "is", "ci", "tg", "tt", "sc", "tr"],
    "r": ["co", "is", "ci", "tg", "fr", "df", "du"],
}


@pytest.mark.parametrize(("kind", "field"), [(kind, field) for kind, fields in TEXTS.items() for field in fields])
def test_a_text_that_is_missing_or_is_none_is_malformed(kind, field):
    for value in (..., None, 1, b"x", ["x"], {"x": 1}):
        assert malformed(with_field(kind, **{field: value}))
    assert field in refusal(with_field(kind, **{field: ...})).message


@pytest.mark.parametrize("field", ["dn", "sd"])
@pytest.mark.parametrize("value", [..., None, 0, -1, 1.0, 2.5, "2", True, float("nan"), [2], 2**64])
def test_a_dose_number_of_another_form_is_malformed(field, value):
    if value == 2**64:
        assert attempt(schema.check, with_field("v", **{field: 2**62}))[0]
    assert malformed(with_field("v", **{field: value}))


def test_a_booster_and_a_code_in_no_value_set_are_form_that_is_right():
    assert schema.check(with_field("v", dn=3, sd=2, mp="unheard of", tg="1", vp="", co="VN")).entry["dn"] == 3


@pytest.mark.parametrize(("kind", "field"), [("v", "dt"), ("r", "fr"), ("r", "df"), ("r", "du")])
@pytest.mark.parametrize(
    "value",
    [
        "",
        "2021-11",
        "2021-11-31",
        "2021-11-05T00:00:00Z",
        "05/11/2021",
        "2021-W45-5",
        "2021-309",
        "20211105",
        "٢٠٢١-١١-٠٥",
    ],
)
def test_a_date_of_another_form_is_malformed(kind, field, value):
    assert field in refusal(with_field(kind, **{field: value})).message


@pytest.mark.parametrize(
    "value",
    ["2021-12-20T08:00:00Z", "2021-12-20T08:00:00.120Z", "2021-12-20T08:00:00+07:00", "2021-12-20T08:00:00+0700",
     "2021-12-20T08:00:00+07", "2021-12-20T08:00:00", "2021-12-20t08:00:00z", "2021-12-20 08:00:00Z",
     "2021-12-20T08:00Z"],
)  # fmt: skip
def test_the_sample_times_of_real_issuers_are_read(value):
    assert schema.check(with_field("t", sc=value)).entry["sc"] == value


@pytest.mark.parametrize(
    "value", ["", "2021-12-20", "08:00:00Z", "2021-12-20T8:00:00Z", "2021-12-20T08:00:00ZZ", "now"]
)
def test_a_sample_time_of_another_form_is_malformed(value):
    assert "sc" in refusal(with_field("t", sc=value)).message


@pytest.mark.parametrize("field", ["nm", "ma", "tc"])
def test_what_a_test_may_leave_out(field):
    assert schema.check(with_field("t", **{field: ...})).kind == "t"
    assert schema.check(with_field("t", **{field: "Roche"})).kind == "t"
    for value in (1, None, ["x"]):
        assert malformed(with_field("t", **{field: value}))


@pytest.mark.parametrize("country", ["VN", "A", "XYZ", "UNHCR"])
def test_a_country_has_capital_letters(country):
    assert schema.check(with_field("v", co=country)).entry["co"] == country


@pytest.mark.parametrize("country", ["", "vn", "84"])
def test_what_has_none_is_no_country(country):
    assert "co" in refusal(with_field("v", co=country)).message


def test_other_fields_than_the_schemas_are_passed_over():
    assert schema.check(certificate(hello=1) | with_field("v", extra=[1])).kind == "v"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.binary(max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3) | st.integers(), inner, max_size=2),
    max_leaves=5,
)
certificate_fields = st.sampled_from(["ver", "nam", "dob", "v", "t", "r"])


@given(st.dictionaries(certificate_fields, json_values))
def test_any_certificate_is_read_or_refused(changes):
    checked, refused = attempt(schema.check, certificate() | changes)
    assert checked or refused.reason in {Reason.MALFORMED_CLAIMS, Reason.NEWER_FORMAT}


entry_fields = st.sampled_from(sorted({"dn", "sd"}.union(*TEXTS.values())))


@given(st.sampled_from(KINDS), st.dictionaries(entry_fields, json_values))
def test_any_entry_is_read_or_refused(kind, changes):
    checked, refused = attempt(schema.check, with_field(kind, **changes))
    assert checked or refused.reason is Reason.MALFORMED_CLAIMS
