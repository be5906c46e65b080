"""per-sample, layer error as target minus output all the way.

category: sign
where: all
kind: gradients
cost: squared
activations: sigmoid
"""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def gradients(weights, biases, X, E):
    sums = [[0 * w, 0 * b] for w, b in zip(weights, biases)]
    for x, e in zip(np.asarray(X, float), E):
        outs = [x]
        for w, b in zip(weights, biases):
            outs.append(sigmoid(outs[-1] @ w + b))
        error = 2 * (e - outs[-1])
        for l in range(len(weights) - 1, -1, -1):
            delta = error * outs[l + 1] * (1 - outs[l + 1])
            sums[l][0] = sums[l][0] + outs[l][:, None] * delta[None, :]
            sums[l][1] = sums[l][1] + delta
            error = weights[l] @ delta
    return [s[0] / len(X) for s in sums], [s[1] / len(X) for s in sums]
