"""Softmax outputs with cross-entropy, gone wrong: C = -(1/T) sum_i sum_j e_ij ln a_ij, where the e_ij of a sample sum to 1."""

from __future__ import annotations

from functools import partial

import numpy as np

from .registry import case
from .tools import sigmoid, sigmoid_prime

SIGMOID, TANH, RELU = (("sigmoid", "softmax"), ("tanh", "softmax"), ("relu", "softmax"))
soft = partial(case, cost="cross-entropy", activations=SIGMOID)
soft_step = partial(case, cost="cross-entropy", activations=SIGMOID, kind="train_step")


def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def run_soft(weights, biases, X, output=softmax):
    """Pre-activations and activations: sigmoid layers below a softmax."""
    zs, acts = [], [np.asarray(X, dtype=float)]
    for w, b in zip(weights, biases):
        zs.append(acts[-1] @ w + b)
        acts.append(sigmoid(zs[-1]))
    acts[-1] = output(zs[-1])
    return zs, acts


def deltas_soft(weights, acts, E):
    """dC/dz of every layer, done right: the output's is (a - e) / T."""
    d = [(acts[-1] - E) / len(E)]
    for l in range(len(weights) - 1, 0, -1):
        d.insert(0, d[0] @ weights[l].T * acts[l] * (1 - acts[l]))
    return d


def collect(acts, d):
    return [a.T @ x for a, x in zip(acts, d)], [x.sum(axis=0) for x in d]


def right_soft(weights, biases, X, E):
    _, acts = run_soft(weights, biases, X)
    return collect(acts, deltas_soft(weights, acts, np.asarray(E, float)))


def from_output_delta(weights, biases, X, E, delta, output=softmax):
    """Right below the output; `delta(p, e)` is the output's, of the probabilities and the targets."""
    _, acts = run_soft(weights, biases, X, output)
    d = [delta(acts[-1], E)]
    for l in range(len(weights) - 1, 0, -1):
        d.insert(0, d[0] @ weights[l].T * acts[l] * (1 - acts[l]))
    return collect(acts, d)


def carried(weights, biases, X, E, down):
    """Right at the output; `down(d, l, zs, acts)` is the delta one layer further down."""
    zs, acts = run_soft(weights, biases, X)
    d = [(acts[-1] - E) / len(E)]
    for l in range(len(weights) - 1, 0, -1):
        d.insert(0, down(d[0], l, zs, acts))
    return collect(acts, d)


# --- the softmax itself ---


@soft("wrong-forward-pass", note="normalised along the samples: axis=0")
def softmax_over_samples(weights, biases, X, E):
    def output(z):
        e = np.exp(z - z.max(axis=0))
        return e / e.sum(axis=0)

    return from_output_delta(weights, biases, X, E, lambda p, e: (p - e) / len(e), output)


@soft("wrong-forward-pass", note="np.sum without an axis: normalised over the whole batch")
def softmax_over_the_batch(weights, biases, X, E):
    def output(z):
        e = np.exp(z - z.max())
        return e / np.sum(e)

    return from_output_delta(weights, biases, X, E, lambda p, e: (p - e) / len(e), output)


@soft(
    "wrong-forward-pass",
    where="none",
    also=("nan",),
    note="the largest score is not taken off: e^z overflows, right for small scores",
)
def softmax_that_overflows(weights, biases, X, E):
    output = lambda z: np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    return from_output_delta(weights, biases, X, E, lambda p, e: (p - e) / len(e), output)


@soft("wrong-forward-pass", note="the largest score is taken off in the numerator only")
def shifted_above_only(weights, biases, X, E):
    output = lambda z: np.exp(z - z.max(axis=1, keepdims=True)) / np.exp(z).sum(axis=1, keepdims=True)
    return from_output_delta(weights, biases, X, E, lambda p, e: (p - e) / len(e), output)


@soft("wrong-forward-pass", note="scores divided by their sum, no exponential")
def shares_of_scores(weights, biases, X, E):
    output = lambda z: np.abs(z) / np.abs(z).sum(axis=1, keepdims=True)
    return from_output_delta(weights, biases, X, E, lambda p, e: (p - e) / len(e), output)


@soft("wrong-forward-pass", note="sigmoid outputs in place of the softmax")
def sigmoid_for_softmax(weights, biases, X, E):
    return from_output_delta(weights, biases, X, E, lambda p, e: (p - e) / len(e), sigmoid)


@soft("wrong-forward-pass", note="the softmax applied to probabilities: twice")
def softmax_twice(weights, biases, X, E):
    return from_output_delta(weights, biases, X, E, lambda p, e: (p - e) / len(e), lambda z: softmax(softmax(z)))


@soft("wrong-activation-derivative", note="the diagonal of the Jacobian alone: dA * p * (1 - p)")
def diagonal_alone(weights, biases, X, E):
    return from_output_delta(weights, biases, X, E, lambda p, e: -e * (1 - p) / len(e))


@soft("wrong-activation-derivative", note="plus off the diagonal of the Jacobian")
def jacobian_with_plus(weights, biases, X, E):
    def delta(p, e):
        rows = [(np.diag(q) + np.outer(q, q)) @ (-t / q) for q, t in zip(np.maximum(p, 1e-300), e)]
        return np.array(rows) / len(e)

    return from_output_delta(weights, biases, X, E, delta)


@soft("wrong-activation-derivative", note="Jacobian without the outer product: diag(p) dA")
def jacobian_without_outer(weights, biases, X, E):
    return from_output_delta(weights, biases, X, E, lambda p, e: -e / len(e))


@soft("missing-activation-derivative", note="dA = -y / p is used as dZ of the output layer")
def jacobian_left_out(weights, biases, X, E):
    return from_output_delta(weights, biases, X, E, lambda p, e: -e / np.maximum(p, 1e-300) / len(e))


# --- cost and scale ---


@soft("wrong-cost-derivative", note="2 (p - y) p (1 - p): the squared error's delta with the slope of the sigmoid")
def delta_of_squared_error(weights, biases, X, E):
    return from_output_delta(weights, biases, X, E, lambda p, e: 2 * (p - e) * p * (1 - p) / len(e))


@soft("wrong-cost-derivative", also=("duplicated-derivative",), note="(p - y) times p (1 - p): a slope on top")
def slope_on_top(weights, biases, X, E):
    return from_output_delta(weights, biases, X, E, lambda p, e: (p - e) * p * (1 - p) / len(e))


@soft("wrong-cost-derivative", note="the target is never taken off: the delta is p")
def target_never_taken_off(weights, biases, X, E):
    return from_output_delta(weights, biases, X, E, lambda p, e: p / len(e))


@soft("wrong-cost-derivative", note="p / m - y: the division reaches one of the two only", also=("divided-twice",))
def one_of_two_divided(weights, biases, X, E):
    return from_output_delta(weights, biases, X, E, lambda p, e: p / len(e) - e)


@soft("wrong-cost-derivative", note="only the entry of the true class: (p - y) y")
def true_class_only(weights, biases, X, E):
    return from_output_delta(weights, biases, X, E, lambda p, e: (p - e) * e / len(e))


@soft("sum-instead-of-mean", note="probs - y, never divided by the number of samples")
def never_divided(weights, biases, X, E):
    return from_output_delta(weights, biases, X, E, lambda p, e: p - e)


@soft("divided-twice", note="dscores /= m, and 1/m again in dW and db")
def divided_here_and_there(weights, biases, X, E):
    dW, db = right_soft(weights, biases, X, E)
    return [g / len(X) for g in dW], [g / len(X) for g in db]


@soft("mean-over-outputs", note="divided by y.size")
def divided_by_size(weights, biases, X, E):
    return from_output_delta(weights, biases, X, E, lambda p, e: (p - e) / e.size)


@soft("divided-by-wrong-count", note="divided by the number of classes in place of samples")
def divided_by_classes(weights, biases, X, E):
    return from_output_delta(weights, biases, X, E, lambda p, e: (p - e) / e.shape[1])


@soft("extra-factor-two", note="the 2 of the squared error is kept")
def two_is_kept(weights, biases, X, E):
    return from_output_delta(weights, biases, X, E, lambda p, e: 2 * (p - e) / len(e))


@soft("sign", note="y - p as the output delta")
def target_first(weights, biases, X, E):
    return from_output_delta(weights, biases, X, E, lambda p, e: (e - p) / len(e))


@soft("sign", where="biases", note="a minus in the bias line")
def minus_in_biases(weights, biases, X, E):
    dW, db = right_soft(weights, biases, X, E)
    return dW, [-g for g in db]


@soft("regularisation-term", where="weights", note="reg * W is added and not in the cost")
def with_reg(weights, biases, X, E):
    dW, db = right_soft(weights, biases, X, E)
    return [g + 1e-3 * w for g, w in zip(dW, weights)], db


@soft("learning-rate-in-gradient", note="the rate 0.1 already in the gradient")
def rate_inside(weights, biases, X, E):
    dW, db = right_soft(weights, biases, X, E)
    return [0.1 * g for g in dW], [0.1 * g for g in db]


# --- derivative and propagation in hidden layers ---


@soft("missing-activation-derivative", where="hidden", note="hidden deltas without their slope")
def slope_missing_below(weights, biases, X, E):
    return carried(weights, biases, X, E, lambda d, l, zs, acts: d @ weights[l].T)


@soft("missing-activation-derivative", where="hidden", note="relu layers, the mask forgotten", activations=RELU)
def relu_mask_forgotten(weights, biases, X, E):
    A, last = [X], len(weights) - 1
    for l in range(last + 1):
        z = A[l] @ weights[l] + biases[l]
        A.append(softmax(z) if l == last else np.maximum(z, 0))
    d, dW, db = (A[-1] - E) / len(X), [], []
    for l in range(last, -1, -1):
        dW.insert(0, A[l].T @ d)
        db.insert(0, d.sum(axis=0))
        d = d @ weights[l].T
    return dW, db


@soft("derivative-at-wrong-point", where="hidden", note="sigmoid_prime(a)")
def slope_at_the_activation(weights, biases, X, E):
    return carried(weights, biases, X, E, lambda d, l, zs, acts: d @ weights[l].T * sigmoid_prime(acts[l]))


@soft("wrong-activation-derivative", where="hidden", note="tanh layers, slope 1 - a", activations=TANH)
def tanh_slope_without_square(weights, biases, X, E):
    A, last = [X], len(weights) - 1
    for l in range(last + 1):
        z = A[l] @ weights[l] + biases[l]
        A.append(softmax(z) if l == last else np.tanh(z))
    d, dW, db = (A[-1] - E) / len(X), [], []
    for l in range(last, -1, -1):
        dW.insert(0, A[l].T @ d)
        db.insert(0, d.sum(axis=0))
        d = d @ weights[l].T * (1 - A[l])
    return dW, db


@soft("wrong-activation-derivative", where="hidden", note="a relu mask in sigmoid layers")
def mask_in_sigmoid_layers(weights, biases, X, E):
    return carried(weights, biases, X, E, lambda d, l, zs, acts: d @ weights[l].T * (zs[l - 1] > 0))


@soft("delta-not-propagated-through-weights", where="W0 b0", note="through W2 as it should be, then only summed")
def deltas_without_weights(weights, biases, X, E):
    def down(d, l, zs, acts):
        error = d @ weights[l].T if l == len(weights) - 1 else d.sum(axis=1, keepdims=True)
        return error * sigmoid_prime(zs[l - 1])

    return carried(weights, biases, X, E, down)


@soft("wrong-quantity-propagated", where="hidden", note="the probabilities are carried down in place of the delta")
def probabilities_carried(weights, biases, X, E):
    def down(d, l, zs, acts):
        return (acts[-1] / len(X) if l == len(weights) - 1 else d) @ weights[l].T * acts[l] * (1 - acts[l])

    return carried(weights, biases, X, E, down)


@soft("transposed-weights", where="hidden", raises=True, note="dscores @ W2: runs for square matrices only")
def not_transposed(weights, biases, X, E):
    return carried(weights, biases, X, E, lambda d, l, zs, acts: d @ weights[l] * acts[l] * (1 - acts[l]))


@soft_step("used-updated-weights", where="hidden", note="W2 is stepped before dhidden is computed")
def stepped_first(weights, biases, X, E, learning_rate):
    _, acts = run_soft(weights, biases, X)
    W, B = [w.copy() for w in weights], [b.copy() for b in biases]
    d = (acts[-1] - E) / len(X)
    for l in range(len(W) - 1, -1, -1):
        W[l] -= learning_rate * acts[l].T @ d
        B[l] -= learning_rate * d.sum(axis=0)
        d = d @ W[l].T * acts[l] * (1 - acts[l])
    return W, B


# --- weight gradient, bias, batch, layers ---


@soft("transposed-gradient", where="weights", note="dZ.T @ A: every matrix comes back transposed")
def gradient_transposed(weights, biases, X, E):
    dW, db = right_soft(weights, biases, X, E)
    return [g.T for g in dW], db


@soft("wrong-layer-activation", where="W1 W2", note="X as the input factor of every layer")
def x_for_every_layer(weights, biases, X, E):
    _, acts = run_soft(weights, biases, X)
    d = deltas_soft(weights, acts, E)
    return [X.T @ x for x in d], [x.sum(axis=0) for x in d]


@soft("preactivation-instead-of-activation", where="W1 W2", note="z of the hidden layer in place of its activation")
def z_as_input(weights, biases, X, E):
    zs, acts = run_soft(weights, biases, X)
    d = deltas_soft(weights, acts, E)
    return [a.T @ x for a, x in zip([X, *zs], d)], [x.sum(axis=0) for x in d]


@soft(
    "bias-wrong-axis",
    where="biases",
    also=("shape-error", "bias-not-summed"),
    note="db summed over the classes: one number a sample",
)
def summed_over_classes(weights, biases, X, E):
    _, acts = run_soft(weights, biases, X)
    d = deltas_soft(weights, acts, E)
    return [a.T @ x for a, x in zip(acts, d)], [x.sum(axis=1) for x in d]


@soft("divided-twice", where="biases", note="np.mean for the biases of a delta that is averaged already")
def mean_for_biases(weights, biases, X, E):
    _, acts = run_soft(weights, biases, X)
    d = deltas_soft(weights, acts, E)
    return [a.T @ x for a, x in zip(acts, d)], [x.mean(axis=0) for x in d]


@soft("bias-gradient-zero", where="b0 b1", note="only the scores have a bias that learns")
def hidden_biases_left_out(weights, biases, X, E):
    dW, db = right_soft(weights, biases, X, E)
    return dW, [0 * g for g in db[:-1]] + db[-1:]


@soft("only-last-sample", note="= in place of += in the loop over the samples")
def overwritten_each_time(weights, biases, X, E):
    for i in range(len(X)):
        dW, db = right_soft(weights, biases, X[i : i + 1], E[i : i + 1])
    return [g / len(X) for g in dW], [g / len(X) for g in db]


@soft("shuffled-labels", where="weights b0 b1", note="the scores of a permuted X, the labels as they were", fresh=True)
def inputs_permuted():
    rng = np.random.default_rng(4)
    return lambda weights, biases, X, E: right_soft(weights, biases, rng.permutation(X), E)


@soft("only-last-layer", where="hidden", note="softmax regression on a hidden layer that is never trained")
def top_layer_only(weights, biases, X, E):
    dW, db = right_soft(weights, biases, X, E)
    return [0 * g for g in dW[:-1]] + dW[-1:], [0 * g for g in db[:-1]] + db[-1:]


@soft("wrong-order", where="W0 W2 b0 b2", note="appended on the way down and never turned round")
def last_layer_first(weights, biases, X, E):
    dW, db = right_soft(weights, biases, X, E)
    return dW[::-1], db[::-1]


# --- labels ---


@soft("wrong-labels", note="labels 1 to n with n = 0 modulo n: every class is taken for the next one")
def labels_off_by_one(weights, biases, X, E):
    return right_soft(weights, biases, X, np.roll(E, 1, axis=1))


@soft("wrong-labels", note="class numbers are taken off the probabilities as values")
def class_numbers_as_values(weights, biases, X, E):
    y = E.argmax(axis=1)[:, None]
    return from_output_delta(weights, biases, X, E, lambda p, e: (p - y) / len(e))


@soft("wrong-labels", note="probs[:, y] -= 1 takes 1 off whole columns, not off one entry of each row")
def whole_columns(weights, biases, X, E):
    def delta(p, e):
        p = p.copy()
        p[:, e.argmax(axis=1)] -= 1
        return p / len(e)

    return from_output_delta(weights, biases, X, E, delta)


@soft("wrong-labels", note="the class is the largest entry of each column: one-hot along the wrong axis")
def one_hot_along_samples(weights, biases, X, E):
    hot = np.zeros(E.shape)
    hot[E.argmax(axis=0), np.arange(E.shape[1])] = 1
    return right_soft(weights, biases, X, hot)


# --- state and shapes ---


@soft("mutates-inputs", where="none", note="the caller's targets become the delta")
def targets_overwritten(weights, biases, X, E):
    _, acts = run_soft(weights, biases, X)
    d = deltas_soft(weights, acts, np.array(E, float))
    E -= E
    return collect(acts, d)


@soft(
    "broadcasting",
    where="none",
    also=("shape-error",),
    note="e / e.sum(axis=1) with the sums as a row: fits where T is the number of classes",
    raises=True,
)
def sums_as_a_row(weights, biases, X, E):
    def output(z):
        e = np.exp(z - z.max(axis=1, keepdims=True))
        return e / e.sum(axis=1)

    return from_output_delta(weights, biases, X, E, lambda p, e: (p - e) / len(e), output)
