"""Normalised along the samples: axis=0.

category: wrong-forward-pass
where: all
kind: gradients
cost: cross-entropy
activations: sigmoid, softmax
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


def from_output_delta(weights, biases, X, E, delta, output=softmax):
    """Right below the output; `delta(p, e)` is the output's, of the probabilities and the targets."""
    _, acts = run_soft(weights, biases, X, output)
    d = [delta(acts[-1], E)]
    for l in range(len(weights) - 1, 0, -1):
        d.insert(0, d[0] @ weights[l].T * acts[l] * (1 - acts[l]))
    return collect(acts, d)


def gradients(weights, biases, X, E):
    def output(z):
        e = np.exp(z - z.max(axis=0))
        return e / e.sum(axis=0)

    return from_output_delta(weights, biases, X, E, lambda p, e: (p - e) / len(e), output)
