"""The vectors of docs/format.md are what the code makes, and get the verdicts they say."""

import json

import pytest

from keys.loop.assembling import Assembly
from tools.vectors.__main__ import FOLDER, documents, written
from tools.vectors.people import ISSUED
from vaccine_pass import base45, compression, cose, trust
from vaccine_pass.errors import PassError
from vaccine_pass.reasons import Outcome
from vaccine_pass.revocation import foreign, issued, lists, serial_list, unrevocations
from vaccine_pass.revocation.effective import combine
from vaccine_pass.verify import Verifier


def _read(name):
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))


ACCEPTED = [*_read("domestic.json"), *_read("travel.json")]
REFUSED = _read("refused.json")
REVOCATION = _read("revocation.json")
CAP = _read("cap.json")
LOOP = _read("loop.json")


@pytest.fixture(scope="module")
def verifier():
    return Verifier(trust.from_document(_read("trust.json")))


@pytest.mark.parametrize("name", sorted(documents()))
def test_the_file_is_what_the_code_makes_today(name):
    assert (FOLDER / name).read_text(encoding="utf-8") == written(documents()[name])


@pytest.mark.parametrize("vector", ACCEPTED, ids=lambda vector: vector["name"])
def test_a_good_vector_is_accepted(verifier, vector):
    verdict = verifier.judge(vector["text"], ISSUED + 86_400)
    assert verdict.outcome is Outcome.ACCEPTED
    assert verdict.claims.birth.iso == vector["claims"]["birth"]


@pytest.mark.parametrize("vector", ACCEPTED, ids=lambda vector: vector["name"])
def test_a_good_vectors_steps_lead_from_its_text_to_its_payload(vector):
    data = base45.decode(vector["text"][4:])
    assert vector.get("zlib", vector["cose"]) == data.hex()
    envelope = compression.inflate(data) if "zlib" in vector else data
    sign1 = cose.read_sign1(envelope)
    assert sign1.payload.hex() == vector["payload"]
    aad = bytes.fromhex(vector["external_aad"])
    assert cose.signed_bytes(sign1.protected, sign1.payload, aad).hex() == vector["signed_bytes"]


@pytest.mark.parametrize("vector", REFUSED, ids=lambda vector: vector["name"])
def test_a_failing_vector_fails_for_its_reason(verifier, vector):
    verdict = verifier.judge(vector["text"], vector["at"])
    assert (verdict.outcome.value, verdict.reason.code) == (vector["outcome"], vector["reason"])


def test_the_payload_vector_of_the_design_is_made_to_the_byte():
    assert ACCEPTED[0]["payload"] == (
        "a40162564e041a63a19d80061a61c06a003a000100008778254e677579e1bb856e205468e1bb8b20486fc3a06e67205068"
        "c6b0c6a16e67205468e1baa36f1a01293fb41a00162c4a0202041949f8"
    )


def test_the_serial_vector_of_the_design_is_made():
    assert [row["serial"] for row in _read("serials.json")["serials"][:3]] == ["00162c4a", "001d4fb0", "00176e52"]


def test_the_revocation_lists_of_the_vectors_say_what_is_revoked():
    base, delta = (serial_list.decode(bytes.fromhex(REVOCATION[name]["bytes"])) for name in ("base", "delta"))
    back = unrevocations.loads(REVOCATION["unrevocation"]["text"])
    assert [f"{serial:08x}" for serial in combine(base, delta, back)] == REVOCATION["revoked"]
    assert set(REVOCATION["revoked"]) == (
        {*REVOCATION["base"]["serials"], *REVOCATION["delta"]["serials"]} - {*REVOCATION["unrevocation"]["serials"]}
    )
    assert delta.base_digest.hex() == REVOCATION["base"]["sha256"]


@pytest.mark.parametrize("name", ["base", "delta"])
def test_a_revocation_vectors_blocks_lead_to_its_bytes_bit_by_bit(name):
    """Read as docs/format.md says, one bit after the other, without the code that it is the vector of."""
    for block in REVOCATION[name]["blocks"]:
        bits = "".join(f"{byte:08b}" for byte in bytes.fromhex(block["bits"]))
        count, parameter = len(block["positions"]), block["parameter"]
        at, before, positions = count * parameter, -1, []
        for number in range(count):
            end = bits.index("1", at)
            remainder = int(bits[number * parameter : (number + 1) * parameter] or "0", 2)
            before += 1 + (end - at) * 2**parameter + remainder
            positions.append(before)
            at = end + 1
        assert positions == block["positions"]
        assert "1" not in bits[at:]
        assert len(bits) - at < 8
        assert block["bits"] in REVOCATION[name]["bytes"]


@pytest.mark.parametrize("vector", REVOCATION["refused"], ids=lambda vector: vector["name"])
def test_a_spoilt_revocation_vector_is_refused(vector):
    with pytest.raises(PassError, match="revocation list cannot be used"):
        serial_list.decode(bytes.fromhex(vector["bytes"]))


def test_the_vector_of_other_issuers_hashes_reads_back():
    vector = REVOCATION["foreign"]
    assert [each.hex() for each in foreign.decode(bytes.fromhex(vector["bytes"]))] == vector["hashes"]
    assert sorted(trust.certificate_hash(each).hex() for each in vector["identifiers"]) == vector["hashes"]


@pytest.mark.parametrize("vector", CAP["cases"], ids=lambda vector: vector["name"])
def test_a_cap_vector_is_within_or_beyond_as_it_says(vector):
    """Counted as docs/format.md says, beside what the code says."""
    files = {name: bytes.fromhex(vector[name]) for name in ("approved", "delta")}
    counts = vector["issued"]
    read = lists.read(**files, counts=counts and counts.encode())
    assert (read.online_fault() is None) is vector["within"]
    issued_of = {int(block): count for block, count in json.loads(counts)["blocks"].items()} if counts else {}
    approved, listed = set(read.approved.serials), set(read.listed())
    added = listed - approved
    blocks = {serial >> 20 for serial in added}
    in_block = {block: sum(serial >> 20 == block for serial in listed) for block in blocks}
    within = 200 * len(added) <= sum(issued_of.values()) and all(
        in_block[block] <= issued_of.get(block, 0) for block in blocks
    )
    assert within is vector["within"]


def test_the_counts_of_the_vectors_add_up_and_spoilt_ones_are_refused():
    assert issued.loads(CAP["issued"]["text"]).total == CAP["issued"]["total"]
    for vector in CAP["refused"]:
        with pytest.raises(PassError, match="counts of issued passes cannot be used"):
            issued.loads(vector["text"])


def test_a_loops_vector_gives_its_files_in_any_order_and_without_any_one_block_of_its_body():
    pinned = LOOP["pinned_root"].encode()
    for loop in LOOP["loops"]:
        for left_out in range(len(loop["texts"])):
            assembly = Assembly(pinned)
            for text in reversed(loop["texts"][:left_out] + loop["texts"][left_out + 1 :]):
                if assembly.whole is None:
                    assembly.take(text)
            files = {path: data.decode() for path, data in assembly.whole.files.items() if "root.json" not in path}
            assert files == loop["files"]
        assert assembly.whole.loop_id.hex() == loop["id"]
        assert assembly.whole.manifest.to_bytes().hex() == loop["manifest"]


@pytest.mark.parametrize("vector", LOOP["refused"], ids=lambda vector: vector["name"])
def test_a_forged_loop_is_refused_for_its_reason(vector):
    assembly = Assembly(LOOP["pinned_root"].encode())
    for text in vector["texts"]:
        assembly.take(text)
    assert [refusal.code for refusal in assembly.refusals] == [vector["code"]]


@pytest.mark.parametrize("vector", LOOP["passed_over"], ids=lambda vector: vector["name"])
def test_a_broken_frame_changes_nothing(vector):
    assembly = Assembly(LOOP["pinned_root"].encode())
    for text in LOOP["loops"][0]["texts"]:
        assert not assembly.take(vector["text"])
        assembly.take(text)
        if assembly.whole:
            return
    raise AssertionError(vector["name"])
