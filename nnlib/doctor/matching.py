"""Find the simplest mistakes of the table that reproduce the learner's numbers on every probe problem."""

from __future__ import annotations

import numpy as np

from nnlib.doctor.leftovers import Evidence, Explanation, explain_factors, factors_of
from nnlib.doctor.references import FREE, answer, compute, right, shelf
from nnlib.doctor.table.row import Mistake


def _all_factors(reference_of, evidence: Evidence, names):
    rows = []
    for name in reversed(names):  # the last has many samples: most of what fits the first fails there, and soon
        factor = factors_of(reference_of(name), evidence, name)
        if factor is None:
            return None
        rows.append(factor)
    return np.concatenate(rows[::-1])


def judged(mistakes: tuple[Mistake, ...], reference_of, evidence: Evidence, names, extra=0.0, two: bool = False):
    """Explanations by these mistakes, with whatever pure factor is left; [] where they do not fit on every probe."""
    values = _all_factors(reference_of, evidence, names)
    if values is None:
        return []
    rows = [m.row for m in mistakes]
    parts = [(m.row.category, m.describe(), m.row.formula) for m in mistakes]
    base = extra + sum(1 + r.cost + _SCOPE_COST.get(m.scope, 0.05) for r, m in zip(rows, mistakes))
    also = tuple(a for r in rows for a in r.also)
    plain = explain_factors(values, evidence, names, two)
    return [
        Explanation(
            base + cost,
            parts + more,
            also + others,
            convention or (mistakes[0].convention if len(rows) == 1 and not cost else ""),
            mistakes,
        )
        for cost, more, others, convention in plain
    ]


_SCOPE_COST = {"everywhere": 0.0, "output layer": 0.01, "hidden layers": 0.01, "all but the first layer": 0.03}


def explain(evidence: Evidence) -> list[Explanation]:
    """Every explanation of the evidence, the simplest first: the right gradient times factors, then single mistakes.

    [] where nothing in the table reproduces the numbers.
    """
    names = list(evidence.arrays)
    if not names:
        return []
    truth = lambda n: right(n, evidence.activations)
    found = judged((), truth, evidence, names)
    if not found or min(e.cost for e in found) > 1.35:  # else one pure factor: nothing is simpler
        primary, stock, table = compare(evidence)
        for i in np.flatnonzero(~np.isnan(table).any(axis=1)):
            m, zero = stock.mistakes[i], table[i] == 0
            if stock.as_right[i][zero].all():  # what is zero shows nothing of the mistake
                extra = _raises_otherwise(m, evidence)
                found += judged((m,), lambda n: answer(m, n, evidence.activations), evidence, names, extra)
        if not found or min(e.cost for e in found) > 1.3:
            found += _free(evidence, names, primary)
        if not found:
            found = judged((), truth, evidence, names, two=True)
    return sorted((e for e in found if e.parts), key=lambda e: e.cost)


def explain_small(evidence: Evidence) -> list[Explanation]:
    """Explanations of a small deviation: mistakes with a free number, which may be as small as it likes."""
    found = _free(evidence, list(evidence.arrays), _primary(evidence))
    return sorted(found, key=lambda e: e.cost)


def compare(evidence: Evidence):
    """The probe on which all mistakes are compared, their answers there, and the factor of each array to each answer."""
    primary = _primary(evidence)
    stock = shelf(evidence.kind, primary, evidence.activations)
    return primary, stock, stock.factors(evidence.arrays[primary], evidence.tolerances[primary])


def _primary(evidence: Evidence) -> str:
    """The probe on which all mistakes are compared: the first with every array present; distinct widths come first."""
    return min(
        evidence.arrays, key=lambda n: (sum(a is None for a in evidence.arrays[n]), list(evidence.arrays).index(n))
    )


def _raises_otherwise(m: Mistake, evidence: Evidence) -> float:
    """A little dearer where the learner's code raises and this mistake would not."""
    return 0.3 if any(answer(m, n, evidence.activations) is not None for n in evidence.raised[:1]) else 0.0


def _free(evidence: Evidence, names, primary):
    """Mistakes with one unknown number: fit it on each probe, then compare as before."""
    found = []
    for m in FREE:
        if _fit(m, evidence, primary) is None:
            continue
        fitted = {n: _fit(m, evidence, n) for n in names}
        if None in fitted.values():
            continue
        explanations = judged((m,), lambda n: compute((m,), n, evidence.activations, fitted[n]), evidence, names, 0.4)
        for e in explanations:
            category, what, formula = e.parts[0]
            e.parts[0] = (category, what + f"; here the number is {fitted[primary]:.4g}", formula)
        found += explanations
    return found


def _fit(m: Mistake, evidence: Evidence, name: str):
    """The number p with which the mistake reproduces the first array that it changes; None where none does, or p = 0."""
    truth = right(name, evidence.activations)
    moved = compute((m,), name, evidence.activations, 1.0)
    if moved is None:
        return None
    L = len(truth) // 2
    for k in [k for l in reversed(range(L)) for k in (l, l + L)]:
        v, t = evidence.arrays[name][k], truth[k]
        d = moved[k] - t
        if v is None or v.shape != t.shape:
            return None
        if np.linalg.norm(d) < 1e-12 * np.linalg.norm(t):
            continue
        if t.size < 3:  # biases, too few to tell two numbers by: the weights of the layer help
            d = np.concatenate([d.ravel(), (moved[k - L] - truth[k - L]).ravel()])
            v = np.concatenate([v.ravel(), evidence.arrays[name][k - L].ravel()])
            t = np.concatenate([t.ravel(), truth[k - L].ravel()])
        basis = np.stack([t.ravel(), d.ravel()], axis=1)
        (s, q), *_ = np.linalg.lstsq(basis, v.ravel(), rcond=None)
        rest = np.linalg.norm(basis @ (s, q) - v.ravel())
        if rest > max(20 * evidence.tolerances[name][k], 1e-7) * np.linalg.norm(v) or s == 0:
            return None
        return None if abs(q / s) * np.linalg.norm(d) < 1e-10 * np.linalg.norm(t) else q / s
    return None
