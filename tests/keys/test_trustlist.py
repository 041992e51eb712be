"""Signers as trust data: who is in the list, with which limits."""

import json

import pytest

from keys.entry import KeyStatus
from keys.trustlist import trust_data, trust_document
from vaccine_pass.trust import from_document

from .builders import NOW, a_signer


def test_every_signer_but_a_revoked_one_is_trusted():
    signers = [a_signer(number, status=status) for number, status in enumerate(KeyStatus)]
    trusted = {signer.kid for signer in trust_data(signers, signed_at=NOW).signers}
    assert trusted == {entry.kid for entry in signers if entry.status is not KeyStatus.REVOKED}


@pytest.mark.parametrize(("form", "usage"), [("domestic", {"domestic"}), ("travel", {"vaccination"})])
def test_a_signer_is_bound_to_its_form_country_usage_and_times(form, usage):
    entry = a_signer(form=form)
    signer = trust_data([entry], signed_at=NOW).signers[0]
    assert (signer.form, signer.country, signer.usage) == (form, "VN", usage)
    assert (signer.algorithm, signer.jwk) == ("ES256", entry.key)
    times = signer.sign_from, signer.sign_until, signer.accept_until
    assert times == (entry.sign_from, entry.sign_until, entry.accept_until)


def test_the_document_is_read_back_as_the_same_data():
    document = json.loads(json.dumps(trust_document([a_signer()], signed_at=NOW, revoked_serials=[3, 5])))
    read = from_document(document)
    assert read.signers == trust_data([a_signer()], signed_at=NOW).signers
    assert read.signed_at == NOW
    assert read.revoked_serials == {3, 5}
    assert [vaccine.key for vaccine in read.vaccines]


def test_nothing_private_is_in_the_document(store):
    document = trust_document(store.signers(), signed_at=NOW)
    assert all(set(signer["key"]) == {"kty", "crv", "x", "y"} for signer in document["signers"])
