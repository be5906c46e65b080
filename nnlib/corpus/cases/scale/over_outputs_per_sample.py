"""Per sample, mean over the outputs first.

category: mean-over-outputs
where: all
kind: gradients
cost: squared
activations: sigmoid
"""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def run(weights, biases, X):
    """Pre-activations and activations, samples in rows."""
    zs, acts = [], [np.asarray(X, dtype=float)]
    for w, b in zip(weights, biases):
        zs.append(acts[-1] @ w + b)
        acts.append(sigmoid(zs[-1]))
    return zs, acts


def gradients(weights, biases, X, E):
    total = None
    for x, e in zip(X, E):
        _, acts = run(weights, biases, x[None])
        d, one = 2 * (acts[-1] - e) / len(e), []
        for l in reversed(range(len(weights))):
            d = d * acts[l + 1] * (1 - acts[l + 1])
            one = [(np.outer(acts[l], d), d[0])] + one
            d = d @ weights[l].T
        total = one if total is None else [(p[0] + q[0], p[1] + q[1]) for p, q in zip(total, one)]
    return [p[0] / len(X) for p in total], [p[1] / len(X) for p in total]
