"""Neurons as lists of weights, outputs adjusted before hidden deltas.

category: used-updated-weights
where: hidden
kind: train_step
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


def train_step(weights, biases, X, E, learning_rate):
    net = [[[*w[:, j], b[j]] for j in range(len(b))] for w, b in zip(weights, biases)]
    _, acts = run(weights, biases, X)
    T = len(X)
    d = [[2 * (a - e) * a * (1 - a) / T for a, e in zip(row, goal)] for row, goal in zip(acts[-1], E)]
    for l in range(len(net) - 1, -1, -1):
        for j, neuron in enumerate(net[l]):
            for i in range(len(neuron) - 1):
                neuron[i] -= learning_rate * sum(d[t][j] * acts[l][t, i] for t in range(T))
            neuron[-1] -= learning_rate * sum(d[t][j] for t in range(T))
        if l:
            d = [
                [
                    a * (1 - a) * sum(d[t][j] * net[l][j][i] for j in range(len(net[l])))
                    for i, a in enumerate(acts[l][t])
                ]
                for t in range(T)
            ]
    new_w = [np.array([neuron[:-1] for neuron in layer]).T for layer in net]
    return new_w, [np.array([neuron[-1] for neuron in layer]) for layer in net]
