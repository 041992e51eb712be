"""Daily caps: counted from the rows, refused in a sentence, and alarmed once."""

import pytest
from sqlalchemy import func, select

from vaccine_pass.errors import CheckpointError
from verifier_server.alarms.raising import Occasion, acknowledge, raise_once
from verifier_server.alarms.tables import Alarm
from verifier_server.audit.tables import AuditEvent
from verifier_server.errors import FieldError, NotIssuable
from verifier_server.passes.caps import Caps
from verifier_server.passes.issue import PassRequest, issue_pass, issue_passes
from verifier_server.passes.tables import IssuedPass
from verifier_server.sites.rules import add_site
from verifier_server.staff.tables import Account

from ..builders import DAY, NOW, a_person


@pytest.fixture
def town(storage):
    """A site, two accounts and twelve people."""
    with storage.writing() as session:
        site = add_site(session, "Trạm y tế", now=NOW)
        accounts = [
            Account(email=f"{name}@x.vn", password="-", fs_uniquifier=name, created_at=NOW, site_id=site.id)
            for name in ("lan", "minh")
        ]
        session.add_all(accounts)
        session.flush()
        people = [
            a_person(session, name=f"Lê Văn {letter}", id_number=f"0011900000{n:02}", phone=f"09123456{n:02}").id
            for n, letter in enumerate("ABCDEFGHIJKL")
        ]
        return site.id, [account.id for account in accounts], people


def issue(storage, desk, person, by, site=None, now=NOW):
    with storage.session(writing=True) as session:
        issued = issue_pass(session, PassRequest(person, "domestic", by, site), desk, now)
        session.commit()
        return issued


def alarms(storage):
    with storage.reading() as session:
        return [
            (one.kind, one.scope, one.count, one.limit) for one in session.scalars(select(Alarm).order_by(Alarm.id))
        ]


def test_an_account_is_refused_above_its_cap_and_alarms_once_before_and_once_at_it(storage, new_desk, town):
    site, (lan, minh), people = town
    desk = new_desk(storage, caps=Caps(account=5, site=100, register=1000))
    for person in people[:5]:
        issue(storage, desk, person, lan, site)
    for person in people[5:7]:
        with pytest.raises(NotIssuable, match="This account has issued 5 passes today") as refused:
            issue(storage, desk, person, lan, site)
        assert refused.value.code == "cap_reached"
    assert alarms(storage) == [("cap_near", "account", 4, 5), ("cap_reached", "account", 5, 5)]
    issue(storage, desk, people[5], minh, site)  # another account is not concerned
    with storage.reading() as session:
        kinds = list(session.scalars(select(AuditEvent.kind).where(AuditEvent.subject == "alarm")))
        assert session.scalar(select(func.count()).select_from(IssuedPass)) == 6
    assert kinds == ["alarm_raised"] * 2


def test_what_is_there_already_is_given_out_again_at_the_cap_and_the_next_day_begins_anew(storage, new_desk, town):
    site, (lan, _minh), people = town
    desk = new_desk(storage, caps=Caps(account=1))
    first = issue(storage, desk, people[0], lan, site)
    assert issue(storage, desk, people[0], lan, site).id == first.id
    # 07:00 in Vietnam: its day ends in 17 hours.
    with pytest.raises(NotIssuable):
        issue(storage, desk, people[1], lan, site, now=NOW + 17 * 3600 - 1)
    assert issue(storage, desk, people[1], lan, site, now=NOW + 17 * 3600).id != first.id


def test_a_site_and_the_register_have_caps_of_their_own(storage, new_desk, town):
    site, (lan, minh), people = town
    desk = new_desk(storage, caps=Caps(account=100, site=2, register=3))
    issue(storage, desk, people[0], lan, site)
    issue(storage, desk, people[1], minh, site)
    with pytest.raises(NotIssuable, match="This site"):
        issue(storage, desk, people[2], lan, site)
    issue(storage, desk, people[2], lan)
    with pytest.raises(NotIssuable, match="The register"):
        issue(storage, desk, people[3], lan)


def test_a_batch_gets_what_is_left_and_the_rest_is_refused_one_by_one(storage, new_desk, town):
    _site, (lan, _minh), people = town
    desk = new_desk(storage, caps=Caps(account=4))
    with storage.session(writing=True) as session:
        answers = issue_passes(session, [PassRequest(one, "domestic", lan) for one in people[:6]], desk, NOW)
        session.commit()
    refused = [answer.code for answer in answers if isinstance(answer, CheckpointError)]
    assert refused == ["cap_reached", "cap_reached"]
    assert ("cap_reached", "account", 4, 4) in alarms(storage)


def test_the_command_line_is_not_refused_but_alarms(storage, new_desk, town):
    _site, _accounts, people = town
    desk = new_desk(storage, caps=Caps(account=2))
    for person in people[:4]:
        issue(storage, desk, person, None)
    assert alarms(storage) == [("cap_near", "account", 1, 2), ("cap_reached", "account", 2, 2)]


def test_the_day_is_counted_by_an_index_and_never_by_reading_the_table(sqlite):
    with sqlite.reading() as session:
        plans = [
            session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN SELECT id FROM issued_pass {where}").fetchall()
            for where in (
                "WHERE issued_by = 1 AND issued_at >= 5",
                "WHERE site_id = 1 AND issued_at >= 5",
                "WHERE issued_at >= 5 ORDER BY issued_at, id LIMIT 1",
            )
        ]
    assert all("USING COVERING INDEX" in plan[0][-1] and len(plan) == 1 for plan in plans)


def test_an_alarm_is_acknowledged_once_by_somebody_else_with_a_note(storage, town):
    site, (lan, minh), _people = town
    with storage.writing() as session:
        occasion = Occasion("cap_reached", "account", lan, site, 5, 5)
        assert raise_once(session, occasion, by=lan, now=NOW)
        assert not raise_once(session, occasion, by=lan, now=NOW + 60)
        assert raise_once(session, occasion, by=lan, now=NOW + DAY)
        accounts = {one: session.get_one(Account, one) for one in (lan, minh)}
        with pytest.raises(FieldError, match="your own account"):
            acknowledge(session, 1, "Đúng", account=accounts[lan], now=NOW)
        with pytest.raises(FieldError, match="must be filled in"):
            acknowledge(session, 1, "  ", account=accounts[minh], now=NOW)
        assert acknowledge(session, 1, "Ngày tiêm lớn, đúng sổ", account=accounts[minh], now=NOW).acknowledged_at == NOW
        assert acknowledge(session, 1, "lần hai", account=accounts[minh], now=NOW + 9).note == "Ngày tiêm lớn, đúng sổ"
        with pytest.raises(FieldError, match="no alarm"):
            acknowledge(session, 77, "x", account=accounts[minh], now=NOW)
