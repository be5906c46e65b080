"""Weights and biases, or any two lists of arrays with their shapes, as one row of numbers, and back."""

from __future__ import annotations

import numpy as np


def flat(lists) -> np.ndarray:
    """Two lists of arrays, as (weights, biases) or (dW, db), as one row of numbers."""
    return np.concatenate([np.ravel(array) for arrays in lists for array in arrays])


def like(row, weights, biases) -> tuple[list, list]:
    """The inverse of `flat`: two lists of arrays with the shapes of weights and biases, from a row of numbers."""
    shapes = [np.shape(array) for array in (*weights, *biases)]
    ends = np.cumsum([0, *(int(np.prod(shape)) for shape in shapes)]).tolist()
    parts = [row[start:end].reshape(shape) for start, end, shape in zip(ends, ends[1:], shapes)]
    return parts[: len(weights)], parts[len(weights) :]


def nearby(weights, biases, distance: float, rng: np.random.Generator) -> tuple[list, list]:
    """(weights, biases) at `distance` from these, in a random direction drawn from `rng`."""
    here = flat((weights, biases))
    direction = rng.standard_normal(len(here))
    return like(here + distance * direction / np.linalg.norm(direction), weights, biases)
