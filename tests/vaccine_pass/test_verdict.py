"""A verdict's shape: what an app may rely on without looking at the reason."""

from tests.issuer import a_pass, an_issuer, judged
from vaccine_pass.verdict import Outcome, Reason, Verdict


def test_a_verdict_without_a_pass_says_nothing_of_one():
    verdict = Verdict(Outcome.CANNOT_TELL, Reason.NO_CODE)
    assert verdict[2:] == (None, None, None, None, False, "")


def test_a_reason_is_missing_exactly_when_a_pass_is_accepted():
    issuer = an_issuer()
    assert judged(a_pass(issuer), issuer).reason is None
    assert judged(a_pass(issuer)).reason is Reason.NO_TRUST
