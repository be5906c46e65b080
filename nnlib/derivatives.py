"""Derivatives without backpropagation, to check it by: differences, the complex step, one direction, and their errors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

STEPS = 10.0 ** -np.arange(1, 16.5, 0.5)  # the steps h at which lesson 5 measures errors
REACH = 2.0  # how many steps h the microscope looks to each side


def one_sided(function, weights, biases, h: float):
    """(f(v + h) - f(v)) / h for each parameter v in turn (lesson 5): (dW, db). Its error is about h.

    `function(weights, biases)` returns one number.
    """
    weights, biases = ([np.array(v, float) for v in group] for group in (weights, biases))
    here, slopes = function(weights, biases), []
    for array in (*weights, *biases):
        slope = np.empty(array.shape)
        for index in np.ndindex(array.shape):
            kept = array[index]
            array[index] = kept + h
            slope[index] = (function(weights, biases) - here) / h
            array[index] = kept
        slopes.append(slope)
    return slopes[: len(weights)], slopes[len(weights) :]


def central_difference(function, weights, biases, h: float = 1e-5):
    """(f(v + h) - f(v - h)) / 2h for each parameter v in turn (lesson 5): error about h^2, plus rounding about 1e-16/h.

    `function(weights, biases)` returns one number. Returns (dW, db) with the shapes of weights and biases.
    Source: the gradient-check notes of CS231n.
    """
    return _one_at_a_time(lambda w, b: function(w, b), weights, biases, float(h), float)


def complex_step(function, weights, biases, h: float = 1e-20):
    """Im f(v + ih) / h for each parameter v in turn (lesson 5): no subtraction, so no rounding loss however small h is.

    `function(weights, biases)` must accept complex arrays and compute with them. Returns (dW, db).
    Source: Squire and Trapp, SIAM Review 40 (1998).
    """
    return _one_at_a_time(function, weights, biases, complex(0, h), complex)


def directional(function, weights, biases, dweights, dbiases, h: float = 1e-20):
    """The slope of f along one direction, by the complex step (lesson 5): one evaluation, however many parameters.

    It equals the sum of gradient times direction, so a single random direction checks a whole gradient.
    """
    moved = [[v + 1j * h * d for v, d in zip(*pair)] for pair in ((weights, dweights), (biases, dbiases))]
    return _number(function(*moved)).imag / h


def relative_error(first, second) -> float:
    """|first - second| / max(|first|, |second|), Euclidean over the whole array; 0 where both vanish (lesson 5)."""
    first, second = np.asarray(first), np.asarray(second)
    if first.shape != second.shape:
        raise ValueError(f"relative_error: expected two arrays of one shape, got {first.shape} and {second.shape}")
    largest = max(np.abs(first).max(initial=0), np.abs(second).max(initial=0))
    if not largest:
        return 0.0
    first, second = first / largest, second / largest  # so that squares of tiny or huge numbers stay numbers
    return float(np.linalg.norm(first - second) / max(np.linalg.norm(first), np.linalg.norm(second)))


def worst_relative_error(first, second) -> float:
    """The largest relative error over two lists, array by array: a small array cannot hide behind a large one."""
    if len(first) != len(second):
        raise ValueError(
            f"worst_relative_error: expected lists of one length, got {len(first)} and {len(second)} arrays"
        )
    return max(relative_error(a, b) for a, b in zip(first, second))


def errors_by_step(function, weights, biases, exact, steps: Sequence[float] = STEPS) -> np.ndarray:
    """Relative error of the whole gradient, shape (3, N): one-sided, central, complex step, a column for each h (lesson 5).

    function(weights, biases) is the cost, `exact` the gradient (dW, db) to measure against.
    """
    true = _flat(exact)
    ways = (one_sided, central_difference, complex_step)
    return np.array([[relative_error(_flat(way(function, weights, biases, h)), true) for h in steps] for way in ways])


class Look(NamedTuple):
    """The cost near one value v: offsets t/h, and the change of the cost and the central secant in units of |slope| h."""

    offsets: np.ndarray
    change: np.ndarray
    secant: float


def microscope(function: Callable, v: float, slope: float, h: float, points: int = 161) -> Look:
    """function(v + t) for t from -REACH h to REACH h, enlarged so that a straight line of the true slope has slope 1."""
    offsets = np.linspace(-REACH, REACH, points)
    here, unit = function(v), slope * h
    change = np.array([function(v + t * h) - here for t in offsets]) / unit
    return Look(offsets, change, (function(v + h) - function(v - h)) / (2 * unit))


class Judged(NamedTuple):
    """How one gradient looks to two judges: the cosine of the whole, and the worst relative error array by array."""

    name: str
    cosine: float
    worst: float


def judged(name: str, found, exact) -> Judged:
    """Two gradients (dW, db) compared by their cosine and by their worst relative error, under a name (lesson 5)."""
    first, second = _flat(found), _flat(exact)
    cosine = first @ second / np.linalg.norm(first) / np.linalg.norm(second)
    return Judged(name, float(cosine), worst_relative_error([*found[0], *found[1]], [*exact[0], *exact[1]]))


def _flat(gradient) -> np.ndarray:
    return np.concatenate([np.ravel(v) for v in (*gradient[0], *gradient[1])])


def _number(value):
    value = np.asarray(value)
    if value.size != 1:
        raise ValueError(f"function: expected one number, the cost, got an array of shape {value.shape}")
    return value.item()


def _one_at_a_time(function, weights, biases, step, dtype):
    """The slope of `function` for each parameter; a complex step reads the imaginary part, a real one both sides."""
    weights, biases = ([np.array(v, dtype=dtype) for v in group] for group in (weights, biases))
    slopes = []
    for array in (*weights, *biases):
        slope = np.empty(array.shape)
        for index in np.ndindex(array.shape):
            kept = array[index]
            array[index] = kept + step
            above = _number(function(weights, biases))
            if isinstance(step, complex):
                slope[index] = above.imag / step.imag
            else:
                array[index] = kept - step
                slope[index] = (above - _number(function(weights, biases))) / (2 * step)
            array[index] = kept
        slopes.append(slope)
    return slopes[: len(weights)], slopes[len(weights) :]
