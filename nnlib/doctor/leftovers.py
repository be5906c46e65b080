"""The factor that a mistake leaves over: its sign, its zeros, its size, and which slip each of them is."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import numpy as np

from nnlib.doctor import patterns as pure
from nnlib.doctor.contract import VOCABULARY, severity
from nnlib.doctor.probes import probe
from nnlib.doctor.references import multiple


@dataclass
class Explanation:
    """One way to get the learner's numbers: the slips that make them, and how simple it is (the lower, the simpler)."""

    cost: float
    parts: list  # (category, what happens, formula)
    also: tuple[str, ...] = ()
    convention: str = ""
    mistakes: tuple = ()  # the rows of the table behind the parts, to make the same numbers again

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
    rates: dict = field(default_factory=dict)  # of a step: probe name -> the rate it was handed, where not the probe's

    @property
    def no_biases(self) -> bool:
        """Is every bias gradient 0, or missing?"""
        return not any(g is not None and g.any() for a in self.arrays.values() for g in a[len(a) // 2 :])


def factors_of(reference, evidence: Evidence, name: str):
    """The factors of one reference on one probe: None where some array is no multiple of it."""
    arrays = evidence.arrays[name]
    if reference is None or len(reference) != len(arrays):
        return None
    result = np.full(len(arrays), np.nan)
    for k, (v, u) in enumerate(zip(arrays, reference)):
        if v is None:
            continue
        c = multiple(v, u, evidence.tolerances[name][k]) if v.shape == u.shape else np.nan
        if np.isnan(c):
            return None
        result[k] = np.nan if np.isinf(c) else c
    return result


def explain_factors(values, evidence: Evidence, names, two: bool = False):
    """[(cost, parts, also, convention)] for the factors that a row leaves over; [] where they have no name."""
    names, parts, cost = tuple(names), [], 0.0
    where_zero = pure.zeros(values, names)
    if where_zero is None:
        return []
    if where_zero:
        category, what = ZERO_SCOPES.get(where_zero, ("off-by-one-layer", "the gradients are zero"))
        scope = "" if where_zero in ("biases", "weights", "hidden layers", "hidden weights") else f" ({where_zero})"
        parts.append((category, what + scope, VOCABULARY[category].formula))
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
    rates = tuple(evidence.rates[n] for n in names) if evidence.rates else ()
    magnitude, tolerance = np.abs(values), max(2e-7, max(max(evidence.tolerances[n]) for n in names) * 10)
    found = []
    for patterns in pure.explain(magnitude, names, evidence.kind, tolerance, two, rates):
        more, others = list(parts), []
        for q in patterns:
            text = f"a factor {q.named.name}" + ("" if q.scope == "everywhere" else f", {q.scope}")
            if re.search(r"\b[lL]\b", q.named.name):
                text += " (L layers, l counts them from 1)"
            categories = (q.named.partly if q.scope in pure.PARTS else ()) or q.named.categories
            chosen = categories if q.named.pair else categories[:1]
            more += [(c, f"{VOCABULARY[c].mistake}: {text}", _formula(c, q)) for c in chosen]
            others += [] if q.named.pair else categories[1:]
        simple = [q.scope for q in patterns] == ["everywhere"] and not negative and not where_zero
        convention = CONVENTIONS.get(patterns[0].named.name, "") if simple else ""
        found.append((cost + sum(q.cost for q in patterns), more, tuple(others), convention))
    if not found:
        number = pure.constant(magnitude, names, evidence.kind, tolerance, rates)
        if number:
            more, other = _constant_parts(*number)
            found.append((cost + 1.5 + 0.2 * (len(more) - 1), parts + more, other, ""))
    if not found:
        found = _any_scalar(values, names, cost, parts)
    return found


def _formula(category: str, pattern) -> str:
    """The line of the formula in which the factor stands: that of db or dW where it is in one kind of array only."""
    kinds = {"biases": "db = sum_i dZ_i", "weights": "dW = A_prev.T @ dZ"}
    line = next((line for kind, line in kinds.items() if pattern.scope.endswith(kind)), "")
    name = pattern.named.name
    factor = f"/ {name[2:]}" if name.startswith("1/") else f"· {name}"
    return f"{line} «{factor}»" if line else VOCABULARY[category].formula


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
        formula = VOCABULARY[category].formula
        if scope.endswith("biases"):
            formula = formula.replace("dW = ", "db = ").replace("A_prev.T @ dZ", "sum_i dZ_i")
        return category, what + only, formula

    if base == "T" and abs(1 / c - round(1 / c)) < 1e-6 and round(1 / c) > 1:
        what = f"the sum is divided by {round(1 / c)}, whatever T is"
        rate = round(1 / c) in (10, 100, 1000, 10000)
        also = ("learning-rate-in-gradient",) if rate else ("batch-remainder",)
        return [part("divided-by-wrong-count", what)], (*also, "sum-instead-of-mean")
    rate = part("learning-rate-in-gradient", f"a constant factor {c:.6g} stands in the gradient")
    if base == "1" and c < 1e-7:
        what = f"the differences are multiplied by h, not divided by it: a factor {c:.3g}"
        return [("finite-difference-error", what + only, "(C(w + h) - C(w - h)) / «(2 h)»")], (
            "learning-rate-in-gradient",
        )
    if base.endswith("/rate"):
        rate = part("learning-rate-ignored", f"the step uses a rate of its own, {c:.6g}")
    if base == "rate":
        rate = part("learning-rate-in-gradient", f"the rate is applied twice, with a factor {c:.6g}")
    if base.startswith("T"):
        return [rate, part("sum-instead-of-mean", VOCABULARY["sum-instead-of-mean"].mistake)], ()
    return [rate], ()


BY_THE_DATA = "the whole gradient is multiplied by a number that changes with the data"


def _any_scalar(values, names, cost, parts):
    """One number for all arrays of a probe, but another for each probe: a factor at the output that depends on the data."""
    start, scalars = 0, []
    for name in names:
        n = 2 * len(probe(name).weights)
        part = values[start : start + n]
        part, start = part[~np.isnan(part)], start + n
        if len(part) and not np.allclose(part, part[0], rtol=1e-6):
            return []
        scalars += list(part[:1])
    what = f"{BY_THE_DATA}: " + ", ".join(f"{s:.4g}" for s in scalars[:3])
    if any(abs(scalar - 1) < 1e-6 for scalar in scalars):  # untouched where it is small: clipped by its length
        return [(cost + 2.5, parts + [("unknown", what, "")], (), "")]
    category = "wrong-cost-derivative"
    return [(cost + 2.5, parts + [(category, what, VOCABULARY[category].formula)], ("divided-by-wrong-count",), "")]
