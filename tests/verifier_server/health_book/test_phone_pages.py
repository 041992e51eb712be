"""A lost or lent phone: staff end its sessions, for its owner who stands before them."""

from sqlalchemy import func, select

from verifier_server.audit.tables import AuditDetail, AuditEvent
from verifier_server.health_book.tables import CitizenSession
from verifier_server.people.tables import Person

from .conftest import Citizen

ENDED = "book_devices_ended"


def events(register):
    with register.reading() as session:
        found = session.scalars(select(AuditEvent).where(AuditEvent.kind == ENDED)).all()
        return [(one.account, one.person, session.get(AuditDetail, one.id).details) for one in found]


def end(clerk, person=1):
    return clerk.post(f"/people/{person}/devices/end", page="/people/new", follow_redirects=True).get_data(as_text=True)


def test_every_device_of_the_phone_is_logged_out_and_nobody_elses(app, citizen, clerk, register):
    lost, stranger = Citizen(app), Citizen(app)
    lost.log_in()
    stranger.ask("0987654321")
    stranger.enter(stranger.sent()[-1])
    assert "2 thiết bị đang đăng nhập bằng số 0912\xa0345\xa0678." in clerk.get("/people/1").get_data(as_text=True)
    page = end(clerk)
    assert "Đã đăng xuất 2 thiết bị." in page
    assert "Không thiết bị nào đang đăng nhập" in page
    assert {one.get("/book").location for one in (citizen, lost)} == {"/book/login"}
    assert stranger.get("/book").status_code == 200
    [(account, person, details)] = events(register)
    assert (account is not None, person) == (True, 1)
    assert '"devices":2' in details
    assert "912345678" not in details


def test_a_code_that_was_sent_to_the_lost_phone_opens_nothing(phone, clerk):
    phone.ask()
    code = phone.sent()[-1]
    end(clerk)
    assert phone.enter(code).status_code == 422
    assert phone.log_in().location == "/book"


def test_a_second_press_and_a_person_without_a_phone_end_nothing_and_leave_no_event(citizen, clerk, register):
    end(clerk)
    assert "Đã đăng xuất 0 thiết bị." in end(clerk)
    with register.writing() as session:
        session.get_one(Person, 3).phone = None
    assert "Đã đăng xuất 0 thiết bị." in end(clerk, 3)
    assert "thiết bị nào" not in clerk.get("/people/3").get_data(as_text=True)
    assert len(events(register)) == 1
    with register.reading() as session:
        assert session.scalar(select(func.count()).select_from(CitizenSession)) == 0
