"""What comes in is looked at once, here: each refusal names the array, what was expected, and what came."""

from __future__ import annotations

import cmath

import numpy as np


def number_array(name: str, value) -> np.ndarray:
    """The value as an array of float32, float64 or complex numbers; integers and lists are converted, never changed.

    Raises TypeError where the value holds no numbers, ValueError where it holds NaN or infinity.
    """
    try:
        array = np.asarray(value)
    except ValueError as error:  # rows of unequal length
        raise ValueError(f"{name}: expected a rectangular array of numbers, got rows of unequal length") from error
    kind = array.dtype.kind
    if kind in "iub":
        array, kind = array.astype(float), "f"
    if kind not in "fc":
        raise TypeError(f"{name}: expected numbers, got {array.dtype} data; convert it with np.asarray(..., float)")
    # The sum of squares is finite only if every number is, and costs a third of asking each number.
    # Large finite numbers may overflow it, so a sum that is not finite is asked again, number by number.
    flat = array.ravel(order="K")
    if not cmath.isfinite(np.vdot(flat, flat)) and not np.isfinite(array).all():
        bad = tuple(int(i) for i in np.argwhere(~np.isfinite(array))[0])
        raise ValueError(f"{name}: expected finite numbers, got {array[bad]} at index {bad}; clean the data first")
    return array


def parameters(weights, biases) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Weights and biases as two lists of arrays whose shapes fit each other, layer by layer."""
    if len(weights) == 0 or len(weights) != len(biases):
        raise ValueError(
            f"weights, biases: expected as many bias vectors as weight matrices, at least one each, "
            f"got {len(weights)} weight matrices and {len(biases)} bias vectors"
        )
    weights = [number_array(f"weights[{l}]", W) for l, W in enumerate(weights)]
    biases = [number_array(f"biases[{l}]", b) for l, b in enumerate(biases)]
    for l, (W, b) in enumerate(zip(weights, biases, strict=True)):
        if W.ndim != 2:
            raise ValueError(f"weights[{l}]: expected a matrix of shape (n_prev, n_this), got shape {W.shape}")
        if l and len(W) != weights[l - 1].shape[1]:
            raise ValueError(
                f"weights[{l}]: expected {weights[l - 1].shape[1]} rows, one for each neuron of the layer before, "
                f"got shape {W.shape}" + ("; is it transposed?" if W.shape[1] == weights[l - 1].shape[1] else "")
            )
        if b.shape != W.shape[1:]:
            raise ValueError(f"biases[{l}]: expected shape {W.shape[1:]}, one for each neuron, got shape {b.shape}")
    return weights, biases


def samples(name: str, value, width: int, T: int | None = None) -> np.ndarray:
    """Data as a matrix with a row for each sample and `width` columns; T rows where T is given."""
    array = number_array(name, value)
    if array.ndim != 2:
        mend = f"{name}.reshape(1, -1) for one sample" if width != 1 else f"{name}.reshape(-1, 1) for one column"
        raise ValueError(
            f"{name}: expected two axes, shape (T, {width}), a row for each sample, got shape {array.shape}; use {mend}"
        )
    if len(array) == 0:
        raise ValueError(
            f"{name}: expected at least one sample, got shape {array.shape}: a mean over T = 0 samples has no value"
        )
    if array.shape[1] != width:
        raise ValueError(
            f"{name}: expected {width} columns, shape (T, {width}), got shape {array.shape}"
            + (f"; use {name}.T, rows are samples" if len(array) == width else "")
        )
    if T is not None and len(array) != T:
        raise ValueError(f"{name}: expected {T} rows, one for each row of X, got shape {array.shape}")
    return array


def problem(weights, biases, X, E):
    """Parameters and data, converted and found to fit: what forward and gradients may rely on."""
    weights, biases = parameters(weights, biases)
    X = samples("X", X, len(weights[0]))
    E = samples("E", E, weights[-1].shape[1], T=len(X))
    return weights, biases, X, E


def positive_whole(name: str, value) -> int:
    """A whole number of at least 1, or a ValueError that says what came."""
    if isinstance(value, bool) or not np.isreal(value) or not np.isfinite(value) or int(value) != value or value < 1:
        raise ValueError(f"{name}: expected a whole number of at least 1, got {value!r}")
    return int(value)
