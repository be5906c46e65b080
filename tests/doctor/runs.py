"""Training runs for the check-up: ten that learn, and runs that do not, each with one planted cause.

RUNS: (name, cause, build); build() gives what `checkup` is called with, and the cause of a run that learns is "none".
"""

import numpy as np
from run_styles import (
    XOR,
    YX,
    Layers,
    OneHidden,
    ReluSoftmax,
    S,
    accuracy,
    arrays,
    bce,
    blobs,
    column_forward,
    column_params,
    column_step,
    cross_entropy,
    descend,
    half_sum,
    mse,
    pictures,
    rings,
    run,
    softmax,
    wave,
)

from nnlib.data import digits

RUNS = []


def caused_by(cause):
    def register(build):
        RUNS.append((build.__name__, cause, build))
        return build

    return register


def of_class(net, X, Y, **more):
    return dict(net=net, X=X, Y=Y, step=net.train_step, output=net.forward, cost=half_sum) | more


def of_list(P, X, Y, rate=None, move=None, **more):
    given = dict(net=P, X=X, Y=Y, step=descend(P, rate, move), output=lambda X: run(P, X)[-1], cost="squared")
    return given | more


def of_dict(params, X, Y, rate, **more):
    given = dict(net=params, X=X.T, Y=Y.T, step=column_step(params, rate), cost=bce)
    return given | dict(output=lambda X: column_forward(params, X)[1]) | more


def of_softmax(net, X, y, **more):
    k = net.w[-1].shape[1]
    given = dict(net=net, X=X, Y=np.eye(k)[y], step=net.update, output=net.predict, cost=cross_entropy)
    return given | more


def in_parts(P, rate, size, seed):
    """A step on `size` samples drawn anew each time."""
    step, r = descend(P, rate), np.random.default_rng(seed)

    def part(X, Y):
        rows = r.permutation(len(X))[:size]
        step(X[rows], Y[rows])

    return part


# --- runs that learn: the check-up may accuse none of them


@caused_by("none")
def xor_by_a_class():
    return of_class(OneHidden(2, 4, 1, lr=2.0), XOR, YX, steps=2000)


@caused_by("none")
def xor_without_a_number_of_steps():
    return of_class(OneHidden(2, 6, 1, lr=3.0, seed=3), XOR, YX, cost="half sum")


@caused_by("none")
def three_clouds_by_relu_and_softmax():
    net = ReluSoftmax((2, 16, 3), lr=0.2)
    return of_softmax(net, *blobs(), cost="cross-entropy", score=accuracy, steps=300)


@caused_by("none")
def rings_in_columns_from_a_dict():
    return of_dict(column_params(2, 8, 1), *rings(), 1.0, steps=600)


@caused_by("none")
def a_sine_by_layer_objects_one_sample_at_a_time():
    X, Y = wave(40)
    net = Layers((1, 8, 1), 0.05, last="linear")
    return dict(net=net, X=X, Y=Y, step=net.fit_once, output=net.predict, cost=mse, steps=200)


@caused_by("none")
def pictures_by_a_list_of_arrays():
    X, y = pictures()
    return of_list(arrays((64, 20, 10)), X / 255 - 0.5, np.eye(10)[y], 2.0, steps=500)


@caused_by("none")
def clouds_with_momentum():
    (X, y), velocity = blobs(seed=3), {}

    def move(g, k):
        velocity[k] = 0.9 * velocity.get(k, 0) + 0.3 * g
        return velocity[k]

    return of_list(arrays((2, 8, 3), scale=1.0), X, np.eye(3)[y], move=move, steps=300)


@caused_by("none")
def clouds_with_adam_in_a_class():
    class Adam(ReluSoftmax):
        def __init__(self, *more):
            super().__init__(*more)
            self.t, self.m, self.v = 0, [0.0] * 4, [0.0] * 4

        def update(self, X, Y):
            old = self.w + self.b
            super().update(X, Y)
            g = [(a - c) / self.lr for a, c in zip(old, self.w + self.b)]
            self.t += 1
            self.m = [0.9 * m + 0.1 * v for m, v in zip(self.m, g)]
            self.v = [0.999 * s + 0.001 * v * v for s, v in zip(self.v, g)]
            sizes = [np.sqrt(s / (1 - 0.999**self.t)) + 1e-8 for s in self.v]
            moved = [a - 0.01 * m / (1 - 0.9**self.t) / s for a, m, s in zip(old, self.m, sizes)]
            self.w, self.b = moved[:2], moved[2:]

    return of_softmax(Adam((2, 12, 3)), *blobs(seed=4), steps=200)


@caused_by("none")
def real_digits_in_mini_batches():
    X, E, *_ = digits()
    P = arrays((64, 30, 10))
    return of_list(P, X, E, step=in_parts(P, 3.0, 32, seed=0), score=accuracy, steps=1500)


@caused_by("none")
def labels_as_numbers_and_no_biases():
    X, y = blobs(k=4, d=5, seed=6)
    net = {
        "W1": np.random.default_rng(1).normal(0, 0.5, (5, 16)),
        "W2": np.random.default_rng(2).normal(0, 0.3, (16, 4)),
    }

    def forward(X):
        h = S(X @ net["W1"])
        return h, softmax(h @ net["W2"])

    def step(X, y):
        h, p = forward(X)
        p[np.arange(len(y)), y] -= 1
        p /= len(y)
        dW1 = X.T @ (p @ net["W2"].T * h * (1 - h))
        net["W2"] -= 0.8 * h.T @ p
        net["W1"] -= 0.8 * dW1

    cost = lambda A, y: -np.log(A[np.arange(len(y)), y]).mean()
    score = lambda A, y: (A.argmax(1) == y).mean()
    return dict(net=net, X=X, Y=y, step=step, output=lambda X: forward(X)[1], cost=cost, score=score, steps=500)


# --- runs that do not learn: the start


@caused_by("symmetry")
def all_zeros():
    return of_class(OneHidden(2, 4, 1, lr=2.0, scale=0.0), XOR, YX, steps=2000)


@caused_by("start")
def positive_random_numbers():
    X, y = pictures()
    r = np.random.default_rng(2)
    P = [r.random(s) if len(s) == 2 else np.zeros(s) for s in ((64, 20), (20,), (20, 20), (20,), (20, 10), (10,))]
    return of_list(P, X / 255, np.eye(10)[y], 1.0, steps=600)


# --- the data


@caused_by("scale-of-inputs")
def pixels_up_to_255():
    X, y = pictures()
    return of_class(OneHidden(64, 5, 10, lr=0.02, seed=4, scale=0.5), X, np.eye(10)[y], steps=600)


@caused_by("nan-in-data")
def a_constant_column_standardised():
    X, Y = rings()
    X = np.c_[np.ones(len(X)), X]
    with np.errstate(all="ignore"):
        X = (X - X.mean(0)) / X.std(0)
    return of_class(OneHidden(3, 8, 1, lr=0.1), X, Y, steps=800)


@caused_by("pairs-parted")
def inputs_shuffled_alone():
    X, y = blobs()
    P, r = arrays((2, 8, 3), scale=1.0), np.random.default_rng(0)
    step = descend(P, 2.0)

    def epoch(X, Y):
        r.shuffle(X)
        step(X, Y)

    return of_list(P, X, np.eye(3)[y], step=epoch, steps=500)


@caused_by("labels")
def class_numbers_against_ten_outputs():
    X, y = pictures()
    return of_list(arrays((64, 20, 10)), X / 255 - 0.5, y[:, None].astype(float), 1.0, steps=400)


@caused_by("targets-out-of-reach")
def prices_for_a_sigmoid():
    X, Y = wave()
    return of_list(arrays((1, 8, 1), scale=1.0), X, 100 + 50 * Y, 1.0, steps=800)


# --- the rate


@caused_by("rate-too-small")
def a_millionth():
    return of_softmax(ReluSoftmax((2, 16, 3), lr=1e-6), *blobs(), steps=400, score=accuracy)


@caused_by("rate-too-large")
def forty_with_batches_of_one():
    X, y = pictures()
    P = arrays((64, 20, 10), scale=0.3)
    return of_list(P, X / 255 - 0.5, np.eye(10)[y], step=in_parts(P, 40.0, 1, seed=6), steps=1500)


# --- the cost and the score


@caused_by("other-cost")
def all_pairs_of_samples():
    def cost(A, Y):
        return -(np.dot(Y.T, np.log(A)) + np.dot((1 - Y).T, np.log(1 - A))).sum() / Y.shape[1]

    return of_dict(column_params(2, 8, 1), *rings(), 1.0, cost=cost, steps=600)


@caused_by("evaluation")
def argmax_along_the_samples():
    X, y = pictures()
    score = lambda A, Y: (A.argmax(0) == Y.argmax(1)[: A.shape[1]]).mean()
    return of_list(arrays((64, 20, 10)), X / 255 - 0.5, np.eye(10)[y], 2.0, score=score, steps=500)


# --- the network


@caused_by("capacity")
def xor_by_one_hidden_neuron():
    return of_class(OneHidden(2, 1, 1, lr=2.0), XOR, YX, steps=3000)


@caused_by("dead-relu")
def biases_of_minus_twenty():
    net = ReluSoftmax((2, 16, 3), lr=0.2)
    net.b[0] -= 20
    return of_softmax(net, *blobs(), steps=300)


@caused_by("softmax")
def over_the_whole_batch():
    class Batch(ReluSoftmax):
        def normalise(self, z):
            return np.exp(z) / np.exp(z).sum()

    return of_softmax(Batch((2, 16, 3), lr=0.2), *blobs(), steps=300)


@caused_by("overflow")
def log_of_zero():
    X, y = blobs(120, 2, 2, seed=5, spread=0.3)
    W, b = np.zeros((2, 1)), np.zeros(1)

    def step(X, Y):
        error = S(X @ W + b) - Y
        W[...] -= 1.0 * X.T @ error / len(X)
        b[...] -= 1.0 * error.mean(0)

    def cost(A, Y):
        return -(Y * np.log(A) + (1 - Y) * np.log(1 - A)).mean()

    Y = y[:, None].astype(float)
    return dict(net=[W, b], X=8 * X, Y=Y, step=step, output=lambda X: S(X @ W + b), cost=cost, steps=300)


# --- the gradient and the step


@caused_by("gradient")
def uphill():
    X, y = blobs()
    return of_list(arrays((2, 8, 3), scale=1.0), X, np.eye(3)[y], -1.0, steps=400)


@caused_by("no-update")
def copies_that_are_not_written_back():
    class Copies(OneHidden):
        def train_step(self, X, Y):
            for value, g in zip((self.W1, self.b1, self.W2, self.b2), self.gradients(X, Y)):
                value = value - self.lr * g

    return of_class(Copies(2, 4, 1, lr=2.0), XOR, YX, steps=1000)


@caused_by("rule")
def momentum_that_points_back():
    (X, y), v = blobs(), {}

    def move(g, k):
        old = v.get(k, 0)
        v[k] = 0.9 * old + 0.02 * g
        return 0.02 * g - 0.9 * old

    return of_list(arrays((2, 8, 3), scale=1.0), X, np.eye(3)[y], move=move, steps=400)


@caused_by("rule")
def momentum_times_the_rate():
    (X, y), v = blobs(), {}

    def move(g, k):
        v[k] = 0.9 * 0.02 * v.get(k, 0) + 0.02 * g
        return v[k]

    return of_list(arrays((2, 8, 3), scale=1.0), X, np.eye(3)[y], move=move, steps=400)


@caused_by("rule")
def adam_with_the_correction_multiplied():
    (X, y), m, v, t = blobs(), {}, {}, {}

    def move(g, k):
        t[k] = t.get(k, 0) + 1
        m[k] = 0.9 * m.get(k, 0) + 0.1 * g
        v[k] = 0.999 * v.get(k, 0) + 0.001 * g * g
        return 0.3 * m[k] * (1 - 0.9 ** t[k]) / (np.sqrt(v[k] * (1 - 0.999 ** t[k])) + 1e-8)

    return of_list(arrays((2, 8, 3), scale=1.0), X, np.eye(3)[y], move=move, steps=300)


@caused_by("batches")
def always_the_first_ten():
    X, y = blobs()
    order = np.argsort(y)
    net = ReluSoftmax((2, 16, 3), lr=0.2)
    return of_softmax(net, X[order], y[order], step=lambda X, Y: net.update(X[:10], Y[:10]), steps=300)


# --- shapes and patience


@caused_by("shapes")
def a_row_of_targets_against_a_column():
    X, Y = rings()
    return of_class(OneHidden(2, 8, 1, lr=0.002), X, Y[:, 0], steps=800)


@caused_by("shapes")
def samples_in_columns_for_a_net_of_rows():
    """Its outputs raise."""
    X, y = blobs()
    return of_softmax(ReluSoftmax((2, 16, 3), lr=0.2), X, y, steps=300) | dict(X=X.T)


@caused_by("more-steps")
def sixty_steps():
    return of_class(OneHidden(2, 4, 1, lr=2.0), XOR, YX, steps=60)
