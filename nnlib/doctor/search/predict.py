"""What a hypothesis says of a problem that it has not seen: the learner's answer, in the learner's own layout."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from nnlib.doctor.candidates.factors import power
from nnlib.doctor.candidates.passes import answer
from nnlib.doctor.questions.exam import right
from nnlib.doctor.questions.problems import Problem
from nnlib.doctor.search.explain import Hypothesis


def predictor(h: Hypothesis, setting, both: bool = True) -> Callable:
    """The function that the learner's would be if the hypothesis held: same arguments, same kind of answer.

    Without `both`, no gradients of biases come back.
    """

    def predict(weights, biases, X, E, learning_rate=1.0):
        p = _problem(weights, biases, X, E, learning_rate, setting)
        if h.answer is not None:
            return _as_handed(h.answer(p), biases, setting)
        arrays = gradients(h, p, setting)
        if setting.bias == "none" and arrays is not None:
            arrays = [*arrays[: p.layers], *(np.zeros(len(b)) for b in p.biases)]
        if arrays is None:
            return None
        old, L = (*weights, *biases), p.layers
        shaped = [g.T if setting.transposed and g.ndim == 2 and k < L else g for k, g in enumerate(arrays)]
        shaped = [g if k < L else _bias(g, b, setting) for k, (g, b) in enumerate(zip(shaped, old))]
        if setting.kind == "train_step":
            shaped = [v - learning_rate * g for v, g in zip(old, shaped)]
        return shaped[:L], shaped[L:] if both else []

    return predict


def _as_handed(answer, biases, setting):
    """What came back in our layout, in the learner's."""
    if not isinstance(answer, tuple) or len(answer) != 2:
        return answer
    first, second = answer
    if isinstance(first, list):
        first = [np.asarray(g).T if setting.transposed and np.ndim(g) == 2 else g for g in first]
    if isinstance(second, list):
        second = [_bias(g, b, setting) for g, b in zip(second, [*biases, *second[len(biases) :]])]
    return first, second


def _bias(g, b, setting):
    """A bias gradient in the learner's form."""
    if np.size(g) == np.size(b):
        return np.reshape(g, np.shape(b))
    return np.reshape(g, setting.shape("biases", np.shape(g))) if np.ndim(g) == 1 else g


def gradients(h: Hypothesis, p: Problem, setting):
    """The arrays by the hypothesis, dW then db; None where it raises."""
    number = h.number * (h.scale(p) if h.scale else 1.0)
    arrays = answer(p, setting, h.candidates, number) if h.candidates else right(p, setting)
    if arrays is None:
        return None
    L, places = p.layers, [(k, l) for k in "Wb" for l in range(p.layers)]
    if h.only:
        arrays = [a if place in h.only else t for place, a, t in zip(places, arrays, right(p, setting))]
    return [
        a * np.prod([law(p, l) ** power(scope, k, l, L) for scope, law in h.laws]) if h.laws else a
        for (k, l), a in zip(places, arrays)
    ]


def _problem(weights, biases, X, E, rate, setting) -> Problem:
    turned = lambda v, turn: np.asarray(v).T if turn else np.asarray(v)
    return Problem(
        "unseen", tuple(turned(W, setting.transposed) for W in weights), tuple(np.ravel(b) for b in biases),
        turned(X, setting.columns), turned(E, setting.columns), rate,
    )  # fmt: skip
