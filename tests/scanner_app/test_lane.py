from scanner_app.lane import PEOPLE_MOST, QUIET_SECONDS, REMEMBERED, Lane
from scanner_app.pipeline import Sighting
from tests.scanner_app.builders import a_verdict_for, an_accepted
from vaccine_pass.verdict import Reason

NOW = 1_627_632_000.0


def a_lane():
    judged = []

    def judge(text, now):
        judged.append((text, now))
        return a_verdict_for(Reason.UNKNOWN_PREFIX) if text.startswith("PAY") else an_accepted(name=text)

    lane = Lane(judge)
    return lane, judged


def seen(*texts, at=0.0, frame=0):
    return Sighting(texts, frame, at)


def test_a_new_code_is_a_person_judged_at_the_given_time():
    lane, judged = a_lane()
    person = lane.see(seen("A", at=5.0, frame=7), NOW)
    assert person is lane.showing
    assert (person.verdict.claims.name, person.frame, person.captured_at) == ("A", 7, 5.0)
    assert judged == [("A", NOW)]


def test_the_same_code_again_within_a_moment_is_not_a_new_person():
    lane, judged = a_lane()
    lane.see(seen("A"), NOW)
    lane.next_person()
    assert lane.see(seen("A", at=QUIET_SECONDS - 0.1), NOW) is None
    assert lane.repeated
    assert len(judged) == 1


def test_a_code_that_stays_in_view_stays_the_same_person():
    lane, judged = a_lane()
    lane.see(seen("A"), NOW)
    lane.next_person()
    for step in range(100):
        lane.see(seen("A", at=step * 1.0), NOW)
    assert len(judged) == 1


def test_a_code_that_was_away_long_enough_is_a_person_again():
    lane, _ = a_lane()
    lane.see(seen("A"), NOW)
    lane.next_person()
    assert lane.see(seen("A", at=QUIET_SECONDS + 0.1), NOW) is not None


def test_a_shown_verdict_is_not_replaced_by_another_code():
    lane, _ = a_lane()
    shown = lane.see(seen("A"), NOW)
    assert lane.see(seen("B", at=0.1), NOW) is None
    assert lane.showing is shown
    lane.next_person()
    assert lane.see(seen("B", at=0.2), NOW).verdict.claims.name == "B"


def test_a_family_in_one_frame_is_shown_one_after_another():
    lane, _ = a_lane()
    names = [lane.see(seen("A", "B", "A"), NOW).verdict.claims.name]
    names.append(lane.next_person().verdict.claims.name)
    assert names == ["A", "B"]
    assert lane.next_person() is None


def test_a_payment_code_beside_a_pass_is_passed_over():
    lane, _ = a_lane()
    assert lane.see(seen("PAY1", "A"), NOW).verdict.claims.name == "A"
    assert lane.next_person() is None


def test_a_payment_code_alone_is_named():
    lane, _ = a_lane()
    assert lane.see(seen("PAY1", "PAY2"), NOW).verdict.reason is Reason.UNKNOWN_PREFIX
    assert lane.next_person() is None


def test_a_poster_full_of_codes_is_bounded():
    lane, _ = a_lane()
    lane.see(seen(*map(str, range(50))), NOW)
    shown = 1
    while lane.next_person():
        shown += 1
    assert shown == PEOPLE_MOST


def test_no_text_is_remembered_and_the_memory_is_bounded():
    lane, _ = a_lane()
    for number in range(REMEMBERED * 3):
        lane.see(seen(f"SECRET{number}", at=number * 10.0), NOW)
        lane.next_person()
    assert len(lane._seen) == REMEMBERED
    assert not any(b"SECRET" in digest for digest in lane._seen)


def test_after_a_fault_anyone_may_be_scanned_again():
    lane, _ = a_lane()
    lane.see(seen("A", "B"), NOW)
    lane.start_again()
    assert lane.showing is None
    assert lane.see(seen("A"), NOW) is not None


def test_a_text_that_no_encoding_bears_is_still_judged():
    lane, judged = a_lane()
    lane.see(seen("\ud800"), NOW)
    assert judged


def test_new_trust_data_judges_a_code_again_that_was_just_seen():
    lane = Lane(lambda *_: a_verdict_for(Reason.UNKNOWN_SIGNER))
    lane.see(Sighting(("A",), 1, 1.0), NOW)
    lane.next_person()
    assert lane.see(Sighting(("A",), 2, 1.1), NOW) is None
    lane.judge_by(lambda *_: an_accepted())
    assert lane.see(Sighting(("A",), 3, 1.2), NOW).verdict == an_accepted()
