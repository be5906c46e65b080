"""What comes in is looked at once, here: each refusal names the array, what was expected, and what came."""

from __future__ import annotations

import cmath

import numpy as np

_FLOAT = np.dtype(float)


def number_array(name: str, value, l: int | None = None) -> np.ndarray:
    """The value as an array of finite float32, float64 or complex numbers; integers and lists are converted.

    Raises TypeError where the value holds no numbers, ValueError where it holds NaN or infinity.
    """
    return finite(name, numbers(name, value, l), l)


def numbers(name: str, value, l: int | None = None) -> np.ndarray:
    """The value as an array of numbers, finite or not; integers and lists are converted, nothing is changed."""
    if type(value) is np.ndarray and value.dtype.kind in "fc":
        return value
    try:
        array = np.asarray(value)
    except ValueError as error:  # rows of unequal length
        raise ValueError(
            f"{_called(name, l)}: expected a rectangular array of numbers, got rows of unequal length"
        ) from error
    kind = array.dtype.kind
    if kind in "iub":
        array, kind = array.astype(float), "f"
    if kind not in "fc":
        came = f"got {array.dtype} data; convert it with np.asarray(..., float)"
        raise TypeError(f"{_called(name, l)}: expected numbers, {came}")
    return array


def finite(name: str, array: np.ndarray, l: int | None = None) -> np.ndarray:
    """The array itself, if every number in it is finite; else a ValueError that names the first that is not."""
    if not _seem_finite(array) and not np.isfinite(array).all():
        bad = tuple(int(i) for i in np.argwhere(~np.isfinite(array))[0])
        came = f"got {array[bad]} at index {bad}; clean the data first"
        raise ValueError(f"{_called(name, l)}: expected finite numbers, {came}")
    return array


def _seem_finite(*arrays: np.ndarray) -> bool:
    """True only if every number is finite; large finite numbers may overflow a sum of squares, so False is no verdict."""
    total = 0.0
    for array in arrays:
        if array.size <= 8192:
            total += np.vdot(array, array)  # half the price of asking each number
        elif not np.isfinite(array).all():  # BLAS would give each thread a share of the sum, and wait for the slowest
            return False
    return cmath.isfinite(total)


def _called(name, l):
    return name if l is None else f"{name}[{l}]"  # put together only where there is something to say


def all_finite(weights, biases, X, E, Z) -> None:
    """`finite` for every array of a problem, seen through Z: whatever is not finite in X, W or b reaches its Z = A W + b.

    So Z and E are asked, which are smaller than W, and the others only if one of these looks wrong: finite numbers
    can overflow on the way, and that is a result.
    """
    if not _seem_finite(E, *Z):
        for l, (W, b) in enumerate(zip(weights, biases)):
            finite("weights", W, l), finite("biases", b, l)
        finite("X", X), finite("E", E)


def parameters(weights, biases, look=number_array) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Weights and biases as two lists of arrays whose shapes fit each other, layer by layer.

    A caller who asks `all_finite` later says `look=numbers`, here and below.
    """
    if len(weights) == 0 or len(weights) != len(biases):
        raise ValueError(
            f"weights, biases: expected as many bias vectors as weight matrices, at least one each, "
            f"got {len(weights)} weight matrices and {len(biases)} bias vectors"
        )
    found_weights, found_biases, before = [], [], None
    for l, (W, b) in enumerate(zip(weights, biases)):
        W, b = look("weights", W, l), look("biases", b, l)
        shape = W.shape
        if len(shape) != 2:
            raise ValueError(f"weights[{l}]: expected a matrix of shape (n_prev, n_this), got shape {shape}")
        if shape[0] != before and l:
            raise ValueError(
                f"weights[{l}]: expected {before} rows, one for each neuron of the layer before, "
                f"got shape {shape}" + ("; is it transposed?" if shape[1] == before else "")
            )
        if b.shape != shape[1:]:
            raise ValueError(f"biases[{l}]: expected shape {shape[1:]}, one for each neuron, got shape {b.shape}")
        before = shape[1]
        found_weights.append(W), found_biases.append(b)
    return found_weights, found_biases


def samples(name: str, value, width: int, T: int | None = None, look=number_array) -> np.ndarray:
    """Data as a matrix with a row for each sample and `width` columns; T rows where T is given."""
    array = look(name, value)
    shape = array.shape
    if len(shape) != 2:
        mend = f"{name}.reshape(1, -1) for one sample" if width != 1 else f"{name}.reshape(-1, 1) for one column"
        raise ValueError(
            f"{name}: expected two axes, shape (T, {width}), a row for each sample, got shape {shape}; use {mend}"
        )
    rows, columns = shape
    if rows == 0:
        raise ValueError(
            f"{name}: expected at least one sample, got shape {shape}: a mean over T = 0 samples has no value"
        )
    if columns != width:
        raise ValueError(
            f"{name}: expected {width} columns, shape (T, {width}), got shape {shape}"
            + (f"; use {name}.T, rows are samples" if rows == width else "")
        )
    if T is not None and rows != T:
        raise ValueError(f"{name}: expected {T} rows, one for each row of X, got shape {shape}")
    return array


def problem(weights, biases, X, E, look=number_array):
    """Parameters and data, converted and found to fit: what forward and gradients may rely on."""
    if look is numbers and _fit(weights, biases, X, E):
        return weights, biases, X, E
    weights, biases = parameters(weights, biases, look)
    X = samples("X", X, len(weights[0]), look=look)
    E = samples("E", E, weights[-1].shape[1], T=len(X), look=look)
    return weights, biases, X, E


def _fit(weights, biases, X, E) -> bool:
    """A quick yes for float64 arrays whose shapes fit. No is no verdict: the long way says what is wrong, or converts."""
    for array in (X, E, *weights, *biases):
        if type(array) is not np.ndarray or array.dtype is not _FLOAT:
            return False
    if len(X.shape) != 2 or len(X) == 0 or not len(weights) == len(biases) > 0:
        return False
    T, width = X.shape
    for W, b in zip(weights, biases):
        shape = b.shape
        if len(shape) != 1 or W.shape != (width, *shape):
            return False
        width = shape[0]
    return E.shape == (T, width)


def positive_whole(name: str, value) -> int:
    """A whole number of at least 1, or a ValueError that says what came."""
    if isinstance(value, bool) or not np.isreal(value) or not np.isfinite(value) or int(value) != value or value < 1:
        raise ValueError(f"{name}: expected a whole number of at least 1, got {value!r}")
    return int(value)
