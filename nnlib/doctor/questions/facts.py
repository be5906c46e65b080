"""What can be said of numbers without a name: what the targets have to do with them, and how samples add up."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from nnlib.doctor.candidates.expressions import Values
from nnlib.doctor.candidates.functions import ACTIVATE, SLOPES
from nnlib.doctor.candidates.program import names_of
from nnlib.doctor.diagnosis import array_name
from nnlib.doctor.questions.exam import Exam, Observation, differ


def facts(exam: Exam) -> Iterator[str]:
    """What the targets have to do with the answer, and how samples add up: a few more calls, each one sentence."""
    o = exam.ask("main")
    p, L = o.problem, o.problem.layers
    wrong = [k for k in exam.wrong(o) if o.arrays[k] is not None]
    if exam.slow or not wrong:
        return
    if fixed := _without_targets(exam, o, wrong):
        yield f"Other targets would not change {_listed(fixed, L)} at all."
    ones = [exam.ask(p.rows([i])) for i in range(len(p.X))]
    if any(one.answer is None or not one.answer.finite() for one in ones):
        return
    if mixed := [k for k in wrong if _mixed(o.arrays[k], [one.arrays[k] for one in ones])]:
        words = "a batch gives neither mean nor sum of its samples' answers alone: they are mixed somewhere"
        yield f"For {_listed(mixed, L)} {words}."
    else:
        yield "A batch gives what its samples give one by one, put together: look at one sample."


def _listed(which: list[int], L: int) -> str:
    return "every array" if len(which) == 2 * L else ", ".join(array_name(k, L) for k in which)


def _without_targets(exam: Exam, o: Observation, wrong: list[int]) -> list[int]:
    """The wrong arrays that other targets do not change."""
    other = exam.ask(o.problem.but(E=o.problem.E[:, ::-1] * 0.5 + 0.1))
    return [k for k in wrong if other.answer is not None and not differ(o.arrays[k], other.arrays[k])]


def _mixed(whole, ones) -> bool:
    """Is an array of the batch neither the sum nor the mean of those of its samples?"""
    if any(one is None or one.shape != whole.shape for one in ones):
        return False
    total = np.sum(ones, axis=0)
    return differ(whole, total) and differ(whole, total / len(ones))


def at_the_output(exam: Exam) -> bool:
    """Is the output delta the only wrong thing? Read from single samples: db is dZ there, and all else must follow from it."""
    if exam.slow or exam.setting.kind != "gradients" or exam.setting.bias == "none":
        return False
    p = exam.ask("main").problem
    return all(_follows(exam, p.rows([i])) for i in range(3))


def _follows(exam: Exam, p) -> bool:
    """Do all arrays of one sample follow from its output delta, and is that wrong?"""
    o, L, truth = exam.ask(p), p.layers, exam.truth(p)
    if (
        o.answer is None
        or not o.answer.finite()
        or any(a is None or a.shape != t.shape for a, t in zip(o.arrays, truth))
    ):
        return False
    c = Values(p, names_of(exam.setting, L))
    for l in range(L):
        c.Z[l] = c.A[l] @ c.W[l] + c.b[l]
        c.A[l + 1] = ACTIVATE[c.names[l]](c.Z[l])
    dZ, follows = o.arrays[-1][None], not np.allclose(o.arrays[-1], truth[-1])
    for l in range(L - 1, -1, -1):
        follows &= np.allclose(o.arrays[l], c.A[l].T @ dZ, atol=1e-12) and np.allclose(
            o.arrays[L + l], dZ[0], atol=1e-12
        )
        dZ = dZ @ c.W[l].T * SLOPES[c.names[l - 1]](c.Z[l - 1], c.A[l]) if l else dZ
    return bool(follows)
