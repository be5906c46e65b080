"""Are the claims the slopes and a weight decay? It explains all that the slopes do not, or is taken off to see the rest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from nnlib.doctor.brought.compare import Penalty, Seen, comparable, fit
from nnlib.doctor.brought.examination import Examination
from nnlib.doctor.brought.truth import precision
from nnlib.doctor.diagnosis import Explanation
from nnlib.doctor.sums import shares
from nnlib.doctor.verdict import listed, noted, wrong

FEW = 3  # numbers that tell a penalty by themselves


def penalised(exam: Examination, seen: Seen) -> Explanation | Seen | None:
    """What a penalty comes to that explains everything; what is left without one that stands beside another slip."""
    claims, close = seen.reading.claims, 2 * seen.fit.loose
    values = {n: exam.patient.value(n).astype(float) for n in claims}
    for signs in (False, True):
        found = _penalty_in(seen, {n: np.sign(v) if signs else v for n, v in values.items()}, close)
        if found is None:
            continue
        penalty, rest = replace(found[0], signs=signs), found[1]
        if not rest:
            return _declared(exam, penalty)
        axes = axes_of(values)
        alike = (n for n in rest if axes[n] in {axes[m] for m in penalty.names})
        penalty = replace(penalty, names=(*penalty.names, *alike))
        left = penalty.off(claims, values)
        eps = precision(exam.patient, penalty.names, seen.reading.samples.X)
        reading = replace(seen.reading, claims=left)
        return replace(seen, reading=reading, fit=fit(left, seen.slopes, eps), penalty=penalty)
    return None


def _penalty_in(seen: Seen, pulled: Mapping[str, np.ndarray], close: float) -> tuple[Penalty, tuple[str, ...]] | None:
    """The penalty that explains most arrays, by one number wherever it is not zero, and the arrays that it does not."""
    read = ((n, a, seen.slopes[n]) for n, a in seen.reading.claims.items() if comparable(a, seen.slopes[n]))
    along = {n: (slope.along(a), slope.values, slope.along(pulled[n])) for n, a, slope in read}
    found = {n: pair for n, arrays in along.items() if (pair := _share(*arrays, close))}
    common = _common(list(found.values()))
    if common is None:
        return None
    few = {n: _goes_with(*arrays, *common, close) for n, arrays in along.items() if len(arrays[0]) < FEW}
    held = {n: bool(share) for n, (_, share) in found.items()} | {n: yes for n, yes in few.items() if yes is not None}
    penalty = Penalty(common[1], common[0], tuple(filter(held.get, held)))
    return penalty, tuple(n for n in seen.reading.claims if n not in held)


def _share(s, t, v, close: float) -> tuple[float, float] | None:
    """(factor, share) with s = factor (t + share v), the share 0 where it is not clear; None where that does not fit."""
    found = shares(s, [t, v], close) if len(s) >= FEW else None
    if found is None or not found[0]:
        return None
    factor, share = found
    clear = abs(share) * np.linalg.norm(v) > 3 * close * np.linalg.norm(s)
    return factor, share / factor if clear else 0.0


def _common(pairs: list[tuple[float, float]]) -> tuple[float, float] | None:
    """The factor of all (factor, share) and the share of all that have one; None where they differ."""
    factors, numbers = [factor for factor, _ in pairs], [share for _, share in pairs if share]
    one = all(len(a) and np.ptp(a) <= close * abs(a[0]) for a, close in ((numbers, 0.02), (factors, 0.01)))
    return (float(np.mean(factors)), float(np.mean(numbers))) if one else None


def _goes_with(s, t, v, factor: float, number: float, close: float) -> bool | None:
    """Has an array of too few numbers to tell by themselves the penalty of the others? None where neither fits."""
    without, with_it = (np.linalg.norm(s - factor * (t + share * v)) for share in (0.0, number))
    return with_it < without if min(without, with_it) <= 3 * close * np.linalg.norm(s) else None


def axes_of(values: Mapping[str, np.ndarray]) -> dict[str, int]:
    """The number of axes longer than 1 of each array: biases of any form have one."""
    return {n: sum(side > 1 for side in v.shape) for n, v in values.items()}


# ---------------------------------------------------------------- what is said of it


def _declared(exam: Examination, found: Penalty) -> Explanation:
    """A penalty that explains all: as declared, with the wrong sign, another number, or a note."""
    number = found.number * abs(found.factor) if exam.in_units else found.number
    said, where = exam.decay, listed(list(found.names))
    if said is not None and min(abs(found.number / said - 1), abs(number / said - 1)) < 0.02:
        return noted(f"decay {found.number:.4g} in {where}, as declared")
    if number < 0:
        words = f"the decay has the wrong sign: {number:.4g} times the {_pulled(found)} makes them grow ({where})"
        return wrong("regularisation-term", words, "rule-sign")
    if said is not None:
        return wrong("regularisation-term", f"a decay of {number:.4g} where {said:g} was declared ({where})")
    return noted(in_words(replace(found, number=number)))


def undecayed(exam: Examination, seen: Seen) -> Explanation | None:
    """A decay that was declared and is not there."""
    if exam.decay and seen.penalty is None:
        return wrong("regularisation-term", f"the decay of {exam.decay:g} that you declared is not in the gradients")
    return None


def _pulled(found: Penalty) -> str:
    return "signs of the weights" if found.signs else "weights"


def in_words(found: Penalty) -> str:
    """The note on a penalty beside the cost: no mistake, unless it makes the weights grow."""
    grows = ": its sign makes them grow" if found.number < 0 else ""
    return f"a penalty of {found.number:.4g} times the {_pulled(found)} in {listed(list(found.names))}, beside your cost{grows}"
