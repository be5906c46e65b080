"""Array arguments: converted to floats, checked to be finite and to fit each other, or refused with the shape expected."""

from __future__ import annotations

import cmath
from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np

from nnlib import memory  # noqa: F401  imported for its side effect

Numbers: TypeAlias = Any  # whatever NumPy reads as numbers: arrays, also of other libraries, nested lists, one number
Layers: TypeAlias = Sequence[Any] | np.ndarray  # one array, or nested list, for each layer
Names: TypeAlias = str | Sequence[str]  # one name for every layer, or one for each

FLOATS = tuple(np.dtype(t) for t in (np.float64, np.float32, np.longdouble))
FLOAT = np.dtype(float)
SMALL = 1024  # numbers up to which copying an array is faster than another call of np.vdot


def numbers(name: str, value, real: bool = False) -> np.ndarray:
    """The value as an array of floats or complex numbers, finite or not; integers, lists and float16 become float64.

    Raises TypeError where the value holds no numbers, or complex numbers although `real`; ValueError for ragged rows and
    for masked entries, which NumPy's functions would read as if they were not masked.
    """
    if type(value) is np.ndarray and value.dtype in FLOATS:
        return value
    if isinstance(value, np.ma.MaskedArray) and np.ma.is_masked(value):
        raise ValueError(f"{name}: expected numbers without a mask, got a masked array; use .filled(...)")
    try:
        array = np.asarray(value)
    except ValueError as error:
        raise ValueError(f"{name}: expected a rectangular array of numbers, got rows of unequal length") from error
    except Exception as error:  # an array of another library that NumPy cannot read, as a tensor with a graph
        raise TypeError(
            f"{name}: expected numbers, got {type(value).__name__}, which NumPy cannot read ({error})"
        ) from error
    if array.dtype.kind in "iub" or array.dtype == np.float16:
        array = array.astype(float)
    if array.dtype.kind == "c" and real:
        raise TypeError(f"{name}: expected real numbers, got {array.dtype} data")
    if array.dtype.kind not in "fc":
        came = type(value).__name__ if array.ndim == 0 else f"{array.dtype} data"
        raise TypeError(f"{name}: expected numbers, got {came}; convert it with np.asarray(..., float)")
    return array


def number_array(name: str, value, real: bool = False) -> np.ndarray:
    """As `numbers`, and every number finite; else a ValueError that names the first that is not."""
    array = numbers(name, value, real)
    if not seem_finite([array]):
        refuse_where(~np.isfinite(array), name, "finite numbers", array, "; clean the data first")
    return array


def refuse_where(bad: np.ndarray, name: str, expected: str, array: np.ndarray, advice: str = "") -> None:
    """Raises a ValueError that names the first number of the array that is `bad`, if any is."""
    if bad.any():
        at = tuple(int(i) for i in np.argwhere(bad)[0])
        raise ValueError(f"{name}: expected {expected}, got {array[at]} at index {at}{advice}")


def seem_finite(arrays: Sequence[np.ndarray]) -> bool:
    """True only if every number is finite; large finite numbers may overflow a sum of squares, so False decides nothing."""
    small, total = [], 0.0
    for array in arrays:
        if array.size <= SMALL:
            small.append(array.ravel())
        elif array.size <= 8192:
            total += np.vdot(array, array)
        elif not np.isfinite(array).all():  # BLAS would give each thread a share of the sum, and wait for the slowest
            return False
    if small:  # one sum over all of them: a tenth of the time of np.isfinite for each
        flat = np.concatenate(small)
        total += np.vdot(flat, flat)  # unlike flat.dot(flat), it warns of no overflow
    return cmath.isfinite(total)


def layers(name: str, value) -> Any:
    """A list, a tuple or an array with one entry for each layer; a generator, which can be read only once, is refused."""
    if not isinstance(value, (list, tuple, np.ndarray)) or getattr(value, "ndim", 1) == 0:
        raise TypeError(f"{name}: expected a list of arrays, one for each layer, got {type(value).__name__}")
    return value


def arrays(name: str, value, like: Layers | None = None, real: bool = False, finite: bool = False) -> list[np.ndarray]:
    """A list of arrays of numbers, all `finite` or not; with the shapes of the arrays in `like`, where it is given."""
    found = [numbers(f"{name}[{l}]", v, real) for l, v in enumerate(layers(name, value))]
    if finite and not seem_finite(found):
        found = [number_array(f"{name}[{l}]", v) for l, v in enumerate(found)]
    if like is not None and [v.shape for v in found] != [np.shape(v) for v in like]:
        raise ValueError(
            f"{name}: expected arrays of shapes {[np.shape(v) for v in like]}, got {[v.shape for v in found]}"
        )
    return found


def same_table(name: str, first: np.ndarray, other: str, second: np.ndarray) -> None:
    """Raises ValueError unless both arrays have one shape with two axes: NumPy would stretch one to the other's."""
    if first.ndim != 2 or first.shape != second.shape:
        raise ValueError(
            f"{name}, {other}: expected two arrays of one shape (T, n_last), got {first.shape} and {second.shape}"
        )


def parameters(weights, biases, real: bool = False) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Weights and biases as two lists of arrays whose shapes fit each other, layer by layer."""
    weights = arrays("weights", weights, real=real, finite=True)
    biases = arrays("biases", biases, real=real, finite=True)
    if len(weights) == 0 or len(weights) != len(biases):
        raise ValueError(
            f"weights, biases: expected as many bias vectors as weight matrices, at least one each, "
            f"got {len(weights)} weight matrices and {len(biases)} bias vectors"
        )
    before = None
    for l, (W, b) in enumerate(zip(weights, biases)):
        shape = W.shape
        if len(shape) != 2 or 0 in shape:
            raise ValueError(f"weights[{l}]: expected a matrix of shape (n_prev, n_this), got shape {shape}")
        if shape[0] != before and l:
            raise ValueError(
                f"weights[{l}]: expected {before} rows, one for each neuron of the layer before, "
                f"got shape {shape}" + ("; is it transposed?" if shape[1] == before else "")
            )
        if b.shape != shape[1:]:
            raise ValueError(f"biases[{l}]: expected shape {shape[1:]}, one for each neuron, got shape {b.shape}")
        before = shape[1]
    return weights, biases


def samples(name: str, value, width: int, T: int | None = None, real: bool = False, finite: bool = True) -> np.ndarray:
    """Data as a matrix with a row for each sample and `width` columns; T rows where T is given."""
    array = number_array(name, value, real) if finite else numbers(name, value, real)
    shape = array.shape
    labels = f"; for class numbers use np.eye({width})[{name}]" if T and width > 1 and shape in ((T,), (T, 1)) else ""
    if len(shape) != 2:
        use = f"{name}.reshape(1, -1) for one sample" if width != 1 else f"{name}.reshape(-1, 1) for one column"
        raise ValueError(
            f"{name}: expected two axes, shape (T, {width}), a row for each sample, got shape {shape}"
            + (labels or f"; use {use}")
        )
    rows, columns = shape
    if rows == 0:
        raise ValueError(
            f"{name}: expected at least one sample, got shape {shape}: a mean over T = 0 samples has no value"
        )
    if columns != width:
        raise ValueError(
            f"{name}: expected {width} columns, shape (T, {width}), got shape {shape}"
            + (labels or (f"; use {name}.T, rows are samples" if rows == width else ""))
        )
    if T is not None and rows != T:
        raise ValueError(f"{name}: expected {T} rows, one for each row of X, got shape {shape}")
    return array


def problem(weights, biases, X, E, real: bool = False):
    """Parameters and data, converted, finite, and found to fit each other: what forward and gradients may rely on."""
    if fit(weights, biases, X, E) and seem_finite([X, E, *weights, *biases]):
        return weights, biases, X, E
    weights, biases = parameters(weights, biases, real)
    X = samples("X", X, len(weights[0]), real=real)
    E = samples("E", E, weights[-1].shape[1], T=len(X), real=real)
    return weights, biases, X, E


def ran_finite(weights, biases, X, E, Z) -> None:
    """Refuses what `problem` refuses, for arrays that `fit` and were run at once: by looking at Z, which is small.

    Whatever is not finite in X, W or b reaches its Z = A W + b, since 0 times NaN is NaN; but BLAS skips a product with a
    single number that is 0, so for one sample, and beside a weight matrix of one number, the arrays themselves are read.
    """
    looked_at = [E, *Z]
    for W in weights:
        if W.size == 1 or len(X) == 1:
            looked_at = [X, E, *weights, *biases]
            break
    if not seem_finite(looked_at):
        problem(weights, biases, X, E)  # finite numbers may have overflowed on the way, and that is a result


def fit(weights, biases, X, E) -> bool:
    """True for lists of float64 arrays that fit, a fast check; where False, the full check converts or says what is wrong."""
    if not (type(weights) is type(biases) is list and len(weights) == len(biases) > 0):
        return False
    if not (type(X) is type(E) is np.ndarray and X.dtype is E.dtype is FLOAT and len(X.shape) == 2 and X.size > 0):
        return False
    T, width = X.shape
    for W, b in zip(weights, biases):
        if not (type(W) is type(b) is np.ndarray and W.dtype is b.dtype is FLOAT):
            return False
        shape = W.shape
        if len(shape) != 2 or shape[0] != width or b.shape != shape[1:]:
            return False
        width = shape[1]
    return E.shape == (T, width)
