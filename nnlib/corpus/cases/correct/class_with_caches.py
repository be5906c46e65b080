"""Class with caches, properly reset on every call.

category: correct
where: none
kind: gradients
cost: squared
activations: sigmoid
"""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def class_with_caches():
    class MLP:
        def __init__(self):
            self.cache, self.grads = [], {}

        def gradients(self, weights, biases, X, E):
            self.cache.clear()
            self.grads = {"w": [np.zeros_like(w) for w in weights], "b": [np.zeros_like(b) for b in biases]}
            out = X
            for w, b in zip(weights, biases):
                self.cache.append((out, sigmoid(out @ w + b)))
                out = self.cache[-1][1]
            g = 2 * (out - E) / len(X)
            for l in range(len(weights) - 1, -1, -1):
                below, a = self.cache[l]
                g = g * a * (1 - a)
                self.grads["w"][l] += below.T @ g
                self.grads["b"][l] += g.sum(axis=0)
                g = g @ weights[l].T
            return self.grads["w"], self.grads["b"]

    return MLP().gradients


gradients = class_with_caches()
