"""Tests of the drawing modules: style, picture, overlay, network drawing and film; each check must reject something."""

import base64
import dataclasses
import re
import threading
import xml.etree.ElementTree as ElementTree

import ipywidgets as widgets
import numpy as np
import pytest
from films import film, places, reels

from nnlib.edge import UNTOUCHED, edge_map
from nnlib.publish.contract import pictures_without_alt
from nnlib.show import (
    INKS,
    Overlay,
    axes,
    edge_zoom,
    laboratory,
    picture,
    svg,
    svg_picture,
    trial_picture,
)
from nnlib.show.handlers import CLICK, INPUT
from nnlib.show.network import network_svg
from nnlib.show.picture import inside, label_svg
from nnlib.show.scene import Scene
from nnlib.show.style import ink

SVG = '<svg viewBox="0 0 10 10" style="width:100%"><circle r="2"/></svg>'


def parsed(svg):
    """The SVG as a tree; raises where it is not well formed, as a browser would for an image."""
    return ElementTree.fromstring(svg)


def address_of(html):
    kind, data = re.search(r'src="data:([a-z/+]+);base64,([^"]+)"', html).groups()
    return kind, base64.b64decode(data)


# ------------------------------------------------------------------ style


def test_axes_keep_their_place():
    """Fixed margins: long labels and titles do not move the picture under a slider."""
    first, second = axes(columns=2), axes(columns=2, titles=("a title", "another"), xlabel="epoch", ylim=(0, 1e9))
    assert [ax.get_position().bounds for ax in first] == [ax.get_position().bounds for ax in second]
    assert second[0].get_xlabel() == "epoch" and second[1].get_title(loc="left") == "another"
    assert axes(6.4, 3.2).figure.get_size_inches().tolist() == [6.4, 3.2]


def test_axes_do_not_overlap_and_stay_inside():
    boxes = [ax.get_position() for ax in axes(9, 3, columns=3)]
    assert all(left.x1 < right.x0 for left, right in zip(boxes, boxes[1:]))
    assert boxes[0].x0 > 0 and boxes[-1].x1 < 1


def test_each_concept_of_a_chart_differs_by_more_than_colour():
    """cost, forward and learned are one idea (blue, solid) and paper is no ink; all others differ in dash or marker too."""
    looks = {name: (row.dash, row.marker) for name, row in INKS.items() if name not in ("cost", "learned", "paper")}
    assert [(a, b) for a in looks for b in looks if a < b and looks[a] == looks[b]] == []
    assert set(ink("backward", marker=True)) == {"color", "linestyle", "marker"}


# ------------------------------------------------------------------ picture


def test_a_picture_has_alt_text():
    ax = axes()
    ax.plot([0, 1], [1, 0])
    shown = picture(ax, 'The cost falls from 1 to 0, "all the way" & no further.')
    html = shown._repr_html_()
    assert pictures_without_alt(html) == [] and html.count("&quot;all the way&quot; &amp; no further") == 2
    assert repr(shown) == shown.alt
    kind, data = address_of(html)
    assert kind == "image/png" and data.startswith(b"\x89PNG")


def test_a_drawing_is_an_image_of_its_own():
    """Inline SVG is stripped from notebooks that are not trusted yet; an image is not. It must be well-formed XML."""
    html = svg_picture(SVG, "One circle.")._repr_html_()
    kind, data = address_of(html)
    assert kind == "image/svg+xml" and pictures_without_alt(html) == []
    assert parsed(data.decode()).tag == "{http://www.w3.org/2000/svg}svg"


@pytest.mark.parametrize("alt", ["", "  "])
def test_a_picture_without_alt_text_is_rejected(alt):
    with pytest.raises(ValueError, match="alt: expected a sentence"):
        picture(axes(), alt)
    with pytest.raises(ValueError, match="alt: expected a sentence"):
        svg_picture(SVG, alt)


def test_what_is_no_svg_is_rejected():
    for refused in (lambda: svg_picture("<p>no</p>", "A picture."), lambda: label_svg("<p>no</p>", "A picture.")):
        with pytest.raises(ValueError, match="svg: expected text that starts with '<svg '"):
            refused()


def test_a_drawing_inside_a_larger_one_takes_its_box():
    outer = parsed(f'<svg viewBox="0 0 9 9">{inside(SVG, 1, 2, 30, 40)}</svg>')
    assert outer[0].attrib == {"x": "1", "y": "2", "width": "30", "height": "40", "viewBox": "0 0 10 10"}


# ------------------------------------------------------------------ overlay


def test_overlay_lies_exactly_over_the_picture():
    """A point of the overlay stands where matplotlib draws it, to a tenth of a pixel, on linear and on log axes."""
    for scale in ("linear", "log"):
        ax = axes(xlim=(1, 100), ylim=(2, 50), xscale=scale)
        box, dot = parsed(Overlay(ax).dots(ax, [10.0], [20.0], "cost").svg())[0], None
        dot = box.find("g/circle")
        pixel = ax.transData.transform((10.0, 20.0))
        assert float(box.get("x")) + float(dot.get("cx")) == pytest.approx(pixel[0], abs=0.11)
        height = ax.figure.get_figheight() * 100
        assert float(box.get("y")) + float(dot.get("cy")) == pytest.approx(height - pixel[1], abs=0.11)


def test_overlay_draws_each_kind_well_formed():
    ax, other = axes(columns=2, xlim=(0, 1), ylim=(0, 1))
    frame = Overlay(ax).line(ax, [0, 1], [0, 1], "prediction").dots(other, [0.5], [0.5], "target")
    frame.bar(ax, 0.2, 0.4, 0.5, 0, "limit").text(other, 0.1, 0.9, "a < b & c", "backward")
    frame.image(ax, np.eye(3))
    tree = parsed(frame.svg())
    kinds = [part[0].tag for part in tree]
    assert kinds == ["polyline", "g", "rect", "text", "image"] and tree[3][0].text == "a < b & c"
    assert tree[0][0].get("stroke-dasharray") == "2 3"
    assert float(tree[2][0].get("height")) > 0, "a bar drawn downwards has a height all the same"


def test_markers_tell_concepts_apart():
    ax = axes(xlim=(0, 1), ylim=(0, 1))
    marks = {
        name: parsed(Overlay(ax).dots(ax, [0.5], [0.5], name).svg())[0][0][0] for name in ("cost", "target", "limit")
    }
    assert marks["cost"].tag == "circle" and marks["target"].tag == marks["limit"].tag == "polygon"
    assert marks["target"].get("points") != marks["limit"].get("points")
    shapes = {row.marker: Overlay(ax).dots(ax, [0.5], [0.5], name).svg() for name, row in INKS.items()}
    assert {marker for marker, svg in shapes.items() if "<circle" in svg} == {"o", "."}


def test_points_that_are_not_finite_are_left_out():
    ax = axes(xlim=(0, 1), ylim=(0, 1))
    line = parsed(Overlay(ax).line(ax, [0, 0.5, 1], [0, np.nan, 1], "cost").svg())[0][0]
    assert len(line.get("points").split()) == 2
    assert "nan" not in Overlay(ax).line(ax, [0, 1], [np.nan, np.inf], "cost").svg()


def test_a_bar_or_a_word_nowhere_is_rejected():
    ax = axes()
    with pytest.raises(ValueError, match="expected finite numbers"):
        Overlay(ax).bar(ax, 0, 1, 0, np.nan, "cost")
    with pytest.raises(ValueError, match="expected finite numbers"):
        Overlay(ax).text(ax, np.inf, 0, "lost")


# ------------------------------------------------------------------ elements of a drawing


def test_an_element_has_the_attributes_that_it_was_given():
    drawn = parsed(svg.element("line", x1=1.23456, x2=-2, stroke_width=3.0, stroke_dasharray=None))
    assert drawn.attrib == {"x1": "1.23", "x2": "-2", "stroke-width": "3"}
    assert parsed(svg.element("g", svg.rect(0, 0, 1, 1), svg.words(0, 0, "a < b"))).find("text").text == "a < b"
    assert svg.words(0, 0, "") == ""


def test_a_sheet_lies_on_paper_or_over_another_drawing():
    box = parsed(svg.sheet(30, 20, svg.rect(0, 0, 9, 9), left=-5))
    assert box.get("viewBox") == "-5 0 30 20" and "background" in box.get("style") and len(box) == 1
    assert "background" not in parsed(svg.sheet(30, 20, paper=False)).get("style")


# ------------------------------------------------------------------ the network


def test_network_has_every_part():
    svg = network_svg(
        [2, 3, 1],
        node_text={(0, 0): "x<1"},
        node_note={(1, 2): "one\ntwo"},
        edge_text={(1, 0, 0): "w"},
        layer_names=("in", "hidden", "out"),
    )
    tree = parsed(svg)
    assert len(tree.findall("circle")) == 6 and len(tree.findall("line")) == 2 * 3 + 3 * 1
    assert {t.text for t in tree.findall("text")} == {"x<1", "one", "two", "w", "in", "hidden", "out"}


def test_arrows_point_the_way_they_should():
    """Each arrow head has its tip at the end it points to; a picture with the directions exchanged would fail."""
    for way in ("forward", "backward"):
        tree = parsed(network_svg([1, 1], **{way: {(0, 0, 0)}}))
        tip, *base = [tuple(map(float, p.split(","))) for p in tree.find("polygon").get("points").split()]
        left, right = (float(c.get("cx")) for c in tree.findall("circle"))
        assert abs(tip[0] - (right if way == "forward" else left)) < 30
        assert (tip[0] > base[0][0]) == (way == "forward")
    assert "stroke-dasharray" in network_svg([1, 1], backward={(0, 0, 0)})
    assert "url(#" not in network_svg([2, 2], forward={(0, 0, 1)}), "an id shared with a hidden frame is not drawn"


def test_signs_of_weights_differ():
    tree = parsed(network_svg([1, 2], weights=[np.array([[2.0, -2.0]])]))
    assert len({line.get("stroke") for line in tree.findall("line")}) == 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"node_text": {(2, 0): "x"}},
        {"strong_nodes": {(0, 2)}},
        {"forward": {(0, 0, 1)}},
        {"edge_text": {(1, 0, 0): ""}},
    ],
)
def test_parts_that_are_not_there_are_rejected(wrong):
    with pytest.raises(ValueError, match=r"expected \((layer, neuron|l, x, y)\) of a \[2, 1\] network"):
        network_svg([2, 1], **wrong)


# ------------------------------------------------------------------ film

FRAMES = [f'<svg viewBox="0 0 9 9"><circle r="{k}"/></svg>' for k in range(5)]
WORDS = [f"The radius is {k}." for k in range(5)]


def parts(shown, kind):
    """All widgets of one kind inside a film, in order."""
    found = []

    def walk(widget):
        found.extend([widget] if isinstance(widget, kind) else [])
        for child in getattr(widget, "children", ()):
            walk(child)

    walk(shown)
    return found


def page_of(shown):
    """The elements of a film by name: its page is well-formed but for the bare word `hidden`."""
    page = re.sub(r" hidden>", ' hidden="">', shown.children[0].value)
    page = re.sub(r"(<input [^>]*)>", r"\1/>", page)
    return ElementTree.fromstring(f"<all>{page}</all>")


def test_film_has_a_frame_and_a_sentence_for_each_value():
    shown = film("abcde", FRAMES, WORDS, label="letter", start="c")
    assert len(places(shown)) == 5
    for k, cell in enumerate(places(shown)):
        assert f'r="{k}"' in cell and cell.count(WORDS[k]) == 2, "the sentence is label and text"
        assert pictures_without_alt(cell) == []
    page = page_of(shown)
    seen = [cell.get("data-value") for cell in page.iterfind(".//*[@data-value]") if cell.get("hidden") is None]
    assert seen == ["c"] and [cell.get("data-value") for cell in page.iterfind(".//*[@data-value]")] == list("abcde")


def test_the_slider_of_a_film_is_named_and_says_its_value():
    page = page_of(film("abcde", FRAMES, WORDS, label="<letter>", start="c"))
    (slider,) = page.iterfind(".//input")
    (label,) = page.iterfind(".//label[input]")
    assert label.text == "<letter>"
    assert [slider.get(name) for name in ("type", "min", "max", "step", "value")] == ["range", "0", "4", "1", "2"]
    assert slider.get("data-lm-suppress-shortcuts") == "true", "else the notebook takes the arrow keys"
    assert slider.get("aria-valuetext") == page.find(".//*[@class='nnlib-film-reading']").text == "c"


def test_a_film_needs_neither_kernel_nor_other_widgets():
    """One page, whose element carries its own two handlers: what they do is tried in browsers."""
    shown = film("abcde", FRAMES, WORDS, label="letter", presets={"end": "e"}, interval=250)
    (only,) = shown.children
    assert type(only) is widgets.HTML and "<script" not in only.value
    (whole,) = page_of(shown).iterfind(".//*[@class='nnlib-film']")
    assert whole.get("oninput").split() == INPUT.split() and whole.get("onclick").split() == CLICK.split()
    buttons = {button.text: button.attrib for button in whole.iterfind(".//button")}
    assert list(buttons) == ["\u25b6 play", "end"] and buttons["\u25b6 play"]["data-play"] == "250"
    assert (buttons["end"]["data-set"], buttons["end"]["data-to"], buttons["end"]["aria-pressed"]) == (
        "place",
        "4",
        "false",
    )
    assert not list(page_of(film("abcde", FRAMES, WORDS, label="letter")).iterfind(".//button"))


def test_the_preset_that_a_film_begins_with_is_pressed():
    page = page_of(film("abcde", FRAMES, WORDS, label="letter", presets={"one": "b", "end": "e"}, start="e"))
    pressed = {
        button.text: (button.get("aria-pressed"), "mod-active" in button.get("class"))
        for button in page.iterfind(".//button")
    }
    assert pressed == {"one": ("false", False), "end": ("true", True)}


def over(ax, words=WORDS):
    """A scene of a dot that moves over the picture of `ax`."""
    return Scene(
        ax, lambda frame, k: frame.dots(ax, [k / 5], [0.5], "cost"), words.__getitem__, [(k,) for k in range(5)], "k"
    )


def test_film_over_a_picture_stores_it_once():
    shown = over(axes()).film()
    values = [w.value for w in parts(shown, widgets.HTML)]
    assert sum(value.count("data:image/png") for value in values) == 1
    kind, data = address_of(shown.poster)
    assert kind == "image/svg+xml" and b"data:image/png" in data and parsed(data.decode()) is not None


def test_poster_and_text_say_the_first_frame():
    shown = film("abcde", FRAMES, WORDS, label="letter", start="d")
    bundle = shown._repr_mimebundle_()
    assert bundle["text/plain"] == "Slider 'letter' with 5 places, a to e; at d: The radius is 3."
    assert pictures_without_alt(bundle["text/html"]) == [] and 'class="nnlib-poster"' in bundle["text/html"]
    assert "<style>" not in bundle["text/html"], "pages that strip style sheets must show it too"
    assert "application/vnd.jupyter.widget-view+json" in bundle


def test_every_sentence_of_a_film_has_the_height_of_the_longest():
    """The longest stands unseen behind each, from the style sheet: once, in all reels, and unable to end that sheet."""
    longest = 'A "radius" </style> \\ of 3, and more words than any.'
    words = {"up": WORDS, "down": [*WORDS[:4], longest]}
    shown = film("abcde", {"up": FRAMES, "down": FRAMES}, words, label="k")
    style, end, _ = shown.children[0].value.partition("</style>")
    assert end and style.startswith("<style>")
    content = re.search(r'content:"([^"]*)"', style)[1]
    assert re.sub(r"\\([0-9a-f]+) ", lambda found: chr(int(found[1], 16)), content) == f"{longest} and more"
    said = re.search(r"\.(nnlib-frame-\w+-said)::before{content", style)[1]
    assert all(f'<p role="status" class="{said}"><span>' in cell for reel in reels(shown) for cell in reel)


def test_film_of_several_reels():
    shown = film(
        "abcde", {"up": FRAMES, "down": FRAMES[::-1]}, {"up": WORDS, "down": WORDS[::-1]}, label="k", choice="way"
    )
    up, down = reels(shown)
    assert 'r="0"' in up[0] and 'r="4"' in down[0], "the second reel begins with its own first frame"
    page = page_of(shown)
    (group,) = page.iterfind(".//*[@role='group']")
    assert group.get("aria-label") == "way"
    buttons = [(b.text, b.get("data-set"), b.get("data-to"), b.get("aria-pressed")) for b in group.iterfind("button")]
    assert buttons == [("up", "reel", "0", "true"), ("down", "reel", "1", "false")]
    seen = [cell.attrib for cell in page.iterfind(".//*[@data-value]") if cell.get("hidden") is None]
    assert [(cell["data-reel"], cell["data-place"]) for cell in seen] == [("0", "0")]


def test_films_keep_their_styles_apart_even_those_of_two_lessons_in_one_window():
    """The class is made of the content: a count would begin again in the kernel of another lesson."""

    def classes(shown):
        return set(re.findall(r"nnlib-frame-\w+", shown.children[0].value))

    first = axes()
    first.plot([0, 1])
    films = [film("abcde", frames, words) for frames in (FRAMES, FRAMES[::-1]) for words in (WORDS, WORDS[::-1])]
    found = [classes(shown) for shown in (*films, over(axes()).film(), over(first).film())]
    assert [len(names) for names in found] == [1] * 6 and len(set.union(*found)) == 6
    assert classes(film("abcde", FRAMES, WORDS)) == found[0], "the same film has the same name wherever it is made"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"frames": {"up": FRAMES, "down": FRAMES[:4]}, "words": {"up": WORDS, "down": WORDS[:4]}},
            "expected 5 in each reel",
        ),
        ({"presets": {"one": "b", "two": "b"}}, "presets: expected a value of its own"),
        ({"frames": ["<p>no</p>"] * 5}, "expected text that starts with '<svg '"),
    ],
)
def test_film_rejects(change, message):
    with pytest.raises(ValueError, match=message):
        film(**{"values": "abcde", "frames": FRAMES, "words": WORDS, **change})


# ------------------------------------------------------------------ scenes


def scene(values, **more):
    return Scene(None, lambda value: SVG, lambda value: f"At {value}.", [(value,) for value in values], "k", **more)


def test_a_scene_is_asked_for_by_value():
    shown = scene([0.001, 0.0316227766, 1.0]).film({"small": 0.001, "middle": 0.0316}, start=1)
    assert shown.text.endswith("at 1.0: At 1.0.")
    assert [button.get("data-to") for button in page_of(shown).iterfind(".//button")] == ["0", "1"]
    assert scene("abc").still("b").alt == "At b." and scene([(0, 0), (0, 1)]).still((0, 1)).alt == "At (0, 1)."
    assert scene("abc", lead="A letter. ").still("a").alt == "A letter. At a."


@pytest.mark.parametrize(
    "values, wanted", [([0.001, 1.0], 0.5), ("abc", "d"), ("abc", 1), ([0, 1], -0.01), ([1e-12, 1e-9], 1e-14)]
)
def test_a_value_that_the_slider_does_not_have_is_refused(values, wanted):
    with pytest.raises(ValueError, match="value: expected one from .* on the slider"):
        scene(values).film(start=wanted)


def test_the_presets_of_a_scene_are_those_of_its_film_unless_it_is_given_others():
    named = scene("abc", presets={"last": "c"}, start="b")
    assert named.film().text.endswith("at b: At b.")
    assert [button.text for button in page_of(named.film()).iterfind(".//button")] == ["last"]
    assert [button.text for button in page_of(named.film({"first": "a"})).iterfind(".//button")] == ["first"]


def test_a_line_that_shoots_out_of_its_axes_is_cut_there():
    """Planted: a diverging path. A browser would dash a hundred thousand pixels of it, for seconds."""
    ax = axes()
    ax.set(xlim=(0, 1), ylim=(0, 1))
    t = np.linspace(0, 1, 62)
    svg = Overlay(ax).line(ax, t, 0.5 + 1e6 * (t - 0.5) * (-1) ** np.arange(62), "diverged").svg()
    numbers = [float(n) for points in re.findall(r'points="([^"]*)"', svg) for n in re.split("[ ,]", points) if n]
    assert numbers and max(map(abs, numbers)) < 1000
    inside = Overlay(ax).line(ax, t, t**2, "cost").svg()
    assert inside.count("<polyline") == 1 and len(re.search(r'points="([^"]*)"', inside)[1].split()) == len(t)


# ------------------------------------------------------------------ widgets that compute


def test_a_fault_in_the_thread_of_the_zoom_is_reported_in_it():
    """Planted: a computation that fails in its thread. The bar must not stay at work, nor the picture change."""
    widget = edge_zoom.edge_zoom()
    style, row, bar, status = widget.children
    before = style.value

    def compute(*_, **__):
        raise MemoryError("no room <here>")

    widget.scope.compute = compute
    row.children[0].children[5].click()
    assert widget.scope.finished() and bar.description == "failed" and style.value == before
    assert "MemoryError: no room &lt;here&gt;" in status.value


def test_what_a_stop_leaves_undone_is_seen_as_the_coarse_view_saw_it():
    window = edge_zoom.GALLERY[0]
    coarse, fine = (edge_map(window, pixels, steps=5, processes=1, progress=None) for pixels in (48, 96))
    half = dataclasses.replace(fine, fate=fine.fate.copy(), speed=fine.speed.copy(), interrupted=True)
    half.fate[40:], half.speed[40:] = UNTOUCHED, np.nan
    shown = []
    scope = edge_zoom.Microscope(
        lambda result, complete: shown.append(result),
        lambda *_: None,
        pytest.fail,
        lambda _, size, **__: coarse if size == 48 else half,
    )
    scope.go(window, 96)
    assert scope.finished() and shown[0] is coarse and shown[1].interrupted
    assert ["coarse view" in edge_zoom.sentence(result) for result in (fine, *shown)] == [False, False, True]
    for key in ("fate", "speed"):
        seen = getattr(shown[1], key)
        assert (seen[:40] == getattr(fine, key)[:40]).all()
        assert (seen[40:] == np.kron(getattr(coarse, key), np.ones((2, 2)))[40:]).all()


def test_a_click_means_a_part_of_the_picture_that_is_seen():
    """Stopped before anything is drawn, the zoom still shows the overview, says so, and a click counts from there."""
    widget = edge_zoom.edge_zoom()
    _, row, bar, status = widget.children
    screen, panel = row.children
    words, reached, waiting = status.value, threading.Event(), threading.Event()
    compute = widget.scope.compute

    def slow(window, pixels, *, processes, progress):
        reached.set()
        waiting.wait(20)
        return compute(window, 8, processes=processes, progress=progress)

    widget.scope.compute = slow
    screen.children[0].click()
    assert reached.wait(20) and status.value != words
    next(child for child in panel.children if child.description == "stop").click()
    waiting.set()
    assert widget.scope.finished() and status.value == words and bar.description == "stopped"
    screen.children[15].click()
    assert widget.scope.finished() and widget.scope.window == edge_zoom.part(edge_zoom.GALLERY[0], 3, 3)


def test_the_laboratory_never_shows_an_old_picture_under_new_controls(monkeypatch):
    """A picture names its own background, the one before stays until it is replaced, and a fault is reported in its place."""
    box = laboratory.laboratory()
    problem, slider, style, screen = box.children[1], box.children[3], box.children[-2], box.children[-1]
    seen = [re.search(rf'class="({trial_picture.BENCH}-\d[^"]+)"', screen.value)[1]]
    for name in ("bowl", "XOR", "u v"):
        problem.value = name
        seen.append(re.search(rf'class="({trial_picture.BENCH}-\d[^"]+)"', screen.value)[1])
        for needed in seen[-2:]:
            assert f"svg.{needed}{{background" in style.value
        assert laboratory.WAITING not in screen._dom_classes
    monkeypatch.setattr(laboratory, "experiment", lambda *_, **__: 1 / 0)
    slider.index += 1
    assert "<svg" not in screen.value and "could not be tried: ZeroDivisionError" in screen.value
