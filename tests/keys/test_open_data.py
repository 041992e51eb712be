"""The certificates of the open DCC test data, all imported."""

import base64
import json
from pathlib import Path

import pytest

from keys.importing import import_files
from vaccine_pass.trust import key_id_of_certificate

OPEN_DATA = Path(__file__).parents[3] / "shared" / "conformance" / "dcc"


def certificates():
    """The distinct certificates of the open data, as DER."""
    files = sorted(OPEN_DATA.rglob("*.json"))
    texts = {json.loads(file.read_text("utf-8-sig"))["TESTCTX"]["CERTIFICATE"] for file in files}
    return sorted({base64.b64decode(text) for text in texts})


@pytest.mark.skipif(not OPEN_DATA.is_dir(), reason="the open DCC test data is not at ../shared/conformance/dcc")
@pytest.mark.parametrize("written", [bytes, base64.b64encode], ids=["der", "base64"])
def test_every_certificate_of_the_open_data_is_imported_with_its_key_id(tmp_path, written):
    ders = certificates()
    for number, der in enumerate(ders):
        (tmp_path / f"{number}.cer").write_bytes(written(der))
    imported = import_files([tmp_path])
    assert imported.problems == ()
    assert {signer.kid for signer in imported.trust.signers} == {key_id_of_certificate(der) for der in ders}
