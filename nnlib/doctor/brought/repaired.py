"""Code brought as it is is repaired by the change after which its gradients are the slopes of its forward pass."""

from __future__ import annotations

from nnlib.doctor.brought.compare import Seen, fit
from nnlib.doctor.brought.examination import Examination
from nnlib.doctor.brought.patient import CallFailed
from nnlib.doctor.brought.reading import Unread
from nnlib.doctor.brought.truth import precision
from nnlib.doctor.diagnosis import Repair
from nnlib.doctor.rewriting.repair import LIMIT, repair

MOST = 1000  # samples on which a changed program is run


def repaired_network(exam: Examination, seen: Seen) -> Repair | None:
    """One change of the learner's code, outside its forward pass, after which every gradient is right."""
    patient, samples, names = exam.patient, seen.reading.samples, list(seen.reading.claims)
    more = samples.part([*range(samples.T), 0]) if not samples.single else samples
    eps, expected = precision(patient, names, samples.X), 1.0 if exam.in_units else None
    common = seen.fit.common if "right" in seen.fit.arrays.values() and seen.fit.common > 0 else None  # stays right
    if samples.T > MOST or not all(slope.whole for slope in seen.slopes.values()):
        return None  # an edit may pair every sample with every other one, and a call takes long

    def run():
        return exam.read(samples, names).claims

    def right():
        try:
            claims = run()
            if seen.penalty:
                claims = seen.penalty.off(claims, patient.values(names))
            now = fit(claims, seen.slopes, eps, expected=expected, common=common)
            return now.right and now.common > 0 and exam.judge(more).right
        except (CallFailed, Unread, ValueError, TypeError, IndexError):
            return False

    seconds, patient.seconds = patient.seconds, LIMIT
    try:
        if right():  # up to a factor, on these samples: then any change would seem to help
            return None
        return repair(run, right, spared=(lambda: patient.output(samples.X),))
    finally:
        patient.seconds = seconds
