"""What the laboratory knows of a problem before any rate is tried: a plane to look at, and 2/lambda on a gentle run."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from nnlib import checks
from nnlib.curvature import sharpness
from nnlib.flat import like
from nnlib.laboratory.problems import Problem, problems
from nnlib.network import cost
from nnlib.rules import plain

SAMPLE = 100  # digits on which sharpness is measured: enough to show, few enough to answer at once
PLACES = 12  # on the gentle run, at which its sharpness is measured


@dataclass(frozen=True)
class Reference:
    """A plane through `origin` along two directions (rows of `plane`), and the limit of a gentle run.

    surface[k, j] is log10 C at (across[j], up[k]); None where the network has more than two numbers to learn: no height
    over a plane is then the cost of a path that is seen on it. limit is 2/lambda_max at the steepest of 12 places of the
    gentle run: a rate for the mean, the plain rule and the full batch. Every run from this seed, width and scale begins
    where the gentle one does, so `sharpness` there is known as well. target: where the gentle run ends, in the plane.
    """

    origin: np.ndarray
    plane: np.ndarray
    across: np.ndarray
    up: np.ndarray
    surface: np.ndarray | None
    limit: float
    target: np.ndarray
    sharpness: float


@lru_cache(maxsize=64)
def reference(name: str, seed: int = 0, width: int | None = None, scale: float = 1.0) -> Reference:
    """The plane, the surface and the limit of one problem and start: computed once, so that a slider need not wait."""
    problem = checks.one_of("name", name, problems())
    learning_rate, epochs, size = problem.gentle
    start = problem.start(seed, width, scale)
    learning_rate *= min(1.0, problem.sizes[1] / problem.layers(width)[1])  # a wider layer is steeper
    run = problem.run(start, learning_rate, epochs, size, plain, seed)
    points = points_of(run)
    seen = np.unique(np.linspace(0, len(points) - 1, PLACES).astype(int))
    steep = [sharpness_at(problem, points[k], start) for k in seen]
    flat = points.shape[1] == 2 or name == "u v"  # the toy's two biases stay 0
    if name == "u v":
        origin, plane, reach = np.zeros(points.shape[1]), np.eye(2, points.shape[1]), 2.6 * scale
    else:
        origin = points[-1]
        # two numbers are seen as they are; of more, the two directions in which the path moves most
        plane = np.eye(2) if flat else np.linalg.svd(points - points[-1], full_matrices=False)[2][:2]
        reach = 1.6 * np.abs((points - origin) @ plane.T).max()
    across = up = np.linspace(-reach, reach, 25)
    surface = None
    if flat:
        at = lambda s, t: like(origin + s * plane[0] + t * plane[1], *start)
        costs = [[cost(*at(s, t), problem.X, problem.E, problem.activations) for s in across] for t in up]
        surface = np.log10(np.maximum(costs, 1e-4))
    return Reference(origin, plane, across, up, surface, 2 / max(steep), plane @ (points[-1] - origin), steep[0])


def points_of(run) -> np.ndarray:
    """The parameters at the start and after each epoch, a row each: all weights, then all biases."""
    return np.concatenate([np.reshape(values, (len(values), -1)) for values in zip(*run.records)], axis=1)


def sharpness_at(problem: Problem, point, start, tolerance: float = 1e-3, most: int = 30) -> float:
    """The largest eigenvalue of the Hessian at a point; not a number where the run has left the range of floats."""
    if not np.isfinite(point).all() or np.abs(point).max() > 1e60:
        return np.nan
    if problem.name == "u v":
        return float((point[:2] ** 2).sum()) * 2  # C = f^2, so lambda = 2 (u^2 + v^2) where f = 0
    X, E = problem.X[:SAMPLE], problem.E[:SAMPLE]
    return float(sharpness(*like(point, *start), X, E, problem.activations, tolerance=tolerance, most=most).value)
