"""A citizen's phone, with a family in the register."""

import re

import pytest
from sqlalchemy import select

from verifier_server.health_book.tables import OutgoingMessage
from verifier_server.web.services import services

from ..builders import a_person, a_vaccinated_person
from ..conftest import Browser

PHONE, MOTHER, CHILD = "+84912345678", 1, 2


class Citizen(Browser):
    """A browser that logs in by the code that was sent to its phone."""

    def __init__(self, app):
        super().__init__(app)
        self.app = app

    def post(self, path, data=None, **more):
        """Send a form with this visitor's token; every page has the same one."""
        token = dict(self.hidden("/try"))
        return self.client.post(path, data={**token, **(data or {})}, base_url=self.base, **more)

    def ask(self, phone="0912345678"):
        """Ask for a code."""
        return self.post("/book/login", {"phone": phone})

    def sent(self):
        """The codes that were sent, the newest last."""
        with self.app.app_context(), services().storage.reading() as session:
            texts = session.scalars(select(OutgoingMessage.text).order_by(OutgoingMessage.id)).all()
        return [found[0] for text in texts if (found := re.findall(r"\b\d{6}\b", text))]

    def enter(self, code):
        """Enter a code."""
        return self.post("/book/code", {"code": code})

    def log_in(self):
        """Log in."""
        self.ask()
        return self.enter(self.sent()[-1])

    def page(self, path):
        """A page's text."""
        answer = self.get(path)
        assert answer.status_code == 200, (path, answer.status_code, answer.location)
        return answer.get_data(as_text=True)


@pytest.fixture
def family(app, register):
    """A mother with two doses and a child without a paper, one phone; and a stranger."""
    with register.writing() as session:
        a_vaccinated_person(session)
        a_person(session, name="Nguyễn Văn Bé", birth="01/06/2015", id_number="")
        a_person(session, name="Trần Thị Xa", phone="0987654321", id_number="001190000099")


@pytest.fixture
def phone(app, family):
    """A phone that is not logged in."""
    return Citizen(app)


@pytest.fixture
def citizen(phone):
    """A phone that is logged in."""
    assert phone.log_in().location == "/book"
    return phone
