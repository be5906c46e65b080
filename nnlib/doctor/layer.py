"""Judge the backward pass of any one layer: the product of dy with the Jacobian of its own forward pass, by differences."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator

import numpy as np

from nnlib.doctor.calling import quiet
from nnlib.doctor.compare import CLOSE
from nnlib.doctor.costs import Cost
from nnlib.doctor.evidence import finding
from nnlib.doctor.layer_slips import Pass, named
from nnlib.doctor.matching import claimed, fits
from nnlib.doctor.patient import CallFailed, Patient
from nnlib.doctor.reading import acting
from nnlib.doctor.samples import Samples
from nnlib.doctor.truth import precision, slopes
from nnlib.doctor.verdict_of import Verdict, no_verdict, verdict

INPUT = ("dx", "dX", "dinput", "dinputs", "grad_input", "input")


def diagnose_layer(
    forward: Callable, backward: Callable, *, parameters: object = None, inputs: object = None, seed: int = 0
) -> Verdict:
    """Say whether a layer's backward pass is right: for its input and each of its parameters.

    `forward(x) -> y` (or (y, cache)); `backward(dy) -> dx`, or (dx, gradients of the parameters), or the gradients left as
    attributes; where it takes two arguments it is handed (dy, cache). `parameters` is a list, a dictionary or an object (left
    away: the object that forward belongs to). `inputs` is an array to try, else arrays are drawn until one runs.
    `where` holds "input" and the learner's names. Raises TypeError for a wrong call of this function alone.
    """
    for word, value in (("forward", forward), ("backward", backward)):
        if not callable(value):
            raise TypeError(f"{word}: expected a function, got {type(value).__name__}")
    owner = getattr(forward, "__self__", None)
    name = type(owner).__name__ if owner is not None else getattr(forward, "__name__", "your layer")
    subject = parameters if parameters is not None else owner
    failures = []
    for x in [np.asarray(inputs)] if inputs is not None else _drawn(subject, seed):
        try:
            return _judged(name, _Layer(forward, backward, subject, x), seed)
        except CallFailed as failure:
            failures.append(failure)
    return no_verdict(name, f"{failures[0]}. Bring an input that it takes: inputs=X.")


def _drawn(subject, seed: int) -> Iterator[np.ndarray]:
    """Inputs to try: rows first, then one vector, a picture with channels first or last, a sequence."""
    rng = np.random.default_rng(seed)
    with Patient(subject, output=lambda X: X) as patient:
        sides = [n for name in patient.leaves for n in patient.value(name).shape if 1 < n <= 4096]
    sides = list(dict.fromkeys([*sides, 4]))
    shapes = [(7, n) for n in sides] + [(n,) for n in sides] + [(2, n, 6, 7) for n in (*sides, 1)]
    shapes += (
        [(2, 6, 7, n) for n in (*sides, 1)] + [(2, 5, n) for n in sides] + [(8, 9), (n_ := sides[0], 7)] + [(2, n_, 9)]
    )
    yield from (rng.standard_normal(shape) for shape in shapes)


class _Layer:
    """The layer with its input held like a parameter, so that slopes by both are measured alike."""

    def __init__(self, forward, backward, subject, x):
        self.forward, self.backward, self.held = forward, backward, {"input": x}
        self.subject, self.x, self.functions = subject, x, (forward, backward)
        try:
            wanted = inspect.signature(backward).parameters.values()
            self.cached = sum(p.default is p.empty and p.kind in (0, 1) for p in wanted) >= 2
        except (TypeError, ValueError):
            self.cached = False

    def output(self, X):
        found = self.forward(self.held["input"])
        return found[0] if isinstance(found, tuple) else found

    def grads(self, X, dy):
        found = self.forward(self.held["input"].copy())
        return self.backward(dy, found[1]) if self.cached and isinstance(found, tuple) else self.backward(dy)


def _judged(name, layer: _Layer, seed: int) -> Verdict:
    patient = Patient(
        layer.subject, grads=layer.grads, output=layer.output, reach=layer.functions, held=layer.held, seed=seed
    )
    with patient, quiet():
        names = {k: k for k in patient.leaves}
        y = patient.output(None)
        if not np.array_equal(y, patient.output(None), equal_nan=True):
            return no_verdict(name, "the forward pass gives other numbers at each call. Seed what it draws.")
        dy = np.random.default_rng(seed + 1).standard_normal(y.shape)
        active = [k for k in acting(patient, None)]
        samples = Samples(None, dy, "vector", 1)
        weighted = Cost(lambda A, D: (A * D).sum())
        eps = precision(patient, active, None) if active else 1e-16
        found, left = patient.gradients(None, dy)
        claims, fixed = _claims(found, left, active, patient, names)
        true = slopes(patient, samples, [weighted], list(claims), seed=seed)
        moved = _moves_itself(patient, layer, dy)
        second = _claims(*patient.gradients(None, dy, times=2), active, patient, names)[0]
    arrays, evidence, exact = {}, [], {}
    for key, claim in claims.items():
        arrays[names[key]], exact[key], found_off = _compared(names[key], claim, true[key], eps)
        evidence += [found_off] if found_off else []
    notes = [f"taken as fixed: {', '.join(fixed)}"] if fixed else []
    notes.append(
        f"input of shape {layer.x.shape}, output {y.shape}"
        + ("" if _whole(true) else "; picked entries and random directions")
    )
    if not claims:
        return no_verdict(name, "backward(dy) returns no arrays, and leaves none behind under names like dW or grad_W")
    _divided_by_samples(arrays, exact, names, layer.x, notes)
    if all(v == "right" for v in arrays.values()):
        if not moved and any(not np.allclose(a, second[k], equal_nan=True) for k, a in claims.items()):
            return _verdict(
                False, "accumulator-not-reset", name, "the second call adds to what the first one left", arrays, notes
            )
        return verdict(
            True,
            "correct",
            name,
            "Right: the backward pass is the slope of the forward pass.",
            arrays=arrays,
            notes=tuple(notes),
        )
    wrong = {names[k]: k for k in claims if arrays[names[k]] != "right"}
    seen = Pass(
        layer,
        dy,
        y,
        {names[k]: patient.value(k) for k in claims},
        {n: claims[k] for n, k in wrong.items()},
        exact,
        names,
    )
    category, words = named(seen)
    words = words or f"{', '.join(wrong)} {'is' if len(wrong) == 1 else 'are'} no slope of the forward pass"
    return _verdict(False, category, name, words, arrays, notes, evidence)


def _moves_itself(patient: Patient, layer, dy) -> bool:
    """Does backward change the parameters, as a layer with its own optimiser does?"""
    before = {k: patient.value(k) for k in patient.leaves if k != "input"}
    layer.grads(None, dy)
    moved = any(not np.array_equal(v, patient.value(k), equal_nan=True) for k, v in before.items() if v is not None)
    patient.restore()
    return moved


def _whole(true) -> bool:
    return all(s.whole for s in true.values())


def _verdict(correct, category, name, words, arrays, notes, evidence=()) -> Verdict:
    where = frozenset(n for n, v in arrays.items() if v != "right")
    more = {"where": where, "arrays": arrays, "notes": tuple(notes), "evidence": tuple(evidence)}
    return verdict(correct, category, name, f"Wrong: {words}.", **more)


def _claims(found, left, active, patient, names) -> tuple[dict, list]:
    """{leaf: what backward says of it}: the first array is the input's where its shape fits, the rest go by name or order."""
    inputs = [k for k in active if names[k] == "input"]
    rest = [k for k in active if k not in inputs]
    claims, found = {}, list(found)
    if inputs:
        shape = patient.value(inputs[0]).shape
        marked = [i for i, (path, _) in enumerate(found) if any(str(k) in INPUT for k in path)]
        i = marked[0] if marked else 0 if found and len(found[0][0]) <= 1 else None
        if i is not None and (fits(found[i][1], shape) or len(found) > len(rest) or not rest):
            claims[inputs[0]] = found.pop(i)[1]
    wanted = {k: (patient.leaves[k].path, patient.value(k).shape) for k in rest}
    claims |= {k: a for k, a in claimed(found, left, wanted)[0].items() if a is not None} if rest else {}
    covered = [k for k in rest if k in claims]
    missed = [k for k in rest if k not in claims and patient.value(k).ndim and covered]
    claims |= {k: None for k in missed}
    return claims, [names[k] for k in rest if k not in claims]


def _compared(name, claim, slope, eps):
    """(word on the array, factor or None, the finding furthest off or None)."""
    t, bar = slope.values[0], slope.errors[0]
    if claim is None or np.size(claim) != int(np.prod(slope.shape)) or not np.isfinite(claim).all():
        return "wrong", 0.0 if claim is None else None, None
    s = slope.along(claim)
    close = max(CLOSE, 300 * np.sqrt(eps) if eps > 1e-10 else 0.0)
    allowed = close * max(np.linalg.norm(t), 1e-12) + 4 * np.linalg.norm(np.where(np.isfinite(bar), bar, 0))
    sure = np.isfinite(bar)
    off = np.where(sure, np.maximum(np.abs(s - t) - 4 * np.where(sure, bar, 0), 0), 0)
    factor = float(s @ t / (t @ t)) if t.any() else None
    if np.linalg.norm(off) <= allowed:
        return "right", 1.0, None
    k = int(np.argmax(off[: len(slope.picked)]))
    entry = finding(name, slope, k, s[: len(slope.picked)], t[: len(slope.picked)])
    pure = factor is not None and np.linalg.norm(s - factor * t) <= close * np.linalg.norm(s) + allowed * abs(factor)
    return ("factor" if pure and factor else "wrong"), (factor if pure else None), entry


def _divided_by_samples(arrays, exact, names, x, notes) -> None:
    """Parameter gradients that are the mean over the samples beside an input gradient that is none: a convention."""
    rest = {k: f for k, f in exact.items() if names[k] != "input"}
    input_right = all(arrays[names[k]] == "right" for k in exact if names[k] == "input")
    for n in dict.fromkeys(x.shape[:1] + x.shape[-1:]):
        if input_right and rest and n > 1 and all(f is not None and abs(f * n - 1) < 1e-3 for f in rest.values()):
            notes.append(f"the gradients of the parameters are divided by the {n} samples: a mean, no mistake")
            arrays.update({names[k]: "right" for k in rest})
