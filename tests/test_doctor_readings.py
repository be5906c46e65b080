"""What single samples show of a network: deltas and input factors, and functions fitted to them."""

from __future__ import annotations

import numpy as np
import pytest
from doctor_patients.exams import asking, ours

from nnlib.doctor.probes import probe
from nnlib.doctor.readings import Readings, Unread, _least, fitted, fitted_surface, near
from nnlib.doctor.stages import forward

p = probe("main")


def own(delta=lambda d, l: d, factor=lambda a, l: a, bias=lambda d, l: d):
    """The gradient of one sample whose deltas and input factors are changed."""

    def gradients(q):
        A = forward(q)[1]
        d, dW, db = 2 * (A[-1] - q.E) * A[-1] * (1 - A[-1]), [], []
        for l in (2, 1, 0):
            mine = delta(d, l)
            dW.insert(0, factor(A[l], l).T @ mine)
            db.insert(0, bias(mine, l).sum(axis=0))
            d = d @ q.weights[l].T * A[l] * (1 - A[l])
        return [*dW, *db]

    return Readings(asking(gradients), "main")


def test_right_code_shows_right_deltas_and_factors():
    r = Readings(asking(ours), "main")
    assert (r.L, len(r.A), len(r.Z), len(r.E), len(r.X if hasattr(r, "X") else r.A[0])) == (3, 4, 3, 24, 24)
    assert np.array_equal(r.A[0][:7], p.X) and np.array_equal(r.E[:7], p.E)
    assert r.E[7:].min() < -1 and r.E[7:].max() > 2 and r.A[0][7:].std() == pytest.approx(2, rel=0.2), (
        "wider ones besides"
    )
    assert abs(r.A[0][7:].mean()) < 0.5 and -1.4 <= r.E[7:].min() and r.E[7:].max() <= 2.4, "no further than that"
    assert np.allclose(r.A[-1][:7], forward(p)[1][-1]) and np.allclose(r.Z[0], r.A[0] @ p.weights[0] + p.biases[0])
    for l in range(3):
        assert np.allclose(r.delta[l], r.right_deltas()[l]) and r.factor[l] is r.A[l]
        assert np.allclose(r.db[l], r.delta[l]) and r.dW[l].shape == (24, *p.weights[l].shape)
    assert r.entry_by_entry()


def test_a_delta_or_a_factor_of_the_learners_own():
    r = own(delta=lambda d, l: d**3 if l == 1 else d)
    assert np.allclose(r.delta[1], r.right_deltas()[1] ** 3) and r.factor[1] is r.A[1] and not r.entry_by_entry()
    r = own(factor=lambda a, l: a**2 if l == 2 else a)
    assert (
        np.allclose(r.factor[2], r.A[2] ** 2)
        and np.allclose(r.delta[2], r.right_deltas()[2])
        and not r.entry_by_entry()
    )
    r = own(bias=lambda d, l: 0 * d)
    assert np.allclose(r.delta[0], r.right_deltas()[0]) and not r.db[0].any(), (
        "the weight gradients alone show the delta"
    )


def test_what_cannot_be_read():
    for gradients in (
        lambda q: None,
        lambda q: [g + np.sin(7 * np.arange(g.size)).reshape(g.shape) for g in ours(q)],
        lambda q: [g**2 + g if k < 3 else 0 * g for k, g in enumerate(ours(q))],
        lambda q: [g * np.nan for g in ours(q)],
    ):
        with pytest.raises(Unread):
            Readings(asking(gradients), "main")
    some = lambda q: [g**2 + g if k < 3 else g * (q.X[0, 0] > 0) for k, g in enumerate(ours(q))]
    with np.errstate(divide="raise", invalid="raise"), pytest.raises(Unread):
        Readings(asking(some), "main")  # and nothing is divided by a bias gradient of 0


def test_entry_by_entry_is_one_number_for_each_entry():
    fixed = [np.cos(np.arange(g.size)).reshape(g.shape) + 2 for g in ours(p)]
    columns = lambda q: [g * f[: 1 if k < 3 else None] for k, (g, f) in enumerate(zip(ours(q), fixed))]
    r = Readings(asking(columns), "main")
    assert r.entry_by_entry()
    half = own(bias=lambda d, l: d * np.sign(d) if l == 0 else d)
    assert not half.entry_by_entry(), "one bias gradient is none"
    weights = own(factor=lambda a, l: np.abs(a) if l == 0 else a)
    assert not weights.entry_by_entry()


def test_near_is_six_digits():
    b = np.array([3.0, 4.0])
    assert (
        near(b * (1 + 0.9e-6), b)
        and not near(b * (1 + 1.1e-6), b)
        and near(b * 1.09, b, 0.1)
        and not near(b * 1.11, b, 0.1)
    )
    assert near(np.zeros(2), np.zeros(2)) is True


z = np.linspace(-5, 6, 300).reshape(100, 3)
FUNCTIONS = {
    "smooth": lambda z: np.exp(-((z - 1) ** 2) / 9), "tanh": np.tanh, "kink": np.abs, "step": np.sign,
    "grows": lambda z: 3 * z - 2, "leaky": lambda z: np.where(z > 0, z, 0.1 * z),
}  # fmt: skip


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_of_one_value(name):
    f = FUNCTIONS[name]
    g, new = fitted(z, f(z)), np.array([[-3.3, 0.7], [2.2, 4.9]])
    assert g is not None and g(new).shape == (2, 2) and np.abs(g(new) - f(new)).max() < 0.02 * np.abs(f(z)).max()


def test_no_function_of_one_value():
    assert fitted(z, np.random.default_rng(0).normal(size=z.shape)) is None and fitted(z, z * np.nan) is None
    assert fitted(z.ravel()[:71], np.tanh(z.ravel()[:71])) is None, "three numbers for each of 24 coefficients"
    assert fitted(z.ravel()[:72], np.tanh(z.ravel()[:72])) is not None
    noise = np.random.default_rng(0).choice([-1.0, 1.0], z.shape)
    assert fitted(z, 1 + 1e-3 * noise) is not None and fitted(z, 1 + 3e-3 * noise) is None
    assert fitted(z, np.cos(1.5 * z)) is not None and fitted(z, np.cos(1.5 * z), 3) is None, "the degree counts"


def test_functions_of_two_values():
    rng = np.random.default_rng(4)
    a, e = rng.uniform(-3, 3, (80, 4)), rng.uniform(-1.4, 2.4, (80, 4))
    f = lambda a, e: np.tanh(a) * e**3 - e**5 + np.abs(a)
    g = fitted_surface(a, e, f(a, e))
    new = (np.array([0.3, -2.0]), np.array([2.0, -1.0]))
    assert g(*new).shape == (2,) and np.allclose(g(*new), f(*new), rtol=0.03)
    assert fitted_surface(a, e, np.cos(9 * e)) is None and fitted_surface(a[:53], e[:53], f(a, e)[:53]) is None
    assert fitted_surface(a[:54], e[:54], f(a, e)[:54]) is not None, "216 numbers for 72 coefficients"
    line = _least(lambda v: np.stack([v, v * 0 + 1], 1), (a,), 2 * a + 1, 2)
    assert np.allclose(line(np.array([[4.0]])), 9)


T = lambda n, v: np.polynomial.chebyshev.Chebyshev.basis(n)(v)


def test_polynomials_of_the_squashed_value_are_found_exactly():
    for degree in (4, 20):
        y = T(degree, np.tanh(z / 3))
        assert np.abs(fitted(z, y, degree)(z) - y).max() < 1e-12
        assert fitted(z, T(degree + 1, np.tanh(z / 3)), degree) is None


@pytest.mark.parametrize(("middle", "width"), [(0.5, 3.8), (10, 1e-3), (1000, 100)])
def test_surfaces_of_the_eighth_and_the_fifth_degree_wherever_the_targets_lie(middle, width):
    rng = np.random.default_rng(4)
    a, e = rng.uniform(-3, 3, (80, 4)), rng.uniform(middle - width / 2, middle + width / 2, (80, 4))
    surface = lambda n, m: T(n, np.tanh(a / 3)) * T(m, 2 * (e - middle) / width)
    assert np.abs(fitted_surface(a, e, surface(8, 5))(a, e) - surface(8, 5)).max() < 1e-12
    assert fitted_surface(a, e, surface(9, 5)) is None and fitted_surface(a, e, surface(8, 6)) is None


def test_functions_that_differ_in_the_thirteenth_digit_are_one():
    v, w = np.eye(2)[:, np.arange(6) % 2] / np.sqrt(3)
    pair = lambda hair: _least(lambda _: np.stack([v, v + hair * w], 1), (v,), w, 2)
    assert pair(1.2e-12) is None and pair(3e-12) is not None


def test_one_number_that_is_none_is_no_case_for_the_solver(monkeypatch):
    monkeypatch.setattr(np.linalg, "lstsq", None)  # it would complain past Python
    assert fitted(z, np.where(z > 5.9, np.nan, z)) is None and fitted(z, np.where(z > 5.9, np.inf, z)) is None
