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

FEW = 48  # in all, where single samples or further steps are only looked at
ENTRIES = 1500  # so many entries in all are looked at one by one; beyond, picked entries and random directions


@dataclass(frozen=True)
class Slope:
    """The slope of a cost by one float array: values[k] along direction k, with its error bar.

    `picked` holds flat indices (one per direction that is a single entry), `directions` are random ones over the whole
    array. `errors` are bars: differences, rounding, and half the step of the slope at a kink.
    """

    shape: tuple
    picked: np.ndarray
    directions: np.ndarray
    values: np.ndarray
    errors: np.ndarray

    @property
    def size(self) -> int:
        """The number of entries of the array."""
        return int(np.prod(self.shape))

    @property
    def whole(self) -> bool:
        """Was every entry looked at?"""
        return len(self.picked) == self.size

    @property
    def bar(self) -> float:
        """The length of the error bars; where there is none, the slope itself counts."""
        return float(np.linalg.norm(np.where(np.isfinite(self.errors), self.errors, np.linalg.norm(self.values))))

    def along(self, array: np.ndarray) -> np.ndarray:
        """The same directions of another array: what is to be compared with `values`."""
        flat = np.asarray(array, dtype=float).reshape(-1)
        return (
            np.concatenate([flat[self.picked], self.directions @ flat]) if len(self.directions) else flat[self.picked]
        )


def costs_of(A: np.ndarray, samples: Samples, costs: Sequence[Cost]) -> np.ndarray:
    """The value of each cost for what the forward pass gave on these samples."""
    rows = samples.outputs(A)
    return np.array(
        [c.own_value(A, samples.Y) if c.own else c(rows, samples.wanted(rows.shape[1])) for c in costs], dtype=float
    )


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
) -> list[dict[str, Slope]]:
    """For each cost its slope by every entry of the named floats, or along picked entries and random directions.

    `entries` limits how many are looked at in all; without it, as many as there are, up to what `seconds` allow.
    Central differences of two widths, extrapolated; the bar holds what they differ by, rounding, and a kink at the
    point. Raises CallFailed where the forward pass raises at the start.
    """
    rng = np.random.default_rng(seed)
    eps = precision(patient, names, samples.X)
    with quiet():
        chance, times = patient.draws(samples.X), []
        for _ in range(3):  # the shortest: a first call, or a busy machine, is no measure
            start = time.perf_counter()
            base = costs_of(patient.output(samples.X), samples, costs)
            times.append(time.perf_counter() - start)
        cost_of_one = max(min(times), 1e-5)
        sizes = {n: patient.value(n).size for n in names}
        most = entries or int(
            max(min(ENTRIES, seconds / cost_of_one / 4), 4 * len(names), 100 if cost_of_one < 0.05 else 0)
        )
        found = [{} for _ in costs]
        for name, size in sizes.items():
            if sum(sizes.values()) <= most:
                picked, directions = np.arange(size), np.zeros((0, size))
            else:
                count = min(size, max(2, most // (3 * len(names))))
                picked = np.sort(rng.choice(size, count, replace=False))
                directions = rng.choice([-1.0, 1.0], (min(6, count), size))
            shape = patient.value(name).shape
            measured = _along(patient, samples, costs, name, picked, directions, base, eps, chance)
            for of_cost, values, errors in zip(found, *measured):
                of_cost[name] = Slope(shape, picked, directions, values, errors)
        patient.restore()
    return found


def slopes_of_pairs(patient: Patient, samples: Samples, cost: Cost, pairs, names) -> list[dict[str, Slope]]:
    """For each pair (i, j) the slope of the cost of sample i by itself under the target of sample j."""
    each = samples.each()

    def of_pair(A, i, j):
        rows = samples.outputs(A)
        return cost(rows[[i]], each[j].wanted(rows.shape[1]))

    costs = [Cost(lambda A, Y, pair=pair: of_pair(A, *pair)) for pair in pairs]
    return slopes(patient, samples, costs, names, entries=FEW)


def _along(patient, samples, costs, name, picked, directions, base, eps, chance) -> tuple[np.ndarray, np.ndarray]:
    """(values, errors) of each cost along each direction of one array, both of shape (costs, directions)."""
    old = patient.value(name)
    scale = max(float(np.sqrt((old.astype(float) ** 2).mean())), 0.1)

    def at(step):
        try:
            patient.set({name: (old + step).astype(old.dtype)})
            with np.errstate(all="ignore"):
                return costs_of(patient.output(samples.X, restored=False), samples, costs)
        except CallFailed:
            return np.full(len(costs), np.nan)
        finally:
            patient.start.restore(chance)

    def measured(k, width):
        if k < len(picked):
            direction, length = np.zeros(old.shape), 1.0
            direction.reshape(-1)[picked[k]] = 1.0
        else:
            direction, length = directions[k - len(picked)].reshape(old.shape), np.sqrt(old.size)
        return _difference(lambda h: at(h * direction), base, width / length, eps)

    width, count = scale * eps**0.2, len(picked) + len(directions)
    values, errors = np.array([measured(k, width) for k in range(count)]).transpose(1, 2, 0)
    usual = np.abs(np.nan_to_num(values)).max(axis=1)
    for k in np.flatnonzero((errors > 1e-5 * usual[:, None]).any(axis=0)):  # a kink within the step: a shorter one
        value, bar = measured(k, width / 100)
        better = bar < errors[:, k]
        values[better, k], errors[better, k] = value[better], bar[better]
    return values, errors


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
