"""Where no row of the table fits: the stage at fault, inferred from single samples, must predict every array again.

A name is given only where the network with the inferred stages gives the learner's arrays on several probe problems; else
the mistake has no name.
"""

from __future__ import annotations

import numpy as np

from nnlib.doctor.answers import whole
from nnlib.doctor.contract import VOCABULARY
from nnlib.doctor.facts import still
from nnlib.doctor.inferred import Model
from nnlib.doctor.leftovers import Explanation
from nnlib.doctor.probes import probe
from nnlib.doctor.readings import Readings, Unread, near
from nnlib.doctor.stages import backpropagate

PROBES = ("main", "three", "equal widths")
CLOSE = 5e-3  # what a fitted function may miss of an array; and ten times nearer than the right gradient


def by_stage(exam, ask) -> list[Explanation]:
    """The stage at fault, where what was inferred of it predicts every array of the answers; else []."""
    try:
        read = {n: Readings(ask, n) for n in PROBES}
        if all(r.entry_by_entry() for r in read.values()):
            return []
        with np.errstate(all="ignore"):
            model = Model(list(read.values()))
            if not model.parts or not all(_predicts(model, exam, n, r) for n, r in read.items() if exam.usable(n)):
                return []
    except (Unread, np.linalg.LinAlgError):
        return []
    first = model.parts[0]
    return [Explanation(3, [(slug, what, VOCABULARY[slug].formula) for slug, what, _ in model.parts], first[2])]


def _predicts(model, exam, name: str, r: Readings) -> bool:
    """Does the network with the inferred stages give every array of the answer, up to the mean over the samples?"""
    arrays, truth, p = exam.answers[name].arrays, exam.truth(name), probe(name)
    dW, db = backpropagate(p, model.changes(r))
    pairs = [(a, g, t) for a, g, t in zip(arrays, [*dW, *db], truth)]
    if any(a is None or a.shape != g.shape for a, g, _ in pairs):
        return False
    return any(
        all(
            near(a, c * g, 1e-5)
            or np.linalg.norm(a - c * g) < min(CLOSE * np.linalg.norm(a), 0.1 * np.linalg.norm(a - t))
            for a, g, t in pairs
        )
        for c in (1, len(p.X))
    )


def without_targets(exam, ask) -> list[Explanation]:
    """Other targets change no array at all, so that no slip of the way down can be read: the error itself is missing."""
    p, before = exam.problem("main"), whole(exam.answers.get("main"), exam.problem("main"))
    if before is None or exam.slow:
        return []
    same = lambda q: still(whole(ask(q), p), before)
    if not same(p._replace(E=p.E + 0.37)) or same(p._replace(X=0.9 * p.X)):
        return []
    slug, what = "wrong-cost-derivative", "other targets would change no gradient: the error A - E never comes in"
    return [Explanation(3, [(slug, what, VOCABULARY[slug].formula)], ("wrong-quantity-propagated",))]
