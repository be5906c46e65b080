"""Stages inferred from single samples: which is found, how it is told, and that it gives every array of the batch again."""

# ruff: noqa: E501  (a case is a line)
from __future__ import annotations

import numpy as np
import pytest
from doctor_patients.exams import asking

from nnlib.doctor.inferred import Model
from nnlib.doctor.localise import PROBES
from nnlib.doctor.probes import probe
from nnlib.doctor.readings import Readings, Unread
from nnlib.doctor.stages import Change, backpropagate
from nnlib.doctor.table.slopes import s1
from nnlib.functions import sigmoid

ALL, FIRST, SECOND, OUT, HIDDEN = "everywhere", "first layer", "second layer", "output layer", "hidden layers"


def planted(*changes, where=PROBES):
    """The gradients of any problem with these changes of backpropagation, in the networks of these names alone."""
    sizes = [probe(name).sizes for name in where]

    def gradients(p):
        dW, db = backpropagate(p, [Change(*change) for change in changes] if p.sizes in sizes else ())
        return [*dW, *db]

    return gradients


def read(gradients):
    return [Readings(asking(gradients), name) for name in PROBES]


@np.errstate(all="ignore")
def inferred(networks):
    return Model(networks)


def told(gradients):
    """What the model says in words; and the network with the inferred stages gives every array of every batch."""
    networks = read(gradients)
    model = inferred(networks)
    for name, r in zip(PROBES, networks):
        dW, db = backpropagate(probe(name), model.changes(r))
        for mine, theirs in zip((*dW, *db), gradients(probe(name))):
            assert np.linalg.norm(mine - theirs) <= 2e-3 * np.linalg.norm(theirs), (name, model.parts)
    return [(slug, what) for slug, what, _ in model.parts]


def unread(gradients):
    with pytest.raises(Unread):
        inferred(read(gradients))
    return True


def test_right_code_has_no_stage_at_fault():
    assert told(planted()) == []


in_each_scope = pytest.mark.parametrize(("scope", "layers"), [
    (ALL, "every layer"), (FIRST, "the layer of W[0]"), (SECOND, "the layer of W[1]"), (OUT, "the layer of W[2]"),
    (HIDDEN, "the layer of W[0] and the layer of W[1]"),
])  # fmt: skip


# --------------------------------------------------------------------------------------------------------- input factors

SQUARE = {"weight": lambda c, l: (c.A[l] ** 2).T @ c.dZ[l]}
FACTOR = "another function of the activation is the input factor in "


@in_each_scope
def test_another_function_of_the_activation_is_the_input_factor(scope, layers):
    assert told(planted((SQUARE, scope))) == [("wrong-layer-activation", FACTOR + layers)]


def test_an_input_factor_that_is_no_function_of_the_activation():
    each = {"weight": lambda c, l: (c.A[l] * np.arange(1, c.A[l].shape[1] + 1)).T @ c.dZ[l]}
    assert unread(planted((each, SECOND)))
    assert unread(planted((SQUARE, SECOND), where=PROBES[:1])), "in one network only: no one function for all"
    assert unread(planted((SQUARE, SECOND), where=PROBES[1:]))
    also = inferred(read(planted((SQUARE, SECOND)))).parts[0][2]
    assert also == ("preactivation-instead-of-activation", "derivative-at-wrong-point")


# -------------------------------------------------------------------------------------------------------- bias gradients


def bias(f):
    return {"bias": lambda c, l: f(c, l).sum(axis=0)}


OF_Z = bias(lambda c, l: c.dZ[l] / (1 + c.Z[l] ** 2))
QUARTIC = lambda b: 1 + b - 0.3 * b**2 + 0.2 * b**4
OF_B, OF_B_ERROR = bias(lambda c, l: c.dZ[l] * QUARTIC(c.b[l])), bias(lambda c, l: c.dA[l] * QUARTIC(c.b[l]))


def bias_of(what, layers):
    return ("bias-wrong-formula", f"a function of {what} comes into the bias gradient of {layers}")


@pytest.mark.parametrize(("scope", "layers"), [
    (ALL, "every layer"), (FIRST, "the layer of W[0]"), (SECOND, "the layer of W[1]"), (OUT, "the layer of W[2]"),
])  # fmt: skip
@pytest.mark.parametrize(("change", "what"), [(OF_Z, "z"), (OF_B, "the bias"), (OF_B_ERROR, "the bias")])
def test_a_bias_gradient_with_a_function_in_it(change, what, scope, layers):
    assert told(planted((change, scope))) == [bias_of(what, layers)]


def test_a_bias_gradient_that_is_no_function_of_z_or_of_the_bias():
    quintic = bias(lambda c, l: c.dZ[l] * (1 + 0.5 * c.b[l] ** 5))
    assert unread(planted((quintic, ALL))), "of the fourth degree at most"
    wavering = bias(lambda c, l: c.dZ[l] * (1 + 1e-4 * np.sin(99 * c.E.sum(axis=1, keepdims=True))))
    assert unread(planted((wavering, ALL))), "nearly a function of the bias, but other for each sample"
    for where in (PROBES[:1], PROBES[1:]):
        assert unread(planted((OF_B, SECOND), where=where)) and unread(planted((OF_Z, SECOND), where=where))


def test_an_input_factor_and_a_bias_gradient_at_once():
    both = planted((SQUARE, OUT), (OF_Z, FIRST))
    assert told(both) == [("wrong-layer-activation", FACTOR + "the layer of W[2]"), bias_of("z", "the layer of W[0]")]
    assert told(planted((OWN_SLOPE, FIRST), (OF_Z, OUT))) == [
        ("wrong-activation-derivative", SLOPE.format("the layer of W[0]")),
        bias_of("z", "the layer of W[2]"),
    ]


def test_a_small_deviation_has_to_be_a_function_as_much_as_a_large_one():
    """What is fitted is the way from the right function: a ten-thousandth that wavers with the sample is none."""
    wavering = lambda v, c: v * (1 + 1e-4 * np.sin(99 * c.X[:, :1] + np.arange(v.shape[1])))
    for stage, right in (
        ("weight", lambda c, l: wavering(c.A[l], c).T @ c.dZ[l]),
        ("slope", lambda c, l: wavering(s1(c.Z[l]), c)),
        ("delta", lambda c, l: wavering(c.dA[l] * c.S[l], c)),
        ("activate", lambda c, l: wavering(sigmoid(c.Z[l]), c)),
    ):
        for scope in (FIRST, SECOND) if stage == "activate" else (FIRST, SECOND, OUT):
            assert unread(planted(({stage: right}, scope))), (stage, scope)


# ------------------------------------------------------------------------------------------------------ slopes, output delta

OWN_SLOPE = {"slope": lambda c, l: 0.3 / (1 + 0.2 * c.Z[l] ** 2 + 0.1 * c.Z[l])}
SLOPE = "the slope of {} is another function of z than f'(z)"


@in_each_scope
def test_a_slope_of_its_own(scope, layers):
    assert told(planted((OWN_SLOPE, scope))) == [("wrong-activation-derivative", SLOPE.format(layers))]


def test_a_slope_that_is_no_function_of_z():
    for scope in (FIRST, SECOND, OUT):
        for where in (PROBES[:1], PROBES[1:]):
            assert unread(planted((OWN_SLOPE, scope), where=where))
    assert inferred(read(planted((OWN_SLOPE, OUT)))).parts[0][2] == ("derivative-at-wrong-point",)


def spoiled(change, low, high, size):
    """The change, with slopes that waver where the share size(c, l) lies between low and high."""
    noise = lambda v: 1 + 0.5 * np.sin(1e4 * v)
    inside = lambda c, l: (low < size(c, l)) & (size(c, l) < high)
    return {"slope": lambda c, l: np.where(inside(c, l), noise(c.Z[l]), 1) * change["slope"](c, l)}


OF_OUTPUT = lambda c, l: np.abs(c.dA[l]) * c.count
OF_HIDDEN = lambda c, l: np.abs(c.dA[l]) * c.count / LARGEST[c.W[0].shape[0], l]


def _largest(name, l):
    r = Readings(asking(planted()), name)
    return np.abs(r.delta[l + 1] @ r.p.weights[l + 1].T).max()


LARGEST = {(probe(name).sizes[0], l): _largest(name, l) for name in PROBES for l in range(2)}


@pytest.mark.parametrize(("scope", "size"), [(OUT, OF_OUTPUT), (FIRST, OF_HIDDEN), (SECOND, OF_HIDDEN)])
def test_a_slope_is_read_where_enough_error_passes_through_it(scope, size):
    """Where next to no error arrives, the quotient says nothing: below two hundredths nobody looks."""
    networks = read(planted((spoiled(OWN_SLOPE, 0, 0.019, size), scope)))
    assert [slug for slug, *_ in inferred(networks).parts] == ["wrong-activation-derivative"]
    try:
        parts = inferred(read(planted((spoiled(OWN_SLOPE, 0.021, 0.039, size), scope)))).parts
    except Unread:
        parts = []
    assert not any(slug == "wrong-activation-derivative" for slug, *_ in parts)


def test_another_output_delta():
    cubic = {"delta": lambda c, l: ((c.A[-1] - c.E) + (c.A[-1] - c.E) ** 3 / 3) * c.S[l] / c.count}
    assert told(planted((cubic, OUT))) == [
        ("wrong-cost-derivative", "the output delta is another function of output and target")
    ]
    assert inferred(read(planted((cubic, OUT)))).parts[0][2] == ("cross-entropy-delta",)
    wild = {"delta": lambda c, l: c.dA[l] * c.S[l] * (1 + 0.5 * np.sin(50 * c.X.sum(axis=1, keepdims=True)))}
    assert unread(planted((wild, OUT))), "of the input, not of output and target"
    for where in (PROBES[:1], PROBES[1:]):
        assert unread(planted((cubic, OUT), where=where))


# ----------------------------------------------------------------------------------------------------------- the way down


def carry(what, matrix=lambda W: np.tanh(W).T):
    return {"carry": lambda c, l: what(c, l) @ matrix(c.W[l])}


def fixed(rows, columns):
    return np.cos(np.arange(rows * columns)).reshape(rows, columns)


DELTA, ERROR = carry(lambda c, l: c.dZ[l]), carry(lambda c, l: c.dA[l])
OUTPUT_ERROR = {"carry": lambda c, l: c.dA[-1] @ fixed(c.dA[-1].shape[1], c.W[l].shape[0])}
OUTPUT_DELTA = {"carry": lambda c, l: c.dZ[-1] @ fixed(c.dZ[-1].shape[1], c.W[l].shape[0])}
REACHES = "{} reaches {} through another matrix than W.T"


@pytest.mark.parametrize(("change", "scope", "slug", "word", "layers"), [
    (DELTA, OUT, "wrong-quantity-propagated", "the delta of the layer above", "the layer of W[1]"),
    (DELTA, SECOND, "wrong-quantity-propagated", "the delta of the layer above", "the layer of W[0]"),
    (DELTA, ALL, "wrong-quantity-propagated", "the delta of the layer above", "the layer of W[0] and the layer of W[1]"),
    (ERROR, OUT, "error-propagated-without-derivative", "the error of the layer above, not its delta,", "the layer of W[1]"),
    (ERROR, SECOND, "error-propagated-without-derivative", "the error of the layer above, not its delta,", "the layer of W[0]"),
    (OUTPUT_ERROR, SECOND, "wrong-quantity-propagated", "the output error", "the layer of W[0]"),
    (OUTPUT_DELTA, SECOND, "wrong-quantity-propagated", "the output delta", "the layer of W[0]"),
])  # fmt: skip
def test_something_else_is_carried_down(change, scope, slug, word, layers):
    assert told(planted((change, scope))) == [(slug, REACHES.format(word, layers))]


def test_two_things_are_carried_down():
    assert told(planted((OUTPUT_DELTA, SECOND), (ERROR, OUT))) == [
        ("error-propagated-without-derivative", REACHES.format("the error of the layer above, not its delta,", "the layer of W[1]")),
        ("wrong-quantity-propagated", REACHES.format("the output delta", "the layer of W[0]")),
    ]  # fmt: skip
    assert told(planted((DELTA, SECOND), (OWN_SLOPE, SECOND))) == [
        ("wrong-activation-derivative", SLOPE.format("the layer of W[1]")),
        ("wrong-quantity-propagated", REACHES.format("the delta of the layer above", "the layer of W[0]")),
    ]


def test_what_no_matrix_carries_down():
    bent = carry(lambda c, l: np.cbrt(c.dZ[l] * c.count) / c.count)
    assert unread(planted((bent, OUT))) and unread(planted((bent, SECOND)))
    assert unread(planted((bent, OUT), where=PROBES[:1])) and unread(planted((bent, OUT), where=PROBES[1:]))


# ------------------------------------------------------------------------------------------------- another forward pass

WIDER = {"activate": lambda c, l: sigmoid(2 / 3 * c.Z[l])}
SAME_SLOPE = {"slope": lambda c, l: s1(c.Z[l])}
ITS_SLOPE = {"slope": lambda c, l: 2 / 3 * s1(2 / 3 * c.Z[l])}
ACTIVATION = "another function of z than the sigmoid is the activation of "
ADDED = "other numbers than the biases are added in {} of the forward pass"


@pytest.mark.parametrize(("scope", "layers"), [
    (HIDDEN, "every hidden layer"), (FIRST, "the layer of W[0]"), (SECOND, "the layer of W[1]"),
])  # fmt: skip
@pytest.mark.parametrize("slope", [SAME_SLOPE, ITS_SLOPE])
def test_another_activation(slope, scope, layers):
    assert told(planted((WIDER, scope), (slope, scope))) == [("wrong-forward-pass", ACTIVATION + layers)]


def test_another_activation_and_a_slope_at_the_output():
    changes = (WIDER, HIDDEN), (ITS_SLOPE, HIDDEN), (OWN_SLOPE, OUT)
    assert told(planted(*changes)) == [("wrong-forward-pass", ACTIVATION + "every hidden layer")]


@pytest.mark.parametrize(("scope", "layers"), [
    (HIDDEN, "every hidden layer"), (FIRST, "the layer of W[0]"), (SECOND, "the layer of W[1]"),
])  # fmt: skip
def test_other_numbers_than_the_biases(scope, layers):
    """The same slip in words where the activation is another too, but then the numbers added are what is told."""
    cubes = {"affine": lambda c, l: c.A[l] @ c.W[l] + c.b[l] ** 3}
    assert told(planted((cubes, scope))) == [("wrong-forward-pass", ADDED.format(layers))]
    if scope == FIRST:
        assert told(planted((cubes, FIRST), (WIDER, SECOND), (ITS_SLOPE, SECOND))) == [
            ("wrong-forward-pass", ADDED.format("the layer of W[0]"))
        ]


def test_other_inputs():
    clipped = {"samples": lambda c: (c.X.clip(-1, 1), c.E, c.count)}
    assert told(planted((clipped,))) == [("wrong-forward-pass", "other inputs than X enter the network")]
    assert told(planted((clipped,), where=PROBES[1:2])) == [
        ("wrong-forward-pass", "other inputs than X enter the network")
    ]
    assert told(planted((clipped,), (WIDER, FIRST), (SAME_SLOPE, FIRST))) == [
        ("wrong-forward-pass", "other inputs than X enter the network")
    ]


def test_a_forward_pass_that_cannot_be_read():
    for where in (PROBES[:1], PROBES[1:]):
        assert unread(planted((WIDER, HIDDEN), (SAME_SLOPE, HIDDEN), where=where)), "no one function for all networks"
        assert unread(planted(({"affine": lambda c, l: c.A[l] @ c.W[l]}, FIRST), (WIDER, FIRST), where=where))
    doubled = bias(lambda c, l: 2 * c.dZ[l])
    assert unread(planted((WIDER, HIDDEN), (SAME_SLOPE, HIDDEN), (doubled, FIRST))), "what is the delta is not clear"
