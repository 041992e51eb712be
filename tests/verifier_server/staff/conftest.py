"""A server that asks for the second factor, and an authenticator that reads its pages as a phone would."""

import re
from types import SimpleNamespace

import pytest
from passlib.totp import TOTP

from verifier_server.web.services import services

from ..conftest import Browser, serving


class Authenticator:
    """An application on a phone: its key was typed from the enrolment page; its clock is the test's."""

    def __init__(self, page, clock):
        typed = re.search(r'<code class="command long"[^>]*>([^<]+)</code>', page).group(1)
        self._totp, self._clock = TOTP(key=typed.replace(" ", "")), clock

    def code(self, seconds=0):
        """The six digits that the phone shows now, or so many seconds later."""
        return self._totp.generate(int(self._clock.now) + seconds).token


@pytest.fixture
def strict(instance, pages_url, clock):
    """A server that asks for the second factor; gives its application and its register."""
    for app in serving(instance, pages_url, clock, second_factor=True):
        with app.app_context():
            register = services().storage
        yield SimpleNamespace(app=app, register=register)


@pytest.fixture
def visitor(strict):
    """Make a browser at the strict server."""
    return lambda: Browser(strict.app)


@pytest.fixture
def enrolled(visitor, clock):
    """A key administrator who has just enrolled: the browser, the phone and the recovery codes."""
    browser = visitor()
    browser.log_in("administrator")
    return enrol(browser, clock)


def enrol(browser, clock):
    """Enrol an authenticator at the page that a log-in leads to."""
    phone = Authenticator(browser.get("/second-factor/enrol").get_data(as_text=True), clock)
    # The form is sent as it stands: opening its page anew would draw another secret.
    token = dict(browser.hidden("/nowhere"))["csrf_token"]
    answer = browser.client.post(
        "/second-factor/enrol", data={"csrf_token": token, "code": phone.code()}, base_url=browser.base
    )
    codes = re.findall(r"<li>([a-z0-9]{4}(?:-[a-z0-9]{4}){3})</li>", answer.get_data(as_text=True))
    return SimpleNamespace(browser=browser, phone=phone, codes=codes, answer=answer)
