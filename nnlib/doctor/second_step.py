"""What a second step shows of the first: how much of it is carried over, and whether both use the same rate."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from nnlib.doctor.examination import Result


def second_step(exam, result: Result, names, turned: bool = False) -> tuple[float, float] | None:
    """(a, b) of the change a g + b d that a second step makes on other samples, after a first that changed d.

    g is the slope there times the factor of the first step. None where the first step is no multiple of its slope, the
    second no such sum, or the network too large. `turned` exchanges the two samples.
    """
    samples, patient, cost = result.reading.samples, exam.patient, result.fit.cost
    if samples.single or samples.T < 2:
        first, other = samples, replace(samples, X=np.asarray(samples.X) * -0.5)
    else:
        first, other = samples.part([0]), samples.part([1])
    first, other = (other, first) if turned else (first, other)
    if sum(patient.value(n).size for n in names) > 3000:
        return None
    true = exam.few(first, cost, names)
    moved = patient.change(first.X, first.Y)
    both = patient.change_over([(first.X, first.Y), (other.X, other.Y)])
    state = patient.start
    try:
        patient._after(first.X, first.Y, patient.step_function, "step")
        patient.move_start()
        later = exam.few(other, cost, names)
    finally:
        patient.start = state
        patient.restore()
    d, d2 = (
        np.concatenate([true[n].along(c[n]) for n in names]) for c in (moved, {n: both[n] - moved[n] for n in names})
    )
    g, g2 = (np.concatenate([part[n].values[0] for n in names]) for part in (true, later))
    factor = float(d @ g / (g @ g)) if g.any() else 0.0
    if not factor or np.linalg.norm(d - factor * g) > 0.01 * np.linalg.norm(d) or not np.isfinite(d2).all():
        return None
    A = np.stack([factor * g2, d], axis=1)
    (a, b), *_ = np.linalg.lstsq(A, d2, rcond=None)
    if np.linalg.norm(A @ (a, b) - d2) > 0.02 * np.linalg.norm(d2) or np.linalg.cond(A) > 1e3:
        return None
    return float(a), float(b)
