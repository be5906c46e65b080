"""The factor that is left where an array is right up to a number: its sign, its zeros, its name, and the slip behind it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nnlib.doctor.diagnosis import Slip
from nnlib.doctor.factors import COUNT, NORATE, PARTS, RATE, SCOPES, SUM, TWICE, TWO, Factor, Places
from nnlib.doctor.vocabulary import VOCABULARY

BASES = {
    "1": lambda p: 1.0, "T": lambda p: float(len(p.X)), "1/rate": lambda p: 1 / p.rate, "T/rate": lambda p: len(p.X) / p.rate,
    "rate": lambda p: p.rate,
}  # fmt: skip


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
    known = ~np.isnan(values)
    cost, slips, laws = 0.0, [], []
    for special, inside in (("zero", values == 0), ("sign", values < 0)):
        if not inside[known].any():
            continue
        scope = places.scope_of(inside, known)
        if scope is None:
            return []
        slips.append(_zero(scope) if special == "zero" else _slip("sign", scope, "a sign is turned round"))
        cost += 1.0 if scope == "everywhere" or special == "zero" else 1.1
        laws.append((scope, lambda p, l, c=0.0 if special == "zero" else -1.0: c))
        values = np.where(inside, np.nan, values) if special == "zero" else np.abs(values)
        known = ~np.isnan(values)
    if not known.any():
        return []
    if (np.abs(values[known] - 1) <= tolerance).all():
        return [Found(cost, tuple(slips), (), tuple(laws))]
    found = [
        Found(
            cost + f.cost, (*slips, *own), also, (*laws, *((g.scope, part.value) for g in factors for part in g.parts))
        )
        for factors in _fitting(values, known, places, tolerance, two)
        for own, also, f in [_said(factors, places.kind == "train_step")]
    ]
    if not found:
        number = _constant(values, known, places, tolerance)
        if number:
            own, also = _numbered(*number)
            scope, c, base = number
            law = (scope, lambda p, l: c * BASES[base](p))
            found = [Found(cost + 1.5 + 0.2 * (len(own) - 1), (*slips, *own), also, (*laws, law))]
    return found or _by_the_data(values, places, cost, slips)


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
    if scope.endswith("biases") or scope.startswith("db") and "dW" not in scope:
        return _slip("bias-gradient-zero", scope, "the biases get no gradient")
    if scope in ("hidden layers", "hidden weights"):
        return _slip("only-last-layer", scope, "the hidden layers get nothing")
    return _slip(
        "off-by-one-layer",
        scope,
        "the weights get no gradient" if scope.endswith("weights") else "the gradients are zero",
    )


def _said(factors, step: bool):
    """(slips, categories with the same numbers, the factor for its cost) of one or two factors."""
    slips, also = [], []
    for f in factors:
        single = len(f.parts) == 1
        for part in f.parts:
            categories = part.categories
            if part.name == "2" and step and f.scope in PARTS:  # weights or biases alone: their line is run twice
                categories = categories[::-1]
            elif part.name == "2" and not step:
                categories = categories[:1]
            text = f"{VOCABULARY[categories[0]].mistake}: a factor {part.name}"
            if part.name in ("l", "L", "(L+1-l)", "T/L", "1/L"):
                text += " (L layers, l counts them from 1)"
            slips.append(_slip(categories[0], f.scope, text, part.number, _line(categories[0], f.scope, part.name)))
            also += categories[1:] if single else ()
    return slips, tuple(also), Factor((), "", sum(f.cost for f in factors))


def _line(category: str, scope: str, name: str) -> str:
    """The line of the formula in which the factor stands: that of db or dW where it is in one kind of array only."""
    lines = {"biases": "db = sum_i dZ", "weights": "dW = A_prev.T @ dZ"}
    line = next((line for kind, line in lines.items() if scope.endswith(kind)), "")
    factor = f"/ {name[2:]}" if name.startswith("1/") else f"· {name}"
    return f"{line} «{factor}»" if line else VOCABULARY[category].formula


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


def _numbered(scope: str, c: float, base: str):
    """The slips behind a constant factor, and the categories with the same numbers."""
    plain = VOCABULARY[RATE].formula
    line = plain.replace("dW = ", "db = ").replace("A_prev.T @ dZ", "sum_i dZ") if scope.endswith("biases") else plain

    def slip(category, words, formula=""):
        return _slip(category, scope, words, c, formula)

    count = round(1 / c) if c > 1e-12 else 0
    if base == "1" and abs(np.log2(c) - round(np.log2(c))) < 1e-9 and 0.2 < c < 5:
        category = TWICE if c > 1 else TWO
        return [slip(category, f"{VOCABULARY[category].mistake}: a factor {c:g}")], (TWO,) if c > 1 else (TWICE,)
    if base == "T" and abs(1 / c - count) < 1e-6 and count > 1:
        also = (RATE,) if count in (10, 100, 1000, 10000) else ("batch-remainder",)
        return [slip(COUNT, f"the sum is divided by {count}, whatever T is")], (*also, SUM)
    if base == "1" and c < 1e-7:
        words = f"the differences are multiplied by h, not divided by it: a factor {c:.3g}"
        return [slip("finite-difference-error", words, "(C(w + h) - C(w - h)) / «(2 h)»")], (RATE,)
    rate = slip(RATE, f"a constant factor {c:.6g} stands in the gradient", line)
    if base.endswith("/rate"):
        rate = slip(NORATE, f"the step uses a rate of its own, {c:.6g}")
    if base == "rate":
        rate = slip(RATE, f"the rate is applied twice, with a factor {c:.6g}", line)
    return [rate, *([slip(SUM, VOCABULARY[SUM].mistake)] if base.startswith("T") else [])], ()


def _by_the_data(values, places, cost, slips) -> list[Found]:
    """One number for all arrays of a problem, but another for each: a factor at the output that depends on the data."""
    by_problem: dict = {}
    for (p, _, _), c in zip(places.columns, values):
        if not np.isnan(c):
            by_problem.setdefault(p.name, []).append(c)
    if any(not np.allclose(v, v[0], rtol=1e-6) for v in by_problem.values()) or len(by_problem) < 2:
        return []
    numbers = [v[0] for v in by_problem.values()]
    words = "the whole gradient is multiplied by a number that changes with the data: "
    words += ", ".join(f"{s:.4g}" for s in numbers[:3])
    category = "unknown" if any(abs(s - 1) < 1e-6 for s in numbers) else "wrong-cost-derivative"
    return [
        Found(cost + 2.5, (*slips, _slip(category, "everywhere", words)), (COUNT,) if category != "unknown" else ())
    ]
