"""Per sample, nabla lists, one column at a time.

category: missing-factor-two
where: all
kind: gradients
cost: squared
activations: sigmoid
"""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def gradients(weights, biases, X, E):
    nabla_w = [np.zeros(w.shape) for w in weights]
    nabla_b = [np.zeros(b.shape) for b in biases]
    for x, y in zip(X, E):
        a, activations = x.reshape(-1, 1), [x.reshape(-1, 1)]
        for w, b in zip(weights, biases):
            a = sigmoid(np.dot(w.T, a) + b.reshape(-1, 1))
            activations.append(a)
        delta = (a - y.reshape(-1, 1)) * a * (1 - a)
        for k in range(1, len(weights) + 1):
            nabla_b[-k] += delta[:, 0]
            nabla_w[-k] += np.dot(activations[-k - 1], delta.T)
            delta = np.dot(weights[-k], delta) * activations[-k - 1] * (1 - activations[-k - 1])
    return [n / len(X) for n in nabla_w], [n / len(X) for n in nabla_b]
