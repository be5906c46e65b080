"""np.delete of the wrong row, bias row last, per sample.

category: bias-column-misaligned
where: hidden
kind: gradients
cost: squared
activations: sigmoid
"""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def gradients(weights, biases, X, E):
    thetas = [np.vstack([w, b]) for w, b in zip(weights, biases)]
    total = [np.zeros(t.shape) for t in thetas]
    for x, e in zip(X, E):
        outs = [np.append(x, 1.0)]
        for t in thetas:
            outs.append(np.append(sigmoid(outs[-1] @ t), 1.0))
        delta = 2 * (outs[-1][:-1] - e) * outs[-1][:-1] * (1 - outs[-1][:-1])
        for l in reversed(range(len(thetas))):
            total[l] += np.outer(outs[l], delta)
            hidden = outs[l][:-1]
            delta = hidden * (1 - hidden) * (np.delete(thetas[l], 0, 0) @ delta)
    return [t[:-1] / len(X) for t in total], [t[-1] / len(X) for t in total]
