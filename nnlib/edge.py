"""The edge of trainability: which pairs of learning rates train a network, which leave it stuck, which blow it up."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from nnlib import checks, jobs
from nnlib.dimension import Dimension, boundary, box_dimension
from nnlib.fates import CODES, MAP_BLOWN_UP, classify
from nnlib.network import cost, init
from nnlib.sweep import rate_table
from nnlib.sweep_loop import chunk_size, train_chunk

__all__ = [
    "DIVERGED", "FOLDS", "GALLERY", "LEARNED", "OVERVIEW", "STUCK", "SURF", "UNTOUCHED", "Dimension", "EdgeMap", "Window",
    "agreement", "boundary", "box_dimension", "classify", "edge_map", "fates_of", "problem",
]  # fmt: skip

UNTOUCHED, LEARNED, STUCK, DIVERGED = CODES.values()

# The one network of every picture: data and start are drawn from the declared seed and never change.
SIZES, T, ACTIVATIONS, SEED = (8, 8, 1), 16, ("tanh", "identity"), 7

JOB = 5e5  # networks times steps in one job, of one chunk of networks or two: some tenths of a second of work
WORTH_A_START = 5e6  # networks times steps from which starting processes costs less than it saves


def problem(seed: int = SEED) -> tuple[list, list, np.ndarray, np.ndarray]:
    """(weights, biases, X, E) of the map: inputs and targets N(0, 1), weights N(0, 1)/sqrt(n_prev), biases zero."""
    rng = np.random.default_rng(seed)
    X, E = rng.standard_normal((T, SIZES[0])), rng.standard_normal((T, SIZES[-1]))
    return *init(SIZES, rng, scale="fan_in"), X, E


@dataclass(frozen=True)
class Window:
    """A square of the map: log10 of the hidden layer's rate around `hidden`, of the output layer's around `output`."""

    hidden: float
    output: float
    width: float

    def __post_init__(self):
        for name in ("hidden", "output", "width"):
            checks.argument(name, getattr(self, name))
        if abs(self.hidden) + self.width / 2 > 300 or abs(self.output) + self.width / 2 > 300:
            raise ValueError(f"window: expected rates between 1e-300 and 1e300, got {self}; they are powers of ten")

    def axes(self, pixels: int) -> tuple[np.ndarray, np.ndarray]:
        """log10 of the rates of the columns (hidden layer) and of the rows (output layer, smallest first): pixel centres."""
        offset = ((np.arange(pixels) + 0.5) / pixels - 0.5) * self.width
        return self.hidden + offset, self.output + offset

    def rates(self, pixels: int, places: Any = np.s_[:]) -> np.ndarray:
        """(hidden rate, output rate) of each pixel, row after row: shape (N, 2); `places` chooses rows and columns alike."""
        columns, rows = (axis[places] for axis in self.axes(pixels))
        return 10.0 ** np.stack(np.meshgrid(columns, rows), axis=-1).reshape(-1, 2)

    def told_apart(self, pixels: int) -> bool:
        """Whether `pixels` neighbouring rates along each side are different float64 numbers: down to a width of about 3e-14."""
        return all(len(np.unique(10.0**axis)) == pixels for axis in self.axes(pixels))

    def zoom(self, factor: float, hidden: float | None = None, output: float | None = None) -> Window:
        """The window `factor` times narrower around the given point, or around its own centre."""
        factor = checks.argument("factor", factor)
        return Window(
            self.hidden if hidden is None else hidden, self.output if output is None else output, self.width / factor
        )


# The gallery: an overview, a window 12 times narrower on its edge, and one 12 times narrower again.
OVERVIEW = Window(hidden=0.75, output=-0.35, width=3.5)
SURF = OVERVIEW.zoom(12, hidden=0.6, output=-0.41)
FOLDS = SURF.zoom(12, hidden=0.575, output=-0.4275)
GALLERY = (OVERVIEW, SURF, FOLDS)


@dataclass
class EdgeMap:
    """A computed window. Rows are the output layer's rate, smallest first; columns the hidden layer's.

    fate   UNTOUCHED, LEARNED, STUCK or DIVERGED, shape (pixels, pixels)
    speed  NaN where untouched; as in fates.classify: small where learning is fast; for what diverged, the step at which it did
    """

    window: Window
    fate: np.ndarray
    speed: np.ndarray
    steps: int
    interrupted: bool
    notes: tuple[str, ...]

    def shares(self) -> dict[str, float]:
        """The share of the pixels with each fate, by name."""
        return {name: float((self.fate == code).mean()) for name, code in CODES.items() if (self.fate == code).any()}


def edge_map(
    window: Window,
    pixels: int = 256,
    *,
    steps: int = 200,
    seed: int = SEED,
    dtype: DTypeLike = np.float64,
    processes: int | None = None,
    executor: Executor | None = None,
    progress: Callable | str | None = "line",
) -> EdgeMap:
    """Train pixels x pixels networks, one for each pair of rates in the window, and classify their fates (lesson 9).

    dtype np.float32 is about twice as fast and good enough for an overview; a zoom needs float64, whose rates are
    distinct down to a width of about 3e-14 (Window.told_apart). processes, executor and progress as in jobs.run. An
    interrupt returns the part that is done; the rest is UNTOUCHED. Source: Sohl-Dickstein 2024, arXiv 2402.06184, who
    found that this boundary is fractal.
    """
    if not isinstance(window, Window):
        raise ValueError(f"window: expected a Window, as in Window(hidden, output, width), got {checks.shown(window)}")
    pixels, steps = checks.argument("pixels", pixels), checks.argument("steps", steps)
    seed, dtype = checks.argument("seed", seed), checks.argument("dtype", dtype)
    rates = window.rates(pixels)
    fate, speed = np.full(len(rates), UNTOUCHED, np.int8), np.full(len(rates), np.nan)
    chunk = chunk_size(SIZES, T, dtype)
    block = chunk * min(2, max(1, round(JOB / (chunk * steps))))
    parts = [slice(start, start + block) for start in range(0, len(rates), block)]

    def take(number, found):
        fate[parts[number]], speed[parts[number]] = found

    work = [(rates[part], steps, seed, dtype) for part in parts]
    if processes is None and pixels * pixels * steps < WORTH_A_START:
        processes = 1
    interrupted, notes = jobs.run(fates_of, work, take, processes=processes, executor=executor, progress=progress)
    shape = (pixels, pixels)
    return EdgeMap(window, fate.reshape(shape), speed.reshape(shape), steps, interrupted, tuple(notes))


def fates_of(rates, steps: int = 200, seed: int = SEED, dtype: DTypeLike = np.float64) -> tuple[np.ndarray, np.ndarray]:
    """(fate, speed) of the map's network for each row (hidden rate, output rate) of `rates`: one job of the map."""
    weights, biases, X, E = problem(checks.argument("seed", seed))
    steps, dtype = checks.argument("steps", steps), checks.argument("dtype", dtype)
    rates, size = rate_table(rates, layers=2), chunk_size(SIZES, T, dtype)
    start = [W[None] for W in weights], [b[None] for b in biases], X, E
    limit = MAP_BLOWN_UP * cost(weights, biases, X, E, ACTIVATIONS)
    chunks = [rates[first : first + size] for first in range(0, len(rates), size)]
    found = [classify(train_chunk(*start, chunk, steps, ACTIVATIONS, dtype, limit)[0]) for chunk in chunks]
    fate, speed = map(np.concatenate, zip(*found))
    return fate, speed


def agreement(fate: np.ndarray, window: Window, every: int = 24) -> float:
    """The share of pixels, one in every x every, whose fate is the same when their networks are trained again here."""
    places = np.arange(every // 2, len(fate), every)
    return float((fates_of(window.rates(len(fate), places))[0] == fate[np.ix_(places, places)].ravel()).mean())
