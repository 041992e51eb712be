from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from verifier_server.passes.together import Together


class Work:
    """Doubles numbers; the first piece waits until it is let go."""

    def __init__(self):
        self.pieces, self.begun, self.go = [], Event(), Event()

    def __call__(self, asked):
        self.pieces.append(list(asked))
        self.begun.set()
        assert self.go.wait(30)
        if 13 in asked:
            raise RuntimeError("all of it fails")
        return [ValueError(f"not {one}") if one < 0 else 2 * one for one in asked]


def asked_at_once(numbers):
    """What becomes of numbers, the first of which was at work alone when all the others came."""
    work = Work()
    together = Together(work)

    def ask(number):
        try:
            return together.ask(number)
        except (RuntimeError, ValueError) as problem:
            return str(problem)

    with ThreadPoolExecutor(len(numbers)) as threads:
        first = threads.submit(ask, numbers[0])
        assert work.begun.wait(30)
        others = [threads.submit(ask, number) for number in numbers[1:]]
        while len(together._waiting) < len(numbers):
            pass
        work.go.set()
        return [first.result(), *(other.result() for other in others)], work.pieces


def test_who_comes_while_one_is_at_work_is_answered_in_one_piece():
    answers, pieces = asked_at_once([1, 2, 3, 4])
    assert answers == [2, 4, 6, 8]
    assert [len(piece) for piece in pieces] == [1, 3]


def test_each_is_refused_for_itself():
    answers, pieces = asked_at_once([1, 2, -3, 4])
    assert answers == [2, 4, "not -3", 8]
    assert len(pieces) == 2


def test_work_that_fails_as_a_whole_is_done_for_each_alone():
    answers, _pieces = asked_at_once([1, 2, 13, 4])
    assert answers == [2, 4, "all of it fails", 8]


def test_who_does_not_belong_to_the_first_ones_comes_next():
    together = Together(lambda asked: [asked[0]])
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(together.ask, range(40))) == list(range(40))


def test_alone_nobody_waits_and_whoever_is_ended_leaves_nothing():
    def ended(_asked):
        raise SystemExit

    together = Together(ended)
    with pytest.raises(SystemExit):
        together.ask(1)
    assert not together._waiting
