"""Training runs that people asked about in public, written anew in our own code: their causes are known from the threads."""

import numpy as np
from run_styles import (
    XOR,
    YX,
    OneHidden,
    ReluSoftmax,
    accuracy,
    arrays,
    blobs,
    column_forward,
    column_params,
    column_step,
    cross_entropy,
    descend,
    half_sum,
    pictures,
    rings,
    run,
)

RUNS = []


def public(cause):
    def register(build):
        RUNS.append((build.__name__, cause, build))
        return build

    return register


def listed(P, X, Y, step, **more):
    return dict(net=P, X=X, Y=Y, step=step, output=lambda X: run(P, X)[-1], cost="squared", **more)


@public("symmetry")
def all_weights_zero():
    P = [np.zeros((2, 3)), np.zeros(3), np.zeros((3, 1)), np.zeros(1)]
    return listed(P, XOR, YX, descend(P, 5.0), steps=1500)


@public("start")
def initial_weights_all_positive():
    X, y = pictures(300)
    r = np.random.default_rng(2)
    P = [r.random((64, 20)), np.zeros(20), r.random((20, 20)), np.zeros(20), r.random((20, 10)), np.zeros(10)]
    return listed(P, X / 255, np.eye(10)[y], descend(P, 1.0), steps=600, score=accuracy)


@public("scale-of-inputs")
def pixels_0_to_255():
    X, y = pictures(300)
    P = arrays((64, 5, 10), seed=4, scale=0.5)
    return listed(P, X, np.eye(10)[y], descend(P, 3.0), steps=1500)


@public("nan-in-data")
def a_constant_column_standardised():
    X = np.c_[np.zeros(4), XOR]
    with np.errstate(all="ignore"):
        X = (X - X.mean(0)) / X.std(0)
    net = OneHidden(3, 4, 1, lr=2.0)
    return dict(net=net, X=X, Y=YX, step=net.train_step, output=net.forward, cost=half_sum, steps=2000)


@public("rate-too-large")
def rate_forty_with_batches_of_one():
    X, y = pictures(300)
    P, r = arrays((64, 20, 10), seed=5, scale=0.3), np.random.default_rng(6)
    inner = descend(P, 40.0)

    def step(X, Y):
        row = r.integers(0, len(X), 1)
        inner(X[row], Y[row])

    return listed(P, X / 255 - 0.5, np.eye(10)[y], step, steps=1500)


@public("softmax")
def softmax_over_the_whole_batch():
    X, y = blobs(150, 4, 6)

    class Net(ReluSoftmax):
        def normalise(self, z):
            e = np.exp(z - z.max())
            return e / e.sum()

    net = Net((6, 20, 4), lr=0.3)
    return dict(net=net, X=X, Y=np.eye(4)[y], step=net.update, output=net.predict, cost=cross_entropy, steps=300)


@public("other-cost")
def cost_summed_over_all_pairs():
    X, Y = rings(80)
    params = column_params(2, 8, 1)

    def cost(A, Y):
        m = Y.shape[1]
        return -(np.dot(Y.T, np.log(A)) + np.dot((1 - Y).T, np.log(1 - A))).sum() / m

    return dict(
        net=params,
        X=X.T,
        Y=Y.T,
        step=column_step(params, 1.0),
        output=lambda X: column_forward(params, X)[1],
        cost=cost,
        steps=600,
    )


@public("evaluation")
def argmax_along_the_samples():
    X, y = pictures(300)
    P = arrays((64, 20, 10), seed=4)
    score = lambda A, Y: float((A.argmax(0) == Y.argmax(1)[: A.shape[1]]).mean())
    return listed(P, X / 255, np.eye(10)[y], descend(P, 3.0), steps=500, score=score)


@public("rule")
def momentum_times_the_rate():
    X, y = blobs(120, 3, 2)
    P, v = arrays((2, 8, 3), scale=1.0), {}

    def move(g, k):
        v[k] = 0.9 * 0.02 * v.get(k, 0) + 0.02 * g
        return v[k]

    return listed(P, X, np.eye(3)[y], descend(P, None, move), steps=400)


@public("rule")
def adam_bias_corrected_by_multiplying():
    X, y = pictures(200)
    P, m, v, t = arrays((64, 20, 10)), {}, {}, {}

    def move(g, k):
        t[k] = t.get(k, 0) + 1
        m[k] = 0.9 * m.get(k, 0) + 0.1 * g
        v[k] = 0.999 * v.get(k, 0) + 0.001 * g * g
        return 0.1 * m[k] * (1 - 0.9 ** t[k]) / (np.sqrt(v[k] * (1 - 0.999 ** t[k])) + 1e-8)

    return listed(P, X / 255, np.eye(10)[y], descend(P, None, move), steps=300)
