"""Binary cross-entropy with sigmoid outputs, gone wrong: C = -(1/T) sum_i sum_j (e_ij ln a_ij + (1 - e_ij) ln(1 - a_ij))."""

from __future__ import annotations

from functools import partial

import numpy as np

from .registry import case
from .tools import descend, run, sigmoid, sigmoid_prime

bce = partial(case, cost="bce")
bce_step = partial(case, cost="bce", kind="train_step")


def deltas_bce(weights, acts, E):
    """dC/dz of every layer, done right: the output's is (a - e) / T."""
    d = [(acts[-1] - E) / len(E)]
    for l in range(len(weights) - 1, 0, -1):
        d.insert(0, d[0] @ weights[l].T * acts[l] * (1 - acts[l]))
    return d


def collect(acts, d):
    return [a.T @ x for a, x in zip(acts, d)], [x.sum(axis=0) for x in d]


def right_bce(weights, biases, X, E):
    _, acts = run(weights, biases, X)
    return collect(acts, deltas_bce(weights, acts, np.asarray(E, float)))


def from_output_delta(weights, biases, X, E, delta):
    """Right below the output; `delta(a, e)` is the output's."""
    _, acts = run(weights, biases, X)
    d = [delta(acts[-1], E)]
    for l in range(len(weights) - 1, 0, -1):
        d.insert(0, d[0] @ weights[l].T * acts[l] * (1 - acts[l]))
    return collect(acts, d)


def carried(weights, biases, X, E, down):
    """Right at the output; `down(d, l, zs, acts)` is the delta one layer further down."""
    zs, acts = run(weights, biases, X)
    d = [(acts[-1] - E) / len(E)]
    for l in range(len(weights) - 1, 0, -1):
        d.insert(0, down(d[0], l, zs, acts))
    return collect(acts, d)


# --- scale and sign ---


@bce("sum-instead-of-mean", note="a - y, never divided by the number of samples")
def never_divided(weights, biases, X, E):
    return from_output_delta(weights, biases, X, E, lambda a, e: a - e)


@bce("sum-instead-of-mean", where="biases", note="1/m for the weights only, columns")
def biases_not_divided(weights, biases, X, E):
    A, m = [X.T], X.shape[0]
    for W, b in zip(weights, biases):
        A.append(sigmoid(np.dot(W.T, A[-1]) + b.reshape(-1, 1)))
    dZ, dW, db = A[-1] - E.T, [], []
    for l in range(len(weights) - 1, -1, -1):
        dW.insert(0, np.dot(A[l], dZ.T) / m)
        db.insert(0, np.sum(dZ, axis=1))
        dZ = np.dot(weights[l], dZ) * A[l] * (1 - A[l])
    return dW, db


@bce("divided-twice", note="1/m in the derivative of the cost and again in dW and db")
def mean_of_the_mean(weights, biases, X, E):
    dW, db = right_bce(weights, biases, X, E)
    return [g / len(X) for g in dW], [g / len(X) for g in db]


@bce("mean-over-outputs", note="np.mean of the loss matrix: divided by T and by the number of outputs")
def mean_of_the_matrix(weights, biases, X, E):
    return from_output_delta(weights, biases, X, E, lambda a, e: (a - e) / e.size)


@bce("divided-by-wrong-count", note="m = X.shape[1], as if samples were columns")
def features_for_samples(weights, biases, X, E):
    m = X.shape[1]
    return from_output_delta(weights, biases, X, E, lambda a, e: (a - e) / m)


@bce("extra-factor-two", note="the 2 of the squared error is kept")
def two_is_kept(weights, biases, X, E):
    return from_output_delta(weights, biases, X, E, lambda a, e: 2 * (a - e) / len(e))


@bce("learning-rate-in-gradient", note="alpha = 0.01 already in the gradient")
def alpha_inside(weights, biases, X, E):
    alpha = 0.01
    dW, db = right_bce(weights, biases, X, E)
    return [alpha * g for g in dW], [alpha * g for g in db]


@bce_step("learning-rate-ignored", note="the step is the bare gradient")
def bare_step(weights, biases, X, E, learning_rate):
    return descend(weights, biases, *right_bce(weights, biases, X, E), 1.0)


@bce("sign", note="y - a as the output delta")
def target_first(weights, biases, X, E):
    return from_output_delta(weights, biases, X, E, lambda a, e: (e - a) / len(e))


@bce_step("sign", note="the log-likelihood's gradient is added for the weights and for the cost's: uphill")
def uphill_on_the_cost(weights, biases, X, E, learning_rate):
    dW, db = right_bce(weights, biases, X, E)
    return [w + learning_rate * g for w, g in zip(weights, dW)], [b + learning_rate * g for b, g in zip(biases, db)]


# --- cost ---


@bce("wrong-cost-derivative", note="the squared error's delta 2 (a - y) f' under binary cross-entropy")
def delta_of_squared_error(weights, biases, X, E):
    return from_output_delta(weights, biases, X, E, lambda a, e: 2 * (a - e) * a * (1 - a) / len(e))


@bce("wrong-cost-derivative", also=("duplicated-derivative",), note="(a - y) times the slope that is in it already")
def slope_on_top(weights, biases, X, E):
    return from_output_delta(weights, biases, X, E, lambda a, e: (a - e) * a * (1 - a) / len(e))


@bce("wrong-cost-derivative", note="only the first logarithm: dA = -y / a")
def one_logarithm(weights, biases, X, E):
    _, acts = run(weights, biases, X)
    dA, dW, db = -E / acts[-1] / len(X), [], []
    for l in range(len(weights) - 1, -1, -1):
        dZ = dA * acts[l + 1] * (1 - acts[l + 1])
        dW.insert(0, acts[l].T @ dZ)
        db.insert(0, dZ.sum(axis=0))
        dA = dZ @ weights[l].T
    return dW, db


@bce("wrong-cost-derivative", also=("sign",), note="dA = -(y/a + (1-y)/(1-a)): the second minus is lost")
def plus_between_logarithms(weights, biases, X, E):
    return from_output_delta(weights, biases, X, E, lambda a, e: -(e / a + (1 - e) / (1 - a)) * a * (1 - a) / len(e))


@bce("wrong-cost-derivative", note="y and a exchanged in the two fractions")
def fractions_upside_down(weights, biases, X, E):
    return from_output_delta(weights, biases, X, E, lambda a, e: -(a / e - (1 - a) / (1 - e)) * a * (1 - a) / len(e))


@bce("wrong-forward-pass", note="no bias in the forward pass inside")
def forward_without_bias(weights, biases, X, E):
    acts = [X]
    for w in weights:
        acts.append(sigmoid(acts[-1] @ w))
    return collect(acts, deltas_bce(weights, acts, E))


@bce("wrong-forward-pass", note="the output layer is left linear: z - y")
def logits_for_probabilities(weights, biases, X, E):
    zs, acts = run(weights, biases, X)
    acts[-1] = zs[-1]
    return collect(acts, deltas_bce(weights, acts, E))


@bce("regularisation-term", where="weights", note="lambda / m times W is added and not in the cost")
def with_decay(weights, biases, X, E):
    dW, db = right_bce(weights, biases, X, E)
    return [g + 0.7 / len(X) * w for g, w in zip(dW, weights)], db


# --- derivative ---


@bce("missing-activation-derivative", note="dA of the cost is used as dZ of the output layer")
def slope_missing_at_output(weights, biases, X, E):
    return from_output_delta(weights, biases, X, E, lambda a, e: (a - e) / (a * (1 - a)) / len(e))


@bce("missing-activation-derivative", where="hidden", note="hidden deltas without their slope")
def slope_missing_below(weights, biases, X, E):
    return carried(weights, biases, X, E, lambda d, l, zs, acts: d @ weights[l].T)


@bce("derivative-at-wrong-point", where="hidden", note="sigmoid_prime(a) in place of sigmoid_prime(z)")
def slope_at_the_activation(weights, biases, X, E):
    return carried(weights, biases, X, E, lambda d, l, zs, acts: d @ weights[l].T * sigmoid_prime(acts[l]))


@bce("wrong-activation-derivative", where="hidden", note="1 - a^2: the slope of tanh in sigmoid layers")
def slope_of_tanh_below(weights, biases, X, E):
    return carried(weights, biases, X, E, lambda d, l, zs, acts: d @ weights[l].T * (1 - acts[l] ** 2))


@bce(
    "wrong-activation-derivative",
    where="hidden",
    note="tanh layers with the slope of the sigmoid",
    activations=("tanh", "sigmoid"),
)
def sigmoid_slope_of_tanh(weights, biases, X, E):
    A = [X]
    for l, (w, b) in enumerate(zip(weights, biases)):
        z = A[-1] @ w + b
        A.append(np.tanh(z) if l + 1 < len(weights) else sigmoid(z))
    return collect(A, deltas_bce(weights, A, E))


@bce("duplicated-derivative", where="hidden", note="the slope of each hidden layer comes in twice")
def slope_twice_below(weights, biases, X, E):
    return carried(weights, biases, X, E, lambda d, l, zs, acts: d @ weights[l].T * sigmoid_prime(zs[l - 1]) ** 2)


# --- propagation ---


@bce(
    "error-propagated-without-derivative",
    where="hidden",
    note="layer errors are carried down, slopes used locally only",
)
def errors_without_slopes(weights, biases, X, E):
    _, acts = run(weights, biases, X)
    error = (acts[-1] - E) / (acts[-1] * (1 - acts[-1])) / len(X)
    dW, db = [], []
    for l in range(len(weights) - 1, -1, -1):
        delta = error * acts[l + 1] * (1 - acts[l + 1])
        dW.insert(0, acts[l].T @ delta)
        db.insert(0, delta.sum(axis=0))
        error = error @ weights[l].T
    return dW, db


@bce("delta-not-propagated-through-weights", where="hidden", note="the deltas above are only summed")
def deltas_without_weights(weights, biases, X, E):
    down = lambda d, l, zs, acts: d.sum(axis=1, keepdims=True) * sigmoid_prime(zs[l - 1])
    return carried(weights, biases, X, E, down)


@bce("wrong-quantity-propagated", where="hidden", note="the weight gradient carries the delta down in place of W")
def gradients_for_weights(weights, biases, X, E):
    return carried(weights, biases, X, E, lambda d, l, zs, acts: d @ (acts[l].T @ d).T * acts[l] * (1 - acts[l]))


@bce("transposed-weights", where="hidden", raises=True, note="delta @ W: runs for square matrices only")
def not_transposed(weights, biases, X, E):
    return carried(weights, biases, X, E, lambda d, l, zs, acts: d @ weights[l] * acts[l] * (1 - acts[l]))


@bce("wrong-layer-weights", where="hidden", raises=True, note="weights[l - 1].T where weights[l].T belongs")
def weights_of_the_layer_below(weights, biases, X, E):
    return carried(weights, biases, X, E, lambda d, l, zs, acts: d @ weights[l - 1].T * acts[l] * (1 - acts[l]))


@bce_step("used-updated-weights", where="hidden", note="W is stepped before the delta goes through it")
def stepped_first(weights, biases, X, E, learning_rate):
    _, acts = run(weights, biases, X)
    W, B = [w.copy() for w in weights], [b.copy() for b in biases]
    d = (acts[-1] - E) / len(X)
    for l in range(len(W) - 1, -1, -1):
        W[l] -= learning_rate * acts[l].T @ d
        B[l] -= learning_rate * d.sum(axis=0)
        d = d @ W[l].T * acts[l] * (1 - acts[l])
    return W, B


@bce("missing-sum-over-downstream", where="hidden", note="only the way through the first neuron above")
def first_way_only(weights, biases, X, E):
    return carried(weights, biases, X, E, lambda d, l, zs, acts: d[:, :1] @ weights[l].T[:1] * acts[l] * (1 - acts[l]))


@bce(
    "bias-column-misaligned",
    where="hidden",
    note="the bias folded in; the last entry is dropped, not the first",
)
def wrong_column_dropped(weights, biases, X, E):
    ones, theta = np.ones((len(X), 1)), [np.vstack([b, w]) for w, b in zip(weights, biases)]
    A, out = [], X
    for t in theta:
        A.append(np.hstack([ones, out]))
        out = sigmoid(A[-1] @ t)
    delta, grads = (out - E) / len(X), []
    for l in range(len(theta) - 1, -1, -1):
        grads.insert(0, A[l].T @ delta)
        delta = (delta @ theta[l].T)[:, :-1] * (A[l] * (1 - A[l]))[:, 1:]
    return [g[1:] for g in grads], [g[0] for g in grads]


# --- weight gradient and bias ---


@bce("transposed-gradient", where="weights", note="dZ.T @ A: every matrix comes back transposed")
def gradient_transposed(weights, biases, X, E):
    _, acts = run(weights, biases, X)
    d = deltas_bce(weights, acts, E)
    return [x.T @ a for a, x in zip(acts, d)], [x.sum(axis=0) for x in d]


@bce("wrong-layer-activation", where="weights", note="the layer's own output in place of its input")
def own_output_as_input(weights, biases, X, E):
    _, acts = run(weights, biases, X)
    d = deltas_bce(weights, acts, E)
    return [a.T @ x for a, x in zip(acts[1:], d)], [x.sum(axis=0) for x in d]


@bce("preactivation-instead-of-activation", where="W1 W2", note="z of the layer before as the input factor")
def z_as_input(weights, biases, X, E):
    zs, acts = run(weights, biases, X)
    d = deltas_bce(weights, acts, E)
    return [a.T @ x for a, x in zip([X, *zs], d)], [x.sum(axis=0) for x in d]


@bce("missing-input-activation", where="weights", note="the delta alone, the same for every input")
def input_left_out(weights, biases, X, E):
    _, acts = run(weights, biases, X)
    d = deltas_bce(weights, acts, E)
    db = [x.sum(axis=0) for x in d]
    return [np.tile(g, (len(w), 1)) for w, g in zip(weights, db)], db


@bce("averaged-before-product", where="weights", note="outer product of mean input and summed delta")
def means_multiplied(weights, biases, X, E):
    _, acts = run(weights, biases, X)
    d = deltas_bce(weights, acts, E)
    return [np.outer(a.mean(axis=0), x.sum(axis=0)) for a, x in zip(acts, d)], [x.sum(axis=0) for x in d]


@bce("bias-not-summed", where="biases", note="= in place of += for the biases, sample by sample")
def last_bias_kept(weights, biases, X, E):
    dW, db = [np.zeros(w.shape) for w in weights], [np.zeros(b.shape) for b in biases]
    for x, e in zip(X, E):
        a = [x]
        for w, b in zip(weights, biases):
            a.append(sigmoid(a[-1] @ w + b))
        delta = (a[-1] - e) / len(X)
        for l in range(len(weights) - 1, -1, -1):
            dW[l] += np.outer(a[l], delta)
            db[l] = delta
            delta = weights[l] @ delta * a[l] * (1 - a[l])
    return dW, db


@bce("bias-summed-over-neurons", where="biases", note="np.sum(dZ) without an axis")
def sum_of_everything(weights, biases, X, E):
    _, acts = run(weights, biases, X)
    d = deltas_bce(weights, acts, E)
    return [a.T @ x for a, x in zip(acts, d)], [np.ones(b.shape) * np.sum(x) for b, x in zip(biases, d)]


@bce("bias-gradient-zero", where="biases", note="biases never get a gradient")
def biases_left_out(weights, biases, X, E):
    return right_bce(weights, biases, X, E)[0], [np.zeros(b.shape) for b in biases]


# --- batch, layers, labels, state, shapes ---


@bce("only-last-sample", note="the lists are made anew for each sample")
def last_sample(weights, biases, X, E):
    for x, e in zip(X, E):
        dW, db = right_bce(weights, biases, x[None], e[None])
    return dW, db


@bce_step("per-sample-updates", note="a step after every sample")
def online_bce(weights, biases, X, E, learning_rate):
    for x, e in zip(X, E):
        weights, biases = descend(weights, biases, *right_bce(weights, biases, x[None], e[None]), learning_rate)
    return weights, biases


@bce("shuffled-labels", where="weights b0 b1", note="the targets are read from the last row to the first")
def targets_backwards(weights, biases, X, E):
    return right_bce(weights, biases, X, E[::-1])


@bce("batch-remainder", note="whole batches of four only, divided by what was used")
def whole_fours(weights, biases, X, E):
    n = len(X) // 4 * 4 or len(X)
    return right_bce(weights, biases, X[:n], E[:n])


@bce("only-last-layer", where="hidden", note="logistic regression on top of a hidden layer that is never trained")
def top_layer_only(weights, biases, X, E):
    dW, db = right_bce(weights, biases, X, E)
    return [0 * g for g in dW[:-1]] + dW[-1:], [0 * g for g in db[:-1]] + db[-1:]


@bce("wrong-order", where="W0 W2 b0 b2", note="appended on the way down and never turned round")
def last_layer_first(weights, biases, X, E):
    dW, db = right_bce(weights, biases, X, E)
    return dW[::-1], db[::-1]


@bce("wrong-labels", note="the classes are exchanged: 1 - y")
def classes_exchanged(weights, biases, X, E):
    return right_bce(weights, biases, X, 1 - E)


@bce("wrong-labels", note="labels counted as 1 and 2 are used as they are: y + 1")
def labels_from_one(weights, biases, X, E):
    return right_bce(weights, biases, X, E + 1)


@bce("accumulator-not-reset", fresh=True, note="sums kept from one call to the next")
def sums_kept():
    kept = {}

    def gradients(weights, biases, X, E):
        key = str([w.shape for w in weights])
        dW, db = right_bce(weights, biases, X, E)
        old = kept.get(key, ([0] * len(dW), [0] * len(db)))
        kept[key] = [p + q for p, q in zip(old[0], dW)], [p + q for p, q in zip(old[1], db)]
        return list(kept[key][0]), list(kept[key][1])

    return gradients


@bce_step("mutates-inputs", where="none", note="the caller's arrays are stepped in place")
def stepped_in_place(weights, biases, X, E, learning_rate):
    dW, db = right_bce(weights, biases, X, E)
    for p, g in zip([*weights, *biases], [*dW, *db]):
        p -= learning_rate * g
    return weights, biases


@bce("integer-truncation", note="targets cast to int, as class labels are: shares become 0")
def targets_as_int(weights, biases, X, E):
    return right_bce(weights, biases, X, E.astype(int))


@bce("finite-difference-error", note="one-sided differences of the cost, step 1e-3")
def one_sided_bce(weights, biases, X, E):
    def cost(ws, bs):
        a = X
        for w, b in zip(ws, bs):
            a = sigmoid(a @ w + b)
        return -(E * np.log(a) + (1 - E) * np.log(1 - a)).sum() / len(X)

    ws, bs = [w.copy() for w in weights], [b.copy() for b in biases]
    base, grads = cost(ws, bs), []
    for v in ws + bs:
        g = np.zeros(v.shape)
        for i in np.ndindex(v.shape):
            old = v[i]
            v[i] = old + 1e-3
            g[i] = (cost(ws, bs) - base) / 1e-3
            v[i] = old
        grads.append(g)
    return grads[: len(ws)], grads[len(ws) :]
