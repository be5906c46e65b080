"""The panels of a film on a phone: one below the other, cut where nothing is drawn, each with its part of the background."""

import re

import pytest

from nnlib.show.panels import PHONE, panels_of
from nnlib.show.scene import Scene
from nnlib.show.style import axes


def test_a_cut_lies_between_what_two_columns_draw():
    left, right = axes(6.4, 3.0, columns=2, xlabel="step", ylabel="cost")
    panels = panels_of(left.figure)
    (start, width), (cut, rest) = panels.columns
    assert (start, width + rest, panels.height) == (0.0, 640.0, 300.0) and width == cut
    renderer = left.figure.canvas.get_renderer()
    assert left.get_tightbbox(renderer).x1 < cut < right.get_tightbbox(renderer).x0, "labels stay whole"


def test_axes_one_above_the_other_are_one_column():
    beside = axes(7.0, 4.0, columns=3, boxes=((0.6, 0.5, 2.5, 3), (4, 0.5, 2.5, 1.2), (4, 2.3, 2.5, 1.2)))
    assert len(panels_of(beside[0].figure).columns) == 2


@pytest.mark.parametrize("figure", [None, axes().figure], ids=["no figure", "one panel"])
def test_one_panel_needs_no_windows(figure):
    panels = panels_of(figure)
    assert panels.html("k") == panels.style("k") == ""


def test_each_window_shows_its_part_of_frame_and_background():
    panels = panels_of(axes(6.4, 3.0, columns=2)[0].figure)
    (_, width), (cut, rest) = panels.columns
    assert (
        f'viewBox="{cut:.0f} 0 {rest:.0f} 300"' in panels.html("k") and panels.html("k").count('<use href="#k"/>') == 2
    )
    assert f"background-size:{64000 / width:.2f}% 100%;background-position:0.00% 0" in panels.style("k")
    assert f"background-size:{64000 / rest:.2f}% 100%;background-position:100.00% 0" in panels.style("k")
    assert f"max-width:{PHONE}px" in panels.style("k")


def test_the_frame_that_is_seen_is_the_one_with_the_name_of_the_film():
    scene = Scene(axes(columns=2), lambda frame, name: None, lambda name: f"{name}.", [("a",), ("b",)], "x")
    page = scene.film(start="b").children[0].value
    name = re.search(r'data-frame="([^"]+)"', page)[1]
    first, second = page.split('data-place="1"')
    assert f'<g id="{name}">' in second and "<g id=" not in first and page.count(f'<use href="#{name}"/>') == 2
