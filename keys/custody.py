"""Custody of a private key: an encrypted file, and the core's ``SigningKey`` over it.

A key is loaded once, at start, and then signs from any thread. Its passphrase
is generated (256 bits), lies in a file of mode 0600 and nowhere else. Neither
the key nor the passphrase shows in a repr, an error, a log or a traceback with
local variables. Leaves out which key may sign what (``signers``), and keys in a
token (``hsm``), to which ``tokens`` is the door.
"""

from __future__ import annotations

import secrets
from pathlib import Path
from types import ModuleType
from typing import NoReturn

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from keys import pkcs8
from keys.errors import KeysError
from keys.files import read_private, write_whole
from keys.secret import Secret
from vaccine_pass import ecdsa

_PASSPHRASE_BYTES = 32
_SHORTEST_PASSPHRASE = 22  # 128 bits in base64url
_ES256 = ec.ECDSA(hashes.SHA256())


class EncryptedFileKey:
    """A P-256 private key that was read from an encrypted file; the core's ``SigningKey``.

    ``sign`` gives raw r || s, 64 bytes (RFC 9053 section 2.1). Its nonces are
    OpenSSL's. Low-s form is the core's business. Safe to share between threads.
    """

    __slots__ = ("_key", "_kid")

    def __init__(self, key: ec.EllipticCurvePrivateKey, kid: bytes) -> None:
        self._key = key
        self._kid = kid

    @property
    def kid(self) -> bytes:
        """The key id, 8 bytes."""
        return self._kid

    def sign(self, message: bytes) -> bytes:
        """An ES256 signature over the message: r || s, 32 bytes each, big-endian."""
        return ecdsa.from_der(self._key.sign(message, _ES256))

    def public_key(self) -> ec.EllipticCurvePublicKey:
        """The public half."""
        return self._key.public_key()

    def __repr__(self) -> str:
        return f"<EncryptedFileKey {self._kid.hex()}>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a private key cannot be pickled or copied")


def new_private_key() -> ec.EllipticCurvePrivateKey:
    """A fresh P-256 key from OpenSSL's random generator."""
    return ec.generate_private_key(ec.SECP256R1())


def save(key: ec.EllipticCurvePrivateKey, key_file: Path, passphrase_file: Path) -> None:
    """Encrypt the key under a generated passphrase and write both files with mode 0600."""
    passphrase = Secret(secrets.token_urlsafe(_PASSPHRASE_BYTES).encode("ascii"))
    write_whole(passphrase_file, passphrase)
    write_whole(key_file, pkcs8.encrypt(key, passphrase))


def load_private_key(key_file: Path, passphrase_file: Path) -> ec.EllipticCurvePrivateKey:
    """Open an encrypted key file with the passphrase in the other file.

    Raises KeysError when one of them is missing, open to others or damaged,
    when the passphrase is too short to have been generated, or does not fit.
    """
    passphrase = _passphrase(passphrase_file)
    try:
        return pkcs8.decrypt(read_private(key_file), passphrase)
    except KeysError as error:
        if error.code in {"wrong_passphrase", "not_a_key", "not_encrypted"}:
            raise KeysError(f"{key_file}: {error.message}", code=error.code) from None
        raise


def load(key_file: Path, passphrase_file: Path, kid: bytes) -> EncryptedFileKey:
    """The signing key in a file; errors as ``load_private_key``."""
    return EncryptedFileKey(load_private_key(key_file, passphrase_file), kid)


def tokens() -> ModuleType:
    """The module for keys in a token; its library is an extra that an issuer with files only does without."""
    try:
        from keys import hsm  # noqa: PLC0415  only who has a token needs its library
    except ImportError as error:
        raise KeysError(
            "keys in a token need the package python-pkcs11: pip install 'checkpoint-qr[hsm]'.", code="no_pkcs11"
        ) from error
    return hsm


def _passphrase(path: Path) -> Secret:
    passphrase = Secret(read_private(path).strip())
    if len(passphrase.unsafe_reveal()) < _SHORTEST_PASSPHRASE:
        raise KeysError(
            f"{path} holds a passphrase of fewer than {_SHORTEST_PASSPHRASE} characters; use the generated one.",
            code="weak_passphrase",
        )
    return passphrase
