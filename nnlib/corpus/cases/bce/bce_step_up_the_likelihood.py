"""A step, target minus output and a plus.

category: correct
where: none
kind: train_step
cost: bce
activations: sigmoid
"""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def train_step(weights, biases, X, E, learning_rate):
    acts = [X]
    for w, b in zip(weights, biases):
        acts.append(sigmoid(acts[-1] @ w + b))
    W, B, d = [w.copy() for w in weights], [b.copy() for b in biases], (E - acts[-1]) / len(X)
    for l in range(len(W) - 1, -1, -1):
        W[l] += learning_rate * acts[l].T @ d
        B[l] += learning_rate * d.sum(axis=0)
        d = d @ weights[l].T * acts[l] * (1 - acts[l])
    return W, B
