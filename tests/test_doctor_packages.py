"""The right arrays in a wrong package: how many came back, in which order, stepped or not, and under one name or two."""

# ruff: noqa: E501  (a case is a line)
from __future__ import annotations

import numpy as np
import pytest
from doctor_patients.exams import THREE, exam_of, other

from nnlib.doctor.returned import _layer_of, miscounted, new_weights, one_list, reversed_step


def exam(package, kind="gradients", names=THREE):
    """An exam whose answers are `package(dW, db)` of the right gradients."""
    return exam_of(lambda a, name: package(a[: len(a) // 2], a[len(a) // 2 :]), names=names, kind=kind)


def said(package, **more):
    d = miscounted(exam(package, **more))
    assert d is None or not d.correct
    return None if d is None else (d.category, d.candidates[1:], d.what)


X = np.ones((2, 9))
COUNT = "{} weight and {} bias gradients came back for 3 layers"
OFF, SHAPE = ("off-by-one-layer", ("shape-error",)), ("shape-error", ())
COUNTED = {
    "as many as layers": (lambda W, b: (W, b), None),
    "no biases": (lambda W, b: (W, []), ("bias-gradient-zero", ("shape-error",), "no bias gradients came back")),
    "words": (lambda W, b: (W, ["?"]), ("bias-gradient-zero", ("shape-error",), "no bias gradients came back")),
    "no biases, other weights": (lambda W, b: (other(W), []), None),
    "no biases, strange weights": (lambda W, b: ([X] * 3, []), (*SHAPE, COUNT.format(3, 0))),
    "no biases, weights turned round": (lambda W, b: (W[::-1], []), ("wrong-order", ("shape-error",), COUNT.format(3, 0) + ", in reverse order")),
    "a bias too few": (lambda W, b: (W, b[:2]), (*OFF, COUNT.format(3, 2) + ": they belong to the layers 0, 1, 2")),
    "doubled, and a bias too few": (lambda W, b: ([2 * g for g in W], b[:2]), (*OFF, COUNT.format(3, 2) + ": they belong to the layers 0, 1, 2")),
    "the first layer only": (lambda W, b: (W[:1], b[:1]), (*OFF, COUNT.format(1, 1) + ": they belong to the layers 0")),
    "the output layer only": (lambda W, b: (W[2:], b[2:]), ("only-last-layer", ("shape-error", "off-by-one-layer"), COUNT.format(1, 1) + ": those of the output layer")),
    "the output weights, and the biases": (lambda W, b: (W[2:], b), ("only-last-layer", ("shape-error", "off-by-one-layer"), COUNT.format(1, 3) + ": those of the output layer")),
    "one in front": (lambda W, b: ([X, *W], [X, *b]), (*SHAPE, COUNT.format(4, 4) + ": one array too many, before those of the weights")),
    "a weight in front, and the biases": (lambda W, b: ([X, *W], b), (*SHAPE, COUNT.format(4, 3) + ": one array too many, before those of the weights")),
    "a weight in front, a bias behind": (lambda W, b: ([X, *W], [*b, X]), (*SHAPE, COUNT.format(4, 4) + ": one array too many, before those of the weights")),
    "one behind": (lambda W, b: ([*W, X], [*b, X]), (*OFF, COUNT.format(4, 4) + ": they belong to the layers 0, 1, 2")),
    "two in front": (lambda W, b: ([X, X, *W], b), (*OFF, COUNT.format(5, 3) + ": they belong to the layers 0, 1, 2")),
    "turned round, a bias too few": (lambda W, b: (W[::-1], b[:2]), ("wrong-order", ("shape-error",), COUNT.format(3, 2) + ", in reverse order")),
    "two, turned round": (lambda W, b: (W[:0:-1], b[:2]), (*OFF, COUNT.format(2, 2) + ": they belong to the layers 2, 1")),
    "none of ours, more": (lambda W, b: ([*other(W), X], b), (*SHAPE, COUNT.format(4, 3))),
    "none of ours, fewer": (lambda W, b: (other(W)[:2], b[:2]), (*SHAPE, COUNT.format(2, 2))),
    "one of ours, fewer": (lambda W, b: ([W[0], other(W)[1]], b[:2]), None),
    "one of ours, as many as layers": (lambda W, b: ([W[0], *other(W[1:])], b[:2]), None),
    "one of ours, more": (lambda W, b: ([W[0], *other(W)], b), (*SHAPE, COUNT.format(4, 3))),
    "biases of nobody": (lambda W, b: (W[:2], other(b)[:2]), None),
    "no weights": (lambda W, b: ([], b), (*SHAPE, COUNT.format(0, 3))),
}  # fmt: skip


@pytest.mark.parametrize("name", COUNTED)
def test_miscounted(name):
    package, expected = COUNTED[name]
    assert said(package) == expected


def test_a_count_is_looked_at_in_pairs_of_gradients_alone():
    few = lambda W, b: (W, b[:2])
    assert said(few, kind="train_step") is None and said(few, names=("three",)) is None
    assert miscounted(exam_of(lambda a, n: None)) is None
    assert said(lambda W, b: (W[0],))[2] == "1 value came back, not two (dW, db)"
    nothing = said(lambda W, b: ([], []))
    assert nothing[0] == "shape-error" and nothing[2] == "dW has 0 entries for 3 layers"


def test_the_layer_of_an_array():
    truth = exam_of().truth("main")[:3]
    assert [_layer_of(-3 * t, truth) for t in truth] == [0, 1, 2]
    assert _layer_of(np.array([0.0, 2.0]), [np.array([0.0, 1.0])]) == 0, "a zero among its numbers"
    assert _layer_of(None, truth) is None and _layer_of(0 * truth[0], truth) is None
    hair = lambda h: truth[1] * (1 + h * np.sign(np.sin(np.arange(30.0)).reshape(5, 6)))
    assert _layer_of(hair(0.9e-6), truth) == 1 and _layer_of(hair(1.6e-6), truth) is None


# ------------------------------------------------------------------------------------------------- steps turned round


def turned(turns, names=THREE, spoil=None):
    def change(arrays, name):
        p = exam_of(names=(name,)).problem(name)
        new = [w - p.rate * 2 * g for w, g in zip((*p.weights, *p.biases), arrays)]
        L = len(p.weights)
        parts = [part[::turn] for part, turn in zip((new[:L], new[L:]), turns)]
        return tuple(spoil(parts, name) if spoil else parts)

    return exam_of(change, names=names, kind="train_step")


@pytest.mark.parametrize(
    ("turns", "what"), [((-1, -1), "weights and biases"), ((-1, 1), "weights"), ((1, -1), "biases")]
)
def test_a_step_from_the_last_layer_to_the_first(turns, what):
    d = reversed_step(turned(turns))
    assert d.category == "wrong-order" and d.what == f"the new {what} come back from the last layer to the first"
    assert not d.correct and d.formula == "return «weights[::-1], biases[::-1]»"


def test_a_step_that_is_not_turned_round():
    assert reversed_step(turned((1, 1))) is None and reversed_step(turned((-1, -1), names=("main",))) is None
    assert reversed_step(exam_of(lambda a, n: (a[2::-1], a[:2:-1]))) is None, "gradients are no step"
    once = lambda where: lambda parts, name: parts if name != where else [[v + 1 for v in parts[0]], parts[1]]
    assert reversed_step(turned((-1, -1), spoil=once("main"))) is None
    assert reversed_step(turned((-1, -1), spoil=once("three"))) is None


def hair_of_a_step(h):
    noise = lambda v, name: (
        h
        * 1.4
        * np.sign(np.sin(np.arange(v.size) + 0.5)).reshape(v.shape)
        * np.abs(exam_of(names=(name,)).truth(name)[2])
    )
    return lambda parts, name: [[parts[0][0] + noise(parts[0][0], name), *parts[0][1:]], parts[1]]


def test_a_step_turned_round_is_a_multiple_to_six_digits():
    assert reversed_step(turned((-1, -1), spoil=hair_of_a_step(0.9e-6))) is not None
    assert reversed_step(turned((-1, -1), spoil=hair_of_a_step(1.5e-6))) is None


# --------------------------------------------------------------------------------- new weights in place of gradients


def stepped(rate=lambda name, k: 0.1, spoil=lambda arrays, name: arrays, names=THREE, kind="gradients"):
    def change(arrays, name):
        p = exam_of(names=(name,)).problem(name)
        return spoil([w - rate(name, k) * g for k, (w, g) in enumerate(zip((*p.weights, *p.biases), arrays))], name)

    return exam_of(change, names=names, kind=kind)


def test_new_weights_and_their_rate():
    d = new_weights(stepped())
    assert (d.category, d.candidates[1:]) == ("assigned-instead-of-subtracted", ("learning-rate-in-gradient",))
    assert (
        "less 0.1 times" in d.what
        and 'kind="train_step"' in d.mend
        and d.formula == "return «dW, db»"
        and not d.correct
    )
    assert "-0.5 times" in new_weights(stepped(lambda name, k: -0.5)).what


def test_no_new_weights():
    assert new_weights(stepped(kind="train_step")) is None and new_weights(exam_of()) is None
    assert new_weights(stepped(lambda name, k: 0.0)) is None, "the old weights are no step"
    assert new_weights(stepped(lambda name, k: 0.1 * (k != 4))) is None, "one array as it was"
    assert new_weights(stepped(lambda name, k: 0.1 + 0.1 * (k == 5))) is None, "two rates"
    assert new_weights(stepped(names=("main",))) is None and new_weights(stepped(names=("three",))) is None
    for where in ("main", "three"):
        once = lambda change: lambda a, name, where=where: change(a) if name == where else a
        assert new_weights(stepped(spoil=once(lambda a: other(a)))) is None
        assert new_weights(stepped(spoil=once(lambda a: [*a[:5], *other(a[5:])]))) is None
        assert new_weights(stepped(spoil=once(lambda a: [None, *a[1:]]))) is None
        assert new_weights(stepped(spoil=once(lambda a: [*a[:5], a[5][:, None]]))) is None
        assert new_weights(stepped(spoil=once(lambda a: [*a[:5], a[5] * np.nan]))) is None


@pytest.mark.parametrize(("h", "found"), [(0.9e-6, True), (1.8e-6, False)])
def test_one_rate_is_one_to_six_digits(h, found):
    assert (new_weights(stepped(lambda name, k: 0.1 * (1 + h * (k == 2)))) is not None) is found
    assert (new_weights(stepped(lambda name, k: -0.1 * (1 + h * (k == 2)))) is not None) is found


@pytest.mark.parametrize(("h", "found"), [(0.7e-6, True), (1.5e-6, False)])
def test_every_array_is_a_multiple_to_six_digits(h, found):
    def wave(arrays, name):
        t = exam_of(names=(name,)).truth(name)[0]
        w = np.sin(7 * np.arange(t.size)).reshape(t.shape)
        return [arrays[0] + 0.1 * h * np.linalg.norm(t) / np.linalg.norm(w) * w, *arrays[1:]]

    assert (new_weights(stepped(spoil=wave)) is not None) is found


def test_one_list_under_two_names():
    one = [np.zeros(1)]
    for value, found in (((one, one), True), ([one, one], True), ((one, list(one)), False), ((one, one, one), False),
                         ((one[0], one[0]), False), ({0: one, 1: one}, False), (None, False)):  # fmt: skip
        e = exam_of()
        e.calls["main"].value = value
        d = one_list(e)
        assert (d is not None and d.category == "stale-or-aliased-buffers" and not d.correct) is found
        assert not found or d.what.startswith("dW and db are one list with two names")
