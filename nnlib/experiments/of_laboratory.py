"""The check-up of a run of the learning-rate laboratory, from the settings of its controls."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from nnlib import checks
from nnlib.experiments.checkup import CheckUp, checkup
from nnlib.laboratory.problems import problems
from nnlib.laboratory.trial import RULES
from nnlib.network import forward, gradients


def examine(
    name: str,
    learning_rate: float,
    *,
    batch_size: int | None = None,
    by: str = "mean",
    rule: str | Callable = "plain",
    seed: int = 0,
    epochs: int | None = None,
    beta: float = 0.9,
    width: int | None = None,
    scale: float = 1.0,
    budget: float = 10.0,
) -> CheckUp:
    """Say why a run of the laboratory does not learn, for "XOR", "bowl" or "digits"; settings as `experiment` (lesson 10).

    A step is one batch, a run the epochs that the laboratory makes. Raises ValueError for a name or a value that does not
    fit, and for "u v", which has a single sample and so nothing to tell apart.
    """
    known = {row.name: row for row in problems().values() if len(row.X) > 1}
    if name not in known:
        raise ValueError(f"name: expected one of {', '.join(known)}, got {name!r}")
    if not callable(rule) and rule not in RULES:
        raise ValueError(f"rule: expected one of {', '.join(RULES)}, got {rule!r}")
    if by not in ("mean", "sum"):
        raise ValueError(f"by: expected 'mean' or 'sum', got {by!r}")
    problem, rate = known[name], checks.argument("learning_rate", learning_rate)
    T, made = len(problem.X), rule if callable(rule) else RULES[rule](checks.argument("beta", beta))
    size = min(T, T if batch_size is None else checks.argument("batch_size", batch_size))
    weights, biases = problem.start(seed, width, scale)
    net = {
        "weights": weights,
        "biases": biases,
        "memory": None,
        "rows": np.arange(0),
        "rng": np.random.default_rng(seed),
    }

    def step(X, E) -> None:
        if not len(net["rows"]):
            net["rows"] = net["rng"].permutation(T) if size < T else np.arange(len(X))
        rows, net["rows"] = net["rows"][:size] % len(X), net["rows"][size:]
        dW, db = gradients(net["weights"], net["biases"], X[rows], E[rows], problem.activations)
        factor = len(rows) if by == "sum" else 1
        moves, net["memory"] = made([factor * g for g in (*dW, *db)], net["memory"])
        parameters = [v - rate * m for v, m in zip((*net["weights"], *net["biases"]), moves)]
        net["weights"], net["biases"] = parameters[: len(dW)], parameters[len(dW) :]

    def output(X) -> np.ndarray:
        return forward(net["weights"], net["biases"], X, problem.activations)[1][-1]

    steps = (problem.epochs if epochs is None else checks.argument("epochs", epochs)) * -(-T // size)
    return checkup(
        net, problem.X, problem.E, step=step, output=output, cost="squared", steps=steps, seed=seed, budget=budget
    )
