"""Lessons 8 and 8b: slices and flat directions, minima that are left and kept, momentum's limit, and bisection."""

import sys

import numpy as np
import pytest

from nnlib import minima
from nnlib.curvature import predicted_limit, sharpness
from nnlib.descent import train
from nnlib.lessons import Lesson, lesson_08
from nnlib.lessons.exercises import CORRECT, NOT_YET
from nnlib.network import cost
from nnlib.show import bars
from nnlib.show import minimum as pictures

SIX = minima.problems()


def drawn(monkeypatch, draw, *given):
    kept = []
    monkeypatch.setattr(sys.modules[draw.__module__], "picture", lambda ax, alt: kept.append((ax, alt)))
    draw(*given)
    return kept[0]


def test_a_slice_lies_on_its_parabola_near_the_minimum_only(monkeypatch):
    _, weights, biases, X, E, activations = SIX[1]
    v, H = minima.flat((weights, biases)), minima.hessian(weights, biases, X, E, activations)
    curvatures, directions = np.linalg.eigh(H)
    t, least = np.linspace(-1.5, 1.5, 61), cost(weights, biases, X, E, activations)
    along = [cost(*minima.like(v + k * directions[:, -1], weights, biases), X, E, activations) for k in t]
    cut = pictures.Cut(t, np.array(along), least, curvatures[-1])
    near = np.abs(t) < 0.3
    np.testing.assert_allclose(cut.costs[near] - least, cut.parabola[near] - least, rtol=0.12, atol=1e-12)
    assert cut.parabola[-1] > 1.2 * cut.costs[-1]
    ax, alt = drawn(monkeypatch, pictures.slice_picture, {"steep": cut, "flat": cut})
    lines = [line.get_ydata() for line in ax[0].lines]
    assert (lines[0] == cut.costs).all() and (lines[1] == cut.parabola).all()
    assert f"steep: λ = {curvatures[-1]:.2g}" in alt


@pytest.mark.parametrize("problem", SIX[4:], ids=lambda problem: problem.name)
def test_the_leaving_ends_within_the_limit(problem, monkeypatch):
    X, E, activations = problem[3:]
    rate = 1.4 * predicted_limit(*problem[1:])
    keep = lambda w, b: (w, b)
    run = train(*minima.beside(problem), X, E, rate, epochs=40, activations=activations, record=keep)
    products = np.array([rate * sharpness(*place, X, E, activations).value for place in run.records])
    assert products[0] == pytest.approx(2.8, abs=0.02) and (products[16:] < 2).all()
    assert run.costs.max() > 100 * run.costs[0] and run.costs[-1] < run.costs.max() / 50
    (above, below), alt = drawn(monkeypatch, pictures.leaving_picture, {"it": (run.costs, range(41), products)})
    assert (above.lines[0].get_ydata() == run.costs).all() and (below.lines[0].get_ydata() == products).all()
    assert below.lines[1].get_ydata()[0] == 2 and f"from 2.8 to {products[-1]:.1f}" in alt


def tanh_minimum(T, seed):
    return minima.minimum("tanh", (2, 3, 1), minima.TANH, T, scale=1.0, noise=0.3, seed=seed)


@pytest.mark.parametrize("T", [3, 5])
def test_an_exact_fit_is_flat_in_all_directions_but_one_a_sample(T):
    """At cost 0 the Hessian is 2/T times the sum of the products of the T gradients of the output."""
    for seed in range(8):
        problem = tanh_minimum(T, seed)
        values = np.linalg.eigvalsh(minima.hessian(*problem[1:]))
        assert cost(*problem[1:]) < 1e-12 and (values < 1e-9 * values[-1]).sum() == 13 - T


def test_most_minima_in_a_valley_are_left_and_few_others():
    left = {}
    for T in (3, 5, 40):
        found = [tanh_minimum(T, seed) for seed in range(8)]
        limits = [predicted_limit(*p[1:]) for p in found]
        left[T] = sum(minima.largest_stable(p, 0.8 * r, 12 * r) > 1.1 * r for p, r in zip(found, limits))
        assert all((cost(*p[1:]) < 1e-12) == (T < 13) for p in found)
    assert left == {3: 8, 5: 5, 40: 2}


def test_the_valley_picture_shows_each_minimum(monkeypatch):
    ax, alt = drawn(monkeypatch, bars.valley_picture, {3: [(0.0, 1.5), (0.0, 1.0)], 40: [(0.01, 1.0), (0.01, 1.2)]})
    dots = [(line.get_xdata()[0], line.get_marker()) for line in ax.lines[1:]]
    assert dots == [(1.0, "^"), (1.5, "^"), (1.0, "o"), (1.2, "o")]
    assert "3 samples, 1 of 2 beyond 1.1; 40 samples, 1 of 2" in alt


def distances(share, beta, steps=200, lam=6.0):
    w, u, path = 1.0, 0.0, [1.0]
    for _ in range(steps):
        u = beta * u + lam * w
        w = w - share * lesson_08.momentum_limit(lam, beta) * u
        path.append(w)
    return np.array(path)


@pytest.mark.parametrize("beta", [0.0, 0.5, 0.9])
def test_momentum_changes_at_its_limit(beta):
    assert abs(distances(0.99, beta)[-1]) < 0.1 < 10 < abs(distances(1.01, beta)[-1])


def test_momentum_is_slow_on_a_single_parabola(monkeypatch):
    late = {beta: int(np.flatnonzero(np.abs(distances(0.5, beta)) > 1e-3)[-1]) + 1 for beta in (0.0, 0.5, 0.9)}
    assert late[0.0] == 1 < late[0.5] < 30 and late[0.9] > 100
    ax, alt = drawn(monkeypatch, pictures.distance_picture, {"slow": distances(0.5, 0.9)})
    np.testing.assert_allclose(ax.lines[0].get_ydata(), np.maximum(np.abs(distances(0.5, 0.9)), 1e-12))
    assert f"slow: {abs(distances(0.5, 0.9)[-1]):.1e}" in alt


# ------------------------------------------------------------------ the exercises


def halves(lasts, low, high):
    for _ in range(40):
        middle = (low * high) ** 0.5  # by the root of the product: as good a middle
        low, high = (middle, high) if lasts(middle) else (low, middle)
    return low


WAYS = {
    "limit": {"sum-and-half": lambda x: 2 / (x**2).sum(), "no-square": lambda x: 1 / x.mean(), "lessons-own": lambda x: 1 / 3},
    "growth": {"doubled": lambda r, lam: abs(1 - 2 * r * lam), "upside-down": lambda r, lam: 1 / abs(1 - r * lam)},
    "bisect": {
        "middle-once": lambda lasts, low, high: (low + high) / 2,
        "low-end": lambda lasts, low, high: low,
        "high-end": lambda lasts, low, high: high,
        "too-soon": lesson_08.fixed_rounds,
    },
    "from-hessian": {
        "longest": lambda H: 2 / max(np.linalg.eigvalsh(H), key=abs),
        "trace": lambda H: 2 / np.trace(H),
        "diagonal": lambda H: 2 / max(np.diag(H)),
    },
    "momentum-limit": {
        "steady": lambda lam, beta: 2 / (lam * (1 - beta)),
        "plain": lambda lam, beta: 2 / lam,
    },
}  # fmt: skip


@pytest.mark.parametrize(("name", "way"), [(name, way) for name, ways in WAYS.items() for way in ways])
def test_a_plausible_slip_is_named(name, way):
    outcome = Lesson(8).check(name, WAYS[name][way])
    assert (outcome.kind, outcome.mistake) == (NOT_YET, way)


@pytest.mark.parametrize(("answer", "mistake"), [(32, "sum-turned"), (0.4, "half-turned")])
def test_a_colleagues_slip_is_named(answer, mistake):
    assert Lesson(8).check("colleague", answer).mistake == mistake


def test_right_answers_of_any_form_pass():
    lesson = Lesson(8)
    assert lesson.check("bisect", halves).kind == CORRECT
    assert lesson.check("from-hessian", lambda H: 2 / np.linalg.eigvalsh(H).max()).kind == CORRECT
    assert lesson.check("momentum-limit", lambda lam, beta: (2 + 2 * beta) / lam).kind == CORRECT


def test_the_hessians_of_the_exercise_have_a_negative_eigenvalue_that_is_the_longest():
    for seed in range(20):
        (H,) = lesson_08._a_hessian(np.random.default_rng(seed))
        values = np.linalg.eigvalsh(H)
        assert np.allclose(H, H.T) and -values[0] > values[-1] > 0
