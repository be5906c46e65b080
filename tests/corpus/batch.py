"""The batch: one sample for all, a step for each, labels out of step, a remainder dropped."""

from __future__ import annotations

import numpy as np

from .registry import case, wrong_step
from .tools import descend, right, run, sigmoid, sigmoid_prime

# --- only-last-sample ---


@case("only-last-sample", note="dW, db made anew for each sample, the last pair returned")
def last_pair(weights, biases, X, E):
    for x, e in zip(X, E):
        a = [x]
        for w, b in zip(weights, biases):
            a.append(sigmoid(a[-1] @ w + b))
        dW, db, delta = [], [], 2 * (a[-1] - e) * a[-1] * (1 - a[-1])
        for l in range(len(weights) - 1, -1, -1):
            dW.insert(0, np.outer(a[l], delta))
            db.insert(0, delta)
            delta = weights[l] @ delta * a[l] * (1 - a[l])
    return dW, db


@case("only-last-sample", note="return indented too far: the first sample only")
def early_return(weights, biases, X, E):
    dW, db = [np.zeros(w.shape) for w in weights], [np.zeros(b.shape) for b in biases]
    for i in range(len(X)):
        gw, gb = right(weights, biases, X[i : i + 1], E[i : i + 1])
        for l in range(len(weights)):
            dW[l] += gw[l]
            db[l] += gb[l]
        return dW, db


@case("only-last-sample", note="= for +=, then divided by the number of samples")
def overwritten_and_divided(weights, biases, X, E):
    nabla = None
    for i in range(len(X)):
        nabla = right(weights, biases, X[[i]], E[[i]])
    return [g / len(X) for g in nabla[0]], [g / len(X) for g in nabla[1]]


@case("only-last-sample", where="weights", note="weights overwritten, biases accumulated")
def weights_overwritten(weights, biases, X, E):
    dW, db = [None] * len(weights), [np.zeros(b.shape) for b in biases]
    for i in range(len(X)):
        gw, gb = right(weights, biases, X[i : i + 1], E[i : i + 1])
        for l in range(len(weights)):
            dW[l] = gw[l] / len(X)
            db[l] += gb[l] / len(X)
    return dW, db


# --- single-sample-step ---


@wrong_step(
    "single-sample-step", also=("only-last-sample",), note="the step after the loop, with the last sample's gradient"
)
def step_after_loop(weights, biases, X, E, learning_rate):
    for x, e in zip(X, E):
        dW, db = right(weights, biases, x[None], e[None])
    return descend(weights, biases, dW, db, learning_rate)


@wrong_step(
    "single-sample-step",
    also=("only-last-sample",),
    fresh=True,
    note="a random sample: stochastic descent where the batch was asked for",
)
def random_sample():
    rng = np.random.default_rng(5)

    def train_step(weights, biases, X, E, learning_rate):
        i = rng.integers(len(X))
        dW, db = right(weights, biases, X[i : i + 1], E[i : i + 1])
        return descend(weights, biases, dW, db, learning_rate)

    return train_step


@wrong_step("single-sample-step", also=("only-last-sample",), note="X[0] left over from debugging")
def first_sample(weights, biases, X, E, learning_rate):
    return descend(weights, biases, *right(weights, biases, X[:1], E[:1]), learning_rate)


@wrong_step(
    "single-sample-step", also=("only-last-sample",), note="the sample in the middle, rate divided by the batch size"
)
def middle_sample(weights, biases, X, E, learning_rate):
    i = len(X) // 2
    return descend(weights, biases, *right(weights, biases, X[[i]], E[[i]]), learning_rate / len(X))


# --- per-sample-updates ---


@wrong_step("per-sample-updates", note="online: a step after every sample with the full rate")
def online(weights, biases, X, E, learning_rate):
    for i in range(len(X)):
        weights, biases = descend(weights, biases, *right(weights, biases, X[[i]], E[[i]]), learning_rate)
    return weights, biases


@wrong_step("per-sample-updates", note="a step after every sample, rate shared out")
def online_shared_rate(weights, biases, X, E, learning_rate):
    ws, bs = [w.copy() for w in weights], [b.copy() for b in biases]
    eta = learning_rate / len(X)
    for x, e in zip(X, E):
        zs, acts = run(ws, bs, x[None, :])
        d = [2 * (acts[-1] - e) * sigmoid_prime(zs[-1])]
        for l in range(len(ws) - 1, 0, -1):
            d.insert(0, d[0] @ ws[l].T * sigmoid_prime(zs[l - 1]))
        for l in range(len(ws)):
            ws[l] -= eta * acts[l].T @ d[l]
            bs[l] -= eta * d[l][0]
    return ws, bs


@wrong_step("per-sample-updates", note="class with a train(x, y) method, called for each row")
def class_online(weights, biases, X, E, learning_rate):
    class Perceptron:
        def __init__(self):
            self.w, self.b = list(weights), list(biases)

        def train(self, x, y):
            dW, db = right(self.w, self.b, x.reshape(1, -1), y.reshape(1, -1))
            self.w, self.b = descend(self.w, self.b, dW, db, learning_rate)

    net = Perceptron()
    for x, y in zip(X, E):
        net.train(x, y)
    return net.w, net.b


# --- repeated-update ---


@wrong_step("repeated-update", note="two epochs where one step was asked for")
def two_epochs(weights, biases, X, E, learning_rate):
    for _ in range(2):
        weights, biases = descend(weights, biases, *right(weights, biases, X, E), learning_rate)
    return weights, biases


@wrong_step("repeated-update", note="the whole update stands inside the loop over layers")
def inside_layer_loop(weights, biases, X, E, learning_rate):
    dW, db = right(weights, biases, X, E)
    ws, bs = list(weights), list(biases)
    for _ in range(max(2, len(weights))):
        for k in range(len(weights)):
            ws[k] = ws[k] - learning_rate * dW[k]
            bs[k] = bs[k] - learning_rate * db[k]
    return ws, bs


@wrong_step("repeated-update", note="everything found so far is applied again at every layer", where="W1 W2 b1 b2")
def applied_so_far(weights, biases, X, E, learning_rate):
    zs, acts = run(weights, biases, X)
    ws, bs, found = list(weights), list(biases), {}
    d = 2 * (acts[-1] - E) * sigmoid_prime(zs[-1]) / len(X)
    for l in range(len(weights) - 1, -1, -1):
        found[l] = acts[l].T @ d, d.sum(axis=0)
        for k, (gw, gb) in found.items():
            ws[k], bs[k] = ws[k] - learning_rate * gw, bs[k] - learning_rate * gb
        if l:
            d = d @ weights[l].T * sigmoid_prime(zs[l - 1])
    return ws, bs


@wrong_step("repeated-update", also=("extra-factor-two",), note="update called in backward() and again by the caller")
def update_twice(weights, biases, X, E, learning_rate):
    dW, db = right(weights, biases, X, E)
    once = descend(weights, biases, dW, db, learning_rate)
    return descend(*once, dW, db, learning_rate)


@wrong_step("repeated-update", note="ten inner iterations, as in a fit() method")
def ten_iterations(weights, biases, X, E, learning_rate):
    ws, bs = list(weights), list(biases)
    for _ in range(10):
        dW, db = right(ws, bs, X, E)
        for l in range(len(ws)):
            ws[l] = ws[l] - learning_rate * dW[l]
            bs[l] = bs[l] - learning_rate * db[l]
    return ws, bs


# --- shuffled-labels ---


@case("shuffled-labels", note="targets read backwards")
def reversed_targets(weights, biases, X, E):
    return right(weights, biases, X, E[::-1])


@case("shuffled-labels", fresh=True, note="two calls of permutation, one for X and one for E")
def two_permutations():
    rng = np.random.default_rng(11)

    def gradients(weights, biases, X, E):
        return right(weights, biases, X[rng.permutation(len(X))], E[rng.permutation(len(E))])

    return gradients


@case("shuffled-labels", note="targets shifted by one row")
def rolled_targets(weights, biases, X, E):
    return right(weights, biases, X, np.roll(E, 1, axis=0))


@wrong_step("shuffled-labels", fresh=True, note="only the inputs are shuffled before the step")
def inputs_shuffled():
    rng = np.random.default_rng(3)

    def train_step(weights, biases, X, E, learning_rate):
        return descend(weights, biases, *right(weights, biases, rng.permutation(X), E), learning_rate)

    return train_step


@case("shuffled-labels", note="inputs sorted by their first column, targets left alone")
def sorted_inputs(weights, biases, X, E):
    return right(weights, biases, X[np.argsort(X[:, 0])], E)


# --- batch-remainder ---


def mini_batches(weights, biases, X, E, starts, size):
    dW, db = [0 * w for w in weights], [0 * b for b in biases]
    for s in starts:
        gw, gb = right(weights, biases, X[s : s + size], E[s : s + size])
        dW, db = [p + q for p, q in zip(dW, gw)], [p + q for p, q in zip(db, gb)]
    return dW, db


@case("batch-remainder", note="T // 2 whole batches of two; the odd one out is dropped")
def pairs_only(weights, biases, X, E):
    n = max(1, len(X) // 2)
    dW, db = mini_batches(weights, biases, X, E, range(0, 2 * n, 2), 2)
    return [g / n for g in dW], [g / n for g in db]


@case("batch-remainder", note="the mean of batch means: a short last batch counts as much as a full one")
def mean_of_means(weights, biases, X, E):
    starts = range(0, len(X), 2)
    dW, db = mini_batches(weights, biases, X, E, starts, 2)
    return [g / len(starts) for g in dW], [g / len(starts) for g in db]


@case("batch-remainder", also=("divided-by-wrong-count",), note="every batch divided by the full size of two")
def short_batch_scaled(weights, biases, X, E):
    dW, db = [0 * w for w in weights], [0 * b for b in biases]
    starts = list(range(0, len(X), 2))
    for s in starts:
        for i in range(s, min(s + 2, len(X))):
            gw, gb = right(weights, biases, X[[i]], E[[i]])
            dW, db = [p + q / 2 for p, q in zip(dW, gw)], [p + q / 2 for p, q in zip(db, gb)]
    return [g / len(starts) for g in dW], [g / len(starts) for g in db]


@case("batch-remainder", note="only the first four samples: X[:batch_size]")
def first_four(weights, biases, X, E):
    return right(weights, biases, X[:4], E[:4])


@wrong_step("batch-remainder", note="a step on the whole part of the batch, in pairs")
def pairs_only_step(weights, biases, X, E, learning_rate):
    whole = len(X) - len(X) % 2 or len(X)
    return descend(weights, biases, *right(weights, biases, X[:whole], E[:whole]), learning_rate)


@case("batch-remainder", note="batch_size = 32, whole batches only: fewer samples than that give no gradient at all")
def whole_batches_of_32(weights, biases, X, E):
    size, n = 32, len(X) // 32
    dW, db = mini_batches(weights, biases, X, E, range(0, n * size, size), size)
    return [g / max(n, 1) for g in dW], [g / max(n, 1) for g in db]


@case("batch-remainder", note="X[:32], the usual default: right for every small batch")
def first_32(weights, biases, X, E):
    batch_size = 32
    return right(weights, biases, X[:batch_size], E[:batch_size])


@wrong_step("batch-remainder", note="one batch of eight out of whatever comes")
def first_eight_step(weights, biases, X, E, learning_rate):
    return descend(weights, biases, *right(weights, biases, X[:8], E[:8]), learning_rate)


@case(
    "batch-remainder",
    where="weights",
    note="weights from batches of three with the rest dropped, biases from all samples",
)
def triples_weights(weights, biases, X, E):
    n = max(1, len(X) // 3)
    dW, _ = mini_batches(weights, biases, X, E, range(0, 3 * n, 3), 3)
    return [g / n for g in dW], right(weights, biases, X, E)[1]
