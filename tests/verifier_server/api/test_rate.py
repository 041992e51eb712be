"""How often one token may ask."""

import pytest

from verifier_server.api.rate import TokenRate
from verifier_server.errors import ServerError

from ..builders import NOW
from ..conftest import serving


def test_each_worker_allows_its_share_and_says_when_to_come_again():
    rate = TokenRate(limit=6, seconds=60, workers=2)
    assert [rate.seconds_to_wait(1, NOW + 20) for _ in range(4)] == [0, 0, 0, 40]
    assert rate.seconds_to_wait(2, NOW + 20) == 0
    assert rate.seconds_to_wait(1, NOW + 60) == 0
    assert TokenRate(limit=1, seconds=1, workers=8).seconds_to_wait(1, NOW) == 0


@pytest.mark.parametrize("setting", ["", "often", "5 per fortnight"])
def test_a_setting_that_cannot_be_read_is_one_sentence(instance, pages_url, clock, setting):
    with pytest.raises(ServerError, match="api_token_rate"):
        next(serving(instance, pages_url, clock, api_token_rate=setting))


def test_a_token_that_asks_too_often_is_told_so_and_no_other_one(instance, pages_url, clock):
    from verifier_server.web.services import services

    from .conftest import System

    for app in serving(instance, pages_url, clock, api_token_rate="3 per minute"):
        with app.app_context():
            storage = services().storage
        greedy, other = System(app, storage), System(app, storage)
        answers = [greedy.get("/api/v1/sites") for _ in range(4)]
        assert [one.status_code for one in answers] == [200, 200, 200, 429]
        assert answers[-1].mimetype == "application/problem+json"
        assert (answers[-1].json["code"], answers[-1].headers["Retry-After"]) == ("too_many_requests", "60")
        assert other.get("/api/v1/sites").status_code == 200
        clock.now += 60
        assert greedy.get("/api/v1/sites").status_code == 200
