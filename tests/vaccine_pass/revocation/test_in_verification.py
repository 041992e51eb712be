"""The verifier and the trust list take these lists wherever they took plain sets."""

import json

import pytest

from tests.envelopes import certificate, signed, travel_claims, travel_text
from tests.issuer import SERIAL, a_pass, an_issuer, judged
from tests.vaccine_pass.revocation.lists import BLOCK, SIGNED, a_base, a_delta, unrevoked
from vaccine_pass import trust
from vaccine_pass.reasons import Reason
from vaccine_pass.revocation import foreign
from vaccine_pass.revocation.effective import combine
from vaccine_pass.revocation.serial_set import SerialSet

DOMESTIC, TRAVEL = an_issuer("domestic"), an_issuer("travel")
BASE = a_base([SERIAL, SERIAL + BLOCK])


@pytest.mark.parametrize("issuer", [DOMESTIC, TRAVEL], ids=["domestic", "travel"])
@pytest.mark.parametrize(
    ("revoked", "reason"),
    [
        (SerialSet.of([SERIAL]), Reason.REVOKED),
        (SerialSet.of([SERIAL + 1]), None),
        (combine(BASE), Reason.REVOKED),
        (combine(a_base(), a_delta([SERIAL])), Reason.REVOKED),
        (combine(BASE, a_delta([SERIAL], BASE), unrevoked([SERIAL])), None),
    ],
    ids=["set", "another", "base", "delta", "un-revoked"],
)
def test_a_pass_is_judged_by_the_list(issuer, revoked, reason):
    assert judged(a_pass(issuer), issuer, revoked_serials=revoked).reason is reason


def test_another_issuers_certificate_is_judged_by_its_hash():
    text = travel_text(signed(travel_claims(), TRAVEL))
    hashes = [trust.certificate_hash(certificate()["v"][0]["ci"]), bytes(8)]
    revoked, others = (foreign.decode(foreign.encode(some, 1, SIGNED)) for some in (hashes, hashes[1:]))
    theirs = TRAVEL.entry(country=None)
    assert judged(text, theirs, revoked_certificates=revoked).reason is Reason.REVOKED
    assert judged(text, theirs, revoked_certificates=others).reason is None
    assert judged(text, TRAVEL, revoked_certificates=revoked).reason is None  # ours are revoked by their serial


def test_a_trust_list_writes_what_the_lists_say_and_reads_plain_sets():
    certificates = foreign.decode(foreign.encode([bytes(8)], 1, SIGNED))
    revoked = combine(BASE, a_delta([SERIAL + 1], BASE), unrevoked([SERIAL]))
    data = trust.TrustData((DOMESTIC.entry(),), revoked_serials=revoked, revoked_certificates=certificates)
    read = trust.loads(json.dumps(trust.to_document(data)))
    assert read.revoked_serials == {SERIAL + 1, SERIAL + BLOCK}
    assert read.revoked_certificates == {bytes(8)}
