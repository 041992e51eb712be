"""Any text gets a verdict in bounded time, and only what a trusted signer signed is accepted."""

import time
from collections import Counter

import pytest

from tests.envelopes import parts_of
from tests.issuer import NOW, trust_in
from tests.soak.texts import DOMESTIC, PASSES, RSA, TRAVEL, some_text
from tests.soak.timebox import MINUTES, SEED, rounds, table
from tests.vaccine_pass.test_changes import is_allowed
from vaccine_pass import domestic
from vaccine_pass.reasons import Outcome, Reason
from vaccine_pass.trust import certificate_hash
from vaccine_pass.verify import Verifier

TRUST = trust_in(
    DOMESTIC, TRAVEL, RSA,
    revoked_serials=frozenset({1}), revoked_certificates=frozenset({certificate_hash("something else")}),
)  # fmt: skip
VERIFIER = Verifier(TRUST)
RSA_PARTS = [parts_of(text) for text in PASSES[RSA.kid]]
EC_PASSES = [*PASSES[DOMESTIC.kid], *PASSES[TRAVEL.kid]]
MOST_SECONDS = 0.5
"""Of the processor, for one text: a hundred times what a pass takes."""


@pytest.mark.soak
@pytest.mark.timeout(MINUTES * 60 + 300)
def test_any_text_gets_a_verdict_and_only_what_was_signed_is_accepted(tell):
    tried, longest = Counter(), 0.0
    for dice in rounds("texts", tell):
        for _ in range(20):
            kind, text, anew = some_text(dice)
            begun = time.thread_time()
            verdict = VERIFIER.judge(text, NOW)
            longest = max(longest, time.thread_time() - begun)
            tried[kind, verdict.reason.code if verdict.reason else "accepted"] += 1
            check(verdict, kind, text, anew)
            assert longest < MOST_SECONDS, (SEED, kind, text)
    tell(table("texts", tried))
    tell(f"  the longest took {longest * 1000:.1f} ms of the processor")
    assert tried.total() > MINUTES * 20_000


def check(verdict, kind, text, anew):
    assert verdict.reason is not Reason.FAULT, (SEED, kind, text, verdict)
    assert (verdict.outcome is Outcome.ACCEPTED) == (verdict.reason is None), (SEED, kind, text, verdict)
    if verdict.outcome is not Outcome.ACCEPTED:
        return
    assert verdict.key_id in PASSES, (SEED, kind, text)
    assert verdict.claims.expires_at > NOW, (SEED, kind, text)
    if not anew:
        assert parts_of(text) in RSA_PARTS or is_allowed(text, EC_PASSES), (SEED, kind, text)
    elif text.startswith("VN1:"):
        payload = parts_of(text).payload
        assert verdict.claims.issued_at <= NOW, (SEED, kind, text)
        assert domestic.write(domestic.read(payload)) == payload, (SEED, kind, text)
