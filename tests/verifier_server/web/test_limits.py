import threading

import pytest
from limits import parse
from limits.strategies import FixedWindowRateLimiter

from verifier_server.web.limits import QuietMemory


@pytest.fixture
def clock(monkeypatch):
    class Clock:
        now = 1_000_020.0

    monkeypatch.setattr("time.time", lambda: Clock.now)
    return Clock


def test_a_place_may_ask_so_often_and_again_in_the_next_window(clock):
    limiter, limit = FixedWindowRateLimiter(QuietMemory()), parse("2 per minute")
    assert [limiter.hit(limit, "a place") for _ in range(3)] == [True, True, False]
    assert limiter.hit(limit, "another place")
    clock.now += 61
    assert limiter.hit(limit, "a place")


def test_places_whose_window_is_over_are_forgotten_and_no_thread_is_started(clock):
    memory, threads = QuietMemory(), threading.active_count()
    limiter, limit = FixedWindowRateLimiter(memory), parse("2 per minute")
    for number in range(50):
        limiter.hit(limit, f"place {number}")
    clock.now += 200
    limiter.hit(limit, "a place")
    assert len(memory.storage) == len(memory.expirations) == 1
    assert threading.active_count() == threads


def test_it_is_the_storage_of_the_setting(app):
    assert isinstance(app.extensions["checkpoint-limits"].storage, QuietMemory)
