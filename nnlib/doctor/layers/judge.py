"""Judge the backward pass of any one layer: the product of dy with the Jacobian of its own forward pass, by differences."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from nnlib.doctor.brought.by_arrays import by_arrays, evidence
from nnlib.doctor.brought.compare import Seen, fit
from nnlib.doctor.brought.patient import CallFailed, Patient
from nnlib.doctor.brought.reading import Reading, acting
from nnlib.doctor.brought.samples import Samples
from nnlib.doctor.brought.truth import precision, slopes
from nnlib.doctor.costs import Cost
from nnlib.doctor.diagnosis import Explanation
from nnlib.doctor.layers.slips import Pass, named
from nnlib.doctor.running.calling import quiet
from nnlib.doctor.running.matching import claimed, fits
from nnlib.doctor.running.signature import required
from nnlib.doctor.verdict import Verdict, no_verdict, noted, verdict, wrong

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
    refused = [f for f in failures if f.what == "grads"]
    if refused and isinstance(refused[0].outcome.error, ValueError | IndexError):
        said = wrong("shape-error", f"the forward pass runs, and for dy of its output's shape {refused[0]}")
        return verdict(name, said, where=frozenset({"input"}), arrays={"input": "wrong"})
    return no_verdict(name, f"{(refused or failures)[0]}. Bring an input that it takes: inputs=X.")


def _drawn(subject, seed: int) -> Iterator[np.ndarray]:
    """Inputs to try: rows first, then one vector, a picture with channels first or last, a sequence."""
    rng = np.random.default_rng(seed)
    with Patient(subject, output=lambda X: X) as patient:
        sides = [n for name in patient.leaves for n in patient.value(name).shape if 1 < n <= 4096]
    sides = list(dict.fromkeys([*sides, 4]))
    shapes = [(7, n) for n in sides] + [(n,) for n in sides] + [(2, n, 6, 7) for n in (*sides, 1)]
    shapes += (
        [(2, 6, 7, n) for n in (*sides, 1)] + [(2, 5, n) for n in sides] + [(8, 9), (sides[0], 7), (2, sides[0], 9)]
    )
    yield from (rng.standard_normal(shape) for shape in shapes)


class _Layer:
    """The layer with its input held like a parameter, so that slopes by both are measured alike."""

    def __init__(self, forward, backward, subject, x):
        self.forward, self.backward, self.held = forward, backward, {"input": x}
        self.subject, self.x, self.functions = subject, x, (forward, backward)
        self.cached = len(required(backward) or ()) >= 2

    def output(self, X):
        found = self.forward(self.held["input"])
        return found[0] if isinstance(found, tuple) else found

    def grads(self, X, dy):
        found = self.forward(self.held["input"].copy())
        return self.backward(dy, found[1]) if self.cached and isinstance(found, tuple) else self.backward(dy)


def _judged(name: str, layer: _Layer, seed: int) -> Verdict:
    patient = Patient(
        layer.subject, grads=layer.grads, output=layer.output, reach=layer.functions, held=layer.held, seed=seed
    )
    with patient, quiet():
        y = patient.output(None)
        if not np.array_equal(y, patient.output(None), equal_nan=True):
            return no_verdict(name, "the forward pass gives other numbers at each call. Seed what it draws.")
        dy = np.random.default_rng(seed + 1).standard_normal(y.shape)
        active = acting(patient, None)
        claims, fixed = _claims(*patient.gradients(None, dy), active, patient)
        if not claims:
            words = "backward(dy) returns no arrays, and leaves none behind under names like dW or grad_W"
            return no_verdict(name, words)
        weighted, whole = Cost(lambda A, D: (A * D).sum()), Samples(None, dy, "vector", 1)
        (true,) = slopes(patient, whole, [weighted], list(claims), seed=seed)
        kept = not _moves_itself(patient, layer, dy) and _adds_up(claims, patient, dy, active)
        values, eps = patient.values(claims), precision(patient, active, None)
    fits, count = fit(claims, true, eps, common=1.0), ""
    T, mean = _samples_of(fits.factors, layer.x)
    if mean and fits.arrays.get("input", "right") == "right":
        count = f"the gradients of the parameters are divided by the {T} samples: a mean, no mistake"
        claims = {n: claim if n == "input" else T * claim for n, claim in claims.items()}
        fits = fit(claims, true, eps, common=1.0)
    seen = Seen(Reading(Samples(layer.x, dy, "rows", T), claims), weighted, true, fits)
    looked = "" if all(s.whole for s in true.values()) else "; picked entries and random directions"
    notes = (
        f"taken as fixed: {', '.join(fixed)}" if fixed else "",
        f"input of shape {layer.x.shape}, output {y.shape}{looked}",
        count,
    )
    said, opening = noted(), ""
    if fits.wrong:
        said = _named(seen, Pass(layer.x, dy, y, values, _whole(true)))
    elif kept:
        said = wrong("accumulator-not-reset", "the second call adds to what the first one left")
    else:
        opening = "Right: the backward pass is the slope of the forward pass."
    return verdict(
        name, said, opening, arrays={n: "right" if word == "unseen" else word for n, word in fits.arrays.items()},
        notes=tuple(filter(None, notes)), where=frozenset(fits.wrong), evidence=tuple(evidence(seen)),
    )  # fmt: skip


def _named(seen: Seen, p: Pass) -> Explanation:
    """What the wrong arrays show by themselves, else the change of the layer's right expressions that gives them."""
    plain = by_arrays(seen)
    return (
        plain if plain.category != "unknown" else named(p, {n: seen.reading.claims[n] for n in seen.fit.wrong}) or plain
    )


def _whole(slopes) -> dict[str, np.ndarray]:
    return {n: s.values.reshape(s.shape) for n, s in slopes.items() if s.whole}


def _moves_itself(patient: Patient, layer: _Layer, dy) -> bool:
    """Does backward change the parameters, as a layer with its own optimiser does?"""
    before = {k: patient.value(k) for k in patient.leaves if k != "input"}
    layer.grads(None, dy)
    moved = any(not np.array_equal(v, patient.value(k), equal_nan=True) for k, v in before.items() if v is not None)
    patient.restore()
    return moved


def _adds_up(claims, patient: Patient, dy, active) -> bool:
    """Does a second call give other gradients than the first?"""
    second, _ = _claims(*patient.gradients(None, dy, times=2), active, patient)
    return any(a is not None and not np.allclose(a, second[k], equal_nan=True) for k, a in claims.items())


def _claims(found, left, active, patient: Patient) -> tuple[dict, list]:
    """({leaf: what backward says of it}, leaves taken as fixed); the first array is the input's where its shape fits."""
    found, rest = list(found), [k for k in active if k != "input"]
    place = _place_of_input(found, patient.value("input").shape, len(rest)) if "input" in active else None
    claims = {} if place is None else {"input": found.pop(place)[1]}
    wanted = {k: (patient.leaves[k].path, patient.value(k).shape) for k in rest}
    matched = claimed(found, left, wanted)[0] if rest else {}
    covered = {k: a for k, a in matched.items() if a is not None}
    missed = [k for k in rest if k not in covered and patient.value(k).ndim] if covered else []
    return claims | covered | dict.fromkeys(missed), [k for k in rest if k not in (*covered, *missed)]


def _place_of_input(found, shape, others: int) -> int | None:
    """The place of the input's gradient among the returned arrays: by its name, else the first one where that can be it."""
    marked = [i for i, (path, _) in enumerate(found) if any(str(k) in INPUT for k in path)]
    if not marked and (not found or len(found[0][0]) > 1):
        return None
    i = marked[0] if marked else 0
    return i if fits(found[i][1], shape) or len(found) > others or not others else None


def _samples_of(factors: dict[str, float], x: np.ndarray) -> tuple[int, bool]:
    """(number of samples, are all gradients of parameters divided by it), as far as the factors show on which side they lie."""
    for T in (n for n in x.shape[:1] + x.shape[-1:] if n > 1):
        of_rest = [abs(factor * T - 1) < 1e-3 for name, factor in factors.items() if name != "input"]
        if any(of_rest) or any(abs(factor / T - 1) < 1e-3 for factor in factors.values()):
            return T, all(of_rest)
    return len(np.atleast_1d(x)), False
