"""The domestic payload: the design's vector, the inverse, one encoding, and every wrong claim."""

from dataclasses import replace
from datetime import date

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.issuer import DAY, EXPIRES, ISSUED, a_record
from tests.vaccine_pass.attempts import attempt
from tests.vaccine_pass.strategies import domestic_claims
from vaccine_pass import cbor, domestic
from vaccine_pass.dates import PartialDate
from vaccine_pass.errors import PassError, Unreadable
from vaccine_pass.reasons import Reason

VECTOR = bytes.fromhex(
    "a40162564e041a63a19d80061a61c06a003a000100008778254e677579e1bb856e205468e1bb8b20486fc3a06e67205068"
    "c6b0c6a16e67205468e1baa36f1a01293fb41a00162c4a0202041949f8"
)
NOT_A_PASS, MALFORMED, NEWER = Reason.NOT_A_PASS, Reason.MALFORMED_CLAIMS, Reason.NEWER_FORMAT


def refusal(payload):
    with pytest.raises(Unreadable) as refused:
        domestic.read(payload)
    return refused.value


def document(content=None, **changes):
    """The payload's map, its members by name, before any check."""
    usual = ["Nguyễn", 19480500, 7, 2, 2, 4, 18936]
    values = {"iss": "VN", "exp": EXPIRES, "iat": ISSUED, "pass": usual if content is None else content} | changes
    labels = {"iss": 1, "exp": 4, "iat": 6, "nbf": 5, "pass": -65537}
    return {labels[name]: value for name, value in values.items() if value is not ...}


def payload(content=None, **changes):
    return cbor.dumps_deterministic(document(content, **changes))


def with_item(place, value):
    content = document()[-65537]
    return [*content[:place], value, *content[place + 1 :]]


def test_the_vector_of_the_design_is_written_and_read_to_the_byte():
    assert domestic.write(a_record()) == VECTOR
    assert domestic.read(VECTOR) == a_record()


@given(domestic_claims())
def test_reading_is_the_inverse_of_writing(claims):
    written = domestic.write(claims)
    assert domestic.read(written) == claims
    assert written == cbor.dumps_deterministic(cbor.loads(written))


def test_before_any_dose_the_pass_has_four_items():
    written = domestic.write(a_record(doses=0))
    assert len(cbor2.loads(written)[-65537]) == 4
    assert domestic.read(written) == a_record(doses=0)


@pytest.mark.parametrize("doses", [1, 2, 3, 99])
def test_a_booster_and_a_long_series_are_written(doses):
    claims = a_record(doses, series=1, vaccine="EU/1/20/1525", extensions={5: "later", 1000: None})
    assert domestic.read(domestic.write(claims)) == claims


FURTHEST = {
    "the first day": {"last_dose": date(1970, 1, 1)},
    "the last day": {"last_dose": date.max},
    "the first serial": {"serial": 0},
    "the last serial": {"serial": 0xFFFFFFFF},
    "one of the shortest series": {"series": 1},
    "one of the longest series": {"series": 99},
    "vaccine 0": {"vaccine": 0},
    "the last vaccine": {"vaccine": 0xFFFF},
    "a code of one letter": {"vaccine": "A"},
    "a code of 80 letters": {"vaccine": "A" * 80},
    "issued at 0": {"issued_at": 0},
    "valid for a second": {"expires_at": ISSUED + 1},
    "valid to the end of 9999": {"expires_at": 253_402_300_799},
    "before any dose for 90 days": {
        **dict.fromkeys(("series", "vaccine", "last_dose")), "doses": 0, "expires_at": ISSUED + 90 * DAY,
    },
}  # fmt: skip


@pytest.mark.parametrize("changes", FURTHEST.values(), ids=FURTHEST)
def test_what_is_just_within_bounds_is_written_and_read(changes):
    claims = replace(a_record(), **changes)
    assert domestic.read(domestic.write(claims)) == claims


@pytest.mark.parametrize(
    ("claim", "changes"),
    [
        ("serial", {"serial": -1}), ("doses", {"doses": 100}), ("series", {"series": 0}),
        ("vaccine", {"vaccine": -1}), ("iat", {"issued_at": -1}), ("exp", {"expires_at": ISSUED}),
    ],
)  # fmt: skip
def test_the_sentence_names_the_claim_that_is_out_of_range(claim, changes):
    with pytest.raises(PassError, match=f"^The claim {claim} is not a whole number"):
        domestic.write(replace(a_record(), **changes))


WRONG_CLAIMS = {
    "an empty name": {"name": ""},
    "a name that is not NFC": {"name": "Ho\u0061\u0300"},
    "a name with two spaces": {"name": "Lê  Lợi"},
    "a name too long": {"name": "a" * 81},
    "a name with a direction mark": {"name": "Lê\u202eLợi"},
    "a name of bytes": {"name": b"Le"},
    "no name": {"name": None},
    "a birth date that is none": {"birth": PartialDate(1990, 2, 30)},
    "a birth date out of range": {"birth": PartialDate(1, 2, 3)},
    "a day without a month": {"birth": PartialDate(1990, 0, 3)},
    "a negative serial": {"serial": -1},
    "a serial of 33 bits": {"serial": 1 << 32},
    "a serial of text": {"serial": "7"},
    "100 doses": {"doses": 100},
    "negative doses": {"doses": -1},
    "doses of true": {"doses": True},
    "half a dose": {"doses": 1.5},
    "series of zero": {"series": 0},
    "series of 100": {"series": 100},
    "no series": {"series": None},
    "no vaccine": {"vaccine": None},
    "a negative vaccine": {"vaccine": -1},
    "an empty vaccine": {"vaccine": ""},
    "a vaccine of 81 letters": {"vaccine": "A" * 81},
    "no last dose": {"last_dose": None},
    "a dose before 1970": {"last_dose": date(1969, 12, 31)},
    "issued in fractions": {"issued_at": 1.5},
    "issued before 1970": {"issued_at": -1},
    "issued never": {"issued_at": None},
    "expiring when issued": {"expires_at": ISSUED},
    "expiring before": {"expires_at": ISSUED - 1},
    "expiring after 9999": {"expires_at": 253_402_300_800},
    "an extension with a key of text": {"extensions": {"a": 1}},
    "an extension with a key of true": {"extensions": {True: 1}},
}


@pytest.mark.parametrize("changes", WRONG_CLAIMS.values(), ids=WRONG_CLAIMS)
def test_claims_that_cannot_be_on_a_pass_are_refused_with_a_sentence(changes):
    with pytest.raises(PassError) as refused:
        domestic.write(replace(a_record(), **changes))
    assert refused.value.message.endswith(".")


@pytest.mark.parametrize(
    "changes",
    [
        {"series": 2},
        {"vaccine": 4},
        {"last_dose": date(2021, 1, 1)},
        {"extensions": {1: 1}},
        {"expires_at": ISSUED + 90 * DAY + 1},
    ],
    ids=str,
)
def test_before_any_dose_there_is_no_series_vaccine_date_or_extension_and_90_days_at_most(changes):
    with pytest.raises(PassError, match="before any dose"):
        domestic.write(a_record(0, **changes))


WRONG_PAYLOADS = {
    "nothing": (b"", MALFORMED),
    "no map": (cbor2.dumps([1, 2]), NOT_A_PASS),
    "an empty map": (cbor2.dumps({}), NOT_A_PASS),
    "a travel pass's claims": (cbor2.dumps({1: "VN", 4: EXPIRES, 6: ISSUED, -260: {1: {}}}), NOT_A_PASS),
    "no iss": (payload(iss=...), MALFORMED),
    "another country": (payload(iss="LA"), MALFORMED),
    "no exp": (payload(exp=...), MALFORMED),
    "no iat": (payload(iat=...), MALFORMED),
    "nbf": (payload(nbf=ISSUED), MALFORMED),
    "exp of NaN": (payload(exp=float("nan")), MALFORMED),
    "exp without end": (payload(exp=float("inf")), MALFORMED),
    "exp of true": (payload(exp=True), MALFORMED),
    "exp of a float": (payload(exp=float(EXPIRES)), MALFORMED),
    "exp of text": (payload(exp="2022"), MALFORMED),
    "exp of 64 bits": (payload(exp=2**64 - 1), MALFORMED),
    "iat negative": (payload(iat=-1), MALFORMED),
    "the pass is a map": (payload({}), MALFORMED),
    "the pass is text": (payload("seven l"), MALFORMED),
    "three items": (payload(document()[-65537][:3]), MALFORMED),
    "five items": (payload(document()[-65537][:5]), MALFORMED),
    "four items and doses": (payload(document()[-65537][:4]), MALFORMED),
    "seven items and no dose": (payload(with_item(3, 0)), MALFORMED),
    "nine items": (payload([*document()[-65537], {1: 1}, 2]), MALFORMED),
    "name of bytes": (payload(with_item(0, b"Nguyen")), MALFORMED),
    "name of null": (payload(with_item(0, None)), MALFORMED),
    "name in NFD": (payload(with_item(0, "Nguye\u0302\u0303n")), MALFORMED),
    "name with a null": (payload(with_item(0, "Nguyen\x00")), MALFORMED),
    "birth as text": (payload(with_item(1, "1948")), MALFORMED),
    "birth as a float": (payload(with_item(1, 19480500.0)), MALFORMED),
    "birth of no day": (payload(with_item(1, 19480231)), MALFORMED),
    "birth of true": (payload(with_item(1, True)), MALFORMED),
    "birth of 64 bits": (payload(with_item(1, 2**64 - 1)), MALFORMED),
    "serial of 33 bits": (payload(with_item(2, 1 << 32)), MALFORMED),
    "serial negative": (payload(with_item(2, -1)), MALFORMED),
    "doses of 100": (payload(with_item(3, 100)), MALFORMED),
    "doses of true": (payload(with_item(3, True)), MALFORMED),
    "series of zero": (payload(with_item(4, 0)), MALFORMED),
    "series of null": (payload(with_item(4, None)), MALFORMED),
    "vaccine of null": (payload(with_item(5, None)), MALFORMED),
    "vaccine of 17 bits": (payload(with_item(5, 1 << 16)), MALFORMED),
    "last of null": (payload(with_item(6, None)), MALFORMED),
    "last before 1970": (payload(with_item(6, -1)), MALFORMED),
    "last after 9999": (payload(with_item(6, 2_932_897)), MALFORMED),
    "last of 64 bits": (payload(with_item(6, 2**64 - 1)), MALFORMED),
    "last as text": (payload(with_item(6, "2021-11-05")), MALFORMED),
    "last as a float": (payload(with_item(6, 18936.0)), MALFORMED),
    "an empty extension": (payload([*document()[-65537], {}]), MALFORMED),
    "an extension that is no map": (payload([*document()[-65537], [1]]), MALFORMED),
    "an extension of null": (payload([*document()[-65537], None]), MALFORMED),
    "an extension's key of text": (payload([*document()[-65537], {"a": 1}]), MALFORMED),
    "a device key of 32 bytes": (payload([*document()[-65537], {-1: bytes(32)}]), MALFORMED),
    "a device key of text": (payload([*document()[-65537], {-1: "k"}]), MALFORMED),
    "an extension that must be understood": (payload([*document()[-65537], {-2: 1}]), NEWER),
    "one that must among one that need not": (payload([*document()[-65537], {7: 1, -99: 1}]), NEWER),
}


@pytest.mark.parametrize(("data", "reason"), WRONG_PAYLOADS.values(), ids=WRONG_PAYLOADS)
def test_a_wrong_payload_is_refused_with_its_reason(data, reason):
    assert refusal(data).reason is reason


def as_pairs(*pairs):
    """A map with exactly these pairs in this order."""
    return bytes((0xA0 | len(pairs),)) + b"".join(cbor2.dumps(key) + cbor2.dumps(value) for key, value in pairs)


MEMBERS = list(document().items())
OTHER_ENCODINGS = {
    "another order of members": as_pairs(*reversed(MEMBERS)),
    "the order of RFC 7049": cbor2.dumps(document([*MEMBERS[3][1], {100: 1, -1: bytes(33)}]), canonical=True),
    "the same member twice": as_pairs(*MEMBERS, MEMBERS[0]),
    "another serial under the same key": as_pairs(*MEMBERS, (-65537, with_item(2, 8))),
    "a member's key as a float": as_pairs((1.0, "VN"), *MEMBERS[1:]),
    "a member's key as true": as_pairs((True, "VN"), *MEMBERS[1:]),
    "a byte left over": payload() + b"\0",
    "a longer head": payload().replace(b"\x07\x02\x02\x04", b"\x18\x07\x02\x02\x04"),
    "a text in parts": payload().replace(b"\x62VN", b"\x7f\x61V\x61N\xff"),
    "an array without a length": payload().replace(b"\x87\x68", b"\x9f\x68") + b"\xff",
    "a date-time tag": payload().replace(b"\x62VN", b"\xc0\x62VN"),
    "a double tag around it": b"\xd9\xd9\xf7" + payload(),
}


@pytest.mark.parametrize("data", OTHER_ENCODINGS.values(), ids=OTHER_ENCODINGS)
def test_another_encoding_of_the_same_claims_is_refused(data):
    assert data != payload()
    assert refusal(data).reason is MALFORMED


def test_the_payload_that_the_other_encodings_are_of_is_read():
    assert domestic.read(payload()).name == "Nguyễn"
    assert domestic.read(as_pairs(*MEMBERS)) == domestic.read(payload())


def test_what_a_device_key_and_unknown_positive_keys_say_is_kept():
    extension = {7: [1, "x"], -1: bytes(33)}
    assert domestic.read(payload([*document()[-65537], extension])).extensions == extension


@given(st.binary(max_size=80))
def test_any_bytes_are_refused(data):
    claims, refused = attempt(domestic.read, data)
    assert claims is None
    assert refused.reason in {NOT_A_PASS, MALFORMED}


@given(st.integers(0, 6), st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.just([]))
def test_any_item_in_any_place_is_read_or_refused(place, value):
    claims, refused = attempt(domestic.read, payload(with_item(place, value)))
    assert claims is not None or refused.reason is MALFORMED


def test_no_refusal_says_what_is_in_the_pass():
    for place, value in ((0, "Nguye\u0302\u0303n Thi"), (1, 19480231), (2, 1 << 40), (6, -7)):
        message = refusal(payload(with_item(place, value))).message
        for personal in ("Thi", "1948", "31/02", "02/1948", str(1 << 40), "-7"):
            assert personal not in message
