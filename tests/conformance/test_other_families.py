"""SMART Health Cards and VDS-NC: named by their format, and not judged by what is not known of them."""

import pytest

from tests.issuer import an_issuer, judged
from vaccine_pass.reasons import Outcome, Reason


def cannot_tell(text, named):
    for trusted in ([], [an_issuer("travel"), an_issuer("domestic")]):
        verdict = judged(text, *trusted)
        assert (verdict.outcome, verdict.reason) == (Outcome.CANNOT_TELL, Reason.UNSUPPORTED_FORMAT)
        assert (verdict.format, verdict.claims) == (named, None)


@pytest.mark.parametrize("name", ["example-00-f-qr-code-numeric-value-0", "example-02-f-qr-code-numeric-value-1"])
def test_a_smart_health_card_is_named(shared, name):
    cannot_tell((shared / "conformance" / "shc" / f"{name}.txt").read_text(encoding="utf-8"), "shc")


def test_a_vds_nc_certificate_is_named(shared):
    cannot_tell((shared / "conformance" / "vds-nc" / "example-1.json").read_text(encoding="utf-8"), "vds-nc")
