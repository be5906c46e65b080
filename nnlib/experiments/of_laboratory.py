"""The check-up of a run of the learning-rate laboratory, from the settings of its controls."""

from __future__ import annotations

import numpy as np

from nnlib import checks
from nnlib.experiments.checkup import CheckUp, checkup
from nnlib.laboratory import RULES, problems
from nnlib.network import forward, gradients


def examine(
    problem: str,
    rate: float,
    *,
    batch: int | None = None,
    by: str = "mean",
    rule: str = "plain",
    seed: int = 0,
    budget: float = 10.0,
) -> CheckUp:
    """Say why a run of the laboratory does not learn: examine(**settings) for problem "XOR", "bowl" or "digits" (lesson 10).

    A step is one batch, a run the epochs that the laboratory makes. Raises ValueError for a name that is not there, and for
    "u v", which has a single sample and so nothing to tell apart.
    """
    known = {name: row for name, row in problems().items() if len(row.X) > 1}
    if problem not in known:
        raise ValueError(f"problem: expected one of {', '.join(known)}, got {problem!r}")
    if rule not in RULES:
        raise ValueError(f"rule: expected one of {', '.join(RULES)}, got {rule!r}")
    if by not in ("mean", "sum"):
        raise ValueError(f"by: expected 'mean' or 'sum', got {by!r}")
    row, rate = known[problem], checks.argument("learning_rate", rate)
    T = len(row.X)
    size = min(T, T if batch is None else checks.argument("batch_size", batch))
    weights, biases = row.start(seed)
    net = {
        "weights": weights,
        "biases": biases,
        "memory": None,
        "rows": np.arange(0),
        "rng": np.random.default_rng(seed),
    }

    def step(X, E) -> None:
        if not len(net["rows"]):
            net["rows"] = net["rng"].permutation(len(X)) if size < T else np.arange(len(X))
        rows, net["rows"] = net["rows"][:size], net["rows"][size:]
        dW, db = gradients(net["weights"], net["biases"], X[rows], E[rows], row.activations)
        factor = len(rows) if by == "sum" else 1
        moves, net["memory"] = RULES[rule]([factor * g for g in (*dW, *db)], net["memory"])
        parameters = [v - rate * m for v, m in zip((*net["weights"], *net["biases"]), moves)]
        net["weights"], net["biases"] = parameters[: len(dW)], parameters[len(dW) :]

    def output(X) -> np.ndarray:
        return forward(net["weights"], net["biases"], X, row.activations)[1][-1]

    steps = row.epochs * -(-T // size)
    return checkup(net, row.X, row.E, step=step, output=output, cost="squared", steps=steps, seed=seed, budget=budget)
