"""Right backpropagation and right steps in the styles in which people write them, as text that a slip can be put into."""

HEAD = """
import numpy as np

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

def sigmoid_prime(z):
    return sigmoid(z) * (1 - sigmoid(z))
"""

BOOK = (
    HEAD
    + """
def gradients(weights, biases, X, E):
    T = len(X)
    nabla_w = [np.zeros(w.shape) for w in weights]
    nabla_b = [np.zeros(b.shape) for b in biases]
    for x, y in zip(X, E):
        activation = x
        activations, zs = [x], []
        for w, b in zip(weights, biases):
            z = np.dot(activation, w) + b
            zs.append(z)
            activation = sigmoid(z)
            activations.append(activation)
        delta = 2 * (activations[-1] - y) * sigmoid_prime(zs[-1])
        nabla_b[-1] += delta
        nabla_w[-1] += np.outer(activations[-2], delta)
        for l in range(2, len(weights) + 1):
            sp = sigmoid_prime(zs[-l])
            delta = np.dot(weights[-l + 1], delta) * sp
            nabla_b[-l] += delta
            nabla_w[-l] += np.outer(activations[-l - 1], delta)
    return [g / T for g in nabla_w], [g / T for g in nabla_b]
"""
)

ROWS = (
    HEAD
    + """
def gradients(weights, biases, X, E):
    L, T = len(weights), X.shape[0]
    A, Z = [X], []
    for l in range(L):
        z = A[l] @ weights[l] + biases[l]
        Z.append(z)
        A.append(sigmoid(z))
    dW, db = [None] * L, [None] * L
    error = 2 * (A[L] - E) / T
    for l in range(L - 1, -1, -1):
        delta = error * A[l + 1] * (1 - A[l + 1])
        dW[l] = A[l].T @ delta
        db[l] = delta.sum(axis=0)
        error = delta @ weights[l].T
    return dW, db
"""
)

COLUMNS = (
    HEAD
    + """
def gradients(weights, biases, X, E):
    m = X.shape[0]
    L = len(weights)
    params = {}
    for l in range(L):
        params["W" + str(l + 1)] = weights[l].T
        params["b" + str(l + 1)] = biases[l].reshape(-1, 1)
    cache = {"A0": X.T}
    for l in range(1, L + 1):
        cache["Z" + str(l)] = np.dot(params["W" + str(l)], cache["A" + str(l - 1)]) + params["b" + str(l)]
        cache["A" + str(l)] = sigmoid(cache["Z" + str(l)])
    grads = {}
    dA = 2 * (cache["A" + str(L)] - E.T)
    for l in range(L, 0, -1):
        dZ = dA * sigmoid_prime(cache["Z" + str(l)])
        grads["dW" + str(l)] = (1 / m) * np.dot(dZ, cache["A" + str(l - 1)].T)
        grads["db" + str(l)] = (1 / m) * np.sum(dZ, axis=1, keepdims=True)
        dA = np.dot(params["W" + str(l)].T, dZ)
    return [grads["dW" + str(l)].T for l in range(1, L + 1)], [grads["db" + str(l)].ravel() for l in range(1, L + 1)]
"""
)

LOOPS = (
    HEAD
    + """
import math

def gradients(weights, biases, X, E):
    L = len(weights)
    sizes = [len(weights[0])] + [len(b) for b in biases]
    dW = [np.zeros((sizes[l], sizes[l + 1])) for l in range(L)]
    db = [np.zeros(sizes[l + 1]) for l in range(L)]
    T = len(X)
    for i in range(T):
        a = [list(X[i])]
        for l in range(L):
            layer = []
            for y in range(sizes[l + 1]):
                s = biases[l][y]
                for x in range(sizes[l]):
                    s += weights[l][x][y] * a[l][x]
                layer.append(1 / (1 + math.exp(-s)))
            a.append(layer)
        delta = [None] * L
        delta[L - 1] = [2 * (a[L][y] - E[i][y]) * a[L][y] * (1 - a[L][y]) for y in range(sizes[L])]
        for l in range(L - 2, -1, -1):
            delta[l] = []
            for x in range(sizes[l + 1]):
                error = 0.0
                for y in range(sizes[l + 2]):
                    error += delta[l + 1][y] * weights[l + 1][x][y]
                delta[l].append(error * a[l + 1][x] * (1 - a[l + 1][x]))
        for l in range(L):
            for y in range(sizes[l + 1]):
                for x in range(sizes[l]):
                    dW[l][x, y] += delta[l][y] * a[l][x] / T
                db[l][y] += delta[l][y] / T
    return dW, db
"""
)

FOLDED = (
    HEAD
    + """
def gradients(weights, biases, X, E):
    T = len(X)
    Theta = [np.vstack([b, w]) for w, b in zip(weights, biases)]
    ones = np.ones((T, 1))
    A, out = [], X
    for theta in Theta:
        A.append(np.hstack([ones, out]))
        out = sigmoid(A[-1] @ theta)
    delta = 2 * (out - E) * out * (1 - out)
    dW, db = [], []
    for l in range(len(Theta) - 1, -1, -1):
        grad = A[l].T @ delta / T
        dW.insert(0, grad[1:])
        db.insert(0, grad[0])
        delta = (delta @ Theta[l].T)[:, 1:] * (A[l] * (1 - A[l]))[:, 1:]
    return dW, db
"""
)

CLASS = (
    HEAD
    + """
class Layer:
    def __init__(self, w, b):
        self.w, self.b = w, b

    def forward(self, x):
        self.x = x
        self.z = x @ self.w + self.b
        self.a = sigmoid(self.z)
        return self.a

    def backward(self, grad):
        dz = grad * sigmoid_prime(self.z)
        self.dw = self.x.T @ dz
        self.db = dz.sum(0)
        return dz @ self.w.T

class Net:
    def __init__(self):
        self.layers = []

    def gradients(self, weights, biases, X, E):
        self.layers = [Layer(w, b) for w, b in zip(weights, biases)]
        out = X
        for layer in self.layers:
            out = layer.forward(out)
        grad = 2 * (out - E) / len(E)
        for layer in self.layers[::-1]:
            grad = layer.backward(grad)
        return [layer.dw for layer in self.layers], [layer.db for layer in self.layers]

gradients = Net().gradients
"""
)

STEP = (
    ROWS
    + """
def train_step(weights, biases, X, E, learning_rate):
    dW, db = gradients(weights, biases, X, E)
    new_weights = [w - learning_rate * g for w, g in zip(weights, dW)]
    new_biases = [b - learning_rate * g for b, g in zip(biases, db)]
    return new_weights, new_biases
"""
)

LOOPSTEP = (
    HEAD
    + """
def train_step(weights, biases, X, E, learning_rate):
    W = [w.copy() for w in weights]
    B = [b.copy() for b in biases]
    n = len(X)
    sum_w = [np.zeros_like(w) for w in W]
    sum_b = [np.zeros_like(b) for b in B]
    for x, y in zip(X, E):
        acts = [x]
        for w, b in zip(W, B):
            acts.append(sigmoid(acts[-1] @ w + b))
        delta = 2 * (acts[-1] - y) * acts[-1] * (1 - acts[-1])
        for l in range(len(W) - 1, -1, -1):
            sum_w[l] += np.outer(acts[l], delta)
            sum_b[l] += delta
            delta = (W[l] @ delta) * acts[l] * (1 - acts[l])
    for l in range(len(W)):
        W[l] -= learning_rate * sum_w[l] / n
        B[l] -= learning_rate * sum_b[l] / n
    return W, B
"""
)

STYLES = {
    "book": BOOK,
    "rows": ROWS,
    "columns": COLUMNS,
    "loops": LOOPS,
    "folded": FOLDED,
    "class": CLASS,
    "step": STEP,
    "loopstep": LOOPSTEP,
}
