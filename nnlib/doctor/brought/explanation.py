"""What explains gradients that are no slopes: a decay, uneven samples, other targets, steps after each sample, chance, state."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace

import numpy as np

from nnlib.doctor.brought.adaptive import adaptive_rule
from nnlib.doctor.brought.compare import Decay, Fit, decay_in, fit, less_decay, sample_weights
from nnlib.doctor.brought.examination import Examination, Result
from nnlib.doctor.brought.naming import network
from nnlib.doctor.brought.patient import CallFailed
from nnlib.doctor.brought.reading import Reading, Unread
from nnlib.doctor.brought.repeated import again, in_proportion
from nnlib.doctor.brought.samples import Samples
from nnlib.doctor.brought.truth import Slope, precision, slopes
from nnlib.doctor.costs import Cost

MANY = 20_000  # numbers in a network whose slopes are taken for one sample after another


class Explanation(Examination):
    """An examination that also asks why; `decay` is the lambda that the learner declared."""

    decay: float | None = None

    def explain(self, result: Result) -> None:
        """Of what is no slope: why; of what is right: does a step follow the rate, and what does a second call do?"""
        if result.right and self._of_its_own(result):
            result.fit = replace(result.fit, arrays=dict.fromkeys(result.fit.arrays, "factor"), common=0.0)
        if not result.right:
            self._why(result)
        if result.right:
            result.linear = in_proportion(self, result)
            if not result.rule and not self.anew:
                again(self, result)

    def _why(self, result: Result) -> None:
        """Look for a decay, for samples that count unevenly or with other targets, for steps after each sample, for chance."""
        asked = result.reading
        self._penalty(result)
        stepping, samples = self.patient.step_function is not None, result.reading.samples
        result.rule = adaptive_rule(self, result) if stepping else ""
        if result.rule:
            return
        if result.decay is None:
            if stepping and not self.rate:
                self._one_sample(result)
            alone = result.single is not None and result.single.right
            if not alone and not samples.single and result.fit.cost.own is None:
                self._by_samples(result)
        result.random = self.by_chance(asked)

    def _penalty(self, result: Result) -> None:
        """A decay that explains all that the slopes do not; or one beside another slip, which is taken off the claims."""
        values = {n: self.patient.value(n).astype(float) for n in result.reading.claims}
        for of, pulled in (("weights", values), ("signs of the weights", {n: np.sign(v) for n, v in values.items()})):
            found = decay_in(result.reading.claims, result.slopes, result.c, pulled, 2 * result.fit.loose, of)
            if found is None:
                continue
            if not found.rest:
                result.decay = found
                return
            axes = _axes(values)
            names = (*found.names, *(n for n in found.rest if axes[n] in {axes[m] for m in found.names}))
            result.beside = replace(found, names=names)
            claims = {n: less_decay(result.beside, n, a, values[n]) for n, a in result.reading.claims.items()}
            eps = precision(self.patient, names, result.reading.samples.X)
            result.reading = replace(result.reading, claims=claims)
            result.fit = fit(result.fit.cost, result.c, claims, result.slopes, eps)
            return

    def _by_samples(self, result: Result) -> None:
        """Do the samples count unevenly, or with each other's targets? What follows their order is how the code takes them."""
        reading, cost = result.reading, result.fit.cost
        names = [n for n, a in reading.claims.items() if a is not None]
        if not 2 <= reading.samples.T <= 12 or not all(s.whole for s in result.slopes.values()):
            return
        try:
            found = self._weights(reading, cost, names, result.fit.loose)
            if found is None:
                result.rewired = self._pairs(reading, cost, names, result.fit.loose)
                return
            w, decay = found
            turned = self._weights(
                self.read(reading.samples.part([*range(1, reading.samples.T), 0])), cost, names, result.fit.loose
            )
            if turned is not None and np.allclose(turned[0], w, rtol=0.02, atol=0.01 * np.abs(w).max()):
                result.weights = w
                result.beside = decay or result.beside
        except (CallFailed, Unread) as failure:
            self.failures.append(failure)

    def _pairs(self, reading: Reading, cost: Cost, names, close: float) -> list | None:
        """(sample, whose target) for the first samples, where other pairs than the learner's explain the claims."""
        few = self.read(reading.samples.part([0, 1, 2, 3][: reading.samples.T]))
        T = few.samples.T
        crossed = {(i, j): self.few(_paired(few.samples, i, j), cost, names) for i in range(T) for j in range(T)}
        for partners in itertools.product(range(T), repeat=T):
            w = sample_weights(few.claims, [crossed[pair] for pair in enumerate(partners)], 0, names, close)
            if w is not None and (w > 0).all() and np.ptp(w) < 0.02 * w.max() and partners != tuple(range(T)):
                return list(enumerate(partners))
        return None

    def _weights(self, reading: Reading, cost: Cost, names, close: float):
        """(a weight for each sample, a decay of the matrices beside them), where they explain the claims; else None."""
        parts = [self.few(one, cost, names) for one in reading.samples.each()]
        w = sample_weights(reading.claims, parts, 0, names, close)
        if w is not None:
            return w, None
        values = {n: self.patient.value(n).astype(float) for n in names}
        axes = _axes(values)
        held = [n for n, k in axes.items() if k == max(axes.values())]
        pull = {n: replace(g, values=g.along(values[n] * (n in held))[None]) for n, g in parts[0].items()}
        w = sample_weights(reading.claims, [*parts, pull], 0, names, close)
        if w is None:
            return None
        factor = float(w[:-1].sum())
        return w[:-1], Decay(float(w[-1]) / factor, factor, tuple(held), (), "weights")

    def few(self, samples: Samples, cost: Cost, names) -> dict[str, Slope]:
        """Slopes along a few entries of each array."""
        return slopes(self.patient, samples, [cost], names, entries=48)

    def _one_sample(self, result: Result) -> None:
        """Without a hold on the rate a step after each sample is no gradient of the whole: one sample by itself is."""
        samples = result.reading.samples
        if samples.single or samples.T == 1:
            return
        try:
            fits, alike = self._by_themselves(samples.each()[:4])
        except (CallFailed, Unread) as failure:
            self.failures.append(failure)
            return
        result.single = min(fits, key=lambda f: f.score) if alike else None

    def _by_themselves(self, parts) -> tuple[list[Fit], bool]:
        """What is said of each sample by itself, and whether one factor goes with all that are right.

        A factor that depends on the sample is none that a rate could take, as where the slope at a single output is
        forgotten. Steps that are cut to one length are the exception. Raises what `judge` raises.
        """
        results = [self.judge(part) for part in parts]
        fits, factors = [r.fit for r in results], np.array([abs(r.fit.common) for r in results])
        if not all(f.right for f in fits):
            return fits, True
        lengths = np.array([sum(np.sum(a**2) for a in r.reading.claims.values() if a is not None) for r in results])
        smaller = factors < factors.max() * (1 - 10 * max(f.loose for f in fits))
        return fits, bool((lengths[smaller] > 0.99 * lengths.max()).all())

    def _of_its_own(self, result: Result) -> bool:
        """Is code for one sample at a time right up to a factor that depends on the sample?"""
        samples = result.reading.samples
        small = sum(self.patient.value(n).size for n in result.reading.claims) <= MANY
        if not (small and samples.single and np.issubdtype(np.asarray(samples.X).dtype, np.floating)):
            return False
        X = np.asarray(samples.X)
        others = [replace(samples, X=(X * by).astype(X.dtype), drawn=True) for by in (-0.5, 0.6)]
        try:
            return not self._by_themselves([samples, *others])[1]
        except (CallFailed, Unread) as failure:
            self.failures.append(failure)
            return False

    def by_chance(self, reading: Reading) -> bool:
        """Do other random numbers give other gradients, while the forward pass stays the same?"""
        other = np.random.RandomState(77).get_state(), random.Random(77).getstate()
        try:
            output = self.patient.output(reading.samples.X)
            with self.patient.start_kept():
                self.patient.start = replace(self.patient.start, random=other)
                self.patient.restore()
                if not np.array_equal(output, self.patient.output(reading.samples.X)):
                    return False
                claims = self.read(reading.samples).claims
        except (CallFailed, Unread):
            return False
        return any(
            a is not None and not np.allclose(a, reading.claims[n], rtol=1e-4, atol=0)
            for n, a in claims.items()
            if reading.claims.get(n) is not None
        )

    def takes_batches_when_wider(self, result: Result) -> bool:
        """Do several samples at once run where each layer of one neuron has two? Then the code is meant for them."""
        dense = network(self, result)
        wider, T = dense.widened(self.patient.values(dense.shapes)) if dense is not None else None, 0
        if wider is None:
            return False
        with self.patient.start_at(wider):
            for samples in self.candidates():
                T = T or samples.T
                if samples.single or samples.T != T:
                    return False
                try:
                    claims = self.read(samples, list(wider)).claims
                except (CallFailed, Unread):
                    continue
                return all(np.size(claims[n]) == v.size for n, v in wider.items())
        return False


def _axes(values) -> dict[str, int]:
    """The number of axes longer than 1 of each array: biases of any form have one."""
    return {n: sum(side > 1 for side in v.shape) for n, v in values.items()}


def _paired(samples: Samples, i: int, j: int) -> Samples:
    """The input of sample i with the target of sample j."""
    return replace(samples.part([i]), Y=samples.part([j]).Y)
