"""Networks as people write them: classes, arrays with a step, dicts; and small data sets."""

import numpy as np

XOR = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]])
YX = np.array([[0.0], [1], [1], [0]])


def S(z):
    return 0.5 * (1 + np.tanh(0.5 * z))


def softmax(z):
    p = np.exp(z - z.max(axis=1, keepdims=True))
    return p / p.sum(axis=1, keepdims=True)


def half_sum(A, Y):
    return ((A - Y) ** 2).sum() / 2


def mse(A, Y):
    return ((A - Y) ** 2).mean()


def bce(A, Y):
    A = np.clip(A, 1e-12, 1 - 1e-12)
    return -(Y * np.log(A) + (1 - Y) * np.log(1 - A)).mean()


def cross_entropy(A, Y):
    return -(Y * np.log(A + 1e-12)).sum() / len(Y)


def blobs(n=120, k=3, d=2, seed=0, spread=0.5):
    """k clouds of points in d dimensions, class after class in random order: X (n, d) and labels (n,)."""
    r = np.random.default_rng(seed)
    centres = r.normal(0, 2, (k, d))
    y = r.integers(0, k, n)
    return centres[y] + r.normal(0, spread, (n, d)), y


def rings(n=120, seed=0):
    """A disc inside a ring: X (n, 2), Y (n, 1)."""
    r = np.random.default_rng(seed)
    y = np.arange(n) % 2
    angle, radius = r.uniform(0, 2 * np.pi, n), np.where(y == 1, 2.0, 0.6) + r.normal(0, 0.1, n)
    return np.c_[radius * np.cos(angle), radius * np.sin(angle)], y[:, None].astype(float)


def pictures(n=200, k=10, seed=0):
    """Noisy pictures of k kinds, 64 pixels from 0 to 255, and their labels."""
    plain = np.random.default_rng(11).integers(0, 2, (k, 64)) * 200.0
    r = np.random.default_rng(seed)
    y = r.integers(0, k, n)
    return np.clip(plain[y] + r.normal(0, 50, (n, 64)), 0, 255), y


def wave(n=60, seed=0):
    """One period of a sine with a little noise: X (n, 1), Y (n, 1)."""
    r = np.random.default_rng(seed)
    x = r.uniform(-3, 3, (n, 1))
    return x, np.sin(x) + r.normal(0, 0.05, (n, 1))


class OneHidden:
    """The tutorial class: W1, b1, W2, b2, forward and backward, squared error, rows."""

    def __init__(self, n_in, n_hidden, n_out, lr=0.5, seed=1, scale=1.0):
        r = np.random.default_rng(seed)
        self.W1, self.b1 = r.normal(0, scale, (n_in, n_hidden)), np.zeros((1, n_hidden))
        self.W2, self.b2 = r.normal(0, scale, (n_hidden, n_out)), np.zeros((1, n_out))
        self.lr = lr

    def forward(self, X):
        self.h = S(X @ self.W1 + self.b1)
        self.out = S(self.h @ self.W2 + self.b2)
        return self.out

    def gradients(self, X, Y):
        out = self.forward(X)
        d2 = (out - Y) * out * (1 - out)
        d1 = d2 @ self.W2.T * self.h * (1 - self.h)
        return X.T @ d1, d1.sum(0, keepdims=True), self.h.T @ d2, d2.sum(0, keepdims=True)

    def train_step(self, X, Y):
        dW1, db1, dW2, db2 = self.gradients(X, Y)
        self.W1 -= self.lr * dW1
        self.b1 -= self.lr * db1
        self.W2 -= self.lr * dW2
        self.b2 -= self.lr * db2


class ReluSoftmax:
    """Hidden relu, softmax outputs, cross-entropy, mean over the samples; lists of weights."""

    def __init__(self, sizes, lr=0.1, seed=2):
        r = np.random.default_rng(seed)
        self.w = [r.normal(0, np.sqrt(2 / n), (n, m)) for n, m in zip(sizes, sizes[1:])]
        self.b = [np.zeros(m) for m in sizes[1:]]
        self.lr = lr

    def normalise(self, z):
        return softmax(z)

    def predict(self, X):
        self.a = [X]
        for w, b in zip(self.w[:-1], self.b[:-1]):
            self.a.append(np.maximum(self.a[-1] @ w + b, 0))
        return self.normalise(self.a[-1] @ self.w[-1] + self.b[-1])

    def slope(self, a):
        return a > 0

    def update(self, X, Y):
        d = (self.predict(X) - Y) / len(X)
        grads = []
        for l in reversed(range(len(self.w))):
            grads.insert(0, (self.a[l].T @ d, d.sum(0)))
            d = d @ self.w[l].T * self.slope(self.a[l])
        for l, (dw, db) in enumerate(grads):
            self.w[l] = self.w[l] - self.lr * dw
            self.b[l] = self.b[l] - self.lr * db


def column_params(n_in, n_hidden, n_out, seed=3, scale=None):
    """A dict of parameters for samples in columns."""
    r = np.random.default_rng(seed)
    s1, s2 = (scale, scale) if scale else (1 / np.sqrt(n_in), 1 / np.sqrt(n_hidden))
    return {
        "W1": r.normal(0, s1, (n_hidden, n_in)),
        "b1": np.zeros((n_hidden, 1)),
        "W2": r.normal(0, s2, (n_out, n_hidden)),
        "b2": np.zeros((n_out, 1)),
    }


def column_forward(params, X):
    A1 = np.tanh(params["W1"] @ X + params["b1"])
    return A1, S(params["W2"] @ A1 + params["b2"])


def column_output(params):
    """The forward pass of a dict of parameters."""
    return lambda X: column_forward(params, X)[1]


def column_step(params, rate):
    """A step on binary cross-entropy for a dict of parameters, samples in columns."""

    def step(X, Y):
        A1, A2 = column_forward(params, X)
        m = X.shape[1]
        dZ2 = A2 - Y
        dZ1 = params["W2"].T @ dZ2 * (1 - A1**2)
        grads = {"W1": dZ1 @ X.T / m, "b1": dZ1.sum(1, keepdims=True) / m}
        grads |= {"W2": dZ2 @ A1.T / m, "b2": dZ2.sum(1, keepdims=True) / m}
        for key, value in grads.items():
            params[key] = params[key] - rate * value

    return step


def arrays(sizes, seed=4, scale=None):
    """[W1, b1, W2, b2, ...] with rows as samples."""
    r, made = np.random.default_rng(seed), []
    for n, m in zip(sizes, sizes[1:]):
        made += [r.normal(0, scale or n**-0.5, (n, m)), np.zeros(m)]
    return made


def run(P, X):
    """Sigmoids all the way: every activation."""
    A = [X]
    for W, b in zip(P[::2], P[1::2]):
        A.append(S(A[-1] @ W + b))
    return A


def outputs(P):
    """The forward pass of a list of arrays."""
    return lambda X: run(P, X)[-1]


def descend(P, rule):
    """A step on the mean squared error for a list of arrays, changed in place; the rule is a rate, or a function m(g, k)."""

    def gradient(X, Y):
        A, g = run(P, X), []
        d = 2 * (A[-1] - Y) * A[-1] * (1 - A[-1]) / len(X)
        for l in reversed(range(len(P) // 2)):
            g = [A[l].T @ d, d.sum(0), *g]
            d = d @ P[2 * l].T * A[l] * (1 - A[l])
        return g

    def step(X, Y):
        for k, g in enumerate(gradient(X, Y)):
            P[k] -= rule(g, k) if callable(rule) else rule * g

    return step


def accuracy(A, Y):
    return float((A.argmax(1) == Y.argmax(1)).mean())
