from scanner_app import labels
from scanner_app.labels import SAME_CODE
from scanner_app.notices import Notices
from scanner_app.pipeline import Condition
from vaccine_pass.trust import TrustData

DAY = 86_400
NOW = 1_627_632_000.0


def test_a_passing_hint_makes_room_for_the_usual_one():
    notices = Notices(None, "en", "")
    notices.note(SAME_CODE, now=10.0, seconds=2)
    assert notices.hint(11.9) == SAME_CODE.en
    assert notices.hint(12.0) == "Hold the QR code in the frame"


def test_the_language_changes_everything_at_once():
    notices = Notices(None, "vi", "")
    before = (notices.hint(0), notices.age(0), notices.trouble(Condition.DARK, ""), notices.post)
    notices.switch_language()
    after = (notices.hint(0), notices.age(0), notices.trouble(Condition.DARK, ""), notices.post)
    assert all(a != b for a, b in zip(before, after, strict=True))
    notices.switch_language()
    assert notices.hint(0) == before[0]


def test_a_live_camera_is_no_trouble_and_a_failed_one_says_which():
    notices = Notices(None, "en", "")
    assert notices.trouble(Condition.LIVE, "") == ""
    assert "Plug it in" in notices.trouble(Condition.FAILED, "camera_missing")
    assert notices.trouble(Condition.FAILED, "something_new") == "The camera failed; trying again."


def test_the_age_is_that_of_the_signed_date():
    trust = TrustData((), signed_at=1_000.0)
    assert Notices(trust, "en", "").age(1_000.0 + 9 * DAY) == "Data 01/01/1970: 9 days"
    assert Notices(trust, "en", "").age(0.0) == "Data 01/01/1970: today"


def test_old_or_missing_data_is_a_warning():
    trust = TrustData((), signed_at=0.0)
    assert not Notices(trust, "vi", "").is_loud(7 * DAY)
    assert Notices(trust, "vi", "").is_loud(7.1 * DAY)
    assert Notices(None, "vi", "").is_loud(0)
    assert not Notices(TrustData(()), "vi", "").is_loud(0)


def test_the_name_of_the_post_stands_as_it_was_given():
    assert Notices(None, "en", "Chốt Cầu Phù Đổng").post == "Chốt Cầu Phù Đổng"


def test_a_demonstration_stands_beside_the_age_and_is_always_loud():
    notices = Notices(TrustData((), signed_at=0.0), "en", "", is_demo=True)
    assert notices.age(DAY) == "DEMO 01/01/1970: 1 day"
    assert notices.is_loud(0)


def test_damaged_new_data_is_said_in_place_of_the_hint_until_good_data_comes():
    notices = Notices(None, "vi", "", is_damaged=True)
    assert notices.hint(0) == labels.DAMAGED_DATA.vi
    notices.switch_language()
    assert notices.hint(0) == labels.DAMAGED_DATA.en
    notices.hold(None, is_demo=False, is_damaged=False)
    assert notices.hint(0) == labels.PRESENT_CODE.en


def test_new_trust_data_changes_the_age_at_once():
    notices = Notices(TrustData((), signed_at=NOW - 9 * 86_400), "en", "")
    assert notices.is_loud(NOW)
    notices.hold(TrustData((), signed_at=NOW), is_demo=False, is_damaged=False)
    assert (notices.age(NOW), notices.is_loud(NOW)) == ("Data 30/07/2021: today", False)
    notices.hold(TrustData((), signed_at=NOW), is_demo=True, is_damaged=False)
    assert notices.age(NOW).startswith("DEMO")


def test_the_date_inside_the_signed_data_stands_beside_its_age_as_the_day_in_vietnam():
    evening = NOW + 9.5 * 3600  # 17:30 in London's time is half past midnight in Vietnam
    assert Notices(TrustData((), signed_at=evening), "vi", "").age(evening) == "Dữ liệu 31/07/2021: hôm nay"
    assert Notices(TrustData((), signed_at=1e18), "en", "").age(NOW) == "Data: today"
