"""= in place of += while weights are accumulated; divided in the end.

category: bias-not-summed
where: biases
kind: gradients
cost: squared
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
        delta = 2 * (a[-1] - e) * a[-1] * (1 - a[-1])
        for l in range(len(weights) - 1, -1, -1):
            dW[l] += np.outer(a[l], delta)
            db[l] = delta
            delta = weights[l] @ delta * a[l] * (1 - a[l])
    return [g / len(X) for g in dW], [g / len(X) for g in db]
