"""Complex step.

category: correct
where: none
kind: gradients
cost: squared
activations: sigmoid
"""

import numpy as np


def gradients(weights, biases, X, E):
    flat = np.concatenate([v.ravel() for v in [*weights, *biases]]).astype(complex)
    shapes = [v.shape for v in [*weights, *biases]]

    def unpack(vector):
        out, at = [], 0
        for shape in shapes:
            n = int(np.prod(shape))
            out.append(vector[at : at + n].reshape(shape))
            at += n
        return out[: len(weights)], out[len(weights) :]

    slope = np.empty(flat.size)
    for i in range(flat.size):
        moved = flat.copy()
        moved[i] += 1e-30j
        a = X.astype(complex)
        for w, b in zip(*unpack(moved)):
            a = 1 / (1 + np.exp(-(a @ w + b)))
        slope[i] = np.sum((a - E) ** 2).imag / 1e-30 / len(X)
    return unpack(slope)
