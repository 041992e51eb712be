import base64
import json

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from hypothesis import given
from hypothesis import strategies as st

from keys import jws
from keys.errors import KeysError
from keys.jwk import base64url, jwk_of
from vaccine_pass.trust import key_id_of_jwk

KEY = ec.generate_private_key(ec.SECP256R1())
JWK = jwk_of(KEY.public_key())
KID = jws.device_id_of(JWK)
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def raw(message, key=KEY):
    r, s = decode_dss_signature(key.sign(message, ec.ECDSA(SHA256())))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def a_message(payload=b"{}", kid=KID, typ="t"):
    return jws.sign({"kid": kid, "typ": typ}, payload, raw)


def with_header(header, payload=b"{}"):
    """Signed by the right key over whatever header."""
    head = base64url(header if isinstance(header, bytes) else json.dumps(header).encode())
    signed = f"{head}.{base64url(payload)}"
    return f"{signed}.{base64url(raw(signed.encode()))}"


def code_of(text, jwk=JWK, typ="t"):
    with pytest.raises(KeysError) as refused:
        jws.verify(text, jwk, typ=typ)
    assert refused.value.message.count("\n") == 0
    return refused.value.code


@given(st.binary(max_size=2000))
def test_what_was_signed_is_read_again(payload):
    text = a_message(payload)
    assert jws.verify(text, JWK, typ="t") == payload
    assert jws.kid_of(text) == KID


def test_the_kid_is_the_thumbprint_of_the_public_key():
    assert key_id_of_jwk(JWK).hex() == KID
    assert len(KID) == 16


def test_the_vector_of_rfc_7515_a_3_has_a_good_signature_and_another_header():
    """Its header names no key and no type, so that it is refused; its signature alone is good."""
    jwk = {
        "kty": "EC", "crv": "P-256",
        "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
    }  # fmt: skip
    head = "eyJhbGciOiJFUzI1NiJ9"
    payload = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
    signature = "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"
    jws._check_signature(f"{head}.{payload}".encode(), jws._decoded(signature), jwk)
    assert code_of(f"{head}.{payload}.{signature}", jwk) == "jws_malformed"


def test_another_type_is_refused():
    assert code_of(a_message(), typ="checkpoint-receipt") == "jws_wrong_type"


def test_another_devices_message_is_refused():
    stranger = ec.generate_private_key(ec.SECP256R1())
    assert code_of(a_message(), jwk_of(stranger.public_key())) == "jws_wrong_key"
    forged = jws.sign({"kid": KID, "typ": "t"}, b"{}", lambda message: raw(message, stranger))
    assert code_of(forged) == "jws_bad_signature"


@pytest.mark.parametrize(
    "header",
    [
        {"alg": "none", "kid": KID, "typ": "t"},
        {"alg": "HS256", "kid": KID, "typ": "t"},
        {"alg": "ES384", "kid": KID, "typ": "t"},
        {"alg": "es256", "kid": KID, "typ": "t"},
        {"kid": KID, "typ": "t"},
        {"alg": "ES256", "typ": "t"},
        {"alg": "ES256", "kid": KID},
        {"alg": "ES256", "kid": KID, "typ": "t", "jwk": JWK},
        {"alg": "ES256", "kid": KID, "typ": "t", "crit": ["b64"], "b64": False},
        {"alg": ["ES256"], "kid": KID, "typ": "t"},
        {"alg": "ES256", "kid": 7, "typ": "t"},
        {"alg": "ES256", "kid": KID, "typ": None},
        ["alg", "kid", "typ"],
        "alg",
        None,
        b'{"alg":"none","alg":"ES256","kid":"k","typ":"t"}',
        b"[" * 300,
        b"\xff\xfe",
        b"",
    ],
)
def test_any_other_header_is_refused_though_its_signature_is_good(header):
    assert code_of(with_header(header)) == "jws_malformed"


def test_each_bit_that_is_changed_is_refused():
    text = a_message(b'{"token":"x"}')
    for place, letter in enumerate(text):
        for other in {"A", "B", ".", "=", "-", "\n", " "} - {letter}:
            code_of(text[:place] + other + text[place + 1 :])


@pytest.mark.parametrize("text", ["", ".", "..", "a.b", "a.b.c.d", "é.é.é", "\0.\0.\0", " . . ", "a" * 600 + ".a.a"])
def test_what_is_no_message_is_refused(text):
    assert code_of(text) == "jws_malformed"


@given(st.text())
def test_any_text_is_refused_in_one_sentence(text):
    code_of(text)


def test_too_much_is_refused_before_it_is_read():
    assert code_of("a" * (jws.MOST_CHARACTERS + 1)) == "jws_too_large"


@pytest.mark.parametrize("change", [lambda t: t + "=", lambda t: t + "==", lambda t: t[:-1], lambda t: t + "A"])
def test_a_signature_has_one_spelling_and_64_bytes(change):
    assert code_of(change(a_message())) == "jws_malformed"


def test_spare_bits_of_base64url_are_refused():
    head, payload, signature = a_message(b"x").split(".")
    spare = chr(ord(payload[-1]) + 1)
    assert base64.urlsafe_b64decode(payload[:-1] + spare + "==") == b"x"
    assert code_of(f"{head}.{payload[:-1]}{spare}.{signature}") == "jws_malformed"


@pytest.mark.parametrize("numbers", [(0, 0), (1, 0), (0, 1), (N, N), (2**256 - 1, 2**256 - 1)])
def test_a_signature_of_impossible_numbers_is_refused(numbers):
    head, payload, _ = a_message().split(".")
    signature = base64url(b"".join(number.to_bytes(32, "big") for number in numbers))
    assert code_of(f"{head}.{payload}.{signature}") == "jws_bad_signature"


@pytest.mark.parametrize(
    "jwk",
    [
        {},
        {"kty": "EC"},
        JWK | {"d": "AA"},
        JWK | {"kid": KID},
        JWK | {"crv": "P-384"},
        JWK | {"kty": "RSA"},
        JWK | {"x": JWK["x"] + "="},
        JWK | {"x": "AA"},
        JWK | {"x": 5},
        JWK | {"y": base64url(bytes(32))},
    ],
)
def test_a_key_that_is_no_public_p_256_key_is_refused(jwk):
    assert code_of(a_message(), jwk) == "bad_device_key"


@pytest.mark.parametrize("header", [{}, {"kid": KID}, {"kid": KID, "typ": "t", "alg": "none"}, {"a": "b"}])
def test_nothing_else_is_signed(header):
    with pytest.raises(KeysError):
        jws.sign(header, b"", raw)
