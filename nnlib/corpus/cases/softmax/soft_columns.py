"""tanh layers, columns inside.

category: correct
where: none
kind: gradients
cost: cross-entropy
activations: tanh, softmax
"""

import numpy as np


def gradients(weights, biases, X, E):
    A, m = [X.T], len(X)
    for w, b in zip(weights, biases):
        Z = w.T @ A[-1] + b.reshape(-1, 1)
        A.append(np.tanh(Z))
    exps = np.exp(Z - Z.max(axis=0))
    dZ, dW, db = exps / exps.sum(axis=0) - E.T, [], []
    for l in range(len(weights) - 1, -1, -1):
        dW.append((dZ @ A[l].T).T / m)
        db.append(dZ.sum(axis=1) / m)
        dZ = (weights[l] @ dZ) * (1 - A[l] ** 2)
    return dW[::-1], db[::-1]
