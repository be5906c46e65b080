"""The exercises of lesson 6 as functions: the gradient is not the update, and what average, sum and rate have to do with it."""


def same_rate(r, T):
    """Sum = T times mean, so r/T times the sum is r times the mean."""
    return r / T


def friends_rate(r, T):
    """The friend's gradient is T/2 times ours, so our rate is T/2 times the friend's."""
    return r * T / 2


def batch_gradient(G):
    """The mean over the samples, for each parameter."""
    return G.mean(axis=0)


TASKS = {
    "mean": dict(solution=batch_gradient, inputs=lambda rng: (rng.normal(size=(int(rng.integers(5, 12)), 4)),)),
    "same-path": dict(solution=same_rate, inputs=lambda rng: (float(rng.uniform(0.1, 5)), int(rng.integers(2, 60)))),
    "friend": dict(solution=friends_rate, inputs=lambda rng: (float(rng.uniform(0.01, 1)), int(rng.integers(3, 60)))),
}
