"""Does code run for one sample at a time because a layer of it has one neuron, and a dimension is lost there?"""

from __future__ import annotations

from nnlib.doctor.brought.compare import Seen
from nnlib.doctor.brought.dense import network
from nnlib.doctor.brought.examination import Examination
from nnlib.doctor.brought.patient import CallFailed
from nnlib.doctor.brought.reading import Unread
from nnlib.doctor.diagnosis import Explanation
from nnlib.doctor.verdict import noted, wrong


def one_neuron(exam: Examination, seen: Seen) -> Explanation | None:
    """What code that is judged on one sample raised on more, where it was not the forward pass: by mistake or by design."""
    if not seen.reading.samples.single or exam.data is not None:
        return None
    several = next((f for f in exam.failures if isinstance(f, CallFailed) and f.what != "output"), None)
    if several is None:
        return None
    if not _takes_batches_when_wider(exam, seen):
        return noted(f"judged on one sample at a time; on several at once {several}")
    words = f"on several samples {several}. With two neurons where there is one it runs: a dimension is lost"
    return wrong("shape-error", words, "broadcasting")


def _takes_batches_when_wider(exam: Examination, seen: Seen) -> bool:
    """Do several samples at once run where each layer of one neuron has two? Then the code is meant for them."""
    dense = network(exam.patient, seen)
    wider, T = dense.widened(exam.patient.values(dense.shapes)) if dense is not None else None, 0
    if wider is None:
        return False
    with exam.patient.start_at(wider):
        for samples in exam.candidates():
            T = T or samples.T
            if samples.single or samples.T != T:
                return False
            try:
                claims = exam.read(samples, list(wider)).claims
            except (CallFailed, Unread):
                continue
            return all(claims[n] is not None and claims[n].size == v.size for n, v in wider.items())
    return False
