"""What a hypothesis says of a problem that it has not seen: the learner's answer, in the learner's own layout."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from nnlib.doctor.questions.problems import Problem
from nnlib.doctor.search.hypotheses import Hypothesis


def predictor(h: Hypothesis, setting, both: bool = True) -> Callable:
    """The function that the learner's would be if the hypothesis held: same arguments, same kind of answer.

    Without `both`, no gradients of biases come back.
    """

    def predict(weights, biases, X, E, learning_rate=1.0):
        p = _problem(weights, biases, X, E, learning_rate, setting)
        if h.answer is not None:
            return _as_handed(h.answer(p), biases, setting)
        arrays, L = h.arrays(p, setting), p.layers
        if arrays is None:
            return None
        if setting.bias == "none":
            arrays = [*arrays[:L], *(np.zeros(len(b)) for b in p.biases)]
        dW, db = _as_handed((arrays[:L], arrays[L:]), biases, setting)
        if setting.kind == "train_step":
            dW, db = ([v - learning_rate * g for v, g in zip(*pair)] for pair in ((weights, dW), (biases, db)))
        return dW, db if both else []

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


def _problem(weights, biases, X, E, rate, setting) -> Problem:
    turned = lambda v, turn: np.asarray(v).T if turn else np.asarray(v)
    return Problem(
        "unseen", tuple(turned(W, setting.transposed) for W in weights), tuple(np.ravel(b) for b in biases),
        turned(X, setting.columns), turned(E, setting.columns), rate,
    )  # fmt: skip
