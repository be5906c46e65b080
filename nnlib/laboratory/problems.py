"""The four problems of the laboratory: XOR, a bowl, the product u v, and handwritten digits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from nnlib import checks
from nnlib.data import digits, xor
from nnlib.data.example import line_data
from nnlib.descent import train
from nnlib.network import init

TRAINING_DIGITS = 800  # of the 1,438: three epochs of them are short enough for a slider


@dataclass(frozen=True)
class Problem:
    """One thing to train on, with the settings that the laboratory begins with.

    gentle: a rate, a number of epochs and a batch size that find its minimum without trouble. biases: False for the product
    u v, which has none. X_test, E_test: samples to be scored on, for digits.
    """

    name: str
    X: np.ndarray
    E: np.ndarray
    sizes: tuple[int, ...]
    activations: str
    epochs: int
    batch_sizes: tuple[int, ...]
    learned_at: float
    gentle: tuple[float, int, int]
    biases: bool = True
    X_test: np.ndarray | None = None
    E_test: np.ndarray | None = None

    @property
    def width(self) -> int | None:
        """The number of hidden neurons to begin with; None where the network has no hidden layer to widen."""
        return self.sizes[1] if self.name in ("XOR", "digits") else None

    def layers(self, width: int | None = None) -> tuple[int, ...]:
        """The sizes of the layers with `width` hidden neurons. Raises ValueError for a problem without a hidden layer."""
        if width is None or width == self.width:
            return self.sizes
        if self.width is None:
            raise ValueError(f"width: expected None for {self.name}, which has no hidden layer to widen, got {width!r}")
        return self.sizes[0], checks.argument("width", width, checks.WHOLE), self.sizes[2]

    def start(self, seed: int, width: int | None = None, scale: float = 1.0):
        """(weights, biases) to begin from; `scale` multiplies them. Bowl and toy begin at chosen places, to be seen well."""
        scale = checks.argument("scale", scale, checks.POSITIVE)
        layers = self.layers(width)
        if self.name == "bowl":
            weights, biases = [np.array([[-1.5 + 0.2 * (seed % 7)]])], [np.array([2.0])]
        elif self.name == "u v":
            weights = [np.array([[0.1 + 0.02 * (seed % 7)]]), np.array([[2.0]])]
            biases = [np.zeros(1), np.zeros(1)]
        else:
            rng = np.random.default_rng(seed)
            weights, biases = init(layers, rng, scale="fan_in" if self.name == "digits" else 1.0)
        return [scale * W for W in weights], [scale * b for b in biases]

    def run(self, start, learning_rate: float, epochs: int, size: int, rule: Callable, seed: int):
        """Train from `start`, a list of weights and one of biases; a History with the parameters after each epoch."""

        def without_biases(g, memory):
            layers = len(self.sizes) - 1
            return rule([*g[:layers], *map(np.zeros_like, g[layers:])], memory)

        return train(
            *start, self.X, self.E, learning_rate, epochs=epochs, batch_size=size, rng=np.random.default_rng(seed),
            rule=rule if self.biases else without_biases, activations=self.activations,
            record=lambda w, b: (*w, *b),  # each step makes new arrays, so none need be copied
        )  # fmt: skip


@lru_cache(maxsize=1)
def problems() -> dict[str, Problem]:
    """The four problems by name."""
    X, E = xor()
    x, e = line_data()
    X_train, E_train, X_test, E_test = digits()
    X_train, E_train = X_train[:TRAINING_DIGITS], E_train[:TRAINING_DIGITS]
    one, zero = np.ones((1, 1)), np.zeros((1, 1))
    rows = (
        Problem("XOR", X, E, (2, 3, 1), "sigmoid", 225, (4, 2, 1), 0.01, (5.0, 1500, 4)),
        Problem("bowl", x, e, (1, 1), "identity", 40, (8, 4, 2, 1), 0.021, (0.3, 60, 8)),
        Problem("u v", one, zero, (1, 1, 1), "identity", 60, (1,), 1e-4, (0.1, 60, 1), biases=False),
        Problem(
            "digits", X_train, E_train, (64, 30, 10), "sigmoid", 3, (10, 32, 100, TRAINING_DIGITS), 0.2,
            (1.0, 3, 10), X_test=X_test, E_test=E_test,
        ),
    )  # fmt: skip
    return {row.name: row for row in rows}
