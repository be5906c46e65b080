"""Lesson 5's questions and exercises: slopes measured without backpropagation, and what an error has to be compared with."""

from __future__ import annotations

import numpy as np

from nnlib.functions import sigmoid
from nnlib.lessons.exercises import Exercise, WrongWay
from nnlib.lessons.lesson_04 import S_slope_of, spoilt
from nnlib.lessons.questions import Option, Question
from nnlib.network import forward, gradients

QUESTIONS = {
    "review-paths": Question(
        "A neuron feeds three others. How do the three slopes that come back combine? (lesson 4)",
        (
            Option("Their mean", "Only samples are averaged, because C is a mean over samples."),
            Option("Their sum", "A nudge reaches the cost along every path at once.", right=True),
            Option("Their product", "Factors are multiplied along one path, not across paths."),
        ),
    ),
    "review-slope": Question(
        "Your code holds a = S(z). Which line is S'(z)? (lesson 3)",
        (
            Option("S(a) * (1 - S(a))", "That is S'(a), the slope at a: a sigmoid of a sigmoid."),
            Option("a * (1 - a)", "S'(z) = S(z)(1 - S(z)), and a is S(z) already.", right=True),
            Option("z * (1 - z)", "This mixes up z and a; it can even be negative."),
        ),
    ),
    "smaller-h": Question(
        "You measure a slope as (C(w + h) - C(w - h)) / 2h, in ordinary double precision. Is h = 1e-12 better than h = 1e-5?",
        (
            Option(
                "Yes: the smaller h, the nearer to the slope",
                "On paper it is true, and for large h it is true here. This assumes that C(w + h) is known exactly. The "
                "computer keeps 16 digits of it, and a subtraction of two nearly equal numbers loses them.",
            ),
            Option(
                "It makes no difference",
                "This assumes that both are small enough. But there is no such thing: two errors pull in opposite directions.",
            ),
            Option(
                "No: it is worse, by a factor of a thousand and more",
                "C(w + h) and C(w - h) agree in so many digits that only their rounding is left to subtract, and it is divided "
                "by a very small number.",
                right=True,
            ),
        ),
    ),
    "it-trains": Question(
        "On the way back we leave the weights out: every hidden neuron receives the bare dC/dz of the output. Five hundred steps "
        "on XOR. What happens?",
        (
            Option("The cost rises", "This assumes that a wrong gradient points uphill. It points downhill in part."),
            Option("The cost stays near 0.25", "This assumes that hidden layers need a right gradient. They need a usable one."),
            Option(
                "XOR is learned all the same",
                "The output layer is right, and it adapts to whatever the hidden layer does; any downhill part is enough. Larger "
                "networks do it too, even with random weights on the way back: it is called feedback alignment.",
                right=True,
            ),
        ),
    ),
    "patient-1": Question(
        "Patient 1: what is wrong?",
        (
            Option("f' is taken at a instead of z", "S_slope_of(A[l + 1]) is S'(S(z)): right shapes, wrong values.", right=True),
            Option("W is transposed on the way back", "dZ @ weights[l].T is right: the sum runs over the second index."),
            Option("The factor 2 is missing", "The first line has it."),
            Option("Nothing", "Then every array would agree to 14 digits. None does."),
        ),
    ),
    "patient-2": Question(
        "Patient 2: what is wrong?",
        (
            Option("It divides by T twice", "Each array is divided once: a mean over the samples."),
            Option("The biases get the wrong formula", "The bias gradients are right to the last digit."),
            Option(
                "It averages before it multiplies",
                "The mean of products is not the product of means. With one sample there is no difference, so a check "
                "with T = 1 is blind to it.",
                right=True,
            ),
            Option("W is transposed on the way back", "Then the hidden biases would be wrong too."),
        ),
    ),
    "patient-3": Question(
        "Patient 3: what is wrong?",
        (
            Option("The activation of another layer is used", "Then the first call would be wrong as well."),
            Option("The sign", "Then the first call would be wrong as well."),
            Option("It overwrites a path", "Then the first call would be wrong as well."),
            Option(
                "It keeps sums from call to call",
                "The list of sums is made once, outside the function, and only ever added to. The first call is right. From the "
                "second on every step holds all the earlier ones.",
                right=True,
            ),
        ),
    ),
}  # fmt: skip


def central(f, v, h):
    """(f(v + h) - f(v - h)) / 2h"""
    return (f(v + h) - f(v - h)) / (2 * h)


def _a_function(rng):
    """A smooth function of one number, a place, and a step large enough for every slip to show."""
    a, b = rng.uniform(0.5, 2, size=2)
    return (lambda v: np.sin(a * v) + b * v**3), rng.uniform(0.3, 1.2), 1e-2


def normwise(first, second):
    """|first - second| / max(|first|, |second|), each length over the whole array"""
    return np.linalg.norm(first - second) / max(np.linalg.norm(first), np.linalg.norm(second))


def _two_arrays(rng):
    """An array and a slightly wrong one, with an entry that is nearly zero in one of them."""
    first = rng.standard_normal((3, 4))
    second = first + 0.1 * rng.standard_normal((3, 4))
    first[0, 0] = 1e-9
    return first, second


def along(dW, db, dweights, dbiases):
    """The slope that the gradient promises along one direction: the sum of gradient times direction"""
    return sum((g * d).sum() for g, d in zip([*dW, *db], [*dweights, *dbiases]))


def _gradient_and_direction(rng):
    """Two layers of gradients and a direction of the same shapes."""
    shapes = [(2, 3), (3, 2)], [(3,), (2,)]
    return tuple([rng.standard_normal(shape) for shape in group] for group in (*shapes, *shapes))


def _cosine(first, second):
    return np.sum(first * second) / np.linalg.norm(first) / np.linalg.norm(second)


def _longer(first, second):
    return max(np.linalg.norm(first), np.linalg.norm(second))


def _length(dweights, dbiases):
    return np.sqrt(sum((d**2).sum() for d in [*dweights, *dbiases]))


EXERCISES = {
    "central": Exercise(
        title="The central difference of any function of one number",
        solution=central,
        inputs=_a_function,
        hints=("Look h to the right and h to the left.", "From v - h to v + h the way is 2h long: divide by that."),
        wrong_ways=(
            WrongWay("one-sided", lambda f, v, h: (f(v + h) - f(v)) / h,
                     "This looks to one side only. It works, but its error shrinks like h, not like h²."),
            WrongWay("backward", lambda f, v, h: (f(v) - f(v - h)) / h,
                     "This looks to the left side only. It works, but its error shrinks like h, not like h²."),
            WrongWay("missing-two", lambda f, v, h: (f(v + h) - f(v - h)) / h,
                     "Twice too large: from v - h to v + h the way is 2h."),
            WrongWay("precedence", lambda f, v, h: (f(v + h) - f(v - h)) / 2 * h,
                     "In Python a / 2 * h is (a / 2) * h. Write / (2 * h)."),
            WrongWay("sign", lambda f, v, h: (f(v - h) - f(v + h)) / (2 * h), "Right but for the sign: right minus left."),
        ),
        praise="Its error shrinks like h², until rounding takes over.",
    ),
    "normwise": Exercise(
        title="One number that says how far two arrays are apart",
        solution=normwise,
        inputs=_two_arrays,
        hints=("np.linalg.norm(v) is the length of the whole array.", "Divide the length of the difference by the longer one."),
        wrong_ways=(
            WrongWay("absolute", lambda a, b: np.linalg.norm(a - b),
                     "This is the absolute error: it has the size of the gradient in it. Divide by a length."),
            WrongWay("elementwise-max", lambda a, b: np.max(np.abs(a - b) / np.maximum(np.abs(a), np.abs(b))),
                     "This compares element by element: a single entry near 0 decides it, and cries wolf."),
            WrongWay("elementwise-mean", lambda a, b: np.mean(np.abs(a - b) / np.maximum(np.abs(a), np.abs(b))),
                     "This compares element by element and averages: entries near 0 weigh as much as the large ones."),
            WrongWay("cosine", _cosine, "This is the cosine: it sees directions, and is blind to every factor."),
            WrongWay("one-minus-cosine", lambda a, b: 1 - _cosine(a, b), "The cosine is blind to every factor."),
            WrongWay("lengths-only", lambda a, b: abs(np.linalg.norm(a) - np.linalg.norm(b)) / _longer(a, b),
                     "This is the difference of two lengths: two arrays of one length may point anywhere. Subtract first."),
            WrongWay("by-the-first", lambda a, b: np.linalg.norm(a - b) / np.linalg.norm(a),
                     "Divided by the first length. Then it matters which of the two comes first: take the longer."),
            WrongWay("sum-of-lengths", lambda a, b: np.linalg.norm(a - b) / (np.linalg.norm(a) + np.linalg.norm(b)),
                     "A fair measure, about half of the one asked for: divide by the longer of the two, not by their sum."),
        ),
        praise="0 for equal arrays, 1/2 for a factor of 2, and it does not care about units.",
    ),
    "along": Exercise(
        title="What a gradient promises along one direction",
        solution=along,
        inputs=_gradient_and_direction,
        hints=("One number: multiply element by element, then sum over everything.", "Sum over weights and over biases."),
        wrong_ways=(
            WrongWay("no-biases", lambda dW, db, dw, dbs: sum((g * d).sum() for g, d in zip(dW, dw)),
                     "The weights are right, the biases are left out: a mistake in a bias would pass unseen."),
            WrongWay("mean", lambda dW, db, dw, dbs: along(dW, db, dw, dbs) / sum(g.size for g in [*dW, *db]),
                     "This is a mean over the parameters. Their contributions are added: paths again."),
            WrongWay("sums-multiplied", lambda dW, db, dw, dbs: sum(g.sum() * d.sum() for g, d in zip([*dW, *db], [*dw, *dbs])),
                     "The product of two sums is not the sum of the products: multiply element by element first."),
            WrongWay("unit-direction", lambda dW, db, dw, dbs: along(dW, db, dw, dbs) / _length(dw, dbs),
                     "Divided by the length of the direction: right per unit of way, but here the direction keeps its length."),
        ),
        praise="One number for the whole gradient, to be compared with one evaluation of the cost.",
    ),
}  # fmt: skip


def updated_weights(weights, biases, X, E, rate: float = 0.1):
    """A known mistake: each layer takes its step of size `rate` before its weights carry the error down."""
    Z, A = forward(weights, biases, X)
    dA, dW, db = 2 * (A[-1] - E) / len(X), [], []
    for l in reversed(range(len(weights))):
        dZ = dA * S_slope_of(Z[l])
        dW.insert(0, A[l].T @ dZ)
        db.insert(0, dZ.sum(axis=0))
        dA = dZ @ (weights[l] - rate * dW[0]).T
    return dW, db


def frozen_bias(weights, biases, X, E):
    """A known mistake: the biases of the first layer never get a gradient."""
    dW, db = gradients(weights, biases, X, E)
    return dW, [0 * db[0], *db[1:]]


# what a cosine thinks well of: name -> a wrong (weights, biases, X, E) -> (dW, db)
FLATTERED = {
    "the 2 is missing": spoilt(scale=0.5),
    "f' at a": spoilt(output_slope=lambda z: S_slope_of(sigmoid(z)), hidden_slope=lambda z: S_slope_of(sigmoid(z))),
    "no f' at the output": spoilt(output_slope=np.ones_like),
    "paths averaged": spoilt(carry=lambda dZ, W: dZ @ W.T / W.shape[1]),
    "first bias frozen": frozen_bias,
    "updated weights": updated_weights,
}
