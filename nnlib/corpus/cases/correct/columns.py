"""Samples as columns, W transposed inside, 1/m in the gradients.

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
    Ws, bs = [w.T for w in weights], [b.reshape(-1, 1) for b in biases]
    m, A, Z = X.shape[0], [X.T], []
    for W, b in zip(Ws, bs):
        Z.append(np.dot(W, A[-1]) + b)
        A.append(sigmoid(Z[-1]))
    dZ, grads = 2 * (A[-1] - E.T) * sigmoid_prime(Z[-1]), {}
    for l in range(len(Ws), 0, -1):
        grads["W", l], grads["b", l] = np.dot(dZ, A[l - 1].T) / m, np.sum(dZ, axis=1, keepdims=True) / m
        if l > 1:
            dZ = np.dot(Ws[l - 1].T, dZ) * sigmoid_prime(Z[l - 2])
    return [grads["W", l + 1].T for l in range(len(Ws))], [grads["b", l + 1][:, 0] for l in range(len(Ws))]
