"""Right backpropagation as text in the settings that people write it for: the eight styles, and other costs and layouts."""

from __future__ import annotations

from typing import NamedTuple

from styles import FOLDED, HEAD, LOOPSTEP, ROWS, STYLES


class Program(NamedTuple):
    """Right code as text, what has to be declared for it, and how its arguments lie."""

    name: str
    source: str
    convention: object = None  # what `diagnose` is told; None where the contract holds
    targets: str = "numbers"  # "shares" where the targets of a sample sum to 1
    columns: bool = False  # samples as columns, W as w[to, from], biases as columns

    @property
    def kind(self) -> str:
        return "train_step" if "def train_step(" in self.source else "gradients"


SOFTMAX = """
def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
"""


def edited(source: str, *changes: tuple[str, str]) -> str:
    """The source with each text replaced; every one of them has to be there."""
    for old, new in changes:
        if old not in source:
            raise ValueError(f"{old!r} is not in the program")
        source = source.replace(old, new)
    return source


STEP_AFTER = STYLES["step"].removeprefix(ROWS)
NO_BIAS_ROWS = edited(
    ROWS,
    (" + biases[l]", ""),
    ("dW, db = [None] * L, [None] * L", "dW = [None] * L"),
    ("        db[l] = delta.sum(axis=0)\n", ""),
    ("return dW, db", "return dW, []"),
)
NO_BIAS_COLUMNS = (
    HEAD
    + """
def gradients(weights, biases, X, E):
    m, A = len(X), [X.T]
    for w in weights:
        A.append(sigmoid(np.dot(w.T, A[-1])))
    dA = 2 * (A[-1] - E.T)
    dW = []
    for l in range(len(weights) - 1, -1, -1):
        dZ = dA * A[l + 1] * (1 - A[l + 1])
        dW.insert(0, np.dot(A[l], dZ.T) / m)
        dA = np.dot(weights[l], dZ)
    return dW, []
"""
)
IN_COLUMNS = (
    HEAD
    + """
def gradients(weights, biases, X, E):
    m = X.shape[1]
    activations, zs = [X], []
    for w, b in zip(weights, biases):
        zs.append(np.dot(w, activations[-1]) + b)
        activations.append(sigmoid(zs[-1]))
    delta = 2 / m * (activations[-1] - E) * sigmoid_prime(zs[-1])
    dW, db = [], []
    for l in range(len(weights) - 1, -1, -1):
        dW.insert(0, np.dot(delta, activations[l].T))
        db.insert(0, np.sum(delta, axis=1, keepdims=True))
        if l > 0:
            delta = np.dot(weights[l].T, delta) * sigmoid_prime(zs[l - 1])
    return dW, db
"""
)
RELU_ROWS = (
    HEAD
    + """
def gradients(weights, biases, X, E):
    T, last = len(X), len(weights) - 1
    A, Z = [X], []
    for l, (w, b) in enumerate(zip(weights, biases)):
        Z.append(A[-1] @ w + b)
        A.append(np.maximum(0, Z[-1]) if l < last else Z[-1])
    dZ = 2 * (A[-1] - E) / T
    dW, db = [], []
    for l in range(last, -1, -1):
        dW.insert(0, A[l].T @ dZ)
        db.insert(0, dZ.sum(axis=0))
        if l > 0:
            dZ = (dZ @ weights[l].T) * (Z[l - 1] > 0)
    return dW, db
"""
)
TANH_LOOPS = (
    HEAD
    + """
def gradients(weights, biases, X, E):
    last = len(weights) - 1
    dW = [np.zeros_like(w) for w in weights]
    db = [np.zeros_like(b) for b in biases]
    for x, e in zip(X, E):
        acts = [x]
        for l in range(last + 1):
            z = acts[l] @ weights[l] + biases[l]
            acts.append(np.tanh(z) if l < last else z)
        delta = 2 * (acts[-1] - e)
        for l in range(last, -1, -1):
            dW[l] += np.outer(acts[l], delta) / len(X)
            db[l] += delta / len(X)
            delta = (weights[l] @ delta) * (1 - acts[l] ** 2)
    return dW, db
"""
)
RELU_CLASS = (
    HEAD
    + """
class Layer:
    def __init__(self, w, b, last):
        self.w, self.b, self.last = w, b, last

    def forward(self, x):
        self.x = x
        self.z = x @ self.w + self.b
        self.a = sigmoid(self.z) if self.last else self.z * (self.z > 0)
        return self.a

    def backward(self, grad):
        slope = self.a * (1 - self.a) if self.last else np.where(self.z > 0, 1.0, 0.0)
        dz = grad * slope
        self.dw = self.x.T @ dz
        self.db = dz.sum(axis=0)
        return dz @ self.w.T

def gradients(weights, biases, X, E):
    layers = [Layer(w, b, l == len(weights) - 1) for l, (w, b) in enumerate(zip(weights, biases))]
    out = X
    for layer in layers:
        out = layer.forward(out)
    grad = 2 * (out - E) / len(E)
    for layer in reversed(layers):
        grad = layer.backward(grad)
    return [layer.dw for layer in layers], [layer.db for layer in layers]
"""
)
BCE_ROWS = edited(
    ROWS,
    ("    error = 2 * (A[L] - E) / T\n", "    delta = (A[L] - E) / T\n"),
    ("        delta = error * A[l + 1] * (1 - A[l + 1])\n", ""),
    ("        error = delta @ weights[l].T\n", "        delta = delta @ weights[l].T * A[l] * (1 - A[l])\n"),
)
BCE_COLUMNS = edited(
    STYLES["columns"],
    (
        'dA = 2 * (cache["A" + str(L)] - E.T)',
        'Y, AL = E.T, cache["A" + str(L)]\n    dA = -(Y / AL - (1 - Y) / (1 - AL))',
    ),
)
BCE_BOOK = edited(STYLES["book"], ("2 * (activations[-1] - y) * sigmoid_prime(zs[-1])", "activations[-1] - y"))
BCE_LOOPSTEP = edited(LOOPSTEP, ("2 * (acts[-1] - y) * acts[-1] * (1 - acts[-1])", "acts[-1] - y"))
BCE_FOLDED = edited(FOLDED, ("2 * (out - E) * out * (1 - out)", "out - E"))
BCE_RELU = edited(
    RELU_ROWS,
    ("else Z[-1])", "else sigmoid(Z[-1]))"),
    ("2 * (A[-1] - E) / T", "(A[-1] - E) / T"),
)
SOFTMAX_ROWS = (
    HEAD
    + SOFTMAX
    + """
def gradients(weights, biases, X, E):
    L, T = len(weights), X.shape[0]
    A = [X]
    for l in range(L):
        z = A[l] @ weights[l] + biases[l]
        A.append(sigmoid(z) if l < L - 1 else softmax(z))
    dW, db = [None] * L, [None] * L
    delta = (A[L] - E) / T
    for l in range(L - 1, -1, -1):
        dW[l] = A[l].T @ delta
        db[l] = delta.sum(axis=0)
        delta = (delta @ weights[l].T) * A[l] * (1 - A[l])
    return dW, db
"""
)
SOFTMAX_STEP = SOFTMAX_ROWS + STEP_AFTER
SOFTMAX_RELU = (
    HEAD
    + SOFTMAX
    + """
def gradients(weights, biases, X, E):
    hidden, zs = [X], []
    for w, b in zip(weights[:-1], biases[:-1]):
        zs.append(hidden[-1] @ w + b)
        hidden.append(np.maximum(zs[-1], 0))
    probs = softmax(hidden[-1] @ weights[-1] + biases[-1])
    dscores = probs - E
    dscores /= len(X)
    dW, db = [hidden[-1].T @ dscores], [dscores.sum(axis=0)]
    for l in range(len(weights) - 1, 0, -1):
        dhidden = dscores @ weights[l].T
        dhidden[zs[l - 1] <= 0] = 0
        dscores = dhidden
        dW.insert(0, hidden[l - 1].T @ dscores)
        db.insert(0, dscores.sum(axis=0))
    return dW, db
"""
)
SOFTMAX_TANH = (
    HEAD
    + """
def gradients(weights, biases, X, E):
    dW = [np.zeros_like(w) for w in weights]
    db = [np.zeros_like(b) for b in biases]
    for x, e in zip(X, E):
        acts = [x]
        for w, b in zip(weights, biases):
            acts.append(np.tanh(acts[-1] @ w + b))
        scores = acts[-2] @ weights[-1] + biases[-1]
        p = np.exp(scores - scores.max())
        p = p / p.sum()
        jacobian = np.diag(p) - np.outer(p, p)
        delta = jacobian @ (-e / p)
        for l in range(len(weights) - 1, -1, -1):
            dW[l] += np.outer(acts[l], delta)
            db[l] += delta
            delta = (weights[l] @ delta) * (1 - acts[l] ** 2)
    return [g / len(X) for g in dW], [g / len(X) for g in db]
"""
)
SOFTMAX_COLUMNS = (
    HEAD
    + """
def gradients(weights, biases, X, E):
    L, m = len(weights), X.shape[1]
    A, Z = [X], []
    for l in range(L):
        Z.append(np.dot(weights[l], A[l]) + biases[l])
        A.append(sigmoid(Z[l]))
    exps = np.exp(Z[-1] - np.max(Z[-1], axis=0, keepdims=True))
    A[-1] = exps / np.sum(exps, axis=0, keepdims=True)
    dZ = A[-1] - E
    dW, db = [], []
    for l in range(L - 1, -1, -1):
        dW.append(np.dot(dZ, A[l].T) / m)
        db.append(np.sum(dZ, axis=1, keepdims=True) / m)
        dZ = np.dot(weights[l].T, dZ) * A[l] * (1 - A[l])
    return dW[::-1], db[::-1]
"""
)

BCE = {"cost": "bce"}
SOFT = {"cost": "cross-entropy", "activations": ("sigmoid", "softmax")}
PROGRAMS = (
    *(Program(name, source) for name, source in STYLES.items()),
    Program("no biases, rows", NO_BIAS_ROWS),
    Program("no biases, columns inside", NO_BIAS_COLUMNS),
    Program("columns declared", IN_COLUMNS, "columns", columns=True),
    Program("relu, rows", RELU_ROWS, "relu, linear output"),
    Program("relu, class", RELU_CLASS, "relu, sigmoid output"),
    Program("tanh, loops", TANH_LOOPS, "tanh, linear output"),
    Program("bce, rows", BCE_ROWS, BCE),
    Program("bce, columns inside", BCE_COLUMNS, BCE),
    Program("bce, book", BCE_BOOK, BCE),
    Program("bce, loopstep", BCE_LOOPSTEP, BCE),
    Program("bce, folded", BCE_FOLDED, BCE),
    Program("bce, relu", BCE_RELU, {**BCE, "activations": ("relu", "sigmoid")}),
    Program("softmax, rows", SOFTMAX_ROWS, SOFT, "shares"),
    Program("softmax, step", SOFTMAX_STEP, SOFT, "shares"),
    Program("softmax, relu", SOFTMAX_RELU, {**SOFT, "activations": ("relu", "softmax")}, "shares"),
    Program("softmax, tanh, Jacobian", SOFTMAX_TANH, {**SOFT, "activations": ("tanh", "softmax")}, "shares"),
    Program("softmax, columns", SOFTMAX_COLUMNS, {**SOFT, "transposed": True, "columns": True}, "shares", columns=True),
)
