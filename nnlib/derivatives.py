"""Derivatives without backpropagation, to check it by: central difference, complex step, one direction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from nnlib import arrays, checks
from nnlib.arrays import Layers, Numbers
from nnlib.flat import flat

STEPS = 10.0 ** -np.arange(1, 16.5, 0.5)  # the steps h at which lesson 5 measures errors
REACH = 2.0  # how many steps h the microscope looks to each side


def one_sided(function: Callable, weights: Layers, biases: Layers, h: float) -> tuple[list, list]:
    """(f(v + h) - f(v)) / h for each parameter v in turn (lesson 5): (dW, db). Its error is about h.

    `function(weights, biases)` returns one real number. Raises as central_difference.
    """
    return _one_at_a_time(function, weights, biases, h, (1, 0), lambda above, here: above - here)


def central_difference(function: Callable, weights: Layers, biases: Layers, h: float = 1e-5) -> tuple[list, list]:
    """(f(v + h) - f(v - h)) / 2h for each parameter v in turn (lesson 5): error about h^2, plus rounding about 1e-16/h.

    `function(weights, biases)` returns one real number. Returns (dW, db) with the shapes of weights and biases. Raises
    ValueError or TypeError for an h that is not above 0, or where the function returns no real number.
    Source: the gradient-check notes of CS231n.
    """
    return _one_at_a_time(function, weights, biases, h, (1, -1), lambda above, below: (above - below) / 2)


def complex_step(function: Callable, weights: Layers, biases: Layers, h: float = 1e-20) -> tuple[list, list]:
    """Im f(v + ih) / h for each parameter v in turn (lesson 5): no subtraction, so no rounding loss however small h is.

    `function(weights, biases)` must accept complex arrays, compute with them, and return one complex number: where it takes
    a real part or an absolute value, the slope is lost, and a real number that comes back is refused. Returns (dW, db).
    Raises as central_difference. Source: Squire and Trapp, SIAM Review 40 (1998).
    """
    return _one_at_a_time(function, weights, biases, h, (1j,), lambda moved: moved.imag, complex)


def directional(
    function: Callable, weights: Layers, biases: Layers, dweights: Layers, dbiases: Layers, h: float = 1e-20
) -> float:
    """The slope of f along one direction, by the complex step (lesson 5): one evaluation, however many parameters.

    It equals the sum of gradient times direction, so a single random direction checks a whole gradient. Raises as
    complex_step, and ValueError where a direction has other shapes than the parameters.
    """
    h, _ = checks.argument("h", h), checks.argument("function", function)
    weights, biases = arrays.arrays("weights", weights), arrays.arrays("biases", biases)
    pairs = (
        zip(weights, arrays.arrays("dweights", dweights, like=weights)),
        zip(biases, arrays.arrays("dbiases", dbiases, like=biases)),
    )
    return _number(function(*([v + 1j * h * d for v, d in pair] for pair in pairs)), "complex").imag / h


@np.errstate(invalid="ignore")
def relative_error(first: Numbers, second: Numbers) -> float:
    """|first - second| / max(|first|, |second|), Euclidean over the whole array; 0 where both vanish (lesson 5).

    Both have one shape. NaN where either holds NaN or infinity. Raises ValueError for two shapes, TypeError for no numbers.
    """
    first, second = arrays.numbers("first", first), arrays.numbers("second", second)
    if first.shape != second.shape:
        raise ValueError(f"relative_error: expected two arrays of one shape, got {first.shape} and {second.shape}")
    largest = np.max([np.abs(first).max(initial=0), np.abs(second).max(initial=0)])  # unlike max(), it keeps a NaN
    if not largest:
        return 0.0
    first, second = first / largest, second / largest  # so that squares of tiny or huge numbers stay numbers
    return float(np.linalg.norm(first - second) / np.max([np.linalg.norm(first), np.linalg.norm(second)]))


def worst_relative_error(first: Layers, second: Layers) -> float:
    """The largest relative error over two lists, array by array: a small array cannot hide behind a large one.

    NaN where any of the errors is. Raises as relative_error, and ValueError for empty lists or lists of two lengths.
    """
    arrays.layers("first", first), arrays.layers("second", second)
    if len(first) != len(second):
        raise ValueError(
            f"worst_relative_error: expected lists of one length, got {len(first)} and {len(second)} arrays"
        )
    if len(first) == 0:
        raise ValueError("worst_relative_error: expected at least one array in each list, got none")
    return float(np.max([relative_error(a, b) for a, b in zip(first, second)]))


def errors_by_step(
    function, weights: Layers, biases: Layers, exact, steps: Sequence[float] | np.ndarray = STEPS
) -> np.ndarray:
    """Relative error of the whole gradient, shape (3, N): one-sided, central, complex step, a column for each h (lesson 5).

    function(weights, biases) is the cost, `exact` the gradient (dW, db) to measure against.
    """
    true = flat(exact)
    ways = (one_sided, central_difference, complex_step)
    return np.array([[relative_error(flat(way(function, weights, biases, h)), true) for h in steps] for way in ways])


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
    """One gradient by two measures: the cosine of the whole, and the worst relative error array by array."""

    name: str
    cosine: float
    worst: float


def judged(name: str, found, exact) -> Judged:
    """Two gradients (dW, db) compared by their cosine and by their worst relative error, under a name (lesson 5)."""
    first, second = [*found[0], *found[1]], [*exact[0], *exact[1]]
    return Judged(name, cosine(first, second), worst_relative_error(first, second))


def cosine(first: Layers, second: Layers) -> float:
    """The cosine of the angle between two lists of arrays, each list read as one row of numbers (lesson 5)."""
    a, b = flat([first]), flat([second])
    return float(a @ b / np.sqrt((a @ a) * (b @ b)))


def _number(value, kind):
    """One number, real or complex as asked, or a TypeError or ValueError that says what came."""
    value = arrays.numbers("function", value)
    if value.size != 1:
        raise ValueError(f"function: expected one number, the cost, got an array of shape {value.shape}")
    if kind == "complex" and value.dtype.kind != "c":
        raise TypeError(
            f"function: expected a complex number back from complex parameters, got {value.item()!r}: something in it drops "
            "the imaginary part, as float(), abs() and np.real() do"
        )
    if kind == "real" and value.dtype.kind == "c":
        raise TypeError(f"function: expected a real number back from real parameters, got {value.item()!r}")
    return value.item()


def _one_at_a_time(function, weights, biases, h, shifts, change: Callable, dtype: type = float):
    """change(f(v + h shift) for each shift) / h of each number v of the parameters in turn, in arrays of their shapes."""
    h, _ = checks.argument("h", h), checks.argument("function", function)
    weights, biases = (
        [np.array(v, dtype=dtype) for v in arrays.arrays(name, group, real=dtype is float)]
        for name, group in (("weights", weights), ("biases", biases))
    )
    slopes = []
    for array in (*weights, *biases):
        slopes.append(np.empty(array.shape))
        for index in np.ndindex(array.shape):
            kept, values = array[index], []
            for shift in shifts:
                array[index] = kept + h * shift
                values.append(_number(function(weights, biases), "complex" if dtype is complex else "real"))
            array[index] = kept
            slopes[-1][index] = change(*values) / h
    return slopes[: len(weights)], slopes[len(weights) :]
