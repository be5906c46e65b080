"""Forty networks as people bring them: about half are right, half hold one slip; each has its own way of being written.

SETUPS: (name, lines of glue, expected category or "correct", further accepted categories, make), and `make()` gives
(what is brought, the arguments of `diagnose`).
"""

import random
import types

import numpy as np

SETUPS = []


def setup(expected, *accepted, glue=1, **chosen):
    def register(make):
        name = make.__name__ + "".join(f", {k}={v}" for k, v in chosen.items())
        SETUPS.append((name, glue, expected, accepted, lambda: make(**chosen)))
        return make

    return register


def sigma(z):
    return 1 / (1 + np.exp(-z))


def draws(seed):
    return np.random.default_rng(seed).normal


# ---------------------------------------------------------------- two layers with named arrays in a class


class TwoLayers:
    """Rows of samples; the step changes W1, b1, W2, b2 in place and returns the cost."""

    def __init__(self, slip="", kind=float):
        n = draws(1)
        self.W1, self.b1 = n(size=(3, 5)).astype(kind), np.zeros(5, kind)
        self.W2, self.b2 = n(size=(5, 2)).astype(kind), np.zeros(2, kind)
        self.lr, self.slip = kind(0.3), slip

    def forward(self, X):
        self.hid = sigma(X @ self.W1 + self.b1)
        self.out = sigma(self.hid @ self.W2 + self.b2)
        return self.out

    def train(self, X, Y):
        out = self.forward(X)
        d_out = (out - Y) * out * (1 - out)
        d_hid = d_out @ self.W2.T
        if self.slip != "slope":
            d_hid = d_hid * self.hid * (1 - self.hid)
        if self.slip == "z for a":
            self.hid = X @ self.W1 + self.b1
        self.W2 -= self.lr * self.hid.T @ d_out
        self.b2 -= self.lr * d_out.sum(axis=0)
        self.W1 -= self.lr * X.T @ d_hid
        self.b1 -= self.lr * (d_hid.sum(axis=0) if self.slip != "frozen" else 0)
        return ((out - Y) ** 2).sum() / 2


@setup("correct")
@setup("missing-activation-derivative", "error-propagated-without-derivative", slip="slope")
@setup("preactivation-instead-of-activation", slip="z for a")
@setup("bias-gradient-zero", slip="frozen")
def named_arrays(slip=""):
    net = TwoLayers(slip)
    return net, dict(step=net.train, output=net.forward, cost="half sum")


@setup("correct")
def single_precision():
    net = TwoLayers(kind=np.float32)
    return net, dict(step=net.train, output=net.forward, cost="half sum")


@setup("correct")
def cost_left_open():
    net = TwoLayers()
    return net, dict(step=net.train, output=net.forward)


# ---------------------------------------------------------------- lists of matrices, columns of samples, any depth


class Stack:
    """Samples are columns, biases are columns; `backprop` returns two lists."""

    def __init__(self, sizes, slip=""):
        n = draws(2)
        self.weights = [n(size=(b, a)) / np.sqrt(a) for a, b in zip(sizes, sizes[1:])]
        self.biases = [n(size=(b, 1)) for b in sizes[1:]]
        self.slip = slip

    def predict(self, X):
        for W, b in zip(self.weights, self.biases):
            X = np.tanh(W @ X + b)
        return X

    def backprop(self, X, Y):
        acts = [X]
        for W, b in zip(self.weights, self.biases):
            acts.append(np.tanh(W @ acts[-1] + b))
        m = X.shape[1]
        err = 2 * (acts[-1] - Y) / m
        nW, nb = [], []
        for W, below, here in zip(self.weights[::-1], acts[-2::-1], acts[:0:-1]):
            slope = 1 - here**2 if self.slip != "double tanh" else 1 - np.tanh(here) ** 2
            delta = err * slope
            nW.insert(0, delta @ below.T)
            nb.insert(0, delta.sum(axis=1, keepdims=True))
            err = W.T @ (err if self.slip == "raw error" else delta)
        return nW, nb


@setup("correct")
@setup("error-propagated-without-derivative", slip="raw error")
@setup("derivative-at-wrong-point", slip="double tanh")
def lists_and_columns(slip=""):
    net = Stack((4, 5, 3, 2), slip)
    return net, dict(grads=net.backprop, output=net.predict, cost="squared")


# ---------------------------------------------------------------- layer objects, one sample at a time inside fit


class Linear:
    def __init__(self, m, n, seed, early=False):
        self.kernel, self.shift, self.early = draws(seed)(size=(m, n)), np.zeros((1, n)), early

    def go(self, x):
        self.x = x
        return x @ self.kernel + self.shift

    def back(self, g, rate):
        down = g @ self.kernel.T
        self.kernel -= rate * self.x.T @ g
        if self.early:
            down = g @ self.kernel.T
        self.shift -= rate * g
        return down


class Squash:
    def go(self, x):
        self.y = np.tanh(x)
        return self.y

    def back(self, g, rate):
        return g * (1 - self.y**2)


class Sequence:
    def __init__(self, early=False):
        self.layers = [Linear(2, 4, 5, early), Squash(), Linear(4, 1, 6, early), Squash()]

    def predict(self, X):
        out = []
        for x in X:
            v = x.reshape(1, -1)
            for layer in self.layers:
                v = layer.go(v)
            out.append(v[0])
        return np.array(out)

    def fit(self, X, Y, epochs=2, learning_rate=0.1):
        for epoch in range(epochs):
            total = 0
            for x, y in zip(X, Y):
                v = x.reshape(1, -1)
                for layer in self.layers:
                    v = layer.go(v)
                total += np.mean((v - y) ** 2)
                g = 2 * (v - y) / v.size
                for layer in self.layers[::-1]:
                    g = layer.back(g, learning_rate)
            print(f"epoch {epoch}: {total}")


@setup("correct")
@setup("used-updated-weights", early=True)
def layers_online(early=False):
    net = Sequence(early)
    return net, dict(step=net.fit, output=net.predict, cost="mse")


# ---------------------------------------------------------------- functions and a dictionary of parameters, one output


def forward_dict(X, p):
    Z1 = p["W1"] @ X + p["b1"]
    A1 = np.maximum(0, Z1)
    A2 = sigma(p["W2"] @ A1 + p["b2"])
    return A2, (Z1, A1, A2)


def backward_dict(X, Y, p, slip=""):
    A2, (Z1, A1, _) = forward_dict(X, p)
    m = X.shape[1]
    dZ2 = A2 - Y if slip != "squared" else (A2 - Y) * A2 * (1 - A2)
    dZ1 = p["W2"].T @ dZ2 * (Z1 > 0)
    db1 = np.sum(dZ1) / m if slip == "one number" else np.sum(dZ1, axis=1, keepdims=True) / m
    found = {"dW1": dZ1 @ X.T / m, "db1": db1, "dW2": dZ2 @ A1.T / m, "db2": np.sum(dZ2, axis=1, keepdims=True) / m}
    if slip == "no mean":
        found["dW1"] = found["dW1"] * m
    return found


@setup("correct")
@setup("bias-summed-over-neurons", slip="one number")
@setup("sum-instead-of-mean", slip="no mean")
@setup("wrong-cost-derivative", "duplicated-derivative", slip="squared")
def dictionary(slip=""):
    n = draws(3)
    p = {"W1": n(size=(4, 3)), "b1": n(size=(4, 1)), "W2": n(size=(1, 4)), "b2": n(size=(1, 1))}
    return p, dict(grads=lambda X, Y: backward_dict(X, Y, p, slip), output=lambda X: forward_dict(X, p)[0], cost="bce")


# ---------------------------------------------------------------- softmax over classes, class numbers as targets


class Classifier:
    def __init__(self, slip=""):
        self.params = {
            "W1": draws(7)(size=(5, 6)),
            "b1": np.zeros((1, 6)),
            "W2": draws(8)(size=(6, 4)),
            "b2": np.zeros((1, 4)),
        }
        self.grads, self.slip, self.eta = {}, slip, 0.1

    def probabilities(self, X):
        p = self.params
        self.h = np.maximum(0, X @ p["W1"] + p["b1"])
        e = np.exp(self.h @ p["W2"] + p["b2"])
        return e / e.sum(axis=1, keepdims=True)

    def backward(self, X, labels):
        d = self.probabilities(X)
        if self.slip == "shifted labels":
            labels = (labels + 1) % 4
        if self.slip == "diagonal":
            t = np.eye(4)[labels]
            d = -t / d * d * (1 - d)
        else:
            d[range(len(X)), labels] -= 1
        d /= len(X)
        dh = d @ self.params["W2"].T
        dh[self.h <= 0] = 0
        self.grads = {"W2": self.h.T @ d, "b2": d.sum(0, keepdims=True), "W1": X.T @ dh, "b1": dh.sum(0, keepdims=True)}

    def update(self, X, labels):
        self.backward(X, labels)
        for k in self.params:
            self.params[k] = self.params[k] - self.eta * self.grads[k]


@setup("correct")
@setup("wrong-labels", slip="shifted labels")
@setup("wrong-activation-derivative", slip="diagonal")
def class_numbers(slip=""):
    net = Classifier(slip)
    return net, dict(step=net.update, output=net.probabilities, cost="cross-entropy")


@setup("correct")
def gradients_left_in_a_dictionary():
    net = Classifier()
    return net, dict(grads=net.backward, output=net.probabilities, cost="cross-entropy")


# ---------------------------------------------------------------- every weight a number of its own


class Numbers:
    def __init__(self, slip=False):
        r = random.Random(4)
        self.a, self.b, self.c, self.d, self.e, self.f, self.g = (r.uniform(-1, 1) for _ in range(7))
        self.slip = slip

    def feed(self, x):
        self.h, self.k = sigma(self.a * x[0] + self.b * x[1] + self.c), sigma(self.d * x[0] + self.e * x[1])
        self.o = self.f * self.h + self.g * self.k
        return self.o

    def learn(self, x, y):
        gap = self.feed(x) - y
        dh = gap * self.f * self.h * (1 - self.h)
        dk = gap * (self.f if self.slip else self.g) * self.k * (1 - self.k)
        self.f, self.g = self.f - 0.05 * gap * self.h, self.g - 0.05 * gap * self.k
        self.a, self.b, self.c = self.a - 0.05 * dh * x[0], self.b - 0.05 * dh * x[1], self.c - 0.05 * dh
        self.d, self.e = self.d - 0.05 * dk * x[0], self.e - 0.05 * dk * x[1]


@setup("correct")
@setup("unknown", "wrong-layer-weights", "wrong-quantity-propagated", "transposed-weights", slip=True)
def single_numbers(slip=False):
    net = Numbers(slip)
    return net, dict(step=net.learn, output=net.feed, cost="squared")


# ---------------------------------------------------------------- a script: global arrays, no biases


SCRIPT = """
import numpy as np
np.random.seed(3)
first = 2 * np.random.random((3, 4)) - 1
second = 2 * np.random.random((4, 1)) - 1
def act(x, slope=False):
    if slope:
        return x * (1 - x)
    return 1 / (1 + np.exp(-x))
def predict(X):
    return act(act(X @ first) @ second)
def learn(X, y):
    global first, second
    hidden = act(X @ first)
    out = act(hidden @ second)
    change = (y - out) * act(out, True)
    below = change @ second.T * act(hidden, True) * SIGN
    second = second + hidden.T @ change
    first = first + X.T @ below
"""


@setup("correct")
@setup("sign", sign=-1)
def script(sign=1):
    module = types.ModuleType("script")
    exec(SCRIPT.replace("SIGN", str(sign)), vars(module))
    return vars(module), dict(step=module.learn, output=module.predict, cost="half sum")


# ---------------------------------------------------------------- bias as a column of each matrix; one vector at a time


class Augmented:
    def __init__(self, shifted=False):
        self.theta = [draws(9)(size=(4, 4)), draws(10)(size=(2, 5))]
        self.shifted = shifted

    def run(self, x):
        self.seen = []
        for t in self.theta:
            x = np.append(1.0, x)
            self.seen.append(x)
            x = sigma(t @ x)
        return x

    def gradient(self, x, y):
        out = self.run(x)
        delta = (out - y) * out * (1 - out)
        found = [None, np.outer(delta, self.seen[1])]
        back = self.theta[1].T @ delta
        back = back[:-1] if self.shifted else back[1:]
        h = self.seen[1][1:]
        found[0] = np.outer(back * h * (1 - h), self.seen[0])
        return found


@setup("correct")
@setup("bias-column-misaligned", shifted=True)
def bias_column(shifted=False):
    net = Augmented(shifted)
    return net, dict(grads=net.gradient, output=net.run, cost="half sum")


# ---------------------------------------------------------------- batches and momentum inside fit


class Momentum:
    def __init__(self, slip=""):
        self.w, self.u = [draws(11)(size=(3, 6)), draws(12)(size=(6, 2))], [np.zeros(6), np.zeros(2)]
        self.vw, self.vu = [0 * w for w in self.w], [0 * u for u in self.u]
        self.slip = slip

    def __call__(self, X):
        return np.maximum(X @ self.w[0] + self.u[0], 0) @ self.w[1] + self.u[1]

    def fit(self, X, Y, lr=0.01, batch=4):
        order = np.random.permutation(len(X))
        X, Y = X[order], (Y if self.slip == "pairs" else Y[order])
        for i in range(0, len(X), batch):
            x, y = X[i : i + batch], Y[i : i + batch]
            h = np.maximum(x @ self.w[0] + self.u[0], 0)
            d = 2 * (h @ self.w[1] + self.u[1] - y) / len(x)
            low = d @ self.w[1].T * (h > 0)
            for k, (gw, gu) in enumerate(((x.T @ low, low.sum(0)), (h.T @ d, d.sum(0)))):
                self.vw[k] = 0.9 * self.vw[k] - lr * gw
                self.vu[k] = 0.9 * self.vu[k] - lr * gu
                self.w[k] += self.vw[k]
                self.u[k] += self.vu[k]


@setup("correct")
@setup("shuffled-labels", slip="pairs")
def batches_with_momentum(slip=""):
    net = Momentum(slip)
    return net, dict(step=net.fit, output=net, cost="squared")


# ---------------------------------------------------------------- dropout, decay, ascent, own cost, large, plain Python


class Dropout:
    def __init__(self, forgotten=False):
        self.A, self.B, self.keep, self.forgotten = draws(13)(size=(4, 8)), draws(14)(size=(8, 3)), 0.7, forgotten

    def forward(self, X, train=True):
        self.pre = X @ self.A
        self.mask = (np.random.rand(*self.pre.shape) < self.keep) / self.keep if train else 1.0
        self.mid = np.maximum(self.pre, 0) * self.mask
        return self.mid @ self.B

    def gradients(self, X, Y):
        d = self.forward(X) - Y
        e = d @ self.B.T * (self.pre > 0)
        return [X.T @ (e if self.forgotten else e * self.mask), self.mid.T @ d]


@setup("correct")
@setup(
    "unknown",
    "wrong-quantity-propagated",
    "wrong-activation-derivative",
    "missing-activation-derivative",
    forgotten=True,
)
def dropout(forgotten=False):
    net = Dropout(forgotten)
    return net, dict(grads=net.gradients, output=net.forward, cost="half sum")


@setup("correct", decay=0.02)
@setup("regularisation-term", "rule-sign", decay=-0.02)
def decayed(decay):
    n = draws(15)
    w, c = n(size=(3, 2)), n(size=2)

    def gradient(X, Y):
        p = sigma(X @ w + c)
        return (X.T @ (p - Y) / len(X) + decay * w, (p - Y).mean(0))

    return [w, c], dict(grads=gradient, output=lambda X: sigma(X @ w + c), cost="bce", decay=0.02)


@setup("correct")
def ascent():
    w1, w2 = draws(16)(size=(3, 4)), draws(17)(size=(4, 2))

    def push(X, Y):
        h = np.tanh(X @ w1)
        d = Y - h @ w2
        return X.T @ (d @ w2.T * (1 - h**2)), h.T @ d

    return [w1, w2], dict(grads=push, output=lambda X: np.tanh(X @ w1) @ w2, cost="half sum", climb=True)


@setup("correct", glue=3)
@setup("sum-instead-of-mean", "divided-twice", "divided-by-wrong-count", uneven=True, glue=3)
def own_cost_and_data(uneven=False):
    w, c = np.array([[0.4], [-1.2]]), np.array([0.3])
    X = np.array([[1.0, 2.0], [0.5, -1.0], [-2.0, 0.1], [0.3, 0.7]])
    Y = np.array([[1.0], [0.0], [2.0], [-1.0]])

    def huber(A, T):
        r = np.abs(A - T)
        return np.where(r < 1, r * r / 2, r - 0.5).mean()

    def slopes(X, Y):
        r = np.clip(X @ w + c - Y, -1, 1)
        return {"w": X.T @ r / len(X), "c": r.sum(0) / (1 if uneven else len(X))}

    return {"w": w, "c": c}, dict(grads=slopes, output=lambda X: X @ w + c, cost=huber, data=(X, Y))


@setup("correct")
@setup("transposed-weights", "wrong-quantity-propagated", "unknown", twisted=True)
def large(twisted=False):
    n = draws(18)
    W = [n(size=(784, 128)) / 28, n(size=(128, 128)) / 11, n(size=(128, 10)) / 11]
    b = [np.zeros(128), np.zeros(128), np.zeros(10)]

    def activations(X):
        a = [X]
        for w, c in zip(W, b):
            a.append(sigma(a[-1] @ w + c))
        return a

    def back(X, Y):
        a = activations(X)
        d = 2 * (a[-1] - Y) * a[-1] * (1 - a[-1]) / len(X)
        gw, gb = [a[2].T @ d], [d.sum(0)]
        d = d @ W[2].T * a[2] * (1 - a[2])
        gw, gb = [a[1].T @ d, *gw], [d.sum(0), *gb]
        d = d @ (W[1] if twisted else W[1].T) * a[1] * (1 - a[1])
        return [X.T @ d, *gw], [d.sum(0), *gb]

    return [W, b], dict(grads=back, output=lambda X: activations(X)[-1], cost="squared")


class Unit:
    def __init__(self, n, r):
        self.weights, self.bias, self.delta = [r.uniform(-1, 1) for _ in range(n)], r.uniform(-1, 1), 0.0

    def fire(self, inputs):
        self.inputs = inputs
        self.value = 1 / (1 + np.exp(-sum(w * v for w, v in zip(self.weights, inputs)) - self.bias))
        return self.value


class PlainPython:
    def __init__(self, first_only=False):
        r = random.Random(8)
        self.layers = [[Unit(3, r) for _ in range(3)], [Unit(3, r) for _ in range(2)]]
        self.first_only, self.rate = first_only, 0.5

    def outputs(self, inputs):
        for layer in self.layers:
            inputs = [unit.fire(inputs) for unit in layer]
        return inputs

    def train(self, inputs, wanted):
        got = self.outputs(inputs)
        for unit, o, w in zip(self.layers[1], got, wanted):
            unit.delta = (w - o) * o * (1 - o)
        above = self.layers[1][:1] if self.first_only else self.layers[1]
        for j, unit in enumerate(self.layers[0]):
            unit.delta = sum(u.delta * u.weights[j] for u in above) * unit.value * (1 - unit.value)
        for unit in (u for layer in self.layers for u in layer):
            for j, v in enumerate(unit.inputs):
                unit.weights[j] += self.rate * unit.delta * v
            unit.bias += self.rate * unit.delta


@setup("correct")
@setup("missing-sum-over-downstream", first_only=True)
def plain_python(first_only=False):
    net = PlainPython(first_only)
    return net, dict(step=net.train, output=net.outputs, cost="half sum")


# ---------------------------------------------------------------- loops over the samples; a plain vector of targets


@setup("only-last-sample", "single-sample-step")
def overwritten_in_the_loop():
    W, b = draws(19)(size=(2, 4)), draws(20)(size=2)

    def gradients(X, Y):
        dW, db = np.zeros_like(W), np.zeros_like(b)
        for x, y in zip(X, Y):
            a = np.tanh(W @ x + b)
            d = (a - y) * (1 - a * a)
            dW, db = np.outer(d, x), d
        return dW, db

    return [W, b], dict(grads=gradients, output=lambda X: np.tanh(X @ W.T + b), cost="half sum")


class Regression:
    def __init__(self, n=4):
        self.coef, self.intercept = draws(21)(size=n), 0.1

    def predict(self, X):
        return sigma(X @ self.coef + self.intercept)

    def fit(self, X, y, learning_rate=0.1, n_iter=1000):
        for _ in range(n_iter):
            gap = self.predict(X) - y
            self.coef = self.coef - learning_rate * X.T @ gap / len(y)
            self.intercept -= learning_rate * gap.mean()
        return self


@setup("correct")
def logistic_regression():
    net = Regression()
    return net, dict(step=net.fit, output=net.predict, cost="bce")


class Adaptive:
    def __init__(self, kind, twisted=False):
        self.p = {
            "W": draws(22)(size=(3, 5)),
            "b": np.zeros(5),
            "V": draws(23)(size=(5, 5)),
            "U": draws(24)(size=(5, 2)),
        }
        self.m, self.v = ({k: np.zeros_like(a) for k, a in self.p.items()} for _ in range(2))
        self.t, self.kind, self.twisted = 0, kind, twisted

    def forward(self, X):
        self.h = np.tanh(X @ self.p["W"] + self.p["b"])
        self.k = np.tanh(self.h @ self.p["V"])
        return self.k @ self.p["U"]

    def step(self, X, Y, lr=1e-3):
        d = 2 * (self.forward(X) - Y) / len(X)
        e = d @ self.p["U"].T * (1 - self.k**2)
        f = e @ (self.p["V"] if self.twisted else self.p["V"].T) * (1 - self.h**2)
        g = {"W": X.T @ f, "b": f.sum(0), "V": self.h.T @ e, "U": self.k.T @ d}
        self.t += 1
        for k in self.p:
            self.m[k] = 0.9 * self.m[k] + 0.1 * g[k]
            self.v[k] = (
                0.999 * self.v[k] + 0.001 * g[k] ** 2 if self.kind == "adam" else 0.9 * self.v[k] + 0.1 * g[k] ** 2
            )
            m = self.m[k] / (1 - 0.9**self.t) if self.kind == "adam" else g[k]
            v = self.v[k] / (1 - 0.999**self.t) if self.kind == "adam" else self.v[k]
            self.p[k] = self.p[k] - lr * m / (np.sqrt(v) + 1e-8)


@setup("correct", kind="adam")
@setup("correct", kind="rmsprop")
@setup("transposed-weights", "unknown", kind="adam", twisted=True)
def adaptive_rules(kind, twisted=False):
    net = Adaptive(kind, twisted)
    return net, dict(step=net.step, output=net.forward, cost="squared")


class Velocity:
    """One layer, a velocity for each array; how the two are updated is the point."""

    def __init__(self, slip=""):
        self.W, self.b = draws(25)(size=(3, 2)), np.zeros(2)
        self.v, self.slip, self.steps = [np.zeros((3, 2)), np.zeros(2)], slip, 0

    def predict(self, X):
        return sigma(X @ self.W + self.b)

    def gradient_step(self, X, Y):
        p = self.predict(X)
        d = 2 * (p - Y) * p * (1 - p) / len(X)
        self.steps += 1
        for k, (a, g) in enumerate(((self.W, X.T @ d), (self.b, d.sum(0)))):
            old = self.v[k].copy()
            if self.slip == "first":
                self.v[k] = g if self.steps == 1 else 0.9 * self.v[k] + 0.2 * g
            elif self.slip == "sums":
                self.v[k] = self.v[k] + 0.2 * g
            else:
                self.v[k] = (-0.9 if self.slip == "sign" else 0.9) * self.v[k] + 0.2 * g
            a -= old if self.slip == "old" else self.v[k]


@setup("correct")
@setup("rule-sign", slip="sign")
@setup("rule-rate", "learning-rate-ignored", slip="first")
@setup("rule-stale", slip="old")
@setup("accumulator-not-reset", slip="sums")
def velocities(slip=""):
    net = Velocity(slip)
    return net, dict(step=net.gradient_step, output=net.predict, cost="squared")


# ---------------------------------------------------------------- fit begins anew; a clipped step; inputs kept as a list


class FitsAnew:
    def fit(self, X, y, lr=0.01, epochs=300):
        self.slopes, self.offset = np.zeros(X.shape[1]), 0.0
        for _ in range(epochs):
            gap = X @ self.slopes + self.offset - y
            self.slopes = self.slopes - lr * 2 / len(X) * X.T @ gap
            self.offset = self.offset - lr * 2 / len(X) * gap.sum() * (1 if self.right else len(X))
        return self

    def predict(self, X):
        return X @ self.slopes + self.offset


@setup("correct")
@setup("sum-instead-of-mean", right=False)
def begins_anew(right=True):
    net = FitsAnew()
    net.right = right
    net.fit(np.ones((2, 3)), np.ones(2))
    return net, dict(step=net.fit, output=net.predict, cost="mse")


@setup("correct")
def clipped_step():
    V, U = draws(26)(size=(3, 4)), draws(27)(size=(4, 2))

    def step(X, Y):
        h = np.tanh(X @ V)
        d = (h @ U - Y) / len(X)
        g = [X.T @ (d @ U.T * (1 - h * h)), h.T @ d]
        shrunk = min(1, 0.1 / np.sqrt(sum((a * a).sum() for a in g)))
        for w, a in zip((V, U), g):
            w -= 0.1 * shrunk * a

    return [V, U], dict(step=step, output=lambda X: np.tanh(X @ V) @ U, cost="mse")


class KeepsActivations:
    def __init__(self, forgotten=False):
        r = random.Random(3)
        self.inp, self.mid = [1.0] * 3, [1.0] * 3
        self.low = [[r.uniform(-1, 1) for _ in range(3)] for _ in range(3)]
        self.top = [[r.uniform(-1, 1) for _ in range(2)] for _ in range(3)]
        self.forgotten = forgotten

    def update(self, values):
        for i in range(2):
            self.inp[i] = values[i]
        for j in range(3):
            self.mid[j] = float(np.tanh(sum(self.inp[i] * self.low[i][j] for i in range(3))))
        return [float(np.tanh(sum(self.mid[j] * self.top[j][k] for j in range(3)))) for k in range(2)]

    def back(self, values, wanted):
        got = self.update(values)
        d = [(w - o) * (1 - o * o) for o, w in zip(got, wanted)]
        e = [
            (1 if self.forgotten else 1 - self.mid[j] ** 2) * sum(d[k] * self.top[j][k] for k in range(2))
            for j in range(3)
        ]
        for j in range(3):
            for k in range(2):
                self.top[j][k] += 0.4 * d[k] * self.mid[j]
            for i in range(3):
                self.low[i][j] += 0.4 * e[j] * self.inp[i]


@setup("correct")
@setup("missing-activation-derivative", "error-propagated-without-derivative", forgotten=True)
def keeps_activations(forgotten=False):
    net = KeepsActivations(forgotten)
    return net, dict(step=net.back, output=net.update, cost="half sum")


class NumberedNumbers:
    def __init__(self, other=False):
        r = random.Random(9)
        for k in range(1, 7):
            setattr(self, f"w{k}", r.gauss(0, 1))
        self.b1, self.b2, self.b3, self.other = 0.1, -0.2, 0.3, other

    def feedforward(self, x):
        self.h1 = sigma(self.w1 * x[0] + self.w2 * x[1] + self.b1)
        self.h2 = sigma(self.w3 * x[0] + self.w4 * x[1] + self.b2)
        return sigma(self.w5 * self.h1 + self.w6 * self.h2 + self.b3)

    def train_one(self, x, y, learn_rate):
        o = self.feedforward(x)
        d = -2 * (y - o) * o * (1 - o)
        d1, d2 = d * self.w5 * self.h1 * (1 - self.h1), d * self.w6 * self.h2 * (1 - self.h2)
        if self.other:
            d1, d2 = d * self.h1 * (1 - self.h1), d * self.h2 * (1 - self.h2)
        self.w1, self.w2, self.b1 = (
            self.w1 - learn_rate * d1 * x[0],
            self.w2 - learn_rate * d1 * x[1],
            self.b1 - learn_rate * d1,
        )
        self.w3, self.w4, self.b2 = (
            self.w3 - learn_rate * d2 * x[0],
            self.w4 - learn_rate * d2 * x[1],
            self.b2 - learn_rate * d2,
        )
        self.w5, self.w6, self.b3 = (
            self.w5 - learn_rate * d * self.h1,
            self.w6 - learn_rate * d * self.h2,
            self.b3 - learn_rate * d,
        )


@setup("correct")
@setup("delta-not-propagated-through-weights", other=True)
def numbered_numbers(other=False):
    net = NumberedNumbers(other)
    return net, dict(step=net.train_one, output=net.feedforward, cost="squared")


# ---------------------------------------------------------------- kinds of their own: order of return, swish, one neuron


class FromTheLastLayer:
    """Gradients come back from the last layer to the first, each matrix with its bias; layers without numbers give 0."""

    def __init__(self, slip=""):
        n = draws(28)
        self.w1, self.c1, self.w2, self.c2 = n(size=(3, 5)), n(size=5), n(size=(5, 2)), n(size=2)
        self.slip, self.weight_decay = slip, 0.03

    def forward(self, x):
        self.z = x @ self.w1 + self.c1
        return self.z * sigma(self.z) @ self.w2 + self.c2

    def gradients(self, x, t):
        d, s = self.forward(x) - t, sigma(self.z)
        e = d @ self.w2.T * (s * (1 - s) if self.slip == "slope" else s + self.z * s * (1 - s))
        g2, g1 = (self.z * s).T @ d, x.T @ e
        if self.slip == "slope":
            g2, g1 = g2 + self.weight_decay * self.w2, g1 + self.weight_decay * self.w1
        return g2, d.sum(0), 0, g1, e.sum(0)


@setup("correct")
@setup("wrong-activation-derivative", slip="slope")
def from_the_last_layer(slip=""):
    net = FromTheLastLayer(slip)
    return net, dict(grads=net.gradients, output=net.forward, cost="half sum")


class OneNeuron:
    def __init__(self, hidden):
        self.w, self.v = draws(29)(size=(3, hidden)), draws(30)(size=(hidden, 2))

    def forward(self, X):
        self.h = np.tanh(X @ self.w)
        return self.h @ self.v

    def back(self, X, Y):
        d = self.forward(X) - Y
        return X.T @ (d @ self.v.squeeze().T * (1 - self.h**2)), self.h.T @ d


@setup("correct", hidden=4)
@setup("shape-error", hidden=1)
def one_neuron(hidden):
    net = OneNeuron(hidden)
    return net, dict(grads=net.back, output=net.forward, cost="half sum")


class BeginsAnew:
    """The rate and the rounds are attributes, and `fit` draws its own weights."""

    def __init__(self, off=False):
        self.eta, self.n_iter, self.off = 0.01, 20, off

    def fit(self, X, y):
        self.w_ = np.random.RandomState(1).normal(0, 0.1, 1 + X.shape[1])
        for _ in range(self.n_iter):
            gap = y - self.net_input(X)
            self.w_[1:] += self.eta * X.T @ gap
            self.w_[0] += self.eta * (gap.sum() if not self.off else gap[0])
        return self

    def net_input(self, X):
        return X @ self.w_[1:] + self.w_[0]


@setup("correct")
@setup("unknown", "bias-not-summed", off=True)
def attributes_and_own_weights(off=False):
    net = BeginsAnew(off).fit(np.ones((3, 2)), np.ones(3))
    return net, dict(step=net.fit, output=net.net_input, cost="half sum")


class RateCarriedDown:
    def __init__(self):
        n = draws(31)
        self.first, self.second, self.lr = n(size=(4, 3)), n(size=(2, 4)), 0.3

    def run(self, x):
        self.mid = sigma(self.first @ x)
        return sigma(self.second @ self.mid)

    def learn(self, x, t):
        o = self.run(x)
        delta = self.lr * (t - o) * o * (1 - o)
        below = self.lr * (self.second.T @ delta) * self.mid * (1 - self.mid)
        self.second += np.outer(delta, self.mid)
        self.first += np.outer(below, x)


@setup("learning-rate-in-gradient")
def rate_carried_down():
    net = RateCarriedDown()
    return net, dict(step=net.learn, output=net.run, cost="half sum")


class ShuffledAndStale(Momentum):
    """Each batch uses the velocity of the batch before."""

    def fit(self, X, Y, lr=0.01, batch=16):
        order = np.random.permutation(len(X))
        for i in range(0, len(X), batch):
            x, y = X[order[i : i + batch]], Y[order[i : i + batch]]
            h = np.maximum(x @ self.w[0] + self.u[0], 0)
            d = 2 * (h @ self.w[1] + self.u[1] - y) / len(x)
            low = d @ self.w[1].T * (h > 0)
            for k, (gw, gu) in enumerate(((x.T @ low, low.sum(0)), (h.T @ d, d.sum(0)))):
                self.w[k] -= self.vw[k]
                self.u[k] -= self.vu[k]
                self.vw[k], self.vu[k] = 0.9 * self.vw[k] + lr * gw, 0.9 * self.vu[k] + lr * gu


@setup("rule-stale")
def shuffled_and_stale():
    net = ShuffledAndStale()
    return net, dict(step=net.fit, output=net, cost="squared")


@setup("correct")
def order_of_the_list():
    """Gradients come in the order of the list; the functions know the arrays by names in another order."""
    W, b, V = draws(32)(size=(4, 4)), draws(33)(size=(4, 1)), draws(34)(size=(1, 4))

    def gradients(X, Y):
        h = np.tanh(W @ X + b)
        d = V @ h - Y
        e = V.T @ d * (1 - h * h)
        return e @ X.T, e.sum(axis=1, keepdims=True), d @ h.T

    return [W, b, V], dict(grads=gradients, output=lambda X: V @ np.tanh(W @ X + b), cost="half sum")


class InBatches(TwoLayers):
    def fit(self, X, Y, epochs, lr, batch_size):
        for _ in range(epochs):
            for i in range(len(X) // batch_size):
                self.lr = lr
                self.train(X[i * batch_size : (i + 1) * batch_size], Y[i * batch_size : (i + 1) * batch_size])


@setup("correct")
@setup("missing-activation-derivative", "error-propagated-without-derivative", slip="slope")
def batch_size_wanted(slip=""):
    net = InBatches(slip)
    return net, dict(step=net.fit, output=net.forward, cost="half sum")
