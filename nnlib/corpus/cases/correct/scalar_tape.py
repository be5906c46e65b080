"""A micro tape over single numbers, in topological order.

category: correct
where: none
kind: gradients
cost: squared
activations: sigmoid
"""

import functools

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def gradients(weights, biases, X, E):
    class Value:
        __slots__ = ("data", "grad", "parents")

        def __init__(self, data, parents=()):
            self.data, self.grad, self.parents = data, 0.0, parents

        def __add__(self, other):
            return Value(self.data + other.data, ((self, 1.0), (other, 1.0)))

        def __mul__(self, other):
            return Value(self.data * other.data, ((self, other.data), (other, self.data)))

        def squash(self):
            s = float(sigmoid(self.data))
            return Value(s, ((self, s * (1 - s)),))

    W = [[[Value(float(v)) for v in row] for row in w] for w in weights]
    B = [[Value(float(v)) for v in b] for b in biases]
    total = Value(0.0)
    for x, e in zip(X, E):
        a = [Value(float(v)) for v in x]
        for w, b in zip(W, B):
            a = [functools.reduce(lambda s, p: s + p[0] * p[1][j], zip(a, w), b[j]).squash() for j in range(len(b))]
        for p, q in zip(a, e):
            error = p + Value(-float(q))
            total = total + error * error * Value(1 / len(X))
    order, seen, stack = [], set(), [(total, False)]
    while stack:
        node, done = stack.pop()
        if done:
            order.append(node)
        elif id(node) not in seen:
            seen.add(id(node))
            stack.append((node, True))
            stack.extend((parent, False) for parent, _ in node.parents)
    total.grad = 1.0
    for node in reversed(order):
        for parent, slope in node.parents:
            parent.grad += slope * node.grad
    return [np.array([[v.grad for v in row] for row in w]) for w in W], [np.array([v.grad for v in b]) for b in B]
