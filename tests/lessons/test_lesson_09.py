"""Lesson 9: the toy's limit at 4, its film, the four fates, the stored pictures of the edge, and the microscope."""

import threading

import numpy as np
import pytest
from conftest import ROOT

from nnlib import edge, toys
from nnlib.data import xor
from nnlib.edge import DIVERGED, GALLERY, LEARNED, STUCK, Window
from nnlib.fates import fate
from nnlib.lessons import Lesson, lesson_09
from nnlib.lessons.exercises import NOT_YET
from nnlib.network import init
from nnlib.show import catapult as show
from nnlib.show import curves, edge_zoom, gallery
from nnlib.sweep import sweep

START = toys.start_on_the_circle()
IMAGES = ROOT / "nnlib" / "data"


def test_the_recurrence_of_the_exercise_is_the_toys():
    for f, lam, rate in np.random.default_rng(0).uniform(-2, 2, (50, 3)):
        assert np.allclose(lesson_09.next_step(f, lam, rate), toys.product_recurrence(f, lam, rate), rtol=1e-14)


@pytest.mark.parametrize("p", show.PRODUCTS)
def test_bounded_below_four_and_curvature_only_falls(p):
    path = toys.product(*START, p, 300)
    if p < 4:
        assert np.isfinite(path.costs).all() and (np.diff(path.curvatures) <= 1e-12).all()
        assert p * path.curvatures[-1] < 2
    else:
        assert not np.isfinite(path.costs).all() and toys.course(path) == "diverges"


def test_sixty_five_times_first_and_the_exercise_of_four():
    path = toys.product(*START, 2.5, 60)
    assert round(path.costs.max() / path.costs[0]) == 65 and toys.course(path) == "catapult"
    for share, bounded in ((0.99, True), (1.01, False)):
        assert np.isfinite(toys.product(3.0, 1.0, share * lesson_09.largest_rate(), 500).costs).all() == bounded
    assert Lesson(9).questions["product-three"].answer == "c"


def test_film():
    paths = toys.product_paths(START, show.PRODUCTS)
    scene = show.product_scene()
    frames = [scene.frame(row) for row in zip(show.PRODUCTS, paths)]
    words = [show.product_sentence(p, path) for p, path in zip(show.PRODUCTS, paths)]
    assert len(set(frames)) == len(set(words)) == 44 and sum(map(len, frames)) < 1_500_000
    film = show.product_film(START, {"falls": 1.0, "diverges": 4.1})
    assert "44 places" in film.text and "64.7 times" in film.text
    landed = show.landing_picture((0.1, 2.5), {"here": toys.product_paths(START, (0.1, 2.5), steps=400)})
    assert "64.7" in repr(show.product_still(START, 2.5)) and "1.00" in repr(landed)


def test_xor_at_1000_never_shows_nan_and_never_learns():
    begun = [init([2, 3, 1], np.random.default_rng(seed)) for seed in range(20)]
    W, b = ([np.stack([both[k][l] for both in begun]) for l in range(2)] for k in range(2))
    costs = sweep(W, b, *xor(), np.full(20, 1000.0), steps=300, progress=None).costs
    assert np.isfinite(costs).all() and costs.max() <= 1 and (costs[-1] > 0.2).all()


def test_the_fate_exercise_agrees_with_the_library():
    words = []
    for seed in range(150):
        costs, slopes = lesson_09.a_run(np.random.default_rng(seed))
        word, library = lesson_09.my_fate(costs, slopes), fate(costs, np.nan_to_num(slopes, nan=np.inf))
        words.append(word)
        fading = (
            1e-4 * slopes.max() < slopes[-1] < 1e-3 * slopes.max()
        )  # fates.fate calls such a slope gone, the exercise not yet
        rising = word == "still moving" and costs[-1] > 100 * costs[0]  # fates.fate does not wait for the thousand
        assert fading or rising or word == library.replace("oscillating", "still moving"), seed
    assert min(words.count(word) for word in ("diverged", "learned", "saturated", "still moving")) > 3


def with_learned_at(costs, slopes, bound):
    return "learned" if costs[-1] <= bound else lesson_09.my_fate(np.maximum(costs, 0.02), slopes)


BOUNDS = {  # each wrong in one bound alone
    "diverged": lambda bound: lambda costs, slopes: lesson_09.with_bound(costs, slopes, bound(costs)),
    "learned": lambda bound: lambda costs, slopes: with_learned_at(costs, slopes, bound),
    "saturated": lambda share: (
        lambda costs, slopes: lesson_09.with_slope_gone(costs, slopes, slopes[-1] < share * max(slopes))
    ),
}


@pytest.mark.parametrize("word, bound", [
    ("diverged", lambda costs: 2), ("diverged", lambda costs: 10 * costs[0]), ("diverged", lambda costs: 1e6 * max(costs[0], 1)),
    ("learned", 0.3), ("learned", 0.013), ("learned", 0.0075), ("saturated", 1e-3), ("saturated", 1.3e-4), ("saturated", 7.5e-5),
])  # fmt: skip
def test_a_bound_that_is_a_little_off_is_refused(word, bound):
    right = {"diverged": lambda costs: 1000 * max(costs[0], 1), "learned": 0.01, "saturated": 1e-4}[word]
    exercise = Lesson(9).exercises["fate"]
    assert exercise.check(BOUNDS[word](right)).kind == "Correct"
    assert exercise.check(BOUNDS[word](bound)).kind == "Not yet"


def test_pictures_carry_their_numbers():
    flat = {0.1: (np.full(9, 20.0), np.full(450, 0.5)), 0.2: (np.full(9, 10.0), np.full(450, 0.05))}
    assert "rate 0.2: over the last third rate·λ is about 2" in repr(curves.stability_picture(flat, 50))
    runs = {"up": np.array([1.0, 10, 1e5, np.inf]), "still": np.array([0.3, 0.5, 0.5, 0.5])}
    assert "up: diverged; still: saturated" in repr(
        curves.fates_picture(runs, {"up": "diverged", "still": "saturated"})
    )


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
        lambda result, complete: shown.append((result.window, complete)), lambda *_: None, small
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

    scope = edge_zoom.Microscope(lambda result, complete: shown.append(result), lambda *_: None, compute)
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


@pytest.mark.parametrize(
    "slip",
    [
        lambda costs, products: max(products) > 2 > products[-1] and max(costs) > 1.1 * costs[0] > 1.1 * costs[-1],
        lambda costs, products: products[0] > 2 > min(products) and max(costs) > 1.1 * costs[0] > 1.1 * costs[-1],
        lambda costs, products: (
            products[0] > 2 > products[-1] and max(costs) > 1.1 * costs[0] and min(costs) < costs[0]
        ),
    ],
    ids=["beyond 2 somewhere", "within 2 somewhere", "low somewhere"],
)
def test_a_catapult_is_told_by_its_two_ends_and_not_by_what_lies_between(slip):
    assert Lesson(9).check("catapult", lambda costs, products: bool(slip(costs, products))).kind == NOT_YET
