"""The bars of the roles: what scanners do when, in which place; what is said is what is drawn."""

import itertools
from xml.etree import ElementTree as ET

import pytest

from verifier_server.channel.drawing import LAYOUTS, drawn, parts, window_of
from verifier_server.channel.reading import Role
from verifier_server.channel.words import words

DAY = 86_400
NOW = 1_627_603_200
SVG = {"svg": "http://www.w3.org/2000/svg"}


def a_role(name="keys", begins=NOW, days=35, *, judged=True):
    expires = begins + days * DAY
    return Role(name, 1, 2, ("A", "B", "C"), ("A", "B"), begins if judged else None, begins, expires, judged)


def chart(app, roles, layout, now=NOW, language="vi"):
    with app.test_request_context(headers={"Cookie": f"language={language}"}):
        return ET.fromstring(str(drawn(roles, now, words(), layout)).replace("<svg ", f'<svg xmlns="{SVG["svg"]}" ', 1))


def test_a_judged_role_is_fresh_for_a_week_then_old_then_too_old():
    found = [(part.kind, (part.end - part.start) // DAY) for part in parts(a_role())]
    assert found == [("fresh", 7), ("old", 14), ("stale", 14)]


def test_a_role_that_ends_early_has_no_later_part():
    found = [(part.kind, (part.end - part.start) // DAY) for part in parts(a_role("revocation", days=8))]
    assert found == [("fresh", 7), ("old", 1)]
    assert a_role("revocation", days=8).stale_at == NOW + 8 * DAY


def test_a_role_whose_age_nobody_judges_is_good_until_it_expires():
    root = a_role("root", judged=False)
    assert [part.kind for part in parts(root)] == ["fresh"]
    assert (root.stale_at, root.warns_at) == (root.expires, root.expires - 14 * DAY)


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda it: it.name)
def test_today_lies_where_it_is_in_the_window(app, layout):
    role = a_role(begins=NOW - 10 * DAY)
    line = chart(app, [role], layout).find(".//svg:line[@class='today']", SVG)
    share = window_of([role], NOW).share(NOW)
    assert float(line.get("x1").rstrip("%")) == pytest.approx(layout.x(share), abs=0.001)


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda it: it.name)
def test_bars_follow_each_other_without_gap_and_end_at_the_edge(app, layout):
    bars = chart(app, [a_role()], layout).findall(".//svg:rect", SVG)
    places = [(float(bar.get("x").rstrip("%")), float(bar.get("width").rstrip("%"))) for bar in bars]
    assert [bar.get("class") for bar in bars] == ["fresh", "old", "stale"]
    for (left, width), (following, _) in itertools.pairwise(places):
        assert left + width == pytest.approx(following, abs=0.002)
    assert places[-1][0] + places[-1][1] <= 100


def test_a_channel_forgotten_for_years_leaves_room_for_today(app):
    old = a_role(begins=NOW - 2000 * DAY)
    window = window_of([old], NOW)
    assert window.holds(NOW)
    assert window.end - window.start < 70 * DAY
    svg = chart(app, [old], LAYOUTS[0], language="en")
    assert svg.findall(".//svg:rect", SVG) == []
    assert "EXPIRED" in "".join(svg.itertext())


def test_nothing_is_styled_inline(app):
    for element in chart(app, [a_role()], LAYOUTS[0]).iter():
        assert "style" not in element.attrib
        assert not any(name.startswith("on") for name in element.attrib)
