"""Looks at the network: its start, softmax, overflow, weights that never change, its cost, its size, unused samples."""

from __future__ import annotations

import copy
from collections.abc import Callable

import numpy as np

from nnlib.doctor.running.calling import quiet
from nnlib.experiments import aims, data_looks
from nnlib.experiments.network_changes import own_run
from nnlib.experiments.rebuilt import HIDDEN, PARTED
from nnlib.experiments.values import Finding, Study, attempt

FLAT = 0.01  # of an activation's largest slope


def start(s: Study) -> Finding | None:
    """Equal neurons, saturated or dead layers, signals that vanish: of the weights, on inputs of a fair scale."""
    if s.chain is None:
        return _constant(s)
    layers = s.chain.matrices(s.bench.start)
    same = _alike(layers)
    if same:
        words = f"{same} hidden neurons start with the same weights: they get the same gradient and stay one neuron"
        return Finding("symmetry", words, same, 1, "equal inputs, equal slopes")
    fair = data_looks.inputs(s) is None and data_looks.missing(s) is None
    X = s.X if fair else s.bench.rows(s.bench.standardised(s.bench.X))
    Z, A = s.chain.forward(s.bench.start, X)
    for l, (z, a) in enumerate(zip(Z[:-1], A[1:])):
        found = _layer(s.chain.hidden, l + 1, z, a)
        if found is not None:
            return found
    varies = float(A[-2].std(axis=0).max()) if len(A) > 2 else np.inf
    if varies < 0.01:
        words = f"the last hidden layer varies by {varies:.1g} between samples: the output sees no difference"
        return Finding("start", words, varies, 0.01, "weights of size 1/sqrt(n) keep a spread near 1")
    largest = max(float(np.abs(W).max() * np.sqrt(len(W))) for W, _ in layers)
    if largest > 30:
        return Finding(
            "start", f"weights up to {largest:.2g} times the usual 1/sqrt(n)", largest, 30, "ten times 3 sigma"
        )
    return None


def _constant(s: Study) -> Finding | None:
    """Where the layers are not known: matrices of one number, or neurons' vectors that are all the same."""
    flat = [n for n, v in zip(s.bench.names, s.bench.start) if v.ndim > 1 and v.size > 1 and np.ptp(v) == 0]
    source = "equal neurons get equal gradients and stay one neuron"
    if flat:
        return Finding("symmetry", f"every number of {', '.join(flat)} is the same", len(flat), 0, source)
    groups: dict = {}
    for v in s.bench.start:
        if v.ndim == 1 and v.size > 1:
            groups.setdefault(v.shape, []).append(v)
    groups = {shape: group for shape, group in groups.items() if len(group) > 1}
    if not groups or not all(np.array_equal(v, group[0]) for group in groups.values() for v in group):
        return None
    twins = sum(map(len, groups.values()))
    return Finding("symmetry", f"the weights of {twins} neurons are the same", twins, 0, source)


def _layer(hidden: str, l: int, z, a) -> Finding | None:
    """A hidden layer whose neurons are off for every sample, or whose slopes are flat."""
    slopes = HIDDEN[hidden].back(np.ones_like(a), z, a)
    if hidden == "relu":
        dead = float((z <= 0).all(axis=0).mean())
        words = f"{dead:.0%} of the neurons of layer {l} are off for every sample: relu passes no slope there"
        return Finding("dead-relu", words, dead, 0.5, "the slope of relu below 0 is 0") if dead >= 0.5 else None
    flat = float((slopes < FLAT * (0.25 if hidden == "sigmoid" else 1.0)).mean())
    words = f"layer {l} is saturated: z is of the size {np.abs(z).mean():.3g}, {flat:.0%} of its slopes are below 1 %"
    return Finding("start", words, flat, 0.5, "1 % of the activation's largest slope") if flat > 0.5 else None


def _alike(layers) -> int:
    """How many neurons of a hidden layer are copies of one another, if all are; 0 else."""
    for (W, b), (V, _) in zip(layers, layers[1:]):
        whole = np.vstack([W, np.broadcast_to(b, W.shape[1])[None], V.T])
        if W.shape[1] > 1 and np.ptp(whole, axis=1).max() == 0:
            return W.shape[1]
    return 0


def softmax(s: Study) -> Finding | None:
    """A softmax whose shares do not add up to 1 for each sample."""
    if s.chain is None or s.chain.last not in PARTED:
        return None
    total = float(s.bench.rows(s.bench.output(s.bench.X)).sum(axis=1).mean())
    words = f"the outputs of one sample add up to {total:.3g}, not to 1: it is a {s.chain.last}"
    return Finding("softmax", words, total, 1, "shares of one sample add up to 1")


def overflow(s: Study) -> Finding | None:
    """Outputs or a cost that are infinite or NaN while parameters and data are finite."""
    if data_looks.missing(s) is not None:
        return None
    for values, when in ((s.bench.start, "at the start"), (s.base.end, "at the end")):
        if values is None or not all(np.isfinite(v).all() for v in values):
            continue
        s.bench.put(values)
        A = s.bench.output(s.bench.X)
        bad = int((~np.isfinite(A)).sum())
        if bad:
            words = (
                f"{bad} outputs are NaN or infinite {when}, though every weight and input is a number: exp overflows"
            )
            return Finding("overflow", words, bad, 0, "exp(710) is beyond the largest float")
        if not np.isfinite(s.bench.cost(A, s.bench.Y)):
            words = f"the cost is not a number {when}, though every output is: a log of 0, or 0 times infinity"
            return Finding("overflow", words, 1, 0, "log(0) is minus infinity")
    return None


def unmoved(s: Study) -> Finding | None:
    """Weights that are what they were though the cost slopes there; weights of whole numbers."""
    if s.bench.whole:
        words = f"{len(s.bench.whole)} arrays of whole numbers act on your outputs: they cannot take a small step"
        return Finding("no-update", words, len(s.bench.whole), 0, "3 - 0.1 as a whole number is 2, or an error")
    if s.base.raised or s.base.end is None:
        return None
    slopes = s.slopes.gradient(s.bench.X, s.bench.Y)
    ends = zip(s.bench.names, s.bench.start, s.base.end, slopes)
    still = [n for n, a, b, g in ends if np.array_equal(a, b, equal_nan=True) and np.abs(g).max() > 1e-12]
    if not still:
        return None
    whole = len(still) == len(s.bench.names)
    words = (
        f"after {s.base.steps} steps {'every weight is what it was' if whole else ', '.join(still) + ' never changed'}"
    )
    return Finding("no-update", words, len(still), 0, "a step changes what the forward pass reads")


def odd_cost(s: Study) -> Finding | None:
    """A cost that is not low for outputs that equal the targets."""
    perfect = aims.perfect(s.bench, s.bench.output(s.bench.X), s.bench.Y)
    if not perfect > 0.5 * s.base.constant:
        return None
    words = f"outputs equal to the targets would cost {perfect:.3g}, a constant answer {s.base.constant:.3g}"
    return Finding("other-cost", words, perfect, s.base.constant, "a cost is least where outputs equal targets")


def narrow(s: Study) -> Finding | None:
    """No hidden layer, or one of a single neuron."""
    least = 2 if s.chain is None else min(s.chain.widths(s.bench.start)[1:-1], default=0)
    if least > 1 or not least and _a_line_is_enough(s):
        return None
    words = "a hidden layer has one neuron" if least else "there is no hidden layer"
    return Finding("capacity", f"{words}: one straight line parts the samples, or none", least, 2, "XOR takes two")


def _a_line_is_enough(s: Study) -> bool:
    """Does their network without a hidden layer learn at the rate that its own curvature allows?"""
    return own_run(s, s.chain, s.bench.start, max(s.steps, 1000), 0.5).learned


def unused(s: Study) -> Finding | None:
    """Samples that never take part in a step: rows that may hold NaN while every weight stays a number."""
    T = s.bench.T
    if s.base.raised or not s.base.moved or data_looks.missing(s) is not None or T < 3:
        return None
    tries = int(np.clip(0.05 * s.base.steps / max(s.base.seconds, 1e-6), 2, 40))
    many = T > 60
    groups = np.array_split(np.arange(T), 20) if many else np.arange(T)[:, None]
    taken = [_taken(s, rows, tries) for rows in groups]
    if many and all(k in (None, 0) for k in taken):  # not batches drawn at random: single rows say something
        groups, taken = [*groups, [0], [T - 1]], [*taken, _taken(s, [0], tries), _taken(s, [T - 1], tries)]
    idle = sorted({int(row) for rows, k in zip(groups, taken) if k is None for row in rows})
    if not 0 < len(idle) < T:
        return None
    words = f"{len(idle)} of {T} samples never take part in a step (from number {idle[0]} to {idle[-1]})"
    return Finding("batches", words, len(idle), 0, f"{tries} steps with NaN in these rows leave every weight a number")


def _taken(s: Study, rows, tries: int) -> int | None:
    """At which step NaN in these rows reaches a weight; None if it never does."""
    b, X = s.bench, s.X
    X[rows] = np.nan
    x, y = b.back(X, np.asarray(b.X, dtype=float)), copy.deepcopy(b.Y)
    b.reset()
    for k in range(tries):
        b.step(x, y)
        if not all(np.isfinite(v).all() for v in b.values()):
            return k
    return None


LOOKS: tuple[Callable, ...] = (
    data_looks.missing, data_looks.shapes, data_looks.labels, data_looks.reach, data_looks.inputs, start, softmax,
    overflow, unmoved, odd_cost, narrow, data_looks.neighbours, unused,
)  # fmt: skip


def look(s: Study, looks=LOOKS) -> list[Finding]:
    """Everything that is out of the ordinary; a look that the learner's code makes impossible says nothing."""
    found = []
    for one in looks:
        s.bench.reset()
        with quiet():
            seen = attempt(one, s)
        found += [seen] if seen is not None else []
    s.bench.reset()
    return found
