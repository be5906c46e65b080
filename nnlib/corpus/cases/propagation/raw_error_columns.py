"""Per sample, columns, transposed weight matrices.

category: error-propagated-without-derivative
where: hidden
kind: gradients
cost: squared
activations: sigmoid
"""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def gradients(weights, biases, X, E):
    Ws, bs = [w.T for w in weights], [b[:, np.newaxis] for b in biases]
    dW, db = [np.zeros(W.shape) for W in Ws], [np.zeros(b.shape) for b in bs]
    for x, e in zip(X, E):
        outs = [np.array(x, ndmin=2, dtype=float).T]
        for W, b in zip(Ws, bs):
            outs.append(sigmoid(np.dot(W, outs[-1]) + b))
        errors = 2 * (outs[-1] - np.array(e, ndmin=2).T)
        for k in range(len(Ws) - 1, -1, -1):
            tmp = errors * outs[k + 1] * (1.0 - outs[k + 1])
            dW[k] += np.dot(tmp, outs[k].T)
            db[k] += tmp
            errors = np.dot(Ws[k].T, errors)
    return [g.T / len(X) for g in dW], [g[:, 0] / len(X) for g in db]
