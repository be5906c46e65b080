"""Samples without a trace in the answer: which count, which row keeps just these, and the mistake beside it."""

from __future__ import annotations

import numpy as np
import pytest
from doctor_patients.exams import asking, exam_of, ours

from nnlib.doctor import diagnose
from nnlib.doctor.kept import CHOICES, counting, kept, of_some_samples
from nnlib.doctor.probes import probe
from nnlib.doctor.search import evidence_of

p = probe("main")


def batches_of_five(weights, biases, X, E, delta_out, slope, divide_by_all=False):
    """A learner's own backpropagation over whole batches of 5; what is left over at the end is never seen."""
    dW, db = [np.zeros(W.shape) for W in weights], [np.zeros(b.shape) for b in biases]
    seen = len(X) // 5 * 5
    for start in range(0, seen, 5):
        A = [X[start : start + 5]]
        for W, b in zip(weights, biases):
            A.append(1 / (1 + np.exp(-(A[-1] @ W + b))))
        dZ = delta_out(A[-1], E[start : start + 5]) / (len(X) if divide_by_all else seen)
        for l in range(len(weights) - 1, -1, -1):
            dW[l] += A[l].T @ dZ
            db[l] += dZ.sum(axis=0)
            dZ = dZ @ weights[l].T * slope(A[l])
    return dW, db


right_slope, no_slope = (lambda a: a * (1 - a)), np.ones_like
FORGOTTEN = {
    "the slope f'(z) is left out": (lambda a, e: 2 * (a - e), no_slope),
    "the slope f'(z) is left out (output layer only)": (lambda a, e: 2 * (a - e), right_slope),
    "the output delta is a - e: that belongs to the cross-entropy (output layer only)": (
        lambda a, e: a - e,
        right_slope,
    ),
}


@pytest.mark.parametrize("what", FORGOTTEN)
@pytest.mark.parametrize("divide_by_all", [False, True])
def test_samples_beyond_the_last_full_batch_and_a_slip_that_spoils_every_array(what, divide_by_all):
    d = diagnose(lambda *given: batches_of_five(*given, *FORGOTTEN[what], divide_by_all))
    assert d.category == "batch-remainder" and len(d.where) == 6, str(d)
    whole = ", and the sum is still divided by T" if divide_by_all else ""
    assert d.what == f"the samples beyond the last full batch of 5 are dropped{whole}"
    told = [what for slug, what, _ in d.second if slug in ("missing-activation-derivative", "cross-entropy-delta")]
    halved = " (output layer only)" in what and "slope" in what  # 2 (a - e) is a - e, doubled
    assert told == [what] or halved and told[0].startswith("the output delta is a - e")


def test_which_samples_count():
    only = lambda rows: asking(lambda q: ours(q._replace(X=q.X[rows], E=q.E[rows])))
    assert counting(p, only(slice(5))) == (0, 1, 2, 3, 4) and counting(p, only([3])) == (3,)
    assert counting(p, only(slice(None))) == () and counting(p, asking(lambda q: [0 * g for g in ours(q)])) == ()
    assert counting(p, asking(lambda q: None)) == ()
    late = lambda q: ours(q._replace(X=q.X[:2], E=q.E[:2])) if q.X[3, 0] == p.X[3, 0] else None
    assert counting(p, asking(late)) == (), "no answer to one of the questions"
    trace = lambda h: asking(lambda q: [g + h * q.X[6, 0] * g for g in ours(q._replace(X=q.X[:6], E=q.E[:6]))])
    assert counting(p, trace(1e-6)) == () and counting(p, trace(1e-12)) == (0, 1, 2, 3, 4, 5), "a trace of the last"


def test_which_samples_a_row_keeps():
    by_words = {m.row.what: kept(m, p) for m in CHOICES}
    assert by_words["the samples beyond the last full batch of 5 are dropped"] == (0, 1, 2, 3, 4)
    assert by_words["only the last 2 samples count"] == (5, 6)
    assert by_words["only every other sample counts"] == (0, 2, 4, 6)
    assert by_words["the samples beyond the last full batch of 8 are dropped"] == ()
    for mixed in (
        "the targets are reshaped, so that samples and outputs mix",
        "the inputs are sorted",
        "the inputs are rounded",
    ):
        assert by_words[mixed] == ()
    assert by_words["inputs and targets are averaged first: one mean sample"] == ()
    assert by_words["only as many samples as inputs count"] == (), "other samples of X than of E"


def test_where_nothing_is_to_be_said():
    cut = lambda q: ours(q._replace(X=q.X[:-1], E=q.E[:-1]))
    told = lambda gradients, change=lambda exam: exam: of_some_samples(
        exam := change(exam_of(lambda a, name: gradients(exam_of().problem(name)), names=("main", "three"))),
        asking(gradients),
        evidence_of(exam, ("main", "three"), 1e-8),
    )
    assert told(cut)[0].parts[0][1] == "the last sample is left out" and told(ours) == []
    noise = [np.random.default_rng(1).normal(size=g.shape) for g in ours(p)]
    assert told(lambda q: [g * (1 + n) if g.shape == n.shape else g for g, n in zip(cut(q), noise)]) == [], (
        "no row fits"
    )

    def slow(exam):
        for call in exam.calls.values():
            call.seconds = 1.0
        exam.calls["main, again"] = exam.calls["main"]
        return exam

    assert told(cut, slow) == []


def test_hidden_layers_that_get_nothing_are_no_riddle():
    """Zeros fit every other mistake in the hidden layers: none of them is named."""
    d = diagnose(lambda *given: batches_of_five(*given, lambda a, e: 2 * (a - e) * a * (1 - a), np.zeros_like))
    assert [d.category, *(slug for slug, _, _ in d.second)] == ["batch-remainder", "only-last-layer"], str(d)
