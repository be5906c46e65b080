"""The factor that is left where an array is right up to a number: its sign, its zeros, its name, and the slip behind it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nnlib.doctor.candidates.factors import COUNT, DOUBLE, NORATE, POWERS, RATE, SCOPES, SUM, TWICE, TWO, Places, holds
from nnlib.doctor.diagnosis import Slip
from nnlib.doctor.vocabulary import VOCABULARY

BASES = {
    "1": lambda p: 1.0, "T": lambda p: float(len(p.X)), "1/rate": lambda p: 1 / p.rate, "T/rate": lambda p: len(p.X) / p.rate,
    "rate": lambda p: p.rate,
}  # fmt: skip

EVERYWHERE = "everywhere"


@dataclass(frozen=True)
class Found:
    """The factors that are left, named: how simple, the slips, the categories with the same numbers, and the laws.

    A law is (scope, f): every array in the scope is f(problem, l) times as large.
    """

    cost: float
    slips: tuple[Slip, ...]
    also: tuple[str, ...] = ()
    laws: tuple = ()


def name_factors(values: np.ndarray, places: Places, tolerance: float, two: bool = False) -> list[Found]:
    """The slips behind these factors, one for each array (NaN: unknown); [] where they have no name, [Found(0, ())] for 1."""
    signs = _zeros_and_signs(values, places)
    if signs is None:
        return []
    values = np.where(values == 0, np.nan, np.abs(values))
    known = ~np.isnan(values)
    if not known.any():
        return []
    if (np.abs(values[known] - 1) <= tolerance).all():
        return [signs]
    found = [_said(factors, places.kind == "train_step") for factors in _fitting(values, known, places, tolerance, two)]
    if not found and (number := _constant(values, known, places, tolerance)):
        found = [_numbered(*number)]
    found = found or _by_the_data(values, places)
    return [Found(signs.cost + f.cost, signs.slips + f.slips, f.also, signs.laws + f.laws) for f in found]


def _zeros_and_signs(values: np.ndarray, places: Places) -> Found | None:
    """What is zero and what is negative, as far as a scope holds just these; None where none does."""
    cost, slips, laws, known = 0.0, [], [], ~np.isnan(values)
    for inside, factor in ((values == 0, 0.0), (values < 0, -1.0)):
        if (inside & known).any():
            scope = places.scope_of(inside, known)
            if scope is None:
                return None
            slips.append(_slip("sign", scope, "a sign is turned round") if factor else _zero(scope))
            cost += 1.1 if factor and scope != EVERYWHERE else 1.0
            laws.append((scope, lambda p, l, c=factor: c))
        known &= values != 0
    return Found(cost, tuple(slips), (), tuple(laws))


def _fitting(values, known, places, tolerance, two):
    """Tuples of one factor that fits, or of `two` in different scopes."""
    table, v = places.table, values[known]
    with np.errstate(all="ignore"):
        fits = np.flatnonzero((np.abs(table[:, known] / v - 1) < tolerance).all(axis=1))
        if len(fits) or not two:
            return [(places.factors[i],) for i in fits]
        plain = np.array([i for i, f in enumerate(places.factors) if len(f.parts) == 1 and f.cost <= 1.1])
        logs, goal = np.log(table[plain][:, known]), np.log(v)
    usable = np.isfinite(logs).all(axis=1)
    plain, logs = plain[usable], logs[usable]
    mix = np.random.default_rng(5).normal(size=len(v))
    keys, slack = logs @ mix, tolerance * np.abs(mix).sum()
    order = np.argsort(keys)
    first, last = (np.searchsorted(keys[order], goal @ mix - keys + s) for s in (-slack, slack))
    pairs = sorted((n, m) for n in np.flatnonzero(last > first) for m in order[first[n] : last[n]] if m >= n)
    return [
        (places.factors[plain[n]], places.factors[plain[m]])
        for n, m in pairs
        if (np.abs(logs[n] + logs[m] - goal) < tolerance).all()
    ]


def _slip(category: str, scope: str, words: str, number: float | None = None, line: str = "") -> Slip:
    return Slip(category, scope, words, line or VOCABULARY[category].formula, number)


def _zero(scope: str) -> Slip:
    weights, biases = holds(scope, "W"), holds(scope, "b")
    if not weights:
        return _slip("bias-gradient-zero", scope, "the biases get no gradient")
    if weights == {0, 1} and biases in ({0, 1}, set()):
        return _slip("only-last-layer", scope, "the hidden layers get nothing")
    return _slip("off-by-one-layer", scope, "the gradients are zero" if biases else "the weights get no gradient")


def _said(factors, step: bool) -> Found:
    """One or two factors as slips, with the categories that give the same numbers."""
    slips, also = [], []
    for f in factors:
        for part in f.parts:
            categories = part.categories
            if part is DOUBLE:  # in a step the line of the weights or biases alone may be run twice
                of_one_kind = not (holds(f.scope, "W") and holds(f.scope, "b"))
                categories = categories[::-1] if step and of_one_kind else categories if step else categories[:1]
            text = f"{VOCABULARY[categories[0]].mistake}: a factor {part.name}"
            text += " (L layers, l counts them from 1)" if part.layers else ""
            slips.append(_slip(categories[0], f.scope, text, part.number, _line(categories[0], f.scope, part.name)))
            also += categories[1:] if len(f.parts) == 1 else ()
    laws = tuple((f.scope, part.value) for f in factors for part in f.parts)
    return Found(sum(f.cost for f in factors), tuple(slips), tuple(also), laws)


def _line(category: str, scope: str, name: str) -> str:
    """The line of the formula in which the factor stands: that of db or dW where it is in one kind of array only."""
    weights, biases = holds(scope, "W"), holds(scope, "b")
    if weights and biases or scope in POWERS:
        return VOCABULARY[category].formula
    factor = f"/ {name[2:]}" if name.startswith("1/") else f"· {name}"
    return f"{'dW = A_prev.T @ dZ' if weights else 'db = sum_i dZ'} «{factor}»"


def _constant(values, known, places, tolerance):
    """(scope, number, what it is multiplied by) for a factor that is one number times 1, T, rate, ... in a scope, else 1."""
    bases = BASES if places.kind == "train_step" else {base: BASES[base] for base in ("1", "T")}
    moved, inside = known & (np.abs(values - 1) > tolerance), places.powers[: len(SCOPES)] == 1
    possible = [i for i in np.flatnonzero((inside | ~moved).all(axis=1)) if (inside[i] & known).any()]
    for base, number in bases.items():
        v = values / np.array([number(p) for p, _, _ in places.columns])
        for i in possible:
            m = v[inside[i] & known]
            if (np.abs(m - m[0]) <= tolerance * np.abs(m[0])).all():
                return places.scopes[i], float(m[0]), base
    scope = places.scope_of(moved, known)
    if scope is not None:
        m = values[moved]
        if (np.abs(m - m[0]) <= tolerance * np.abs(m[0])).all():
            return scope, float(m[0]), "1"
    return _power(values, known, places, tolerance)


def _power(values, known, places, tolerance):
    """A number that enters once more in every layer."""
    logs = np.log(values[known])
    for scope, exponent in zip(places.scopes[len(SCOPES) :], places.powers[len(SCOPES) :, known]):
        some = exponent > 0
        if some.any():
            c = np.exp((logs[some] / exponent[some]).mean())
            if np.allclose(values[known], c**exponent, rtol=tolerance * 10, atol=0):
                return scope, float(c), "1"
    return None


def _numbered(scope: str, c: float, base: str) -> Found:
    """The slips behind a constant factor c times T, 1/rate, ..., and the categories with the same numbers."""
    slips, also = _of_number(scope, c, base)
    law = (scope, lambda p, l: c * BASES[base](p))
    return Found(1.5 + 0.2 * (len(slips) - 1), slips, also, (law,))


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
    line = VOCABULARY[RATE].formula
    if not holds(scope, "W"):
        line = line.replace("dW = ", "db = ").replace("A_prev.T @ dZ", "sum_i dZ")
    constant = slip(RATE, f"a constant factor {c:.6g} stands in the gradient", line)
    own = slip(NORATE, f"the step uses a rate of its own, {c:.6g}")
    not_divided = slip(SUM, VOCABULARY[SUM].mistake)
    return {
        "1": (constant,), "T": (constant, not_divided), "1/rate": (own,), "T/rate": (own, not_divided),
        "rate": (slip(RATE, f"the rate is applied twice, with a factor {c:.6g}", line),),
    }[base], ()  # fmt: skip


def _by_the_data(values, places) -> list[Found]:
    """One number for all arrays of a problem, but another for each: a factor at the output that depends on the data."""
    by_problem: dict = {}
    for (p, _, _), c in zip(places.columns, values):
        if not np.isnan(c):
            by_problem.setdefault(p.name, []).append(c)
    if len(by_problem) < 2 or any(not np.allclose(v, v[0], rtol=1e-6) for v in by_problem.values()):
        return []
    numbers = [v[0] for v in by_problem.values()]
    words = "the whole gradient is multiplied by a number that changes with the data: "
    words += ", ".join(f"{s:.4g}" for s in numbers[:3])
    unknown = any(abs(s - 1) < 1e-6 for s in numbers)
    slip = _slip("unknown" if unknown else "wrong-cost-derivative", EVERYWHERE, words)
    return [Found(2.5, (slip,), () if unknown else (COUNT,))]
