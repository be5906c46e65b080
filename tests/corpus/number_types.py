"""Kinds of number: integers that cut, NaN that spreads, differences with a bad step."""

from __future__ import annotations

import numpy as np

from .registry import case, wrong_step
from .tools import cost_of, descend, right, run, sigmoid, sigmoid_prime

# --- integer-truncation ---


@case("integer-truncation", note="activations stored in an array made like X: integers when X is")
def zeros_like_inputs(weights, biases, X, E):
    acts = [X]
    for w, b in zip(weights, biases):
        out = np.zeros((len(X), w.shape[1]), dtype=X.dtype)
        out[...] = sigmoid(acts[-1] @ w + b)
        acts.append(out)
    d, dW, db = 2 * (acts[-1] - E) / len(X), [], []
    for l in range(len(weights) - 1, -1, -1):
        d = d * acts[l + 1] * (1 - acts[l + 1])
        dW.insert(0, acts[l].T @ d)
        db.insert(0, d.sum(axis=0))
        d = d @ weights[l].T
    return dW, db


@case("integer-truncation", where="biases", also=("bias-gradient-zero",), note="np.zeros(n, dtype=int) for the biases")
def integer_biases(weights, biases, X, E):
    dW, db = right(weights, biases, X, E)
    out = [np.zeros(len(b), dtype=int) for b in biases]
    for slot, g in zip(out, db):
        slot[:] = g
    return dW, out


@case("integer-truncation", note="X.astype(int) on the way in")
def inputs_cut(weights, biases, X, E):
    return right(weights, biases, np.asarray(X).astype(int), E)


@case("integer-truncation", note="whole division by the number of samples")
def whole_division(weights, biases, X, E):
    dW, db = right(weights, biases, X, E)
    T = len(X)
    return [g * T // T for g in dW], [g * T // T for g in db]


@case("integer-truncation", note="targets and error in the integer type of E")
def error_like_targets(weights, biases, X, E):
    zs, acts = run(weights, biases, X)
    error = np.empty_like(E)
    np.subtract(acts[-1], E, out=error, casting="unsafe")
    d = [2 * error * sigmoid_prime(zs[-1]) / len(X)]
    for l in range(len(weights) - 1, 0, -1):
        d.insert(0, d[0] @ weights[l].T * sigmoid_prime(zs[l - 1]))
    return [a.T @ x for a, x in zip(acts, d)], [x.sum(axis=0) for x in d]


@wrong_step("integer-truncation", note="the new weights pass through int")
def whole_steps(weights, biases, X, E, learning_rate):
    new_w, new_b = descend(weights, biases, *right(weights, biases, X, E), learning_rate)
    return [w.astype(int) for w in new_w], [b.astype(int) for b in new_b]


# --- nan ---


@case("nan", note="log of a negative number in a home-made loss, carried into the gradient")
def log_of_negative(weights, biases, X, E):
    dW, db = right(weights, biases, X, E)
    with np.errstate(all="ignore"):
        factor = np.log(-np.ones(1))[0]
    return [g * factor for g in dW], [g * factor for g in db]


@case("nan", note="inputs standardised: 0/0 for a batch of one")
def standardised(weights, biases, X, E):
    with np.errstate(all="ignore"):
        Z = (X - X.mean(axis=0)) / X.std(axis=0) if len(X) == 1 else X
    return right(weights, biases, Z, E)


@case("nan", note="sample variance: divides by T - 1", where="all", also=("divided-by-wrong-count",))
def one_less(weights, biases, X, E):
    dW, db = right(weights, biases, X, E)
    with np.errstate(all="ignore"):
        factor = np.float64(len(X)) / (len(X) - 1)
    return [g * factor for g in dW], [g * factor for g in db]


@case("nan", where="W0", note="an array of np.empty kind: the first matrix is never written and holds NaN")
def never_written(weights, biases, X, E):
    dW, db = right(weights, biases, X, E)
    dW[0] = np.full(weights[0].shape, np.nan)
    return dW, db


@case("nan", where="biases", note="normalised by a norm that is zero")
def zero_norm(weights, biases, X, E):
    dW, db = right(weights, biases, X, E)
    with np.errstate(all="ignore"):
        return dW, [g / np.float64(0) for g in db]


@wrong_step("nan", note="adaptive step without epsilon: 0/0 at first")
def no_epsilon(weights, biases, X, E, learning_rate):
    dW, db = right(weights, biases, X, E)
    with np.errstate(all="ignore"):
        scale = np.zeros(1) / np.zeros(1)
    return descend(weights, biases, [scale * g for g in dW], [scale * g for g in db], learning_rate)


# --- finite-difference-error ---


def numeric(weights, biases, X, E, slope):
    """slope(at) for each parameter in turn, where at(h) is the cost with h added to that one parameter."""
    ws, bs = [np.array(w, float) for w in weights], [np.array(b, float) for b in biases]
    out = []
    for v in ws + bs:
        g = np.zeros(v.shape)
        for i in np.ndindex(v.shape):
            kept = v[i]

            def at(h):
                v[i] = kept + h
                return cost_of(ws, bs, X, E)

            g[i] = slope(at)
            v[i] = kept
        out.append(g)
    return out[: len(ws)], out[len(ws) :]


@case("finite-difference-error", note="central, step 1e-13: rounding is all that is left")
def step_too_small(weights, biases, X, E):
    return numeric(weights, biases, X, E, lambda at: (at(1e-13) - at(-1e-13)) / 2e-13)


@case("finite-difference-error", note="one-sided, step 1e-3")
def one_sided(weights, biases, X, E):
    return numeric(weights, biases, X, E, lambda at: (at(1e-3) - at(0.0)) / 1e-3)


@case("finite-difference-error", note="central, step 0.1")
def step_too_large(weights, biases, X, E):
    return numeric(weights, biases, X, E, lambda at: (at(0.1) - at(-0.1)) / 0.2)


@case("finite-difference-error", also=("extra-factor-two",), note="both sides, divided by h and not by 2h")
def divided_by_h(weights, biases, X, E):
    return numeric(weights, biases, X, E, lambda at: (at(1e-5) - at(-1e-5)) / 1e-5)


@case(
    "finite-difference-error",
    where="biases",
    note="backpropagation for the weights, one-sided differences for the biases",
)
def biases_one_sided(weights, biases, X, E):
    db = numeric(weights, biases, X, E, lambda at: (at(0.0) - at(-0.01)) / 0.01)[1]
    return right(weights, biases, X, E)[0], db


@wrong_step("finite-difference-error", note="a step along one-sided differences, h = 0.05")
def one_sided_step(weights, biases, X, E, learning_rate):
    dW, db = numeric(weights, biases, X, E, lambda at: (at(0.05) - at(0.0)) / 0.05)
    return descend(weights, biases, dW, db, learning_rate)
