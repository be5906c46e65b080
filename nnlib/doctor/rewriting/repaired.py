"""When is a changed program right? By the contract on every problem; brought as it is, by the slopes of its forward pass."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from nnlib.doctor.brought.compare import fit, less_decay
from nnlib.doctor.brought.examination import Examination, Result
from nnlib.doctor.brought.patient import CallFailed
from nnlib.doctor.brought.reading import Unread
from nnlib.doctor.brought.truth import precision
from nnlib.doctor.diagnosis import Diagnosis
from nnlib.doctor.questions import problems
from nnlib.doctor.questions.exam import Exam, observe
from nnlib.doctor.rewriting.repair import Repair, repair

LIMIT = 0.3  # seconds for one call of a changed program
SECONDS = 0.6  # for all of them, where code is brought as it is
MOST = 1000  # samples on which a changed program is run


def repaired(function: Callable, found: Diagnosis) -> Diagnosis:
    """The diagnosis with one change of the learner's own code that makes it right, where there is one."""
    exam = Exam(function, found.setting, found.layers)
    names = (*problems.names(found.setting), "saturated")
    asked = [p for p in map(exam.problem, names) if found.layers == 3 or "depth" not in p.traits]
    first = observe(function, asked[0], found.setting)
    if first.slow or first.answer is not None and first.answer.unread:
        return found

    def run():
        seen = observe(function, asked[0], found.setting, LIMIT)
        if seen.error is not None:
            raise seen.error

    def right():
        return all(exam.right(observe(function, p, found.setting, LIMIT)) for p in asked)

    with np.errstate(all="ignore"):
        return replace(found, repair=repair(run, right))


def repaired_network(exam: Examination, result: Result) -> Repair | None:
    """One change of the learner's code, outside its forward pass, after which every gradient is right."""
    patient, samples, names = exam.patient, result.reading.samples, list(result.reading.claims)
    more = samples.part([*range(samples.T), 0]) if not samples.single else samples
    eps, expected = precision(patient, names, samples.X), 1.0 if exam.in_units else None
    if samples.T > MOST or sum(slope.whole is False for slope in result.slopes.values()):
        return None  # an edit may pair every sample with every other one, and a call takes long

    def run():
        return exam.read(samples, names).claims

    def right():
        try:
            claims = {n: less_decay(result.beside, n, a, patient.value(n).astype(float)) for n, a in run().items()}
            now = fit(result.fit.cost, result.c, claims, result.slopes, eps, expected)
            return now.right and now.common > 0 and exam.judge(more).right
        except (CallFailed, Unread, ValueError, TypeError, IndexError):
            return False

    seconds, patient.seconds = patient.seconds, LIMIT
    try:
        return repair(run, right, spared=(lambda: patient.output(samples.X),), seconds=SECONDS)
    finally:
        patient.seconds = seconds
