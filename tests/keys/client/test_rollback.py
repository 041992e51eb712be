"""New online keys let scanners forget a thief's version numbers, and must not let them forget what holders signed."""

import pytest

from keys.client.errors import UpdateRefused
from keys.client.load import load

from .repository import DAY, NOW, signers_json

LATER = NOW + 3 * DAY


def test_whoever_steals_the_new_online_keys_too_cannot_bring_back_signers_that_holders_took_off(enrolled, take, store):
    enrolled.put("keys/signers.json", signers_json(), LATER)
    enrolled.publish(LATER, "targets", "unrevocation", "rules-79", "revocation")
    take(enrolled, LATER)
    assert load(store).trust.signers == ()
    enrolled.rotate("snapshot", LATER)
    enrolled.rotate("timestamp", LATER)
    enrolled.versions["keys"] = 1
    enrolled.write_snapshot(LATER)
    enrolled.write_timestamp(LATER)
    with pytest.raises(UpdateRefused) as refused:
        take(enrolled, LATER)
    assert refused.value.code == "update_rolled_back"
    assert load(store).trust.signers == ()
