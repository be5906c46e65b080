"""What the wrong arrays show by themselves, whatever the network is: their mistake where it is plain, facts, evidence."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from nnlib.doctor.brought.compare import Seen
from nnlib.doctor.diagnosis import Explanation, Finding
from nnlib.doctor.verdict import listed, wrong
from nnlib.doctor.vocabulary import of_factor

MOST = 6  # wrong arrays of which facts and evidence are shown


def by_arrays(seen: Seen) -> Explanation:
    """The first plain mistake that all the wrong arrays show; "unknown" where they show none."""
    names = seen.fit.wrong
    found = (look(seen) for look in (_not_finite, one_number, _transposed, _nothing_comes, _pure_factor))
    unknown = wrong(
        "unknown", f"{listed(names)} {'is no slope' if len(names) == 1 else 'are no slopes'} of the forward pass"
    )
    return next((said for said in found if said is not None), unknown)


def _not_finite(seen: Seen) -> Explanation | None:
    came = [seen.reading.claims[n] for n in seen.fit.wrong if seen.reading.claims[n] is not None]
    return wrong("nan", "numbers that are not finite appear") if any(not np.isfinite(a).all() for a in came) else None


def one_number(seen: Seen) -> Explanation | None:
    """One number that comes back for arrays of several."""
    claims, names = seen.reading.claims, seen.fit.wrong
    if any(claims[n] is None or np.size(claims[n]) > 1 or seen.slopes[n].size == 1 for n in names):
        return None
    return wrong("bias-summed-over-neurons", f"one number comes back for all of {listed(names)}")


def _transposed(seen: Seen) -> Explanation | None:
    """Are the wrong arrays right once they are transposed?"""
    for name in seen.fit.wrong:
        claim, slope = seen.reading.claims[name], seen.slopes[name]
        if np.ndim(claim) != 2 or claim.T.shape != slope.shape or not np.isfinite(claim).all():
            return None
        s, t = slope.along(claim.T), (seen.fit.common or 1.0) * slope.values
        if np.linalg.norm(s - t) > 5 * seen.fit.loose * np.linalg.norm(t):
            return None
    return wrong("transposed-gradient", f"{listed(seen.fit.wrong)}: the gradient comes back transposed")


def _nothing_comes(seen: Seen) -> Explanation | None:
    names = seen.fit.wrong
    if any(seen.fit.factors[n] != 0 for n in names):
        return None
    biases = all(sum(side != 1 for side in seen.slopes[n].shape) < 2 for n in names)
    category = "bias-gradient-zero" if biases else "unknown"
    return wrong(category, f"{listed(names)} never get{'s' if len(names) == 1 else ''} a gradient")


def _pure_factor(seen: Seen) -> Explanation | None:
    """One factor in all the wrong arrays, beside others that are right."""
    T, fit, names = seen.reading.samples.T, seen.fit, seen.fit.wrong
    factors = {round(fit.factors[n] / fit.common, 3) if fit.common else np.nan for n in names}
    factor = factors.pop()
    if factors or not np.isfinite(factor):
        return None
    others = ", the others once" if "right" in fit.arrays.values() else ""
    words = f"{listed(names)}: {factor:g} times the slope{others}"
    if T > 1 and factor in (T, round(1 / T, 3)):
        words = f"{listed(names)}: {'not divided' if factor == T else 'divided once more'} by the {T} samples"
    if factor == -1:
        words = f"the sign of {listed(names)} is turned round"
    return wrong(of_factor(factor, T, 3), words)


# ---------------------------------------------------------------- facts and evidence


def facts(seen: Seen) -> Iterator[str]:
    """One line on each wrong array: nothing, another shape, a multiple of the slope, or none."""
    fit = seen.fit
    if right := [n for n, word in fit.arrays.items() if word == "right"]:
        yield f"right: {listed(right)}"
    others = " that the others are once" if fit.common else ""
    for name in fit.wrong[:MOST]:
        factor, claim, slope = fit.factors[name], seen.reading.claims.get(name), seen.slopes[name]
        if claim is None or factor == 0:
            yield f"{name}: nothing comes back"
        elif np.size(claim) != slope.size:
            yield f"{name}: shape {np.shape(claim)}, expected {slope.shape}"
        elif np.isfinite(factor):
            yield f"{name}: {factor / (fit.common or 1):.4g} times the slope{others}"
        elif np.isfinite(claim).all():
            s, t = slope.along(claim), slope.values
            cosine = s @ t / (np.linalg.norm(s) * np.linalg.norm(t) + 1e-300)
            yield f"{name}: no multiple of the slope (cosine {cosine:.3f})"


def evidence(seen: Seen) -> Iterator[Finding]:
    """Of each wrong array the entry that is furthest off, with the relative error of all that was looked at."""
    for name in seen.fit.wrong[:MOST]:
        claim, slope = seen.reading.claims.get(name), seen.slopes[name]
        if claim is None or np.size(claim) != slope.size or not len(slope.picked):
            continue
        yours = np.asarray(claim, float).reshape(-1)[slope.picked]
        right = (seen.fit.common or 1.0) * slope.values[: len(slope.picked)]
        k = int(np.argmax(np.nan_to_num(np.abs(yours - right), nan=np.inf)))
        index = tuple(map(int, np.unravel_index(slope.picked[k], slope.shape))) if slope.shape else ()
        size = float(np.linalg.norm(right))
        error = float(np.linalg.norm(yours - right)) / size if size else np.inf
        yield Finding(name, index, float(yours[k]), float(right[k]), error)
