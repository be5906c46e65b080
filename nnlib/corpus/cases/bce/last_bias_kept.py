"""= in place of += for the biases, sample by sample.

category: bias-not-summed
where: biases
kind: gradients
cost: bce
activations: sigmoid
"""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def gradients(weights, biases, X, E):
    dW, db = [np.zeros(w.shape) for w in weights], [np.zeros(b.shape) for b in biases]
    for x, e in zip(X, E):
        a = [x]
        for w, b in zip(weights, biases):
            a.append(sigmoid(a[-1] @ w + b))
        delta = (a[-1] - e) / len(X)
        for l in range(len(weights) - 1, -1, -1):
            dW[l] += np.outer(a[l], delta)
            db[l] = delta
            delta = weights[l] @ delta * a[l] * (1 - a[l])
    return dW, db
