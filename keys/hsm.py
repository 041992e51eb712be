"""A document signer's key inside a PKCS#11 token: made there, used there, destroyed there.

The private half never leaves the token (CKA_SENSITIVE, not CKA_EXTRACTABLE); its
backup is the token's own. A key is shown to be the half of what is trusted by a
signature before its first use in each session. Leaves out sessions, PINs and
errors of the token (``hsm_session``), and which key may sign what (``signers``).
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import NoReturn

import pkcs11
from cryptography.hazmat.primitives.asymmetric import ec
from pkcs11 import Attribute, KeyType, Mechanism, MechanismFlag, ObjectClass
from pkcs11.exceptions import NoSuchKey
from pkcs11.util.ec import encode_named_curve_parameters

from keys.errors import KeysError
from keys.hsm_session import TokenSession, session_of
from keys.place import TokenPlace
from vaccine_pass.ecdsa import SIGNATURE_LENGTH
from vaccine_pass.public_keys import verification

_ID_BYTES = 16
_POINT_BYTES = 65  # 0x04, x, y (SEC 1 section 2.3.3)
_WANTED = {Attribute.SENSITIVE: True, Attribute.EXTRACTABLE: False}
_TEMPLATE = {**_WANTED, Attribute.DERIVE: False}


class HsmKey:
    """A P-256 private key in a token; the core's ``SigningKey``.

    Safe to share between threads: one at a time uses the token. Low-s form is
    the core's business, as with a key in a file.
    """

    __slots__ = ("_found", "_kid", "_mechanism", "_place", "_public", "_session")

    def __init__(self, place: TokenPlace, kid: bytes, public: Mapping[str, str]) -> None:
        self._place = place
        self._kid = kid
        self._public = dict(public)
        self._session: TokenSession = session_of(place)
        self._found: tuple[pkcs11.Session, pkcs11.SignMixin] | None = None
        self._mechanism = Mechanism.ECDSA

    @property
    def kid(self) -> bytes:
        """The key id, 8 bytes."""
        return self._kid

    def sign(self, message: bytes) -> bytes:
        """An ES256 signature over the message: r || s, 32 bytes each, big-endian (RFC 9053 section 2.1).

        :raises KeysError: the token cannot be used, or the key is not in it any more.
        """
        return self._session.use(lambda session: self._signed(session, message))

    def check(self) -> None:
        """Open the token and see that the key in it is the half of what is trusted; KeysError when not."""
        self._session.use(self._private)

    def __repr__(self) -> str:
        return f"<HsmKey {self._kid.hex()}>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a private key cannot be pickled or copied")

    def _signed(self, session: pkcs11.Session, message: bytes) -> bytes:
        return _signature(self._private(session), self._mechanism, message)

    def _private(self, session: pkcs11.Session) -> pkcs11.SignMixin:
        # A handle means something in its own session only.
        if self._found is None or self._found[0] is not session:
            key = _private_object(session, self._place)
            self._mechanism = _mechanism(session)
            probe = secrets.token_bytes(32)
            if not verification("ES256", self._public)(_signature(key, self._mechanism, probe), probe):
                raise KeysError(
                    f"the key {self._place.key_id.hex()} in {self._place} is not the private half of the key "
                    f"{self._kid.hex()}.",
                    code="wrong_key",
                )
            self._found = session, key
        return self._found[1]


def generate(place: TokenPlace, name: str) -> tuple[TokenPlace, ec.EllipticCurvePublicKey]:
    """Make a P-256 key in the token; its place, and its public half.

    ``name`` is the object's label, for the token's own tools. Refused when the
    token would let the private half out.
    """
    made = replace(place, key_id=secrets.token_bytes(_ID_BYTES))
    public = session_of(place).use(lambda session: _generated(session, made, name), writing=True)
    return made, public


def destroy(place: TokenPlace) -> TokenPlace:
    """Remove the key from the token; its place as destroyed. A token that has it no more is content.

    :raises KeysError: the token cannot be used, so that nobody knows.
    """
    try:
        session_of(place).use(lambda session: _destroyed(session, place), writing=True)
    except KeysError as error:
        if error.code != "no_token_key":
            raise
    return replace(place, destroyed=True)


def _destroyed(session: pkcs11.Session, place: TokenPlace) -> None:
    things = list(session.get_objects({Attribute.ID: place.key_id}))
    if not things:
        raise _missing(place, 0)
    for thing in things:
        thing.destroy()


def _generated(session: pkcs11.Session, place: TokenPlace, name: str) -> ec.EllipticCurvePublicKey:
    curve = {Attribute.EC_PARAMS: encode_named_curve_parameters("secp256r1")}
    public, private = session.create_domain_parameters(KeyType.EC, curve, local=True).generate_keypair(
        id=place.key_id,
        label=name,
        store=True,
        capabilities=MechanismFlag.SIGN | MechanismFlag.VERIFY,
        private_template=_TEMPLATE,
    )
    if any(private[attribute] is not value for attribute, value in _WANTED.items()):
        private.destroy()
        public.destroy()
        raise KeysError(f"{place} made a key that can be read out of it; nothing was kept.", code="extractable_key")
    return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _point(public[Attribute.EC_POINT]))


def _point(value: bytes) -> bytes:
    # PKCS#11 v2.40 section 2.3.3 wraps the point in an OCTET STRING; some tokens give it bare.
    return value if len(value) == _POINT_BYTES else value.removeprefix(bytes([0x04, _POINT_BYTES]))


def _private_object(session: pkcs11.Session, place: TokenPlace) -> pkcs11.SignMixin:
    wanted = {Attribute.CLASS: ObjectClass.PRIVATE_KEY, Attribute.ID: place.key_id}
    found = list(session.get_objects(wanted))
    if len(found) != 1:
        raise _missing(place, len(found))
    key: pkcs11.SignMixin = found[0]  # type: ignore[assignment]  # a private key, by its class
    return key


def _missing(place: TokenPlace, found: int) -> NoSuchKey:
    # A token's error: one that was taken away shows an open session no keys, and only a new one tells the truth.
    return NoSuchKey(f"it has {found or 'no'} keys with the id {place.key_id.hex()}; restore it from its backup")


def _mechanism(session: pkcs11.Session) -> Mechanism:
    """ECDSA over a digest made here, or, where a token has only that, with its own SHA-256."""
    known = session.token.slot.get_mechanisms()
    return Mechanism.ECDSA if Mechanism.ECDSA in known else Mechanism.ECDSA_SHA256


def _signature(key: pkcs11.SignMixin, mechanism: Mechanism, message: bytes) -> bytes:
    data = hashlib.sha256(message).digest() if mechanism is Mechanism.ECDSA else message
    signature: bytes = key.sign(data, mechanism=mechanism)
    if len(signature) != SIGNATURE_LENGTH:
        raise KeysError(f"the token gave a signature of {len(signature)} bytes, not 64.", code="token_failed")
    return signature
