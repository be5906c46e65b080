"""Runs that do not learn, each with one planted cause: (name, cause, build); build() gives what `checkup` is called with."""

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
    wave,
)

RUNS = []


def broken(cause):
    def register(build):
        RUNS.append((build.__name__, cause, build))
        return build

    return register


def of_class(net, X, Y, **more):
    return dict(net=net, X=X, Y=Y, step=net.train_step, output=net.forward, cost=half_sum, **more)


def of_list(P, X, Y, rate, **more):
    given = dict(net=P, X=X, Y=Y, step=descend(P, rate), output=lambda X: run(P, X)[-1], cost="squared")
    return {**given, **more}


def of_dict(params, X, Y, rate, **more):
    given = dict(net=params, X=X, Y=Y, step=column_step(params, rate), cost=bce)
    return {**given, "output": lambda X: column_forward(params, X)[1], **more}


def of_softmax(net, X, y, **more):
    k = net.w[-1].shape[1]
    given = dict(net=net, X=X, Y=np.eye(k)[y], step=net.update, output=net.predict, cost=cross_entropy)
    return {**given, **more}


# --- the start


@broken("symmetry")
def all_zeros():
    net = OneHidden(2, 4, 1, lr=2.0, scale=0.0)
    return of_class(net, XOR, YX, steps=2000)


@broken("symmetry")
def one_half_everywhere():
    X, Y = rings()
    params = {k: np.full(v.shape, 0.5) for k, v in column_params(2, 8, 1).items()}
    return of_dict(params, X.T, Y.T, 1.0, steps=600)


@broken("start")
def positive_random_numbers():
    X, y = pictures()
    r = np.random.default_rng(2)
    P = [r.random(s) if len(s) == 2 else np.zeros(s) for s in ((64, 20), (20,), (20, 20), (20,), (20, 10), (10,))]
    return of_list(P, X / 255, np.eye(10)[y], 1.0, steps=600)


@broken("start")
def forty_times_too_large():
    X, Y = rings()
    return of_dict(column_params(2, 10, 1, scale=40.0), X.T, Y.T, 0.5, steps=600)


@broken("start")
def four_layers_of_tiny_weights():
    X, y = blobs()
    return of_list(arrays((2, 10, 10, 10, 3), scale=0.005), X, np.eye(3)[y], 2.0, steps=1500)


# --- the data


@broken("scale-of-inputs")
def pixels_up_to_255():
    X, y = pictures()
    net = OneHidden(64, 5, 10, lr=0.02, seed=4, scale=0.5)
    return of_class(net, X, np.eye(10)[y], steps=600)


@broken("scale-of-inputs")
def income_beside_age():
    r = np.random.default_rng(0)
    X = np.c_[r.normal(40, 12, 150), r.normal(30000, 9000, 150)]
    Y = ((X[:, :1] - 40) / 12 + (X[:, 1:] - 30000) / 9000 > 0).astype(float)
    return of_dict(column_params(2, 6, 1), X.T, Y.T, 0.5, steps=800)


@broken("scale-of-inputs")
def divided_by_255_twice():
    X, y = pictures()
    return of_list(arrays((64, 20, 10)), X / 255 / 255, np.eye(10)[y], 2.0, steps=500)


@broken("nan-in-data")
def a_constant_column_standardised():
    X, Y = rings()
    X = np.c_[np.ones(len(X)), X]
    with np.errstate(all="ignore"):
        X = (X - X.mean(0)) / X.std(0)
    net = OneHidden(3, 8, 1, lr=0.1)
    return of_class(net, X, Y, steps=800)


@broken("nan-in-data")
def three_missing_values():
    X, y = blobs()
    X[[5, 50, 90], [0, 1, 0]] = np.nan
    return of_softmax(ReluSoftmax((2, 16, 3), lr=0.2), X, y, steps=300)


@broken("pairs-parted")
def inputs_shuffled_alone():
    X, y = blobs()
    P, r = arrays((2, 8, 3), scale=1.0), np.random.default_rng(0)
    step = descend(P, 2.0)

    def epoch(X, Y):
        r.shuffle(X)
        step(X, Y)

    return of_list(P, X, np.eye(3)[y], 0, step=epoch, steps=500)


@broken("pairs-parted")
def sorted_inputs_with_old_labels():
    X, y = blobs(150, 3, 4, seed=8)
    X = X[np.argsort(X[:, 0])]
    return of_softmax(ReluSoftmax((4, 12, 3), lr=0.2), X, y, steps=400)


@broken("labels")
def class_numbers_against_ten_outputs():
    X, y = pictures()
    return of_list(arrays((64, 20, 10)), X / 255 - 0.5, y[:, None].astype(float), 1.0, steps=400)


@broken("labels")
def counted_from_one():
    X, y = blobs()
    net = ReluSoftmax((2, 16, 3), lr=0.2)

    def step(X, y):
        net.update(X, np.eye(3)[y])

    def cost(A, y):
        return -np.log(A[np.arange(len(y)), y] + 1e-12).mean()

    return dict(net=net, X=X, Y=y + 1, step=step, output=net.predict, cost=cost, steps=300)


@broken("targets-out-of-reach")
def prices_for_a_sigmoid():
    X, Y = wave()
    return of_list(arrays((1, 8, 1), scale=1.0), X, 100 + 50 * Y, 1.0, steps=800)


@broken("targets-out-of-reach")
def minus_one_and_one_for_a_sigmoid():
    X, Y = rings()
    net = OneHidden(2, 8, 1, lr=0.1)
    return of_class(net, X, 2 * Y - 1, steps=1500)


# --- the rate


@broken("rate-too-small")
def a_millionth():
    X, y = blobs()
    return of_softmax(ReluSoftmax((2, 16, 3), lr=1e-6), X, y, steps=400, score=accuracy)


@broken("rate-too-small")
def a_hundredth_on_xor():
    net = OneHidden(2, 4, 1, lr=0.01)
    return of_class(net, XOR, YX, steps=2000)


@broken("rate-too-large")
def forty_with_batches_of_one():
    X, y = pictures()
    P, r = arrays((64, 20, 10), scale=0.3), np.random.default_rng(6)
    step = descend(P, 40.0)

    def one(X, Y):
        i = r.integers(len(X))
        step(X[i : i + 1], Y[i : i + 1])

    return of_list(P, X / 255 - 0.5, np.eye(10)[y], 0, step=one, steps=1500)


@broken("rate-too-large")
def a_line_that_runs_away():
    X, Y = wave()
    return dict(
        **(lambda net: dict(net=net, step=net.fit_once, output=net.predict))(Layers((1, 8, 1), 0.9, last="linear")),
        X=X,
        Y=Y,
        cost=mse,
        steps=100,
    )


# --- the cost and the score


@broken("other-cost")
def all_pairs_of_samples():
    X, Y = rings()

    def cost(A, Y):
        return -(np.dot(Y.T, np.log(A)) + np.dot((1 - Y).T, np.log(1 - A))).sum() / Y.shape[1]

    return of_dict(column_params(2, 8, 1), X.T, Y.T, 1.0, cost=cost, steps=600)


@broken("other-cost")
def a_sign_lost_in_the_cost():
    X, Y = rings()

    def cost(A, Y):
        return -(Y * np.log(A) - (1 - Y) * np.log(1 - A)).mean()

    return of_dict(column_params(2, 8, 1), X.T, Y.T, 1.0, cost=cost, steps=600)


@broken("evaluation")
def argmax_along_the_samples():
    X, y = pictures()

    def score(A, Y):
        return (A.argmax(0) == Y.argmax(1)[: A.shape[1]]).mean()

    return of_list(arrays((64, 20, 10)), X / 255 - 0.5, np.eye(10)[y], 2.0, score=score, steps=500)


@broken("evaluation")
def standardised_in_the_training_alone():
    r = np.random.default_rng(0)
    X = np.c_[r.normal(40, 12, 150), r.normal(3000, 900, 150)]
    Y = ((X[:, :1] - 40) / 12 + (X[:, 1:] - 3000) / 900 > 0).astype(float)
    net = OneHidden(2, 6, 1, lr=0.1)

    def step(X, Y):
        net.train_step((X - X.mean(0)) / X.std(0), Y)

    return of_class(net, X, Y, steps=400) | dict(step=step)


# --- the network


@broken("capacity")
def xor_by_one_hidden_neuron():
    net = OneHidden(2, 1, 1, lr=2.0)
    return of_class(net, XOR, YX, steps=3000)


@broken("capacity")
def rings_by_one_hidden_neuron():
    X, Y = rings()
    return of_dict(column_params(2, 1, 1), X.T, Y.T, 1.0, steps=600)


@broken("dead-relu")
def biases_of_minus_ten():
    X, y = blobs()
    net = ReluSoftmax((2, 16, 3), lr=0.2)
    net.b[0] -= 20
    return of_softmax(net, X, y, steps=300)


@broken("dead-relu")
def negative_weights_for_positive_inputs():
    X, y = pictures()
    net = ReluSoftmax((64, 20, 10), lr=0.2)
    net.w[0] = -np.abs(net.w[0])
    return of_softmax(net, X / 255, y, steps=300)


@broken("softmax")
def over_the_whole_batch():
    X, y = blobs()

    class Batch(ReluSoftmax):
        def normalise(self, z):
            return np.exp(z) / np.exp(z).sum()

    return of_softmax(Batch((2, 16, 3), lr=0.2), X, y, steps=300)


@broken("softmax")
def along_the_samples():
    X, y = blobs(90)

    class Samples(ReluSoftmax):
        def normalise(self, z):
            return np.exp(z) / np.exp(z).sum(axis=0)

    return of_softmax(Samples((2, 16, 3), lr=0.2), X, y, steps=300)


@broken("overflow")
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


@broken("overflow")
def exp_without_the_largest_taken_off():
    X, y = blobs()

    class Plain(ReluSoftmax):
        def normalise(self, z):
            return np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)

    net = Plain((2, 16, 3), lr=0.2)
    net.b[-1] += 800
    return of_softmax(net, X, y, steps=300)


# --- the gradient and the step


@broken("gradient")
def uphill():
    X, y = blobs()
    P = arrays((2, 8, 3), scale=1.0)
    return of_list(P, X, np.eye(3)[y], 0, step=descend(P, -1.0), steps=400)


@broken("gradient")
def relu_slope_turned_round():
    X, y = blobs(120, 4, 6, seed=5)

    class Turned(ReluSoftmax):
        def slope(self, a):
            return a <= 0

    return of_softmax(Turned((6, 2, 4), lr=0.3), X, y, steps=400)


@broken("gradient")
def hidden_error_with_the_wrong_sign():
    class Wrong(OneHidden):
        def gradients(self, X, Y):
            dW1, db1, dW2, db2 = super().gradients(X, Y)
            return -dW1, -db1, dW2, db2

    net = Wrong(2, 3, 1, lr=2.0, seed=2)
    return of_class(net, XOR, YX, steps=2000)


@broken("no-update")
def copies_that_are_not_written_back():
    class Copies(OneHidden):
        def train_step(self, X, Y):
            for value, g in zip((self.W1, self.b1, self.W2, self.b2), self.gradients(X, Y)):
                value = value - self.lr * g

    net = Copies(2, 4, 1, lr=2.0)
    return of_class(net, XOR, YX, steps=1000)


@broken("no-update")
def whole_numbers():
    X, y = blobs()
    P = [(3 * v).round().astype(int) for v in arrays((2, 8, 3), scale=1.0)]
    gradient = descend(P, 0).gradient

    def step(X, Y):
        for k, g in enumerate(gradient(X, Y)):
            P[k] -= (0.5 * g).astype(int)

    return of_list(P, X, np.eye(3)[y], 0, step=step, steps=400)


@broken("rule")
def momentum_that_points_back():
    X, y = blobs()
    P, v = arrays((2, 8, 3), scale=1.0), {}

    def back(g, k):
        old = v.get(k, 0)
        v[k] = 0.9 * old + 0.02 * g
        return 0.02 * g - 0.9 * old

    return of_list(P, X, np.eye(3)[y], 0, step=descend(P, None, back), steps=400)


@broken("rule")
def adam_with_the_correction_multiplied():
    X, y = blobs()
    P, m, v, t = arrays((2, 8, 3), scale=1.0), {}, {}, {}

    def move(g, k):
        t[k] = t.get(k, 0) + 1
        m[k] = 0.9 * m.get(k, 0) + 0.1 * g
        v[k] = 0.999 * v.get(k, 0) + 0.001 * g * g
        return 0.3 * m[k] * (1 - 0.9 ** t[k]) / (np.sqrt(v[k] * (1 - 0.999 ** t[k])) + 1e-8)

    return of_list(P, X, np.eye(3)[y], 0, step=descend(P, None, move), steps=300)


@broken("batches")
def always_the_first_ten():
    X, y = blobs()
    order = np.argsort(y)
    net = ReluSoftmax((2, 16, 3), lr=0.2)
    return of_softmax(net, X[order], y[order], step=lambda X, Y: net.update(X[:10], Y[:10]), steps=300)


@broken("batches")
def class_after_class_until_each_fits():
    X, y = blobs()
    order = np.argsort(y)
    net = ReluSoftmax((2, 16, 3), lr=0.2)

    def epoch(X, Y):
        for start in range(0, len(X), 10):
            for _ in range(30):
                net.update(X[start : start + 10], Y[start : start + 10])

    return of_softmax(net, X[order], y[order], step=epoch, steps=10)


# --- shapes and patience


@broken("shapes")
def a_row_of_targets_against_a_column():
    X, Y = rings()
    net = OneHidden(2, 8, 1, lr=0.002)
    return of_class(net, X, Y[:, 0], steps=800)


@broken("shapes")
def a_cost_of_every_target_with_every_output():
    X, Y = rings()
    net = OneHidden(2, 8, 1, lr=0.1)
    return of_class(net, X, Y[:, 0], steps=800) | dict(step=lambda X, Y: net.train_step(X, Y[:, None]), cost=mse)


@broken("shapes")
def samples_in_columns_for_a_net_of_rows():
    X, y = blobs()
    net = ReluSoftmax((2, 16, 3), lr=0.2)
    return of_softmax(net, X, y, steps=300) | dict(X=X.T)


@broken("more-steps")
def forty_steps():
    net = OneHidden(2, 4, 1, lr=2.0)
    return of_class(net, XOR, YX, steps=60)


@broken("more-steps")
def two_passes():
    X, y = pictures()
    return of_list(arrays((64, 20, 10)), X / 255 - 0.5, np.eye(10)[y], 2.0, steps=20)
