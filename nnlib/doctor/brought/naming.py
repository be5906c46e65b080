"""Ask the engine for the name of a slip: the learner's network as a function of the contract, in its own sizes and cost."""

from __future__ import annotations

import contextlib
import inspect
import itertools
import linecache
import re
import time
import types
from dataclasses import dataclass, field, replace

import numpy as np

from nnlib.doctor.brought.by_arrays import one_number
from nnlib.doctor.brought.compare import Penalty, Seen
from nnlib.doctor.brought.dense import Dense, network
from nnlib.doctor.brought.examination import Examination
from nnlib.doctor.brought.of_steps import at_full_rate, takes_each
from nnlib.doctor.brought.patient import CallFailed, Patient
from nnlib.doctor.brought.reading import Unread
from nnlib.doctor.brought.samples import Samples
from nnlib.doctor.diagnosis import Diagnosis, Explanation
from nnlib.doctor.judge import judge
from nnlib.doctor.rewriting.edit import codes
from nnlib.doctor.setting import Setting
from nnlib.doctor.verdict import listed, wrong
from nnlib.doctor.vocabulary import SYMPTOMS
from nnlib.doctor.words import hint_for


@dataclass(frozen=True, eq=False)
class Contract:
    """The learner's code as gradients(weights, biases, X, E) -> (dW, db): in our layout, one factor taken off."""

    exam: Examination
    dense: Dense
    samples: Samples
    penalty: Penalty | None
    each: bool  # the samples one by one
    deadline: float
    factor: float = 1.0
    shared: bool = False  # the penalty divided by the number of samples
    heard: dict = field(default_factory=dict)  # what the code said: the same for every factor and penalty

    def __call__(self, weights, biases, X, E):
        """The gradients that the learner's code gives for this problem."""
        if time.perf_counter() > self.deadline:
            raise TimeoutError("the examination took too long")
        if not self.each:
            return self._asked(weights, biases, self._handed(X, E))
        parts = [self._asked(weights, biases, self._handed(x[None], e[None])) for x, e in zip(X, E)]
        return [sum(g) for g in zip(*(p[0] for p in parts))], [sum(g) for g in zip(*(p[1] for p in parts))]

    def _asked(self, weights, biases, samples: Samples):
        patient, names = self.exam.patient, list(self.dense.shapes)
        theirs = {n: v.astype(patient.value(n).dtype) for n, v in self.dense.theirs(weights, biases).items()}
        asked = tuple(np.asarray(v).tobytes() for v in (*theirs.values(), samples.X, samples.Y))
        if asked not in self.heard:
            with patient.start_at(theirs):
                self.heard[asked] = self.exam.read(samples, names).claims
        reading = self.heard[asked]
        if self.penalty is not None:
            shares = self.samples.T / samples.T if self.shared else 1
            reading = replace(self.penalty, number=self.penalty.number * shares).off(reading, theirs)
        return self.ours(reading)

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


def setting_for(exam: Examination, seen: Seen, dense: Dense):
    """The engine's setting of this network, and the factor between the learner's gradient and the setting's; or None."""
    cost = seen.cost
    family, acts = cost.row.family, dense.activations
    if not family:
        return None
    if cost.on_logits:
        acts = (*acts[:-1], "softmax" if family == "cross-entropy" else "sigmoid")
    T, n = seen.reading.samples.T, dense.sizes[-1]
    summed = seen.reading.samples.single or sums(exam, seen)
    setting = Setting(
        cost=family, activations=acts if len(acts) > 1 else acts * 2, sizes=dense.sizes,
        bias="vector" if dense.biases else "none", over_samples="sum" if summed else "mean",
    )  # fmt: skip
    return setting, cost.factor(T, n) * (1 if summed else T)


def sums(exam: Examination, seen: Seen) -> bool:
    """Does the learner's gradient add up over the samples? Twice the same samples make twice the sum, and the same mean.

    What is right decides, where anything is.
    """
    samples, claims = seen.reading.samples, seen.reading.claims
    right = [n for n, word in seen.fit.arrays.items() if word == "right"]
    try:
        more = exam.read(samples.part([*range(samples.T), *range(samples.T)]), list(claims)).claims
    except (CallFailed, Unread, ValueError, IndexError):
        return False
    told = [n for n in right or claims if claims[n] is not None and more.get(n) is not None and np.any(claims[n])]
    sizes = [np.linalg.norm(more[n]) / np.linalg.norm(claims[n]) for n in told]
    return bool(sizes) and float(np.median(sizes)) > 1.5


def by_the_engine(exam: Examination, seen: Seen) -> Explanation | None:
    """The name that the engine gives inside the learner's own network, cost and depth; None where it gives none."""
    try:
        found, dense = name_of(exam, seen)
    except Exception as error:  # a fault of the doctor's own: said in a note, with what is known all the same
        exam.notes.append(f"the search for a name failed with {type(error).__name__}: {error}. Please report it.")
        return None
    if found is None:
        return None
    formula = f"{found.formula}   (layers {'-'.join(map(str, dense.sizes))}: {', '.join(dense.activations)})"
    hint = found.hint
    if seen.reading.samples.form.startswith("column"):
        columns = replace(found.setting, columns=True, transposed=True)
        hint = hint_for(found.slips[0], columns, found.where, found.layers)
    words = f"{found.what or found.category} ({listed(seen.fit.wrong)})"
    return wrong(found.category, words, *found.candidates, formula=formula, hint=hint)


def _askable(dense: Dense, seen: Seen) -> bool:
    """Can the engine say anything? Not where the targets are the inputs, nor of a sum over neurons that it is not shown."""
    samples = seen.reading.samples
    same = not samples.drawn and np.array_equal(samples.X, samples.Y)
    return not same and not (dense.inside and one_number(seen))


def name_of(exam: Examination, seen: Seen):
    """(diagnosis of the engine, network) where it names what the examination saw; (None, network or None) where not."""
    dense, samples = network(exam.patient, seen), seen.reading.samples
    found = setting_for(exam, seen, dense) if dense is not None and _askable(dense, seen) else None
    if found is None:
        return None, dense
    setting, scale = found
    deadline = time.perf_counter() + (4 if dense.inside else 12)
    each = samples.single or takes_each(exam, seen)
    contract = Contract(exam, dense, samples, seen.penalty, each, deadline)
    common = (seen.fit.common or 1.0) * scale
    shares = (False, True) if seen.penalty is not None else (False,)
    ways = [(shared, factor) for shared in shares for factor in dict.fromkeys((common, scale, -common))]
    with at_full_rate(exam, seen, each):
        for shared, factor in ways:
            asked = replace(contract, factor=factor, shared=shared)
            diagnosis = judge(asked, setting)
            known = diagnosis.correct is False and diagnosis.category not in SYMPTOMS
            if known and _agrees(diagnosis, asked, seen):
                return diagnosis, dense
    return None, dense


def _agrees(diagnosis: Diagnosis, contract: Contract, seen: Seen) -> bool:
    """Does the engine's answer give the learner's numbers on the samples of the examination?

    Where it foretells none, or the network is one inside another: does it blame the arrays that the slopes show to be
    wrong, and no others?
    """
    claims, dense = seen.reading.claims, contract.dense
    whole = not dense.inside and all(np.size(claims[n]) in (1, seen.slopes[n].size) for n in seen.covered)
    if diagnosis.predict is not None and whole:
        samples, values = seen.reading.samples, contract.exam.patient.values(dense.shapes)
        foretold = diagnosis.predict(*dense.ours(values), samples.rows, samples.wanted(dense.sizes[-1]))
        if foretold is not None:
            mine = contract.ours(claims)
            return _alike([*mine[0], *mine[1]], [*foretold[0], *foretold[1]], 5 * seen.fit.loose)
    blamed = set().union(*(dense.names_of(kind, l) for kind, l in diagnosis.where), set())
    right = {n for n, word in seen.fit.arrays.items() if word == "right"}
    return bool(blamed) and (not blamed & right if right else bool(blamed & set(seen.fit.wrong)))


def _alike(mine, foretold, close: float) -> bool:
    """Equal arrays, up to a relative error of each; one that should be zero may hold a little of the others."""
    least = 1e-3 * max(np.linalg.norm(v) for v in mine)
    return all(
        a.shape == np.shape(b) and np.linalg.norm(a - b) <= close * (np.linalg.norm(b) + least)
        for a, b in zip(mine, foretold)
    )


def line_of(patient: Patient, names) -> str:
    """The line of the learner's file where one of these arrays (or its gradient) is computed; "" where none is found."""
    function = (patient.step_function or patient.grads_function).function
    owner = getattr(function, "__self__", None)
    lasts = [re.escape(re.split(r"[.\[\]\"]+", name.rstrip('"]'))[-1]) for name in names]
    gradient = r"\s*(\w+\.)?(d|grad_?|d_|delta_?|nabla_?)\w*{}\w*(\[.*?\])?(\s*,.*?)?\s*[-+*/]?=[^=]"
    moved = r"\s*(\w+\.)*\w*[.\"\[]?{}[\"\]]*(\[.*?\])?\s*[-+]?=[^=]"
    for source in (function, type(owner) if owner is not None else None):
        with contextlib.suppress(TypeError, OSError):
            lines, start = _lines_of(source)
            file = str(inspect.getsourcefile(source)).replace("\\", "/").split("/")[-1]
            for last, pattern in itertools.product(lasts, (gradient, moved)):
                for k, line in enumerate(lines):
                    if re.match(pattern.format(last), line):
                        return f"line {start + k} of {file}: {line.strip()}"
    return ""


def _lines_of(source) -> tuple[list[str], int]:
    """(the lines of a function or a class, the number of the first); a function may be a part of a script."""
    if not isinstance(source, types.FunctionType):
        return inspect.getsourcelines(source)
    first = source.__code__.co_firstlineno
    last = max(line or first for code in codes(source.__code__) for *_, line in code.co_lines())
    return linecache.getlines(source.__code__.co_filename)[first - 1 : last], first
