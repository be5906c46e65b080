"""Row-major code fed with x as a flat vector: matmul refuses.

category: shape-error
where: none
kind: gradients
cost: squared
activations: sigmoid
raises: on some problems
"""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def gradients(weights, biases, X, E):
    a = X
    for w, b in zip(weights, biases):
        a = sigmoid(w @ a + np.arange(len(b) + 1))
    return [a], [a]
