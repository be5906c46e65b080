"""The exercises of lesson 4 as functions: paths that meet are added, and the six formulas as one backpropagation."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from nnlib.data.example import half_adder, half_adder_network
from nnlib.functions import sigmoid
from nnlib.lessons.exercises import Exercise, Task
from nnlib.lessons.second_opinion import doctors_word
from nnlib.network import forward


def second_neuron() -> float:
    """dC/da_2 = dC/dz_1 w_21 + dC/dz_2 w_22: both paths, added"""
    weights, biases = half_adder_network()
    X, E = half_adder()
    Z, A = forward(weights, biases, X[2:3])
    dz, w = (2 * (A[2] - E[2:3]) * A[2] * (1 - A[2]))[0], weights[1]
    return dz[0] * w[1, 0] + dz[1] * w[1, 1]


def _paths(neuron: int = 1, weigh: bool = True):
    """The two paths into a hidden neuron of the half adder, 2 by default, for the sample (1, 0)."""
    weights, biases = half_adder_network()
    X, E = half_adder()
    Z, A = forward(weights, biases, X[2:3])
    dz = (2 * (A[2] - E[2:3]) * A[2] * (1 - A[2]))[0]
    return tuple(dz * weights[1][neuron]) if weigh else tuple(dz)


def _hidden_dz():
    """dC/dz of hidden neuron 2: one station further back."""
    weights, biases = half_adder_network()
    Z, _ = forward(weights, biases, half_adder()[0][2:3])
    return sum(_paths()) * S_slope_of(Z[0][0, 1])


def _across():
    """The same with w_12 in the place of w_21."""
    (weights, _), (first, second) = half_adder_network(), _paths()
    return first / weights[1][1, 0] * weights[1][0, 1] + second


def S_slope_of(z):
    """S'(z) = S(z) (1 - S(z)), as in the notebook."""
    return sigmoid(z) * (1 - sigmoid(z))


def hidden_delta(dZ_next, W_next, Z):
    """dC/dz = (sum over the paths) times f'(z)"""
    dA = dZ_next @ W_next.T
    return dA * S_slope_of(Z)


def _delta_inputs(rng):
    """As many neurons here as in the next layer, so that a transposed W raises nothing and has to be seen."""
    return rng.standard_normal((5, 3)), rng.standard_normal((3, 3)), rng.standard_normal((5, 3))


def backpropagation(weights, biases, X, E):
    """All six formulas, for any number of layers; l is the layer, and the lists Z and weights begin with layer 1"""
    Z, A = forward(weights, biases, X)
    dA, dW, db = 2 * (A[-1] - E) / len(X), [], []
    for l in reversed(range(1, len(A))):
        dZ = dA * S_slope_of(Z[l - 1])
        dW.insert(0, A[l - 1].T @ dZ)
        db.insert(0, dZ.sum(axis=0))
        dA = dZ @ weights[l - 1].T
    return dW, db


# the lines of the exercise "order", by the letter that stands before them in the notebook
LINES = {
    "a": "dA = dZ @ weights[l - 1]",
    "b": "dW.insert(0, A[l - 1].T @ dZ / T)",
    "c": "dZ = dA * S_slope_of(A[l])",
    "d": "dA = dZ @ weights[l - 1].T",
    "e": "db.insert(0, dZ.sum(axis=0) / T)",
    "f": "dZ = dA * S_slope_of(Z[l - 1])",
    "g": "dW.insert(0, A[l].T @ dZ / T)",
}


def lines_in_order() -> str:
    """dZ first; the other three need it, and none of them needs another, so their order is free"""
    return "f b e d"


def assembled(order: str) -> Callable:
    """The backward pass whose loop has the lines of `order`, in that order, as a function of (weights, biases, X, E)."""
    body = "\n".join(f"        {LINES[letter]}" for letter in order.split())
    head = (
        "def gradients(weights, biases, X, E):\n    Z, A = forward(weights, biases, X)\n"
        "    T, dA, dW, db = len(X), 2 * (A[-1] - E), [], []\n    for l in reversed(range(1, len(A))):\n"
    )
    made = {"forward": forward, "S_slope_of": S_slope_of}
    exec(f"{head}{body}\n    return dW, db\n", made)
    return made["gradients"]


class InOrder(Exercise):
    """An exercise whose answer is a text of letters, each a line of the loop: the loop is put together and run."""

    def check(self, answer):
        """Run the loop on a small network, and compare its gradient with the right one, or with that of a known mistake."""
        if answer is None or answer is Ellipsis:
            return super().check(answer)
        letters = list(filter(str.isalpha, answer.lower())) if isinstance(answer, str) else []
        if not letters or not set(letters) <= set(LINES) or len(letters) > len(LINES):
            return self.not_yet(self.says["no-letters"])
        order = " ".join(letters)
        made = self._result(order)
        if len(letters) == 4 and self._equal(made, self._result(self.solution())):
            return self.correct(self.praise)
        for way in self.wrong_ways:
            if self._equal(made, self._result(way.answer())):
                return self.not_yet(way.says, way.name)
        return self.not_yet(self.says["another"] if len(letters) == 4 else self.says["four"])

    def _result(self, order: str):
        """(dW, db) of the loop, or the name of what it raised: two loops that fail alike are alike."""
        try:
            return assembled(order)(*_network(np.random.default_rng(0)))
        except (NameError, ValueError, IndexError) as error:
            return type(error).__name__


def with_stage_replaced(
    carry=lambda dZ, W: dZ @ W.T, output_slope=S_slope_of, hidden_slope=S_slope_of, scale=1.0, count=len, flip=False
):
    """Backpropagation with one stage replaced: a function (weights, biases, X, E) -> (dW, db) that makes a known mistake.

    carry(dZ, W) is the product that carries dZ back, the slopes stand for f'(z), scale multiplies dC/da, count(X) divides it.
    """

    def gradients(weights, biases, X, E):
        Z, A = forward(weights, biases, X)
        dW, db, last = [], [], len(weights) - 1
        dA = scale * 2 * (A[-1] - E) / count(X)
        for l in reversed(range(len(weights))):
            dZ = dA * (output_slope if l == last else hidden_slope)(Z[l])
            dW.insert(0, (A[l].T @ dZ).T if flip else A[l].T @ dZ)
            db.insert(0, dZ.sum(axis=0))
            dA = carry(dZ, weights[l])
        return dW, db

    return gradients


def _network(rng):
    """Three weight layers of equal widths, biases that are not zero, four samples, two outputs or more."""
    weights = [rng.standard_normal((3, 3)) for _ in range(3)]
    biases = [rng.standard_normal(3) for _ in range(3)]
    return weights, biases, rng.standard_normal((4, 3)), rng.uniform(size=(4, 3))


def _at_a(z):
    return S_slope_of(sigmoid(z))


def _last_path(dZ, W):
    """Only the path through the last neuron: what = leaves where += belongs."""
    return dZ[:, -1:] * W[:, -1]


# the same line with a slip in it, by the name of the mistake
SLIPS = {
    "transposed-weights": lambda dZ, W, Z: dZ @ W * S_slope_of(Z),
    "missing-derivative": lambda dZ, W, Z: dZ @ W.T,
    "slope-at-a": lambda dZ, W, Z: dZ @ W.T * _at_a(Z),
    "z-for-a": lambda dZ, W, Z: dZ @ W.T * Z * (1 - Z),
    "overwritten": lambda dZ, W, Z: _last_path(dZ, W) * S_slope_of(Z),
    "averaged": lambda dZ, W, Z: dZ @ W.T / W.shape[1] * S_slope_of(Z),
    "no-weights": lambda dZ, W, Z: dZ * S_slope_of(Z),
    "value-for-slope": lambda dZ, W, Z: dZ @ W.T * sigmoid(Z),
    "divided": lambda dZ, W, Z: dZ @ W.T * S_slope_of(Z) / len(Z),
    "sign": lambda dZ, W, Z: -(dZ @ W.T) * S_slope_of(Z),
    "left-to-right": lambda dZ, W, Z: S_slope_of(Z) * dZ @ W.T,
    "samples-transposed": lambda dZ, W, Z: (W @ dZ[: len(W)]).T * S_slope_of(Z)[: len(W)],
    "factor-two": lambda dZ, W, Z: 2 * (dZ @ W.T) * S_slope_of(Z),
    "elementwise": lambda dZ, W, Z: dZ * W.sum(axis=1) * S_slope_of(Z),
    "slope-of-next": lambda dZ, W, Z: dZ @ W.T * S_slope_of(dZ),
}

# the stage that is replaced, by the name of the mistake
REPLACED_STAGES = {
    "factor-two": {"scale": 0.5},
    "sum": {"count": lambda X: 1},
    "divided-twice": {"count": lambda X: len(X) ** 2},
    "sign": {"scale": -1.0},
    "slope-at-a": {"output_slope": _at_a, "hidden_slope": _at_a},
    "no-slope": {"output_slope": np.ones_like, "hidden_slope": np.ones_like},
    "no-slope-output": {"output_slope": np.ones_like},
    "no-slope-hidden": {"hidden_slope": np.ones_like},
    "transposed-weights": {"carry": lambda dZ, W: dZ @ W},
    "overwritten": {"carry": _last_path},
    "averaged": {"carry": lambda dZ, W: dZ @ W.T / W.shape[1]},
    "no-weights": {"carry": lambda dZ, W: dZ},
    "transposed-gradient": {"flip": True},
}

TASKS = {
    "second-neuron": Task(
        solution=second_neuron,
        wrong_ways={
            "overwritten": lambda: _paths()[1],
            "one-path": lambda: _paths()[0],
            "multiplied": lambda: np.prod(_paths()),
            "averaged": lambda: np.mean(_paths()),
            "sign": lambda: -sum(_paths()),
            "transposed": _across,
            "neuron-one": lambda: _paths(0)[0] + _paths(0)[1],
            "one-sign-lost": lambda: _paths()[0] - _paths()[1],
            "other-sign-lost": lambda: _paths()[1] - _paths()[0],
            "one-step-too-far": _hidden_dz,
            "weights-added": lambda: sum(_paths(weigh=False)),
            "rounded": lambda: round(second_neuron(), 2),
        },
        tolerance=0.01,
    ),
    "hidden-delta": Task(
        solution=hidden_delta,
        inputs=_delta_inputs,
        wrong_ways=SLIPS,
    ),
    "order": Task(
        solution=lines_in_order,
        kind=InOrder,
        wrong_ways={
            "transposed-weights": lambda: "f b e a",
            "slope-at-a": lambda: "c b e d",
            "layer-of-the-activation": lambda: "f g e d",
            "before-its-dz": lambda: "b f e d",
            "not-carried": lambda: "f b e",
        },
        says=("no-letters", "four", "another"),
    ),
    "backpropagation": Task(
        solution=backpropagation,
        inputs=_network,
        wrong_ways={
            **{name: with_stage_replaced(**change) for name, change in REPLACED_STAGES.items()},
            "weights-alone": lambda weights, biases, X, E: backpropagation(weights, biases, X, E)[0],
        },
        second_opinion=doctors_word,
    ),
}
