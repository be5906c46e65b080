"""A micro tape over whole arrays.

category: correct
where: none
kind: gradients
cost: squared
activations: sigmoid
"""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def gradients(weights, biases, X, E):
    tape = []

    class Var:
        def __init__(self, value):
            self.value, self.grad = value, np.zeros(np.shape(value))

    def record(value, back):
        out = Var(value)
        tape.append(lambda: back(out.grad))
        return out

    def affine(x, w, b):
        def back(g):
            x.grad = x.grad + g @ w.value.T
            w.grad = w.grad + x.value.T @ g
            b.grad = b.grad + g.sum(axis=0)

        return record(x.value @ w.value + b.value, back)

    def squash(x):
        y = sigmoid(x.value)

        def back(g):
            x.grad = x.grad + g * y * (1 - y)

        return record(y, back)

    ws, bs, out = [Var(w) for w in weights], [Var(b) for b in biases], Var(np.asarray(X, float))
    for w, b in zip(ws, bs):
        out = squash(affine(out, w, b))
    out.grad = 2 * (out.value - E) / len(X)
    for back in reversed(tape):
        back()
    return [w.grad for w in ws], [b.grad for b in bs]
