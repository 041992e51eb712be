"""The DCC schema by hand: each version's limits, each kind."""

import pytest

from tests.envelopes import certificate, with_field, with_name
from tests.vaccine_pass.attempts import attempt
from vaccine_pass import schema
from vaccine_pass.dates import PartialDate
from vaccine_pass.errors import Unreadable
from vaccine_pass.reasons import Reason

VERSIONS = ["1.0.0", "1.0.1", "1.1.0", "1.2.0", "1.2.1", "1.3.0", "1.3.1", "1.3.2", "1.3.3"]
KINDS = ["v", "t", "r"]


def refusal(document):
    with pytest.raises(Unreadable) as refused:
        schema.check(document)
    return refused.value


def malformed(document):
    return refusal(document).reason is Reason.MALFORMED_CLAIMS


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
    [("1.0.0", 50), ("1.1.0", 50), ("1.2.1", 50), ("1.3.0", 80)],
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
def test_several_entries_are_read_before_1_3_and_the_last_dose_counts(version):
    entry = certificate()["v"][0]
    document = certificate(ver=version, v=[entry | {"dn": 1}, entry | {"dn": 3, "sd": 3}, entry | {"dn": 2}])
    checked, _ = attempt(schema.check, document)
    assert checked.entry["dn"] == 3 if version < "1.3.0" else checked is None


def test_every_one_of_several_entries_is_checked():
    entry = certificate()["v"][0]
    assert malformed(certificate(ver="1.0.0", v=[entry | {"dn": "1"}, entry]))


@pytest.mark.parametrize("kind", ["t", "r"])
def test_of_several_tests_or_recoveries_the_last_is_read(kind):
    entry = certificate(kind)[kind][0]
    document = certificate(kind, ver="1.0.0") | {kind: [entry | {"is": "first"}, entry | {"is": "last"}]}
    assert schema.check(document).entry["is"] == "last"


@pytest.mark.parametrize(("version", "read"), [("1.3.0", False), ("1.3.1", False), ("1.3.2", True), ("1.3.3", True)])
def test_the_given_name_alone_will_do_since_1_3_2(version, read):
    document = with_name(fn=..., fnt=...) | {"ver": version}
    assert (attempt(schema.check, document)[0] is not None) == read


@pytest.mark.parametrize("version", VERSIONS)
def test_a_test_may_leave_its_centre_out_since_1_3(version):
    # The schema's own example of a rapid test with the least data (1.3.1) has none.
    checked, refused = attempt(schema.check, with_field("t", tc=...) | {"ver": version})
    assert (checked is not None) == (version >= "1.3.0"), refused


@pytest.mark.parametrize("version", VERSIONS)
def test_the_name_of_a_test_is_limited_since_1_3(version):
    for length in (80, 81):
        checked, refused = attempt(schema.check, with_field("t", nm="n" * length) | {"ver": version})
        assert (checked is not None) == (length == 80 or version < "1.3.0"), refused


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
