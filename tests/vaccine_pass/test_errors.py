"""Errors: a sentence, a stable code, evidence, one root."""

from vaccine_pass.errors import CheckpointError, PassError, Unreadable
from vaccine_pass.reasons import Reason


def test_an_error_carries_its_sentence_its_code_and_its_evidence():
    error = PassError("The name is empty.", code="bad_name", place=3)
    assert (str(error), error.message, error.code) == ("The name is empty.", "The name is empty.", "bad_name")
    assert error.evidence == {"place": 3}


def test_without_a_code_an_error_has_its_classs():
    assert PassError("Wrong.").code == "bad_pass_data"
    assert CheckpointError("Wrong.").code == "error"


def test_an_unreadable_text_has_its_reasons_code():
    error = Unreadable(Reason.NOT_COSE, "no array")
    assert (error.reason, error.code) == (Reason.NOT_COSE, "not_cose")
    assert isinstance(error, CheckpointError)
