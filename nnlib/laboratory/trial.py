"""One trial of the laboratory: train a problem under the settings of its controls, and say what became of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from nnlib import checks, rules
from nnlib.descent import accuracy, batches
from nnlib.fates import catapult, fate
from nnlib.laboratory.problems import Problem, problems
from nnlib.laboratory.reference import points_of, reference, sharpness_at
from nnlib.network import forward

LOOKS = 6  # places of a run at which its sharpness is measured
SKETCHED = 1e-2, 8  # relative error, or products at most, of a drawn sharpness: a factor of 10 is 40 pixels


class Rule(NamedTuple):
    """A step rule: make(beta), with beta the share of the old speed that is kept, returns it.

    limit(beta) is by how much the limit 2/lambda of a parabola grows under it, NaN for a rule without one, and `name` is
    how that limit is written in lesson 8.
    """

    make: Callable[[float], Callable]
    limit: Callable[[float], float] = lambda beta: np.nan
    name: str = "2/λ"


RULES = {
    "plain": Rule(lambda beta: rules.plain, lambda beta: 1.0),
    "momentum": Rule(rules.momentum, lambda beta: 1 + beta, "2(1 + β)/λ"),
    "nesterov": Rule(rules.nesterov, lambda beta: (1 + beta) / (1 + 2 * beta), "2(1 + β)/((1 + 2β)λ)"),
    "clipping": Rule(lambda beta: rules.clipping(0.05), lambda beta: 1.0),  # near a minimum nothing is clipped
    "rmsprop": Rule(lambda beta: rules.rmsprop()),
    "adam": Rule(lambda beta: rules.adam(beta1=beta)),  # beta_1 is such a share
}


@dataclass(frozen=True)
class Trial:
    """One training run.

    costs by epoch; path by step, in the plane of its reference; sharpness at the epochs `seen`; its fate in a word;
    limit: the rate at which its rule no longer stays at the steepest place of the gentle run, for the full batch;
    limit_name: how that is written; ceiling: the sharpness at which its own rate reaches that limit (limit and ceiling
    are NaN for a rule without one); score: the share of test samples read right, or None; words: all of it in two or
    three sentences.
    """

    costs: np.ndarray
    path: np.ndarray
    seen: np.ndarray
    sharpness: np.ndarray
    fate: str
    limit: float
    limit_name: str
    ceiling: float
    score: float | None
    words: str


class Setting:
    """The checked settings of a trial, apart from its rate; names, values and errors as in `experiment`."""

    def __init__(
        self, name: str, *, batch_size: int | None = None, by: str = "mean", rule: str | Callable = "plain",
        seed: int = 0, epochs: int | None = None, beta: float = 0.9, width: int | None = None, scale: float = 1.0,
    ):  # fmt: skip
        problem = self.problem = checks.one_of("name", name, problems())
        if by not in ("mean", "sum"):
            raise ValueError(f"by: expected 'mean' or 'sum', got {by!r}")
        if callable(rule):
            label, self.rule = getattr(rule, "__name__", "your rule"), Rule(lambda beta: rule)
            self.label = label if label not in RULES else f"your {label}"
        else:
            self.label, self.rule = rule, checks.one_of("rule", rule, RULES)
        T = len(problem.X)
        self.size = T if batch_size is None else min(checks.argument("batch_size", batch_size), T)
        self.epochs = problem.epochs if epochs is None else checks.argument("epochs", epochs)
        problem.layers(width)  # refuses a width that does not fit
        self.by, self.width, self.beta = by, width, checks.argument("beta", beta)
        self.seed, self.scale = checks.argument("seed", seed), checks.argument("scale", scale, checks.POSITIVE)

    def run(self, learning_rate: float, watch: Callable = lambda m: None):
        """Train at one rate; `watch` is handed what every step subtracts, without the rate."""
        inner, problem = self.rule.make(self.beta), self.problem
        if self.by == "sum":
            inner = _summed(inner, [len(rows) for rows in batches(len(problem.X), self.size, None)])

        def rule(g, memory):
            m, memory = inner(g, memory)
            watch(m)
            return m, memory

        start = problem.start(self.seed, self.width, self.scale)
        return problem.run(start, learning_rate, self.epochs, self.size, rule, self.seed)


def _summed(rule: Callable, lengths: Sequence[int]) -> Callable:
    """The rule on the sum over each batch in place of its mean: the last batch of an epoch may be shorter."""

    def summed(g, memory):
        k, inner = memory or (0, None)
        m, inner = rule([lengths[k % len(lengths)] * part for part in g], inner)
        return m, (k + 1, inner)

    return summed


def experiment(name: str, learning_rate: float, **settings) -> Trial:
    """Train one problem at one rate and say what became of it (lessons 6 to 10).

    Settings, all optional: batch_size (all samples); by "mean" or "sum", what the gradient of a batch is; rule, a name in
    RULES or a function rule(g, memory) -> (m, memory); beta (0.9), for the rules that keep a share; epochs; width, the
    number of hidden neurons; scale, which multiplies the start; seed. Raises ValueError for a name or a value that does
    not fit.
    """
    learning_rate = checks.argument("learning_rate", learning_rate)
    s = Setting(name, **settings)
    known, start = reference(name, s.seed, s.width, s.scale), s.problem.start(s.seed, s.width, s.scale)
    steps: list[np.ndarray] = []
    run = s.run(learning_rate, lambda m: steps.append(known.plane @ np.concatenate([part.ravel() for part in m])))
    points = points_of(run)
    with np.errstate(over="ignore", invalid="ignore"):  # a run that left the range of floats leaves the picture as well
        begun = known.plane @ (points[0] - known.origin)
        path = begun - learning_rate * np.cumsum([np.zeros(2), *steps], axis=0)
    seen = np.unique(np.linspace(0, len(points) - 1, LOOKS).astype(int))
    curve = [known.sharpness, *(sharpness_at(s.problem, points[k], start, *SKETCHED) for k in seen[1:])]
    word = fate(run, learned_at=s.problem.learned_at)
    scale = s.size if s.by == "sum" else 1
    factor = s.rule.limit(s.beta)
    limit, score = factor * known.limit / scale, _score(s.problem, run)
    ceiling = factor * 2 / (learning_rate * scale) if learning_rate else np.inf
    with np.errstate(over="ignore", invalid="ignore"):
        thrown = catapult(run, 2 * np.array(curve) / ceiling, learned_at=s.problem.learned_at)
    words = _words(s, learning_rate, run.costs, word, limit, score, thrown)
    return Trial(run.costs, path, seen, np.array(curve), word, limit, s.rule.name, ceiling, score, words)


def fates_by_rate(name: str, rates: Sequence[float], **settings) -> list[str]:
    """The fate of one run for each rate, in a word; settings as in `experiment`."""
    s = Setting(name, **settings)
    return [fate(s.run(checks.argument("rate", r)), learned_at=s.problem.learned_at) for r in rates]


def _score(problem: Problem, run) -> float | None:
    """The share of test samples that the run reads right at its end; None where there is no test."""
    if problem.X_test is None or not all(np.isfinite(part).all() for part in (*run.weights, *run.biases)):
        return None
    return accuracy(forward(run.weights, run.biases, problem.X_test, problem.activations)[1][-1], problem.E_test)


def _words(s: Setting, learning_rate, costs, word, limit, score, thrown) -> str:
    kept = f" with β = {short(s.beta)}" if s.label in ("momentum", "nesterov", "adam") else ""
    said = [
        f"{s.problem.name}, rate {short(learning_rate)}, {s.label}{kept}, {s.by} over batches of {s.size}: {word}.",
        f"C goes from {costs[0]:.3g} to {costs[-1]:.3g} in {len(costs) - 1} epochs.",
    ]
    if thrown:
        said.append(f"On the way C climbed to {costs.max() / costs[0]:.3g} times its start: a catapult.")
    if score is not None:
        said.append(f"It reads {score:.0%} of {len(s.problem.X_test)} test digits.")
    if np.isfinite(limit):
        said.append(f"{s.rule.name} on a gentle run: {short(limit)}.")
    return " ".join(said)


def short(value: float) -> str:
    """Three digits, and 1000 rather than 1e+03."""
    return f"{float(f'{value:.3g}'):g}"
