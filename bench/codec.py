"""How much of a bare P-256 verification, or signature, is left of the speed of the whole job.

Text to verdict and claims to text, against ``cryptography`` alone on the same messages, keys and
signatures, alternating in one run, in CPU time on one core.  At least 5,000 distinct passes of
several signers, shuffled; nothing is remembered between texts.  A second part runs the whole job
on two processes and says how much more they do than one, by the clock on the wall.

    python -m bench.codec [--passes 6000] [--rounds 5] [--json]
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import date, timedelta
from functools import partial
from typing import NamedTuple

from bench.signers import ES256, ThrowawaySigner
from vaccine_pass import base45, compression, cose, domestic, ecdsa, sign
from vaccine_pass.claims import DomesticClaims, TravelClaims
from vaccine_pass.dates import PartialDate
from vaccine_pass.reasons import Outcome
from vaccine_pass.trust import TrustData
from vaccine_pass.uvci import of_serial
from vaccine_pass.vaccines import VACCINES
from vaccine_pass.verify import Verifier

NOW = 1_640_000_000
YEAR = 365 * 86_400
BATCH = 64
_REPEATS = 8  # of all texts, so that starting and feeding two processes does not weigh
SIGNERS = 4

FAMILIES = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Huỳnh", "Phan", "Vũ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô")
MIDDLES = ("Văn", "Thị", "Hữu", "Đức", "Minh", "Hoàng", "Ngọc", "Thanh", "Quang", "Xuân", "Phương", "Kim")
GIVEN = ("An", "Bình", "Cường", "Dũng", "Giang", "Hòa", "Khánh", "Linh", "Mai", "Nam", "Oanh", "Phúc", "Thảo", "Yến")


class Job(NamedTuple):
    """One pass: its claims and key, its text, and what bare verification of it needs."""

    claims: DomesticClaims | TravelClaims
    signer: ThrowawaySigner
    text: str
    message: bytes
    der: bytes


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark and print its figures; with ``--json`` one object comes last."""
    options = _parser().parse_args(arguments)
    figures: dict[str, float] = {"passes": options.passes}
    for form, prefix in (("travel", ""), ("domestic", "domestic_")):
        print(f"{options.passes} {form} passes …", file=sys.stderr)
        jobs, trust = make_jobs(form, options.passes, random.Random(options.seed))
        figures |= {prefix + name: value for name, value in measure(jobs, trust, options.rounds).items()}
        if form == "travel":
            figures["two_processes"] = two_processes([job.text for job in jobs], trust)
    for name, value in figures.items():
        print(f"{name:24} {value:10.3f}", file=sys.stderr if options.json else sys.stdout)
    if options.json:
        print(json.dumps(figures))
    return 0


def make_jobs(form: str, count: int, dice: random.Random) -> tuple[list[Job], TrustData]:
    """Return ``count`` distinct signed passes of several signers, shuffled, and who is trusted."""
    signers = [ThrowawaySigner(form) for _ in range(SIGNERS)]
    serials = dice.sample(range(1 << 32), count)
    make = travel_claims if form == "travel" else domestic_claims
    jobs = [_job(make(dice, serial), signers[serial % SIGNERS]) for serial in serials]
    dice.shuffle(jobs)
    return jobs, TrustData(tuple(signer.entry() for signer in signers))


def domestic_claims(dice: random.Random, serial: int) -> DomesticClaims:
    """Return a random person's domestic claims."""
    product = dice.choice(list(VACCINES))
    doses = dice.randint(1, product.series + 1)
    name, birth, last = " ".join(_name(dice)), _birth(dice), _last_dose(dice)
    return DomesticClaims(name, birth, serial, doses, product.series, product.index, last, NOW, NOW + YEAR)


def travel_claims(dice: random.Random, serial: int) -> TravelClaims:
    """Return a random person's travel claims."""
    product = dice.choice([vaccine for vaccine in VACCINES if vaccine.product])
    family, *given = _name(dice)
    codes = (product.product, product.manufacturer, product.prophylaxis)
    doses = (dice.randint(1, product.series), product.series, _last_dose(dice))
    paper = ("Ministry of Health", of_serial(serial))
    return TravelClaims(family, " ".join(given), _birth(dice), *codes, *doses, *paper, NOW, NOW + YEAR)


def measure(jobs: list[Job], trust: TrustData, rounds: int) -> dict[str, float]:
    """Return the ratios and the microseconds of the whole jobs and of the bare operations."""
    verifier = Verifier(trust)
    kinds: dict[str, Callable[[Job], object]] = {
        "bare_verify": lambda job: job.signer.public.verify(job.der, job.message, ES256),
        "verify": lambda job: verifier.judge(job.text, NOW + 1),
        "bare_sign": lambda job: job.signer.private.sign(job.message, ES256),
        "sign": _whole_signing,
    }
    if not all(verifier.judge(job.text, NOW + 1).outcome is Outcome.ACCEPTED for job in jobs):
        raise RuntimeError("a pass that the benchmark made is not accepted")
    spent: dict[str, list[float]] = {kind: [] for kind in kinds}
    for number in range(1, rounds + 1):
        print(f"  round {number} of {rounds}", file=sys.stderr)
        for kind, work in kinds.items():
            spent[kind].append(_cpu_seconds(work, jobs))
    micros = {f"{kind}_us": 1e6 * statistics.median(times) / len(jobs) for kind, times in spent.items()}
    return {
        "verify_ratio": _median_ratio(spent["bare_verify"], spent["verify"]),
        "sign_ratio": _median_ratio(spent["bare_sign"], spent["sign"]),
        **micros,
    }


def two_processes(texts: list[str], trust: TrustData) -> float:
    """Return how many times one process's texts a second two processes judge, in batches."""
    batches = [texts[start : start + BATCH] for start in range(0, len(texts), BATCH)] * _REPEATS
    rates: dict[int, list[float]] = {1: [], 2: []}
    for workers in (1, 2, 1, 2, 1, 2):
        with ProcessPoolExecutor(workers, initializer=partial(_start_worker, trust)) as pool:
            list(pool.map(_judge_batch, batches[: 8 * workers]))  # the workers are up
            started = time.perf_counter()
            list(pool.map(_judge_batch, batches, chunksize=8))
            rates[workers].append(len(batches) / (time.perf_counter() - started))
    return statistics.median(rates[2]) / statistics.median(rates[1])


_worker: dict[str, Verifier] = {}  # a process pool's way to hand each worker its state


def _start_worker(trust: TrustData) -> None:
    _worker["verifier"] = Verifier(trust)


def _judge_batch(texts: list[str]) -> int:
    judge = _worker["verifier"].judge
    return sum(judge(text, NOW + 1).outcome is Outcome.ACCEPTED for text in texts)


def _job(claims: DomesticClaims | TravelClaims, signer: ThrowawaySigner) -> Job:
    if isinstance(claims, TravelClaims):
        text, aad = sign.travel_text(claims, signer), b""
        envelope = compression.inflate(base45.decode(text[4:]))
    else:
        text, aad = sign.domestic_text(claims, signer), domestic.EXTERNAL_AAD
        envelope = base45.decode(text[4:])
    sign1 = cose.read_sign1(envelope)
    message = cose.signed_bytes(sign1.protected, sign1.payload, aad)
    return Job(claims, signer, text, message, ecdsa.to_der(sign1.signature))


def _whole_signing(job: Job) -> str:
    if isinstance(job.claims, TravelClaims):
        return sign.travel_text(job.claims, job.signer)
    return sign.domestic_text(job.claims, job.signer)


def _cpu_seconds(work: Callable[[Job], object], jobs: list[Job]) -> float:
    started = time.process_time()
    for job in jobs:
        work(job)
    return time.process_time() - started


def _median_ratio(bare: list[float], whole: list[float]) -> float:
    return statistics.median(one / other for one, other in zip(bare, whole, strict=True))


def _name(dice: random.Random) -> list[str]:
    return [dice.choice(FAMILIES), *dice.sample(MIDDLES, dice.randint(1, 2)), dice.choice(GIVEN)]


def _birth(dice: random.Random) -> PartialDate:
    return PartialDate.of(dice.randint(1930, 2003), dice.randint(1, 12), dice.randint(1, 28))


def _last_dose(dice: random.Random) -> date:
    return date(2021, 3, 8) + timedelta(days=dice.randrange(270))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.codec", description=__doc__.partition("\n")[0])
    parser.add_argument("--passes", type=int, default=6000, help="distinct passes of each form (6000)")
    parser.add_argument("--rounds", type=int, default=5, help="alternations; medians are given (5)")
    parser.add_argument("--seed", type=int, default=1, help="of the random people (1)")
    parser.add_argument("--json", action="store_true", help="print one JSON object last")
    return parser


if __name__ == "__main__":
    sys.exit(main())
