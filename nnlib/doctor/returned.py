"""The right arrays in a wrong package: too few or too many, from the last layer to the first, one list under two names."""

from __future__ import annotations

import numpy as np

from nnlib.doctor.diagnosis import Diagnosis
from nnlib.doctor.examine import Exam
from nnlib.doctor.references import multiple


def miscounted(exam: Exam) -> Diagnosis | None:
    """Too few or too many arrays: which layers are they?"""
    answer = exam.answers.get("main")
    if answer is None or exam.kind != "gradients":
        return None
    truth = exam.truth("main")
    L = len(truth) // 2
    counts = [len(entries) for entries in answer.entries]
    if counts == [L, L]:
        return None
    if counts == [0, 0] and answer.shape_note:
        return Diagnosis(False, "shape-error", what=answer.shape_note)
    layers = [[_layer_of(v, group) for v in entries] for entries, group in zip(answer.entries, (truth[:L], truth[L:]))]
    what = f"{counts[0]} weight and {counts[1]} bias gradients came back for {L} layers"
    if counts[0] == L and layers[0] == list(range(L)) and set(layers[1]) <= {None}:
        return Diagnosis(False, "bias-gradient-zero", ("shape-error",), what="no bias gradients came back")
    found = [[l for l in part if l is not None] for part in layers]
    if counts == [L, 0] and not found[0] and [np.shape(v) for v in answer.entries[0]] == [t.shape for t in truth[:L]]:
        return None  # no bias gradients, and the weights' have another slip: it is looked for
    if any(len(f) < min(n, L) for f, n in zip(found, counts)) or not found[0]:
        return None if max(counts) <= L and found[0] else Diagnosis(False, "shape-error", what=what)
    if counts[0] == L + 1 and layers[0][1:] == list(range(L)):
        return Diagnosis(False, "shape-error", what=f"{what}: one array too many, before those of the weights")
    if found[0] == [L - 1]:
        return Diagnosis(
            False, "only-last-layer", ("shape-error", "off-by-one-layer"), what=what + ": those of the output layer"
        )
    if found[0] == sorted(found[0], reverse=True) and len(found[0]) == L:
        return Diagnosis(False, "wrong-order", ("shape-error",), what=what + ", in reverse order")
    which = ", ".join(map(str, found[0]))
    return Diagnosis(False, "off-by-one-layer", ("shape-error",), what=f"{what}: they belong to the layers {which}")


def _layer_of(v, truth):
    """The layer whose right gradient v is, up to a factor; None where it is none."""
    for l, t in enumerate(truth):
        if v is not None and v.shape == t.shape and np.isfinite(multiple(v, t, 1e-6)) and v.any():
            return l
    return None


def reversed_step(exam: Exam) -> Diagnosis | None:
    """The new weights come back from the last layer to the first: turned round, each is the old one less a multiple."""
    words = {(-1, -1): "weights and biases", (-1, 1): "weights", (1, -1): "biases"}
    for turns, what in words.items() if exam.kind == "train_step" else ():
        if all(_steps_fit(exam, name, turns) for name in ("main", "three")):
            return Diagnosis(
                False, "wrong-order", what=f"the new {what} come back from the last layer to the first",
                formula="return «weights[::-1], biases[::-1]»",
            )  # fmt: skip
    return None


def _steps_fit(exam: Exam, name: str, turns) -> bool:
    answer, p = exam.answers.get(name), exam.problem(name)
    lists = [list(part)[::turn] for part, turn in zip(answer.entries, turns)] if answer is not None else []
    old = (p.weights, p.biases)
    if [[np.shape(v) for v in part] for part in lists] != [[v.shape for v in part] for part in old]:
        return False
    steps = [w - v for new, was in zip(lists, old) for v, w in zip(new, was)]
    return not any(np.isnan(multiple(s, t, 1e-6)) for s, t in zip(steps, exam.truth(name)))


def new_weights(exam: Exam) -> Diagnosis | None:
    """A gradient function that gives back stepped weights: W less one multiple of the gradient."""
    if exam.kind != "gradients":
        return None
    for name in ("main", "three"):
        if not exam.usable(name):
            return None
        p, arrays = exam.problem(name), exam.answers[name].arrays
        pairs = list(zip((*p.weights, *p.biases), arrays, exam.truth(name)))
        if any(a is None or a.shape != v.shape for v, a, _ in pairs):
            return None
        c = [multiple(v - a, t, 1e-6) for v, a, t in pairs]
        if np.isnan(c).any() or np.ptp(c) >= 1e-6 * abs(c[0]):
            return None
    what = f"new weights come back, the old ones less {c[0]:.4g} times the gradient, in place of the gradient"
    mend = 'Return dW and db. A function that steps takes the rate too: diagnose(f, kind="train_step").'
    return Diagnosis(
        False, "assigned-instead-of-subtracted", ("learning-rate-in-gradient",), what=what, mend=mend,
        formula="return «dW, db»",
    )  # fmt: skip


def one_list(exam: Exam) -> Diagnosis | None:
    """dW and db are one and the same list."""
    value = exam.calls["main"].value
    if isinstance(value, tuple | list) and len(value) == 2 and value[0] is value[1] and isinstance(value[0], list):
        what = "dW and db are one list with two names: what is written into one stands in the other"
        return Diagnosis(False, "stale-or-aliased-buffers", what=what)
    return None
