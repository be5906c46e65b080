"""The direction of one step against the slope of their cost, sample by sample."""

from __future__ import annotations

import numpy as np

from nnlib.doctor.costs import Cost
from nnlib.doctor.running.calling import quiet
from nnlib.experiments.moves import move, rows_of
from nnlib.experiments.values import Finding, Study

OFF = 0.02  # relative: a move further from the gradient's line than this is another vector


def gradient(s: Study) -> Finding | None:
    """One step for one sample: where they stand, and at a random place if nothing slopes there."""
    rng, words = np.random.default_rng(0), {}
    picked = rng.permutation(s.bench.T)[:3]
    fair = (
        s.chain.drawn(s.bench.start, rng)
        if s.chain is not None
        else [rng.normal(0, 0.5, v.shape) for v in s.bench.start]
    )
    for at, standard in ((s.bench.start, False), (fair, True)):
        for row in picked:
            said = _compare(s, *rows_of(s, [row], standard), at) or _compare(
                s, *rows_of(s, [row] * s.bench.T, standard), at
            )
            for name, word in said.items():
                words.setdefault(name, set()).add(word)
        if words and set().union(*words.values()) != {"still"}:
            break
    return _verdict(s, words)


def _verdict(s: Study, words) -> Finding | None:
    wrong = [n for n, w in words.items() if w & {"wrong", "uphill"}]
    still = [n for n, w in words.items() if w == {"still"}]
    s.gradient = "wrong" if wrong else "still" if len(still) == len(words) else "right"
    if not words:
        s.gradient = ""
        return None
    source = "one sample's slope, by your own forward pass and cost"
    if wrong and all("uphill" in w for w in words.values()):
        said = "your step goes uphill: every weight moves along its slope, not against it"
        return Finding("gradient", said, len(wrong), 0, source)
    if wrong:
        said = f"your step is not along the slope of your cost in {', '.join(wrong)}"
        others = ", ".join(sorted(set(words) - set(wrong)))
        return Finding("gradient", f"{said}; right: {others}" if others else said, len(wrong), 0, source)
    said = f"a step does not move {', '.join(still)}, though the cost slopes there"
    return Finding("no-update", said, len(still), 0, source) if 0 < len(still) < len(words) else None


def follows(s: Study, name: str) -> bool:
    """Is the step along the slope of this cost (a name in slopes.FORMS)?"""
    b, cost = s.bench, Cost(name)
    kept = s.slopes.form, s.gradient
    s.slopes.form, s.slopes.cost = (name, 1.0), lambda A, Y: float(cost(b.rows(A), b.targets(A, Y)))
    try:
        gradient(s)
        return s.gradient == "right"
    finally:
        (s.slopes.form, s.gradient), s.slopes.cost = kept, b.cost


def parted(s: Study) -> Finding | None:
    """Right for every sample alone and for equal targets, another vector where targets differ: mismatched pairs."""
    if s.gradient != "right" or s.bench.T < 3 or s.by_sign:
        return None
    x, y = s.bench.part(list(range(s.bench.T)))
    _, equal = s.bench.part([0] * s.bench.T)
    apart, together = _compare(s, x, y, s.bench.start), _compare(s, x, equal, s.bench.start)
    s.parted = "wrong" in apart.values() and bool(together) and set(together.values()) == {"right"}
    said = "your step is the slope of your cost for equal targets only: in it, inputs and targets lose each other"
    return Finding("pairs-parted", said, 1, 0, "one step with equal targets, one as they are") if s.parted else None


def _compare(s: Study, X, Y, at) -> dict[str, str]:
    """A word for each parameter with a slope: right, wrong, uphill, still; {} where there is no slope or it raises."""
    try:
        m, ways = _move_and_slopes(s, X, Y, at)
    except Exception:  # this part of the data is nothing that their code takes
        return {}
    finally:
        s.bench.reset()
    largest = max(np.abs(g).max() for g in ways[0])
    if not np.isfinite(largest) or not all(np.isfinite(d).all() for d in m):
        return {}
    signs = _by_sign(m, ways[0], largest)
    s.by_sign = s.by_sign or signs
    words = {}
    for name, d, along in zip(s.bench.names, m, zip(*ways)):
        if np.abs(along[0]).max() > 1e-9 * max(largest, 1e-9):
            words[name] = "right" if signs and d.any() else _word(d.ravel(), [g.ravel() for g in along])
    return {name: word for name, word in words.items() if word}


def _move_and_slopes(s: Study, X, Y, at):
    """The move of one step, and the slopes where it begins, half way and where it ends."""
    with quiet():
        m, ways = move(s, X, Y, at), []
        for share in (0.0, 0.5, 1.0):
            s.bench.put([v + share * d for v, d in zip(at, m)])
            ways.append(s.slopes.gradient(X, Y))
    return m, ways


def _word(d, ways) -> str:
    """One array: its move d against the slopes where the move begins, half way, and where it ends."""
    if not d.any():
        return "still"
    g = ways[0]
    near = d @ g / np.sqrt((d @ d) * (g @ g))
    span = np.stack(ways, axis=1)
    fit = span @ np.linalg.lstsq(span, d, rcond=None)[0] if len(g) > 3 else g * (d @ g) / (g @ g)
    off = min(np.linalg.norm(fit - d) / np.linalg.norm(d), np.sqrt(max(0.0, 1 - near**2)))
    if off < OFF and near < 0:
        return "right"
    bent = np.abs(ways[-1] - g).max() > 0.5 * np.abs(g).max()  # many steps in one call go round a bend
    if bent and near <= 0.9:
        return ""
    return "uphill" if near > 0.5 else "wrong"


def _by_sign(m, g, largest) -> bool:
    """Every entry moves by the same length against the sign of its slope, as in the first step of Adam."""
    d, g = np.concatenate([v.ravel() for v in m]), np.concatenate([v.ravel() for v in g])
    d, g = d[np.abs(g) > 0.01 * largest], g[np.abs(g) > 0.01 * largest]
    size = np.abs(d)
    return bool(
        len(d) > 1 and size.min() > 0 and np.ptp(size) < 0.05 * size.max() and (np.sign(d) == -np.sign(g)).all()
    )
