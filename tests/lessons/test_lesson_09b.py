"""Lesson 9b: the stored pictures of the edge, and the microscope."""

import threading

import numpy as np
import pytest
from conftest import ROOT

from nnlib import edge
from nnlib.edge import DIVERGED, GALLERY, LEARNED, STUCK, Window
from nnlib.show import edge_zoom, gallery

IMAGES = ROOT / "nnlib" / "data"


def test_the_frames_are_where_the_next_windows_are():
    seen = gallery.windows_picture()
    for window in GALLERY[1:]:
        assert f"({10**window.hidden:.3g} and {10**window.output:.3g})" in repr(seen)
    with pytest.raises(FileNotFoundError):
        gallery.read("nowhere.png")


@pytest.mark.parametrize("name", gallery.FILES)
def test_stored_pictures_are_the_maps_they_say(name):
    path = IMAGES / name
    fates = gallery.read(path)
    assert fates.shape == (gallery.PIXELS, gallery.PIXELS) and path.stat().st_size < 700_000
    assert {LEARNED, DIVERGED} <= set(np.unique(fates).tolist())
    assert edge.agreement(fates, gallery.FILES[name], every=90) > 0.9
    turned = edge.agreement(fates[::-1, ::-1], gallery.FILES[name], every=90)
    assert turned < 0.8, "a picture upside down must not pass"


def small(window=GALLERY[0], pixels=24, **options):
    return edge.edge_map(window, pixels, steps=40, processes=1, progress=None)


def test_a_picture_keeps_every_fate(tmp_path):
    result = small()
    gallery.store(result, tmp_path / "x.png")
    assert (gallery.read(tmp_path / "x.png") == result.fate).all()
    assert {LEARNED, STUCK, DIVERGED} >= set(np.unique(result.fate).tolist())
    with pytest.raises(ValueError, match="expected a finished map"):
        gallery.store(edge.EdgeMap(GALLERY[0], result.fate, result.speed, 40, True, ()), tmp_path / "y.png")


def test_a_picture_of_other_colours_is_refused(tmp_path):
    gallery.Image.new("RGB", (8, 8), (0, 200, 10)).save(tmp_path / "green.png")
    with pytest.raises(ValueError, match="got another colour"):
        gallery.read(tmp_path / "green.png")


def test_sixteen_parts_tile_their_window():
    whole = Window(0.5, -0.5, 2.0)
    parts = [edge_zoom.part(whole, row, column) for row in range(4) for column in range(4)]
    assert {part.width for part in parts} == {0.5}
    assert np.isclose(np.mean([part.hidden for part in parts]), 0.5)
    assert parts[0].output > parts[-1].output and parts[0].hidden < parts[-1].hidden, "row 0 is on top"
    assert np.isclose(parts[0].hidden - 0.25, -0.5) and np.isclose(parts[0].output + 0.25, 0.5)


def test_the_microscope_shows_the_latest_request_and_goes_back():
    shown = []
    scope = edge_zoom.Microscope(
        lambda result, complete: shown.append((result.window, complete)), lambda *_: None, pytest.fail, small
    )
    closer, there = edge_zoom.part(GALLERY[0], 2, 2), edge_zoom.part(GALLERY[0], 1, 1)
    scope.go(closer, 60)
    assert scope.finished() and shown == [(closer, False), (closer, True)]
    scope.go(there, 60)
    assert scope.finished() and shown[-1] == (there, True)
    scope.back(60)
    assert scope.finished() and shown[-1] == (closer, True) and scope.before == [GALLERY[0]]
    with pytest.raises(ValueError, match="neighbouring rates"):
        scope.go(Window(0.5, 0.5, 1e-15), 60)


def test_a_new_request_stops_the_old_one_and_stop_keeps_what_is_done():
    shown, reached, waiting = [], threading.Event(), threading.Event()

    def compute(window, pixels, *, processes, progress):
        result, interrupted = small(), False
        try:
            if window == GALLERY[2]:  # a long computation: it reports progress once the test allows it
                reached.set()
                waiting.wait(20)
            progress(1, 1)
        except KeyboardInterrupt:
            interrupted = True
        return edge.EdgeMap(window, result.fate, result.speed, 40, interrupted, ())

    scope = edge_zoom.Microscope(lambda result, complete: shown.append(result), lambda *_: None, pytest.fail, compute)
    scope.go(GALLERY[2], 20)
    assert reached.wait(20)
    scope.go(GALLERY[1], 20)
    waiting.set()
    assert scope.finished() and [result.window for result in shown] == [GALLERY[1]]
    reached.clear(), waiting.clear()
    scope.go(GALLERY[2], 20)
    assert reached.wait(20)
    scope.stop()
    waiting.set()
    assert scope.finished() and shown[-1].window == GALLERY[2] and shown[-1].interrupted


def test_the_widget_answers_its_buttons():
    widget = edge_zoom.edge_zoom()
    style, row, bar, status = widget.children
    screen, panel = row.children
    before = style.value
    screen.children[9].click()  # third row, second column
    assert widget.scope.finished(600) and style.value != before and bar.description == "done"
    assert widget.scope.window == edge_zoom.part(GALLERY[0], 2, 1)
    fields = {child.description: child for child in panel.children}
    fields["width"].value = 1e-16
    fields["go to these numbers"].click()
    assert "neighbouring rates" in status.value and widget.scope.window == edge_zoom.part(GALLERY[0], 2, 1)
    fields["networks along each side"].value = 96
    assert widget.scope.finished(600) and "96 × 96 networks" in status.value and bar.description == "done"
    fields["one back"].click()
    assert widget.scope.finished(600) and widget.scope.window == GALLERY[0]
    assert "blue" in widget.text and 'alt="Hidden' in widget.poster and "needs-kernel" in widget.poster
