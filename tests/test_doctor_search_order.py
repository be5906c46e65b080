"""The search as a whole: what comes first, at which tolerance, and when the stage at fault is sought."""

from __future__ import annotations

import numpy as np
import pytest
from doctor_patients.exams import THREE, asking, exam_of, other, ours
from test_doctor_search import CORE, NONE, slugs

from nnlib.doctor import probes
from nnlib.doctor.search import localised, numbers

# ------------------------------------------------------------------------------------------------ the whole search


def searched(change, names=(*THREE, "one sample", "one output", "many samples"), again=NONE):
    exam = exam_of(change, names=names)
    usable = [n for n in probes.TABLE if exam.usable(n)]
    found, base = numbers(exam, usable, [n for n in usable if exam.wrong(n)], again)
    return slugs(found[:1]), base


def test_the_order_of_the_search():
    assert searched(lambda a, n: [2 * g for g in a]) == (["extra-factor-two"], 1e-8)
    assert searched(lambda a, n: other(a) if n in ("one sample", "one output") else a) == ([], 1e-8), (
        "special cases have a room of their own"
    )
    assert searched(lambda a, n: [3.7 * a[0], 5.1 * a[1], *a[2:]]) == (["unknown"], 1e-8)
    assert searched(lambda a, n: [*[2 * g for g in a[:-1]], 2 * a[-1][None]])[0] == ["extra-factor-two", "shape-error"]
    hair = lambda a, n: [2 * g * (1 + 3e-6 * np.sin(np.arange(g.size)).reshape(g.shape)) for g in a]
    assert searched(hair, names=CORE) == (["finite-difference-error"], 2e-5), "2, to five digits only"


def test_the_stage_is_sought_where_answers_stay_the_same():
    moved = exam_of(lambda a, n: [g + (n == "main, again") for g in other(a)])
    assert (
        localised(moved, NONE) == []
        and localised(exam_of(), NONE) == []
        and localised(exam_of(names=("main",)), NONE) == []
    )
    squashed = lambda p: [np.tanh(9 * g) for g in ours(p)]
    found = localised(exam_of(lambda a, n: [np.tanh(9 * g) for g in a]), asking(squashed))
    assert slugs(found) == ["unknown"] and found[0].cost == 3 and "keeps its rank" in found[0].parts[0][1]
    assert localised(exam_of(lambda a, n: other(a)), asking(lambda p: other(ours(p)))) == []
    lent = exam_of(lambda a, n: [*a[:3], np.resize(a[5], a[3].shape), *a[4:]])
    assert slugs(localised(lent, NONE)) == ["bias-wrong-formula"]
    lent.activations = "tanh"
    assert localised(lent, NONE) == []


@pytest.mark.parametrize("name", CORE)
def test_a_missing_array_does_not_stop_the_stage(name):
    assert localised(exam_of(lambda a, n: [None, *other(a)[1:]] if n == name else other(a)), NONE) == []
