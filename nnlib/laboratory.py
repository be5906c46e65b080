"""The bench of the learning-rate laboratory: four problems, one call that trains and measures, and no drawing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from nnlib import checks, rules
from nnlib.curvature import sharpness
from nnlib.data import digits, xor
from nnlib.data.example import line_data
from nnlib.descent import batches, train
from nnlib.fates import fate
from nnlib.network import cost, init

RULES = {
    "plain": rules.plain,
    "momentum": rules.momentum(),
    "nesterov": rules.nesterov(),
    "clipping": rules.clipping(0.05),  # as in lesson 7
    "rmsprop": rules.rmsprop(),
    "adam": rules.adam(),
}
PUPILS = 800  # of the 1,438 training digits: two epochs of them are short enough for a slider
SAMPLE = 100  # digits on which sharpness and surface are measured: enough to show, few enough to answer at once
SKETCHED = 1e-2, 8  # relative error, or products at most, of a drawn sharpness: a factor of 10 is 40 pixels


@dataclass(frozen=True)
class Problem:
    """One thing to train on. `gentle` is a rate, and a number of epochs, that find its minimum without trouble."""

    name: str
    X: np.ndarray
    E: np.ndarray
    sizes: tuple[int, ...]
    activations: str
    epochs: int
    batch_sizes: tuple[int, ...]
    learned_at: float
    gentle: tuple[float, int]
    fixed: Sequence[str] = ()  # "biases": they stay 0, as in the u v toy

    def start(self, seed: int):
        """Weights and biases to begin from. The bowl and the toy begin at chosen places, so that the path is seen."""
        rng = np.random.default_rng(seed)
        if self.name == "bowl":
            return [np.array([[-1.5 + 0.2 * (seed % 7)]])], [np.array([2.0])]
        if self.name == "u v":
            return [np.array([[0.1 + 0.02 * (seed % 7)]]), np.array([[2.0]])], [np.zeros(1), np.zeros(1)]
        return init(self.sizes, rng, scale="fan_in" if self.name == "digits" else 1.0)


@lru_cache(maxsize=1)
def problems() -> dict[str, Problem]:
    """The four problems by name."""
    X, E = xor()
    x, e = line_data()
    X_train, E_train = (part[:PUPILS] for part in digits()[:2])
    return {
        row.name: row
        for row in (
            Problem("XOR", X, E, (2, 3, 1), "sigmoid", 225, (4, 2, 1), 0.01, (5.0, 1500)),
            Problem("bowl", x, e, (1, 1), "identity", 40, (8, 4, 2, 1), 0.021, (0.3, 60)),
            Problem(
                "u v", np.ones((1, 1)), np.zeros((1, 1)), (1, 1, 1), "identity", 60, (1,), 1e-4, (0.1, 60), ("biases",)
            ),
            Problem("digits", X_train, E_train, (64, 30, 10), "sigmoid", 2, (10, 32, 100, PUPILS), 0.4, (1.0, 3)),
        )
    }


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
    with np.errstate(over="ignore", invalid="ignore"):  # a run that left the floats leaves the picture as well
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
    return train(
        *problem.start(seed),
        problem.X,
        problem.E,
        learning_rate,
        epochs=epochs,
        batch_size=size,
        rng=np.random.default_rng(seed),
        rule=_held(rule, problem),
        activations=problem.activations,
        record=lambda w, b: (*w, *b),  # each step makes new arrays, so none need be copied
    )


def _points(run) -> np.ndarray:
    """The parameters at the start and after each epoch, a row each: all weights, then all biases."""
    return np.concatenate([np.reshape(values, (len(values), -1)) for values in zip(*run.records)], axis=1)


def _held(rule: Callable, problem: Problem) -> Callable:
    """The rule, with the biases left where they are for a problem that has none."""
    if "biases" not in problem.fixed:
        return rule
    layers = len(problem.sizes) - 1

    def held(g, memory):
        return rule([*g[:layers], *(np.zeros_like(part) for part in g[layers:])], memory)

    return held


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
    shapes = list(zip(problem.sizes, problem.sizes[1:]))
    cuts = np.cumsum([*(n * m for n, m in shapes), *(m for _, m in shapes)])[:-1]
    parts = np.split(point, cuts)
    return [part.reshape(shape) for part, shape in zip(parts, shapes)], parts[len(shapes) :]


def _cost(problem: Problem, point) -> float:
    return cost(*_unflatten(problem, point), problem.X[:SAMPLE], problem.E[:SAMPLE], problem.activations)


def _sharpness(problem: Problem, point, tolerance: float = 1e-3, most: int = 30) -> float:
    """The largest eigenvalue of the Hessian at a point; not a number where the run has left the floats."""
    if not np.isfinite(point).all() or np.abs(point).max() > 1e60:
        return np.nan
    if problem.name == "u v":
        return float((point[:2] ** 2).sum()) * 2  # C = f^2, so lambda = 2 (u^2 + v^2) where f = 0
    X, E = problem.X[:SAMPLE], problem.E[:SAMPLE]
    return float(
        sharpness(*_unflatten(problem, point), X, E, problem.activations, tolerance=tolerance, most=most).value
    )


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
