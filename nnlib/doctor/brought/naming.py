"""Ask the engine for the name of a slip: the learner's network as a function of the contract, in its own sizes and cost."""

from __future__ import annotations

import contextlib
import inspect
import itertools
import re
import time
from dataclasses import replace

import numpy as np

from nnlib.doctor.brought.compare import less_decay
from nnlib.doctor.brought.dense import Dense, recognise
from nnlib.doctor.brought.examination import Examination, Result
from nnlib.doctor.brought.patient import CallFailed
from nnlib.doctor.brought.reading import Unread
from nnlib.doctor.brought.repeated import at_full_rate, takes_each
from nnlib.doctor.brought.samples import Samples
from nnlib.doctor.judge import judge
from nnlib.doctor.setting import Setting

MOST = 2000  # numbers in a network that the engine is asked about; of a larger one, a small network inside it


def network(exam: Examination, result: Result) -> Dense | None:
    """The dense layers of the learner's network; None where it is something else, or too large."""
    patient, samples = exam.patient, result.reading.samples
    names = [n for n in result.reading.claims if patient.value(n) is not None]
    rows = samples.rows
    A = samples.outputs(patient.output(samples.X))
    found = recognise(patient.values(names), rows, A)
    large = found is not None and sum(W.size for W in found.weights) > MOST
    return found.inner() if large else found


class Contract:
    """The learner's code as gradients(weights, biases, X, E) -> (dW, db): in our layout, one factor taken off."""

    def __init__(self, exam: Examination, result: Result, dense: Dense):
        self.exam, self.dense, self.samples = exam, dense, result.reading.samples
        self.decay, self.shared = result.beside, False  # shared: a penalty divided by the number of samples
        self.each = self.samples.single or takes_each(exam, result)
        inner = dense.inputs > dense.sizes[0]
        self.factor, self.deadline = 1.0, time.perf_counter() + (4 if inner else 12)

    def __call__(self, weights, biases, X, E):
        if time.perf_counter() > self.deadline:
            raise TimeoutError("the examination took too long")
        if not self.each:
            return self._asked(weights, biases, self._handed(X, E))
        parts = [self._asked(weights, biases, self._handed(x[None], e[None])) for x, e in zip(X, E)]
        return [sum(g) for g in zip(*(p[0] for p in parts))], [sum(g) for g in zip(*(p[1] for p in parts))]

    def _asked(self, weights, biases, samples: Samples):
        patient, names = self.exam.patient, list(self.dense.shapes)
        theirs = {n: v.astype(patient.value(n).dtype) for n, v in self.dense.theirs(weights, biases).items()}
        with patient.start_at(theirs):
            reading = self.exam.read(samples, names).claims
        decay = self.decay
        if decay is not None and self.shared:
            decay = replace(decay, number=decay.number * self.samples.T / samples.T)
        return self.ours({n: less_decay(decay, n, reading.get(n), theirs[n].astype(float)) for n in names})

    def ours(self, claims) -> tuple[list, list]:
        """(dW, db) in our layout out of what the learner's code says by their names."""
        dW, db = self.dense.ours({n: self._shaped(n, claims.get(n)) for n in self.dense.shapes})
        return [g / self.factor for g in dW], [g / self.factor for g in db]

    def _shaped(self, name, claim):
        shape = self.dense.shapes[name]
        if claim is None:
            return np.zeros(shape)
        if np.size(claim) == 1:
            return np.full(shape, float(np.ravel(claim)[0]))
        return np.asarray(claim, float).reshape(shape)

    def _handed(self, X, E) -> Samples:
        """X (T, n_0) and E (T, n_L) as the learner's code takes them."""
        old, kind = self.samples, np.asarray(self.samples.X).dtype
        kind = kind if kind.kind == "f" else float
        X = np.pad(X, ((0, 0), (0, self.dense.inputs - X.shape[1])))
        T, Y = len(X), np.asarray(old.Y)
        form = {"columns": X.T, "vector": X[0], "column": X.T, "row": X}.get(old.form, X).astype(kind)
        if old.labels or (E.shape[1] > 1 and Y.size == old.T):
            classes = E.argmax(axis=1) if E.shape[1] > 1 else (E[:, 0] > 0.5).astype(int)
            shape = (T,) if Y.ndim < 2 else (1, T) if Y.shape[0] == 1 != old.T else (T, 1)
            targets = int(classes[0]) if Y.ndim == 0 else classes.reshape(shape)
        elif Y.ndim == 0:
            targets = float(E[0, 0])
        elif old.single:
            targets = E.reshape(Y.shape)
        else:
            targets = E.T if old.form == "columns" and Y.ndim == 2 else E.ravel() if Y.ndim == 1 else E
        return Samples(form, targets, old.form, 1 if old.single else T, old.targets, old.drawn)


def setting_for(exam: Examination, result: Result, dense: Dense):
    """The engine's setting of this network, and the factor between the learner's gradient and the setting's; or None."""
    cost = result.fit.cost
    family, acts = cost.row.family, dense.activations
    if not family:
        return None
    if cost.on_logits:
        acts = (*acts[:-1], "softmax" if family == "cross-entropy" else "sigmoid")
    T, n = result.reading.samples.T, dense.sizes[-1]
    summed = result.reading.samples.single or sums(exam, result)
    setting = Setting(
        cost=family, activations=acts if len(acts) > 1 else acts * 2, sizes=dense.sizes,
        bias="vector" if dense.biases else "none", over_samples="sum" if summed else "mean",
    )  # fmt: skip
    return setting, cost.factor(T, n) * (1 if summed else T)


def sums(exam: Examination, result: Result) -> bool:
    """Does the learner's gradient add up over the samples? Twice the same samples make twice the sum, and the same mean.

    What is right decides, where anything is.
    """
    samples, claims = result.reading.samples, result.reading.claims
    right = [n for n, v in result.fit.arrays.items() if v == "right"]
    try:
        more = exam.read(samples.part([*range(samples.T), *range(samples.T)]), list(claims)).claims
    except (CallFailed, Unread, ValueError, IndexError):
        return False
    told = [n for n in right or claims if claims[n] is not None and more.get(n) is not None and np.any(claims[n])]
    sizes = [np.linalg.norm(more[n]) / np.linalg.norm(claims[n]) for n in told]
    return bool(sizes) and float(np.median(sizes)) > 1.5


def name_of(exam: Examination, result: Result):
    """(diagnosis of the engine, network) where it names what the examination saw; (None, network or None) where not."""
    dense = network(exam, result)
    found = setting_for(exam, result, dense) if dense is not None else None
    samples = result.reading.samples
    if found is None or (not samples.drawn and np.array_equal(samples.X, samples.Y)):
        return None, dense  # where the targets are the inputs, the engine's own targets say nothing
    setting, scale = found
    contract = Contract(exam, result, dense)
    common = result.fit.common or 1.0
    with at_full_rate(exam, result):
        return _asked(contract, setting, dense, result, (common * scale, scale, -common * scale))


def _asked(contract, setting, dense, result, factors):
    shares = (False, True) if contract.decay is not None else (False,)
    for contract.shared, contract.factor in itertools.product(shares, dict.fromkeys(factors)):
        diagnosis = judge(contract, setting)
        if (
            diagnosis.correct is False
            and diagnosis.category not in ("unknown", "shape-error")
            and _agrees(diagnosis, contract, dense, result)
        ):
            return diagnosis, dense
    return None, dense


def _agrees(diagnosis, contract: Contract, dense: Dense, result: Result) -> bool:
    """Does the engine's answer give the learner's numbers on the samples of the examination?

    Where it foretells none, or the network is one inside another: does it blame the arrays that the slopes show to be
    wrong, and no others?
    """
    claims = result.reading.claims
    whole = all(
        np.size(claims[n]) in (1, int(np.prod(shape))) for n, shape in dense.shapes.items() if claims[n] is not None
    )
    if diagnosis.predict is not None and whole and dense.inputs == dense.sizes[0]:
        samples, values = result.reading.samples, contract.exam.patient.values(dense.shapes)
        foretold = diagnosis.predict(*dense.ours(values), samples.rows, samples.wanted(dense.sizes[-1]))
        if foretold is not None:
            mine = contract.ours(claims)
            return _alike([*mine[0], *mine[1]], [*foretold[0], *foretold[1]], 5 * result.fit.loose)
    blamed = set().union(*(dense.names_of(kind, l) for kind, l in diagnosis.where), set())
    wrong = {n for n, v in result.fit.arrays.items() if v in ("wrong", "factor")}
    unseen = {n for n, v in result.fit.arrays.items() if v == "unseen"}
    right = set(result.fit.arrays) - wrong - unseen
    return bool(blamed) and (not blamed & right if right else bool(blamed & wrong))


def _alike(mine, foretold, close: float) -> bool:
    """Equal arrays, up to a relative error of each; one that should be zero may hold a little of the others."""
    least = 1e-3 * max(np.linalg.norm(v) for v in mine)
    return all(
        a.shape == np.shape(b) and np.linalg.norm(a - b) <= close * (np.linalg.norm(b) + least)
        for a, b in zip(mine, foretold)
    )


def line_of(function, names) -> str:
    """The line of the learner's file where one of these arrays (or its gradient) is computed; "" where none is found."""
    owner = getattr(function, "__self__", None)
    lasts = [re.escape(re.split(r"[.\[\]\"]+", name.rstrip('"]'))[-1]) for name in names]
    gradient = r"\s*(\w+\.)?(d|grad_?|d_|delta_?|nabla_?)\w*{}\w*(\[.*?\])?(\s*,.*?)?\s*[-+*/]?=[^=]"
    moved = r"\s*(\w+\.)*\w*[.\"\[]?{}[\"\]]*(\[.*?\])?\s*[-+]?=[^=]"
    for source in (function, type(owner) if owner is not None else None):
        with contextlib.suppress(TypeError, OSError):
            lines, start = inspect.getsourcelines(source)
            file = str(inspect.getsourcefile(source)).replace("\\", "/").split("/")[-1]
            for last, pattern in itertools.product(lasts, (gradient, moved)):
                for k, line in enumerate(lines):
                    if re.match(pattern.format(last), line):
                        return f"line {start + k} of {file}: {line.strip()}"
    return ""
