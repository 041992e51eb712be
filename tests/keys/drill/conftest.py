"""A short year, played once for the tests of a file; keys are written at no cost."""

import pytest

from keys import pkcs8
from keys.drill.plan import Plan
from keys.drill.run import staged

SHORT = Plan(scanners=10, days=90, seed=1)
SHORTEST = Plan(scanners=4, days=60, seed=7)


@pytest.fixture(scope="session", autouse=True)
def _cheap_scrypt():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pkcs8, "SCRYPT_COST", 2)
        yield


@pytest.fixture(scope="session")
def honest_year(_cheap_scrypt):
    """A short year of a ministry that keeps every rule, for scanners to live through."""
    with staged(SHORT) as stage:
        yield stage
