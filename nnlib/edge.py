"""The edge of trainability: which pairs of learning rates train a network, which leave it stuck, which blow it up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

import numpy as np

from nnlib import checks, jobs
from nnlib.abreast import chunk_size, train_chunk
from nnlib.network import cost, init
from nnlib.sweep import rate_table

UNTOUCHED, LEARNED, STUCK, DIVERGED = -1, 0, 1, 2
FATES = {UNTOUCHED: "not computed", LEARNED: "learned", STUCK: "stuck", DIVERGED: "diverged"}

# The one network of every picture: data and start are drawn from the declared seed and never change.
SIZES, T, ACTIVATIONS, SEED = (8, 8, 1), 16, ("tanh", "identity"), 7

GOAL = 0.1  # learned: over the last TAIL steps the mean cost is below this share of the cost at the start
TAIL = 20  # steps
BLOWN_UP = 1e6  # diverged: the cost has passed this multiple of the cost at the start
BLOCK = 2  # chunks in one job: some tenths of a second of work
WORTH_A_START = 5e6  # networks times steps from which starting processes costs less than it saves


def problem(seed: int = SEED):
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
        numbers = [float(v) for v in (self.hidden, self.output, self.width)]
        if not np.isfinite(numbers).all() or self.width <= 0:
            raise ValueError(f"window: expected finite numbers and a width above 0, in powers of ten, got {self}")
        if abs(self.hidden) + self.width / 2 > 300 or abs(self.output) + self.width / 2 > 300:
            raise ValueError(f"window: expected rates between 1e-300 and 1e300, got {self}; they are powers of ten")

    def axes(self, pixels: int):
        """log10 of the rates of the columns (hidden layer) and of the rows (output layer, smallest first): pixel centres."""
        offset = ((np.arange(pixels) + 0.5) / pixels - 0.5) * self.width
        return self.hidden + offset, self.output + offset

    def zoom(self, factor: float, hidden: float | None = None, output: float | None = None) -> Window:
        """The window `factor` times narrower around the given point, or around its own centre."""
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
    speed  NaN where untouched; diverged: the step, with its fraction, at which the cost passed BLOWN_UP times its start;
           else the cost averaged over all steps, as a share of its start: small where learning is fast
    """

    window: Window
    fate: np.ndarray
    speed: np.ndarray
    steps: int
    interrupted: bool
    notes: tuple[str, ...]

    def shares(self) -> dict[str, float]:
        """The share of the pixels with each fate, by name."""
        return {name: float((self.fate == code).mean()) for code, name in FATES.items() if (self.fate == code).any()}


def edge_map(
    window: Window,
    pixels: int = 256,
    *,
    steps: int = 200,
    seed: int = SEED,
    dtype=np.float64,
    processes: int | None = None,
    executor: Executor | None = None,
    progress: Callable | str | None = "line",
) -> EdgeMap:
    """Train pixels x pixels networks, one for each pair of rates in the window, and tell their fates (lesson 9).

    dtype np.float32 is about twice as fast and good enough for an overview; a zoom needs float64, whose rates are told
    apart in any window wider than about 1e-12. processes, executor and progress as in jobs.run. An interrupt returns
    the part that is done; the rest is UNTOUCHED. Source: Sohl-Dickstein 2024, arXiv 2402.06184, who found that this
    boundary is fractal.
    """
    pixels, steps = checks.positive_whole("pixels", pixels), checks.positive_whole("steps", steps)
    columns, rows = window.axes(pixels)
    rates = 10.0 ** np.stack(np.broadcast_arrays(columns[None, :], rows[:, None]), axis=-1).reshape(-1, 2)
    fate, speed = np.full(len(rates), UNTOUCHED, np.int8), np.full(len(rates), np.nan)
    block = BLOCK * chunk_size(SIZES, T, dtype)
    parts = [slice(start, start + block) for start in range(0, len(rates), block)]

    def take(number, found):
        fate[parts[number]], speed[parts[number]] = found

    work = [(rates[part], steps, seed, dtype) for part in parts]
    if processes is None and pixels * pixels * steps < WORTH_A_START:
        processes = 1
    options = {"processes": processes, "executor": executor, "progress": progress}
    interrupted, notes = jobs.run(fates_of, work, take, **options)
    shape = (pixels, pixels)
    return EdgeMap(window, fate.reshape(shape), speed.reshape(shape), steps, interrupted, tuple(notes))


def fates_of(rates, steps: int = 200, seed: int = SEED, dtype=np.float64):
    """(fate, speed) of the map's network for each row (hidden rate, output rate) of `rates`: one job of the map."""
    weights, biases, X, E = problem(seed)
    rates, size = rate_table(rates, layers=2), chunk_size(SIZES, T, dtype)
    start = [W[None] for W in weights], [b[None] for b in biases], X, E
    limit = BLOWN_UP * cost(weights, biases, X, E, ACTIVATIONS)
    found = []
    for first in range(0, len(rates), size):
        chunk = rates[first : first + size]
        costs, _, _ = train_chunk(*start, chunk, steps, ACTIVATIONS, dtype, limit)
        found.append(classify(costs))
    return np.concatenate([fate for fate, _ in found]), np.concatenate([speed for _, speed in found])


def classify(costs):
    """(fate, speed) of each column of costs, shape (steps + 1, N); EdgeMap says what the two are.

    A bounded cost is not a learned one: what neither blew up nor came below GOAL at the end is STUCK.
    """
    share = costs / costs[0]
    over = ~(share <= BLOWN_UP)
    diverged = over.any(axis=0)
    tail = share[-TAIL:].mean(axis=0)
    fate = np.where(diverged, DIVERGED, np.where(tail < GOAL, LEARNED, STUCK)).astype(np.int8)
    speed = share.mean(axis=0)
    n = np.flatnonzero(diverged)
    k = over[:, n].argmax(axis=0)  # the first step beyond; between it and the step before we read the log of the cost
    with np.errstate(divide="ignore", invalid="ignore"):
        before, after = np.log(share[k - 1, n]), np.log(share[k, n])
        part = (np.log(BLOWN_UP) - before) / (after - before)
    speed[n] = k - 1 + np.where(np.isfinite(part), part, 0)
    return fate, speed


def boundary(fate, inside: Sequence[int] = (LEARNED, STUCK)):
    """The pixels where the map changes sides: in `inside` while a neighbour to the right or below is not, or the reverse.

    By default the sides are bounded and diverged; inside=(LEARNED,) gives the edge of learning. Untouched pixels and
    their neighbours are left out.
    """
    fate = np.asarray(fate)
    side, known = np.isin(fate, inside), fate != UNTOUCHED
    edge = np.zeros(fate.shape, bool)
    for here, there in ((np.s_[:-1], np.s_[1:]), (np.s_[:, :-1], np.s_[:, 1:])):
        change = (side[here] != side[there]) & known[here] & known[there]
        edge[here] |= change
    return edge


@dataclass(frozen=True)
class Dimension:
    """A box-counting estimate: counts[k] boxes of sizes[k] pixels hold the set; `estimate` with its `standard_error`.

    local[k] is the slope between sizes[k] and sizes[k + 1]: a set with one dimension shows it at every scale.
    """

    estimate: float
    standard_error: float
    sizes: tuple[int, ...]
    counts: tuple[int, ...]
    local: tuple[float, ...]

    def __str__(self):
        return f"{self.estimate:.2f} +- {self.standard_error:.2f}"


def box_dimension(mask, sizes: Sequence[int] = (2, 4, 8, 16, 32), shifts: int = 4) -> Dimension:
    """The box-counting dimension of the True pixels: minus the slope of log(boxes needed) against log(box size).

    A line gives 1, a filled area 2, a fractal boundary something between. Boxes of one pixel are left out, because a
    picture has no finer detail than that; the grid of boxes begins at shifts x shifts places and the least count is taken. The
    standard error is that of the fitted slope; it tells how straight the line is, not what lies below the pixel.
    Raises ValueError for fewer than three sizes, or an empty mask. Source: any text on fractals, as Falconer, chapter 2.
    """
    mask = np.asarray(mask, bool)
    sizes = [checks.positive_whole("sizes", size) for size in sizes]
    if mask.ndim != 2 or not mask.any():
        raise ValueError(
            f"mask: expected a picture with at least one pixel of the set, got shape {mask.shape}, none set"
        )
    if len(set(sizes)) < 3 or max(sizes) > min(mask.shape):
        raise ValueError(f"sizes: expected three or more, none above {min(mask.shape)} pixels, got {sizes}")
    counts = [min([_boxes(mask, size, dy, dx) for dy, dx in _places(size, shifts)]) for size in sizes]
    x, y = np.log(sizes), np.log(counts)
    slope = np.polyfit(x, y, 1)
    residue = y - np.polyval(slope, x)
    error = np.sqrt((residue**2).sum() / (len(x) - 2) / ((x - x.mean()) ** 2).sum())
    local = tuple(float(v) for v in -np.diff(y) / np.diff(x))
    return Dimension(float(-slope[0]), float(error), tuple(sizes), tuple(int(c) for c in counts), local)


def _places(size, shifts):
    steps = sorted({int(v) for v in np.linspace(0, size, shifts, endpoint=False)})
    return [(dy, dx) for dy in steps for dx in steps]


def _boxes(mask, size, dy, dx):
    """How many boxes of a grid that begins dy, dx pixels before the picture hold a pixel of the set."""
    height, width = (-(-(n + d) // size) * size for n, d in zip(mask.shape, (dy, dx)))
    padded = np.zeros((height, width), bool)
    padded[dy : dy + mask.shape[0], dx : dx + mask.shape[1]] = mask
    return padded.reshape(height // size, size, width // size, size).any(axis=(1, 3)).sum()


def agreement(fate: np.ndarray, window: Window, every: int = 24) -> float:
    """The share of pixels, one in every x every, whose fate is the same when their networks are trained again here."""
    columns, rows = window.axes(len(fate))
    places = np.arange(every // 2, len(fate), every)
    rates = 10.0 ** np.stack(np.broadcast_arrays(columns[None, places], rows[places, None]), axis=-1)
    return float((fates_of(rates.reshape(-1, 2))[0] == fate[np.ix_(places, places)].ravel()).mean())
