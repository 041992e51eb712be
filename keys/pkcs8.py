"""The encrypted form of a private key: PKCS#8, PBES2 with scrypt and AES-256-CBC.

``cryptography`` reads such files but cannot write them: its
``BestAvailableEncryption`` uses 2,048 rounds of PBKDF2 and takes no other
number. So the structure is put together here, as in RFC 5958 section 3
(EncryptedPrivateKeyInfo), RFC 8018 appendix A.4 (PBES2) and RFC 7914
section 7.1 (scrypt parameters); ``openssl pkcs8`` reads the result.

Pure: bytes in, bytes out. Leaves out files and passphrases' origin (``custody``).
"""

from __future__ import annotations

import base64
import os
import textwrap

from cryptography.hazmat.primitives import padding, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from keys.errors import KeysError
from keys.secret import Secret

# 16 MB and five lanes: one of OWASP's equal settings. OpenSSL refuses to read
# a file that needs more than 32 MB, so a larger cost would lock out its tools.
SCRYPT_COST, SCRYPT_BLOCK, SCRYPT_LANES = 2**14, 8, 5
_PBES2 = bytes.fromhex("06092a864886f70d01050d")  # 1.2.840.113549.1.5.13
_SCRYPT = bytes.fromhex("06092b06010401da47040b")  # 1.3.6.1.4.1.11591.4.11
_AES256_CBC = bytes.fromhex("060960864801650304012a")  # 2.16.840.1.101.3.4.1.42
_SEQUENCE, _OCTETS, _INTEGER = 0x30, 0x04, 0x02
_LABEL = "ENCRYPTED PRIVATE KEY"


def encrypt(key: ec.EllipticCurvePrivateKey, passphrase: Secret) -> bytes:
    """The key as PEM, encrypted with a fresh salt and initialisation vector (RFC 8018 section 6.2)."""
    salt, iv = os.urandom(16), os.urandom(16)
    sealed = _sealed(_plain(key), _derived(passphrase, salt), iv)
    return _pem(_der(_SEQUENCE, _algorithm(salt, iv), _der(_OCTETS, sealed)))


def decrypt(document: bytes, passphrase: Secret) -> ec.EllipticCurvePrivateKey:
    """Read a PEM file that ``encrypt`` or OpenSSL wrote.

    Raises KeysError (``wrong_passphrase``, ``not_a_key``) and keeps the foreign
    exception out, which may quote what it was given.
    """
    try:
        key = serialization.load_pem_private_key(document, passphrase.unsafe_reveal())
    except TypeError:
        raise KeysError("the private key is not encrypted.", code="not_encrypted") from None
    except Exception:  # noqa: BLE001 - CBC protects no bytes: a changed file can decrypt to anything at all
        raise KeysError(
            "the passphrase does not open the key, or the key file is damaged.", code="wrong_passphrase"
        ) from None
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise KeysError("the private key is not of the curve P-256.", code="not_a_key")
    return key


def _algorithm(salt: bytes, iv: bytes) -> bytes:
    numbers = (_number(n) for n in (SCRYPT_COST, SCRYPT_BLOCK, SCRYPT_LANES, 32))
    scrypt = _der(_SEQUENCE, _SCRYPT, _der(_SEQUENCE, _der(_OCTETS, salt), *numbers))
    cipher = _der(_SEQUENCE, _AES256_CBC, _der(_OCTETS, iv))
    return _der(_SEQUENCE, _PBES2, _der(_SEQUENCE, scrypt, cipher))


def _der(tag: int, *parts: bytes) -> bytes:
    """One DER element (X.690 section 10.1: definite length, in its shortest form)."""
    body = b"".join(parts)
    length = len(body)
    if length < 0x80:
        return bytes((tag, length)) + body
    size = (length.bit_length() + 7) // 8
    return bytes((tag, 0x80 | size)) + length.to_bytes(size, "big") + body


def _number(value: int) -> bytes:
    return _der(_INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def _pem(der: bytes) -> bytes:
    lines = textwrap.wrap(base64.b64encode(der).decode("ascii"), 64)
    return "\n".join([f"-----BEGIN {_LABEL}-----", *lines, f"-----END {_LABEL}-----", ""]).encode("ascii")


def _derived(passphrase: Secret, salt: bytes) -> Secret:
    scrypt = Scrypt(salt=salt, length=32, n=SCRYPT_COST, r=SCRYPT_BLOCK, p=SCRYPT_LANES)
    return Secret(scrypt.derive(passphrase.unsafe_reveal()))


def _plain(key: ec.EllipticCurvePrivateKey) -> Secret:
    return Secret(
        key.private_bytes(
            serialization.Encoding.DER,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )


def _sealed(plain: Secret, key: Secret, iv: bytes) -> bytes:
    padder = padding.PKCS7(128).padder()
    encryptor = Cipher(algorithms.AES(key.unsafe_reveal()), modes.CBC(iv)).encryptor()
    sealed = encryptor.update(padder.update(plain.unsafe_reveal())) + encryptor.update(padder.finalize())
    return sealed + encryptor.finalize()
