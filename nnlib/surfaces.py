"""What a network or a cost is over two numbers, as a matrix of values that a map or contours can draw."""

from __future__ import annotations

import numpy as np

from nnlib.network import forward

SIDE = 28  # cells of a decision map along each input


def decision_map(weights, biases) -> np.ndarray:
    """The network's output over the square of both inputs from -0.5 to 1.5: shape (SIDE, SIDE), input 2 upwards (lesson 0)."""
    ticks = np.linspace(-0.5, 1.5, SIDE)
    grid = np.array([[x1, x2] for x2 in ticks for x1 in ticks])
    return forward(weights, biases, grid)[1][-1].reshape(SIDE, SIDE)


def neuron_cost(X, E, w, b) -> np.ndarray:
    """C = mean (x w + b - e)^2 of one linear neuron, for rows w of n and b of m values: shape (m, n) (lessons 6 and 7).

    X and E have shape (T, 1).
    """
    outputs = X[:, :1, None] * np.asarray(w)[None, None, :] + np.asarray(b)[None, :, None]
    return ((outputs - E[:, :, None]) ** 2).mean(axis=0)


def bowl_height(eigenvalues, x, y) -> np.ndarray:
    """C = (lambda_1 x^2 + lambda_2 y^2) / 2 of a bowl, for rows x of n and y of m values: shape (m, n) (lesson 8)."""
    return bowl_cost(eigenvalues, np.stack(np.meshgrid(x, y), axis=-1))


def bowl_cost(eigenvalues, points) -> np.ndarray:
    """C = (1/2) sum_k lambda_k v_k^2 of a bowl at points v, shape (..., n): shape (...) (lessons 7 and 8)."""
    with np.errstate(over="ignore", invalid="ignore"):  # a path that overflows is a result
        return (np.asarray(eigenvalues) * np.square(points)).sum(axis=-1) / 2
