"""'Make your own network': errors = W.T errors, one sample a time.

category: error-propagated-without-derivative
where: hidden
kind: train_step
cost: squared
activations: sigmoid
"""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def train_step(weights, biases, X, E, learning_rate):
    dW, db = [0 * w for w in weights], [0 * b for b in biases]
    for x, e in zip(X, E):
        outs = [x.reshape(-1, 1)]
        for w, b in zip(weights, biases):
            outs.append(sigmoid(w.T @ outs[-1] + b.reshape(-1, 1)))
        errors = e.reshape(-1, 1) - outs[-1]
        for l in range(len(weights) - 1, -1, -1):
            step = 2 / len(X) * errors * outs[l + 1] * (1.0 - outs[l + 1])
            dW[l] = dW[l] + np.dot(outs[l], step.T)
            db[l] = db[l] + step[:, 0]
            errors = np.dot(weights[l], errors)
    return [w + learning_rate * g for w, g in zip(weights, dW)], [b + learning_rate * g for b, g in zip(biases, db)]
