"""The book's network class: nabla lists, negative indices, column vectors, 2 for the missing half.

category: correct
where: none
kind: gradients
cost: squared
activations: sigmoid
"""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def sigmoid_prime(z):
    return sigmoid(z) * (1 - sigmoid(z))


def gradients(weights, biases, X, E):
    ws, bs = [w.transpose() for w in weights], [b[:, None] for b in biases]
    nabla_w, nabla_b = [np.zeros(w.shape) for w in ws], [np.zeros(b.shape) for b in bs]
    for x, y in zip(X, E):
        activation, activations, zs = x[:, None], [x[:, None]], []
        for b, w in zip(bs, ws):
            zs.append(np.dot(w, activation) + b)
            activation = sigmoid(zs[-1])
            activations.append(activation)
        delta = 2 * (activations[-1] - y[:, None]) * sigmoid_prime(zs[-1])
        nabla_b[-1] += delta
        nabla_w[-1] += np.dot(delta, activations[-2].transpose())
        for l in range(2, len(ws) + 1):
            delta = np.dot(ws[-l + 1].transpose(), delta) * sigmoid_prime(zs[-l])
            nabla_b[-l] += delta
            nabla_w[-l] += np.dot(delta, activations[-l - 1].transpose())
    return [w.T / len(X) for w in nabla_w], [b.ravel() / len(X) for b in nabla_b]
