"""Sample by sample, lists of sums.

category: correct
where: none
kind: gradients
cost: bce
activations: sigmoid
"""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def gradients(weights, biases, X, E):
    sums = [[np.zeros_like(w), np.zeros_like(b)] for w, b in zip(weights, biases)]
    for x, y in zip(X, E):
        acts = [x]
        for w, b in zip(weights, biases):
            acts.append(sigmoid(w.T @ acts[-1] + b))
        delta = acts[-1] - y
        for l in range(len(weights) - 1, -1, -1):
            sums[l][0] += np.outer(acts[l], delta)
            sums[l][1] += delta
            delta = (weights[l] @ delta) * acts[l] * (1 - acts[l])
    return [s[0] / len(X) for s in sums], [s[1] / len(X) for s in sums]
