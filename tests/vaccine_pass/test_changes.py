"""Changes of valid passes: over twenty thousand are tried, and only the kinds listed here are accepted.

What may change without harm is the way an envelope is written, never what is signed: the protected
header and the payload always stay, and the signature stays or becomes its twin.  A domestic pass
has one text, so nothing of it may change.
"""

import random
import zlib
from collections import Counter
from itertools import pairwise

import pytest

from tests.envelopes import Parts, envelope, envelope_of, parts_of, signed, text_of, travel_claims, travel_text, twin
from tests.issuer import NOW, SERIAL, a_pass, an_issuer, an_rsa_issuer, trust_in
from vaccine_pass import base45, compression, uvci
from vaccine_pass.errors import Unreadable
from vaccine_pass.reasons import Outcome, Reason
from vaccine_pass.verify import Verifier

DOMESTIC, TRAVEL, OTHER_TRAVEL, RSA = an_issuer(), an_issuer("travel"), an_issuer("travel"), an_rsa_issuer()
VERIFIER = Verifier(trust_in(DOMESTIC, TRAVEL, OTHER_TRAVEL, RSA))
NAMES = [("Nguyễn", "Thị Hoà"), ("Trần", "Văn Đức"), ("Lê", "Lợi"), ("H'Hen", "Niê")]


def accepted(text):
    """The claims of an accepted text, else None."""
    verdict = VERIFIER.judge(text, NOW)
    assert verdict.reason is not Reason.FAULT, verdict
    return verdict.claims if verdict.outcome is Outcome.ACCEPTED else None


def domestic_passes():
    return [a_pass(DOMESTIC, name=" ".join(name), serial=SERIAL + n, doses=n % 3) for n, name in enumerate(NAMES)]


def travel_passes(issuer):
    return [
        a_pass(issuer, family_name=family, given_name=given, certificate_id=uvci.of_serial(SERIAL + n))
        for n, (family, given) in enumerate(NAMES)
    ]


def rsa_pass():
    return travel_text(signed(travel_claims(), RSA))


# --- the kinds that are allowed, each with what it does to an envelope or a text


def with_head(head):
    """The payload's length written in a longer head than it needs."""

    def change(text):
        parts = parts_of(text)
        usual = b"\x59" + len(parts.payload).to_bytes(2, "big") if len(parts.payload) > 255 else None
        written = usual or b"\x58" + bytes([len(parts.payload)])
        return travel_text(envelope_of(text).replace(written + parts.payload, head(len(parts.payload)) + parts.payload))

    return change


ALLOWED = {
    **{f"compressed at level {n}": lambda text, n=n: travel_text(envelope_of(text), level=n) for n in range(10)},
    "stored": lambda text: "HC1:" + base45.encode(compression.store(envelope_of(text))),
    "in two blocks": lambda text: "HC1:" + base45.encode(in_two_blocks(envelope_of(text))),
    "without a tag": lambda text: travel_text(envelope(parts_of(text), tags=b"")),
    "tagged 61 and 18": lambda text: travel_text(envelope(parts_of(text), tags=b"\xd8\x3d\xd2")),
    "tagged 18 twice": lambda text: travel_text(envelope(parts_of(text), tags=b"\xd2\xd2")),
    "another key id unprotected": lambda text: travel_text(
        envelope(parts_of(text), unprotected=b"\xa1\x04\x48" + OTHER_TRAVEL.kid)
    ),
    "anything unprotected": lambda text: travel_text(
        envelope(parts_of(text), unprotected=b"\xa2\x01\x38\x24\x61x\x80")
    ),
    "an unprotected header without a length": lambda text: travel_text(
        envelope(parts_of(text), unprotected=b"\xbf\xff")
    ),
    "a longer head of the payload": with_head(lambda size: b"\x59" + size.to_bytes(2, "big")),
    "the twin signature": lambda text: travel_text(
        envelope(parts_of(text)._replace(signature=twin(parts_of(text).signature)))
    ),
}


def in_two_blocks(data):
    packer = zlib.compressobj(6)
    return packer.compress(data[:100]) + packer.flush(zlib.Z_FULL_FLUSH) + packer.compress(data[100:]) + packer.flush()


@pytest.mark.parametrize("change", ALLOWED.values(), ids=ALLOWED)
def test_an_allowed_change_of_a_travel_pass_is_accepted_with_the_same_claims(change):
    for text in travel_passes(TRAVEL):
        assert accepted(change(text)) == accepted(text) is not None


def test_an_rsa_signature_has_no_twin_and_may_be_written_in_the_same_ways():
    text = rsa_pass()
    for name, change in ALLOWED.items():
        if name != "the twin signature":
            assert accepted(change(text)) == accepted(text) is not None, name


@pytest.mark.parametrize("change", ALLOWED.values(), ids=ALLOWED)
def test_no_change_of_a_domestic_pass_is_accepted(change):
    for text in domestic_passes():
        as_travel = "HC1:" + base45.encode(compression.store(envelope_of(text)))
        changed = "VN1:" + change(as_travel)[4:]
        unpacked = "VN1:" + base45.encode(envelope_of(change(as_travel)))
        assert accepted(changed) is None
        assert accepted(unpacked) is None or unpacked == text


# --- more than twenty thousand changes, of which each is refused or of an allowed kind


def changed_text(text, dice):
    """One character replaced, put in or left out, or two exchanged."""
    place = dice.randrange(len(text))
    letter = dice.choice(base45.ALPHABET)
    end = dice.choice([place + 1, place])
    if dice.random() < 0.25:
        other = dice.randrange(len(text))
        low, high = sorted((place, other))
        return text[:low] + text[high : high + 1] + text[low + 1 : high] + text[low] + text[high + 1 :]
    return text[:place] + dice.choice([letter, letter, ""]) + text[end:]


def changed_bytes(data, dice):
    """One bit turned over, or one byte put in, left out or exchanged with its neighbour."""
    place = dice.randrange(len(data)) if data else 0
    changed = bytearray(data)
    kind = dice.randrange(4)
    if kind == 0 and data:
        changed[place] ^= 1 << dice.randrange(8)
    elif kind == 1:
        changed.insert(place, dice.randrange(256))
    elif kind == 2 and data:
        del changed[place]
    elif data:
        changed[place : place + 2] = changed[place : place + 2][::-1]
    return bytes(changed)


def changed_envelope(issuer, text, dice):
    return text_of(issuer, changed_bytes(envelope_of(text), dice))


def changed_part(issuer, text, dice):
    """One of the signed parts changed inside an envelope that is well formed."""
    parts, name = parts_of(text), dice.choice(Parts._fields)
    return text_of(issuer, envelope(parts._replace(**{name: changed_bytes(getattr(parts, name), dice)})))


def spliced_texts(one, other, dice):
    place = dice.randrange(len(one))
    return one[:place] + other[place:]


def spliced_parts(issuer, one, other, dice):
    chosen = [dice.choice(pair) for pair in zip(parts_of(one), parts_of(other), strict=True)]
    return text_of(issuer, envelope(Parts(*chosen)))


def is_allowed(changed, originals):
    """Whether a text is one of the originals, or an allowed way to write one."""
    if changed in originals:
        return True
    if not changed.startswith("HC1:"):
        return False
    protected, payload, signature = parts_of(changed)
    return any(
        (protected, payload) == (parts.protected, parts.payload)
        and signature in {parts.signature, twin(parts.signature)}
        for parts in map(parts_of, originals)
    )


def some_changes(issuer, texts, dice, rounds):
    """(kind, changed text, the texts it was made from), ``rounds`` of each kind for each text."""
    for one, other in pairwise([*texts, texts[0]]):
        for _ in range(rounds):
            yield "text", changed_text(one, dice), [one]
            yield "envelope", changed_envelope(issuer, one, dice), [one]
            yield "part", changed_part(issuer, one, dice), [one]
            yield "part", changed_part(issuer, one, dice), [one]
            yield "splice of texts", spliced_texts(one, other, dice), [one, other]
            yield "splice of parts", spliced_parts(issuer, one, other, dice), [one, other]


SETS = [(DOMESTIC, domestic_passes, 500), (TRAVEL, lambda: travel_passes(TRAVEL), 500)]


@pytest.mark.parametrize(("issuer", "passes", "rounds"), SETS, ids=["domestic", "travel"])
def test_twelve_thousand_changes_are_refused_or_of_an_allowed_kind(issuer, passes, rounds):
    texts, dice, tried = passes(), random.Random(20210730), Counter()
    claims_of = {text: accepted(text) for text in texts}
    for kind, changed, originals in some_changes(issuer, texts, dice, rounds):
        tried[kind] += 1
        claims = accepted(changed)
        if claims is not None:
            assert is_allowed(changed, originals), (kind, changed)
            assert claims in [claims_of[text] for text in originals], (kind, changed)
    assert tried.total() >= 12_000


def test_each_single_bit_of_what_is_signed_matters():
    for issuer, text in ((DOMESTIC, domestic_passes()[2]), (TRAVEL, travel_passes(TRAVEL)[0])):
        parts = parts_of(text)
        for name in Parts._fields:
            part = getattr(parts, name)
            for bit in range(len(part) * 8):
                changed = bytearray(part)
                changed[bit // 8] ^= 1 << bit % 8
                assert accepted(text_of(issuer, envelope(parts._replace(**{name: bytes(changed)})))) is None


def test_each_single_character_of_a_domestic_pass_matters():
    text = domestic_passes()[1]
    for place in range(len(text)):
        for letter in "0A:":
            changed = text[:place] + letter + text[place + 1 :]
            assert accepted(changed) is None or changed == text
        assert accepted(text[:place] + text[place + 1 :]) is None


def test_one_signers_parts_under_anothers_key_id_are_refused():
    one, other = travel_passes(TRAVEL)[0], travel_passes(OTHER_TRAVEL)[0]
    for protected in (parts_of(other).protected, b"", b"\xa0", b"\xa1\x04\x48" + OTHER_TRAVEL.kid):
        assert accepted(travel_text(envelope(parts_of(one)._replace(protected=protected)))) is None


def test_what_cannot_be_taken_apart_is_not_accepted_either():
    text = travel_passes(TRAVEL)[0]
    for length in range(4, len(text), 7):
        with pytest.raises(Unreadable):
            parts_of(text[:length])
        assert accepted(text[:length]) is None
