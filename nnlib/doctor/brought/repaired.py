"""Code brought as it is is repaired by the change after which its gradients are the slopes of its forward pass."""

from __future__ import annotations

from nnlib.doctor.brought.compare import fit, less_decay
from nnlib.doctor.brought.examination import Examination, Result
from nnlib.doctor.brought.patient import CallFailed
from nnlib.doctor.brought.reading import Unread
from nnlib.doctor.brought.truth import precision
from nnlib.doctor.diagnosis import Repair
from nnlib.doctor.rewriting.repair import repair
from nnlib.doctor.rewriting.repaired import LIMIT

SECONDS = 0.6  # for all changed programs together
MOST = 1000  # samples on which a changed program is run


def repaired_network(exam: Examination, result: Result) -> Repair | None:
    """One change of the learner's code, outside its forward pass, after which every gradient is right."""
    patient, samples, names = exam.patient, result.reading.samples, list(result.reading.claims)
    more = samples.part([*range(samples.T), 0]) if not samples.single else samples
    eps, expected = precision(patient, names, samples.X), 1.0 if exam.in_units else None
    if samples.T > MOST or sum(slope.whole is False for slope in result.slopes.values()):
        return None  # an edit may pair every sample with every other one, and a call takes long

    def kept(common):
        """What was right before the change is so after it, with the same factor."""
        before = result.fit.common if "right" in result.fit.arrays.values() else 0.0
        return common > 0 and (before <= 0 or abs(common / before - 1) < 1e-3)

    def run():
        return exam.read(samples, names).claims

    def right():
        try:
            claims = {n: less_decay(result.beside, n, a, patient.value(n).astype(float)) for n, a in run().items()}
            now = fit(result.fit.cost, result.c, claims, result.slopes, eps, expected)
            return now.right and kept(now.common) and exam.judge(more).right
        except (CallFailed, Unread, ValueError, TypeError, IndexError):
            return False

    seconds, patient.seconds = patient.seconds, LIMIT
    try:
        return repair(run, right, spared=(lambda: patient.output(samples.X),), seconds=SECONDS)
    finally:
        patient.seconds = seconds
