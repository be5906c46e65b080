"""The toys: paths against closed forms, exact recurrences, limits that hold at 0.99 and break at 1.01 of themselves."""

import numpy as np
import pytest

from nnlib import toys
from nnlib.derivatives import relative_error
from nnlib.descent import train


def test_bowl_follows_its_closed_form():
    values, start, r, k = np.array([1.0, 0.25, 3.0]), np.array([1.0, -2.0, 0.5]), 0.3, np.arange(31)[:, None]
    path = toys.bowl(values, start, r, 30)
    points = (1 - r * values) ** k * start
    assert relative_error(path.points, points) < 1e-14
    assert relative_error(path.costs, (values * points**2).sum(1) / 2) < 1e-14
    assert relative_error(path.gradient_norms, np.linalg.norm(values * points, axis=1)) < 1e-14
    assert (path.curvatures == 3).all()


@pytest.mark.parametrize("mean, half", [(True, False), (False, False), (True, True), (False, True)])
def test_neuron_limit_holds_just_below_and_breaks_just_above(mean, half):
    x, e = np.array([0.5, -1.0, 2.0]), np.array([1.0, 0.0, 1.0])
    limit = toys.neuron_limit(x, mean=mean, half=half)
    assert limit == pytest.approx((1 if mean else 1 / 3) * (2 if half else 1) / np.mean(x * x), rel=1e-15)
    best = (x * e).sum() / (x * x).sum()
    for share, closer in ((0.99, True), (1.01, False)):
        path = toys.neuron(x, e, best + 0.01, share * limit, 400, mean=mean, half=half)
        assert (abs(path.points[-1, 0] - best) < 0.01) == closer
    assert relative_error(2 / path.curvatures[0], limit) < 1e-15
    assert toys.neuron_limit([0.0], mean=mean, half=half) == np.inf


def test_neuron_is_the_same_path_as_the_network_without_its_bias_step():
    x, e = np.array([[1.0], [-1.0]]), np.array([[2.0], [-2.0]])  # odd data: the bias has no slope
    history = train([np.array([[0.5]])], [np.zeros(1)], x, e, 0.3, epochs=20, activations="identity")
    path = toys.neuron(x[:, 0], e[:, 0], 0.5, 0.3, 20)
    assert relative_error(path.costs, history.costs) < 1e-13
    assert relative_error(path.gradient_norms, history.gradient_norms) < 1e-13


def follow_recurrence(recurrence, u, v, r, steps):
    rows = [(u * v, u * u + v * v)]
    for _ in range(steps):
        rows.append(recurrence(*rows[-1], r))
    return np.array(rows)


@pytest.mark.parametrize("r_lambda", [0.5, 1.5, 2.5, 3.5])
def test_product_obeys_its_exact_recurrences(r_lambda):
    u, v = 0.3, 1.0
    path = toys.product(u, v, r_lambda / (u * u + v * v), 12)
    rows = follow_recurrence(toys.product_recurrence, u, v, r_lambda / (u * u + v * v), 12)
    assert relative_error(path.points.prod(1), rows[:, 0]) < 1e-11
    assert relative_error(path.curvatures, rows[:, 1]) < 1e-11


def test_a_recurrence_with_one_wrong_sign_is_seen():
    def wrong(f, curvature, r):
        return f * (1 - r * curvature - r * r * f * f), curvature + r * f * f * (r * curvature - 4)

    path, rows = toys.product(0.3, 1.0, 1.5, 12), follow_recurrence(wrong, 0.3, 1.0, 1.5, 12)
    assert relative_error(path.points.prod(1), rows[:, 0]) > 1e-3


def test_product_rises_then_lands_flatter_between_two_and_four():
    curvature = 1 + 0.02**2
    path = toys.product(0.02, 1.0, 2.5 / curvature, 400)
    assert 60 < path.costs.max() / path.costs[0] < 70  # LESSONS: 65 times
    assert path.costs[-1] < 1e-12 and path.curvatures[-1] * 2.5 / curvature < 2


def test_product_is_bounded_below_four_and_diverges_above():
    for u in (0.02, 0.3, 0.9):
        curvature = 1 + u * u
        below, above = (toys.product(u, 1.0, share * 4 / curvature, 2000) for share in (0.99, 1.01))
        assert np.isfinite(below.points).all() and not np.isfinite(above.points[-1]).all()


def test_slopes_are_the_derivatives_of_the_cost():
    for path in (toys.bowl([1.0, 3.0], [0.4, 0.2], 1e-8, 1), toys.product(0.4, 0.7, 1e-8, 1)):
        assert (path.costs[0] - path.costs[1]) / 1e-8 == pytest.approx(path.gradient_norms[0] ** 2, rel=1e-6)


def test_start_is_not_changed():
    start = np.array([1.0, 2.0])
    toys.bowl([1.0, 1.0], start, 0.5, 3)
    assert (start == [1, 2]).all()
