"""The right arrays in a wrong package: too few or too many, from the last layer to the first, one list under two names."""

from __future__ import annotations

import numpy as np

from nnlib.doctor.diagnosis import Diagnosis
from nnlib.doctor.examine import Exam
from nnlib.doctor.references import multiple


def miscounted(exam: Exam) -> Diagnosis | None:
    """Too few or too many arrays: which layers are they?"""
    answer = exam.answers.get("main")
    if answer is None or exam.kind != "gradients" or len(answer.entries) != 2:
        return None
    truth = exam.truth("main")
    L = len(truth) // 2
    counts = [len(entries) for entries in answer.entries]
    if counts == [L, L]:
        return None
    layers = [[_layer_of(v, group) for v in entries] for entries, group in zip(answer.entries, (truth[:L], truth[L:]))]
    what = f"{counts[0]} weight and {counts[1]} bias gradients came back for {L} layers"
    if counts[0] == L and layers[0] == list(range(L)) and (counts[1] == 0 or set(layers[1]) <= {None}):
        return Diagnosis(False, "bias-gradient-zero", ("shape-error",), what="no bias gradients came back")
    found = [[l for l in part if l is not None] for part in layers]
    if any(len(f) < min(n, L) for f, n in zip(found, counts)) or not found[0]:
        return None if max(counts) <= L and found[0] else Diagnosis(False, "shape-error", what=what)
    if found[0] == [L - 1] and L > 2:
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
    if exam.kind != "train_step":
        return None
    for name in ("main", "three"):
        answer, p = exam.answers.get(name), exam.problem(name)
        lists = [list(part)[::-1] for part in answer.entries] if answer is not None else []
        old = (p.weights, p.biases)
        if [[np.shape(v) for v in part] for part in lists] != [[v.shape for v in part] for part in old]:
            return None
        steps = [w - v for new, was in zip(lists, old) for v, w in zip(new, was)]
        if any(np.isnan(multiple(s, t, 1e-6)) for s, t in zip(steps, exam.truth(name))):
            return None
    what = "the new weights and biases come back from the last layer to the first"
    return Diagnosis(False, "wrong-order", what=what, formula="return «weights[::-1], biases[::-1]»")


def one_list(exam: Exam) -> Diagnosis | None:
    """dW and db are one and the same list."""
    value = exam.calls["main"].value
    if isinstance(value, tuple | list) and len(value) == 2 and value[0] is value[1] and isinstance(value[0], list):
        what = "dW and db are one list with two names: what is written into one stands in the other"
        return Diagnosis(False, "stale-or-aliased-buffers", what=what)
    return None
