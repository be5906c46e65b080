"""No 2 and no mean: one sample's textbook formula, summed.

category: sum-instead-of-mean
where: all
kind: gradients
cost: squared
activations: sigmoid
also: missing-factor-two
"""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def gradients(weights, biases, X, E):
    dW, db = [np.zeros(w.shape) for w in weights], [np.zeros(b.shape) for b in biases]
    for x, y in zip(X, E):
        a = [x]
        for w, b in zip(weights, biases):
            a.append(sigmoid(a[-1] @ w + b))
        delta = (a[-1] - y) * a[-1] * (1 - a[-1])
        for l in range(len(weights) - 1, -1, -1):
            dW[l] += np.outer(a[l], delta)
            db[l] += delta
            delta = weights[l] @ delta * a[l] * (1 - a[l])
    return dW, db
