"""Code that is written for one depth, W1 and W2 say: it is examined on networks of that depth, and told so."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from nnlib.doctor import probes
from nnlib.doctor.behaviour import fixed_depth, what_raised
from nnlib.doctor.contract import VOCABULARY
from nnlib.doctor.diagnosis import Diagnosis
from nnlib.doctor.examine import Exam

USUAL = 3  # weight layers of most probes: code for this depth is well examined without further ado
LOOP = "One loop over range(len(weights)) serves every depth, in place of lines for W1, W2, ..."


def written_depth(exam: Exam, again: Callable[[], Exam]) -> int:
    """The one depth that the code is written for, where nothing whole comes back for the usual one; 0 elsewhere.

    `again()` examines anew: asked where the lists were unpacked into another number of names, and no probe ran at all.
    """
    if exam.stopped or _whole(exam, "main") or _all_layers(exam):
        return 0
    runs = {len(exam.problem(n).weights) for n in probes.TABLE if _whole(exam, n)}
    if runs:
        return runs.pop() if len(runs) == 1 and USUAL not in runs else 0
    for layers in (2, 1) if _unpacks(exam) else ():
        with probes.of_depth(layers):
            other = again()
            if not _unpacks(other):
                return layers
    return 0


def _whole(exam: Exam, name: str) -> bool:
    """Did two lists come back, with one entry for each layer? Of the right sizes, too, where the first call did not raise."""
    answer, truth = exam.answers.get(name), exam.truth(name)
    L = len(truth) // 2
    if not exam.usable(name) or [len(part) for part in answer.entries] not in ([L, L], [0, 0]):
        return False
    return bool(exam.calls["main"].raised) or [np.size(a) for a in answer.arrays] == [t.size for t in truth]


def _all_layers(exam: Exam) -> bool:
    """Did something come back for each layer of the usual depth, of whatever size? Then no other depth is meant."""
    answer = exam.answers.get("main")
    return answer is not None and not exam.calls["main"].raised and [*map(len, answer.entries)] == [USUAL, USUAL]


def _unpacks(exam: Exam) -> bool:
    """Did the first call raise because a list held more or fewer arrays than names stood on the left?"""
    return "to unpack" in exam.calls["main"].raised


def _spoken(layers: int) -> str:
    return "1 weight layer" if layers == 1 else f"{layers} weight layers"


def of_one_depth(how: str, sentence: str) -> Diagnosis:
    """The verdict on code whose numbers are right, for one depth only; `how` is what it does at another."""
    what = f"the numbers are right, but only for one depth: {how}"
    return Diagnosis(False, "shape-error", what=what, details=(sentence,), mend=LOOP)


def said_of_depth(exam: Exam, layers: int, found: Diagnosis) -> Diagnosis:
    """What was found on networks of the code's own depth, with a word about it; `exam` is that of all depths."""
    sentence = fixed_depth(exam) or f"It is written for {_spoken(layers)}, and was examined so."
    if found.correct:
        call = exam.calls["main"]
        return of_one_depth(what_raised(call) if call.raised else exam.answers["main"].shape_note, sentence)
    found.layers, found.square = layers, False
    found.details += (sentence,)
    if found.category == "shape-error" and found.hint == VOCABULARY["shape-error"].hint:
        found.details += (LOOP,)
    return found
