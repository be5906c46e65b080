"""dscores @ W2: runs for square matrices only.

category: transposed-weights
where: hidden
kind: gradients
cost: cross-entropy
activations: sigmoid, softmax
raises: on some problems
"""

import numpy as np


def collect(acts, d):
    return [a.T @ x for a, x in zip(acts, d)], [x.sum(axis=0) for x in d]


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def run_soft(weights, biases, X, output=softmax):
    """Pre-activations and activations: sigmoid layers below a softmax."""
    zs, acts = [], [np.asarray(X, dtype=float)]
    for w, b in zip(weights, biases):
        zs.append(acts[-1] @ w + b)
        acts.append(sigmoid(zs[-1]))
    acts[-1] = output(zs[-1])
    return zs, acts


def carried(weights, biases, X, E, down):
    """Right at the output; `down(d, l, zs, acts)` is the delta one layer further down."""
    zs, acts = run_soft(weights, biases, X)
    d = [(acts[-1] - E) / len(E)]
    for l in range(len(weights) - 1, 0, -1):
        d.insert(0, down(d[0], l, zs, acts))
    return collect(acts, d)


def gradients(weights, biases, X, E):
    return carried(weights, biases, X, E, lambda d, l, zs, acts: d @ weights[l] * acts[l] * (1 - acts[l]))
