"""Trust data: its document there and back, key ids, and what is wrong named by entry and member."""

import hashlib
import json

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from tests.issuer import ISSUED, an_issuer, an_rsa_issuer, base64url, jwk_of, rsa_key
from tests.vaccine_pass.attempts import attempt
from vaccine_pass import trust
from vaccine_pass.errors import PassError
from vaccine_pass.trust import TrustData, TrustedSigner
from vaccine_pass.vaccines import VACCINES, VaccineTable

ISSUER, RSA = an_issuer(), an_rsa_issuer()

moments = st.none() | st.integers(-2_000_000_000, 10_000_000_000)
signers = st.builds(
    TrustedSigner,
    st.binary(min_size=8, max_size=8),
    st.sampled_from(trust.ALGORITHMS),
    st.dictionaries(st.text(max_size=3), st.text(max_size=5), max_size=4),
    st.sampled_from(trust.FORMS),
    st.none() | st.text(max_size=3),
    st.frozensets(st.sampled_from(sorted(trust.USAGES))),
    moments,
    moments,
    moments,
)
tables = st.just(VACCINES) | st.just(VaccineTable([])) | st.just(VaccineTable(list(VACCINES)[:3]))
trusts = st.builds(
    TrustData,
    st.lists(signers, max_size=4).map(tuple),
    tables,
    st.frozensets(st.integers(0, 0xFFFFFFFF), max_size=5),
    st.frozensets(st.binary(min_size=8, max_size=8), max_size=5),
    moments,
)


def refusal(document):
    with pytest.raises(PassError) as refused:
        trust.from_document(document)
    assert refused.value.code in {"bad_trust_list", "bad_vaccine_table"}
    return refused.value.message


def a_document(*entries, **changes):
    return {"format": "checkpoint-trust/1", "signers": list(entries)} | changes


def an_entry(**changes):
    entry = trust.to_document(TrustData((ISSUER.entry(),)))["signers"][0] | changes
    return {name: value for name, value in entry.items() if value is not ...}


def test_the_key_id_of_an_rsa_key_is_of_its_cose_key_with_n_and_e():
    numbers = rsa_key(2048).public_key().public_numbers()
    n, e = numbers.n.to_bytes(256, "big"), numbers.e.to_bytes(3, "big")
    thumbprint = b"\xa3\x01\x03\x20\x59\x01\x00" + n + b"\x21\x43" + e  # {1: 3 (RSA), -1: n, -2: e}
    assert trust.key_id_of_jwk(RSA.jwk) == hashlib.sha256(thumbprint).digest()[:8]


@pytest.mark.parametrize("usage", ["domestic", "vaccination", "test", "recovery"])
def test_each_usage_of_the_design_is_read(usage):
    (signer,) = trust.from_document(a_document(an_entry(usage=[usage]))).signers
    assert signer.usage == {usage}


@given(trusts)
def test_a_document_reads_back_through_json(data):
    text = json.dumps(trust.to_document(data))
    assert trust.from_document(json.loads(text)) == data
    assert trust.loads(text) == trust.loads(text.encode()) == data


def test_the_document_has_the_form_of_the_design():
    data = TrustData((ISSUER.entry(sign_from=ISSUED),), revoked_serials=frozenset({7, 3}), signed_at=ISSUED)
    document = trust.to_document(data)
    assert (document["format"], document["signed_at"]) == ("checkpoint-trust/1", "2021-12-20T11:33:20Z")
    assert document["signers"] == [
        {
            "kid": ISSUER.kid.hex(),
            "alg": "ES256",
            "key": ISSUER.jwk,
            "form": "domestic",
            "country": "VN",
            "usage": ["domestic"],
            "sign_from": "2021-12-20T11:33:20Z",
        }
    ]
    assert document["revoked"] == {"serials": [3, 7], "certificates": []}


def test_a_short_document_has_our_vaccines_no_revocation_and_no_age():
    data = trust.from_document(a_document(an_entry()))
    assert (data.vaccines, data.revoked_serials, data.revoked_certificates, data.signed_at) == (
        VACCINES,
        frozenset(),
        frozenset(),
        None,
    )


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("2021-12-20T11:33:20Z", ISSUED),
        ("2021-12-20T18:33:20+07:00", ISSUED),
        ("2021-12-20T11:33:20", ISSUED),
        ("2021-12-20", 1639958400),
        ("2021-12-20T11:33:20.5Z", ISSUED + 0.5),
        (None, None),
    ],
)
def test_times_are_iso_8601_and_utc_without_a_zone(text, seconds):
    assert trust.from_document(a_document(signed_at=text)).signed_at == seconds
    assert trust.from_document(a_document(an_entry(accept_until=text))).signers[0].accept_until == seconds


@pytest.mark.parametrize(
    "document",
    [None, [], "text", {}, {"signers": []}, {"format": 1, "signers": []},
     {"format": "checkpoint-trust/2", "signers": []}],
    ids=str,
)  # fmt: skip
def test_another_document_is_refused(document):
    assert "format" in refusal(document)


@pytest.mark.parametrize("listed", [None, {}, "x", 1])
def test_signers_that_are_no_list_are_refused(listed):
    assert "signers is no list" in refusal(a_document() | {"signers": listed})


WRONG_MEMBERS = [
    (
        "kid",
        [..., None, "", "00", "0" * 15, "0" * 17, "G" * 16, "A" * 16, 1, b"12345678", " " + "0" * 15, "0" * 16 + "\n"],
    ),
    ("alg", [..., None, "", "es256", "RS256", "none", "ES384", 1, ["ES256"]]),
    ("form", [..., "both", 1, {}]),
    ("country", [1, ["VN"], True]),
    ("key", [..., None, "key", [], {"x": 1}, {"x": None}]),
    ("usage", [..., None, "domestic", {}, [1], [["domestic"]], ["everything"]]),
    ("sign_from", ["", "soon", "2021-13-01", 1640000000, "2021-12-20T25:00:00Z", []]),
    ("sign_until", ["never", True]),
    ("accept_until", ["NaN", {}]),
]


@pytest.mark.parametrize(("member", "values"), WRONG_MEMBERS, ids=[member for member, _ in WRONG_MEMBERS])
def test_a_wrong_member_is_named_with_its_signer(member, values):
    for value in values:
        message = refusal(a_document(an_entry(), an_entry(**{member: value})))
        assert "signer 2" in message
        assert member in message


@pytest.mark.parametrize("entry", [None, [], "signer", 1])
def test_a_signer_that_is_no_object_is_refused(entry):
    assert "signer 1 is no object" in refusal(a_document(entry))


@pytest.mark.parametrize(
    "revoked",
    [None, [], {"serials": None}, {"serials": {"7": 1}}, {"serials": ["7"]}, {"serials": [True]}, {"serials": [7.0]},
     {"certificates": None}, {"certificates": ["00"]}, {"certificates": [7]}, {"certificates": ["Z" * 16]}],
    ids=str,
)  # fmt: skip
def test_a_wrong_revocation_is_named(revoked):
    assert "revoked." in refusal(a_document(revoked=revoked))


def test_a_wrong_vaccine_and_a_wrong_date_of_the_list_are_named():
    assert "vaccine table" in refusal(a_document(vaccines=[{}]))
    assert "signed_at of the list" in refusal(a_document(signed_at="yesterday"))


@pytest.mark.parametrize(
    "text",
    ["", "{", b"\xff\xfe", "[" * 100_000, '{"a":' * 100_000, "9" * 5000, b"\x00"],
    ids=["empty", "cut short", "not UTF-8", "nested lists", "nested objects", "a long number", "a null"],
)
def test_text_that_is_no_json_is_refused(text):
    with pytest.raises(PassError):
        trust.loads(text)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
)
members = st.sampled_from(["kid", "alg", "key", "form", "country", "usage", "sign_from", "accept_until"])


@given(
    st.dictionaries(members, json_values),
    st.dictionaries(st.sampled_from(["signers", "revoked", "vaccines"]), json_values),
)
def test_any_document_is_read_or_refused(entry_changes, changes):
    data, refused = attempt(trust.from_document, a_document(an_entry(**entry_changes), **changes))
    assert data or refused.message.endswith(".")


@given(st.binary(max_size=60) | st.text(max_size=60))
def test_any_text_is_refused(text):
    data, refused = attempt(trust.loads, text)
    assert data is None
    assert refused.code == "bad_trust_list"


# --- key ids


def test_a_key_id_of_a_certificate_is_the_start_of_its_hash():
    assert trust.key_id_of_certificate(b"a certificate") == hashlib.sha256(b"a certificate").digest()[:8]
    assert trust.certificate_hash("URN:UVCI:01:AT:X#Y") == hashlib.sha256(b"URN:UVCI:01:AT:X#Y").digest()[:8]


def test_the_thumbprint_is_rfc_9679s_example():
    x = int("65eda5a12577c2bae829437fe338701a10aaa375e1bb5b5de108de439c08551d", 16)
    y = int("1e52ed75701163f7f9e40ddf9f341b3dc9ba860af7e0ca7ca7e9eecd0084d19c", 16)
    key = {"kty": "EC", "crv": "P-256", "x": base64url(x), "y": base64url(y)}
    assert trust.key_id_of_jwk(key).hex() == "496bd8afadf307e5"


def test_members_beside_the_required_ones_change_no_thumbprint():
    for jwk in (ISSUER.jwk, RSA.jwk):
        assert trust.key_id_of_jwk(jwk | {"kid": "x", "alg": "y", "use": "sig"}) == trust.key_id_of_jwk(jwk)


BAD_JWKS = {
    "nothing": {},
    "P-384": jwk_of(ec.generate_private_key(ec.SECP384R1()).public_key()),
    "symmetric": {"kty": "oct", "k": "AA"},
    "no y": {"kty": "EC", "crv": "P-256", "x": "AA"},
    "no n": {"kty": "RSA", "e": "AQAB"},
    "x that is no base64": {"kty": "EC", "crv": "P-256", "x": "A", "y": "AA"},
    "x with a letter of ours": {"kty": "EC", "crv": "P-256", "x": "Đ", "y": "AA"},
}


@pytest.mark.parametrize("jwk", BAD_JWKS.values(), ids=BAD_JWKS)
def test_a_key_that_has_no_thumbprint_is_refused_with_a_sentence(jwk):
    with pytest.raises(PassError) as refused:
        trust.key_id_of_jwk(jwk)
    assert refused.value.code == "bad_key"
