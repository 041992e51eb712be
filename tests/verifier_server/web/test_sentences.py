"""Every error that a person can see has its Vietnamese sentence."""

import re
from pathlib import Path

import pytest

import verifier_server
from verifier_server.errors import FieldError, ServerError
from verifier_server.web.sentences import VIETNAMESE, sentence

FOLDER = Path(verifier_server.__file__).parent
# Errors of the command line and of the files behind it, which no page can meet.
NOT_IN_PAGES = {
    "bad_database_url",
    "database_file",
    "bad_settings",
    "bad_units",
    "no_secret",
    "bad_secret",
    "serial_secret_lost",
    "database_not_ready",
    "unreadable_file",
    "no_header",
    "not_utf8",
    # The API's, in English for programs.
    "unknown_parameter",
    "bad_cursor",
    "conflict",
    "in_flight",
    "key_missing",
    "key_reused",
    "not_completed",
    "bad_json",
    "not_fhir",
    "not_found",
    "scope_missing",
    "site_of_another",
    "wrong_media_type",
    "proposes_for_nobody",
    # The command line's and the worker's.
    "bad_backup",
    "database_damaged",
    "database_in_use",
    "exists",
    "newer_backup",
    "no_program",
    "not_empty",
    "nothing_chosen",
    "other_database",
    "other_serials",
    "program_failed",
    "rows_differ",
    "unknown_token",
    "job_taken",
    "column_twice",
    "missing_columns",
    "register_in_use",
    "no_address",
    "no_register",
    "sequence_used_up",
    "server_error",
    "bad_value",
    "not_issuable",
    "audit_chain_broken",
    "audit_unreadable",
    "table_in_use",
    "bad_head",
    "no_audit_chain",
    "no_code",
    "no_head",
    "no_password",
    "too_many_attempts",
    "wrong_code",
    "wrong_password",
}


def codes_in_the_source():
    texts = (path.read_text("utf-8") for path in FOLDER.rglob("*.py") if "drawing" not in path.parts)
    return {code for text in texts for code in re.findall(r'code ?= ?"(\w+)"', text)}


def test_every_code_has_its_sentence():
    assert codes_in_the_source() - NOT_IN_PAGES - set(VIETNAMESE) == set()


def test_a_sentence_is_filled_with_its_evidence(app):
    problem = FieldError("lot", "This has 50 characters.", code="too_long", characters=50, longest=40)
    with app.test_request_context():
        assert sentence(problem) == "Dài 50 ký tự; tối đa 40."
    with app.test_request_context(headers={"Cookie": "language=en"}):
        assert sentence(problem) == "This has 50 characters."


def test_an_unknown_code_is_shown_for_the_report(app):
    with app.test_request_context():
        assert sentence(ServerError("x", code="something_new")) == "Không thực hiện được (something_new)."


@pytest.mark.parametrize("text", VIETNAMESE.values())
def test_sentences_end_as_sentences(text):
    assert text.endswith((".", "?"))
    assert text[0].isupper() or text[0] == "{"
