"""What became of a training run, in one word: judged by its costs and slopes, never by NaN alone (lessons 0 and 9)."""

from __future__ import annotations

from typing import Any

import numpy as np

from nnlib import arrays, checks
from nnlib.arrays import Numbers

LEARNED, MOVING, OSCILLATING = "learned", "still moving", "oscillating"
SATURATED, STUCK, DIVERGED = "saturated", "stuck", "diverged"

CODES = {"not computed": -1, LEARNED: 0, STUCK: 1, DIVERGED: 2}  # where a fate is an entry of an array

BLOWN_UP = 1e3  # times the first cost, or times 1 where that is smaller
VANISHED = 1e-3  # of the largest slope of the run
STANDS_STILL = 1e-7  # relative change of the cost over the last half
SWING = 0.5  # rises over falls in the last half
CLIMB = 1.1  # times the first cost: a run that went higher, and learned all the same, was thrown

# For the pixels of a map, which see costs alone and are compared with their own start:
GOAL = 0.1  # learned: the mean of the last TAIL costs is below this share of the first cost
TAIL = 20  # steps
MAP_BLOWN_UP = 1e6  # diverged: a cost has passed this multiple of the first


def fate(
    costs: Any, gradient_norms: Numbers | None = None, *, learned_at: float = 0.01, learning_rate: float | None = None
) -> str:
    """One of the six words above for a run, from C after 0, 1, 2, ... steps (or epochs).

    `costs` is a list of numbers, or anything that has .costs and .gradient_norms, such as a History or a toy's Path.
    gradient_norms are the lengths of the gradient at the same steps; left out, or NaN, they are not used. `learned_at` is
    the cost that counts as learned, in the units of C: where the least possible cost is above 0, add it. The last half of
    the run decides, in this order:

    1. diverged: a cost or a slope is infinite or not a number, the last cost is 1,000 times the first (or 1,000 times 1 if
       the first is below 1), or the cost rose at every step of the last half, by a factor that does not shrink, to twice
       the first.
    2. learned: the last cost is at most `learned_at`, and either the whole last tenth is, or the cost does not swing.
    3. stuck: no slope from the first step on, or a rate of 0, or a cost that no longer changes with no slopes to judge by.
    4. saturated: the slope is below 1/1,000 of the largest one of the run, and the cost changes by less than 1 in 1,000 over
       the last tenth. The cost is above `learned_at` here, so nothing was won by it.
    5. oscillating: over the last half the rises amount to at least half of the falls, and change into falls and back at
       least twice; or the cost changes by less than 1 in 10 million while the slope does not: each step jumps across.
    6. still moving: anything else.

    Raises ValueError for fewer than two costs, or for lists of different lengths.
    """
    C, slopes, learning_rate = _read(costs, gradient_norms, learning_rate)
    learned_at = checks.argument("learned_at", learned_at)
    if not np.isfinite(C).all() or (slopes is not None and np.isinf(slopes).any()):
        return DIVERGED
    if slopes is not None and np.isnan(slopes).any():
        slopes = None
    half = C[len(C) // 2 - 1 :] if len(C) > 3 else C
    tenth = _last_tenth(C)
    if C[-1] > BLOWN_UP * max(C[0], 1) or _runs_away(C[0], half):
        return DIVERGED
    swings, still = _swings(half), _spread(half) <= STANDS_STILL
    if C[-1] <= learned_at and (tenth.max() <= learned_at or not swings):
        return LEARNED
    return _unlearned(slopes, swings, still, _spread(tenth) <= 1e-3, learning_rate)


def _unlearned(slopes, swings, still, tenth_is_still, learning_rate) -> str:
    """What became of a run that neither diverged nor learned."""
    if learning_rate == 0 or (slopes.max() == 0 if slopes is not None else still):
        return STUCK
    if slopes is not None and slopes[-1] <= VANISHED * slopes.max() and tenth_is_still:
        return SATURATED
    return OSCILLATING if swings or still else MOVING


def _read(costs, gradient_norms, learning_rate):
    """Costs, slopes or None, and the rate or None: from lists, or from a run that has them."""
    if hasattr(costs, "costs"):
        run, costs = costs, costs.costs
        gradient_norms = run.gradient_norms if gradient_norms is None else gradient_norms
        learning_rate = getattr(run, "learning_rate", None) if learning_rate is None else learning_rate
    C = arrays.numbers("costs", costs, real=True)
    if C.ndim != 1 or len(C) < 2:
        raise ValueError(f"costs: expected a row of at least two numbers, got shape {C.shape}")
    slopes = None if gradient_norms is None else arrays.numbers("gradient_norms", gradient_norms, real=True)
    if slopes is not None and slopes.shape != C.shape:
        raise ValueError(f"gradient_norms: expected {len(C)} numbers, one for each cost, got shape {slopes.shape}")
    return C, slopes, checks.optional("learning_rate", learning_rate)


def classify(costs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(code, speed) of many runs at once, each a column of costs, shape (steps + 1, N): what a map of pixels needs.

    code   LEARNED, STUCK or DIVERGED in CODES. Here a run has learned if the mean of its last TAIL costs is below GOAL times
           its first, and diverged if any cost passes MAP_BLOWN_UP times the first. A bounded cost is not a learned one: what
           did neither is stuck. A first cost of 0 is learned for as long as it stays 0.
    speed  diverged: the step, with its fraction, at which the cost passed MAP_BLOWN_UP times its start; else the cost averaged
           over all steps, as a share of its start: small where learning is fast
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(costs == 0, 0.0, costs / costs[0])
    over = ~(share <= MAP_BLOWN_UP)
    diverged = over.any(axis=0)
    learned = share[-TAIL:].mean(axis=0) < GOAL
    code = np.where(diverged, CODES[DIVERGED], np.where(learned, CODES[LEARNED], CODES[STUCK])).astype(np.int8)
    speed = share.mean(axis=0)
    n = np.flatnonzero(diverged)
    k = over[:, n].argmax(axis=0)  # the first step beyond; between it and the step before we read the log of the cost
    with np.errstate(divide="ignore", invalid="ignore"):
        before, after = np.log(share[k - 1, n]), np.log(share[k, n])
        part = (np.log(MAP_BLOWN_UP) - before) / (after - before)
    speed[n] = k - 1 + np.where(np.isfinite(part), part, 0)
    return code, speed


def stays_below(costs: np.ndarray) -> Any:
    """Whether a run, or each column of costs of many, stays below its first cost over its last tenth (lesson 8)."""
    return _last_tenth(costs).max(axis=0) < costs[0]


def catapult(costs: Numbers, products, *, learned_at: float = 0.01) -> bool:
    """Whether a run was thrown and landed: it learned in the end, after a climb, at a flatter place (lesson 9).

    costs as in `fate`; products: rate times lambda, the largest curvature, at some places of the run, first and last among
    them. A catapult begins beyond the limit of its rate, rate times lambda above 2, climbs to more than 1.1 times its first
    cost, ends within the limit, and has learned by `learned_at`. Source: Lewkowycz et al. 2020, arXiv 2003.02218.
    """
    C = arrays.numbers("costs", getattr(costs, "costs", costs), real=True)
    products = arrays.numbers("products", products, real=True)
    thrown = products[0] > 2 > products[-1] and C.max() > CLIMB * C[0]
    return bool(thrown and fate(costs, learned_at=learned_at) == LEARNED)


def _last_tenth(costs):
    return costs[-max(2, len(costs) // 10) :]


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
