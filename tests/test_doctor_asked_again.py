"""Two questions more, about numbers that are cut on the way and biases that lie idle; and when none is put."""

# ruff: noqa: E501  (a case is a line)
from __future__ import annotations

import numpy as np
from doctor_patients.exams import asking, exam_of, ours
from test_doctor_asked import decayed, examined

from nnlib.doctor.questions import _idle_biases, _steps_of_a_stair, asked
from nnlib.doctor.stages import forward

# --------------------------------------------------------------------------------------------------------- a stair


def stair(size):
    def gradients(p):
        A = forward(p)[1][-1]
        return ours(p._replace(E=A - np.floor(size * (A - p.E)) / size))

    return gradients


def test_a_stair_on_the_way():
    (e,) = _steps_of_a_stair(*examined(stair(37)))
    assert e.cost == 3 and e.parts[0][0] == "integer-truncation" and "moved by a hair" in e.parts[0][1]
    assert _steps_of_a_stair(*examined(stair(600))) == [], "numbers of few digits"
    assert _steps_of_a_stair(*examined(stair(350))) != []
    assert _steps_of_a_stair(*examined(lambda p: [2 * g for g in ours(p)])) == []
    fixed = ours(exam_of().problem("main"))
    assert _steps_of_a_stair(exam_of(lambda a, n: [g + 1 for g in a]), asking(lambda p: [g + 1 for g in fixed])) == []
    assert _steps_of_a_stair(exam_of(), asking(lambda p: fixed)) == [], "nothing is wrong"
    assert _steps_of_a_stair(examined(stair(37))[0], asking(lambda p: None)) == []
    some = lambda p: [*stair(37)(p)[:1], *ours(p)[1:]]
    assert _steps_of_a_stair(*examined(some)) != [], "one array is cut, the others are right"
    mixed = lambda p: [*stair(37)(p)[:1], *[2 * g for g in ours(p)[1:]]]
    assert _steps_of_a_stair(*examined(mixed)) == []


# ------------------------------------------------------------------------------------------------------ idle biases


def without(biases, bias=lambda g: g):
    return lambda p: [g if k < 3 else bias(g) for k, g in enumerate(ours(p._replace(biases=biases(p.biases))))]


def test_biases_that_no_forward_pass_uses():
    none, first = without(lambda bs: [0 * b for b in bs]), without(lambda bs: [0 * b + b[0] for b in bs])
    for gradients, words in ((none, "changing b[0][0], b[0][1]"), (first, "changing b[0][1], b[0][2]")):
        (e,) = _idle_biases(*examined(gradients))
        assert e.cost == 3 and e.also == () and [p[0] for p in e.parts] == ["wrong-forward-pass"]
        assert e.parts[0][1].startswith(words) and e.parts[0][1].endswith("does not use every bias")
    (e,) = _idle_biases(*examined(without(lambda bs: [bs[0], 0 * bs[1], bs[2]])))
    assert "b[1][0]" in e.parts[0][1] and "b[0]" not in e.parts[0][1]
    for bias, slug in ((lambda g: 0 * g, "bias-gradient-zero"), (lambda g: g**2, "bias-wrong-formula")):
        (e,) = _idle_biases(*examined(without(lambda bs: [0 * b for b in bs], bias)))
        assert e.also == (slug,) and len(e.parts) == 1
    some = lambda g: g**2 * (np.arange(len(g)) > 0)
    (e,) = _idle_biases(*examined(without(lambda bs: [0 * b for b in bs], some)))
    assert e.also == ("bias-wrong-formula",), "a zero among other numbers"
    one = lambda p: [
        g * (k != 3) if k < 4 else g**2 for k, g in enumerate(ours(p._replace(biases=[0 * b for b in p.biases])))
    ]
    assert _idle_biases(*examined(one))[0].also == ("bias-wrong-formula",), "zeros beside other numbers"
    assert asked(*examined(none))[0].parts[0][0] == "wrong-forward-pass"


def test_no_idle_biases():
    assert _idle_biases(*examined(ours)) == [] and _idle_biases(*examined(lambda p: [2 * g for g in ours(p)])) == []
    half = without(lambda bs: [0 * b + b.mean() * 0 + 0.5 for b in bs])
    assert _idle_biases(*examined(half)) == [], "neither none nor the first for all"
    hair = lambda h: without(lambda bs: [0 * b for b in bs], lambda g: g * (1 + h))
    assert _idle_biases(*examined(hair(0.5e-6)))[0].also == () and _idle_biases(*examined(hair(3e-6)))[0].also == (
        "bias-wrong-formula",
    )
    weights = lambda h: lambda p: [g * (1 + h) for g in without(lambda bs: [0 * b for b in bs])(p)]
    one = lambda p: [g * (1 + (k == 1)) for k, g in enumerate(without(lambda bs: [0 * b for b in bs])(p))]
    assert _idle_biases(*examined(one)) == [], "one array of another network"
    exam, ask = examined(without(lambda bs: [0 * b for b in bs]))
    exam.answers["main"].arrays[0] = None
    assert _idle_biases(exam, ask) == []
    assert _idle_biases(*examined(weights(0.5e-6))) and not _idle_biases(*examined(weights(3e-6)))


def test_questions_are_for_the_sigmoid_and_for_usable_answers():
    exam, ask = examined(decayed(ours))
    exam.activations = "tanh"
    assert asked(exam, ask) == []
    exam, ask = examined(decayed(ours))
    exam.answers["three"] = None
    assert asked(exam, ask) == []
    exam, ask = examined(without(lambda bs: [0 * b for b in bs]))
    exam.answers["three"] = None
    assert _idle_biases(exam, ask) != [] and asked(exam, ask) == []
    assert asked(*examined(stair(37)))[0].parts[0][0] == "integer-truncation"
