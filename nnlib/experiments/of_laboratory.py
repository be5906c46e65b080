"""The check-up of a run of the learning-rate laboratory, from the settings of its controls."""

from __future__ import annotations

import numpy as np

from nnlib import checks
from nnlib.experiments.checkup import CheckUp, checkup
from nnlib.laboratory.problems import problems
from nnlib.laboratory.trial import Setting
from nnlib.network import forward, gradients


def examine(name: str, learning_rate: float, *, budget: float = 10.0, **settings) -> CheckUp:
    """Say why a run of the laboratory does not learn, for "XOR", "bowl" or "digits"; settings as `experiment` (lesson 10).

    A step is one batch, a run the epochs that the laboratory makes. Raises ValueError for a name or a value that does not
    fit, and for "u v", which has a single sample and so nothing to tell apart.
    """
    checks.one_of("name", name, {row.name: row for row in problems().values() if len(row.X) > 1})
    s = Setting(name, **settings)
    problem, size, rate, made = s.problem, s.size, checks.argument("learning_rate", learning_rate), s.rule.make(s.beta)
    T, (weights, biases) = len(problem.X), problem.start(s.seed, s.width, s.scale)
    net = {"weights": weights, "biases": biases, "memory": None}
    net |= {"rows": np.arange(0), "rng": np.random.default_rng(s.seed)}

    def step(X, E) -> None:
        if not len(net["rows"]):
            net["rows"] = net["rng"].permutation(T) if size < T else np.arange(len(X))
        rows, net["rows"] = net["rows"][:size] % len(X), net["rows"][size:]
        dW, db = gradients(net["weights"], net["biases"], X[rows], E[rows], problem.activations)
        factor = len(rows) if s.by == "sum" else 1
        moves, net["memory"] = made([factor * g for g in (*dW, *db)], net["memory"])
        parameters = [v - rate * m for v, m in zip((*net["weights"], *net["biases"]), moves)]
        net["weights"], net["biases"] = parameters[: len(dW)], parameters[len(dW) :]

    def output(X) -> np.ndarray:
        return forward(net["weights"], net["biases"], X, problem.activations)[1][-1]

    steps = s.epochs * -(-T // size)
    return checkup(
        net, problem.X, problem.E, step=step, output=output, cost="squared", steps=steps, seed=s.seed, budget=budget
    )
