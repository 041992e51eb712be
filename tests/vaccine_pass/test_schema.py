"""The DCC schema by hand: each version's limits, each field's form, each kind."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.envelopes import certificate
from tests.vaccine_pass.attempts import attempt
from vaccine_pass import schema
from vaccine_pass.dates import PartialDate
from vaccine_pass.errors import Unreadable
from vaccine_pass.reasons import Reason

VERSIONS = ["1.0.0", "1.0.1", "1.1.0", "1.2.0", "1.2.1", "1.3.0", "1.3.1", "1.3.2"]
KINDS = ["v", "t", "r"]


def refusal(document):
    with pytest.raises(Unreadable) as refused:
        schema.check(document)
    return refused.value


def malformed(document):
    return refusal(document).reason is Reason.MALFORMED_CLAIMS


def with_field(kind, **changes):
    """A certificate whose one entry is changed; ... leaves a field out."""
    document = certificate(kind)
    entry = document[kind][0] | changes
    return document | {kind: [{name: value for name, value in entry.items() if value is not ...}]}


def with_name(**changes):
    name = certificate()["nam"] | changes
    return certificate(nam={field: value for field, value in name.items() if value is not ...})


# --- versions


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_read_in_every_version(kind, version):
    found = schema.check(certificate(kind, ver=version))
    assert (found.kind, found.birth) == (kind, PartialDate(1948, 5, 1))
    assert found.entry["ci"] == certificate()["v"][0]["ci"]


@pytest.mark.parametrize("version", ["1.4.0", "1.10.0", "2.0.0", "99.0.0"])
def test_a_later_version_cannot_be_told(version):
    assert refusal(certificate(ver=version)).reason is Reason.NEWER_FORMAT


@pytest.mark.parametrize("version", [" 1.3.0", "1.3.0 ", "1.3.9", "1.0.9", "01.3.0"])
def test_an_unlisted_version_of_the_same_line_is_read(version):
    assert schema.check(certificate(ver=version)).kind == "v"


@pytest.mark.parametrize(
    "version", [None, "", "1", "1.3", "0.9.0", "1.3.0-rc", "v1.3.0", 1.3, 130, ["1.3.0"], "1" * 30]
)
def test_no_version_number_is_malformed(version):
    assert malformed(certificate(ver=version))


def test_a_certificate_without_a_version_is_malformed():
    assert malformed({name: value for name, value in certificate().items() if name != "ver"})


@pytest.mark.parametrize("document", [None, [], "certificate", 1, {}])
def test_what_is_no_certificate_is_malformed(document):
    assert malformed(document)


@pytest.mark.parametrize(
    ("version", "read"),
    [("1.0.0", 50), ("1.1.0", 50), ("1.2.0", 80), ("1.3.0", 80)],
)
def test_the_longest_texts_of_each_version(version, read):
    for length in (read, read + 1):
        documents = [
            with_name(fn="a" * length),
            with_name(gn="a" * length),
            with_name(fnt="A" * length),
            with_name(gnt="A" * length),
            with_field("v", ci="A" * length),
            {**with_field("r", **{"is": "A" * length})},
            with_field("t", tc="A" * length),
        ]
        for document in documents:
            checked, refused = attempt(schema.check, document | {"ver": version})
            assert (checked is not None) == (length <= read), refused


@pytest.mark.parametrize(
    ("birth", "since"),
    [("1948-05-01", "1.0.0"), ("1948-05", "1.1.0"), ("1948", "1.1.0"), ("", "1.3.0")],
)
def test_how_much_of_a_birth_date_each_version_lets_out(birth, since):
    for version in VERSIONS:
        checked, refused = attempt(schema.check, certificate(ver=version, dob=birth))
        assert (checked is not None) == (version >= since), refused


@pytest.mark.parametrize(("number", "before"), [(9, True), (10, False), (1000, False)])
def test_more_than_nine_doses_came_with_version_1_3(number, before):
    document = with_field("v", dn=number, sd=number)
    assert schema.check(document | {"ver": "1.3.0"}).entry["dn"] == number
    for version in ("1.0.0", "1.2.1"):
        checked, _ = attempt(schema.check, document | {"ver": version})
        assert (checked is not None) == before


@pytest.mark.parametrize("version", VERSIONS)
def test_several_entries_are_read_before_1_2_and_the_last_dose_counts(version):
    entry = certificate()["v"][0]
    document = certificate(ver=version, v=[entry | {"dn": 1}, entry | {"dn": 3, "sd": 3}, entry | {"dn": 2}])
    checked, _ = attempt(schema.check, document)
    assert checked.entry["dn"] == 3 if version < "1.2.0" else checked is None


def test_every_one_of_several_entries_is_checked():
    entry = certificate()["v"][0]
    assert malformed(certificate(ver="1.0.0", v=[entry | {"dn": "1"}, entry]))


@pytest.mark.parametrize("kind", ["t", "r"])
def test_of_several_tests_or_recoveries_the_last_is_read(kind):
    entry = certificate(kind)[kind][0]
    document = certificate(kind, ver="1.0.0") | {kind: [entry | {"is": "first"}, entry | {"is": "last"}]}
    assert schema.check(document).entry["is"] == "last"


@pytest.mark.parametrize(("version", "read"), [("1.3.0", False), ("1.3.1", False), ("1.3.2", True)])
def test_the_given_name_alone_will_do_since_1_3_2(version, read):
    document = with_name(fn=..., fnt=...) | {"ver": version}
    assert (attempt(schema.check, document)[0] is not None) == read


# --- kinds


@pytest.mark.parametrize(
    "change",
    [{"v": ...}, {"t": [{}]}, {"r": []}, {"t": None}, {"v": None}, {"v": {}}, {"v": []}, {"v": "x"}, {"v": [None]},
     {"v": [[]]}],
    ids=str,
)  # fmt: skip
def test_exactly_one_kind_with_one_entry_is_read(change):
    document = {name: value for name, value in (certificate() | change).items() if value is not ...}
    assert malformed(document)


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
    "t": ["co", "is", "ci", "tg", "tt", "sc", "tr", "tc"],
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


@pytest.mark.parametrize("field", ["nm", "ma"])
def test_what_a_test_may_leave_out(field):
    assert schema.check(with_field("t", **{field: ...})).kind == "t"
    assert schema.check(with_field("t", **{field: "Roche"})).kind == "t"
    assert malformed(with_field("t", **{field: 1}))


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
