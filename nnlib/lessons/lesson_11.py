"""The exercises of lesson 11 as functions: another cost, and the output activation that belongs to it."""

from __future__ import annotations

import numpy as np

from nnlib.lessons.exercises import Task


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


def _share(z, label):
    with np.errstate(divide="ignore"):
        return np.exp(z - z.max())[label] / np.exp(z - z.max()).sum()


def _one_hot(A, labels):
    return np.eye(A.shape[1])[labels]


def _sums(rng):
    """Sums beyond what exp can hold, and one so far below the others that its share is 0; half of the time it is asked."""
    z = float(rng.choice([1.0, 1000.0, 5000.0])) + rng.normal(size=5) * 3
    far, label = (int(k) for k in rng.permutation(5)[:2])
    z[far] -= 2000
    return z, far if rng.random() < 0.5 else label


TASKS = {
    "jacobian": Task(
        solution=softmax_jacobian,
        inputs=lambda rng: (_shares(rng, int(rng.integers(3, 6))),),
        wrong_ways={
            "diagonal": lambda a: np.diag(a * (1 - a)),
            "sigmoid-slopes": lambda a: a * (1 - a),
            "no-diagonal": lambda a: -np.outer(a, a),
            "sign": lambda a: np.outer(a, a) - np.diag(a),
            "plus": lambda a: np.diag(a) + np.outer(a, a),
            "identity": lambda a: np.eye(len(a)) - np.outer(a, a),
            "outer-alone": lambda a: np.outer(a, 1 - a),
        },
    ),
    "label-delta": Task(
        solution=label_delta,
        inputs=_batch,
        wrong_ways={
            "sum": lambda A, labels: A - _one_hot(A, labels),
            "sign": lambda A, labels: (_one_hot(A, labels) - A) / len(A),
            "label-values": lambda A, labels: (A - labels[:, None]) / len(A),
            "with-slope": lambda A, labels: (A - _one_hot(A, labels)) * A * (1 - A) / len(A),
            "with-two": lambda A, labels: 2 * (A - _one_hot(A, labels)) / len(A),
            "over-outputs": lambda A, labels: (A - _one_hot(A, labels)) / A.size,
            "division-first": lambda A, labels: A - _one_hot(A, labels) / len(A),
            "over-classes": lambda A, labels: (A - _one_hot(A, labels)) / A.shape[1],
            "right-class-alone": lambda A, labels: (A - 1) * _one_hot(A, labels) / len(A),
            "off-by-one": lambda A, labels: (A - _one_hot(A, labels - 1)) / len(A),
            "all-rows": lambda A, labels: (A - np.isin(np.arange(A.shape[1]), labels)) / len(A),
        },
    ),
    "stable-cost": Task(
        solution=stable_cost,
        inputs=_sums,
        wrong_ways={
            "no-maximum-back": lambda z, label: np.log(np.exp(z - z.max()).sum()) - z[label],
            "sign": lambda z, label: z[label] - z.max() - np.log(np.exp(z - z.max()).sum()),
            "no-label": lambda z, label: z.max() + np.log(np.exp(z - z.max()).sum()),
            "largest-only": lambda z, label: z.max() - z[label],
            "share": lambda z, label: np.exp(z - z.max())[label] / np.exp(z - z.max()).sum(),
            "clipped": lambda z, label: -np.log(max(_share(z, label), 1e-12)),
        },
        trials=6,
    ),
}
