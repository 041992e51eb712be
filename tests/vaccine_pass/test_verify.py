"""The plan of verification: each step's refusal, its border, and what is said of the pass."""

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from tests.envelopes import (
    certificate,
    domestic_text,
    parts_of,
    signed,
    travel_claims,
    travel_text,
)
from tests.issuer import (
    EXPIRES,
    ISSUED,
    NOW,
    SERIAL,
    a_pass,
    a_record,
    an_issuer,
    an_rsa_issuer,
    judged,
    jwk_of,
    rsa_key,
    trust_in,
)
from vaccine_pass.errors import PassError
from vaccine_pass.reasons import Outcome, Reason
from vaccine_pass.status import Status
from vaccine_pass.vaccines import VaccineTable
from vaccine_pass.verify import Verifier

DOMESTIC, TRAVEL, RSA = an_issuer("domestic"), an_issuer("travel"), an_rsa_issuer()
BOTH_FORMS = pytest.mark.parametrize("issuer", [DOMESTIC, TRAVEL], ids=["domestic", "travel"])


def reason_of(text, *trusted, **changes):
    return judged(text, *trusted, **changes).reason


def a_travel_text(issuer=TRAVEL, content=None, **changes):
    return travel_text(signed(travel_claims(content, **changes), issuer))


# --- what is said of a good pass


def test_a_domestic_pass_is_accepted_and_says_what_was_signed():
    verdict = judged(a_pass(DOMESTIC), DOMESTIC)
    said = verdict.claims
    assert (verdict.outcome, verdict.reason, verdict.format) == (Outcome.ACCEPTED, None, "domestic")
    assert (verdict.key_id, verdict.detail) == (DOMESTIC.kid, "")
    assert (said.name, said.family_name, said.given_name) == (a_record().name, "Nguyễn", "Thị Hoàng Phương Thảo")
    assert (said.birth.iso, said.serial, said.issuer, said.kind) == ("1948-05", SERIAL, "VN", "vaccination")
    assert (said.doses, said.series, said.status, said.vaccine) == (2, 2, Status.COMPLETE, "Comirnaty")


@pytest.mark.parametrize(
    ("doses", "series", "status"),
    [(0, None, Status.NONE), (1, 2, Status.PARTIAL), (2, 2, Status.COMPLETE), (3, 2, Status.COMPLETE),
     (2, 3, Status.PARTIAL)],
)  # fmt: skip
def test_the_status_is_that_of_the_signed_doses_and_series(doses, series, status):
    claims = judged(a_pass(DOMESTIC, doses=doses, **({"series": series} if doses else {})), DOMESTIC).claims
    assert (claims.status, claims.doses, claims.series) == (status, doses, series)


def test_an_unknown_product_is_named_as_such_and_the_doses_stay():
    claims = judged(a_pass(DOMESTIC, vaccine=17), DOMESTIC).claims
    assert (claims.vaccine, claims.doses, claims.status) == ("product 17, not in this table", 2, Status.COMPLETE)
    assert judged(a_pass(DOMESTIC), DOMESTIC, vaccines=VaccineTable([])).claims.vaccine.startswith("product 4")
    assert judged(a_pass(DOMESTIC, vaccine="EU/1/20/1528"), DOMESTIC).claims.vaccine == "Comirnaty"


def test_a_travel_pass_of_ours_has_the_family_name_first_and_a_foreign_one_last():
    assert judged(a_travel_text(), TRAVEL).claims.name == "Nguyễn Hoà"
    foreign = TRAVEL.entry(country=None)
    assert judged(a_travel_text(iss="AT"), foreign).claims.name == "Hoà Nguyễn"
    assert judged(a_travel_text(iss=None), foreign).claims.name == "Hoà Nguyễn"


@pytest.mark.parametrize(("kind", "named"), [("t", "test"), ("r", "recovery")])
def test_a_test_or_a_recovery_has_no_doses_and_no_status(kind, named):
    verdict = judged(a_travel_text(content=certificate(kind)), TRAVEL)
    claims = verdict.claims
    assert (verdict.outcome, claims.kind) == (Outcome.ACCEPTED, named)
    assert (claims.doses, claims.series, claims.status, claims.vaccine, claims.last_dose) == (None,) * 5


def test_ps256_is_verified():
    verdict = judged(a_travel_text(RSA), RSA)
    assert (verdict.outcome, verdict.key_id) == (Outcome.ACCEPTED, RSA.kid)


# --- 1. the text's beginning and length


@BOTH_FORMS
@pytest.mark.parametrize(
    "changed",
    [str.lower, str.title, lambda t: t[:3] + t[4:], lambda t: t[:3], lambda t: " " + t, lambda t: "\ufeff" + t,
     lambda t: "\n" + t, lambda t: t[4:], lambda t: t[0] + "\u0421" + t[2:], lambda t: t[:3] + "\uff1a" + t[4:],
     lambda t: t[:2] + "0" + t[3:], lambda t: "x" + t],
)  # fmt: skip
def test_another_beginning_is_unknown(issuer, changed):
    text = changed(a_pass(issuer))
    assert reason_of(text, issuer) is Reason.UNKNOWN_PREFIX


@BOTH_FORMS
def test_a_later_version_of_the_text_cannot_be_told(issuer):
    text = a_pass(issuer)
    verdict = judged(text[:2] + "2" + text[3:], issuer)
    assert (verdict.outcome, verdict.reason) == (Outcome.CANNOT_TELL, Reason.NEWER_FORMAT)
    assert verdict.format == judged(text, issuer).format


@pytest.mark.parametrize(
    ("text", "named"),
    [("shc:/5676290952432060", "shc"), ("PK\x03\x04", "divoc"), ('{"data":{}}', "vds-nc")],
)  # fmt: skip
def test_another_family_of_passes_is_named_and_cannot_be_told(text, named):
    verdict = judged(text, DOMESTIC, TRAVEL)
    assert (verdict.outcome, verdict.reason, verdict.format) == (
        Outcome.CANNOT_TELL,
        Reason.UNSUPPORTED_FORMAT,
        named,
    )


@BOTH_FORMS
def test_spaces_and_lines_around_a_pass_are_no_part_of_it(issuer):
    for text in (a_pass(issuer) + "\n", a_pass(issuer) + "\r"):
        assert reason_of(text, issuer) is Reason.NOT_BASE45


def test_a_prefix_alone_is_refused_at_the_next_layer():
    assert reason_of("VN1:", DOMESTIC) is Reason.NOT_COSE
    assert reason_of("HC1:", TRAVEL) is Reason.NOT_COMPRESSED


def test_the_longest_text_that_a_code_holds_is_looked_at_and_one_more_is_too_large():
    assert reason_of("HC1:" + "0" * 7085, TRAVEL) is not Reason.TOO_LARGE
    assert reason_of("HC1:" + "0" * 7086, TRAVEL) is Reason.TOO_LARGE
    assert reason_of("A" * 7089, TRAVEL) is Reason.UNKNOWN_PREFIX
    assert reason_of("A" * 7090, TRAVEL) is Reason.TOO_LARGE


# --- 2. to 4. the layers


@BOTH_FORMS
@pytest.mark.parametrize("character", ["a", "é", "\ud800", "\x00", "🙂", "_"])
def test_a_foreign_character_is_not_base45(issuer, character):
    text = a_pass(issuer)
    assert reason_of(text[:100] + character + text[101:], issuer) is Reason.NOT_BASE45


def test_a_travel_pass_without_zlib_is_not_compressed():
    envelope = signed(travel_claims(), TRAVEL)
    assert reason_of(travel_text(envelope, level=None), TRAVEL) is Reason.NOT_COMPRESSED


def test_a_domestic_pass_with_zlib_is_not_cose():
    text = travel_text(signed(parts_of(a_pass(DOMESTIC)).payload, DOMESTIC))
    assert reason_of("VN1:" + text[4:], DOMESTIC) is Reason.NOT_COSE


# --- 7. the claims


def test_claims_that_are_wrong_are_refused_although_they_are_signed():
    wrong = travel_text(signed(travel_claims(certificate(dob="yesterday")), TRAVEL))
    verdict = judged(wrong, TRAVEL)
    assert (verdict.reason, verdict.claims, verdict.key_id) == (Reason.MALFORMED_CLAIMS, None, TRAVEL.kid)


def test_a_signed_payload_that_is_no_pass_is_no_pass():
    assert reason_of(travel_text(signed({1: "VN", 4: EXPIRES, 6: ISSUED}, TRAVEL)), TRAVEL) is Reason.NOT_A_PASS
    assert reason_of(domestic_text(signed(travel_claims(), DOMESTIC)), DOMESTIC) is Reason.NOT_A_PASS
    payload = parts_of(a_pass(DOMESTIC)).payload
    assert reason_of(travel_text(signed(payload, TRAVEL)), TRAVEL) is Reason.NOT_A_PASS


def test_a_newer_certificate_and_an_extension_to_be_understood_cannot_be_told():
    assert reason_of(a_travel_text(content=certificate(ver="1.4.0")), TRAVEL) is Reason.NEWER_FORMAT
    assert reason_of(a_pass(DOMESTIC, extensions={-2: 1}), DOMESTIC) is Reason.NEWER_FORMAT
    assert reason_of(a_pass(DOMESTIC, extensions={2: 1}), DOMESTIC) is None


# --- the verifier itself


@pytest.mark.parametrize(
    ("algorithm", "jwk"),
    [
        ("ES256", jwk_of(ec.generate_private_key(ec.SECP384R1()).public_key())),
        ("PS256", jwk_of(rsa_key(1024).public_key())),
        ("ES256", RSA.jwk),
        ("ES256", {}),
    ],
    ids=["P-384", "RSA 1024", "RSA for ES256", "no key"],
)
def test_a_trust_list_with_a_key_that_may_not_be_used_makes_no_verifier(algorithm, jwk):
    with pytest.raises(PassError, match="in the trust list"):
        Verifier(trust_in(TRAVEL, TRAVEL.entry(algorithm=algorithm, jwk=jwk)))


def test_one_verifier_keeps_nothing_between_texts():
    verifier = Verifier(trust_in(DOMESTIC))
    good = a_pass(DOMESTIC)
    first = verifier.judge(good, NOW)
    assert verifier.judge("HC1:nonsense", NOW).reason is Reason.NOT_BASE45
    assert verifier.judge(good, NOW) == first


def test_an_error_of_ours_is_said_and_stops_nothing(monkeypatch):
    verifier = Verifier(trust_in(DOMESTIC))
    monkeypatch.setattr("vaccine_pass.cose.read_sign1", lambda _: 1 / 0)
    verdict = verifier.judge(a_pass(DOMESTIC), NOW)
    assert (verdict.outcome, verdict.reason, verdict.detail) == (
        Outcome.CANNOT_TELL,
        Reason.FAULT,
        "ZeroDivisionError",
    )
