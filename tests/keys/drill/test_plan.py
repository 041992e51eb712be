"""The days of a drill's misfortunes."""

import pytest

from keys.drill.plan import MOST_DAYS, ROTATE_AFTER, START, Plan, at, checked
from keys.lifecycle import STALENESS_LIMIT


@pytest.mark.parametrize("days", [60, 90, 120, 365, MOST_DAYS])
def test_everything_happens_within_the_drill_and_the_spare_is_known_by_then(days):
    plan = checked(Plan(days=days))
    assert START + STALENESS_LIMIT < at(plan.theft) < at(plan.found) < at(days)
    assert 0 < plan.holder_lost < days
    assert plan.found != plan.online_found
    assert plan.online_theft < plan.online_found < days


def test_a_theft_is_found_out_between_two_rotations():
    assert Plan().found % ROTATE_AFTER == 18


def test_each_part_has_luck_of_its_own_that_the_seed_decides():
    assert Plan(seed=1).chance("a").random() == Plan(seed=1).chance("a").random()
    assert Plan(seed=1).chance("a").random() != Plan(seed=1).chance("b").random()
    assert Plan(seed=1).chance("a").random() != Plan(seed=2).chance("a").random()
