"""The vaccine table: codes, look-ups, the document, and what is refused in one."""

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vaccine_pass.errors import PassError
from vaccine_pass.vaccines import VACCINES, Vaccine, VaccineTable

names = st.text(min_size=1, max_size=12)
products = st.none() | names
entries = st.builds(
    Vaccine, st.integers(0, 65535), names, names, names, products, products, products, st.integers(1, 99), st.booleans()
)
tables = st.lists(entries, max_size=8, unique_by=(lambda v: v.index, lambda v: v.key)).map(VaccineTable)


@given(tables)
def test_a_table_reads_back_from_its_document(table):
    again = VaccineTable.from_document(table.to_document())
    assert again == table
    assert hash(again) == hash(table)


def test_the_projects_own_table_reads_back_and_names_an_index_once():
    assert VaccineTable.from_document(VACCINES.to_document()) == VACCINES
    assert [vaccine.index for vaccine in VACCINES] == list(range(1, 10))
    assert VACCINES != "a table"


def test_products_are_found_by_index_key_and_code():
    pfizer = VACCINES.by_index(4)
    assert VACCINES.by_key(" pfizer ") is VACCINES.by_product("EU/1/20/1528") is pfizer
    assert (VACCINES.by_index(17), VACCINES.by_key("X"), VACCINES.by_product("X")) == (None, None, None)


def test_a_trial_vaccine_has_no_code_for_a_travel_pass():
    assert [(v.key, v.product) for v in VACCINES if v.trial] == [("NANOCOVAX", None)]
    assert all(v.manufacturer and v.prophylaxis for v in VACCINES if v.product)


@pytest.mark.parametrize(("key", "series"), [("JANSSEN", 1), ("ABDALA", 3), ("AZ", 2)])
def test_series_differ_by_product(key, series):
    assert VACCINES.by_key(key).series == series


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        (4, "Comirnaty"),
        ("EU/1/20/1528", "Comirnaty"),
        (17, "product 17, not in this table"),
        ("Covaxin", "Covaxin"),
        (None, None),
    ],
)
def test_an_unknown_product_is_named_as_such(code, shown):
    assert VACCINES.display_name(code) == shown


def test_the_codes_are_those_of_the_fields_own_list(shared):
    file = shared / "domain" / "vaccines_vn.csv"
    if not file.is_file():
        pytest.skip("../shared/domain/vaccines_vn.csv is not there")
    rows = [row for row in csv.DictReader(file.open(encoding="utf-8-sig")) if row["key"] != "NANOCOVAX"]
    listed = {(row["key"], row["eu_mp"], row["eu_ma"], row["eu_vp_snomed"], int(row["doses_primary"])) for row in rows}
    assert {(v.key, v.product, v.manufacturer, v.prophylaxis, v.series) for v in VACCINES if not v.trial} == listed


@pytest.mark.parametrize("document", [None, {}, "list", 3])
def test_a_table_that_is_no_list_is_refused(document):
    with pytest.raises(PassError, match="not a list"):
        VaccineTable.from_document(document)


GOOD = VACCINES.to_document()[0]


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("index", "1"),
        ("index", True),
        ("index", 1.0),
        ("key", None),
        ("name", 3),
        ("name_vn", None),
        ("product", 3),
        ("manufacturer", []),
        ("prophylaxis", 29061000087103),
        ("series", None),
        ("series", True),
        ("trial", 0),
    ],
)
def test_a_wrong_member_is_named_with_its_entry(member, value):
    with pytest.raises(PassError, match=f"entry 2, {member}"):
        VaccineTable.from_document([GOOD, GOOD | {"index": 2, "key": "B", member: value}])


@pytest.mark.parametrize("member", ["index", "key", "name", "name_vn", "product", "series"])
def test_a_missing_member_is_named(member):
    with pytest.raises(PassError, match=f"entry 1, {member}"):
        VaccineTable.from_document([{name: value for name, value in GOOD.items() if name != member}])


@pytest.mark.parametrize("entry", [None, [], "AZ", 1])
def test_an_entry_that_is_no_object_is_refused(entry):
    with pytest.raises(PassError, match="entry 1"):
        VaccineTable.from_document([entry])


def test_an_entry_without_trial_is_no_trial():
    entry = {name: value for name, value in GOOD.items() if name != "trial"}
    assert [vaccine.trial for vaccine in VaccineTable.from_document([entry])] == [False]


@pytest.mark.parametrize("change", [{"key": "B"}, {"index": 2}], ids=["index twice", "key twice"])
def test_an_index_or_key_used_twice_is_refused(change):
    with pytest.raises(PassError, match="twice"):
        VaccineTable.from_document([GOOD, GOOD | change])
