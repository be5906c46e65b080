"""Pictures by the data of their artists: what an axis says, where an arrow points, what a read-out shows."""

import re

import numpy as np
import pytest
from films import places

from nnlib import laboratory, toys
from nnlib.data import xor
from nnlib.descent import train
from nnlib.fates import fate
from nnlib.network import forward, init
from nnlib.show import Overlay, bars, bowl, catapult, curves, digits, maps, slopes, trial_picture
from nnlib.surfaces import SIDE, bowl_height, decision_map, neuron_cost

TICKS = np.linspace(-0.5, 1.5, SIDE)


@pytest.fixture(scope="module")
def run():
    weights, biases = init([2, 3, 1], np.random.default_rng(3))
    return train(weights, biases, *xor(), 10, epochs=50, record=decision_map)


def keep(monkeypatch, module):
    """The (axes, words) that a picture function of `module` draws, instead of the picture."""
    kept = []
    monkeypatch.setattr(module, "picture", lambda ax, alt: kept.append((ax, alt)))
    return kept


def words_of(svg):
    return re.findall(r"<text[^>]*>([^<]*)</text>", svg)


# ------------------------------------------------------------------ maps


def test_a_decision_map_has_input_1_to_the_right_and_input_2_upwards():
    weights, biases = [np.array([[3.0], [0.5]])], [np.array([-1.0])]
    answers = decision_map(weights, biases)
    for row, column in ((0, 0), (3, 20), (27, 5)):
        alone = forward(weights, biases, [[TICKS[column], TICKS[row]]])[1][-1]
        assert answers[row, column] == pytest.approx(alone.item(), rel=1e-15)
    assert answers[0, -1] > answers[-1, 0], "the first input has the larger weight"


def test_answer_maps_put_each_sample_where_its_inputs_are(run):
    (ax, _) = maps.answer_maps([0, 50], run)
    assert tuple(ax.images[0].get_extent()) == (-0.5, 1.5, -0.5, 1.5) and ax.images[0].origin == "lower"
    shown = {tuple(map(float, text.get_position())): text.get_text() for text in ax.texts}
    assert shown == {tuple(x): f"{e:.0f}" for x, e in zip(xor()[0].tolist(), xor()[1].ravel())}


def test_the_films_of_maps_name_their_axes(run):
    left, right = maps.rate_stage(50)
    assert (left.get_xlabel(), right.get_xlabel()) == ("step", "input 1")
    assert left.get_title(loc="left").startswith("cost C") and "input 2 upwards" in right.get_title(loc="left")
    assert left.get_xlim() == (0, 50)
    cell = places(maps.rate_scene([10.0], [run], [fate(run)]).film())[0]
    assert words_of(cell).count("1") == words_of(cell).count("0") == 2 and fate(run) in words_of(cell)


def test_surfaces_are_the_costs_they_say():
    X, E = np.array([[1.0], [2.0]]), np.array([[1.0], [0.0]])
    w, b = np.array([-1.0, 0.5, 2.0]), np.array([0.0, 1.0])
    C = neuron_cost(X, E, w, b)
    assert C.shape == (2, 3)
    assert C[1, 2] == pytest.approx(np.mean((X * 2.0 + 1.0 - E) ** 2)) != pytest.approx(C[0, 2])
    height = bowl_height((1, 8), np.array([3.0]), np.array([1.0, 2.0]))
    assert height.shape == (2, 1) and height[0, 0] == (9 + 8) / 2 and height[1, 0] == (9 + 32) / 2


# ------------------------------------------------------------------ bars and rows


def test_solved_bars_show_what_was_solved():
    ax = bars.solved_bars([0.1, 10, 100], [2, 20, 5], of=20)
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("learning rate", "solved, of 20")
    assert [bar.get_height() for bar in ax.patches] == [2, 20, 5]
    assert [text.get_text() for text in ax.texts] == ["2", "20", "5"]
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["0.1", "10", "100"]


def test_rows_of_predicted_and_measured(monkeypatch):
    kept = keep(monkeypatch, bars)
    bars.moved_picture([("as it is", 0.3, 0.31), ("inputs times 10", 0.003, 0.0031)])
    bars.limits_picture([("holds", 2.0, 2.002), ("leaves", 2.0, 5.0)])
    (moved, _), (limits, _) = kept
    places = [
        (line.get_marker(), *map(float, (line.get_xdata()[0], line.get_ydata()[0])))
        for line in moved.lines
        if line.get_marker() in "do"
    ]
    assert places == [("d", 0.3, 0), ("o", 0.31, 0), ("d", 0.003, 1), ("o", 0.0031, 1)]
    assert "diamond: predicted" in moved.get_title(loc="left") and "dot: measured" in moved.get_title(loc="left")
    assert [text.get_text() for text in limits.texts] == ["1.00: holds", "2.5: it leaves for a flatter place"]
    assert limits.get_xlabel() == "measured limit, in units of 2/λ"


def test_factor_bars_are_the_factors():
    from nnlib.chain_rule import slices
    from nnlib.data.example import tiny_network, tiny_sample

    values = np.linspace(-8, 8, 5)
    (here,) = slices(*tiny_network(), *tiny_sample(), [1.0])
    scene = bars.factor_scene(*tiny_network(), *tiny_sample(), values)
    assert words_of(scene.frame((1.0, here))) == [f"{v:.3f}" for v in (*here.factors, here.slope)]
    assert [tick.get_text().strip() for tick in scene.ax[0].get_xticklabels()] == [*bars.FACTORS, "product"]


# ------------------------------------------------------------------ bowls


def test_the_arrows_point_where_their_words_say(monkeypatch):
    kept = keep(monkeypatch, bowl)
    bowl.angle_picture((1, 8), (3, 1))
    ((ax, alt),) = kept
    arrows = [
        (np.subtract(note.xy, note.xyann), note.arrowprops["color"])
        for note in ax.texts
        if getattr(note, "arrowprops", None)
    ]
    (to_minimum, first), (downhill, second) = arrows
    assert np.allclose(to_minimum, (-3, -1))
    gradient = np.array([1 * 3, 8 * 1])
    assert downhill @ -gradient == pytest.approx(np.linalg.norm(downhill) * np.linalg.norm(gradient)), (
        "minus the gradient"
    )
    named = {text.get_color(): text.get_text() for text in ax.texts if text.get_text()}
    assert named[first] == "to the minimum" and named[second] == "minus the gradient"
    assert f"{toys.angle((1, 8), (3, 1)):.0f} degrees" in alt


@pytest.mark.parametrize("product", [0.5, 1.0, 1.5, 2.0, 2.25])
def test_the_read_out_of_the_bowl_is_the_growth_of_a_step(product):
    (path,) = toys.bowl_paths((1, 8), (3, 1), [product], bowl.STEPS)
    words = words_of(bowl.bowl_scene((1, 8), (3, 1)).frame((product, path)))
    grows = abs(path.points[1, 1] / path.points[0, 1])
    assert words == [f"rate·λ = {product:.2f}", f"|1 − rate·λ| = {grows:.2f}", toys.behaviour(product)]


def test_the_catapult_says_its_rate_and_its_course():
    start = toys.start_on_the_circle()
    scene, (path,) = catapult.product_scene(start), toys.product_paths(start, [2.5], catapult.STEPS)
    assert words_of(scene.frame((2.5, path))) == ["rate·λ₀ = 2.5", "catapult"]
    plane, costs, sharp = scene.ax
    assert (plane.get_xlabel(), plane.get_ylabel(), costs.get_yscale()) == ("u", "v", "log")
    assert [text.get_text() for text in sharp.texts] == ["2: the bowl's limit", "4: the toy's limit"]
    heights = [line.get_ydata()[0] for line in sharp.lines]
    assert heights == [2, 4]


# ------------------------------------------------------------------ curves and slopes


def test_curves_are_the_numbers_they_were_given(run, monkeypatch):
    ax = curves.race([run], ["rate 10"], [fate(run)])
    assert np.array_equal(ax.lines[0].get_ydata(), run.costs) and ax.texts[0].get_text() == "rate 10"
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("step", "cost C")
    kept = keep(monkeypatch, curves)
    curves.stability_picture({0.1: (np.full(9, 20.0), np.full(401, 0.5))}, 50)
    curves.fates_picture(dict.fromkeys("ab", np.array([1.0, 0.5])), {"a": "still moving", "b": "stuck"})
    ((sharpness, costs), _), (fates, _) = kept
    assert [line.get_ydata()[0] for line in sharpness.lines] == [20.0, 20.0]
    assert "2/rate = 20" in sharpness.texts[0].get_text()
    assert costs.lines[0].get_ydata()[0] == 0.5 and costs.get_yscale() == "log"
    assert [(ax.get_title(loc="left"), ax.texts[0].get_text()) for ax in fates] == [
        ("a", "still moving"),
        ("b", "stuck"),
    ]
    ax = curves.rate_curve([0.1, 1], [0.2, 0.9])
    assert ax.get_ylabel() == "share read right" and list(ax.lines[0].get_ydata()) == [0.2, 0.9]


def test_the_errors_stand_at_their_steps(monkeypatch):
    kept = keep(monkeypatch, slopes)
    errors, steps = np.array([[1e-2, 1e-5, 0.1], [1e-4, 1e-9, 1e-2], [0.0, 1e-16, 1e-16]]), [1e-2, 1e-5, 1e-12]
    slopes.error_picture(errors, steps)
    ((ax, _),) = kept
    for line, row in zip(ax.lines, errors):
        assert list(line.get_xdata()) == steps and list(line.get_ydata()) == list(np.maximum(row, slopes.FLOOR))
    assert [text.get_text() for text in ax.texts] == [name for name, _ in slopes.WAYS]


def test_a_sheet_of_digits_keeps_their_order():
    X = np.stack([np.full(64, value) for value in (0.1, 0.2, 0.3)])
    sheet = digits.mosaic(X, columns=2)
    assert (sheet[1, 1], sheet[1, 10], sheet[10, 1]) == (0.1, 0.2, 0.3)
    left, _ = digits.reading_scene(np.zeros((24, 64)), [], [1.0], [np.zeros(6)], [[]], ["stuck"]).ax
    assert left.get_xlabel() == "epoch" and left.get_title(loc="left") == "share of test digits read right"


# ------------------------------------------------------------------ the laboratory


@pytest.mark.parametrize("more", [{}, {"by": "sum"}, {"rule": "momentum"}, {"rule": "adam"}])
def test_the_laboratory_draws_the_limit_of_the_rate_where_its_rule_has_one(more):
    trial = laboratory.experiment("bowl", 0.05, **more)
    view = trial_picture.View("bowl", 0, None, 1.0, 40, 9.0, 3.2)
    page = trial_picture.frame(view, trial)
    assert ("limit of this rate" in words_of(page)) == (more.get("rule") != "adam")
    if "limit of this rate" in words_of(page):
        size = 8 if more.get("by") == "sum" else 1
        beta = 1.9 if more.get("rule") == "momentum" else 1
        assert trial.ceiling == pytest.approx(2 * beta / (0.05 * size))
        sharp = trial_picture.stage(view)[0][2]
        wanted = Overlay(sharp).line(sharp, [0, 40], [np.log10(trial.ceiling)] * 2, "limit").svg()
        assert re.search(r'<polyline points="[^"]*"', wanted)[0] in page
