"""Right arrays in the packages that people are used to: the numbers are judged, and the package is told."""

from __future__ import annotations

import numpy as np
import pytest

import nnlib
from nnlib.doctor.packages import Packed, carried, unpacked
from nnlib.doctor.probes import probe
from nnlib.notation import adapt

P = probe("main")
IN_A_ROW = "dW, db, dW, db, ... came back in a row"
HABITS = {
    "a pair (dW, db) for each layer came back, not two lists": lambda W, b: list(zip(W, b)),
    IN_A_ROW + ", not two lists": lambda W, b: tuple(v for pair in zip(W, b) for v in pair),
    "one flat list of 6 arrays came back": lambda W, b: [*W, *b],
    "a dict with the keys dW1, db1, dW2, db2, ... came back": lambda W, b: {
        f"{name}{l + 1}": v for l, pair in enumerate(zip(W, b)) for name, v in zip(("dW", "db"), pair)
    },
}


@pytest.mark.parametrize("note", HABITS)
def test_a_habitual_package(note):
    pack = HABITS[note]
    d = nnlib.diagnose(lambda *a: pack(*nnlib.gradients(*a)))
    assert d.category == "shape-error" and d.what.startswith(f"the numbers are right, but {note}"), str(d)
    assert d.where == frozenset() and not d.evidence
    d = nnlib.diagnose(lambda *a: pack(*([g / 2 for g in part] for part in nnlib.gradients(*a))))
    assert d.category == "missing-factor-two" and f"Besides, {note}" in str(d), str(d)


@pytest.mark.parametrize("convention", ["columns", "transposed weights", "half sum"])
@pytest.mark.parametrize("note", HABITS)
def test_a_habitual_package_in_a_declared_layout(note, convention):
    """Nothing of it is translated unless the package is opened first."""
    pack = HABITS[note]

    def theirs(weights, biases, X, E):
        columns, turned, T = convention == "columns", convention != "half sum", E.shape[convention == "columns"]
        ours = [w.T for w in weights] if turned else weights, [b.ravel() for b in biases]
        dW, db = nnlib.gradients(*ours, X.T if columns else X, E.T if columns else E)
        c = 1.0 if turned else T / 2
        return pack([c * (g.T if turned else g) for g in dW], [c * (g[:, None] if columns else g) for g in db])

    d = nnlib.diagnose(theirs, convention=convention)
    assert d.what.startswith(f"the numbers are right, but {note}"), str(d)


@pytest.mark.parametrize(
    "pack", [lambda W, b: [*zip(W, b)][::-1], lambda W, b: [v for p in [*zip(W, b)][::-1] for v in p]]
)
def test_from_the_last_layer_to_the_first(pack):
    """Equal widths do not tell the order: it is left as it came, and named as a slip of its own."""
    d = nnlib.diagnose(lambda *a: pack(*nnlib.gradients(*a)))
    assert d.category == "wrong-order" and "Besides, " in str(d), str(d)


def test_a_step_in_a_habitual_package():
    def step(weights, biases, X, E, rate):
        dW, db = nnlib.gradients(weights, biases, X, E)
        return [(W - rate * g, b - rate * h) for W, b, g, h in zip(weights, biases, dW, db)]

    d = nnlib.diagnose(step, kind="train_step")
    assert d.what.startswith("the numbers are right, but a pair"), str(d)


def test_what_is_no_package():
    W, b = P.weights, P.biases
    for value in ((W, b), None, 3.5, "text", [*zip(W, b)][:2], [W[0], b[0]], [*W, *b[:2]], {}, [[W], [b]], ["?"] * 6):
        assert unpacked(value, W, b) is None, value
    two = probe("two layers")
    assert unpacked((two.weights, two.biases), two.weights, two.biases) is None, "two lists of two are no pairs"
    assert unpacked((two.weights[::-1], two.biases[::-1]), two.weights, two.biases) is None, "turned round neither"
    assert unpacked([*zip(two.weights, two.biases)], two.weights, two.biases) is not None
    assert unpacked([*zip(two.weights, two.biases)][::-1], two.weights, two.biases) is not None


@pytest.mark.parametrize("pack", [lambda W, b: [*zip(W, b)], lambda W, b: [v for pair in zip(W, b) for v in pair]])
def test_a_package_of_arrays_of_which_some_have_another_shape(pack):
    """Which slip it is shows in the shapes: they are left to be judged."""
    summed = lambda *a: (nnlib.gradients(*a)[0], [np.ones((len(a[2]), len(b))) for b in a[1]])
    for gradients in (
        lambda *a: ([g.T for g in nnlib.gradients(*a)[0]], nnlib.gradients(*a)[1]),
        lambda *a: (nnlib.gradients(*a)[0], [g.sum() for g in nnlib.gradients(*a)[1]]),
        lambda *a: (nnlib.gradients(*a)[0], [g[:, None] for g in nnlib.gradients(*a)[1]]),
    ):
        plain, packed = nnlib.diagnose(gradients), nnlib.diagnose(lambda *a, f=gradients: pack(*f(*a)))
        assert packed.category == plain.category and packed.where == plain.where, (str(plain), str(packed))
    plain, packed = nnlib.diagnose(summed), nnlib.diagnose(lambda *a: [*zip(*summed(*a))])
    assert packed.category == plain.category, (str(plain), str(packed))


def test_equal_widths_have_one_reading():
    p = probe("equal widths")
    found = unpacked([*zip(p.weights, p.biases)], p.weights, p.biases)
    assert all(a is b for part, own in zip(found, (p.weights, p.biases)) for a, b in zip(part, own))


def test_a_word_for_each_call_of_its_own():
    """One call in a package, one without, one that raises: the word of an earlier call is not kept."""
    answers = [lambda g: [*zip(*g)], lambda g: g, lambda g: 1 / 0]

    def function(weights, biases, X, E):
        return answers.pop(0)(nnlib.gradients(weights, biases, X, E))

    told = carried(function, lambda opened: adapt("ours", opened))
    assert isinstance(told(P.weights, P.biases, P.X, P.E), Packed)
    assert not isinstance(told(P.weights, P.biases, P.X, P.E), Packed)
    with pytest.raises(ZeroDivisionError):
        told(P.weights, P.biases, P.X, P.E)


def test_one_flat_vector():
    d = nnlib.diagnose(lambda *a: np.concatenate([g.ravel() for part in nnlib.gradients(*a) for g in part]))
    assert d.category == "shape-error" and "one array of 84 numbers came back" in d.what, str(d)


# ------------------------------------------------------------------------------------------------ no list for the biases


def without_biases(weights, biases, X, E):
    """The sum over the samples, of a network whose biases are never used."""
    dW, _ = nnlib.gradients(weights, [0 * b for b in biases], X, E)
    return [len(X) * g for g in dW]


@pytest.mark.parametrize("none", [[], None])
def test_a_network_without_biases_returns_none_of_their_gradients(none):
    d = nnlib.diagnose(lambda *a: (without_biases(*a), none), convention="sum")
    assert d.category == "wrong-forward-pass" and "no bias in the forward pass" in d.what and not d.second, str(d)
    assert "Besides, db" in str(d), "and is told what is missing"


def test_weight_gradients_alone_whose_slip_has_no_name():
    d = nnlib.diagnose(lambda *a: ([np.cbrt(g) for g in without_biases(*a)], []))
    assert d.category == "unknown" and "Besides, db has 0 entries for 3 layers" in str(d), str(d)
    only = nnlib.diagnose(lambda *a: (nnlib.gradients(*a)[0], []))
    assert only.category == "bias-gradient-zero" and "Besides" not in str(only), str(only)


def test_one_number_where_a_matrix_belongs():
    """np.dot(dZ, a) of two vectors is a number; the outer product is meant."""

    def inner(weights, biases, X, E):
        dW, db = nnlib.gradients(weights, biases, X, E)
        return [np.cbrt(g).sum() for g in dW], [np.cbrt(g) for g in db]

    d = nnlib.diagnose(inner)
    assert d.category == "shape-error" and d.candidates[1] == "elementwise-matmul-confusion", str(d)
    assert "np.outer" in d.hint


def test_right_numbers_are_called_right_though_their_form_is_not():
    d = nnlib.diagnose(lambda *a: [*zip(*nnlib.gradients(*a))])
    assert str(d).splitlines()[0].endswith(": The gradient is right, but the code raises, or returns wrong shapes.")
