"""The answer of one output neuron over the steps of training, under two costs from the same start (lesson 11)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from nnlib.show.film import Scene, Shown
from nnlib.show.overlay import Overlay
from nnlib.show.style import axes, ink

LOOKS = {"squared error": "cost", "cross-entropy": "backward"}


def two_answers(steps: int) -> Scene:
    """The answers over `steps` steps, where 0 is expected: a row is (start, under the squared error, under the other)."""
    ax = axes(6.4, 3.0, xlabel="step", ylabel="answer a", xlim=(0, steps), ylim=(-0.03, 1.08))
    ax.axhline(0, **ink("target"), linewidth=1)
    for name, concept in LOOKS.items():
        ax.plot([], [], label=name, linewidth=2, **ink(concept))
    ax.legend(fontsize=10, frameon=False, loc="upper right", bbox_to_anchor=(1, 0.97), handlelength=3)

    def draw(frame: Overlay, start, squared, entropy):
        for concept, curve in zip(LOOKS.values(), (squared, entropy)):
            frame.line(ax, np.arange(len(curve)), np.asarray(curve), concept)

    def say(start, squared, entropy):
        return (
            f"It starts at z = {start:g}, so at the answer {squared[0]:.3f}; expected is 0. After {len(squared) - 1} steps: "
            f"{squared[-1]:.3f} under the squared error, {entropy[-1]:.3f} under the cross-entropy."
        )

    return Scene(ax, draw, say)


def answers_film(starts, pairs: Sequence[tuple], presets: Mapping[str, int], start: int) -> Shown:
    """A slider over the sum z at the start; pairs[k] holds the answers from starts[k] under either cost."""
    rows = [(z, *pair) for z, pair in zip(starts, pairs)]
    scene = two_answers(len(pairs[0][0]) - 1)
    return scene.film(rows, "{:g}".format, label="z at the start", presets=presets, start=start)
