"""From a key folder through the whole core: signed with its keys, accepted by its trust list."""

import json
from datetime import date

from cryptography.hazmat.primitives.serialization import Encoding

from bench.signers import ThrowawaySigner
from keys import signers
from keys.importing import import_files, signer_of_certificate
from keys.trustlist import trust_data
from vaccine_pass import uvci
from vaccine_pass.claims import DomesticClaims, TravelClaims
from vaccine_pass.dates import PartialDate
from vaccine_pass.reasons import Outcome
from vaccine_pass.sign import domestic_text, travel_text
from vaccine_pass.trust import TrustData
from vaccine_pass.vaccines import VACCINES
from vaccine_pass.verify import Verifier

from .builders import NOW

DAY = 86_400


def a_travel_pass(**changes):
    claims = {
        "family_name": "Nguyễn",
        "given_name": "Thị Hoà",
        "birth": PartialDate(1948, 5, 0),
        "product": VACCINES.by_key("PFIZER").product,
        "manufacturer": VACCINES.by_key("PFIZER").manufacturer,
        "prophylaxis": VACCINES.by_key("PFIZER").prophylaxis,
        "dose_number": 2,
        "series": 2,
        "last_dose": date(2026, 12, 1),
        "certificate_issuer": "Ministry of Health",
        "certificate_id": uvci.make("VN", "A1B2C3D4"),
        "issued_at": NOW,
        "expires_at": NOW + 365 * DAY,
    }
    return TravelClaims(**(claims | changes))


def a_domestic_pass():
    return DomesticClaims(
        name="Nguyễn Thị Hoà",
        birth=PartialDate(1948, 5, 0),
        serial=0x162C4A,
        doses=2,
        series=2,
        vaccine=VACCINES.by_key("PFIZER").index,
        last_dose=date(2026, 12, 1),
        issued_at=NOW,
        expires_at=NOW + 365 * DAY,
    )


def judged(store, text, now=NOW):
    return Verifier(trust_data(store.signers(), signed_at=NOW)).judge(text, now)


def test_a_pass_of_each_form_is_signed_with_its_key_and_accepted_by_the_list(store):
    travel = travel_text(a_travel_pass(), signers.active_signer(store, "travel").key)
    domestic = domestic_text(a_domestic_pass(), signers.active_signer(store, "domestic").key)
    for text in (travel, domestic):
        verdict = judged(store, text)
        assert verdict.outcome is Outcome.ACCEPTED, verdict


def test_a_key_of_one_form_cannot_sign_the_other(store):
    travel = travel_text(a_travel_pass(), signers.active_signer(store, "domestic").key)
    domestic = domestic_text(a_domestic_pass(), signers.active_signer(store, "travel").key)
    for text in (travel, domestic):
        assert judged(store, text).outcome is Outcome.REFUSED


def test_our_own_travel_certificate_can_be_imported_by_another_country(store):
    entry = store.signers()[1]
    signer = signer_of_certificate(store.certificate(entry).public_bytes(Encoding.DER))
    assert (signer.kid, signer.usage) == (entry.kid, {"vaccination"})
    text = travel_text(a_travel_pass(), signers.active_signer(store, "travel").key)
    assert Verifier(TrustData((signer,))).judge(text, NOW).outcome is Outcome.ACCEPTED


def test_a_bare_key_in_an_imported_list_judges_a_domestic_pass(tmp_path):
    """Another implementer's key, known by its thumbprint, signs our format; a plain list binds no form."""
    stranger = ThrowawaySigner("domestic")
    (tmp_path / "jwks.json").write_text(json.dumps({"keys": [stranger.jwk]}))
    trust = import_files([tmp_path / "jwks.json"]).trust
    assert Verifier(trust).judge(domestic_text(a_domestic_pass(), stranger), NOW).outcome is Outcome.ACCEPTED


def test_our_own_domestic_certificate_can_be_imported_and_judges_domestic_passes_only(store):
    signer = signers.active_signer(store, "domestic")
    imported = signer_of_certificate(store.certificate(signer.entry).public_bytes(Encoding.DER))
    verifier = Verifier(TrustData(signers=(imported,)))
    assert verifier.judge(domestic_text(a_domestic_pass(), signer.key), NOW).outcome is Outcome.ACCEPTED
    assert verifier.judge(travel_text(a_travel_pass(), signer.key), NOW).outcome is Outcome.REFUSED
