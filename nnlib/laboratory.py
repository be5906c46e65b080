"""The learning-rate laboratory without its drawings: one call trains one of four problems and measures the run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from nnlib import checks, rules
from nnlib.curvature import sharpness
from nnlib.descent import batches, train
from nnlib.fates import fate
from nnlib.flat import like
from nnlib.laboratory_problems import PUPILS, Problem, problems, without_biases
from nnlib.network import cost

__all__ = ["PUPILS", "RULES", "Problem", "Reference", "Trial", "experiment", "problems", "reference"]

RULES = {
    "plain": rules.plain,
    "momentum": rules.momentum(),
    "nesterov": rules.nesterov(),
    "clipping": rules.clipping(0.05),  # as in lesson 7
    "rmsprop": rules.rmsprop(),
    "adam": rules.adam(),
}
SAMPLE = 100  # digits on which sharpness and surface are measured: enough to show, few enough to answer at once
SKETCHED = 1e-2, 8  # relative error, or products at most, of a drawn sharpness: a factor of 10 is 40 pixels


@dataclass(frozen=True)
class Reference:
    """What is known of a problem and a seed before any rate is tried: a plane to look at, and the predicted limit.

    The plane goes through `origin` along two directions (rows of `plane`); surface[k, j] is log10 C at (across[j], up[k]).
    limit is 2/lambda_max at the steepest place of the gentle run: a rate for the mean and the plain rule. Every run from
    this seed begins where the gentle one does, so `sharpness` there is known as well.
    """

    origin: np.ndarray
    plane: np.ndarray
    across: np.ndarray
    up: np.ndarray
    surface: np.ndarray
    limit: float
    target: np.ndarray  # where the gentle run ends, in the plane
    sharpness: float


@dataclass(frozen=True)
class Trial:
    """One training run: its costs by epoch, the path in the plane of its reference, the sharpness at `seen`, its fate."""

    costs: np.ndarray
    path: np.ndarray
    seen: np.ndarray
    sharpness: np.ndarray
    fate: str
    limit: float
    words: str


def experiment(
    name: str,
    learning_rate: float,
    *,
    batch_size: int | None = None,
    by: str = "mean",
    rule: str = "plain",
    seed: int = 0,
) -> Trial:
    """Train one problem at one rate and say what became of it (lessons 6 to 10).

    by "mean" or "sum": what the batch's gradient is; rule: a name in RULES. Raises ValueError for a name that is not there.
    """
    problem, learning_rate = _named("name", name, problems()), checks.argument("learning_rate", learning_rate)
    m, known = _named("rule", rule, RULES), reference(name, seed)
    if by not in ("mean", "sum"):
        raise ValueError(f"by: expected 'mean' or 'sum', got {by!r}")
    size = len(problem.X) if batch_size is None else checks.argument("batch_size", batch_size)
    size = min(size, len(problem.X))
    run = _run(problem, learning_rate, problem.epochs, size, _scaled(m, problem, size, by), seed)
    points = _points(run)
    seen = np.unique(np.linspace(0, len(points) - 1, 6).astype(int))
    curve = np.array([known.sharpness, *(_sharpness(problem, points[k], *SKETCHED) for k in seen[1:])])
    limit = known.limit / (size if by == "sum" else 1)
    with np.errstate(over="ignore", invalid="ignore"):  # a run that overflows leaves the picture as well
        path = (points - known.origin) @ known.plane.T
    word = fate(run, learned_at=problem.learned_at)
    words = (
        f"{name}, rate {_short(learning_rate)}, {rule}, {by} over batches of {size}: {word}. "
        f"C goes from {run.costs[0]:.3g} to {run.costs[-1]:.3g} in {len(run.costs) - 1} epochs. "
        f"Predicted limit for the plain rule: {_short(limit)}."
    )
    return Trial(run.costs, path, seen, curve, word, limit, words)


@lru_cache(maxsize=32)
def reference(name: str, seed: int) -> Reference:
    """The plane, the surface and the limit of one problem and seed: computed once, so that a slider need not wait."""
    problem = _named("name", name, problems())
    learning_rate, epochs = problem.gentle
    size = 10 if name == "digits" else len(problem.X)
    run = _run(problem, learning_rate, epochs, size, rules.plain, seed)
    points = _points(run)
    seen = np.unique(np.linspace(0, len(points) - 1, 12).astype(int))
    steep = [_sharpness(problem, points[k]) for k in seen]
    if name == "u v":
        origin, plane, reach = np.zeros(points.shape[1]), np.eye(2, points.shape[1]), 2.6
    else:
        origin = points[-1]
        plane = np.eye(2) if points.shape[1] == 2 else _directions(points)
        reach = 1.6 * np.abs((points - origin) @ plane.T).max()
    across = up = np.linspace(-reach, reach, 15 if name == "digits" else 25)
    costs = [[_cost(problem, origin + s * plane[0] + t * plane[1]) for s in across] for t in up]
    surface, target = np.log10(np.maximum(costs, 1e-4)), plane @ (points[-1] - origin)
    return Reference(origin, plane, across, up, surface, 2 / max(steep), target, steep[0])


def _run(problem: Problem, learning_rate, epochs, size, rule, seed):
    weights, biases = problem.start(seed)
    return train(
        weights,
        biases,
        problem.X,
        problem.E,
        learning_rate,
        epochs=epochs,
        batch_size=size,
        rng=np.random.default_rng(seed),
        rule=without_biases(rule, problem),
        activations=problem.activations,
        record=lambda w, b: (*w, *b),  # a row for each epoch
    )


def _points(run) -> np.ndarray:
    """The parameters at the start and after each epoch, a row each: all weights, then all biases."""
    return np.concatenate([np.reshape(values, (len(values), -1)) for values in zip(*run.records)], axis=1)


def _scaled(rule: Callable, problem: Problem, size: int, by: str) -> Callable:
    """The rule on the sum over each batch in place of its mean: the last batch of an epoch may be shorter."""
    if by == "mean":
        return rule
    lengths = [len(rows) for rows in batches(len(problem.X), size, None)]

    def scaled(g, memory):
        k, inner = memory or (0, None)
        m, inner = rule([lengths[k % len(lengths)] * part for part in g], inner)
        return m, (k + 1, inner)

    return scaled


def _unflatten(problem: Problem, point):
    shapes = [np.broadcast_to(0.0, pair) for pair in zip(problem.sizes, problem.sizes[1:])]
    return like(point, shapes, [np.broadcast_to(0.0, n) for n in problem.sizes[1:]])


def _cost(problem: Problem, point) -> float:
    weights, biases = _unflatten(problem, point)
    return cost(weights, biases, problem.X[:SAMPLE], problem.E[:SAMPLE], problem.activations)


def _sharpness(problem: Problem, point, tolerance: float = 1e-3, most: int = 30) -> float:
    """The largest eigenvalue of the Hessian at a point; NaN where the run has overflowed."""
    if not np.isfinite(point).all() or np.abs(point).max() > 1e60:
        return np.nan
    if problem.name == "u v":
        return float((point[:2] ** 2).sum()) * 2  # C = f^2, so lambda = 2 (u^2 + v^2) where f = 0
    weights, biases = _unflatten(problem, point)
    X, E = problem.X[:SAMPLE], problem.E[:SAMPLE]
    return float(sharpness(weights, biases, X, E, problem.activations, tolerance=tolerance, most=most).value)


def _directions(points):
    """The two directions in which a path moves most: rows of length 1."""
    return np.linalg.svd(points - points[-1], full_matrices=False)[2][:2]


def _short(value: float) -> str:
    """Three digits, and 1000 rather than 1e+03."""
    return f"{float(f'{value:.3g}'):g}"


def _named(kind: str, name: str, table: dict):
    if name not in table:
        raise ValueError(f"{kind}: expected one of {', '.join(table)}, got {name!r}")
    return table[name]
