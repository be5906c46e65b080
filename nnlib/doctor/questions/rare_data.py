"""The numbers are right on ordinary data: the caller's arrays, integers, saturated neurons."""

from __future__ import annotations

import numpy as np

from nnlib.doctor.diagnosis import Explanation, told
from nnlib.doctor.questions.exam import Exam
from nnlib.doctor.questions.returned import ARITHMETIC, raised_words


def mutations(exam: Exam) -> Explanation | None:
    """The caller's arrays are changed."""
    changed = sorted({v for o in exam.seen.values() for v in o.changed})
    if not changed:
        return None
    verb = "is" if changed in (["E"], ["X"]) else "are"
    words = f"the results are right, but the caller's {' and '.join(changed)} {verb} changed"
    opening = "The results are right, but the caller's arrays are changed."
    if set(changed) & {"weights", "biases"}:
        return told("mutates-inputs", words, opening=opening)
    hint = f"Work on a copy, {changed[0]}.copy(): the caller goes on using the array."
    return told("mutates-inputs", words, formula="", hint=hint, opening=opening)


def integers(exam: Exam) -> Explanation | None:
    """Integer data are cut, or refused."""
    o = exam.ask("integer data") if exam.patience else None
    if o is not None and (exam.wrong(o) or o.raised and not isinstance(o.error, ARITHMETIC)):
        return told("integer-truncation", "right with floats, wrong as soon as X and E hold integers")
    return None


def saturation(exam: Exam) -> Explanation | None:
    """NaN or an exception where a neuron is saturated."""
    if not exam.patience:
        return None
    o = exam.ask("saturated")
    finite = lambda a: a is None or np.isfinite(a).all()
    if any(finite(t) and not finite(a) for a, t in zip(o.arrays, exam.truth(o.problem))):
        if exam.setting.activations[-1] == "softmax":
            words = "NaN or infinity where z = 1600: e^z overflows, since the largest z is not taken off first"
            return told("wrong-forward-pass", words, ("nan",), "A = e^(Z «- max(Z)») / sum e^(Z «- max(Z)»)")
        return told("nan", "NaN or infinity where a neuron is saturated, z = 800")
    if isinstance(o.error, (OverflowError, ZeroDivisionError)):
        return told("nan", raised_words(o))
    return None


RARE = (mutations, integers, saturation)
