"""A server with two administrators and people who have passes, issued at two sites of two provinces."""

from types import SimpleNamespace

import pytest

from keys.signers import SigningDesk
from keys.store import KeyStore
from verifier_server.passes.desk import IssuingDesk
from verifier_server.passes.serials import SerialStock
from verifier_server.staff.accounts import add_account

from ..builders import NOW
from ..conftest import PASSWORD, SECRET, Browser, serving
from ..revocation.builders import a_site, passes, people

SECOND = "second@example.vn"
LIMIT = 3


@pytest.fixture
def app(instance, pages_url, clock):
    """A server where more than three passes take two people."""
    yield from serving(instance, pages_url, clock, two_person_limit=LIMIT)


@pytest.fixture
def town(app, register, instance):
    """Six people with a domestic pass each: four from the first site, two from the second."""
    desk = IssuingDesk(SigningDesk(KeyStore(instance / "keys")), SerialStock(register, SECRET))
    first, second = a_site(register, "Trạm Bến Nghé", "79"), a_site(register, "Trạm Hàng Bạc", "01")
    persons = people(register, 6)
    rows = [
        *passes(register, desk, persons[:4], site_id=first),
        *passes(register, desk, persons[4:], site_id=second),
    ]
    return SimpleNamespace(sites=(first, second), people=persons, passes=rows, desk=desk)


@pytest.fixture
def other(app, register):
    """The second administrator's browser."""
    with app.app_context(), register.writing() as session:
        add_account(session, email=SECOND, role="key_administrator", password=PASSWORD, now=NOW)
    opened = Browser(app)
    assert opened.log_in("second").status_code == 302
    return opened
