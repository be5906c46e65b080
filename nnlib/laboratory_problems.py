"""The four problems of the learning-rate laboratory: XOR, a bowl, the product u v, and handwritten digits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from nnlib.data import digits, xor
from nnlib.data.example import line_data
from nnlib.network import init

PUPILS = 800  # of the 1,438 training digits: two epochs of them are short enough for a slider


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


def without_biases(rule: Callable, problem: Problem) -> Callable:
    """The rule, with the biases left where they are for a problem that has none."""
    if "biases" not in problem.fixed:
        return rule
    layers = len(problem.sizes) - 1

    def held(g, memory):
        return rule([*g[:layers], *(np.zeros_like(part) for part in g[layers:])], memory)

    return held
