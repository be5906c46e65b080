"""Ten runs that learn, in the styles of run_styles.py: the check-up may accuse none of them."""

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

from nnlib.data import digits

RUNS = []


def healthy(build):
    RUNS.append((build.__name__, "none", build))
    return build


@healthy
def xor_by_a_class():
    net = OneHidden(2, 4, 1, lr=2.0, seed=1)
    return dict(net=net, X=XOR, Y=YX, step=net.train_step, output=net.forward, cost=half_sum, steps=2000)


@healthy
def xor_without_a_number_of_steps():
    net = OneHidden(2, 6, 1, lr=3.0, seed=3)
    return dict(net=net, X=XOR, Y=YX, step=net.train_step, output=net.forward, cost="half sum")


@healthy
def three_clouds_by_relu_and_softmax():
    X, y = blobs()
    net = ReluSoftmax((2, 16, 3), lr=0.2)
    Y = np.eye(3)[y]
    return dict(net=net, X=X, Y=Y, step=net.update, output=net.predict, cost="cross-entropy", score=accuracy, steps=300)


@healthy
def rings_in_columns_from_a_dict():
    X, Y = rings()
    params = column_params(2, 8, 1)
    return dict(
        net=params,
        X=X.T,
        Y=Y.T,
        step=column_step(params, 1.0),
        output=lambda X: column_forward(params, X)[1],
        cost=bce,
        steps=600,
    )


@healthy
def a_sine_by_layer_objects_one_sample_at_a_time():
    X, Y = wave(40)
    net = Layers((1, 8, 1), 0.05, last="linear")
    return dict(net=net, X=X, Y=Y, step=net.fit_once, output=net.predict, cost=mse, steps=200)


@healthy
def pictures_by_a_list_of_arrays():
    X, y = pictures()
    P = arrays((64, 20, 10))
    return dict(
        net=P,
        X=X / 255 - 0.5,
        Y=np.eye(10)[y],
        step=descend(P, 2.0),
        output=lambda X: run(P, X)[-1],
        cost="squared",
        steps=500,
    )


@healthy
def clouds_with_momentum():
    X, y = blobs(seed=3)
    P, velocity = arrays((2, 8, 3), scale=1.0), {}

    def move(g, k):
        velocity[k] = 0.9 * velocity.get(k, 0) + 0.3 * g
        return velocity[k]

    return dict(
        net=P,
        X=X,
        Y=np.eye(3)[y],
        step=descend(P, None, move),
        output=lambda X: run(P, X)[-1],
        cost="squared",
        steps=300,
    )


@healthy
def clouds_with_adam_in_a_class():
    X, y = blobs(seed=4)

    class Adam(ReluSoftmax):
        def __init__(self, *more, **named):
            super().__init__(*more, **named)
            self.t, self.m, self.v = 0, None, None

        def update(self, X, Y):
            before_w, before_b = list(self.w), list(self.b)
            super().update(X, Y)
            old, new = before_w + before_b, self.w + self.b
            g = [(a - c) / self.lr for a, c in zip(old, new)]
            self.t += 1
            if self.m is None:
                self.m, self.v = [0 * v for v in g], [0 * v for v in g]
            self.m = [0.9 * m + 0.1 * v for m, v in zip(self.m, g)]
            self.v = [0.999 * s + 0.001 * v * v for s, v in zip(self.v, g)]
            steps = [
                0.01 * (m / (1 - 0.9**self.t)) / (np.sqrt(s / (1 - 0.999**self.t)) + 1e-8)
                for m, s in zip(self.m, self.v)
            ]
            moved = [a - s for a, s in zip(old, steps)]
            self.w, self.b = moved[: len(self.w)], moved[len(self.w) :]

    net = Adam((2, 12, 3))
    return dict(net=net, X=X, Y=np.eye(3)[y], step=net.update, output=net.predict, cost=cross_entropy, steps=200)


@healthy
def real_digits_in_mini_batches():
    X, E, *_ = digits()
    P, r = arrays((64, 30, 10)), np.random.default_rng(0)
    step = descend(P, 3.0)

    def batch(X, E):
        rows = r.permutation(len(X))[:32]
        step(X[rows], E[rows])

    return dict(net=P, X=X, Y=E, step=batch, output=lambda X: run(P, X)[-1], cost="squared", score=accuracy, steps=1500)


@healthy
def labels_as_numbers_and_no_biases():
    X, y = blobs(k=4, d=5, seed=6)
    net = {
        "W1": np.random.default_rng(1).normal(0, 0.5, (5, 16)),
        "W2": np.random.default_rng(2).normal(0, 0.3, (16, 4)),
    }

    def forward(X):
        h = S(X @ net["W1"])
        z = h @ net["W2"]
        p = np.exp(z - z.max(1, keepdims=True))
        return h, p / p.sum(1, keepdims=True)

    def step(X, y):
        h, p = forward(X)
        p[np.arange(len(y)), y] -= 1
        p /= len(y)
        dW1 = X.T @ (p @ net["W2"].T * h * (1 - h))
        net["W2"] -= 0.8 * h.T @ p
        net["W1"] -= 0.8 * dW1

    return dict(
        net=net,
        X=X,
        Y=y,
        step=step,
        output=lambda X: forward(X)[1],
        cost=lambda A, y: -np.log(A[np.arange(len(y)), y]).mean(),
        score=lambda A, y: (A.argmax(1) == y).mean(),
        steps=500,
    )
