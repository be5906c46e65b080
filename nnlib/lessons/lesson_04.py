"""Lesson 4's questions and exercises: paths that meet are added, and the six formulas as one backpropagation."""

from __future__ import annotations

import numpy as np

from nnlib.data.example import half_adder, half_adder_network
from nnlib.functions import sigmoid
from nnlib.lessons.exercises import Exercise, WrongWay
from nnlib.lessons.questions import Option, Question
from nnlib.lessons.second_opinion import doctors_word
from nnlib.network import forward

QUESTIONS = {
    "review-chain": Question(
        "One input x, one neuron, C = (a - e)², a = S(z), z = b + x w. What is dC/dw? (lesson 3)",
        (
            Option("2(a - e) · x", "The activation function stands on the path too, so its slope S'(z) is a factor."),
            Option("2(a - e) · S'(a) · x", "S' is taken where S was applied, and S was applied to z."),
            Option("2(a - e) · S'(z) · x", "One factor for each step of the path: C to a, a to z, z to w.", right=True),
        ),
    ),
    "review-index": Question(
        "Which weights does hidden neuron 2 need on the way forward, when w_xy leads from x to y? (lesson 2)",
        (
            Option("w_12 and w_22, a column of the matrix", "Every weight that ends at 2: second index 2.", right=True),
            Option("w_21 and w_22, a row of the matrix", "Those leave neuron 2. You will need them on the way back."),
            Option("All four", "w_11 and w_21 end at neuron 1."),
        ),
    ),
    "two-outputs": Question(
        "A hidden neuron feeds two outputs. Along one path its slope is +0.392, along the other +0.296. "
        "How do you get its dC/da?",
        (
            Option(
                "Multiply them: 0.116",
                "Factors are multiplied along one path, step after step. The two outputs do not come one after the other: "
                "they stand side by side.",
            ),
            Option(
                "Average them: 0.344",
                "This treats the paths as two opinions about one thing. But both changes happen, at the same time, and the "
                "cost feels both. The mean belongs to the samples, because C is defined as a mean over them.",
            ),
            Option(
                "Add them: 0.688",
                "A nudge of a moves the cost once through each output, and the cost is a sum over the outputs.",
                right=True,
            ),
            Option(
                "Keep the last one: 0.296",
                "This is what a program does that writes da = ... in a loop where it should write da += ...: the second path "
                "overwrites the first.",
            ),
        ),
    ),
}


def second_neuron() -> float:
    """dC/da_2 = dC/dz_1 w_21 + dC/dz_2 w_22: both paths, added"""
    weights, biases = half_adder_network()
    X, E = half_adder()
    Z, A = forward(weights, biases, X[2:3])
    dz, w = (2 * (A[2] - E[2:3]) * A[2] * (1 - A[2]))[0], weights[1]
    return dz[0] * w[1, 0] + dz[1] * w[1, 1]


def _paths():
    """The two paths into hidden neuron 2 of the half adder, for the sample (1, 0)."""
    weights, biases = half_adder_network()
    X, E = half_adder()
    Z, A = forward(weights, biases, X[2:3])
    dZ = 2 * (A[2] - E[2:3]) * A[2] * (1 - A[2])
    return dZ[0, 0] * weights[1][1, 0], dZ[0, 1] * weights[1][1, 1]


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
    """All six formulas, for any number of layers"""
    Z, A = forward(weights, biases, X)
    dW, db = [None] * len(weights), [None] * len(weights)
    dA = 2 * (A[-1] - E) / len(X)
    for l in reversed(range(len(weights))):
        dZ = dA * S_slope_of(Z[l])
        dW[l] = A[l].T @ dZ
        db[l] = dZ.sum(axis=0)
        dA = dZ @ weights[l].T
    return dW, db


def spoilt(
    carry=lambda dZ, W: dZ @ W.T, output_slope=S_slope_of, hidden_slope=S_slope_of, scale=1.0, count=len, flip=False
):
    """Backpropagation with one stage replaced: a function (weights, biases, X, E) -> (dW, db) that makes a known mistake.

    carry(dZ, W) stands for the way down, the slopes for f'(z), scale multiplies dC/da, count(X) divides it.
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


# name, the same line with a slip in it, what the check says
SLIPS = (
    ("transposed-weights", lambda dZ, W, Z: dZ @ W * S_slope_of(Z),
     "W is used as on the way forward. The way back sums over the second index, so it needs W.T."),
    ("missing-derivative", lambda dZ, W, Z: dZ @ W.T, "This is dC/da. One factor is missing on the way to dC/dz: f'(z)."),
    ("slope-at-a", lambda dZ, W, Z: dZ @ W.T * _at_a(Z), "f' is taken at a, a sigmoid of a sigmoid. It belongs at z."),
    ("z-for-a", lambda dZ, W, Z: dZ @ W.T * Z * (1 - Z), "z(1 - z) is no slope. a(1 - a) is one, with a = S(z)."),
    ("overwritten", lambda dZ, W, Z: _last_path(dZ, W) * S_slope_of(Z),
     "Only the path through the last neuron is left: the earlier ones are overwritten. Add them up."),
    ("averaged", lambda dZ, W, Z: dZ @ W.T / W.shape[1] * S_slope_of(Z), "The paths are averaged. Take their sum."),
    ("no-weights", lambda dZ, W, Z: dZ * S_slope_of(Z), "The weights of the paths are left out: dZ_next @ W_next.T first."),
    ("value-for-slope", lambda dZ, W, Z: dZ @ W.T * sigmoid(Z), "S(z) stands where its slope belongs: S'(z) = a(1 - a)."),
    ("divided", lambda dZ, W, Z: dZ @ W.T * S_slope_of(Z) / len(Z), "1/T belongs to the sums over samples, and here is none."),
    ("sign", lambda dZ, W, Z: -(dZ @ W.T) * S_slope_of(Z), "Right but for the sign."),
)  # fmt: skip

# name, the stage that is replaced, what the check says
SPOILT = (
    ("factor-two", {"scale": 0.5}, "Everything is half of what it should be: the slope of a square is 2(a - e)."),
    ("sum", {"count": lambda X: 1}, "Everything is T times too large: C is a mean, so divide by T once."),
    ("divided-twice", {"count": lambda X: len(X) ** 2}, "Everything is T times too small: 1/T stands in two places."),
    ("sign", {"scale": -1.0}, "Everything has the wrong sign: a - e, not e - a. This would climb."),
    ("slope-at-a", {"output_slope": _at_a, "hidden_slope": _at_a}, "f' is taken at a. It belongs at z."),
    ("no-slope", {"output_slope": np.ones_like, "hidden_slope": np.ones_like}, "f'(z) is missing everywhere."),
    ("no-slope-output", {"output_slope": np.ones_like}, "f'(z) is missing at the output: a - e alone is another cost's."),
    ("no-slope-hidden", {"hidden_slope": np.ones_like}, "f'(z) is missing in the hidden layers: dA is passed on as dZ."),
    ("transposed-weights", {"carry": lambda dZ, W: dZ @ W}, "The way back uses W where its transpose belongs."),
    ("overwritten", {"carry": _last_path}, "Only the last path survives on the way back: = where += belongs."),
    ("averaged", {"carry": lambda dZ, W: dZ @ W.T / W.shape[1]}, "The way back averages the paths. Take their sum."),
    ("no-weights", {"carry": lambda dZ, W: dZ}, "The weights are left out on the way back."),
    ("transposed-gradient", {"flip": True}, "Each dW is transposed: row x, column y, so A[l].T @ dZ."),
)  # fmt: skip

EXERCISES = {
    "second-neuron": Exercise(
        title="Both paths into hidden neuron 2, with a pencil",
        solution=second_neuron,
        hints=(
            "Neuron 2 leads to both outputs, so there are two paths: one over w_21, one over w_22.",
            "Along each path: dC/dz of the output, times the weight on the edge. Then add.",
        ),
        wrong_ways=(
            WrongWay(
                "overwritten",
                lambda: _paths()[1],
                "This is the second path alone. The first one is overwritten: add them.",
            ),
            WrongWay(
                "one-path",
                lambda: _paths()[0],
                "This is the first path alone. The neuron feeds two outputs: add the second path.",
            ),
            WrongWay(
                "multiplied",
                lambda: np.prod(_paths()),
                "The two paths are multiplied. They stand side by side: add them.",
            ),
            WrongWay(
                "averaged", lambda: np.mean(_paths()), "The two paths are averaged. Both changes happen: add them."
            ),
            WrongWay(
                "sign", lambda: -sum(_paths()), "The size is right and the sign is turned: the slope is 2(a - e)."
            ),
            WrongWay(
                "transposed",
                _across,
                "You took w_12, which ends at neuron 2 of the next layer. The paths leave neuron 2: w_21 and w_22.",
            ),
        ),
        praise="Two paths, one sum.",
        tolerance=0.01,
    ),
    "hidden-delta": Exercise(
        title="From the next layer's dZ to this layer's dZ",
        solution=hidden_delta,
        inputs=_delta_inputs,
        hints=(
            "First dC/da: every path out of x, that is sum over y of dC/dz_y w_xy. In matrices: dZ_next @ W_next.T.",
            "Then one step further back, from a to z: times S'(z), element by element.",
        ),
        wrong_ways=tuple(WrongWay(*row) for row in SLIPS),
        praise="It sums every path, then takes one step through the activation function.",
    ),
    "backpropagation": Exercise(
        title="All six formulas, for any number of layers",
        solution=backpropagation,
        inputs=_network,
        hints=(
            "Begin with dA = 2 (A[-1] - E) / len(X), then walk through the layers in reverse.",
            "In each layer: dZ = dA * S_slope_of(Z[l]); dW[l] = A[l].T @ dZ; db[l] = dZ.sum(axis=0).",
            "At its end, on to the layer before: dA = dZ @ weights[l].T.",
        ),
        wrong_ways=tuple(WrongWay(name, spoilt(**change), says) for name, change, says in SPOILT),
        second_opinion=doctors_word,
        praise="This is backpropagation, for any number of layers. It is yours.",
    ),
}
