"""log-softmax, sample by sample: the slope of log p is 1 - p for the class, -p for the others.

category: correct
where: none
kind: gradients
cost: cross-entropy
activations: sigmoid, softmax
"""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def gradients(weights, biases, X, E):
    dW, db = [np.zeros(w.shape) for w in weights], [np.zeros(b.shape) for b in biases]
    for x, e in zip(X, E):
        a = [x]
        for w, b in zip(weights, biases):
            a.append(sigmoid(a[-1] @ w + b))
        z = a[-2] @ weights[-1] + biases[-1]
        log_p = z - z.max() - np.log(np.exp(z - z.max()).sum())
        delta = -sum(share * (np.eye(len(z))[j] - np.exp(log_p)) for j, share in enumerate(e)) / len(X)
        for l in range(len(weights) - 1, -1, -1):
            dW[l] += np.outer(a[l], delta)
            db[l] += delta
            delta = weights[l] @ delta * a[l] * (1 - a[l])
    return dW, db
