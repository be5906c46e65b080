"""Why a wrong gradient passes a check: the problem that was tried hides the mistake, or the rule lets wrong numbers through."""

from __future__ import annotations

import numpy as np

from nnlib.corpus.measure import GENERIC, Design, shows
from nnlib.corpus.reader import Case
from nnlib.flat import flat


def design_of(given, calls: int) -> Design:
    """The problem of a call, as a Design."""
    weights, biases, X, _ = given
    sizes = (len(weights[0]), *(w.shape[1] for w in weights))
    return Design(
        sizes, len(X), float(any(b.any() for b in biases)), X.dtype.kind in "iu", bool((X >= 0).all()),
        calls=(0,) if calls == 1 else GENERIC.calls,
    )  # fmt: skip


def hidden_by(case: Case, tried: Design) -> str:
    """The one thing about the problem tried that hides the case: with this changed and no other, it shows."""
    sizes, T = tried.sizes, tried.T
    middle = (sizes[0], *(n + 3 * l for l, n in enumerate(sizes[1:-1])), sizes[-1])
    changes = (
        ("its own numbers, such as samples that are alike", tried),
        ("one sample", tried._replace(T=7 if T == 1 else T)),
        ("one output", tried._replace(sizes=(*sizes[:-1], max(2, sizes[-1])))),
        ("zero biases", tried._replace(biases=1.0)),
        ("it is asked only once", tried._replace(calls=GENERIC.calls)),
        ("inputs of at least 0", tried._replace(non_negative=False)),
        (
            "fewer than three layers",
            tried._replace(sizes=sizes if len(sizes) > 3 else (*sizes[:-1], sizes[-2] + 1, sizes[-1])),
        ),
        ("equal widths", tried._replace(sizes=middle)),
        ("no equal widths", tried._replace(sizes=(sizes[0],) * len(sizes))),
        ("more than one output", tried._replace(sizes=(*sizes[:-1], 1))),
        ("too few samples: 37 show it", tried._replace(T=37)),
        ("more than one sample", tried._replace(T=1)),
        ("no whole numbers", tried._replace(integers=True)),
    )
    for n, (name, changed) in enumerate(changes):
        if (n == 0 or changed != tried) and shows(case, changed):
            return name
    return "several things at once"


def past_the_rule(found, right, kinds: set[str]) -> str:
    """How far wrong numbers that passed are from the right ones."""
    if any(np.shape(a) != np.shape(b) for a, b in zip(found, right)):
        return "shapes are not compared"
    if not all(np.isfinite(np.asarray(a, float)).all() for a in found):
        return "NaN and infinity pass"
    if kinds == {"b"}:
        return "only biases are wrong"
    gaps = [np.linalg.norm(np.subtract(a, b)) for a, b in zip(found, right)]
    worst = max(gap / max(np.linalg.norm(b), 1e-300) for gap, b in zip(gaps, right))
    p, q = (flat([arrays]).astype(float) for arrays in (found, right))
    overall = np.linalg.norm(p - q) / np.linalg.norm(q)
    if overall > 1e-3 and p @ q > (1 - 1e-9) * np.linalg.norm(p) * np.linalg.norm(q):
        return "the direction is right, the length is not"
    if worst < 1e-2:
        return "no array is wrong by more than a hundredth of its norm"
    return "one array is wrong, small beside the others" if overall < 0.1 * worst else "the numbers are plainly wrong"
