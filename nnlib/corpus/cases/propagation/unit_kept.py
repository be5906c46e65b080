"""(4,1) (3,1): a course's bias unit kept in delta.

category: bias-column-misaligned
where: none
kind: gradients
cost: squared
activations: sigmoid
also: shape-error
raises: on some problems
"""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def gradients(weights, biases, X, E):
    theta = [np.vstack([b, w]).T for w, b in zip(weights, biases)]
    G = [np.zeros(t.shape) for t in theta]
    for x, y in zip(X, E):
        a = [np.concatenate([[1.0], x])]
        for t in theta:
            a.append(np.concatenate([[1.0], sigmoid(t @ a[-1])]))
        delta = 2 * (a[-1][1:] - y) * a[-1][1:] * (1 - a[-1][1:])
        for l in range(len(theta) - 1, -1, -1):
            G[l] += np.outer(delta, a[l])
            if l:
                delta = np.dot(theta[l].T, delta) * (a[l] * (1 - a[l]))[1:]
    return [g[:, 1:].T / len(X) for g in G], [g[:, 0] / len(X) for g in G]
