"""The exercises of lesson 2 as functions: one neuron, one layer, one batch."""

from nnlib.functions import sigmoid as S
from nnlib.lessons.exercises import normal


def one_sum(a, W, b, y):
    """z_y = b_y + sum_x a_x w_xy, index by index."""
    return b[y] + sum(a[x] * W[x, y] for x in range(len(a)))


def one_layer(X, W, b):
    """A = S(X @ W + b): a row for each sample."""
    return S(X @ W + b)


def batch_cost(A, E):
    """C = (1/T) sum_i sum_j (a_ij - e_ij)^2."""
    return ((A - E) ** 2).sum(axis=1).mean()


def _neuron(rng):
    return rng.normal(size=4), rng.normal(size=(4, 4)), rng.normal(size=4), int(rng.integers(0, 3))


TASKS = {
    "one-sum": dict(solution=one_sum, inputs=_neuron),
    "one-layer": dict(solution=one_layer, inputs=normal((3, 3), (3, 3), 3)),
    "batch-cost": dict(
        solution=batch_cost, inputs=lambda rng: (rng.uniform(size=(5, 3)), 1.0 * rng.integers(0, 2, size=(5, 3)))
    ),
}
