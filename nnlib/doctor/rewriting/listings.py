"""The right program of a setting written out as Python, in the ways that people write it: what `syntax` makes edits of.

Every line of a listing names the stage that it computes in a comment; the word of an edit depends on it.
"""

# ruff: noqa: E501  (a row of a table is a line)
from __future__ import annotations

from functools import cache

F = {
    "sigmoid": "1 / (1 + np.exp(-z))",
    "tanh": "np.tanh(z)",
    "relu": "np.maximum(z, 0)",
    "softplus": "np.log(1 + np.exp(z))",
    "identity": "z",
    "softmax": "np.exp(z - np.max(z, axis=-1, keepdims=True)) / np.sum(np.exp(z - np.max(z, axis=-1, keepdims=True)), axis=-1, keepdims=True)",
}
SLOPE = {  # by z, with f the function of the layer
    "sigmoid": "f(z) * (1 - f(z))",
    "tanh": "1 - f(z) ** 2",
    "relu": "1.0 * (z > 0)",
    "softplus": "1 / (1 + np.exp(-z))",
}
IN_A = {"sigmoid": "{a} * (1 - {a})", "tanh": "(1 - {a} ** 2)", "relu": "({a} > 0)", "softplus": "(1 - np.exp(-{a}))"}
ERROR = {  # dC_i/da of one sample
    "squared": "2 * ({a} - {e})",
    "half": "({a} - {e})",
    "bce": "({a} - {e}) / ({a} * (1 - {a}))",
    "cross-entropy": "-{e} / {a}",
}
FUSED = {("bce", "sigmoid"), ("cross-entropy", "softmax")}  # where activation and cost shorten to a - e

BATCH = """
def gradients(weights, biases, X, E):
    T, L = len(X), len(weights)  # count
    A, Z = [X], []  # affine
    for l, (w, b) in enumerate(zip(weights, biases)):  # forward loop
        z = np.dot(A[-1], w){plus_b}  # affine
        Z.append(z)  # affine
        A.append({forward})  # activate
    {first}
    dW, db = [], []  # start
    for l in range(L - 1, -1, -1):  # backward loop
{delta}
        dW.insert(0, {one_over_T}A[l].T @ delta)  # weight
        db.insert(0, {one_over_T}np.sum(delta, axis=0))  # bias
        {carry}  # carry
    return dW, {db}  # return
"""
SAMPLES = """
def gradients(weights, biases, X, E):
    L, T = len(weights), len(X)  # count
    dW = [np.zeros_like(w) for w in weights]  # start
    db = [np.zeros_like(b) for b in biases]  # start
    for x, e in zip(X, E):  # samples
        a = [x]  # affine
        for l in range(L):  # forward loop
            z = a[l] @ weights[l]{plus_bl}  # affine
            a.append({forward})  # activate
        delta = {output}  # {at_the_output}
        for l in range(L - 1, -1, -1):  # backward loop
            dW[l] += np.outer(a[l], delta){over_T}  # weight
            db[l] += delta{over_T}  # bias
            delta = (weights[l] @ delta) * {slope}  # carry
    return dW, {db}  # return
"""
FROM_THE_END = """
def gradients(weights, biases, X, E):
    T = len(X)  # count
    sum_w = [np.zeros(w.shape) for w in weights]  # start
    sum_b = [np.zeros(b.shape) for b in biases]  # start
    for x, e in zip(X, E):  # samples
        a = x  # affine
        A, Z = [x], []  # affine
        for l, (w, b) in enumerate(zip(weights, biases)):  # forward loop
            z = np.dot(a, w){plus_b}  # affine
            Z.append(z)  # affine
            a = {forward}  # activate
            A.append(a)  # activate
        delta = {output}  # {at_the_output}
        sum_b[-1] += delta  # bias
        sum_w[-1] += np.outer(A[-2], delta)  # weight
        for l in range(2, len(weights) + 1):  # backward loop
            slope = s(Z[-l])  # slope
            delta = np.dot(weights[-l + 1], delta) * slope  # carry
            sum_b[-l] += delta  # bias
            sum_w[-l] += np.outer(A[-l - 1], delta)  # weight
    return [v{over_T} for v in sum_w], {mean_b}  # mean
"""
FOLDED = """
def gradients(weights, biases, X, E):
    T = len(X)  # count
    theta = [np.vstack([b, w]) for w, b in zip(weights, biases)]  # bias row
    ones = np.ones((T, 1))  # bias row
    A, out = [], X  # affine
    for l, t in enumerate(theta):  # forward loop
        A.append(np.hstack([ones, out]))  # bias row
        z = A[-1] @ t  # affine
        out = {forward}  # activate
    delta = {output}  # {at_the_output}
    dW, db = [], []  # start
    for l in range(len(theta) - 1, -1, -1):  # backward loop
        grad = A[l].T @ delta{over_T}  # weight
        dW.insert(0, grad[1:])  # bias row
        db.insert(0, grad[0])  # bias
        delta = (delta @ theta[l].T)[:, 1:] * ({slope})[:, 1:]  # carry
    return dW, {db}  # return
"""
APART = """
def gradients(weights, biases, X, E):
    T = len(X)  # count
    A, Z = [X], []  # affine
    for {w_b} in {pairs}:  # forward loop
        Z.append(A[-1] @ w{plus_b})  # affine
        A.append(f(Z[-1]))  # activate
    z = A[-1] @ weights[-1]{plus_last}  # affine
    out = {last}  # activate
    delta = {output}  # {at_the_output}
    delta = delta{over_T}  # mean count
    dW = [A[-1].T @ delta]  # weight
    db = [delta.sum(axis=0)]  # bias
    for l in range(len(weights) - 1, 0, -1):  # backward loop
        delta = (delta @ weights[l].T) * s(Z[l - 1])  # carry
        dW.insert(0, A[l - 1].T @ delta)  # weight
        db.insert(0, delta.sum(axis=0))  # bias
    return dW, {db}  # return
"""
STEP = """
def train_step(weights, biases, X, E, rate):
    dW, db = gradients(weights, biases, X, E)  # update
    new_weights = [w - rate * g for w, g in zip(weights, dW)]  # update
    new_biases = [b - rate * g for b, g in zip(biases, db)]  # update
    return new_weights, new_biases  # return
"""
STEP_BY_SAMPLES = """
def train_step(weights, biases, X, E, rate):
    W, B = [w.copy() for w in weights], [b.copy() for b in biases]  # start
    T = len(X)  # count
    dW = [np.zeros_like(w) for w in W]  # start
    db = [np.zeros_like(b) for b in B]  # start
    for x, e in zip(X, E):  # samples
        a = [x]  # affine
        for l, (w, b) in enumerate(zip(W, B)):  # forward loop
            z = a[-1] @ w{plus_b}  # affine
            a.append({forward})  # activate
        delta = {output}  # {at_the_output}
        for l in range(len(W) - 1, -1, -1):  # backward loop
            dW[l] += np.outer(a[l], delta)  # weight
            db[l] += delta  # bias
            delta = (W[l] @ delta) * {slope}  # carry
    for l in range(len(W)):  # update loop
        W[l] -= rate * dW[l]{over_T}  # update
        B[l] -= rate * db[l]{over_T}  # bias
    return W, B  # return
"""
FORMS = (  # listing, its names for the output, the targets and the activation below
    (BATCH, "A[L]", "E", "A[l]"), (FOLDED, "out", "E", "A[l]"),
    (APART, "out", "E", ""), (SAMPLES, "a[-1]", "e", "a[l]"), (FROM_THE_END, "A[-1]", "e", "A[l]"),
)  # fmt: skip
STEPS = (
    (BATCH, "A[L]", "E", "A[l]"),
    (STEP_BY_SAMPLES, "a[-1]", "e", "a[l]"),
    (FOLDED, "out", "E", "A[l]"),
)


@cache
def listings(setting) -> tuple[str, ...]:
    """The listings of a setting; none where it has a penalty, a factor or an activation for each layer of its own."""
    hidden, output = setting.activations[0], setting.activations[-1]
    if setting.decay or setting.factor != 1 or len(setting.activations) != 2 or hidden not in IN_A:
        return ()
    head = f"def f(z):\n    return {F[hidden]}  # activate\n"
    head += f"def g(z):\n    return {F[output]}  # activate\n" if output != hidden else ""
    head += f"def s(z):\n    return {SLOPE[hidden]}  # slope\n"
    step = setting.kind == "train_step"
    forms = [form for form in (STEPS if step else FORMS) if form[0] is not FOLDED or setting.bias != "none"]
    texts = (head + _written(form, setting) + STEP * (step and form[0] is not STEP_BY_SAMPLES) for form in forms)
    return tuple(texts if setting.bias != "none" else map(_without_biases, texts))


def _without_biases(text: str) -> str:
    """The listing without the lines that compute bias gradients."""
    return "\n".join(line for line in text.splitlines() if not line.endswith("# bias"))


def _written(form, setting) -> str:
    """One listing with the terms of the setting in its places."""
    text, out, e, a = form
    hidden, output = setting.activations
    mean = " / T" * (setting.over_samples == "mean")
    sloped = (setting.cost, output) not in FUSED and output in IN_A  # the output delta holds the slope
    one = hidden == output and sloped  # one loop serves every layer
    by_z = text is FROM_THE_END and one
    error, delta = _at_the_output(setting, out, e, "s(Z[-1])" if by_z else IN_A[output].format(a=out) if sloped else "")
    below, above = (IN_A[hidden].format(a=name) for name in (a, "A[l + 1]"))
    f = "f(z)" if hidden == output else "f(z) if l < len(weights) - 1 else g(z)"
    at_the_output = "output delta" if sloped else "cost"
    terms = _biased(setting.bias != "none", mean) | {
        "over_T": mean, "one_over_T": "1 / T * " * bool(mean), "output": delta, "slope": below, "last": "f(z)" if hidden == output else "g(z)", "forward": f,
        "at_the_output": at_the_output,
        "first": f"error = {error}  # cost" if one else f"delta = {delta}  # {at_the_output}",
        "delta": f"        delta = error * {above}  # delta\n" * one,
        "carry": "error = delta @ weights[l].T" if one else f"delta = (delta @ weights[l].T) * {below}",
    }  # fmt: skip
    return text.format(**terms).replace("\n\n", "\n")


def _at_the_output(setting, out: str, e: str, slope: str) -> tuple[str, str]:
    """The output error and the output delta of one sample; `slope` is f'(z), "" where there is none or none is left."""
    outputs = f" / {e}.shape[-1]" * (setting.over_outputs == "mean")
    error = ERROR["half" if setting.half else setting.cost].format(a=out, e=e) + outputs
    if (setting.cost, setting.activations[-1]) in FUSED:
        return error, f"({out} - {e}){outputs}"
    return error, f"{error} * {slope}" if slope else error


def _biased(biased: bool, mean: str) -> dict[str, str]:
    """The terms in which biases stand."""
    return {
        "plus_bl": " + biases[l]" * biased, "plus_b": " + b" * biased, "plus_last": " + biases[-1]" * biased,
        "w_b": "w, b" if biased else "w", "pairs": "zip(weights[:-1], biases[:-1])" if biased else "weights[:-1]",
        "db": "db" if biased else "[]", "mean_b": f"[v{mean} for v in sum_b]" if biased else "[]",
    }  # fmt: skip
