"""Each question by itself: multiples, the error scaled, other activations, no error at all, a stair, idle biases."""

# ruff: noqa: E501  (a case is a line)
from __future__ import annotations

import numpy as np
import pytest
from doctor_patients.exams import THREE, asking, exam_of, ours

from nnlib.doctor import diagnose
from nnlib.doctor.leftovers import Evidence
from nnlib.doctor.questions import (
    OTHERS,
    _multiple,
    _without_error,
    another_network,
    asked,
    exactly_another,
    follows_the_error,
    multiples,
)
from nnlib.doctor.stages import Change, Problem, backpropagate, forward


def examined(gradients, kind="gradients", activations="sigmoid"):
    """An exam in which every problem was answered by `gradients(problem)`, and what asks it again."""
    exam = exam_of(kind=kind, activations=activations)
    exam = exam_of(lambda a, name: gradients(exam.problem(name)), kind=kind, activations=activations)
    return exam, asking(gradients)


def evidence_of(exam, tolerance=1e-8):
    names = [n for n in THREE if "again" not in n]
    return Evidence(
        "gradients", exam.activations, {n: exam.answers[n].arrays for n in names}, {n: [tolerance] * 6 for n in names}
    )


# ------------------------------------------------------------------------------------------------------- multiples


def parts(change):
    found = multiples(exam_of(change))
    return [(slug, what) for e in found for slug, what, _ in e.parts]


def test_each_array_its_own_multiple():
    times = lambda *c: lambda a, n: [k * g for k, g in zip(c, a)]
    says = lambda k, c: f"{k} is {c} times the right one"
    assert parts(times(2, 1, 4, 0.5, -1, 1)) == [
        ("extra-factor-two", says("dW[0]", 2)), ("extra-factor-two", says("dW[2]", 4)),
        ("missing-factor-two", says("db[0]", 0.5)), ("sign", says("db[1]", -1)),
    ]  # fmt: skip
    assert parts(times(1, 0, 1, 0, 1, 1)) == [
        ("off-by-one-layer", says("dW[1]", 0)),
        ("bias-gradient-zero", says("db[0]", 0)),
    ]
    assert parts(times(3, 7, 1, 1, 1, 1)) == [("unknown", says("dW[0]", 3) + "; " + says("dW[1]", 7))]
    assert parts(times(2, 7, 1, 1, 1, 1)) == [("extra-factor-two", says("dW[0]", 2)), ("unknown", says("dW[1]", 7))]
    assert parts(times(*[1] * 6)) == [] and parts(times(2 + 3e-7, *[1] * 5))[0][0] == "unknown"
    assert parts(times(1 + 0.7e-7, 2, 1, 1, 1, 1)) == [("extra-factor-two", says("dW[1]", 2))]
    assert (
        len(parts(times(1 + 3e-7, 2, 1, 1, 1, 1))) == 2
        and parts(times(2 + 0.7e-7, *[1] * 5))[0][0] == "extra-factor-two"
    )
    near = lambda *c: [slug for slug, _ in parts(times(*c))]
    assert near(2 + 1.5e-7, *[1] * 5) == ["unknown"] and near(1, 1.5e-9, *[1] * 4) == ["unknown"], (
        "to seven digits, or nine"
    )
    assert near(1 + 1.5e-7, 2, *[1] * 4) == ["unknown", "extra-factor-two"]
    (e,) = multiples(exam_of(times(2, *[1] * 5)))
    assert e.cost == 3 and e.parts[0][2].startswith("dA")


def test_multiples_that_change_with_the_data():
    changing = lambda a, n: [(2 if n == "main" else 3) * g for g in a]
    assert parts(changing) == [
        ("unknown", "every array is a multiple of the right one, by numbers that change with the data")
    ]
    assert multiples(exam_of(changing))[0].cost == 3
    hair = lambda h: lambda a, n: [(3 + (h if n == "three" else 0)) * g for g in a]
    assert "change with" not in parts(hair(1e-7))[0][1] and "change with" in parts(hair(4.5e-7))[0][1]
    small = lambda h: lambda a, n: [a[0], (h if n == "three" else 0) * a[1], *a[2:]]
    assert "change with" in parts(small(1.5e-9))[0][1] and parts(small(0.5e-9))[0][0] == "off-by-one-layer"


def test_no_multiples():
    assert not parts(lambda a, n: [a[0] + 1, *a[1:]]) and not parts(lambda a, n: None if n == "three" else a)
    assert not parts(lambda a, n: [2 * a[0], None, *a[2:]] if n == "three" else [2 * a[0], *a[1:]])
    assert _multiple(np.ones(3), 2 * np.ones(3)) == 0.5 and _multiple(np.zeros(3), np.zeros(3)) == 0
    assert (
        _multiple(np.ones(3) + [0, 0, 3e-8], np.ones(3)) is None
        and _multiple(np.ones(3) + [0, 0, 1e-8], np.ones(3)) is not None
    )


# ------------------------------------------------------------------------------------------------ follows the error


def scaled(c):
    """The right gradient times c(size of the error on this problem, where that of the probe is 1)."""
    whole = np.linalg.norm(forward(exam_of().problem("main"))[1][-1] - exam_of().problem("main").E)
    return asking(lambda p: [c(np.linalg.norm(forward(p)[1][-1] - p.E) / whole) * g for g in ours(p)])


def test_a_number_that_follows_the_size_of_the_error():
    exam = exam_of()
    for c in (lambda t: t, lambda t: 1 + t**2, lambda t: t**4, lambda t: -np.exp(-t)):
        assert follows_the_error(exam, scaled(c)) is True
    assert not follows_the_error(exam, scaled(lambda t: 3.0)), "one number is no function"
    assert not follows_the_error(exam, scaled(lambda t: 1 + 0.5 * np.cos(10 * np.pi * (t - 0.6)))), "not smooth"
    assert follows_the_error(exam, scaled(lambda t: 1 + 0.005 * np.cos(10 * np.pi * (t - 0.6)))), (
        "smooth but for half a hundredth"
    )
    assert not follows_the_error(exam, scaled(lambda t: 1 + 0.05 * np.cos(10 * np.pi * (t - 0.6))))
    assert follows_the_error(exam, scaled(lambda t: 1 + 2e-6 * t)) and not follows_the_error(
        exam, scaled(lambda t: 1 + 0.9e-6 * t)
    )
    assert not follows_the_error(exam, asking(lambda p: None)) and not follows_the_error(
        exam, asking(lambda p: [g + 1 for g in ours(p)])
    )
    thousand = lambda ripple: scaled(lambda t: 1000 * (1 + ripple * np.cos(10 * np.pi * (t - 0.6))))
    assert follows_the_error(exam, thousand(0.005)) and not follows_the_error(exam, thousand(0.015)), "of its own size"
    assert follows_the_error(exam, scaled(lambda t: t - 0.55 + 0.005 * np.cos(10 * np.pi * (t - 0.6)))), (
        "of the largest"
    )
    fifth = lambda t: 1 + 0.1 * np.cos(5 * np.arccos(np.clip((t - 1) / 0.4, -1, 1)))
    assert not follows_the_error(exam, scaled(fifth)), "five turns in the range are no smooth function"
    problems = []
    follows_the_error(exam, asking(lambda p: problems.append(p) or ours(p)))
    assert np.allclose(problems[4].E, exam.problem("main").E), "between a smaller error and a larger the problem itself"
    sizes = []
    follows_the_error(exam, scaled(lambda t: sizes.append(t) or t))
    assert np.allclose(sizes[::6], np.linspace(0.6, 1.4, 9))


# ------------------------------------------------------------------------------------------------ other activations


@pytest.mark.parametrize("name", OTHERS)
def test_another_convention_than_the_declared_one(name):
    declared = ("relu", "sigmoid") if OTHERS[name] != ("relu", "sigmoid") else "tanh"
    evidence = evidence_of(examined(lambda p: ours(p, OTHERS[name]), activations=declared)[0])
    (e,) = exactly_another(evidence)
    assert (e.cost, e.convention, e.also) == (1, name, ("wrong-activation-derivative",))
    assert e.parts == [("wrong-forward-pass", f'the forward pass is that of the convention "{name}"', "A = «f»(Z)")]


def test_the_sigmoid_under_a_declared_convention_is_ours():
    exam, _ = examined(ours, activations="tanh")
    assert exactly_another(evidence_of(exam))[0].convention == "ours"
    assert exactly_another(evidence_of(examined(lambda p: ours(p, "tanh"), activations="tanh")[0])) == []
    assert exactly_another(evidence_of(examined(lambda p: ours(p, "tanh"))[0])) == [], "nothing else is declared"
    for spoiled in (None, np.ones(3)):
        e = evidence_of(exam)
        e.arrays["three"] = [*e.arrays["three"][:5], spoiled]
        assert exactly_another(e) == []
    e = evidence_of(exam)
    e.arrays["three"][0] = e.arrays["three"][0] * (1 + 2e-8)
    assert exactly_another(e) == []


@pytest.mark.parametrize("name", OTHERS)
def test_a_network_of_other_activations(name):
    exam, ask = examined(lambda p: ours(p, OTHERS[name]))
    (e,) = another_network(exam, ask, evidence_of(exam))
    assert (e.convention, e.also, len(e.parts)) == (name, (), 1) and e.cost == pytest.approx(1.2)
    assert e.parts[0][1] == f'the forward pass is that of the convention "{name}"'


def test_a_network_of_other_activations_and_a_slip_besides():
    exam, ask = examined(lambda p: [g / 2 for g in ours(p, "tanh")])
    (e,) = another_network(exam, ask, evidence_of(exam))
    assert [slug for slug, _, _ in e.parts] == ["wrong-forward-pass", "missing-factor-two"] and e.cost == pytest.approx(
        2.4
    )
    assert e.convention == "tanh"
    exam, ask = examined(lambda p: [g * np.cos(np.arange(g.size)).reshape(g.shape) for g in ours(p, "tanh")])
    assert another_network(exam, ask, evidence_of(exam)) == [], "no slip with a name"
    exam, ask = examined(lambda p: [g / (1 + (k == 0)) for k, g in enumerate(ours(p, "tanh"))])
    (e,) = another_network(exam, ask, evidence_of(exam))
    assert [slug for slug, _, _ in e.parts] == ["wrong-forward-pass", "missing-factor-two"], "in one array alone"
    exam, ask = examined(decayed(lambda p: ours(p, "tanh")))
    assert another_network(exam, ask, evidence_of(exam)) == [], "the weights have a term without any error"


@pytest.mark.parametrize("name", ["relu", "relu, linear output"])
def test_relu_at_the_output_and_none_are_told_apart_where_a_slip_stands_beside(name):
    forgotten = Change({"slope": lambda c, l: np.ones_like(c.Z[l])}, "first layer")
    d = diagnose(lambda *given: backpropagate(Problem("mine", *given), [forgotten], OTHERS[name]))
    assert (d.category, d.convention) == ("wrong-forward-pass", name), str(d)
    assert [slug for slug, _, _ in d.second] == ["missing-activation-derivative"]


def wave(g, size=1.0):
    """An array as long as g, or by `size` as long, and at right angles to it."""
    w = np.cos(9 * np.arange(g.size)).reshape(g.shape)
    w -= (w * g).sum() / (g * g).sum() * g
    return size * w * np.linalg.norm(g) / np.linalg.norm(w)


def test_how_near_another_network_has_to_be():
    main = {v.shape: v for v in ours(exam_of().problem("main"), "tanh")}
    left = lambda h: lambda p: [g + (wave(main[g.shape], h) if g.shape in main else 0) for g in ours(p, "tanh")]
    off = lambda h: lambda p: [g + wave(g, h) if g.any() else g for g in ours(p, "tanh")]
    found = lambda gradients: bool(another_network(*(given := examined(gradients)), evidence_of(given[0])))
    assert found(left(0.9e-9)) and not found(left(1.5e-9)), "nothing is left without its error, to nine digits"
    assert found(off(0.7e-7)) and not found(off(1.5e-7)), "with it, the arrays are those of that network to seven"


def test_no_other_network():
    exam, ask = examined(ours)
    assert (
        another_network(exam, ask, evidence_of(exam)) == []
        and another_network(exam, asking(lambda p: None), evidence_of(exam)) == []
    )
    exam, ask = examined(lambda p: ours(p, "tanh"), activations="relu")
    assert another_network(exam, ask, evidence_of(exam)) == []
    exam, ask = examined(lambda p: ours(p, "tanh"))
    for call in exam.calls.values():
        call.seconds = 1.0
    assert exam.slow and another_network(exam, ask, evidence_of(exam)) == [] and asked(exam, ask) == []


# --------------------------------------------------------------------------------------------------- no error at all


def decayed(gradients, decay=0.1, L=3):
    return lambda p: [g + (decay * p.weights[k] if k < L else 0) for k, g in enumerate(gradients(p))]


def test_decay_is_what_is_left_without_any_error():
    (e,) = _without_error(*examined(decayed(ours)))
    assert e.cost == 3 and [p[0] for p in e.parts] == ["regularisation-term"] and "a decay term" in e.parts[0][1]
    (e,) = _without_error(*examined(decayed(lambda p: [g / 2 for g in ours(p)])))
    assert [p[0] for p in e.parts] == ["regularisation-term", "missing-factor-two"] and 2 < e.cost < 4
    (e,) = _without_error(*examined(decayed(lambda p: [np.cbrt(g) for g in ours(p)])))
    assert e.cost == 3 and len(e.parts) == 1, "the rest has no name"
    (e,) = _without_error(*examined(decayed(lambda p: [g / (1 + (k == 4)) for k, g in enumerate(ours(p))])))
    assert [p[0] for p in e.parts] == ["regularisation-term", "missing-factor-two"], "in one array alone"
    (e,) = _without_error(*examined(decayed(lambda p: [g / p.sizes[-1] for g in ours(p)])))
    assert e.parts[1][0] == "mean-over-outputs", "the simplest of several"
    for h, found in ((0.7e-7, 2), (1.5e-7, 1)):
        (e,) = _without_error(
            *examined(decayed(lambda p, h=h: [g / 2 + wave(g, h / 2) if g.any() else g for g in ours(p)]))
        )
        assert len(e.parts) == found, "the rest is known to seven digits"
    assert asked(*examined(decayed(ours)))[0].parts[0][0] == "regularisation-term"


def test_decay_of_the_biases_too_or_a_constant():
    for shift in (lambda b: 0.1 * b, lambda b: 0 * b + 0.3):
        both = lambda p, shift=shift: [
            g + (shift(p.biases[k - 3]) if k > 2 else 0) for k, g in enumerate(decayed(ours)(p))
        ]
        assert _without_error(*examined(both))[0].parts[0][0] == "regularisation-term"
    for odd_ones in ((3, 4, 5), (3,)):
        odd = lambda p, k=odd_ones: [
            g + (np.arange(g.size) ** 2 if i in k else 0) for i, g in enumerate(decayed(ours)(p))
        ]
        assert _without_error(*examined(odd)) == []
    for ripple, found in ((2e-10, True), (5e-10, False)):
        shifted = lambda p, h=ripple: [
            g + (0.3 + h * (np.arange(g.size) % 2) if k > 2 else 0) for k, g in enumerate(decayed(ours)(p))
        ]  # fmt: skip
        assert bool(_without_error(*examined(shifted))) == found, "one number to nine digits of its size"


def test_nothing_is_left_or_nothing_with_a_name():
    assert _without_error(*examined(ours)) == [] and _without_error(*examined(decayed(ours, 1e-10))) == []
    assert _without_error(*examined(lambda p: [g + np.abs(w) for g, w in zip(ours(p), (*p.weights, *p.biases))])) == []
    exam, _ = examined(decayed(ours))
    assert _without_error(exam, asking(lambda p: None)) == []
    assert (
        _without_error(*examined(decayed(ours, 1.5e-9))) != [] and _without_error(*examined(decayed(ours, -0.1))) != []
    )
    one = lambda p: [g + (0.1 * p.weights[1] if k == 1 else 0) for k, g in enumerate(ours(p))]
    assert _without_error(*examined(one)) != [], "in one layer alone"
