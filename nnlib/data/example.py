"""The running examples, the same in every lesson: one tiny network on XOR with numbers to follow by hand, and one line."""

from __future__ import annotations

import numpy as np

from nnlib.data import xor


def tiny_network() -> tuple[list[np.ndarray], list[np.ndarray]]:
    """The 2-2-1 network of lessons 1 to 5: (weights, biases), every number with one decimal, no bias zero."""
    weights = [np.array([[1.0, -1.0], [0.5, 2.0]]), np.array([[1.5], [-0.5]])]
    return weights, [np.array([0.5, -1.5]), np.array([0.2])]


def tiny_sample() -> tuple[np.ndarray, np.ndarray]:
    """One sample of XOR, X of shape (1, 2) and E of shape (1, 1): input (1, 1), expected 0."""
    return np.array([[1.0, 1.0]]), np.array([[0.0]])


def half_adder_network() -> tuple[list[np.ndarray], list[np.ndarray]]:
    """The 2-2-2 network of lessons 4 and 5: the tiny network with a second output neuron, (weights, biases)."""
    weights, biases = tiny_network()
    weights[1] = np.hstack([weights[1], [[-1.0], [-0.8]]])
    biases[1] = np.append(biases[1], 0.5)
    return weights, biases


def half_adder() -> tuple[np.ndarray, np.ndarray]:
    """One binary digit plus another, X of shape (4, 2), E of shape (4, 2): XOR is the sum digit, AND the carry."""
    X, E = xor()
    return X, np.hstack([E, X[:, :1] * X[:, 1:]])


def line_data() -> tuple[np.ndarray, np.ndarray]:
    """Eight samples near the line e = 1.5 x - 0.5: X and E of shape (8, 1), every number fixed."""
    x = np.array([-1.2, -0.8, -0.3, 0.1, 0.5, 0.9, 1.3, 1.9])
    noise = np.array([0.1, -0.2, 0.1, 0.1, -0.1, 0.2, -0.2, 0.0])
    return x.reshape(-1, 1), (1.5 * x - 0.5 + noise).reshape(-1, 1)


def noisy_line() -> tuple[np.ndarray, np.ndarray]:
    """Twenty-four samples about the line e = 1.2 x + 0.3, seeded: X and E of shape (24, 1) (lesson 7)."""
    rng = np.random.default_rng(5)
    X = rng.uniform(-1.5, 1.5, size=(24, 1))
    return X, 1.2 * X + 0.3 + 0.5 * rng.standard_normal((24, 1))
