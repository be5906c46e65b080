"""The search as a whole: what comes first, at which tolerance, and when the stage at fault is sought."""

from __future__ import annotations

import numpy as np
import pytest
from doctor_patients.exams import THREE, asking, exam_of, other, ours
from test_doctor_search import CORE, NONE, slugs

from nnlib.doctor import probes
from nnlib.doctor.leftovers import BY_THE_DATA, Evidence, Explanation
from nnlib.doctor.search import _weights_alone, evidence_of, localised, numbers

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


# ----------------------------------------------------------------------------------------- the rooms it asks, in order

NAMED = [Explanation(1, [("sign", "turned", "dZ = «-»")])]
USABLE = ["main", "three", "equal widths", "one sample"]
WITH = [*USABLE, "one output"]
LAST = [
    ("explain", USABLE, 1e-8),
    ("explain", WITH, 2e-5),
    ("by_chance", WITH, 2e-5),
    ("explain", USABLE, 2e-5),
    ("by_chance", USABLE, 2e-5),
]
WHOLE = [
    "_cut", ("exactly_another", WITH, 1e-8), ("explain", WITH, 1e-8), "multiples", "_cut_to_a_lattice", "_differences",
    "_by_chance", ("explain", WITH, 1e-8), "another_network", ("explain_pairs", WITH, 1e-8),
    ("_weights_alone", WITH, 1e-8), *LAST,
]  # fmt: skip


@pytest.fixture
def rooms(monkeypatch):
    """What is said to the search: nothing, but for what a test puts in; and what was asked, of which problems how exactly."""
    said, asked = {}, []

    def room(name):
        def say(*given):
            e = given[0]
            asked.append((name, list(e.arrays), e.tolerances["main"][0]) if isinstance(e, Evidence) else name)
            return said.get((name, len([a for a in asked if a[0] == name])), said.get(name, []))

        return say

    for name in (
        "_cut", "exactly_another", "explain", "explain_small", "behind", "follows_the_error", "multiples", "_cut_to_a_lattice",
        "_differences", "_by_chance", "another_network", "explain_pairs", "_weights_alone", "by_chance",
    ):  # fmt: skip
        monkeypatch.setattr(f"nnlib.doctor.search.{name}", room(name))
    said["asked"] = asked
    return said


def sought(rooms, right=(), kind="gradients", names=WITH, change=lambda a: other(a)):
    """What `numbers` finds where all these problems have wrong numbers but those that are `right`, and at which tolerance."""
    rooms["asked"].clear()
    exam = exam_of(lambda a, n: a if n in right else change(a), names=names, kind=kind)
    return numbers(exam, list(names), [n for n in names if n not in right], NONE)


def test_room_after_room_is_asked(rooms):
    assert sought(rooms) == ([], 2e-5) and rooms["asked"] == WHOLE


@pytest.mark.parametrize("place", range(len(WHOLE)))
def test_the_first_room_that_knows_is_the_last_that_is_asked(rooms, place):
    asked = WHOLE[place]
    name = asked if isinstance(asked, str) else asked[0]
    before = [a if isinstance(a, str) else a[0] for a in WHOLE[: place + 1]]
    rooms[(name, before.count(name)) if name in ("explain", "by_chance") else name] = NAMED
    found, base = sought(rooms)
    assert (found, base, rooms["asked"]) == (NAMED, asked[2] if asked in LAST else 1e-8, WHOLE[: place + 1])


def test_right_but_for_the_last_digits(rooms):
    every = [*CORE, "all equal", "one output", "one sample"]
    few = ["main", "three", "equal widths", "all equal", "one sample"]
    assert sought(rooms, every, names=every) == ([], 1e-9)
    assert rooms["asked"] == [("explain_small", few, 1e-10), "_differences"]
    rooms["_differences"] = NAMED
    assert sought(rooms, every, names=every) == (NAMED, 1e-9)
    rooms["explain_small"] = NAMED
    assert sought(rooms, every, names=every) == (NAMED, 1e-9) and len(rooms["asked"]) == 1


def test_special_cases_are_left_to_their_room(rooms):
    edges = ("one sample", "one output", "one input")
    assert sought(rooms, CORE, names=(*CORE, *edges)) == ([], 1e-8) and not rooms["asked"]
    sought(rooms, CORE[1:], names=(*CORE, *edges))
    assert rooms["asked"], "where an ordinary problem is wrong as well"


def test_a_factor_of_a_whole_step_may_hang_on_the_data(rooms):
    rooms["exactly_another"] = asked = [
        Explanation(2.5, [("unknown", "the whole step is longer", ""), ("sign", "turned", "")]),
        Explanation(2.6, [("sign", "turned", "")]),
    ]
    assert sought(rooms, kind="train_step") == (asked, 1e-8) and "behind" in rooms["asked"]
    rooms["behind"] = NAMED
    assert sought(rooms, kind="train_step") == (NAMED, 1e-8)
    assert sought(rooms, kind="gradients") == (asked, 1e-8) and "behind" not in rooms["asked"]
    for first in (
        Explanation(2.4, asked[0].parts),
        Explanation(2.5, asked[0].parts[::-1]),
        Explanation(2.5, [("unknown", "half the step", "")]),
    ):
        rooms["exactly_another"] = [first, asked[0]]
        assert sought(rooms, kind="train_step")[0][0] is first and "behind" not in rooms["asked"]


def test_a_factor_by_the_data_follows_the_error_or_is_none(rooms):
    two = [("sign", "turned", ""), ("nan", "x", "")]
    rooms["explain"] = by_data = [Explanation(1, [*two, ("unknown", BY_THE_DATA + " so", "")])]
    rooms["multiples"] = NAMED
    assert sought(rooms) == (NAMED, 1e-8) and rooms["asked"][2:] == [WHOLE[2], "follows_the_error", "multiples"]
    rooms["follows_the_error"] = True
    assert sought(rooms) == (by_data, 1e-8)
    rooms["explain"] = [Explanation(1, [("unknown", BY_THE_DATA + " so", ""), *two])]
    assert sought(rooms) == (rooms["explain"], 1e-8) and "follows_the_error" not in rooms["asked"]


def test_the_wrong_problems_alone(rooms):
    rooms["explain", 2] = NAMED
    assert sought(rooms, ("three", "one sample")) == (NAMED, 1e-8)
    assert rooms["asked"][-1] == ("explain", ["main", "equal widths", "one output"], 1e-8)
    assert len(rooms["asked"]) == 5
    edges = ("many samples", "one sample")
    del rooms["explain", 2]
    rooms["_differences"] = NAMED
    sought(rooms, names=("main", *edges), right=("one sample",))
    assert rooms["asked"][-2:] == ["_cut_to_a_lattice", "_differences"], "nothing said, the search goes on"


def test_a_quotient_divided_by_h(rooms):
    double = Explanation(1, [("extra-factor-two", "everything has a factor 2", ""), ("sign", "x", "")])
    rooms["explain", 4] = [double]
    (e,), base = sought(rooms)
    assert (slugs([e]), e.cost, e.also, base) == (["finite-difference-error"], 1, ("extra-factor-two",), 2e-5)
    rooms["explain", 4] = [Explanation(1, double.parts[::-1]), double]
    assert sought(rooms) == (rooms["explain", 4], 2e-5), "it is the first part of the first that counts"
    rooms["explain", 4] = [double]
    single = lambda a: (lambda v: ([g.astype(np.float32) for g in v[:3]], v[3:]))(other(a))
    assert sought(rooms, change=single) == ([double], 2e-5), "in single precision it is what it looks like"
    rooms["explain", 3] = [double]
    assert sought(rooms) == ([double], 1e-8), "exact"


def test_simple_mistakes_alone_give_the_weights(rooms):
    rooms["explain"] = [Explanation(c, NAMED[0].parts, ("nan",)) for c in (1, 2.49, 2.5, 3)]
    found = _weights_alone(evidence_of(exam_of(), CORE, 1e-8))
    assert [e.cost for e in found] == [2, 3.49] and found[0].also == ("nan",)

    def second_part(bias):
        exam = exam_of(lambda a, n: [*a[:3], *map(bias, a[3:])])
        return slugs(_weights_alone(evidence_of(exam, CORE, 1e-8))[:1])[1]

    assert second_part(lambda g: 0 * g) == "bias-gradient-zero"
    assert second_part(lambda g: g * (len(g) == 5)) == second_part(lambda g: g * (np.arange(len(g)) > 0)) == "unknown"


STAGES = ("behind", "borrowed", "asked", "by_stage", "sample_weights", "half_precision", "afterwards")


@pytest.fixture
def last(monkeypatch):
    """(what the rooms say that `localised` asks, nothing but for what a test puts in; which of them were asked)."""
    said, trail = {}, []
    for name in STAGES:
        say = lambda *_, name=name: trail.append(name) or said.get(name, [])
        monkeypatch.setattr(f"nnlib.doctor.search.{name}", say)
    return said, trail


def test_the_stage_is_sought_room_after_room(last):
    said, trail = last
    for kind, rooms in (("gradients", STAGES[1:]), ("train_step", STAGES)):
        trail.clear()
        assert localised(exam_of(lambda a, n: other(a), kind=kind), NONE) == [] and trail == list(rooms)
    for name in STAGES[::-1]:
        said[name], tail = NAMED, STAGES[: STAGES.index(name) + 1]
        if name in ("half_precision", "afterwards"):
            said[name] = "words"
        trail.clear()
        (e,) = localised(exam_of(lambda a, n: other(a), kind="train_step"), NONE)
        assert trail == list(tail) and (e is NAMED[0] or (e.cost, e.parts) == (3, [("unknown", "words", "")]))


def test_the_second_call_must_be_the_first_in_every_array(last):
    for change in (lambda g: 2 * g, lambda g: None):
        moved = exam_of(
            lambda a, n, change=change: [*other(a)[:5], change(other(a)[5]) if "again" in n else other(a)[5]]
        )
        assert localised(moved, NONE) == [] and not last[1]
    never = exam_of(lambda a, n: [*other(a)[:5], None if n == "main" else other(a)[5]])
    assert localised(never, NONE) == [] and last[1], "what did not come back the first time is not compared"
