"""The picture at the head of the README: XOR at three rates, and what the network answers at the forbidden 10."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from nnlib.data import xor
from nnlib.descent import train
from nnlib.fates import fate
from nnlib.network import init
from nnlib.show.maps import rate_stage
from nnlib.show.picture import figure_of
from nnlib.show.style import DPI, INKS, ink
from nnlib.surfaces import decision_map

RATES, STEPS = (0.001, 1, 10), 300


def draw(path: Path) -> dict[float, float]:
    """Train, draw and store the picture; returns the cost at the end for each rate."""
    left, right = rate_stage(STEPS)
    start, ends = init([2, 3, 1], np.random.default_rng(3)), {}
    for rate in RATES:
        run = train(*start, *xor(), rate, epochs=STEPS)
        ends[rate] = float(run.costs[-1])
        left.plot(run.costs, linewidth=2, **ink(fate(run)))
        left.annotate(
            f"rate {rate:g}",
            (STEPS, ends[rate] + (0.05 if rate == 1 else 0.02)),
            ha="right",
            fontsize=11,
            color=INKS[fate(run)].colour,
        )
    left.set_title("cost C, step by step", loc="left", fontsize=11)
    right.set_title("the answers at rate 10", loc="left", fontsize=11)
    square = {"extent": (-0.5, 1.5, -0.5, 1.5), "origin": "lower", "interpolation": "bilinear"}
    right.imshow(decision_map(run.weights, run.biases), cmap="cividis", vmin=0, vmax=1, **square)
    figure_of(left).savefig(path, dpi=1.6 * DPI)
    return ends


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("expected one path: python -m nnlib.show.forbidden_ten notebooks/images/forbidden_ten.png")
    print(draw(Path(sys.argv[1])))
