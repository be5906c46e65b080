"""The steps of the search one by one: cut and missing arrays, draws by chance, shapes forgiven, differences, zeros."""

# ruff: noqa: E501  (a case is a line)
from __future__ import annotations

import numpy as np
from doctor_patients.exams import asking, exam_of, other, ours

from nnlib.doctor.leftovers import Explanation
from nnlib.doctor.numerics import curvatures
from nnlib.doctor.observe import Answer
from nnlib.doctor.probes import probe
from nnlib.doctor.search import (
    _by_chance,
    _cut,
    _cut_to_a_lattice,
    _differences,
    _entry,
    _misshapen,
    _more_draws,
    _reshaped,
    _telling,
    _weights_alone,
    evidence_of,
)

CORE = ("main", "three", "equal widths")
NONE = asking(lambda p: None)


def slugs(found):
    return [slug for e in found for slug, _, _ in e.parts]


def test_a_shape_is_forgiven_where_only_ones_differ():
    t = np.arange(4.0)
    assert (
        _reshaped(t[None, :], t).shape == (4,) and _reshaped(t[:, None], t).shape == (4,) and _reshaped(None, t) is None
    )
    assert _reshaped(t.reshape(2, 2), t).shape == (2, 2) and _reshaped(t[:3], t).shape == (3,)
    assert _reshaped(t, t[None]).shape == (1, 4) and _reshaped(np.ones((2, 3)), np.ones((3, 2))).shape == (2, 3)


def test_evidence_is_what_came_back_with_zeros_for_what_did_not():
    exam = exam_of(lambda a, n: ValueError("no") if n == "three" else [a[0], None, *a[2:5], a[5][None]])
    e = evidence_of(exam, ["main"], 1e-8)
    assert (e.kind, e.activations, e.raised, list(e.arrays)) == ("gradients", "sigmoid", ("three",), ["main"])
    assert not e.arrays["main"][1].any() and e.arrays["main"][5].shape == (1, 4) and e.tolerances["main"] == [1e-8] * 6
    assert evidence_of(exam, ["main"], 1e-8, reshape=True).arrays["main"][5].shape == (4,)
    assert evidence_of(exam_of(), ["main"], 1e-8).raised == ()


# --------------------------------------------------------------------------------------------- cut, and all zero


def zeroed(*which, names=CORE):
    return exam_of(lambda a, n: [0 * g if k in which else g for k, g in enumerate(a)], names=(*names, "one sample"))


def test_arrays_of_zeros_for_several_samples():
    usable = list(CORE)
    large = asking(lambda p: [np.round(g) for g in ours(p)])
    (e,) = _cut(zeroed(3, 4), usable, large)
    assert e.cost == 1 and e.parts[0][:2] == (
        "integer-truncation",
        "gradients are cut to 0 by an integer division or an integer array",
    )
    assert _cut(zeroed(3, 4), usable, asking(ours)) == [] and _cut(zeroed(3, 4), usable, NONE) == []
    assert _cut(zeroed(3, 4), usable, asking(lambda p: [0 * g for g in ours(p)])) == [], "zeros at large errors too"
    assert _cut(zeroed(3, 4), usable, asking(lambda p: [*map(np.round, ours(p)[:4]), *ours(p)[4:]])) == []
    assert _cut(exam_of(), usable, large) == [] and _cut(zeroed(3), ["one sample"], large) == []
    part = exam_of(lambda a, n: [0 * a[0] if n == "main" else a[0], *a[1:]])
    assert _cut(part, usable, large) == [], "zero on one problem only"
    assert slugs(_cut(zeroed(3, 4), ["main"], large)) == ["integer-truncation"], "one problem is enough"
    partly = lambda spoil: asking(lambda p: [np.where(np.arange(g.shape[-1]) > 0, np.round(g), spoil) for g in ours(p)])
    assert all(_cut(zeroed(3), usable, partly(spoil)) == [] for spoil in (np.nan, np.inf, 0.5)), (
        "one number of each row"
    )
    assert slugs(_cut(zeroed(3), usable, partly(2))) == ["integer-truncation"]


def test_a_single_sample_shows_that_the_rest_is_cut():
    exam = exam_of(lambda a, n: a if n == "one sample" else [0 * a[0], *a[1:]], names=(*CORE, "one sample"))
    usable = [*CORE, "one sample"]
    assert slugs(_cut(exam, usable, NONE)) == ["integer-truncation"] and _cut(exam, list(CORE), NONE) == []
    assert _cut(zeroed(0), usable, NONE) == [], "zero there as well"
    first = exam_of(lambda a, n: [a[0] * (n == "one sample"), 0 * a[1], *a[2:]], names=(*CORE, "one sample"))
    (e,) = _cut(first, usable, NONE)
    assert slugs([e]) == ["integer-truncation"] and e.cost == 1, "one of two arrays of zeros"


def test_nothing_but_zeros():
    (e,) = _cut(zeroed(*range(6)), list(CORE), NONE)
    assert (
        slugs([e]) == ["wrong-activation-derivative"]
        and e.also == ("finite-difference-error", "integer-truncation")
        and e.cost == 1
    )
    step = exam_of(lambda a, n: [0 * g for g in a], kind="train_step")
    (e,) = _cut(step, list(CORE), NONE)
    assert slugs([e]) == ["unknown"] and e.also == ("wrong-activation-derivative", "integer-truncation") and e.cost == 1
    assert slugs(_cut(step, list(CORE), asking(ours))) == ["integer-truncation"], (
        "a step at large errors moves by any number"
    )


def test_an_entry_is_anything_but_zero():
    a = Answer([np.zeros(2), np.array([0, 1e-9]), None])
    assert [_entry(a, k) for k in range(4)] == [False, True, False, False]


# --------------------------------------------------------------------------------------------------- by chance


def draws(*rows):
    """Answers of samples `rows[seed]` on "three", for as many seeds as there are."""
    return lambda name, seed=0: Answer(ours(pick(rows[seed % len(rows)])))


def pick(rows):
    p = probe("three")
    return p._replace(X=p.X[list(rows)], E=p.E[list(rows)])


def chance(first, again, usable=True):
    exam = exam_of(lambda a, n: ours(pick(first)) if n == "three" else a)
    return _by_chance(exam, evidence_of(exam, CORE if usable else ("main",), 1e-8), again)


def test_one_sample_or_several_by_chance():
    assert slugs(chance([1], draws([0], [1], [2])))[0] == "only-last-sample"
    assert slugs(chance([1], draws([0, 2], [1, 2], [0, 1])))[0] == "batch-remainder", "other draws show two of them"
    assert slugs(chance([0, 2], draws([1], [0], [2])))[0] == "batch-remainder"
    assert slugs(chance([1], NONE))[0] == "only-last-sample" and chance([0, 1, 2], NONE) == []
    assert slugs(chance([0, 1, 2], draws([0, 1, 2], [0, 1, 2], [2])))[0] == "only-last-sample", (
        "asked again, until it shows"
    )
    assert chance([1], draws([0]), usable=False) == []
    noise = exam_of(lambda a, n: other(a))
    assert _by_chance(noise, evidence_of(noise, CORE, 1e-8), draws([0])) == []
    asked = []
    chance([0, 1, 2], lambda name, seed: asked.append((name, seed)) or Answer(ours(pick([0, 1, 2]))))
    assert asked == [("three", seed) for seed in range(6)]
    bad = lambda name, seed: Answer([g * np.nan for g in ours(pick([0, 2]))])
    assert slugs(chance([1], bad))[0] == "only-last-sample"


def test_draws_that_are_asked_for_again(monkeypatch):
    seeds, seen = [], []
    chance([1], lambda name, seed: seeds.append((name, seed)) or Answer(ours(pick([1]))))
    assert seeds == [("three", 11), ("three", 12), ("three", 13)], "three more, where something was found"
    exam = exam_of()
    evidence = evidence_of(exam, CORE, 1e-8)
    before = evidence.arrays["three"]
    monkeypatch.setattr("nnlib.doctor.search.by_chance", lambda e: seen.append(e.arrays["three"]) or [])

    def again(name, seed):
        arrays = [100.0 * seed + g for g in ours(pick([0]))]
        spoiled = {1: [np.where(arrays[0] > arrays[0].min(), arrays[0], np.nan)], 2: [None], 3: [arrays[0] * np.inf]}
        return None if seed == 4 else Answer([*spoiled.get(seed, arrays[:1]), *arrays[1:]])

    assert _by_chance(exam, evidence, again) == [] and evidence.arrays["three"] is before
    assert [round(arrays[5].mean() / 100) for arrays in seen] == [0, 0, 0, 0, 0, 0], "whole answers alone are looked at"


def test_more_draws_show_several_samples(monkeypatch):
    one, two, more = (
        [Explanation(1, [("only-last-sample", what, ""), ("nan", "", "")])]
        for what in ("one sample", "one sample, too", "two samples")
    )
    exam, said, seeds = exam_of(), [], []
    monkeypatch.setattr("nnlib.doctor.search.by_chance", lambda e: said[len(seeds) - 1])

    def drawn(found, *others, change=lambda arrays: arrays):
        said[:], seeds[:] = others, []
        again = lambda name, seed: seeds.append(seed) or Answer(change(ours(pick([0]))))
        return _more_draws(exam, evidence_of(exam, CORE, 1e-8), again, found), len(seeds)

    assert drawn(one, two, [], more) == (more, 3) and drawn(one, two, two, two) == (one, 3)
    assert drawn(more, one, more, []) == (more, 3) and drawn(one, more) == (more, 1)
    for spoil in (
        lambda a: [None, *a[1:]],
        lambda a: [a[0] * np.nan, *a[1:]],
        lambda a: [*a[:5], a[5] / (np.arange(8) > 0)],
    ):
        with np.errstate(divide="ignore"):
            assert drawn(one, more, change=spoil) == (one, 1), "an answer that is not whole ends it"


def test_which_few_problems_are_telling():
    assert _telling(["main"]) and _telling(["many samples"]) and _telling(["one sample", "equal widths"])
    assert (
        not _telling(["one sample"])
        and not _telling(["one output", "one input"])
        and not _telling(["many samples", "one sample"])
        and not _telling(["one sample", "one output", "one input", "many samples"])
    )


# ---------------------------------------------------------------------------------------- shapes, weights, lattices


def test_shapes_are_a_second_slip():
    shaped = exam_of(lambda a, n: [*a[:5], a[5][None]])
    found = [Explanation(1, [("sign", "", "")], ("nan",), "half")]
    (e,) = _misshapen(shaped, found, evidence_of(shaped, CORE, 1e-8, True), evidence_of(shaped, CORE, 1e-8))
    assert (e.cost, slugs([e]), e.also, e.convention) == (2, ["sign", "shape-error"], ("nan",), "")
    plain = exam_of()
    assert _misshapen(plain, found, evidence_of(plain, CORE, 1e-8, True), evidence_of(plain, CORE, 1e-8)) is found


def test_weight_gradients_that_are_explained_alone():
    biases = lambda bias: exam_of(lambda a, n: [*[2 * g for g in a[: len(a) // 2]], *map(bias, a[len(a) // 2 :])])
    found = _weights_alone(evidence_of(biases(np.cbrt), CORE, 1e-8))
    assert slugs(found[:1]) == ["extra-factor-two", "unknown"] and 1.9 < found[0].cost < 2.5
    assert slugs(_weights_alone(evidence_of(biases(lambda g: 0 * g), CORE, 1e-8))[:1]) == [
        "extra-factor-two",
        "bias-gradient-zero",
    ]
    assert all(e.cost < 3.5 for e in found)
    assert _weights_alone(evidence_of(exam_of(lambda a, n: other(a)), CORE, 1e-8)) == []


def test_gradients_on_a_lattice():
    cut = lambda q, way=np.trunc: exam_of(lambda a, n: [way(g / q) * q for g in a])
    (e,) = _cut_to_a_lattice(cut(0.01), CORE)
    assert (
        slugs([e]) == ["integer-truncation"] and e.cost == 1.5 and e.also == () and "multiple of 0.01:" in e.parts[0][1]
    )
    (e,) = _cut_to_a_lattice(
        cut(0.01, lambda v: np.trunc(v) + (np.arange(v.size).reshape(v.shape) % 2) * (v > 0)), CORE
    )
    assert slugs([e]) == ["finite-difference-error"] and e.cost == 1.5 and e.also == ("integer-truncation",)
    half = exam_of(
        lambda a, n: [(np.trunc if n == "main" else lambda v: np.trunc(v) + (v > 1))(g / 0.01) * 0.01 for g in a]
    )
    assert slugs(_cut_to_a_lattice(half, CORE)) == ["finite-difference-error"], "cut on one problem, not on the other"
    assert _cut_to_a_lattice(cut(0.01), ()) == [] and _cut_to_a_lattice(exam_of(), CORE) == []
    two = exam_of(
        lambda a, n: [np.trunc(g / (0.01 if n == "main" else 0.001)) * (0.01 if n == "main" else 0.001) for g in a]
    )
    assert _cut_to_a_lattice(two, CORE) == [] and _cut_to_a_lattice(two, ("three",)) != []
    step = exam_of(lambda a, n: [np.trunc(g / 0.01) * 0.01 for g in a], kind="train_step")
    assert _cut_to_a_lattice(step, CORE) == []


def differing(h, order=0, single=False):
    def change(a, n):
        v = (
            np.concatenate([g.ravel() for g in a])
            + (h / 2 if order == 0 else h * h / 6) * curvatures(n.removesuffix(", again"))[order]
        )
        out = [part.reshape(g.shape) for part, g in zip(np.split(v, np.cumsum([g.size for g in a])[:-1]), a)]
        return ([g.astype(np.float32) for g in out[:3]], out[3:]) if single else out

    return exam_of(change)


def test_faults_of_differences():
    (e,) = _differences(differing(1e-3), CORE)
    assert (
        slugs([e]) == ["finite-difference-error"]
        and e.cost == 1.5
        and e.parts[0][1] == "one-sided differences, h about 0.001"
    )
    assert "one-sided" in _differences(differing(1e-6), CORE)[0].parts[0][1], "however small"
    assert (
        "large step" in _differences(differing(0.1, 1), CORE)[0].parts[0][1]
        and _differences(differing(1e-3, 1), CORE) == []
    )
    assert (
        _differences(differing(1e-3), ()) == []
        and _differences(exam_of(), CORE) == []
        and _differences(differing(1e-3), ("three",))
    )
    assert _differences(differing(1e-3, single=True), CORE) == []
    large = differing(0.1, 1)
    part = exam_of(lambda a, n: [large.answers[n].arrays[0], *a[1:]])
    assert "large step" in _differences(part, CORE)[0].parts[0][1], "in one array, and the others are right"
