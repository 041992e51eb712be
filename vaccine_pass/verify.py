"""Text to verdict, offline: the numbered plan, and the only place that makes ``VerifiedClaims``.

``Verifier(trust).judge(text, now)`` is total: every text gets a verdict.  Left out: where the text
came from, how the trust data got here, and national rules, which may only narrow what this accepts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from vaccine_pass import base45, compression, cose, domestic, ecdsa, formats, travel, uvci
from vaccine_pass.claims import VerifiedClaims
from vaccine_pass.errors import Unreadable
from vaccine_pass.formats import DOMESTIC, HCERT
from vaccine_pass.names import split_vietnamese
from vaccine_pass.public_keys import Verification, verification
from vaccine_pass.reasons import Outcome, Reason
from vaccine_pass.schema import KINDS
from vaccine_pass.status import status_of
from vaccine_pass.trust import TrustData, TrustedSigner, certificate_hash
from vaccine_pass.vaccines import VaccineTable
from vaccine_pass.verdict import Verdict

DAY = 86_400
WARN_AFTER_DAYS = 7
STALE_AFTER_DAYS = WARN_AFTER_DAYS + 14
"""Trust data is fresh for 7 days, then warns for 14, then nothing can be told from it (DESIGN)."""

OUR_COUNTRY = "VN"
_NO_VACCINATION = (None, None, None, None, None)


class _Key(NamedTuple):
    signer: TrustedSigner
    is_good: Verification


@dataclass(slots=True)
class _Findings:
    """What has been found so far, for a verdict at any stage.

    :ivar not_earlier: a time, Unix seconds, that the pass proves to be past; 0 when it proves none.
    """

    format: str | None = None
    key_id: bytes | None = None
    claims: VerifiedClaims | None = None
    not_earlier: float = 0.0


class Verifier:
    """Judges texts by one set of trust data; keys are loaded once, nothing is kept of a text.

    :param clock_error: how many seconds the times given to :meth:`judge` may be wrong. A signature of a
        trusted signer proves that it is later than the pass's issue, so so much earlier is no refusal; a
        pass that ended within that time may still be good, and nobody here can tell. 0: the time is exact.
    :param is_behind: True while the clock is certainly behind, by an unknown time; asked only before a pass is
        refused for its period. Then a pass's issue proves how late it is at least, and no end is certain.
    :raises PassError: when a key in the trust data cannot be used.
    """

    def __init__(
        self, trust: TrustData, *, clock_error: float = 0.0, is_behind: Callable[[], bool] = lambda: False
    ) -> None:
        self._trust = trust
        self._clock_error, self._is_behind = clock_error, is_behind
        self._keys: dict[bytes, list[_Key]] = {}
        for signer in trust.signers:
            key = _Key(signer, verification(signer.algorithm, signer.jwk))
            self._keys.setdefault(signer.kid, []).append(key)

    def judge(self, text: str, now: float) -> Verdict:
        """Return the verdict on one text.

        :param text: what a camera or a line gave; anything at all.
        :param now: the time to judge by, Unix seconds.
        """
        findings = _Findings()
        try:
            self._examine(text, now, findings)
        except Unreadable as error:
            return self._verdict(findings, now, error.reason, error.message)
        except Exception as fault:  # noqa: BLE001 - a fault of ours must not stop a checkpoint's queue
            return self._verdict(findings, now, Reason.FAULT, type(fault).__name__)
        return self._verdict(findings, now, None, "")

    def _examine(self, text: str, now: float, findings: _Findings) -> None:
        """Go through the plan; whatever is wrong raises with its reason."""
        # 1. A format read here, and no longer than the largest code.
        form = formats.READABLE.get(text[:4])
        findings.format = form or formats.format_of(text)
        if form is None or len(text) > formats.MAX_TEXT:
            raise _unreadable(text)
        # 2. Base45.  3. For a travel pass zlib, capped.  4. COSE, its parts still unverified.
        open_envelope, external_aad = _ENVELOPES[form]
        sign1 = open_envelope(base45.decode(text[len(travel.PREFIX) :]))
        # 5. A signer on the trust list.  6. Its signature over exactly these bytes.
        signer = self._signer(sign1, external_aad)
        findings.key_id = signer.kid
        # 7. The claims, well formed.  8. The signer may sign this: form, usage and country.
        claims, not_before = _READERS[form](sign1.payload, signer, self._trust.vaccines)
        _check_allowed(signer, claims)
        # From here on the claims are what a trusted signer said.  9. It was valid then, and still counts.
        findings.claims = claims
        _check_signer_times(signer, claims, now - self._clock_error)
        # 10. The pass's own period, as far as the clock can say.  11. Not revoked.
        findings.not_earlier = now = self._check_period(claims, not_before, now)
        self._check_revocation(claims)
        if now >= claims.expires_at:
            raise Unreadable(Reason.JUST_EXPIRED, "the pass has expired by a clock that may be wrong")
        # 12. The age of the trust data is judged with the verdict, since it may also heal a refusal.

    def _signer(self, sign1: cose.UnverifiedSign1, external_aad: bytes) -> TrustedSigner:
        if not self._keys:
            raise Unreadable(Reason.NO_TRUST, "there are no signers to trust")
        candidates = self._keys.get(cose.key_id(sign1) or b"")
        if candidates is None:
            raise Unreadable(Reason.UNKNOWN_SIGNER, "no trusted signer has this key id")
        message = cose.signed_bytes(sign1.protected, sign1.payload, external_aad)
        for key in candidates:
            if key.is_good(sign1.signature, message):
                return key.signer
        raise Unreadable(Reason.BAD_SIGNATURE, "the signature is not over these bytes")

    def _check_period(self, claims: VerifiedClaims, not_before: float, now: float) -> float:
        """Apply RFC 8392, section 3.1: not before nbf (iat without one), and not on or after exp.

        Return the time to go on with: ``now``, or later, when the pass proves that the clock is behind.
        """
        error = self._clock_error
        if now - error >= claims.expires_at and not self._is_behind():
            raise Unreadable(Reason.EXPIRED, "the pass has expired")
        if now + error < not_before:
            if self._is_behind():
                now = max(now, claims.issued_at)
            if now + error < not_before:
                raise Unreadable(Reason.NOT_YET_VALID, "the pass is not valid yet")
        return now

    def _check_revocation(self, claims: VerifiedClaims) -> None:
        if claims.serial is not None:
            # Ours, and so never by a hash: identifiers can be counted up, and whoever signs that list
            # could revoke without the cap on our serials.
            if claims.serial in self._trust.revoked_serials:
                raise Unreadable(Reason.REVOKED, "its serial is revoked")
            return
        hashes = self._trust.revoked_certificates
        if hashes and claims.certificate_id and certificate_hash(claims.certificate_id) in hashes:
            raise Unreadable(Reason.REVOKED, "its certificate identifier is revoked")

    def _verdict(self, findings: _Findings, now: float, reason: Reason | None, detail: str) -> Verdict:
        signed_at = self._trust.signed_at
        age = None if signed_at is None else max(0.0, max(now, findings.not_earlier) - signed_at) / DAY
        if age is not None and age > STALE_AFTER_DAYS and (reason is None or reason.heals):
            reason, detail = Reason.TRUST_TOO_OLD, f"the trust data is {age:.0f} days old"
        return Verdict(
            Outcome.ACCEPTED if reason is None else reason.outcome,
            reason,
            findings.format,
            findings.claims,
            findings.key_id,
            age,
            age is not None and age > WARN_AFTER_DAYS,
            detail,
        )


def _unreadable(text: str) -> Unreadable:
    if len(text) > formats.MAX_TEXT:
        return Unreadable(Reason.TOO_LARGE, f"{len(text)} characters are more than a QR code holds")
    if formats.is_newer_version(text):
        return Unreadable(Reason.NEWER_FORMAT, f"{text[:4]} is a later version than is read here")
    if formats.format_of(text) is not None:
        return Unreadable(Reason.UNSUPPORTED_FORMAT, "a pass of a family that is not read here")
    return Unreadable(Reason.UNKNOWN_PREFIX, "the text does not begin like a pass")


def _travel_envelope(data: bytes) -> cose.UnverifiedSign1:
    return cose.read_sign1(compression.inflate(data))


def _domestic_envelope(data: bytes) -> cose.UnverifiedSign1:
    """Open the strict envelope: one way to write it, and the low s."""
    sign1 = cose.read_sign1(data)
    if not cose.is_our_header(sign1.protected):
        raise Unreadable(Reason.NOT_COSE, "the protected header is not {1: ES256, 4: key id of 8 bytes}")
    if cose.write_sign1(sign1.protected, sign1.payload, sign1.signature) != data:
        raise Unreadable(Reason.NOT_COSE, "not the one way to write this envelope")
    if not ecdsa.has_low_s(sign1.signature):
        raise Unreadable(Reason.BAD_SIGNATURE, "the signature's s is not the low one")
    return sign1


def _domestic_claims(payload: bytes, _: TrustedSigner, vaccines: VaccineTable) -> tuple[VerifiedClaims, float]:
    said = domestic.read(payload)
    family, given = split_vietnamese(said.name)
    verified = VerifiedClaims(
        form=DOMESTIC,
        kind="vaccination",
        name=said.name,
        family_name=family,
        given_name=given,
        birth=said.birth,
        issuer=domestic.ISSUER,
        issued_at=said.issued_at,
        expires_at=said.expires_at,
        doses=said.doses,
        series=said.series,
        status=status_of(said.doses, said.series or 1),
        vaccine=vaccines.display_name(said.vaccine),
        last_dose=said.last_dose,
        serial=said.serial,
    )
    return verified, said.issued_at


def _travel_claims(payload: bytes, signer: TrustedSigner, vaccines: VaccineTable) -> tuple[VerifiedClaims, float]:
    said = travel.read(payload)
    family_first = said.issuer == OUR_COUNTRY
    names = (said.family_name, said.given_name) if family_first else (said.given_name, said.family_name)
    certificate_id = said.entry["ci"]
    doses, series, status, vaccine, last_dose = (
        travel.vaccination(said.entry, vaccines) if said.kind == "v" else _NO_VACCINATION
    )
    verified = VerifiedClaims(
        HCERT,
        KINDS[said.kind],
        " ".join(names).strip(),
        said.family_name,
        said.given_name,
        said.birth,
        said.issuer,
        said.issued_at,
        said.expires_at,
        doses,
        series,
        status,
        vaccine,
        last_dose,
        uvci.serial_in(certificate_id) if signer.country == OUR_COUNTRY else None,
        certificate_id,
    )
    return verified, said.not_before


def _check_allowed(signer: TrustedSigner, claims: VerifiedClaims) -> None:
    form, usage = ("domestic", "domestic") if claims.form == DOMESTIC else ("travel", claims.kind)
    if signer.form not in (None, form) or usage not in signer.usage:
        raise Unreadable(Reason.SIGNER_NOT_ALLOWED, f"this signer may not sign a {usage} pass")
    if signer.country is not None and claims.issuer not in (None, signer.country):
        raise Unreadable(Reason.SIGNER_NOT_ALLOWED, f"this signer may not sign for {claims.issuer}")


def _check_signer_times(signer: TrustedSigner, claims: VerifiedClaims, now: float) -> None:
    if signer.sign_from is not None and claims.issued_at < signer.sign_from:
        raise Unreadable(Reason.SIGNER_NOT_VALID_THEN, "issued before this signer might sign")
    if signer.sign_until is not None and claims.issued_at > signer.sign_until:
        raise Unreadable(Reason.SIGNER_NOT_VALID_THEN, "issued after this signer might sign")
    if signer.accept_until is not None and now >= signer.accept_until:
        raise Unreadable(Reason.SIGNER_NOT_VALID_THEN, "this signer's passes are no longer accepted")


_ENVELOPES: dict[str, tuple[Callable[[bytes], cose.UnverifiedSign1], bytes]] = {
    DOMESTIC: (_domestic_envelope, domestic.EXTERNAL_AAD),
    HCERT: (_travel_envelope, b""),
}
_READERS: dict[str, Callable[[bytes, TrustedSigner, VaccineTable], tuple[VerifiedClaims, float]]] = {
    DOMESTIC: _domestic_claims,
    HCERT: _travel_claims,
}
