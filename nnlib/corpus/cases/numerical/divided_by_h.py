"""Both sides, divided by h and not by 2h.

category: finite-difference-error
where: all
kind: gradients
cost: squared
activations: sigmoid
also: extra-factor-two
"""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def cost_of(weights, biases, X, E):
    a = np.asarray(X)
    for w, b in zip(weights, biases):
        a = sigmoid(a @ w + b)
    return ((a - E) ** 2).sum() / len(E)


def numeric(weights, biases, X, E, slope):
    """slope(at) for each parameter in turn, where at(h) is the cost with h added to that one parameter."""
    ws, bs = [np.array(w, float) for w in weights], [np.array(b, float) for b in biases]
    out = []
    for v in ws + bs:
        g = np.zeros(v.shape)
        for i in np.ndindex(v.shape):
            kept = v[i]

            def at(h):
                v[i] = kept + h
                return cost_of(ws, bs, X, E)

            g[i] = slope(at)
            v[i] = kept
        out.append(g)
    return out[: len(ws)], out[len(ws) :]


def gradients(weights, biases, X, E):
    return numeric(weights, biases, X, E, lambda at: (at(1e-5) - at(-1e-5)) / 1e-5)
