"""The slope of the learner's own cost through their own forward pass, by differences, with an error bar for each entry."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nnlib.doctor.brought.patient import CallFailed, Patient
from nnlib.doctor.brought.samples import Samples
from nnlib.doctor.costs import Cost
from nnlib.doctor.running.calling import quiet

ENTRIES = 1500  # so many entries in all are looked at one by one; beyond, picked entries and random directions


@dataclass(frozen=True)
class Slope:
    """Slopes of one float array under several costs: values[c, k] for cost c along direction k.

    `picked` holds flat indices (one per direction that is a single entry), `random` directions over the whole array
    (rows of `directions`). `errors` are bars: differences, rounding, and half the step of the slope at a kink.
    """

    shape: tuple
    picked: np.ndarray
    directions: np.ndarray
    values: np.ndarray
    errors: np.ndarray

    @property
    def whole(self) -> bool:
        """Was every entry looked at?"""
        return len(self.picked) == int(np.prod(self.shape))

    def along(self, array: np.ndarray) -> np.ndarray:
        """The same directions of another array: what is to be compared with `values`."""
        flat = np.asarray(array, dtype=float).reshape(-1)
        return (
            np.concatenate([flat[self.picked], self.directions @ flat]) if len(self.directions) else flat[self.picked]
        )


def costs_of(patient: Patient, samples: Samples, costs: Sequence[Cost], A=None) -> np.ndarray:
    """The value of each cost on these samples, by one forward pass (NaN where a cost cannot be taken)."""
    A = patient.output(samples.X) if A is None else A
    rows = samples.outputs(A)
    E = None
    values = np.full(len(costs), np.nan, dtype=complex if A.dtype.kind == "c" else float)
    for c, cost in enumerate(costs):
        if cost.own:
            values[c] = cost.own_value(A, samples.Y)
        else:
            E = samples.wanted(rows.shape[1]) if E is None else E
            values[c] = cost(rows, E)
    return values


def precision(patient: Patient, names, X) -> float:
    """The unit of rounding that the forward pass works in."""
    kinds = [patient.value(n).dtype for n in names] + [patient.output(X).dtype]
    return max(float(np.finfo(k).eps) for k in kinds if k.kind in "fc")


def slopes(
    patient: Patient,
    samples: Samples,
    costs: Sequence[Cost],
    names: Sequence[str],
    *,
    entries: int | None = None,
    seconds: float = 5.0,
    seed: int = 0,
) -> dict[str, Slope]:
    """The slope of every cost by every entry of the named floats, or along picked entries and random directions.

    `entries` limits how many are looked at in all; without it, as many as there are, up to what `seconds` allow.
    Central differences of two widths, extrapolated; the bar holds what they differ by, rounding, and a kink at the
    point. Raises CallFailed where the forward pass raises at the start.
    """
    rng = np.random.default_rng(seed)
    eps = precision(patient, names, samples.X)
    with quiet():
        base, chance, times = None, patient.draws(samples.X), []
        for _ in range(3):  # the shortest: a first call, or a busy machine, is no measure
            start = time.perf_counter()
            base = costs_of(patient, samples, costs)
            times.append(time.perf_counter() - start)
        cost_of_one = max(min(times), 1e-5)
        sizes = {n: patient.value(n).size for n in names}
        most = entries or int(
            max(min(ENTRIES, seconds / cost_of_one / 4), 4 * len(names), 100 if cost_of_one < 0.05 else 0)
        )
        found = {}
        for name in names:
            old = patient.value(name)
            if sum(sizes.values()) <= most:
                picked, directions = np.arange(old.size), np.zeros((0, old.size))
            else:
                count = min(old.size, max(2, most // (3 * len(names))))
                picked = np.sort(rng.choice(old.size, count, replace=False))
                directions = rng.choice([-1.0, 1.0], (min(6, count), old.size))
            found[name] = _slope(patient, samples, costs, name, old, picked, directions, base, eps, chance)
        patient.restore()
    return found


def _slope(patient, samples, costs, name, old, picked, directions, base, eps, chance) -> Slope:
    scale = max(float(np.sqrt((old.astype(float) ** 2).mean())), 0.1)
    count = len(picked) + len(directions)
    values, errors = np.zeros((len(costs), count)), np.zeros((len(costs), count))

    def at(direction, h):
        try:
            patient.set({name: (old + h * direction).astype(old.dtype)})
            with np.errstate(all="ignore"):
                return costs_of(patient, samples, costs, patient.output(samples.X, restored=False))
        except CallFailed:
            return np.full(len(costs), np.nan)
        finally:
            patient.start.restore(chance)

    def direction(k):
        if k >= len(picked):
            return directions[k - len(picked)].reshape(old.shape), np.sqrt(old.size)
        unit = np.zeros(old.shape)
        unit.reshape(-1)[picked[k]] = 1.0
        return unit, 1.0

    for k in range(count):
        d, length = direction(k)
        values[:, k], errors[:, k] = _difference(lambda s: at(d, s), base, scale * eps**0.2 / length, eps)
    usual = np.abs(np.nan_to_num(values)).max(axis=1)
    for k in range(count):
        if (errors[:, k] > 1e-5 * usual).any():  # a kink within the step: a shorter one
            d, length = direction(k)
            value, bar = _difference(lambda s: at(d, s), base, scale * eps**0.2 / length / 100, eps)
            better = bar < errors[:, k]
            values[better, k], errors[better, k] = value[better], bar[better]
    return Slope(old.shape, picked, directions, values, errors)


def _difference(at, base, h, eps):
    """Two central differences and their extrapolation; the bar holds their difference, rounding, and a kink at the point."""
    near, far = (at(h / 2), at(-h / 2)), (at(h), at(-h))
    first, second = (far[0] - far[1]) / (2 * h), (near[0] - near[1]) / h
    bend = np.abs(far[0] - 2 * base + far[1]) / h, np.abs(near[0] - 2 * base + near[1]) * 2 / h
    kink = np.maximum(2 * bend[1] - bend[0], 0)
    rounding = 8 * eps * (np.abs(base) + np.abs(far[0])) / h
    value = second + (second - first) / 3
    error = np.abs(second - first) / 8 + rounding + np.where(kink > rounding * 2, kink, 0)
    return value, np.where(np.isfinite(value), error, np.inf)
