"""The list of serials that are revoked no longer: small, and signed apart by a threshold of holders.

It is applied last, so what is on it counts as good whatever the base and the delta say, until the
next base leaves the serial out and this list may drop it.  JSON, because people sign it by hand.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from vaccine_pass.errors import PassError
from vaccine_pass.revocation.faults import CODE
from vaccine_pass.revocation.moments import seconds_of, text_of
from vaccine_pass.revocation.serial_list import MAX_SECONDS
from vaccine_pass.revocation.serial_set import FIRST_SERIAL, LAST_SERIAL, SerialSet

FORMAT = "checkpoint-unrevocation/1"
MAX_SERIALS = 100_000
MAX_BYTES = 2_000_000
_MEMBERS = {"format", "sequence", "signed_at", "serials"}


@dataclass(frozen=True, slots=True)
class Unrevocations:
    """Serials that are taken back.

    :ivar sequence: 1 to 2**32 - 1, one more with each list.
    :ivar signed_at: whole Unix seconds.
    """

    serials: SerialSet
    sequence: int
    signed_at: int


def dumps(unrevocations: Unrevocations) -> str:
    """Return the JSON text, ending in a new line.

    :raises ValueError: for more than ``MAX_SERIALS``, a sequence or a time out of range.
    """
    serials, sequence, seconds = list(unrevocations.serials), unrevocations.sequence, unrevocations.signed_at
    if len(serials) > MAX_SERIALS or not 1 <= sequence < 1 << 32 or not 0 <= seconds <= MAX_SECONDS:
        raise ValueError(f"sequence {sequence} signed at {seconds} with {len(serials)} serials")
    document = {"format": FORMAT, "sequence": sequence, "signed_at": text_of(seconds), "serials": serials}
    return json.dumps(document) + "\n"


def loads(text: str | bytes) -> Unrevocations:
    """Read the list.

    :raises PassError: naming the member that is wrong.
    """
    if len(text) > MAX_BYTES:
        raise _bad(f"it is longer than {MAX_BYTES} bytes")
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _bad("it is no JSON") from error
    if not isinstance(document, Mapping) or document.get("format") != FORMAT or set(document) != _MEMBERS:
        raise _bad(f'it does not say "format": "{FORMAT}" with sequence, signed_at and serials')
    sequence = document["sequence"]
    if type(sequence) is not int or not 1 <= sequence < 1 << 32:
        raise _bad("sequence is no number from 1 on")
    return Unrevocations(_serials(document["serials"]), sequence, _seconds(document["signed_at"]))


def _serials(numbers: object) -> SerialSet:
    if not isinstance(numbers, list) or len(numbers) > MAX_SERIALS:
        raise _bad(f"serials is no list of at most {MAX_SERIALS} numbers")
    if not all(type(number) is int and FIRST_SERIAL <= number <= LAST_SERIAL for number in numbers):
        raise _bad("a serial is of none of the blocks")
    if any(after <= before for before, after in pairwise(numbers)):
        raise _bad("its serials are not in ascending order, each once")
    return SerialSet.of(numbers)


def _seconds(text: object) -> int:
    seconds = seconds_of(text)
    if seconds is None:
        raise _bad("signed_at is no time such as 2021-07-30T00:00:00Z")
    return seconds


def _bad(what: str) -> PassError:
    return PassError(f"The list of un-revocations cannot be used: {what}.", code=CODE)
