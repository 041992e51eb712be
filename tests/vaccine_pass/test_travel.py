"""The travel payload: written in one way, read generously, and refused with the right reason."""

from dataclasses import replace
from datetime import date

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.envelopes import certificate, travel_claims
from tests.issuer import EXPIRES, ISSUED, a_travel_record
from tests.vaccine_pass import strategies
from tests.vaccine_pass.attempts import attempt
from vaccine_pass import cbor, travel
from vaccine_pass.dates import PartialDate
from vaccine_pass.errors import PassError, Unreadable
from vaccine_pass.reasons import Reason
from vaccine_pass.status import Status
from vaccine_pass.vaccines import VACCINES

NOT_A_PASS, MALFORMED, NEWER = Reason.NOT_A_PASS, Reason.MALFORMED_CLAIMS, Reason.NEWER_FORMAT


def refusal(payload):
    with pytest.raises(Unreadable) as refused:
        travel.read(payload if isinstance(payload, bytes) else cbor2.dumps(payload))
    return refused.value


def read(content=None, **changes):
    return travel.read(cbor2.dumps(travel_claims(content, **changes)))


# --- writing


@given(strategies.travel_claims())
def test_what_is_written_reads_back(claims):
    found = travel.read(travel.write(claims))
    assert (found.family_name, found.given_name, found.birth) == (claims.family_name, claims.given_name, claims.birth)
    assert (found.issuer, found.issued_at, found.expires_at) == (claims.issuer, claims.issued_at, claims.expires_at)
    entry = found.entry
    doses, series, _, _, last_dose = travel.vaccination(entry, VACCINES)
    assert (entry["mp"], entry["ma"], entry["vp"]) == (claims.product, claims.manufacturer, claims.prophylaxis)
    assert (entry["co"], entry["is"], entry["ci"]) == ("VN", claims.certificate_issuer, claims.certificate_id)
    assert (doses, series, last_dose) == (claims.dose_number, claims.series, claims.last_dose)
    assert found.not_before == claims.issued_at


@given(strategies.travel_claims())
def test_the_payload_is_in_deterministic_order(claims):
    written = travel.write(claims)
    assert written == cbor.dumps_deterministic(cbor.loads(written))


def test_the_certificate_is_the_eus_with_names_in_icaos_letters():
    document = cbor2.loads(travel.write(a_travel_record()))
    assert (document[1], document[4], document[6]) == ("VN", EXPIRES, ISSUED)
    written = document[-260][1]
    assert (written["ver"], written["dob"]) == ("1.3.0", "1948-05")
    assert written["nam"]["fnt"], written["nam"]["gnt"] == ("NGUYEN", "THI<HOANG<PHUONG<THAO")
    assert set(written["v"][0]) == {"tg", "vp", "mp", "ma", "dn", "sd", "dt", "co", "is", "ci"}
    assert written["v"][0]["tg"] == "840539006"


def test_a_single_name_has_no_given_name():
    written = cbor2.loads(travel.write(a_travel_record(family_name="Sukarno", given_name="")))
    assert written[-260][1]["nam"] == {"fn": "Sukarno", "fnt": "SUKARNO"}


@pytest.mark.parametrize(
    "changes",
    [
        {"family_name": ""},
        {"family_name": "李"},
        {"family_name": "N" * 81},
        {"family_name": "Nguyễn\u202e"},
        {"given_name": "Thị\x00Hoà"},
        {"given_name": "Ho\u0061\u0300"},
        {"birth": PartialDate(1990, 2, 30)},
        {"birth": PartialDate(1, 2, 3)},
        {"product": None},
        {"manufacturer": None},
        {"dose_number": 0},
        {"dose_number": True},
        {"series": 0},
        {"series": None},
        {"country": ""},
        {"certificate_issuer": "M" * 81},
        {"certificate_id": "U" * 81},
        {"expires_at": ISSUED},
        {"expires_at": ISSUED - 1},
        {"expires_at": float("nan")},
        {"issued_at": True},
    ],
    ids=str,
)
def test_claims_that_cannot_be_on_a_travel_pass_are_refused_with_a_sentence(changes):
    with pytest.raises(PassError) as refused:
        travel.write(replace(a_travel_record(), **changes))
    assert refused.value.message.endswith(".")


def test_a_trial_vaccine_cannot_be_on_a_travel_pass():
    trial = VACCINES.by_key("NANOCOVAX")
    with pytest.raises(PassError, match="cannot be on a travel pass"):
        travel.write(a_travel_record(product=trial.product, manufacturer=trial.manufacturer))


# --- reading


@pytest.mark.parametrize("kind", ["v", "t", "r"])
def test_every_kind_is_read(kind):
    assert read(certificate(kind)).kind == kind


@pytest.mark.parametrize(
    ("exp", "iat"),
    [
        (1.5, 0.5),
        (1671536000.0, 1640000000.25),
        (2**64 - 1, 0),
        (-1, -(2**64)),
        (1e300, -1e300),
        (0, 0),
    ],
)
def test_any_finite_number_is_a_time(exp, iat):
    found = read(exp=exp, iat=iat)
    assert (found.expires_at, found.issued_at) == (exp, iat)


@pytest.mark.parametrize("claim", ["exp", "iat", "nbf"])
@pytest.mark.parametrize(
    "value", [True, False, "1671536000", b"1", [1], {1: 1}, float("nan"), float("inf"), -float("inf")], ids=str
)
def test_what_is_no_finite_number_is_no_time(claim, value):
    assert refusal(travel_claims(**{claim: value})).reason is MALFORMED


@pytest.mark.parametrize("claim", ["exp", "iat"])
def test_a_missing_or_null_time_is_malformed(claim):
    assert refusal(travel_claims(**{claim: None})).reason is MALFORMED
    label = {"exp": 4, "iat": 6}[claim]
    assert refusal(travel_claims() | {label: None}).reason is MALFORMED


@pytest.mark.parametrize(("nbf", "not_before"), [(None, 100), (50, 100), (150, 150), (100.5, 100.5)])
def test_the_later_of_iat_and_nbf_counts(nbf, not_before):
    assert read(iat=100, exp=200, nbf=nbf).not_before == not_before


def test_a_missing_issuer_is_read_and_another_kind_of_one_is_malformed():
    assert read(iss=None).issuer is None
    for value in (1, b"VN", ["VN"]):
        assert refusal(travel_claims(iss=value)).reason is MALFORMED


def test_the_order_of_members_and_other_claims_change_nothing():
    usual = travel_claims()
    other = dict(reversed(list(usual.items()))) | {2: "subject", -1: [1], "text": None}
    assert travel.read(cbor2.dumps(other)) == travel.read(cbor2.dumps(usual))


@pytest.mark.parametrize(
    ("name", "family", "given_name"),
    [
        ({"fn": "Nguyễn", "gn": "Hoà", "fnt": "X"}, "Nguyễn", "Hoà"),
        ({"fnt": "VAN<DER<BERG", "gnt": "ANNA<MARIA"}, "VAN DER BERG", "ANNA MARIA"),
        ({"fn": "", "fnt": "LE", "gn": ""}, "LE", ""),
        ({"fn": " Lê ", "fnt": "LE", "gnt": "<A<"}, "Lê", "A"),
    ],
)
def test_the_name_as_written_is_read_or_the_machine_readable_one(name, family, given_name):
    found = read(certificate(nam=name))
    assert (found.family_name, found.given_name) == (family, given_name)


NO_PASS = {
    "an empty map": {},
    "an array": [1],
    "text": "a pass",
    "no health certificate": {1: "VN", 4: EXPIRES, 6: ISSUED},
    "a health certificate of null": travel_claims() | {-260: None},
    "another number inside": travel_claims() | {-260: {2: certificate()}},
    "a certificate of text": travel_claims() | {-260: {1: "certificate"}},
    "a domestic pass": {1: "VN", 4: EXPIRES, 6: ISSUED, -65537: ["Nguyễn", 19480500, 7, 0]},
}


@pytest.mark.parametrize("payload", NO_PASS.values(), ids=NO_PASS)
def test_a_payload_without_a_health_certificate_is_no_pass(payload):
    assert refusal(payload).reason is NOT_A_PASS


HOSTILE = {
    "nothing": b"",
    "half a map": b"\xa1",
    "nested": b"\x81" * 10_000 + b"\x01",
    "nested inside the certificate": cbor2.dumps(travel_claims())[:-1] + b"\x81" * 10_000 + b"\x01",
    "a bignum as exp": b"\xa2\x04\xc2\x49\x01" + bytes(8) + b"\x06\x01",
    "a label twice": b"\xa3\x04\x01\x06\x01\x04\x02",
    "a certificate's member twice": b"\xa1" + cbor2.dumps(-260) + b"\xa1\x01\xa2\x63ver\x651.3.0\x63ver\x651.3.0",
    "text that is not UTF-8": b"\xa1\x01\x62\xff\xfe",
    "a tagged map": b"\xd8\x3d" + cbor2.dumps(travel_claims()),
}


@pytest.mark.parametrize("payload", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_payload_is_malformed(payload):
    assert refusal(payload).reason is MALFORMED


def test_a_newer_schema_cannot_be_told():
    assert refusal(travel_claims(certificate(ver="1.4.0"))).reason is NEWER


def test_a_tagged_sample_time_is_read_as_text():
    payload = cbor2.dumps(travel_claims(certificate("t")))
    tagged = payload.replace(b"\x62sc", b"\x62sc\xc0")
    assert tagged != payload
    assert travel.read(tagged) == travel.read(payload)


@given(st.binary(max_size=100))
def test_any_bytes_are_refused(data):
    found, refused = attempt(travel.read, data)
    assert found is None
    assert refused.reason in {NOT_A_PASS, MALFORMED}


# --- vaccinations


@pytest.mark.parametrize(
    ("doses", "series", "status"),
    [(1, 2, Status.PARTIAL), (2, 2, Status.COMPLETE), (3, 2, Status.COMPLETE), (1, 1, Status.COMPLETE)],
)
def test_a_vaccinations_status_follows_from_its_signed_series(doses, series, status):
    entry = certificate()["v"][0] | {"dn": doses, "sd": series}
    assert travel.vaccination(entry, VACCINES) == (doses, series, status, "Comirnaty", date(2021, 11, 5))


def test_an_unknown_product_is_shown_by_its_code():
    _, _, _, vaccine, _ = travel.vaccination(certificate()["v"][0] | {"mp": "Covaxin"}, VACCINES)
    assert vaccine == "Covaxin"
