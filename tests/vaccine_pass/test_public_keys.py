"""Keys: which are taken for which algorithm, and signatures of every wrong length and kind."""

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding

from tests.envelopes import twin
from tests.issuer import an_issuer, an_rsa_issuer, base64url, jwk_of, rsa_key
from vaccine_pass import ecdsa, public_keys
from vaccine_pass.ecdsa import P256_ORDER
from vaccine_pass.errors import PassError
from vaccine_pass.public_keys import verification

MESSAGE = b"what was signed"
ISSUER, RSA = an_issuer(), an_rsa_issuer()
JWK, RSA_JWK = ISSUER.jwk, RSA.jwk


def number(value):
    return value.to_bytes(32, "big")


@pytest.mark.parametrize("issuer", [ISSUER, RSA], ids=["ES256", "PS256"])
def test_a_good_signature_is_good_and_over_other_bytes_it_is_not(issuer):
    is_good = verification(issuer.algorithm, issuer.jwk)
    signature = issuer.sign(MESSAGE)
    assert is_good(signature, MESSAGE)
    assert not is_good(signature, MESSAGE + b".")
    assert not is_good(bytes([signature[0] ^ 1]) + signature[1:], MESSAGE)


def test_the_twin_of_an_ecdsa_signature_verifies_too():
    assert verification("ES256", JWK)(twin(ISSUER.sign(MESSAGE)), MESSAGE)


GOOD = ISSUER.sign(MESSAGE)
WRONG_SIGNATURES = {
    "nothing": b"",
    "63 bytes": GOOD[:63],
    "65 bytes": GOOD + b"\0",
    "zeros": bytes(64),
    "ones": b"\xff" * 64,
    "r of zero": number(0) + GOOD[32:],
    "s of zero": GOOD[:32] + number(0),
    "r of n": number(P256_ORDER) + GOOD[32:],
    "s of n": GOOD[:32] + number(P256_ORDER),
    "s plus n, past 32 bytes": GOOD[:32] + number((int.from_bytes(GOOD[32:], "big") + P256_ORDER) % 2**256),
    "DER": ecdsa.to_der(GOOD),
    "r and s swapped": GOOD[32:] + GOOD[:32],
    "10 MB": bytes(10 << 20),
}


@pytest.mark.parametrize("signature", WRONG_SIGNATURES.values(), ids=WRONG_SIGNATURES)
def test_a_wrong_signature_is_not_good_and_raises_nothing(signature):
    assert not verification("ES256", JWK)(signature, MESSAGE)
    assert not verification("PS256", RSA_JWK)(signature, MESSAGE)


@pytest.mark.parametrize("salt", [0, 20, 31, 33, 64, padding.PSS.MAX_LENGTH])
def test_ps256_has_a_salt_of_32_bytes_and_no_other(salt):
    pss = padding.PSS(padding.MGF1(hashes.SHA256()), salt)
    assert not verification("PS256", RSA_JWK)(rsa_key(2048).sign(MESSAGE, pss, hashes.SHA256()), MESSAGE)


def test_an_rsa_signature_of_another_scheme_is_not_good():
    signature = rsa_key(2048).sign(MESSAGE, padding.PKCS1v15(), hashes.SHA256())
    assert not verification("PS256", RSA_JWK)(signature, MESSAGE)


def small_rsa(bits):
    # A modulus is enough: keys this small are no longer made.
    return {"kty": "RSA", "n": base64url((1 << bits) - 1), "e": "AQAB"}


BAD_KEYS = {
    "no key": ("ES256", {}),
    "a P-384 key": ("ES256", jwk_of(ec.generate_private_key(ec.SECP384R1()).public_key())),
    "a secp256k1 key": ("ES256", jwk_of(ec.generate_private_key(ec.SECP256K1()).public_key())),
    "a P-384 key that says P-256": (
        "ES256",
        jwk_of(ec.generate_private_key(ec.SECP384R1()).public_key()) | {"crv": "P-256"},
    ),
    "no point of the curve": ("ES256", JWK | {"y": JWK["x"]}),
    "the point at infinity": ("ES256", JWK | {"x": base64url(0, 32), "y": base64url(0, 32)}),
    "no y": ("ES256", {name: JWK[name] for name in ("kty", "crv", "x")}),
    "x that is not base64": ("ES256", JWK | {"x": "Đ"}),
    "x of one letter": ("ES256", JWK | {"x": "A"}),
    "an RSA key for ES256": ("ES256", RSA_JWK),
    "an EC key for PS256": ("PS256", JWK),
    "a good point that says P-384": ("ES256", JWK | {"crv": "P-384"}),
    "a good point that says OKP": ("ES256", JWK | {"kty": "OKP"}),
    "a good modulus that says EC": ("PS256", RSA_JWK | {"kty": "EC"}),
    "a symmetric key": ("ES256", {"kty": "oct", "k": "AAAA"}),
    "RSA of 1024 bits": ("PS256", small_rsa(1024)),
    "RSA of 2047 bits": ("PS256", small_rsa(2047)),
    "RSA of 8193 bits": ("PS256", small_rsa(8193)),
    "RSA with e of 1": ("PS256", RSA_JWK | {"e": "AQ"}),
    "RSA with e of 2": ("PS256", RSA_JWK | {"e": "Ag"}),
    "RSA without n": ("PS256", {"kty": "RSA", "e": "AQAB"}),
}


@pytest.mark.parametrize(("algorithm", "jwk"), BAD_KEYS.values(), ids=BAD_KEYS)
def test_a_key_that_is_not_one_for_its_algorithm_is_refused_with_a_sentence(algorithm, jwk):
    with pytest.raises(PassError, match=f"A key in the trust list is no {algorithm} key") as refused:
        verification(algorithm, jwk)
    assert refused.value.code == "bad_key"


def test_a_small_rsa_key_that_is_whole_is_refused_as_well():
    with pytest.raises(PassError, match="1024 bits"):
        verification("PS256", jwk_of(rsa_key(1024).public_key()))


def test_the_largest_rsa_key_is_taken():
    assert verification("PS256", small_rsa(8192))(bytes(1024), MESSAGE) is False


@pytest.mark.parametrize("size", range(1, 20))
def test_a_number_of_any_length_is_read_without_its_padding(size):
    number = int.from_bytes(range(1, size + 1), "big")
    assert public_keys._integer(base64url(number)) == number
