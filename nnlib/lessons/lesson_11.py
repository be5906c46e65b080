"""The exercises of lesson 11 as functions: another cost, and the output activation that belongs to it."""

import numpy as np


def softmax_jacobian(a):
    """da_j/dz_k = a_j ([j = k] - a_k)"""
    return np.diag(a) - np.outer(a, a)


def label_delta(A, labels):
    """(a - e) / T, with the 1 of each one-hot row taken from a copy of A"""
    dZ = A.copy()
    dZ[np.arange(len(A)), labels] -= 1
    return dZ / len(A)


def stable_cost(z, label):
    """log-sum-exp of the sums, minus the sum of the right class"""
    m = z.max()
    return m + np.log(np.exp(z - m).sum()) - z[label]


def _shares(rng, *shape):
    A = np.exp(rng.normal(size=shape))
    return A / A.sum(axis=-1, keepdims=True)


def _batch(rng):
    """Six samples, four classes, and not every class among the labels, so that a count of classes cannot pass for T."""
    return _shares(rng, 6, 4), rng.integers(0, 3, size=6)


def _sums(rng):
    """Sums beyond what exp can hold, and one so far below the others that its share is 0; half of the time it is asked."""
    z = float(rng.choice([1.0, 1000.0, 5000.0])) + rng.normal(size=5) * 3
    far, label = (int(k) for k in rng.permutation(5)[:2])
    z[far] -= 2000
    return z, far if rng.random() < 0.5 else label


TASKS = {
    "jacobian": dict(solution=softmax_jacobian, inputs=lambda rng: (_shares(rng, int(rng.integers(3, 6))),)),
    "label-delta": dict(solution=label_delta, inputs=_batch),
    "stable-cost": dict(solution=stable_cost, inputs=_sums, trials=6),
}
