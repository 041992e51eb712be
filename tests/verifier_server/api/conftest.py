"""A client that is another system: it sends a token and JSON."""

import itertools

import pytest

from verifier_server.api.scopes import Scope
from verifier_server.api.tokens import add_token
from verifier_server.staff.accounts import account_of

from ..builders import NOW


class System:
    """Another system with a token."""

    def __init__(self, app, storage, *, scopes=tuple(Scope), site_id=None, days=90):
        self.client, self._keys = app.test_client(), itertools.count()
        with storage.writing() as session:
            by = account_of(session, "administrator@example.vn").id
            given = {"name": "Bệnh viện A", "scopes": scopes, "days": days, "now": NOW, "site_id": site_id, "by": by}
            self.token, self.text = add_token(session, **given)

    def get(self, path, **headers):
        """Ask for something."""
        return self.client.get(path, headers=self.headers() | headers)

    def post(self, path, body=None, *, key=None, **more):
        """Send something, with a key of its own unless one is given."""
        headers = self.headers() | {"Idempotency-Key": key or f"test-key-{next(self._keys)}"}
        return self.client.post(path, json=body, headers=headers, **more)

    def headers(self):
        """What every request carries."""
        return {"Authorization": f"Bearer {self.text}"}


@pytest.fixture
def system(app, register):
    """Another system that may do everything."""
    return System(app, register)


@pytest.fixture
def system_on_each(app_on_each):
    """The same, once on each database."""
    from verifier_server.web.services import services

    with app_on_each.app_context():
        yield System(app_on_each, services().storage)


@pytest.fixture
def system_with(app, register):
    """Make a system with some scopes only, or of a site."""
    return lambda *scopes, **more: System(app, register, scopes=scopes or tuple(Scope), **more)
