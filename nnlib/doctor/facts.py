"""What can be said of numbers without a name: what the targets have to do with them, and how samples add up."""

from __future__ import annotations

import numpy as np

from nnlib.doctor.diagnosis import array_name
from nnlib.doctor.exam import Exam, differ


def facts(exam: Exam):
    """What the targets have to do with the answer: a few more calls, each one sentence."""
    if exam.slow:
        return
    o = exam.ask("main")
    p, wrong, L = o.problem, exam.wrong(o), o.problem.layers
    other = exam.ask(p.but(E=p.E[:, ::-1] * 0.5 + 0.1))
    said = lambda which: "every array" if len(which) == 2 * L else ", ".join(array_name(k, L) for k in which)
    if other.answer is not None and wrong:
        fixed = [k for k in wrong if o.arrays[k] is not None and not differ(o.arrays[k], other.arrays[k])]
        if fixed:
            yield f"Other targets would not change {said(fixed)} at all."
    ones = [exam.ask(p.rows([i])) for i in range(len(p.X))]
    if wrong and all(one.answer is not None and one.answer.finite() for one in ones):
        mixed = [
            k
            for k in wrong
            if o.arrays[k] is not None
            and all(one.arrays[k] is not None and one.arrays[k].shape == o.arrays[k].shape for one in ones)
        ]
        sums = {k: np.sum([one.arrays[k] for one in ones], axis=0) for k in mixed}
        mixed = [k for k in mixed if differ(o.arrays[k], sums[k]) and differ(o.arrays[k], sums[k] / len(ones))]
        if mixed:
            yield f"For {said(mixed)} a batch gives neither mean nor sum of its samples' answers alone: they are mixed somewhere."
        else:
            yield "A batch gives what its samples give one by one, put together: look at one sample."
