"""Course style: Delta accumulators per sample, bias folded in.

category: cross-entropy-delta
where: all
kind: gradients
cost: squared
activations: sigmoid
"""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def gradients(weights, biases, X, E):
    thetas = [np.vstack([b, w]).T for w, b in zip(weights, biases)]
    Delta = [np.zeros(t.shape) for t in thetas]
    for x, y in zip(X, E):
        a = [np.append(1.0, x)]
        for t in thetas:
            a.append(np.append(1.0, sigmoid(t @ a[-1])))
        delta = a[-1][1:] - y
        for l in range(len(thetas) - 1, -1, -1):
            Delta[l] += np.outer(delta, a[l])
            delta = (thetas[l].T @ delta)[1:] * a[l][1:] * (1 - a[l][1:])
    return [D[:, 1:].T / len(X) for D in Delta], [D[:, 0] / len(X) for D in Delta]
