"""The right gradient of any setting of the corpus, written once and checked against the complex step of the cost itself."""

from __future__ import annotations

import numpy as np


def softmax(z):
    e = np.exp(z - z.real.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


# name: f(z), and f'(z) from z and a
ACTIVATIONS = {
    "sigmoid": (lambda z: 1 / (1 + np.exp(-z)), lambda z, a: a * (1 - a)),
    "tanh": (np.tanh, lambda z, a: 1 - a * a),
    "relu": (lambda z: z * (z.real > 0), lambda z, a: (z.real > 0) * 1.0),
    "identity": (lambda z: z, lambda z, a: np.ones_like(a)),
    "softmax": (softmax, None),
}
# name: the mean over the samples of C_i, and T times the output delta
COSTS = {
    "squared": (lambda a, e: ((a - e) ** 2).sum(), lambda a, e, slope: 2 * (a - e) * slope),
    "bce": (lambda a, e: -(e * np.log(a) + (1 - e) * np.log(1 - a)).sum(), lambda a, e, slope: a - e),
    "cross-entropy": (lambda a, e: -(e * np.log(a)).sum(), lambda a, e, slope: a - e),
}


def names_of(activations, layers: int) -> list[str]:
    hidden, output = (activations, activations) if isinstance(activations, str) else activations
    return [hidden] * (layers - 1) + [output]


def forward(weights, biases, X, activations="sigmoid"):
    """Pre-activations and activations, samples in rows."""
    zs, acts = [], [np.asarray(X) * 1.0]
    for w, b, name in zip(weights, biases, names_of(activations, len(weights))):
        zs.append(acts[-1] @ w + b)
        acts.append(ACTIVATIONS[name][0](zs[-1]))
    return zs, acts


def cost_of(weights, biases, X, E, cost="squared", activations="sigmoid"):
    return COSTS[cost][0](forward(weights, biases, X, activations)[1][-1], E) / len(E)


def gradients(weights, biases, X, E, cost="squared", activations="sigmoid"):
    """dC/dW and dC/db of the mean cost; cross-entropy wants targets that sum to 1 in each row."""
    zs, acts = forward(weights, biases, X, activations)
    slopes = [ACTIVATIONS[name][1] for name in names_of(activations, len(weights))]
    last = slopes[-1](zs[-1], acts[-1]) if slopes[-1] else None
    d, dW, db = COSTS[cost][1](acts[-1], E, last) / len(E), [], []
    for l in range(len(weights) - 1, -1, -1):
        dW.insert(0, acts[l].T @ d)
        db.insert(0, d.sum(axis=0))
        if l:
            d = d @ weights[l].T * slopes[l - 1](zs[l - 1], acts[l])
    return dW, db
