"""dW, db made anew for each sample, the last pair returned.

category: only-last-sample
where: all
kind: gradients
cost: squared
activations: sigmoid
"""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def gradients(weights, biases, X, E):
    for x, e in zip(X, E):
        a = [x]
        for w, b in zip(weights, biases):
            a.append(sigmoid(a[-1] @ w + b))
        dW, db, delta = [], [], 2 * (a[-1] - e) * a[-1] * (1 - a[-1])
        for l in range(len(weights) - 1, -1, -1):
            dW.insert(0, np.outer(a[l], delta))
            db.insert(0, delta)
            delta = weights[l] @ delta * a[l] * (1 - a[l])
    return dW, db
