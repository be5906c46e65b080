"""Rooms of the doctor looked at by themselves: one sample alone, rounded differences, miscounted lists, inferred stages."""

from __future__ import annotations

import numpy as np
import pytest

import nnlib
from nnlib.doctor.numerics import _quantum, lattice
from nnlib.doctor.probes import probe
from nnlib.doctor.references import multiple, multiples, right
from nnlib.doctor.table.samples import shuffles, single_samples


def changed(change):
    """Our gradient after `change(dW, db)`."""
    return lambda w, b, X, E: change(*nnlib.gradients(w, b, X, E))


# ------------------------------------------------------------------------------------------------- samples, one by one


def test_single_samples_are_our_gradients_of_one_sample_each():
    p = probe("three")
    seen = []
    for i, (dW, db) in single_samples(p):
        seen.append(i)
        for mine, theirs in zip((*dW, *db), sum(nnlib.gradients(p.weights, p.biases, p.X[[i]], p.E[[i]]), [])):
            np.testing.assert_allclose(mine, theirs, rtol=1e-12, atol=1e-15)
    assert seen == [0, 1, 2]


def test_shuffles_are_all_other_orders_of_the_targets():
    p = probe("three")
    found = [dW[-1] for dW, _ in shuffles(p)]
    truth = nnlib.gradients(p.weights, p.biases, p.X, p.E)[0][-1]
    assert len(found) == 5 and not any(np.allclose(g, truth) for g in found)
    assert any(np.allclose(g, nnlib.gradients(p.weights, p.biases, p.X, p.E[::-1])[0][-1]) for g in found)


def drawn(index):
    """Only one sample counts, and which one is drawn by the global generator."""

    def gradients(weights, biases, X, E):
        i = index(len(X))
        return nnlib.gradients(weights, biases, X[[i]], E[[i]])

    return gradients


@pytest.mark.parametrize("index", [lambda T: np.random.randint(T), lambda T: T // 2, lambda T: 0, lambda T: T - 1])
def test_one_sample_by_chance_or_fixed(index):
    assert nnlib.diagnose(drawn(index)).category == "only-last-sample"


# ------------------------------------------------------------------------------------------------------- numbers, compared


def test_multiples_and_their_zeros():
    u = np.array([[1.0, 2.0], [3.0, -1.0], [0.0, 0.0]])
    for row, (one, many) in enumerate(
        zip((multiple(-2.5 * u[0], v, 1e-9) for v in u), multiples(-2.5 * u[0], u, 1e-9))
    ):
        assert (one == many == -2.5) if row == 0 else (np.isnan(one) and np.isnan(many))
    zero = np.zeros(2)
    assert multiple(zero, u[0], 1e-9) == 0 and multiple(zero, zero, 1e-9) == np.inf
    assert multiples(zero, u, 1e-9).tolist() == [0, 0, np.inf]
    nearly = u[0] * [1, 1 + 1e-6]
    assert np.isnan(multiple(nearly, u[0], 1e-7)) and multiple(nearly, u[0], 1e-5) == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize("unit", [2.0**-k for k in (51, 52, 53, 54)])
@pytest.mark.parametrize("h", [1e-10, 1e-13, 1e-16])
def test_a_tiny_step_leaves_whole_multiples_of_a_rounding_step(unit, h):
    k = np.random.default_rng(3).integers(-90_000, 90_000, 60) | 1
    assert _quantum(k * unit / (2 * h)) == pytest.approx(h)
    assert not _quantum((k + 0.3 * np.sin(np.arange(60))) * unit / (2 * h))


@pytest.mark.parametrize("cut", [np.trunc, np.round, np.floor])
@pytest.mark.parametrize("q", [1.0, 0.5, 0.1, 0.01, 0.001, 1e-4, 1e-5, 1 / 255, 1 / 256])
def test_cut_numbers_lie_on_a_lattice(cut, q):
    g = [v + 3.5 * q for v in right("main")]
    assert lattice([v for v in right("main")], "main") == 0
    cut_ones = [cut(v / q) * q for v in right("main")]
    if any(v.any() for v in cut_ones):
        found = lattice(cut_ones, "main")
        assert found and abs(q / found - round(q / found)) < 1e-9
    further = lattice([cut(v / q) * q for v in g], "main")
    assert further == 0 or further > 2 * q, "further from the right numbers than one step"
    assert lattice([None, *cut_ones[1:]], "main") == 0


# -------------------------------------------------------------------------------------------------------- miscounted lists

MISCOUNTED = {
    "no biases": (lambda dW, db: (dW, []), "bias-gradient-zero", "no bias gradients came back"),
    "words for biases": (lambda dW, db: (dW, ["?"] * (len(db) - 1)), "bias-gradient-zero", "no bias gradients"),
    "an input delta first": (
        lambda dW, db: ([np.ones(3), *dW], [np.ones(3), *db]), "shape-error", "one array too many, before",
    ),
    "a bias too few": (lambda dW, db: (dW, db[:-1]), "off-by-one-layer", "3 weight and 2 bias gradients came back"),
    "output layer only": (lambda dW, db: (dW[-1:], db[-1:]), "only-last-layer", "those of the output layer"),
    "no first layer": (lambda dW, db: (dW[1:], db[1:]), "off-by-one-layer", "they belong to the layers 1, 2"),
    "no last layer": (lambda dW, db: (dW[:-1], db[:-1]), "off-by-one-layer", "they belong to the layers 0, 1"),
    "backwards, a bias too few": (lambda dW, db: (dW[::-1], db[::-1][1:]), "wrong-order", "in reverse order"),
    "four weights, two biases": (lambda dW, db: ([*dW, dW[0]], db[:2]), "off-by-one-layer", "4 weight and 2 bias"),
    "two, and one that is none": (lambda dW, db: ([dW[1], dW[2] ** 2], db[1:]), None, ""),
    "more, and one that is none": (lambda dW, db: ([*dW, np.ones((2, 9))], [*db, np.ones(9)]), "off-by-one-layer", "4 weight"),
    "nothing of ours": (lambda dW, db: ([np.ones((9, 9))] * 2, db[:2]), "shape-error", "2 weight and 2 bias"),
}  # fmt: skip


@pytest.mark.parametrize("name", MISCOUNTED)
def test_too_few_or_too_many_arrays(name):
    change, category, words = MISCOUNTED[name]
    d = nnlib.diagnose(changed(change))
    assert not d.correct and (category is None or d.category == category) and words in d.what, str(d)


# -------------------------------------------------------------------------------------------------------- inferred stages


def network(factor=None, bias=None, slope=None, forward=None, spoil=False):
    """Backpropagation whose input factor, bias gradient, slope or activation is a function of the learner's own."""

    def gradients(weights, biases, X, E):
        f = forward or (lambda z: 1 / (1 + np.exp(-z)))
        Z, A = [], [X]
        for W, b in zip(weights, biases):
            Z.append(A[-1] @ W + b)
            A.append(f(Z[-1]))
        right_slope = lambda z: f(z) * (1 - f(z))
        d, dW, db = 2 * (A[-1] - E) * right_slope(Z[-1]) / len(X), [], []
        for l in reversed(range(len(weights))):
            dW.insert(0, (factor(A[l]) if factor and l else A[l]).T @ d)
            db.insert(0, (d * bias(Z[l])).sum(axis=0) if bias else d.sum(axis=0))
            if l:
                d = d @ weights[l].T * (slope or right_slope)(Z[l - 1])
        if spoil and len(X) == 1:
            X[:] = 0
        return dW, db

    return gradients


OWN_SLOPE = lambda z: 0.3 / (1 + 0.2 * z**2 + 0.1 * z)
INFERRED = {
    "factor": (
        network(factor=lambda a: np.sqrt(1 + a)), "wrong-layer-activation", "the layer of W[1] and the layer of W[2]",
    ),
    "bias": (network(bias=lambda z: 1 / (1 + z * z)), "bias-wrong-formula", "a function of z comes into the bias"),
    "slope": (network(slope=OWN_SLOPE), "wrong-activation-derivative", "the layer of W[0] and the layer of W[1]"),
    "forward": (
        network(forward=lambda z: 1 / (1 + 2.718**-z)), "wrong-forward-pass", "the activation of every hidden layer",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", INFERRED)
def test_an_inferred_stage_is_told_in_words(name):
    function, category, words = INFERRED[name]
    d = nnlib.diagnose(function)
    assert d.category == category and words in d.what, str(d)
    assert d.second == ()


def test_spoiled_inputs_come_before_an_inferred_stage():
    assert nnlib.diagnose(network(slope=OWN_SLOPE, spoil=True)).category == "mutates-inputs"


def test_idle_biases_and_a_bias_formula_of_its_own():
    def shared(weights, biases, X, E):
        dW, db = nnlib.gradients(weights, [0 * b + b[0] for b in biases], X, E)
        return dW, [g * np.arange(1, len(g) + 1) for g in db]

    d = nnlib.diagnose(shared)
    assert d.category == "wrong-forward-pass" and "one bias" in d.what and "formula of their own" in str(d)


# ------------------------------------------------------------------------------------------------ steps, and the problems


def bent(where):
    """A step whose error vanishes with the rate, in the weights of the layers below `where` only."""

    def step(weights, biases, X, E, rate):
        dW, db = nnlib.gradients(weights, biases, X, E)
        L = len(weights)
        dW = [
            g * (1 + rate * np.sin(np.arange(g.size).reshape(g.shape))) if where(l, L) else g for l, g in enumerate(dW)
        ]
        return [w - rate * g for w, g in zip(weights, dW)], [b - rate * g for b, g in zip(biases, db)]

    return step


def test_what_vanishes_with_the_rate():
    below = nnlib.diagnose(bent(lambda l, L: l < L - 1), kind="train_step")
    above = nnlib.diagnose(bent(lambda l, L: l == L - 1), kind="train_step")
    assert below.category == "used-updated-weights" and "output layer is right" in below.what, str(below)
    assert above.category == "unknown" and "vanishes with the rate" in above.what, str(above)


def test_the_problems_keep_what_their_names_promise():
    sizes = lambda name: probe(name).sizes
    assert set(sizes("equal widths")) == {sizes("equal widths")[0]} and len(probe("equal widths").X) not in sizes(
        "equal widths"
    )
    assert {*sizes("all equal"), len(probe("all equal").X)} == {sizes("all equal")[0]}
    assert sizes("one output")[-1] == 1 and sizes("one input")[0] == 1
    assert len(sizes("two layers")) == 3 and len(sizes("four layers")) == 5 and len(probe("many samples").X) > 100
    for name in ("main", "three", "two layers", "four layers", "many samples"):  # a count shows whose it is
        assert len(probe(name).X) not in sizes(name) and sizes(name)[0] not in sizes(name)[1:-1], name
    for name in ("integer data", "integer weights"):
        p = probe(name)
        given = (p.X, p.E) if name == "integer data" else (*p.weights, *p.biases)
        assert all(v.dtype.kind == "i" and len(np.unique(v)) > 1 for v in given)
    assert (
        np.abs(probe("large errors").E).max() > 100 and (probe("three").E < -1).any() and (probe("three").E > 2).any()
    )
    with np.errstate(over="ignore"):
        z = probe("saturated").biases[0][:3]
        assert 1 / (1 + np.exp(-z[0])) == 1 and np.isinf(np.exp(z[0])) and np.isfinite(np.exp(z[1])) and z[2] < 0
    with pytest.raises(ValueError, match="probe: expected one of"):
        probe("no such problem")


def test_two_slips_that_touch_every_array_are_both_named():
    """No array shows one of them alone: the pair has to be made together."""

    def no_bias_and_cross_entropy(weights, biases, X, E):
        A = [X]
        for W in weights:
            A.append(1 / (1 + np.exp(-(A[-1] @ W))))
        d, dW, db = (A[-1] - E) / len(X), [], []
        for l in reversed(range(len(weights))):
            dW.insert(0, A[l].T @ d)
            db.insert(0, d.sum(axis=0))
            d = d @ weights[l].T * A[l] * (1 - A[l])
        return dW, db

    d = nnlib.diagnose(no_bias_and_cross_entropy)
    assert {d.category, *(slug for slug, _, _ in d.second)} == {"cross-entropy-delta", "wrong-forward-pass"}, str(d)


def test_a_right_verdict_has_no_error_and_no_declared_convention():
    d = nnlib.diagnose(nnlib.gradients)
    assert d.error == 0 and d.declared is False and nnlib.diagnose(nnlib.gradients, convention="sum").declared is True
