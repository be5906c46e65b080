"""Does a hypothesis give what the learner gave? The one place where the two are compared, array by array.

A factor that is left where an array is right up to a number gets its name here: its sign, its zeros, the slip behind it.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from nnlib.doctor.candidates.edits import SCOPE_COST
from nnlib.doctor.candidates.factors import COUNT, DOUBLE, NORATE, POWERS, RATE, SUM, TWICE, TWO, Factor, Places, holds
from nnlib.doctor.candidates.passes import Candidate
from nnlib.doctor.diagnosis import Slip
from nnlib.doctor.questions.exam import multiple
from nnlib.doctor.search.hypotheses import Evidence, Hypothesis
from nnlib.doctor.vocabulary import VOCABULARY
from nnlib.doctor.words import formula_of, words_of

BASES = {
    "1": lambda p: 1.0, "T": lambda p: float(len(p.X)), "1/rate": lambda p: 1 / p.rate, "T/rate": lambda p: len(p.X) / p.rate,
    "rate": lambda p: p.rate,
}  # fmt: skip

EVERYWHERE, SLOPE = "everywhere", "wrong-activation-derivative"


def name_factors(values: np.ndarray, places: Places, tolerance: float, two: bool = False) -> list[Hypothesis]:
    """The slips behind these factors, one for each array (NaN: unknown), or `two` in different arrays.

    [] where they have no name, [Hypothesis()] where they are 1.
    """
    signs = _zeros_and_signs(values, places)
    if signs is None:
        return []
    values = np.where(values == 0, np.nan, np.abs(values))
    known = ~np.isnan(values)
    if not known.any():
        return [signs] if signs.slips else []
    if (np.abs(values[known] - 1) <= tolerance).all():
        return [signs]
    found = [_said(f, places.kind) for f in _fitting(values, places, tolerance)]
    if not found and (number := _constant(values, known, places, tolerance)):
        found = [_numbered(*number)]
    found = found or (_apart(values, places, tolerance) if two else [])
    return [signs.beside(f) for f in found]


def _zeros_and_signs(values: np.ndarray, places: Places) -> Hypothesis | None:
    """What is zero and what is negative, as far as a scope holds just these; None where none does."""
    known, found = ~np.isnan(values), Hypothesis()
    if (values == 0).any():
        scope = places.scope_of(values == 0, known)
        if scope is None:
            return None
        slip, also = _zero(scope, places.kind == "train_step")
        found, known = Hypothesis(1.0, (slip,), also, laws=((scope, lambda p, l: 0.0),)), known & (values != 0)
    if (values[known] < 0).any():
        scope = places.scope_of(values < 0, known, odd=True)
        if scope is None:
            return None
        cost, slip = 1.0 + 0.1 * (scope != EVERYWHERE), _slip("sign", scope, "a sign is turned round")
        found = found.beside(Hypothesis(cost, (slip,), laws=((scope, lambda p, l: -1.0),)))
    return found


def _fitting(values, places, tolerance, scopes=None) -> list[Factor]:
    """The factors that fit, of all scopes or of some."""
    known = ~np.isnan(values)
    with np.errstate(all="ignore"):
        fits = np.flatnonzero((np.abs(places.table[:, known] / values[known] - 1) < tolerance).all(axis=1))
    return [places.factors[i] for i in fits if scopes is None or places.factors[i].scope in scopes]


def _apart(values, places, tolerance) -> list[Hypothesis]:
    """One factor in some arrays, another one in the rest."""
    found = []
    for scopes in (("weights", "biases"), ("output layer", "hidden layers")):
        held = [places.powers[places.scopes.index(scope)] == 1 for scope in scopes]
        sides = [_fitting(np.where(h, values, np.nan), places, tolerance, (s,)) for h, s in zip(held, scopes)]
        found += [_said(f, places.kind).beside(_said(g, places.kind)) for f in sides[0] for g in sides[1]]
    return found


def _slip(category: str, scope: str, words: str, number: float | None = None, line: str = "") -> Slip:
    return Slip(category, scope, words, line or VOCABULARY[category].formula, number)


def _zero(scope: str, step: bool) -> tuple[Slip, tuple[str, ...]]:
    """The slip where the arrays in a scope are zero, and the categories that give the same numbers."""
    weights, biases = holds(scope, "W"), holds(scope, "b")
    if len(weights) == len(biases) == 3 and step:
        words = "the step changes nothing: the old weights come back"
        return Slip("unknown", scope, words, "W_new = «W»"), ("learning-rate-ignored", SLOPE, "integer-truncation")
    if len(weights) == len(biases) == 3:
        words = "every gradient is 0: a slope of 0, as in a * 1 - a, or a difference with no step"
        return Slip(SLOPE, scope, words, "dZ = dA · «f'(Z)»"), ("finite-difference-error", "integer-truncation")
    if not weights:
        return _slip("bias-gradient-zero", scope, "the biases get no gradient"), ()
    if weights == {0, 1} and biases in ({0, 1}, set()):
        return _slip("only-last-layer", scope, "the hidden layers get nothing"), ()
    return _slip("off-by-one-layer", scope, "the gradients are zero" if biases else "the weights get no gradient"), ()


def _said(f: Factor, kind: str) -> Hypothesis:
    """A factor as slips, with the categories that give the same numbers."""
    slips, also = [], ()
    for part in f.parts:
        categories = part.categories
        if part is DOUBLE:  # in a step the line of the weights or biases alone may be run twice
            of_one_kind = not (holds(f.scope, "W") and holds(f.scope, "b"))
            categories = categories[:1] if kind == "gradients" else categories[::-1] if of_one_kind else categories
        text = f"{VOCABULARY[categories[0]].mistake}: a factor {part.name}"
        text += " (L layers, l counts them from 1)" if part.layers else ""
        slips.append(_slip(categories[0], f.scope, text, part.number, _line(categories[0], f.scope, part.name)))
        also = categories[1:] if len(f.parts) == 1 else ()
    return Hypothesis(f.cost, tuple(slips), also, laws=tuple((f.scope, part.value) for part in f.parts))


def _line(category: str, scope: str, name: str) -> str:
    """The line of the formula in which the factor stands: that of db or dW where it is in one kind of array only."""
    weights, biases = holds(scope, "W"), holds(scope, "b")
    if weights and biases or scope in POWERS:
        return VOCABULARY[category].formula
    return f"{'dW = A_prev.T @ dZ' if weights else 'db = sum_i dZ'} «· {name}»"


def _constant(values, known, places, tolerance):
    """(scope, c, base) where the factor is the same c times the base, 1, T, rate, ..., in a scope, and 1 outside; else None."""
    scopes, moved = list(zip(places.scopes, places.powers)), known & (np.abs(values - 1) > tolerance)
    if (own := places.scope_of(moved, known)) not in (None, *places.scopes):
        scopes.append((own, moved.astype(float)))
    for base in BASES if places.kind == "train_step" else ("1", "T"):
        unit = np.array([BASES[base](p) for p, _, _ in places.columns])
        for scope, power in scopes:
            inside = known & (power > 0)
            if inside.any() and not (moved & ~inside).any():
                c = values[inside] ** (1 / power[inside]) / unit[inside]
                if (np.abs(c - c[0]) <= tolerance * c[0]).all():
                    return scope, float(c[0]), base
    return None


def _numbered(scope: str, c: float, base: str) -> Hypothesis:
    """The slips behind a constant factor c times T, 1/rate, ..., and the categories with the same numbers."""
    slips, also = _of_number(scope, c, base)
    law = (scope, lambda p, l: c * BASES[base](p))
    return Hypothesis(1.5 + 0.2 * (len(slips) - 1), slips, also, laws=(law,))


def _of_number(scope: str, c: float, base: str) -> tuple[tuple[Slip, ...], tuple[str, ...]]:
    def slip(category, words, formula=""):
        return _slip(category, scope, words, c, formula)

    count = round(1 / c) if c > 1e-12 else 0
    if base == "1" and abs(np.log2(c) - round(np.log2(c))) < 1e-9 and 0.2 < c < 5:
        category, other = (TWICE, TWO) if c > 1 else (TWO, TWICE)
        return (slip(category, f"{VOCABULARY[category].mistake}: a factor {c:g}"),), (other,)
    if base == "T" and count > 1 and abs(1 / c - count) < 1e-6:
        also = RATE if count in (10, 100, 1000, 10000) else "batch-remainder"
        return (slip(COUNT, f"the sum is divided by {count}, whatever T is"),), (also, SUM)
    if base == "1" and c < 1e-7:
        words = f"the differences are multiplied by h, not divided by it: a factor {c:.3g}"
        return (slip("finite-difference-error", words, "(C(w + h) - C(w - h)) / «(2 h)»"),), (RATE,)
    line = _line(RATE, scope, f"{c:.6g}")
    constant = slip(RATE, f"a constant factor {c:.6g} stands in the gradient", line)
    own = slip(NORATE, f"the step uses a rate of its own, {c:.6g}")
    not_divided = slip(SUM, VOCABULARY[SUM].mistake)
    return {
        "1": (constant,), "T": (constant, not_divided), "1/rate": (own,), "T/rate": (own, not_divided),
        "rate": (slip(RATE, f"the rate is applied twice, with a factor {c:.6g}", line),),
    }[base], ()  # fmt: skip


def of(candidates: tuple[Candidate, ...], setting, number: float | None = None, unit: str = "", **more) -> Hypothesis:
    """The hypothesis that these candidates were made, with the number that was found out."""
    cost = sum(1 + c.cost + SCOPE_COST.get(c.scope, 0.05) for c in candidates) + 0.05 * bool(unit)
    said = None if number is None else f"{number:.6g}{unit}"
    slips = tuple(_slip_of(c, setting, said, number) for c in candidates)
    also = tuple(a for c in candidates for a in c.names[1])
    return Hypothesis(cost, slips, also, candidates, number or 0.0, **more)


def _slip_of(c: Candidate, setting, said: str | None, number: float | None) -> Slip:
    words = words_of(c, setting)
    words = words if said is None else words.format(number=said)
    return Slip(c.names[0], c.scope, words, formula_of(c, setting), number)


def judged(evidence: Evidence, h: Hypothesis, two: bool = False) -> list[Hypothesis]:
    """The hypothesis with whatever pure factor is left, of `two` scopes if need be; [] where it does not fit every problem.

    With one output, input or neuron, a column may stretch over others: two such problems may be left out.
    """
    columns, missed = {}, 0
    for i in (*range(1, len(evidence.problems)), 0):  # a candidate was chosen since it fits the first
        p = evidence.problems[i]
        factor = factors_on(evidence, i, h.made(p, evidence.setting))
        if factor is None and h.candidates and {"output", "input", "neuron"} & p.traits:
            factor, missed = np.full(2 * p.layers, np.nan), missed + 1
        if factor is None or missed > 2 or missed and len(evidence.problems) < missed + 2:
            return []
        columns[i] = factor
    runs = h.candidates and any(h.made(p, evidence.setting) is not None for p in evidence.raised)
    cost = h.cost + 0.1 * missed + 0.1 * bool(runs)  # it should raise where the learner's code does
    values = np.concatenate([columns[i] for i in range(len(evidence.problems))])
    return [
        replace(h, cost=cost).beside(f)
        for f in name_factors(values, evidence.places, max(2e-7, 10 * evidence.tolerance), two)
        if h.candidates or f.slips
    ]


def factors_on(evidence: Evidence, i: int, reference):
    """The factor of each array of problem i over a reference (nan: unknown); None where some array is no multiple of it."""
    if reference is None or len(reference) != len(evidence.arrays[i]):
        return None
    p, found = evidence.problems[i], []
    for v, u, old, tolerance in zip(evidence.arrays[i], reference, (*p.weights, *p.biases), evidence.tolerances[i]):
        u = stretched(u, old.shape) if evidence.setting.kind == "train_step" else u
        if v is not None and (u is None or v.shape != u.shape and v.squeeze().shape != u.squeeze().shape):
            return None
        c = np.inf if v is None else multiple(v, u, tolerance)
        if np.isnan(c):
            return None
        lost = tolerance > 1e-5 > evidence.tolerance  # of a step: rounding left no digits of the factor
        found.append(np.nan if np.isinf(c) or lost and c else c)
    return np.array(found)


def stretched(v, shape):
    """What is left of an array after it was subtracted from a parameter of this shape; None where it cannot be."""
    if v.shape == shape:
        return v
    try:
        return np.broadcast_to(v, np.broadcast_shapes(v.shape, shape))
    except ValueError:
        return None
