"""Relu layers, the mask by index.

category: correct
where: none
kind: gradients
cost: cross-entropy
activations: relu, softmax
"""

import numpy as np


def gradients(weights, biases, X, E):
    hidden = [X]
    for w, b in zip(weights[:-1], biases[:-1]):
        hidden.append(np.maximum(0, np.dot(hidden[-1], w) + b))
    scores = np.dot(hidden[-1], weights[-1]) + biases[-1]
    exp_scores = np.exp(scores - np.max(scores, axis=1, keepdims=True))
    dscores = exp_scores / np.sum(exp_scores, axis=1, keepdims=True)
    dscores -= E
    dscores /= X.shape[0]
    dW, db = [], []
    for l in range(len(weights) - 1, -1, -1):
        dW.insert(0, np.dot(hidden[l].T, dscores))
        db.insert(0, np.sum(dscores, axis=0))
        dhidden = np.dot(dscores, weights[l].T)
        dhidden[hidden[l] <= 0] = 0
        dscores = dhidden
    return dW, db
