"""Find the simplest mistakes of the table that reproduce the learner's numbers on every probe problem."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from nnlib.doctor import factors as pure
from nnlib.doctor.contract import VOCABULARY, severity
from nnlib.doctor.references import FREE, answer, compute, multiples, right, shelf
from nnlib.doctor.table.row import Mistake


@dataclass
class Explanation:
    """One way to get the learner's numbers: the slips that make them, and how simple it is (the lower, the simpler)."""

    cost: float
    parts: list  # (category, what happens, formula)
    also: tuple[str, ...] = ()
    convention: str = ""

    @property
    def categories(self) -> tuple[str, ...]:
        """Each category once, in root order; then those that would give the same numbers."""
        own = sorted(dict.fromkeys(c for c, _, _ in self.parts), key=severity)
        return tuple(dict.fromkeys((*own, *self.also)))


@dataclass
class Evidence:
    """What the matcher knows of the learner: arrays and tolerances for each usable probe problem."""

    kind: str
    activations: object
    arrays: dict  # probe name -> list of 2L arrays (None: unknown)
    tolerances: dict  # probe name -> list of 2L numbers
    raised: tuple[str, ...] = ()

    def only(self, names) -> Evidence:
        return Evidence(self.kind, self.activations, {n: self.arrays[n] for n in names}, self.tolerances, ())


def _factors_of(reference, evidence: Evidence, name: str):
    """The factors of one reference on one probe: None where some array is no multiple of it."""
    arrays = evidence.arrays[name]
    if reference is None or len(reference) != len(arrays):
        return None
    result = np.empty(len(arrays))
    for k, (v, u) in enumerate(zip(arrays, reference)):
        if v is None:
            result[k] = np.inf
            continue
        if v.shape != u.shape or not np.isfinite(u).all():
            return None
        result[k] = multiples(v.ravel(), u.reshape(1, -1), evidence.tolerances[name][k])[0]
    return None if np.isnan(result).any() else np.where(np.isinf(result), np.nan, result)


def _explain_factors(values, evidence: Evidence, names, two: bool = False):
    """[(cost, parts, also, convention)] for the factors that a row leaves over; [] where they have no name."""
    names, parts, cost, also = tuple(names), [], 0.0, ()
    where_zero = pure.zeros(values, names)
    if where_zero is None:
        return []
    if where_zero:
        category, what = ZERO_SCOPES.get(where_zero, ("off-by-one-layer", "the gradients are zero"))
        parts.append((category, f"{what} ({where_zero})", VOCABULARY[category].formula))
        cost += 1
        values = np.where(values == 0, np.nan, values)
    if np.isnan(values).all():
        return []
    negative = pure.signs(values, names)
    if negative is None:
        return []
    if negative:
        only = "" if negative == "everywhere" else f" ({negative})"
        parts.append(("sign", f"the sign is turned round{only}", VOCABULARY["sign"].formula))
        cost += 1 if not only else 1.1
    magnitude, tolerance = np.abs(values), max(2e-7, max(max(evidence.tolerances[n]) for n in names) * 10)
    found = []
    for patterns in pure.explain(magnitude, names, evidence.kind, tolerance, two):
        more, others = list(parts), []
        for q in patterns:
            text = f"a factor {q.named.name}" + ("" if q.scope == "everywhere" else f", {q.scope}")
            chosen = q.named.categories if q.named.pair else q.named.categories[:1]
            more += [(c, f"{VOCABULARY[c].mistake}: {text}", VOCABULARY[c].formula) for c in chosen]
            others += [] if q.named.pair else q.named.categories[1:]
        simple = len(patterns) < 2 and all(q.scope == "everywhere" for q in patterns) and not negative and not where_zero
        convention = CONVENTIONS.get(patterns[0].named.name, "") if patterns and simple else ""
        found.append((cost + sum(q.cost for q in patterns), more, tuple(others), convention))
    if not found:
        number = pure.constant(magnitude, names, evidence.kind, tolerance)
        if number:
            more, other = _constant_parts(*number)
            found.append((cost + 1.5 + .2 * (len(more) - 1), parts + more, other, ""))
    if not found:
        found = _any_scalar(values, names, cost, parts)
    return found


ZERO_SCOPES = {
    "biases": ("bias-gradient-zero", "the biases get no gradient"),
    "hidden biases": ("bias-gradient-zero", "the biases get no gradient"),
    "output biases": ("bias-gradient-zero", "the biases get no gradient"),
    "first biases": ("bias-gradient-zero", "the biases get no gradient"),
    "second biases": ("bias-gradient-zero", "the biases get no gradient"),
    "middle biases": ("bias-gradient-zero", "the biases get no gradient"),
    "hidden layers": ("only-last-layer", "the hidden layers get nothing"),
    "hidden weights": ("only-last-layer", "the hidden weights get nothing"),
    "weights": ("off-by-one-layer", "the weights get no gradient"),
}
CONVENTIONS = {
    "1/2": "the cost with a factor 1/2",
    "T": "the sum over the samples in place of the mean",
    "T/2": "the sum over the samples with a factor 1/2",
    "1/n_out": "the mean over the outputs as well",
    "1/n_out/2": "the mean over the outputs as well, with a factor 1/2",
    "T/n_out": "the sum over the samples of the mean over the outputs",
}


def _constant_parts(scope, c, base):
    """The slips behind a constant factor, and the categories with the same numbers."""
    only = "" if scope == "everywhere" else f" ({scope})"

    def part(category, what):
        return category, what + only, VOCABULARY[category].formula

    if base == "T" and abs(1 / c - round(1 / c)) < 1e-6 and round(1 / c) > 1:
        what = f"the sum is divided by {round(1 / c)}, whatever T is"
        return [part("divided-by-wrong-count", what)], ("batch-remainder", "sum-instead-of-mean")
    rate = part("learning-rate-in-gradient", f"a constant factor {c:.6g} stands in the gradient")
    if base.endswith("/rate"):
        rate = part("learning-rate-ignored", f"the step uses a rate of its own, {c:.6g}")
    if base == "rate":
        rate = part("learning-rate-in-gradient", f"the rate is applied twice, with a factor {c:.6g}")
    if base.startswith("T"):
        return [rate, part("sum-instead-of-mean", VOCABULARY["sum-instead-of-mean"].mistake)], ()
    return [rate], ()


def _any_scalar(values, names, cost, parts):
    """One number for all arrays of a probe, but another for each probe: a factor at the output that depends on the data."""
    start, scalars = 0, []
    for name in names:
        n = 2 * _layers(name)
        part = values[start : start + n]
        part, start = part[~np.isnan(part)], start + n
        if len(part) and not np.allclose(part, part[0], rtol=1e-6):
            return []
        scalars += list(part[:1])
    what = "the whole gradient is multiplied by a number that changes with the data: " + ", ".join(f"{s:.4g}" for s in scalars[:3])
    category = "wrong-cost-derivative"
    return [(cost + 2.5, parts + [(category, what, VOCABULARY[category].formula)], ("divided-by-wrong-count",), "")]


def _layers(name):
    from nnlib.doctor.probes import probe

    return len(probe(name).weights)


def _all_factors(reference_of, evidence: Evidence, names):
    rows = []
    for name in names:
        factor = _factors_of(reference_of(name), evidence, name)
        if factor is None:
            return None
        rows.append(factor)
    return np.concatenate(rows)


def _judge(mistakes: tuple[Mistake, ...], reference_of, evidence: Evidence, names, extra=0.0, two: bool = False):
    """Explanations by these mistakes, with whatever pure factor is left; [] where they do not fit on every probe."""
    values = _all_factors(reference_of, evidence, names)
    if values is None:
        return []
    rows = [m.row for m in mistakes]
    parts = [(m.row.category, m.describe(), m.row.formula) for m in mistakes]
    base = extra + sum(1 + r.cost + _SCOPE_COST.get(m.scope, .05) for r, m in zip(rows, mistakes))
    also = tuple(a for r in rows for a in r.also)
    plain = _explain_factors(values, evidence, names, two)
    return [
        Explanation(base + cost, parts + more, also + others, convention or (rows[0].convention if len(rows) == 1 and not cost else ""))
        for cost, more, others, convention in plain
    ]


_SCOPE_COST = {"everywhere": 0.0, "output layer": 0.01, "hidden layers": 0.01, "all but the first layer": 0.03}


def explain(evidence: Evidence, seconds: float = 0.4) -> list[Explanation]:
    """Every explanation of the evidence, the simplest first: the right gradient times factors, then single mistakes.

    [] where nothing in the table reproduces the numbers within `seconds`.
    """
    names = list(evidence.arrays)
    if not names:
        return []
    truth = lambda n: right(n, evidence.activations)
    found = _judge((), truth, evidence, names)
    if not found or min(e.cost for e in found) > 1.35:  # else one pure factor: nothing is simpler
        primary, stock, table = _compare(evidence)
        zero = table == 0
        fitting = [
            i
            for i in np.flatnonzero(~np.isnan(table).any(axis=1))
            if all(stock.as_right[i][k] for k in np.flatnonzero(zero[i])) and not (found and stock.as_right[i].all())
        ]
        stop = time.perf_counter() + seconds
        for i in sorted(fitting, key=lambda i: stock.mistakes[i].row.cost):
            if time.perf_counter() > stop:
                break
            m = stock.mistakes[i]
            if stock.as_right[i].all() and not _fits_last(m, evidence, names):
                continue  # wrong only where there are many samples
            extra = _raises_otherwise(m, evidence)
            found += _judge((m,), lambda n: answer(m, n, evidence.activations), evidence, names, extra)
        if not found or min(e.cost for e in found) > 1.3:
            found += _free(evidence, names, primary)
        if not found:
            found = _judge((), truth, evidence, names, two=True)
    return sorted((e for e in found if e.parts), key=lambda e: e.cost)


def explain_small(evidence: Evidence) -> list[Explanation]:
    """Explanations of a small deviation: mistakes with a free number, which may be as small as it likes."""
    found = _free(evidence, list(evidence.arrays), _primary(evidence))
    return sorted(found, key=lambda e: e.cost)


def explain_pairs(evidence: Evidence, seconds: float = 0.3) -> list[Explanation]:
    """Two mistakes of the table at once, the simplest first, searched for no longer than `seconds`."""
    primary, stock, table = _compare(evidence)
    return sorted(_pairs(evidence, list(evidence.arrays), primary, stock, table, seconds), key=lambda e: e.cost)


def _compare(evidence: Evidence):
    primary = _primary(evidence)
    stock = shelf(evidence.kind, primary, evidence.activations)
    return primary, stock, stock.factors(evidence.arrays[primary], evidence.tolerances[primary])


def _fits_last(m: Mistake, evidence: Evidence, names) -> bool:
    return _factors_of(answer(m, names[-1], evidence.activations), evidence, names[-1]) is not None


def _primary(evidence: Evidence) -> str:
    """The probe on which all mistakes are compared: the first with every array present; distinct widths come first."""
    return min(evidence.arrays, key=lambda n: (sum(a is None for a in evidence.arrays[n]), list(evidence.arrays).index(n)))


def _raises_otherwise(m: Mistake, evidence: Evidence) -> float:
    """A little dearer where the learner's code raises and this mistake would not."""
    return .3 if any(answer(m, n, evidence.activations) is not None for n in evidence.raised[:1]) else 0.0


def _free(evidence: Evidence, names, primary):
    """Mistakes with one unknown number: fit it on each probe, then compare as before."""
    found = []
    for m in FREE:
        numbers = [_fit(m, evidence, n) for n in [primary]]
        if numbers[0] is None:
            continue
        fitted = {n: _fit(m, evidence, n) for n in names}
        if any(v is None for v in fitted.values()):
            continue
        explanations = _judge((m,), lambda n: compute((m,), n, evidence.activations, fitted[n]), evidence, names, .4)
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
        if t.size < 3:
            d = np.concatenate([d.ravel(), (moved[k - L] - truth[k - L]).ravel()]) if k >= L else d
            v = np.concatenate([v.ravel(), evidence.arrays[name][k - L].ravel()]) if k >= L else v
            t = np.concatenate([t.ravel(), truth[k - L].ravel()]) if k >= L else t
        basis = np.stack([t.ravel(), d.ravel()], axis=1)
        if len(basis) < 3:
            continue
        (s, q), *_ = np.linalg.lstsq(basis, v.ravel(), rcond=None)
        rest = np.linalg.norm(basis @ (s, q) - v.ravel())
        if rest > max(20 * evidence.tolerances[name][k], 1e-7) * np.linalg.norm(v) or s == 0:
            return None
        return None if abs(q / s) * np.linalg.norm(d) < 1e-10 * np.linalg.norm(t) else q / s
    return None


def _pairs(evidence: Evidence, names, primary, stock, table, seconds):
    """Two mistakes at once: the first explains some arrays by itself, the second must leave those as they are."""
    stop = time.perf_counter() + seconds
    fits = ~np.isnan(table)
    news = fits & ~stock.as_right  # arrays that this mistake makes wrong in the learner's way
    costs = np.array([m.row.cost for m in stock.mistakes])
    first = sorted(np.flatnonzero(news.any(axis=1)), key=lambda i: (-fits[i].sum(), costs[i]))
    found, tried = [], set()
    for i in first[:60]:
        rest = np.flatnonzero((stock.as_right | ~fits[i]).all(axis=1) & (~stock.as_right[:, ~fits[i]]).any(axis=1))
        for j in sorted(rest, key=lambda j: (-(fits[j] & ~fits[i]).sum(), costs[j])):
            if time.perf_counter() > stop:
                return found
            a, b = stock.mistakes[i], stock.mistakes[j]
            if (i, j) in tried or (a.row.update and b.row.update):
                continue
            tried |= {(i, j), (j, i)}
            pair = (a, b)
            if _factors_of(compute(pair, primary, evidence.activations), evidence, primary) is None:
                pair = (b, a)
                if not _overlap(a, b) or _factors_of(compute(pair, primary, evidence.activations), evidence, primary) is None:
                    continue
            found += _judge(pair, lambda n: compute(pair, n, evidence.activations), evidence, names)
        if found and i != first[0]:
            break
    return found


def _overlap(a: Mistake, b: Mistake) -> bool:
    return bool(set(a.row.stages) & set(b.row.stages))
