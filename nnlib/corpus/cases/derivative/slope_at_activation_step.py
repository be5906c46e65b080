"""A layer class that stores its output and calls the slope of z on it.

category: derivative-at-wrong-point
where: all
kind: train_step
cost: squared
activations: sigmoid
"""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def sigmoid_prime(z):
    return sigmoid(z) * (1 - sigmoid(z))


def train_step(weights, biases, X, E, learning_rate):
    class Layer:
        def __init__(self, w, b):
            self.w, self.b = w.copy(), b.copy()

        def forward(self, x):
            self.x, self.out = x, sigmoid(x @ self.w + self.b)
            return self.out

        def backward(self, grad):
            grad = grad * sigmoid_prime(self.out)
            down = grad @ self.w.T
            self.w -= learning_rate * self.x.T @ grad
            self.b -= learning_rate * grad.sum(axis=0)
            return down

    layers, out = [Layer(w, b) for w, b in zip(weights, biases)], X
    for layer in layers:
        out = layer.forward(out)
    grad = 2 * (out - E) / len(X)
    for layer in layers[::-1]:
        grad = layer.backward(grad)
    return [layer.w for layer in layers], [layer.b for layer in layers]
