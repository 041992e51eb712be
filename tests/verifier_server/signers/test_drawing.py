"""The chart as SVG: places follow from days, everything is said, nothing is styled inline."""

from xml.etree import ElementTree as ET

import pytest

from verifier_server.signers.drawing import drawn, place, shortened
from verifier_server.signers.layout import DESK, PHONE
from verifier_server.signers.life import Phase, Stretch, life_line
from verifier_server.signers.window import Window, window_around

from .builders import EVERY, NOW, REVOKED, SPARE, a_key, on, said

SVG = {"svg": "http://www.w3.org/2000/svg"}


@pytest.fixture(params=[DESK, PHONE], ids=["desk", "phone"])
def layout(request):
    """Each of the two layouts."""
    return request.param


def chart(app, layout, keys=EVERY, window=None, language="vi"):
    lines = [life_line(key, NOW, next_to_sign=key.published_at is not None) for key in keys]
    svg = drawn(lines, window or window_around(lines, NOW), NOW, said(app, language), layout)
    return ET.fromstring(str(svg).replace("<svg ", f'<svg xmlns="{SVG["svg"]}" ', 1))


def percent(element, name):
    return float(element.get(name).rstrip("%"))


def of_class(root, name, tag="*"):
    return [one for one in root.iterfind(f".//svg:{tag}", SVG) if name in one.get("class", "").split()]


def test_a_stretch_begins_and_ends_where_its_days_lie():
    window = Window(0, 1000)
    assert place(Stretch(Phase.ACTIVE, 250, 750), window, PHONE) == (25, 50)
    left, width = place(Stretch(Phase.ACTIVE, 250, 750), window, DESK)
    assert left == DESK.left + 0.25 * (100 - DESK.left)
    assert width == pytest.approx(0.5 * (100 - DESK.left))


def test_a_key_with_no_end_in_the_window_reaches_its_edge():
    assert place(Stretch(Phase.RETIRED, 500, 10**12), Window(0, 1000), PHONE) == (50, 50)


@pytest.mark.parametrize(("start", "end"), [(-9, 0), (1000, 2000)])
def test_what_is_outside_the_window_is_not_drawn(start, end):
    assert place(Stretch(Phase.ACTIVE, start, end), Window(0, 1000), PHONE) is None


def test_each_stretch_is_one_bar_in_the_colour_of_its_phase(app, layout):
    root = chart(app, layout)
    for phase in Phase:
        stretches = [
            one for key in EVERY for one in life_line(key, NOW, next_to_sign=key.published_at is not None).during(phase)
        ]
        assert len(of_class(root, phase.value, "rect")) == len(stretches) > 0


def test_bars_of_one_key_touch_and_bars_of_two_keys_show_their_overlap(app, layout):
    one = a_key(("2021-06-01", "pending"), ("2021-07-01", "active"), name="VN-a", until="2021-09-01")
    two = a_key(("2021-07-20", "active"), name="VN-b", until="2021-10-01")
    root = chart(app, layout, (one, two))
    first, second = of_class(root, "active", "rect")
    waiting = of_class(root, "pending", "rect")[0]
    assert percent(waiting, "x") + percent(waiting, "width") == pytest.approx(percent(first, "x"), abs=0.01)
    assert percent(first, "x") < percent(second, "x") < percent(first, "x") + percent(first, "width")
    assert first.get("y") != second.get("y")


def test_today_is_marked_and_labelled_with_its_date(app, layout):
    root = chart(app, layout)
    line, label = of_class(root, "today", "line")[0], of_class(root, "today", "text")[0]
    assert layout.left < percent(line, "x1") == percent(line, "x2") < 100
    assert label.text == "hôm nay 20/08/2021"


def test_a_revoked_key_has_a_red_end_with_its_day(app, layout):
    root = chart(app, layout)
    (mark,), (day,) = of_class(root, "end", "line"), of_class(root, "end-day", "text")
    bar = next(one for one in of_class(root, "active", "rect") if int(one.get("y")) == int(mark.get("y1")) + 5)
    assert percent(mark, "x1") == pytest.approx(percent(bar, "x") + percent(bar, "width"), abs=0.01)
    assert day.text == "thu hồi 14/07/2021"


def test_the_day_of_a_late_revocation_stands_below_its_mark_and_inside(app, layout):
    root = chart(app, layout, (REVOKED,), Window(on("2021-01-01"), on("2021-07-20")))
    day, mark = of_class(root, "end-day", "text")[0], of_class(root, "end", "line")[0]
    assert day.get("text-anchor") == "end"
    assert int(day.get("y")) > int(mark.get("y2"))


def test_months_are_named_and_january_is_its_year(app, layout):
    labels = [one.text for one in of_class(chart(app, layout), "month", "text")]
    assert "2022" in labels
    assert {"Th7", "Th9"} & set(labels)
    english = [one.text for one in of_class(chart(app, layout, language="en"), "month", "text")]
    assert {"Jul", "Sep"} & set(english)


def test_domestic_and_travel_keys_stand_in_groups(app, layout):
    assert [one.text for one in of_class(chart(app, layout), "group")] == ["Trong nước", "Quốc tế"]


def test_the_chart_has_a_title_and_says_every_life(app, layout):
    root = chart(app, layout)
    title, told = root.find("svg:title", SVG), root.find("svg:desc", SVG)
    assert root.get("role") == "img"
    assert root.get("aria-labelledby").split() == [title.get("id"), told.get("id")]
    assert title.text
    for key in EVERY:
        assert f"{key.name}: " in told.text
    assert "ký 10/06/2021 – 14/07/2021, thu hồi 14/07/2021." in told.text


def test_nothing_is_styled_inline_and_nothing_runs(app, layout):
    root = chart(app, layout)
    assert {one.tag.partition("}")[2] for one in root.iter()} == {
        *("svg", "title", "desc", "text", "line", "rect"),
        *("defs", "pattern"),  # the hatching of a spare
    }
    assert not [one for one in root.iter() if {"style", "onclick", "href"} & set(one.keys())]
    # Only the hatching is named where it is used: a style sheet cannot name a part of a page in every browser.
    assert {one.get("fill") for one in root.iter()} == {None, f"url(#spare-{layout.name})"}


def test_a_name_that_is_too_long_is_cut_in_the_chart_only():
    assert shortened("VN-2021-07", 10) == "VN-2021-07"
    assert shortened("VN-2021-07-domestic", 10) == "VN-2021-0…"


def test_what_a_name_holds_is_never_markup(app, layout):
    hostile = a_key(("2021-08-01", "active"), name="<b>&")
    root = chart(app, layout, (hostile,))
    assert of_class(root, "name")[0].text == "<b>&"


def test_a_spare_is_hatched_with_lines_of_its_own_chart_and_named_so(app, layout):
    root = chart(app, layout, (SPARE,))
    drawn_as = root.find(".//svg:pattern", SVG).get("id")
    assert {one.get("fill") for one in of_class(root, "spare", "rect")} == {f"url(#{drawn_as})"}
    assert drawn_as == f"spare-{layout.name}"
    assert [one.text for one in of_class(root, "status")] == ["dự phòng"]
