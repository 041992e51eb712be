"""The window of the chart: today inside, months at their places, far ends cut."""

from hypothesis import given
from hypothesis import strategies as st

from verifier_server.signers.life import life_line
from verifier_server.signers.window import LONGEST_AHEAD, Window, labelled, months, window_around

from .builders import ACTIVE, EVERY, NOW, a_key, on

DAY = 86_400


def test_a_moment_lies_where_its_share_of_the_time_is():
    window = Window(1000, 2000)
    assert [window.share(at) for at in (1000, 1250, 2000)] == [0, 0.25, 1]


def test_a_moment_outside_lies_at_the_edge():
    window = Window(1000, 2000)
    assert (window.share(0), window.share(9999)) == (0, 1)


def test_the_window_begins_with_the_month_of_the_first_key():
    assert window_around([life_line(ACTIVE, NOW)], NOW).start == on("2021-06-01")


def test_a_key_trusted_for_years_does_not_press_today_into_a_corner():
    endless = a_key(("2021-08-01", "active"), until="2029-01-01", trusted="2049-01-01")
    assert window_around([life_line(endless, NOW)], NOW).end == NOW + LONGEST_AHEAD


def test_a_key_of_years_ago_is_cut_at_the_left():
    old = a_key(("2011-08-01", "active"), ("2012-01-01", "retired"), until="2012-01-01", trusted="2022-01-01")
    assert window_around([life_line(old, NOW)], NOW).start == on("2020-11-01")


@given(st.integers(0, 4_000_000_000))
def test_today_is_always_inside(now):
    lines = [life_line(key, now) for key in EVERY]
    for window in (window_around(lines, now), window_around([], now)):
        assert 0 < window.share(now) < 1


def test_each_month_stands_at_its_first_midnight_in_vietnam():
    found = months(Window(on("2021-11-01"), on("2022-02-10")))
    assert [(month.year, month.number) for month in found] == [(2021, 11), (2021, 12), (2022, 1), (2022, 2)]
    assert found[2].at == on("2022-01-01")


@given(st.integers(2, 40), st.integers(2, 12))
def test_labels_of_months_have_room_and_january_is_among_them(count, most):
    found = months(Window(on("2021-03-01"), on("2021-03-01") + count * 30 * DAY))
    chosen = labelled(found, most)
    assert len(chosen) <= most + 1
    assert [month for month in found if month.number == 1] == [month for month in chosen if month.number == 1]
