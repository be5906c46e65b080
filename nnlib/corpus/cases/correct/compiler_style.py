"""Numbers pulled through float() one at a time, no vectors: code made for a compiler.

category: correct
where: none
kind: gradients
cost: squared
activations: sigmoid
"""

import numpy as np


def gradients(weights, biases, X, E):
    T, L = X.shape[0], len(weights)
    dW, db = [np.zeros(w.shape) for w in weights], [np.zeros(b.shape) for b in biases]
    for t in range(T):
        acts = [np.zeros(X.shape[1])] + [np.zeros(b.shape[0]) for b in biases]
        for i in range(X.shape[1]):
            acts[0][i] = X[t, i]
        for l in range(L):
            for j in range(weights[l].shape[1]):
                z = biases[l][j]
                for i in range(weights[l].shape[0]):
                    z += acts[l][i] * weights[l][i, j]
                acts[l + 1][j] = 1.0 / (1.0 + np.exp(-z))
        err = np.zeros(E.shape[1])
        for j in range(E.shape[1]):
            err[j] = 2.0 * (acts[L][j] - E[t, j]) / T
        for l in range(L - 1, -1, -1):
            below = np.zeros(weights[l].shape[0])
            for j in range(weights[l].shape[1]):
                g = err[j] * acts[l + 1][j] * (1.0 - acts[l + 1][j])
                db[l][j] += g
                for i in range(weights[l].shape[0]):
                    dW[l][i, j] += acts[l][i] * g
                    below[i] += weights[l][i, j] * g
            err = below
    return dW, db
