"""What became of a training run, in one word: told from its costs and slopes, never from NaN alone (lessons 0 and 9)."""

from __future__ import annotations

import numpy as np

LEARNED, MOVING, OSCILLATING = "learned", "still moving", "oscillating"
SATURATED, STUCK, DIVERGED = "saturated", "stuck", "diverged"

SENTENCES = {
    LEARNED: "the cost came down to its aim and stayed there",
    MOVING: "the cost still changes, mostly one way: more steps would tell",
    OSCILLATING: "the steps jump across the valley: the cost goes up as much as down, or stands still on a slope",
    SATURATED: "the slopes vanished while the cost was high: more steps change nothing",
    STUCK: "the cost stands still at a high value, and did not move from where it began or left no slope to judge by",
    DIVERGED: "the cost grew beyond all bounds",
}

BLOWN_UP = 1e3  # times the first cost, or times 1 where that is smaller
VANISHED = 1e-3  # of the largest slope of the run
STANDS_STILL = 1e-7  # relative change of the cost over the last half
SWING = 0.5  # rises over falls in the last half


def fate(costs, gradient_norms=None, *, learned_at: float = 0.01, learning_rate: float | None = None) -> str:
    """One of the six words above for a run, from C after 0, 1, 2, ... steps (or epochs); SENTENCES says what each means.

    `costs` is a list of numbers, or anything that has .costs and .gradient_norms, such as a History or a toy's Path.
    gradient_norms are the lengths of the gradient at the same steps; left out, or NaN, they are not used. `learned_at` is
    the cost that counts as learned, in the units of C: where the least possible cost is above 0, add it. The last half of
    the run decides, in this order:

    1. diverged: a cost or a slope is infinite or not a number, the last cost is 1,000 times the first (or 1,000 times 1 if
       the first is below 1), or the cost rose at every step of the last half, by a factor that does not shrink, to twice
       the first.
    2. learned: the last cost is at most `learned_at`, and either the whole last tenth is, or the cost does not swing.
    3. stuck: no slope from the first step on, or a rate of 0, or a cost that stands still with no slopes to judge by.
    4. saturated: the slope is below 1/1,000 of the largest one of the run, and the cost stands still to 1 in 1,000 over
       the last tenth. The cost is above `learned_at` here, so nothing was won by it.
    5. oscillating: over the last half the rises amount to at least half of the falls, and change into falls and back at
       least twice; or the cost stands still to 1 in 10 million while the slope does not: each step jumps across.
    6. still moving: anything else.

    Raises ValueError for fewer than two costs, or for lists of different lengths.
    """
    if hasattr(costs, "costs"):
        run, costs = costs, costs.costs
        gradient_norms = run.gradient_norms if gradient_norms is None else gradient_norms
        learning_rate = getattr(run, "learning_rate", None) if learning_rate is None else learning_rate
    C = np.asarray(costs, dtype=float)
    if C.ndim != 1 or len(C) < 2:
        raise ValueError(f"costs: expected a row of at least two numbers, got shape {C.shape}")
    slopes = None if gradient_norms is None else np.asarray(gradient_norms, dtype=float)
    if slopes is not None and slopes.shape != C.shape:
        raise ValueError(f"gradient_norms: expected {len(C)} numbers, one for each cost, got shape {slopes.shape}")

    if not np.isfinite(C).all() or (slopes is not None and np.isinf(slopes).any()):
        return DIVERGED
    if slopes is not None and np.isnan(slopes).any():
        slopes = None
    half = C[len(C) // 2 - 1 :] if len(C) > 3 else C
    tenth = C[-max(2, len(C) // 10) :]
    if C[-1] > BLOWN_UP * max(C[0], 1) or _runs_away(C[0], half):
        return DIVERGED
    swings = _swings(half)
    if C[-1] <= learned_at and (tenth.max() <= learned_at or not swings):
        return LEARNED
    still = _spread(half) <= STANDS_STILL
    if slopes is not None and slopes.max() == 0 or learning_rate == 0 or (still and slopes is None):
        return STUCK
    if slopes is not None and slopes[-1] <= VANISHED * slopes.max() and _spread(tenth) <= 1e-3:
        return SATURATED
    return OSCILLATING if swings or (still and slopes is not None) else MOVING


def describe(word: str) -> str:
    """The word and its sentence, as a status line shows it. Raises ValueError for a word that is no fate."""
    if word not in SENTENCES:
        raise ValueError(f"fate: expected one of {', '.join(SENTENCES)}, got {word!r}")
    return f"{word}: {SENTENCES[word]}"


def _runs_away(first, tail):
    """Every step of the tail rises, to more than twice the first cost, and the growth does not slow down."""
    if len(tail) < 4 or tail[0] <= 0 or tail[-1] <= 2 * first or not (np.diff(tail) > 0).all():
        return False
    growth = np.diff(np.log(tail))
    return bool(growth[-1] >= 0.99 * growth[0])


def _swings(tail):
    """Rises of at least half the falls, in at least two changes of direction, beyond rounding."""
    steps = np.diff(tail)
    steps = steps[np.abs(steps) > 1e-12 * np.abs(tail).max()]
    turns = np.count_nonzero(np.diff(np.sign(steps)))
    return bool(turns >= 2 and steps[steps > 0].sum() >= SWING * -steps[steps < 0].sum())


def _spread(tail):
    top = np.abs(tail).max()
    return (tail.max() - tail.min()) / top if top else 0.0
