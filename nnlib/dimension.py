"""The boundary between the fates of a map, and its dimension by counting boxes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nnlib import arrays, checks
from nnlib.arrays import Numbers
from nnlib.fates import CODES, LEARNED, STUCK


def boundary(fate: Numbers, inside: Sequence[int] = (CODES[LEARNED], CODES[STUCK])) -> np.ndarray:
    """The pixels where the map changes sides: in `inside` while a neighbour to the right or below is not, or the reverse.

    By default the sides are bounded and diverged; inside=(LEARNED,) gives the edge of learning. Untouched pixels and
    their neighbours are left out.
    """
    fate = np.asarray(fate)
    side, known = np.isin(fate, inside), fate != CODES["not computed"]
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


def box_dimension(mask: Numbers, sizes: Sequence[int] = (2, 4, 8, 16, 32), shifts: int = 4) -> Dimension:
    """The box-counting dimension of the True pixels: minus the slope of log(boxes needed) against log(box size).

    A line gives 1, a filled area 2, a fractal boundary something between. Boxes of one pixel are left out, because a
    picture has no finer detail than that; the grid of boxes begins at shifts x shifts places and the least count is taken. The
    standard error is that of the fitted slope; it says how straight the line is, not what lies below the pixel.
    Raises ValueError for fewer than three sizes, or an empty mask. Source: any text on fractals, as Falconer, chapter 2.
    """
    mask, shifts = arrays.number_array("mask", mask, real=True) != 0, checks.argument("shifts", shifts)
    sizes = [checks.argument("sizes", size) for size in sizes]
    if mask.ndim != 2 or not mask.any():
        raise ValueError(
            f"mask: expected a picture with at least one pixel of the set, got shape {mask.shape}, none set"
        )
    if len(set(sizes)) < 3 or max(sizes) > min(mask.shape):
        raise ValueError(f"sizes: expected three or more, none above {min(mask.shape)} pixels, got {sizes}")
    counts = [min([_boxes(mask, size, dy, dx) for dy, dx in _places(size, shifts)]) for size in sizes]
    x, y = np.log(sizes), np.log(counts)
    (slope, _), covariance = np.polyfit(x, y, 1, cov=True)
    local = tuple(float(v) for v in -np.diff(y) / np.diff(x))
    error = float(np.sqrt(covariance[0, 0]))
    return Dimension(float(-slope), error, tuple(sizes), tuple(int(c) for c in counts), local)


def _places(size, shifts):
    steps = sorted({int(v) for v in np.linspace(0, size, shifts, endpoint=False)})
    return [(dy, dx) for dy in steps for dx in steps]


def _boxes(mask, size, dy, dx):
    """How many boxes of a grid that begins dy, dx pixels before the picture hold a pixel of the set."""
    height, width = (-(-(n + d) // size) * size for n, d in zip(mask.shape, (dy, dx)))
    padded = np.zeros((height, width), bool)
    padded[dy : dy + mask.shape[0], dx : dx + mask.shape[1]] = mask
    return padded.reshape(height // size, size, width // size, size).any(axis=(1, 3)).sum()
