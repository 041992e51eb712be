"""Texts nobody would print: chance alone, real passes changed, and what a trusted signer might sign.

Each maker takes a source of chance and gives (kind, text, whether a trusted signer signed it anew).
"""

from __future__ import annotations

import zlib
from random import Random

import cbor2

from tests.envelopes import TAG_18, certificate, envelope_of, header, parts_of, signed, text_of, travel_claims
from tests.issuer import NOW, SERIAL, a_pass, an_issuer, an_rsa_issuer
from tests.vaccine_pass.test_changes import (
    changed_bytes,
    changed_envelope,
    changed_part,
    changed_text,
    spliced_parts,
    spliced_texts,
)
from vaccine_pass import base45

DOMESTIC, TRAVEL, RSA = an_issuer(), an_issuer("travel"), an_rsa_issuer()
PASSES = {
    DOMESTIC.kid: [a_pass(DOMESTIC, serial=SERIAL + doses, doses=doses) for doses in (0, 1, 2, 3)],
    TRAVEL.kid: [
        *(a_pass(TRAVEL, doses=doses) for doses in (1, 2)),
        *(text_of(TRAVEL, signed(travel_claims(certificate(kind)), TRAVEL)) for kind in "tr"),
    ],
    RSA.kid: [text_of(RSA, signed(travel_claims(), RSA))],
}
BEGINNINGS = ["HC1:", "VN1:", "HC2:", "VN2:", "HC1", "shc:/", "DC03", "VN1", "{", ""]
TRICKY = [0, 1, -1, 2**31, 2**63, 2**64 - 1, -(2**64), NOW, NOW + 1, 1e308, float("nan"), float("inf"), -0.0]


def some_text(dice: Random) -> tuple[str, str, bool]:
    """One text of a kind that chance chooses."""
    issuer = dice.choice([DOMESTIC, TRAVEL, TRAVEL, RSA, DOMESTIC])
    one, other = (dice.choice(PASSES[issuer.kid]) for _ in range(2))
    kind = dice.choice(list(KINDS))
    return kind, KINDS[kind](issuer, one, other, dice), kind.startswith("signed")


def random_text(issuer, one, other, dice):
    letters = dice.choice([base45.ALPHABET, "".join(map(chr, range(256))), "0A:\u00e0\u1eff\ud800\U0001f600\x00"])
    size = dice.choice([0, 1, 8, 100, 600, 4296, 4297])
    return dice.choice(BEGINNINGS) + "".join(dice.choices(letters, k=dice.randint(0, size)))


def several_changes(issuer, one, other, dice):
    for _ in range(dice.randint(2, 12)):
        one = changed_text(one or "V", dice)
    return one


def changed_data(issuer, one, other, dice):
    """What Base45 holds: for a travel pass the compressed bytes."""
    data = base45.decode(one[4:])
    for _ in range(dice.choice([1, 1, 2, 8])):
        data = changed_bytes(data, dice)
    return one[:4] + base45.encode(data)


def random_data(issuer, one, other, dice):
    data = dice.randbytes(dice.randint(0, 400))
    if one.startswith("HC1:") and dice.random() < 0.8:
        data = zlib.compress(data)
    return one[:4] + base45.encode(data)


def several_parts(issuer, one, other, dice):
    envelope = envelope_of(one)
    for _ in range(dice.randint(2, 6)):
        envelope = changed_bytes(envelope, dice)
    return text_of(issuer, envelope)


def signed_changed_payload(issuer, one, other, dice):
    payload = parts_of(one).payload
    for _ in range(dice.choice([1, 1, 2, 4])):
        payload = changed_bytes(payload, dice)
    return text_of(issuer, signed(payload, issuer))


def signed_random(issuer, one, other, dice):
    return text_of(issuer, signed(cbor2.dumps(a_value(dice, 4)), issuer))


def signed_changed_claims(issuer, one, other, dice):
    """The claims of a real pass with something in them exchanged, put in or left out."""
    document = cbor2.loads(parts_of(one).payload)
    for _ in range(dice.choice([1, 1, 1, 2, 3])):
        document = changed_value(document, dice)
    return text_of(issuer, signed(cbor2.dumps(document, canonical=dice.random() < 0.5), issuer))


def signed_changed_envelope(issuer, one, other, dice):
    """A good signature in an envelope of odd headers and tags."""
    protected = dice.choice([header(issuer.kid), cbor2.dumps(a_value(dice, 2)), b"", header(None), header(b"12345678")])
    unprotected = dice.choice([b"\xa0", cbor2.dumps({4: issuer.kid}), cbor2.dumps(a_value(dice, 2))])
    tags = dice.choice([TAG_18, b"", b"\xd8\x3d\xd2", b"\xd2\xd2", b"\xd1", b"\xd2\xd2\xd2"])
    aad = dice.choice([None, b"", b"VN1:"])
    payload = parts_of(one).payload
    made = signed(payload, issuer, protected=protected, unprotected=unprotected, tags=tags, aad=aad)
    return text_of(issuer, made)


def a_value(dice: Random, depth: int):
    """Any CBOR value, the tricky ones more often than chance would give them."""
    kinds = ["number", "bytes", "text", "other"] + ["array", "map", "tag"] * (depth > 0)
    kind = dice.choice(kinds)
    if kind == "number":
        return dice.choice([*TRICKY, dice.randint(-10, 10), dice.getrandbits(dice.choice([8, 64, 200])), dice.random()])
    if kind == "bytes":
        return dice.randbytes(dice.choice([0, 1, 8, 33, 64]))
    if kind == "text":
        words = ["", "VN", "1.3.0", "2021-11-05", "Nguyễn", "x" * 90, "\u202e", "EU/1/20/1528", "--"]
        return dice.choice(words)
    if kind == "array":
        return [a_value(dice, depth - 1) for _ in range(dice.randint(0, 5))]
    if kind == "map":
        keys = [1, 4, 5, 6, -1, -2, -260, -65537, "v", "t", "r", "nam", "dob", "ver", "ci"]
        return {dice.choice(keys): a_value(dice, depth - 1) for _ in range(dice.randint(0, 6))}
    if kind == "tag":
        return cbor2.CBORTag(dice.choice([0, 1, 6, 18, 61, 2**32]), a_value(dice, 0) if depth < 2 else "x")
    return dice.choice([None, True, False, cbor2.undefined])


def changed_value(value, dice: Random):
    """The value with one node of it changed."""
    if isinstance(value, dict) and value and dice.random() < 0.85:
        key = dice.choice(list(value))
        rest = {name: inner for name, inner in value.items() if name != key}
        change = dice.randrange(6)
        if change == 0:
            return rest
        if change == 1:
            return value | {dice.choice(["zz", 7, -9, key]): a_value(dice, 2)}
        return {name: changed_value(inner, dice) if name == key else inner for name, inner in value.items()}
    if isinstance(value, list | tuple) and value and dice.random() < 0.85:
        place, items = dice.randrange(len(value)), list(value)
        change = dice.randrange(6)
        if change == 0:
            return items[:place] + items[place + 1 :]
        if change == 1:
            return [*items[:place], a_value(dice, 2), *items[place:]]
        return [changed_value(inner, dice) if n == place else inner for n, inner in enumerate(items)]
    if isinstance(value, int) and dice.random() < 0.5:
        return value + dice.choice([-1, 1, 100, -86_400, 86_400, 2**32])
    if isinstance(value, str) and dice.random() < 0.5:
        return changed_text(value, dice) if value else "x"
    return a_value(dice, 2)


KINDS = {
    "chance": random_text,
    "text": lambda issuer, one, other, dice: changed_text(one, dice),
    "text, several": several_changes,
    "texts spliced": lambda _, one, other, dice: spliced_texts(one, other, dice),
    "Base45's bytes": changed_data,
    "Base45 of chance": random_data,
    "envelope": lambda issuer, one, other, dice: changed_envelope(issuer, one, dice),
    "envelope, several": several_parts,
    "one part": lambda issuer, one, other, dice: changed_part(issuer, one, dice),
    "parts spliced": spliced_parts,
    "signed: payload's bytes": signed_changed_payload,
    "signed: claims": signed_changed_claims,
    "signed: any CBOR": signed_random,
    "signed: headers": signed_changed_envelope,
}
