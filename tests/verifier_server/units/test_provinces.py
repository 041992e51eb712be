"""The provinces of both lists, against the list of the field when it is there."""

import json
from pathlib import Path

import pytest

from vaccine_pass.names import folded
from verifier_server.errors import FieldError
from verifier_server.units.provinces import PROVINCES, SUCCESSORS, checked_unit, province_name

FIELD = Path(__file__).parents[4] / "shared" / "domain" / "vn2021_tinh_tp.json"


def test_there_were_63_and_there_are_34():
    assert {version: len(names) for version, names in PROVINCES.items()} == {2021: 63, 2025: 34}
    assert set(SUCCESSORS.values()) == set(PROVINCES[2025])


def test_the_names_of_2021_are_those_of_the_field():
    if not FIELD.exists():
        pytest.skip("the field's list of 2021 is not beside the project: ../shared/domain/vn2021_tinh_tp.json")
    theirs = {code: folded(unit["name"]) for code, unit in json.loads(FIELD.read_text("utf-8")).items()}
    assert {code: folded(name) for code, name in PROVINCES[2021].items()} == theirs


def test_a_code_is_shown_by_its_name_in_its_list():
    assert [province_name("46", version) for version in (2021, 2025)] == ["Thừa Thiên Huế", "Huế"]
    assert [province_name(code) for code in ("00", None)] == ["00", "–"]


@pytest.mark.parametrize(
    "text", ["79", "2021:", "2021:00", "2025:02", "1815:79", "2021:7", "2021:٧٩", "x:y", "２０２１:79"]
)
def test_a_unit_that_no_list_has_is_refused(text):
    with pytest.raises(FieldError):
        checked_unit(text)


def test_a_unit_is_a_version_and_a_code():
    assert [checked_unit(text) for text in ("2021:79", "2025:00004", "")] == [(2021, "79"), (2025, "00004"), None]
