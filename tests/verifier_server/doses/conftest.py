"""The lead of the site that the server's register has."""

import pytest

from verifier_server.staff.accounts import add_account

from ..builders import NOW
from ..conftest import PASSWORD, Browser


@pytest.fixture
def lead(app, register):
    """The site lead's browser."""
    with app.app_context(), register.writing() as session:
        add_account(session, email="lead@example.vn", role="site_lead", password=PASSWORD, now=NOW, site_id=1)
    opened = Browser(app)
    assert opened.log_in("lead").status_code == 302
    return opened
