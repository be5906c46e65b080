"""An examination made by hand: what the learner's code is said to have answered, without any code."""

from __future__ import annotations

import numpy as np

from nnlib.doctor.answers import read
from nnlib.doctor.examine import AGAIN, Exam, relative
from nnlib.doctor.observe import Answer, Call
from nnlib.doctor.probes import probe
from nnlib.doctor.stages import backpropagate

THREE = ("main", AGAIN, "three", "equal widths")


def exam_of(change=lambda arrays, name: arrays, names=THREE, kind="gradients", activations="sigmoid", **terms) -> Exam:
    """An Exam whose answers are `change(right arrays, name)`: 2L arrays, (dW, db), None, or an exception that is raised."""
    exam = Exam(kind, activations, **terms)
    for name in names:
        p, truth = exam.problem(name), [g.copy() for g in exam.truth(name)]
        L, value = len(p.weights), change(truth, name)
        if isinstance(value, list):
            if kind == "train_step":
                value = [w - p.rate * g for w, g in zip((*p.weights, *p.biases), value)]
            value = (value[:L], value[L:])
        call = Call(p, value)
        if isinstance(value, BaseException):
            call = Call(p, None, f"{type(value).__name__}: {value}", value)
        exam.calls[name], answer = call, read(call, kind)
        exam.answers[name] = answer
        exam.errors[name] = (
            None if answer is None else [relative(a, t) for a, t in zip(answer.arrays, exam.truth(name))]
        )
    return exam


def other(arrays, seed=0):
    """Arrays of the same shapes that have nothing to do with gradients."""
    rng = np.random.default_rng(seed)
    return [rng.normal(size=a.shape) for a in arrays]


def asking(gradients):
    """What the doctor asks with: `gradients(problem)` gives 2L arrays, or None where nothing comes back."""

    def ask(p, seed=0):
        arrays = gradients(probe(p) if isinstance(p, str) else p)
        return None if arrays is None else Answer(list(arrays))

    return ask


def ours(p, activations="sigmoid"):
    """The right gradient of any problem, as one list."""
    dW, db = backpropagate(p, (), activations)
    return [*dW, *db]
