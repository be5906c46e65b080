"""Lesson 5's pictures: the V of the difference quotient, the cost under the microscope, and bugs that a cosine hides."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from nnlib.derivatives import central_difference, complex_step, relative_error, worst_relative_error
from nnlib.show.film import Shown, film
from nnlib.show.overlay import Overlay
from nnlib.show.picture import Picture, picture
from nnlib.show.style import INKS, axes, ink

STEPS = 10.0 ** -np.arange(1, 16.5, 0.5)
ROWS = (("one-sided", "prediction"), ("central", "backward"), ("complex step", "cost"))
FLOOR, REACH = 1e-17, 2.0  # errors of 0 are drawn at FLOOR; the microscope looks REACH steps to each side


def one_sided(function, weights, biases, h: float):
    """(f(v + h) - f(v)) / h for each parameter v in turn (lesson 5): (dW, db). Its error is about h."""
    weights, biases = ([np.array(v, float) for v in group] for group in (weights, biases))
    here, slopes = function(weights, biases), []
    for array in (*weights, *biases):
        slope = np.empty(array.shape)
        for index in np.ndindex(array.shape):
            kept = array[index]
            array[index] = kept + h
            slope[index] = (function(weights, biases) - here) / h
            array[index] = kept
        slopes.append(slope)
    return slopes[: len(weights)], slopes[len(weights) :]


def v_curve(function, weights, biases, exact, steps: Sequence[float] = STEPS) -> np.ndarray:
    """Relative error of the whole gradient, shape (3, N): a row for each of ROWS, a column for each step h.

    function(weights, biases) is the cost, exact the gradient (dW, db) to measure against.
    """
    true = _flat(exact)
    ways = (one_sided, central_difference, complex_step)
    return np.array([[relative_error(_flat(way(function, weights, biases, h)), true) for h in steps] for way in ways])


def v_picture(errors: np.ndarray, steps: Sequence[float] = STEPS) -> Picture:
    """Error against h, both logarithmic, for the three ways of v_curve."""
    ax = _v_axes(axes(6.8, 3.7, xlabel="step h", ylabel="relative error of the gradient"), errors, steps)
    for (name, concept), place in zip(ROWS, ((1e-2, 4e-2), (1e-8, 4e-10), (2e-14, 4e-15))):
        ax.text(*place, name, color=INKS[concept].colour, fontsize=10)
    ax.yaxis.labelpad = 0
    here = {h: errors[1][np.argmin(np.abs(np.log(steps) - np.log(h)))] for h in (1e-2, 1e-5, 1e-12)}
    verdict = "worse" if here[1e-12] > 1000 * here[1e-5] else "not much worse"
    return picture(
        ax,
        f"Relative error against the step h, both on logarithmic axes. The central difference falls like h² from "
        f"{here[1e-2]:.0e} at h = 1e-2 to its least value near h = 1e-5, then rises again: at h = 1e-12 it is {verdict}. "
        f"The one-sided difference makes the same V further up. The complex step falls below 1e-14 and stays there.",
    )


def _v_axes(ax, errors, steps):
    for (_, concept), row in zip(ROWS, errors):
        ax.loglog(steps, np.maximum(row, FLOOR), markersize=3.5, linewidth=1.8, **ink(concept, marker=True))
    ax.set(
        xlim=(3e-1, 3e-17), ylim=(FLOOR, 10), xticks=10.0 ** -np.arange(1, 17, 3), yticks=10.0 ** -np.arange(0, 17, 4)
    )
    return ax


class Look(NamedTuple):
    """The cost near one value v: offsets t/h, and the change of the cost and the central secant in units of |slope| h."""

    offsets: np.ndarray
    change: np.ndarray
    secant: float


def microscope(function: Callable, v: float, slope: float, h: float, points: int = 161) -> Look:
    """function(v + t) for t from -REACH h to REACH h, enlarged so that a straight line of the true slope has slope 1."""
    offsets = np.linspace(-REACH, REACH, points)
    here, unit = function(v), slope * h
    change = np.array([function(v + t * h) - here for t in offsets]) / unit
    return Look(offsets, change, (function(v + h) - function(v - h)) / (2 * unit))


def microscope_film(
    errors: np.ndarray, function: Callable, v: float, slope: float, steps: Sequence[float] = STEPS
) -> Shown:
    """A slider over h: the place on the V, and the cost itself between v - 2h and v + 2h with the secant through it."""
    left, right = axes(7.6, 3.5, columns=2, titles=("relative error of the gradient", "the cost, enlarged to this h"))
    _v_axes(left, errors, steps).set_xlabel("step h")
    for (name, concept), place in zip(ROWS, ((2e-4, 3e-2), (2e-8, 4e-11), (1e-9, 2e-15))):
        left.text(*place, name, color=INKS[concept].colour, fontsize=9)
    right.set(xlim=(-REACH, REACH), ylim=(-3, 3), xlabel="(w - w₀) / h", yticks=range(-3, 4))
    right.plot([-3, 3], [-3, 3], linewidth=5, alpha=0.35, color=INKS["target"].colour)
    looks = [microscope(function, v, slope, h) for h in steps]
    frames = [_frame(left, right, h, errors[:, k], looks[k]) for k, h in enumerate(steps)]
    status = [_status(h, errors[:, k], looks[k]) for k, h in enumerate(steps)]
    presets = {name: int(np.argmin(np.abs(np.log(np.array(steps)) - np.log(h)))) for name, h in
               (("too large: 1e-1", 1e-1), ("best: 1e-5", 1e-5), ("too small: 1e-14", 1e-14))}  # fmt: skip
    return film(
        [f"{h:.0e}" for h in steps], frames, status, label="step h", ax=left, presets=presets, width=760, play=True
    )


def _frame(left, right, h, errors, look) -> str:
    made = Overlay(left).line(left, [h, h], [FLOOR, 10], "quiet", width=1.5)
    for (_, concept), error in zip(ROWS, errors):
        made.dots(left, [h], [max(error, FLOOR)], concept, radius=6)
    made.line(right, look.offsets, look.change, "cost", width=1.8)
    made.line(right, [-2, 2], [-2 * look.secant, 2 * look.secant], "backward", width=2.2)
    made.text(right, -1.9, 2.55, "true slope", "target").text(right, -1.9, 2.1, "central secant", "backward")
    return made.text(right, -1.9, 1.65, "cost", "cost").svg()


def _status(h, errors, look) -> str:
    one, central, imaginary = (f"{error:.0e}" for error in errors)
    return (
        f"h = {h:.0e}. Relative error: one-sided {one}, central {central}, complex step {imaginary}. "
        f"Under the microscope the cost is {_seen(look.change)}."
    )


def _seen(change) -> str:
    """What the eye makes of the enlarged cost, and what it may not see yet: values that rounding has made equal."""
    different = len(set(change))
    counted = f"{different} different values on {len(change)} points"
    if different == 1:
        return "flat: every value is the same"
    if different <= len(change) // 4:
        return f"stairs: {counted}"
    if (np.diff(change) == 0).any():
        return f"still a line to the eye, but rounding has begun: {counted}"
    return "a smooth line"


class Verdict(NamedTuple):
    """How one gradient looks to two judges."""

    name: str
    cosine: float
    worst: float


def verdicts(mistakes: Mapping[str, Callable], exact, problem) -> list[Verdict]:
    """The cosine of the whole gradient, and the worst relative error array by array, of each function of `mistakes`."""
    found = []
    for name, function in mistakes.items():
        dW, db = function(*problem)
        first, second = _flat((dW, db)), _flat(exact)
        cosine = first @ second / np.linalg.norm(first) / np.linalg.norm(second)
        found.append(Verdict(name, float(cosine), worst_relative_error([*dW, *db], [*exact[0], *exact[1]])))
    return found


def verdict_picture(rows: Sequence[Verdict]) -> Picture:
    """Two rows of bars: the cosine, which looks good for every bug, and the worst relative error, which does not."""
    left, right = axes(7.6, 0.9 + 0.36 * len(rows), columns=2, titles=("global cosine", "worst relative error"))
    places = np.arange(len(rows))[::-1]
    left.set_position((0.27, 0.16, 0.3, 0.7))
    right.set_position((0.64, 0.16, 0.3, 0.7))
    left.barh(places, [row.cosine for row in rows], color=INKS["quiet"].colour, height=0.6)
    right.barh(places, [row.worst for row in rows], color=INKS["backward"].colour, height=0.6)
    left.set(xlim=(0, 1.25), yticks=places, yticklabels=[row.name for row in rows], xticks=(0, 0.5, 1))
    right.set(xlim=(0, 1.25), yticks=places, yticklabels=[], xticks=(0, 0.5, 1))
    for place, row in zip(places, rows):
        left.text(row.cosine + 0.02, place, f"{row.cosine:.3f}", va="center", fontsize=9)
        right.text(row.worst + 0.02, place, f"{row.worst:.2f}", va="center", fontsize=9)
    words = "; ".join(f"{row.name}: {row.cosine:.3f} against {row.worst:.2f}" for row in rows)
    return picture(
        left, f"Two bars for each wrong gradient, its cosine with the right one and its worst relative error. {words}."
    )


def training_picture(curves: Mapping[str, np.ndarray]) -> Picture:
    """The cost of several runs from one start, each under its name."""
    ax = axes(6.8, 3.4, xlabel="step", ylabel="cost C", ylim=(0, 0.32))
    for (name, curve), concept in zip(curves.items(), ("cost", "backward", "target")):
        ax.plot(curve, linewidth=2.2, label=name, **ink(concept))
    ax.legend(frameon=False, fontsize=9.5, loc="upper right")
    solved = " and ".join(name for name, curve in curves.items() if curve[-1] < 0.01)
    return picture(ax, f"The cost of XOR over {len(curve) - 1} steps from one start. Below 0.01 at the end: {solved}.")


def _flat(gradient) -> np.ndarray:
    return np.concatenate([np.ravel(v) for v in (*gradient[0], *gradient[1])])
