"""Hostile texts: each a refusal with its reason, in bounded memory and time; and any text at all.

What a signed payload can do is here too: a signer may be careless, or stolen.
"""

import time
import tracemalloc
import zlib

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.envelopes import (
    Parts,
    certificate,
    domestic_text,
    envelope,
    header,
    parts_of,
    signed,
    text_of,
    travel_claims,
    travel_text,
)
from tests.issuer import EXPIRES, ISSUED, NOW, a_pass, an_issuer, an_rsa_issuer, trust_in
from vaccine_pass import base45
from vaccine_pass.reasons import Outcome, Reason
from vaccine_pass.trust import certificate_hash
from vaccine_pass.verify import Verifier

DOMESTIC, TRAVEL, RSA = an_issuer("domestic"), an_issuer("travel"), an_rsa_issuer()
REVOKED = frozenset({certificate_hash("something else")})
VERIFIER = Verifier(trust_in(DOMESTIC, TRAVEL, RSA, revoked_serials=frozenset({1}), revoked_certificates=REVOKED))

MEGABYTES = 1 << 20
HEADER = header(TRAVEL.kid)
PAYLOAD = cbor2.dumps(travel_claims())
DEEP_ARRAYS, DEEP_MAPS, DEEP_TAGS = (
    b"\x81" * 10_000 + b"\x01",
    b"\xa1\x01" * 5_000 + b"\x01",
    b"\xc0" * 10_000 + b"\x61x",
)


def unsigned(*, protected=HEADER, payload=PAYLOAD, signature=bytes(64), unprotected=b"\xa0", tags=b"\xd2"):
    return travel_text(envelope(Parts(protected, payload, signature), unprotected=unprotected, tags=tags))


TEXTS = {
    "nothing": ("", Reason.UNKNOWN_PREFIX),
    "10 MB of nothing known": ("A" * (10 * MEGABYTES), Reason.TOO_LARGE),
    "10 MB of a travel pass": ("HC1:" + "0" * (10 * MEGABYTES), Reason.TOO_LARGE),
    "10 MB of a domestic pass": ("VN1:" + ":" * (10 * MEGABYTES), Reason.TOO_LARGE),
    "10 MB of white space": (" " * (10 * MEGABYTES), Reason.TOO_LARGE),
    "10 MB after a bracket": ("{" + " " * (10 * MEGABYTES), Reason.TOO_LARGE),
    "10 MB of surrogates": ("HC1:" + "\ud800" * (5 * MEGABYTES), Reason.TOO_LARGE),
    "lone surrogates": ("\ud800\udfff", Reason.UNKNOWN_PREFIX),
    "lone surrogates in a pass": ("VN1:\ud800", Reason.NOT_BASE45),
    "as long as a code, of zeros": ("VN1:" + "0" * 7085, Reason.NOT_COSE),
    "a bomb of 4 MB": ("HC1:" + base45.encode(zlib.compress(bytes(4 * MEGABYTES), 9)), Reason.TOO_LARGE),
    "a bomb in a bomb": (
        "HC1:" + base45.encode(zlib.compress(zlib.compress(bytes(100 * MEGABYTES), 9), 9)),
        Reason.TOO_LARGE,
    ),
    "nested arrays as the envelope": (travel_text(DEEP_ARRAYS), Reason.NOT_COSE),
    "nested maps as the envelope": (travel_text(b"\xd2" + DEEP_MAPS), Reason.NOT_COSE),
    "nested arrays in the protected header": (unsigned(protected=DEEP_ARRAYS), Reason.NOT_COSE),
    "nested maps in the protected header": (unsigned(protected=DEEP_MAPS), Reason.NOT_COSE),
    "nested arrays in the unprotected header": (unsigned(unprotected=b"\xa1\x01" + DEEP_ARRAYS), Reason.NOT_COSE),
    "nested arrays as an unsigned payload": (unsigned(payload=DEEP_ARRAYS), Reason.BAD_SIGNATURE),
    "a key id of 10 kB": (unsigned(protected=header(bytes(10_000))), Reason.UNKNOWN_SIGNER),
    "an algorithm of 64 bits": (unsigned(protected=header(TRAVEL.kid, 2**64 - 1)), Reason.BAD_SIGNATURE),
    "a signature of 10 kB": (unsigned(signature=bytes(10_000)), Reason.BAD_SIGNATURE),
    "an RSA signature of 10 kB": (unsigned(protected=header(RSA.kid), signature=bytes(10_000)), Reason.BAD_SIGNATURE),
    "four tags": (unsigned(tags=b"\xd2" * 4), Reason.NOT_COSE),
    "ten thousand tags": (unsigned(tags=b"\xd2" * 10_000), Reason.NOT_COSE),
    "lengths left open": (travel_text(b"\xd2\x9f\x40\xa0\x41p\x41s\xff"), Reason.NOT_COSE),
    "a payload of a false length": (travel_text(b"\xd2\x84\x40\xa0\x5b" + b"\xff" * 8), Reason.NOT_COSE),
}


def signed_travel(payload):
    return travel_text(signed(payload, TRAVEL))


def signed_domestic(payload):
    return domestic_text(signed(payload, DOMESTIC))


def domestic_payload(*items, **changes):
    content = list(items) or ["Nguyễn", 19480500, 7, 2, 2, 4, 18936]
    claims = {1: "VN", 4: EXPIRES, 6: ISSUED} | {int(label[1:]): value for label, value in changes.items()}
    return cbor2.dumps(claims | {-65537: content})


def twice(payload):
    """The payload's map with its first pair once more at its end."""
    first = payload[1:5]
    return bytes((payload[0] + 1,)) + payload[1:] + first


def with_tag(tag, inside=b"\x41\x01"):
    """Signed claims whose ``exp`` is something under a tag."""
    return PAYLOAD.replace(b"\x04" + cbor2.dumps(EXPIRES), b"\x04" + tag + inside)


MALFORMED = Reason.MALFORMED_CLAIMS
SIGNED = {
    "nothing": (b"", MALFORMED),
    "nested arrays": (DEEP_ARRAYS, MALFORMED),
    "nested maps": (DEEP_MAPS, MALFORMED),
    "nested tags": (DEEP_TAGS, MALFORMED),
    "nested arrays behind good claims": (b"\xa5" + PAYLOAD[1:] + b"\x18\x63" + DEEP_ARRAYS, MALFORMED),
    "exp of 64 bits and below zero": (travel_claims(exp=-(2**64)), Reason.EXPIRED),
    "exp not a number": (travel_claims(exp=float("nan")), MALFORMED),
    "exp without end": (travel_claims(exp=float("inf")), MALFORMED),
    "iat without beginning": (travel_claims(iat=float("-inf")), MALFORMED),
    "exp of true": (travel_claims(exp=True), MALFORMED),
    "exp a bignum": (with_tag(b"\xc2", b"\x59\x10\x00" + b"\xff" * 4096), MALFORMED),
    "exp a negative bignum": (with_tag(b"\xc3"), MALFORMED),
    "exp a fraction": (with_tag(b"\xc4", b"\x82\x1a\x3b\x9a\xca\x00\x01"), MALFORMED),
    "exp a big float": (with_tag(b"\xc5", b"\x82\x1a\x3b\x9a\xca\x00\x01"), MALFORMED),
    "exp a rational": (with_tag(b"\xd8\x1e", b"\x82\x01\x00"), MALFORMED),
    "exp a pattern": (with_tag(b"\xd8\x23", b"\x68(a+)+b!!"), MALFORMED),
    "exp a shared value": (with_tag(b"\xd8\x1c", b"\x81\xd8\x1d\x00"), MALFORMED),
    "exp a reference": (with_tag(b"\xd8\x1d", b"\x00"), MALFORMED),
    "exp a set": (with_tag(b"\xd9\x01\x02", b"\x81\x01"), MALFORMED),
    "exp a time": (with_tag(b"\xc1", cbor2.dumps(EXPIRES)), MALFORMED),
    "exp a date": (with_tag(b"\xc0", cbor2.dumps("2022-12-20T00:00:00Z")), MALFORMED),
    "iss twice": (twice(PAYLOAD), MALFORMED),
    "a name of 64 kB": (travel_claims(certificate(nam={"fnt": "A" * 10_000})), MALFORMED),
    "ten thousand vaccinations": (travel_claims(certificate(ver="1.0.0", v=[1] * 5_000)), MALFORMED),
    "dn of 64 bits": (travel_claims(certificate(v=[certificate()["v"][0] | {"dn": 2**64 - 1}])), MALFORMED),
    "a version of 10 kB": (travel_claims(certificate(ver="1" * 10_000)), MALFORMED),
    "text that is not UTF-8": (PAYLOAD.replace(b"\x62VN", b"\x62\xff\xfe", 1), MALFORMED),
    "everything empty": (travel_claims({}), MALFORMED),
    "everything null": (travel_claims(dict.fromkeys(("ver", "nam", "dob", "v"))), MALFORMED),
    "a map of maps as keys": (b"\xa1\xa1\x01\x02\x03", Reason.NOT_A_PASS),
}
SIGNED_DOMESTIC = {
    "nothing": (b"", MALFORMED),
    "nested arrays": (b"\x81" * 4_000 + b"\x01", MALFORMED),
    "nested maps": (b"\xa1\x01" * 2_000 + b"\x01", MALFORMED),
    "nested extension": (domestic_payload("N", 19480500, 7, 2, 2, 4, 18936)[:-1] + b"\x81" * 4_000, MALFORMED),
    "exp not a number": (domestic_payload(_4=float("nan")), MALFORMED),
    "exp without end": (domestic_payload(_4=float("inf")), MALFORMED),
    "exp of true": (domestic_payload(_4=True), MALFORMED),
    "exp of 64 bits": (domestic_payload(_4=2**64 - 1), MALFORMED),
    "iss twice": (twice(domestic_payload()), MALFORMED),
    "a name of 4 kB": (domestic_payload("a" * 4_000, 19480500, 7, 0), MALFORMED),
    "a name of marks": (domestic_payload("a" + "\u0301\u0323" * 800, 19480500, 7, 0), MALFORMED),
    "a serial of 64 bits": (domestic_payload("N", 19480500, 2**64 - 1, 0), MALFORMED),
    "a last dose of 64 bits": (domestic_payload("N", 19480500, 7, 2, 2, 4, 2**64 - 1), MALFORMED),
    "a pattern as the vaccine": (
        domestic_payload("N", 19480500, 7, 2, 2, 4, 1).replace(b"\x02\x04", b"\x02\xd8\x23\x61a"),
        MALFORMED,
    ),
    "an array without end": (domestic_payload() + b"\xff", MALFORMED),
    "everything empty": ({1: "", 4: 0, 6: 0, -65537: []}, MALFORMED),
}
ALL = {
    **TEXTS,
    **{f"signed travel: {name}": (signed_travel(payload), reason) for name, (payload, reason) in SIGNED.items()},
    **{f"signed domestic: {name}": (signed_domestic(p), reason) for name, (p, reason) in SIGNED_DOMESTIC.items()},
}


@pytest.mark.parametrize(("text", "reason"), ALL.values(), ids=ALL)
def test_a_hostile_text_is_refused_with_its_reason(text, reason):
    verdict = VERIFIER.judge(text, NOW)
    assert (verdict.reason, verdict.detail) == (reason, verdict.detail)
    assert verdict.outcome is not Outcome.ACCEPTED
    assert len(verdict.detail) < 300


MOST_MEMORY = 2 * MEGABYTES
MOST_SECONDS = 0.25
"""Some thousand ordinary verifications: for a loop that runs away, not for a slow machine."""


def test_no_hostile_text_takes_memory_or_time_out_of_proportion():
    heavy = {}
    for name, (text, _) in ALL.items():
        tracemalloc.start()
        started = time.process_time()
        VERIFIER.judge(text, NOW)
        spent = time.process_time() - started
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        if peak > MOST_MEMORY or spent > MOST_SECONDS:
            heavy[name] = f"{peak} bytes, {spent:.3f} s"
    assert heavy == {}


# --- any text, any bytes at any layer


def never_accepted_and_never_a_fault(text):
    verdict = VERIFIER.judge(text, NOW)
    assert verdict.outcome is not Outcome.ACCEPTED
    assert verdict.reason is not Reason.FAULT, verdict


any_text = st.text() | st.text(st.characters(exclude_categories=()))


@given(st.sampled_from(["", "HC1:", "VN1:", "HC2:", "shc:/", '{"data":']), any_text)
def test_any_text_gets_a_verdict(prefix, text):
    never_accepted_and_never_a_fault(prefix + text)


@given(st.sampled_from(["HC1:", "VN1:"]), st.text(base45.ALPHABET, max_size=300))
def test_any_base45_gets_a_verdict(prefix, text):
    never_accepted_and_never_a_fault(prefix + text)


@given(st.binary(max_size=200))
def test_any_bytes_as_an_envelope_get_a_verdict(data):
    for text in (travel_text(data), travel_text(data, level=None), domestic_text(data)):
        never_accepted_and_never_a_fault(text)


@given(st.binary(max_size=40), st.binary(max_size=60), st.binary(max_size=80), st.sampled_from([b"", HEADER]))
def test_any_parts_of_an_envelope_get_a_verdict(protected, payload, signature, start):
    for text in (unsigned(protected=start or protected, payload=payload, signature=signature),):
        never_accepted_and_never_a_fault(text)


@given(st.binary(max_size=40).filter(lambda data: not data.startswith(HEADER)))
def test_any_protected_header_under_a_good_signature_gets_a_verdict(protected):
    text = travel_text(signed(PAYLOAD, TRAVEL, protected=protected))
    assert VERIFIER.judge(text, NOW).reason is not Reason.FAULT


cbor_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**64), 2**64 - 1)
    | st.floats()
    | st.text(max_size=6)
    | st.binary(max_size=6)
    | st.builds(cbor2.CBORTag, st.integers(0, 300), st.integers(0, 9) | st.text(max_size=3))
    | st.builds(cbor2.CBORSimpleValue, st.integers(0, 19) | st.integers(32, 255)),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3) | st.integers(-300, 9), inner, max_size=3)
    ),
    max_leaves=6,
)
travel_changes = st.dictionaries(st.sampled_from([1, 4, 5, 6, -260, 99]), cbor_values, max_size=2)
certificate_changes = st.dictionaries(
    st.sampled_from(["ver", "nam", "dob", "v", "t", "r", "x"]), cbor_values, max_size=2
)


@given(travel_changes, certificate_changes)
def test_any_claims_under_a_good_signature_get_a_verdict(changes, inside):
    payload = travel_claims(certificate(**inside)) | changes
    assert VERIFIER.judge(signed_travel(payload), NOW).reason is not Reason.FAULT


@given(st.binary(max_size=80), st.sampled_from([TRAVEL, DOMESTIC]))
def test_any_payload_under_a_good_signature_gets_a_verdict(payload, issuer):
    verdict = VERIFIER.judge(text_of(issuer, signed(payload, issuer)), NOW)
    assert verdict.reason in {Reason.MALFORMED_CLAIMS, Reason.NOT_A_PASS}


@given(st.integers(0, 7), cbor_values, st.dictionaries(st.sampled_from([1, 4, 6, 5, -65537]), cbor_values, max_size=1))
def test_any_domestic_claims_under_a_good_signature_get_a_verdict(place, value, changes):
    content = cbor2.loads(parts_of(a_pass(DOMESTIC)).payload)[-65537]
    changed = [*content[:place], value, *content[place + 1 :]]
    payload = {1: "VN", 4: EXPIRES, 6: ISSUED, -65537: changed} | changes
    assert VERIFIER.judge(signed_domestic(payload), NOW).reason is not Reason.FAULT
