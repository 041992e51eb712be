"""The chart of the ages, and the shapes beside the words."""

import re
from xml.etree import ElementTree as ET

from verifier_server.scanners.ages import Standing
from verifier_server.scanners.drawing import HEIGHT, LEAST, drawn, shape, share_bar

WORDS = {
    Standing.FRESH: ("Fresh", "1"),
    Standing.WARN: ("<Old>", "2"),
    Standing.STALE: ("Too old", "3"),
    Standing.SILENT: ("x", "4"),
}


def chart(**counts):
    bins = [0] * 22
    for day, count in counts.items():
        bins[int(day[1:])] = count
    return drawn(bins, WORDS, title="A & B", told="all of it", today="today")


def bars(svg):
    return re.findall(r'<rect class="(\w+)" x="([\d.]+)%" y="\d+" width="([\d.]+)%" height="(\d+)">', svg)


def test_a_bar_stands_for_each_day_that_has_scanners_in_the_colour_of_its_part():
    found = bars(chart(d0=200, d8=3, d21=1))
    assert [one[0] for one in found] == ["fresh", "warn", "stale"]
    assert [int(one[3]) for one in found] == [HEIGHT, LEAST, LEAST]


def test_all_bars_lie_inside_the_chart():
    for _, left, width, _ in bars(chart(**{f"d{day}": 1 for day in range(22)})):
        assert 0 <= float(left) < float(left) + float(width) <= 100


def test_the_chart_is_one_svg_element_that_needs_no_style_and_no_script():
    svg = chart(d0=1)
    ET.fromstring(svg)
    assert "style=" not in svg
    assert "<script" not in svg


def test_the_chart_is_told_to_who_cannot_see_it_and_every_word_is_escaped():
    svg = chart(d0=1)
    assert '<title id="ages-title">A &amp; B</title>' in svg
    assert "all of it</desc>" in svg
    assert "&lt;Old&gt;" in svg


def test_without_scanners_there_is_a_chart_without_bars():
    assert bars(chart()) == []


def test_every_standing_has_a_shape_of_its_own():
    shapes = {shape(standing) for standing in Standing}
    assert len(shapes) == len(Standing)
    for one in shapes:
        assert ET.fromstring(one).get("aria-hidden") == "true"


def test_a_share_is_as_long_as_it_says():
    assert 'width="94%"' in share_bar(94)
