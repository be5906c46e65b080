"""Pairs of mistakes: which two are tried, in which order, how many, and when the search is over."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace
from unittest.mock import patch

import numpy as np
import pytest
from doctor_patients.exams import other

from nnlib.doctor import pairs
from nnlib.doctor.leftovers import Evidence, Explanation
from nnlib.doctor.pairs import _both_count, _overlap, _possible, _ranks, explain_pairs
from nnlib.doctor.references import FORMULAS, compute

# --------------------------------------------------------------------------------------------- a table of a few toys


@dataclass(eq=False)
class Toy:
    """A mistake with a letter: which arrays it leaves right (1 or 0 for each), which of the learner's it explains.

    `fits` has 1 where an array of the learner's is `factor` times its own, ? where the learner's is unknown.
    """

    name: str
    right: str
    fits: str
    category: str = "one for all"
    cost: float = 0.0
    factor: float | list = 1.0
    stages: tuple = ()
    update: object = None
    row: SimpleNamespace = field(init=False)

    def __post_init__(self):
        self.row = SimpleNamespace(category=self.category, cost=self.cost, stages=self.stages, update=self.update)

    def factors(self):
        given = np.broadcast_to(self.factor, len(self.fits))
        return [{"1": c, "0": np.nan, "?": np.inf}[f] for f, c in zip(self.fits, given)]


def search(*toys, **costs):
    """(pairs tried, pairs found) as words, where the pairs in `costs` give the learner's numbers at these costs."""
    stock = SimpleNamespace(mistakes=toys, as_right=np.array([[r == "1" for r in toy.right] for toy in toys]))
    table, tried = np.array([toy.factors() for toy in toys], dtype=float), []

    def made(pair, name, activations):
        assert activations == "tanh"
        return f"{pair[0].name}{pair[1].name} on {name}"

    def factors_of(answer, evidence, name):
        word, _, where = answer.partition(" on ")
        assert name == where == "the first"
        tried.append(word)
        return np.ones(2) if word in costs else None

    def judged(pair, reference_of, evidence, names):
        word = pair[0].name + pair[1].name
        assert names == ["the first", "the second"] and reference_of("the second") == f"{word} on the second"
        return [Explanation(cost, [], mistakes=pair) for cost in np.atleast_1d(costs[word])]

    evidence = Evidence("gradients", "tanh", {"the first": [], "the second": []}, {})
    room = {
        "compare": lambda e: ("the first", stock, table),
        "compute": made,
        "factors_of": factors_of,
        "_both_count": lambda *pair: True,
    }
    with patch.multiple(pairs, judged=judged, **room):
        found = explain_pairs(evidence)
    return tried, ["".join(toy.name for toy in e.mistakes) for e in found]


# ----------------------------------------------------------------------------------------------- the first of a pair


def test_one_explains_what_the_other_leaves_right():
    a, b = Toy("a", right="01", fits="10"), Toy("b", right="10", fits="01")
    assert search(a, b, ab=2.0) == (["ab"], ["ab"])
    assert search(a, b) == (["ab"], []), "the same two are not tried again"
    assert search(Toy("c", "11", "00"), a, b, ab=2.0) == (["ab"], ["ab"])


def test_the_first_makes_something_wrong_in_the_learners_way():
    idle, other_one = Toy("c", right="10", fits="10"), Toy("d", right="10", fits="00")
    assert search(idle, other_one) == ([], [])


def firsts(*toys):
    """The letters of the toys in the order in which they are the first of a pair."""
    seconds = [Toy(f, right=f"{n:03b}", fits="000") for n, f in enumerate("01234567")]
    return "".join(word[0] for word in search(*toys, *seconds)[0])


def test_the_first_is_the_one_that_explains_most():
    assert firsts(Toy("a", "000", "100"), Toy("b", "000", "110"), Toy("c", "000", "011"), Toy("d", "000", "111")) == (
        "dbca"
    )


def test_then_the_one_that_leaves_no_factor_over():
    two, one = Toy("a", "000", "110", factor=2.0), Toy("b", "000", "110", cost=1.0)
    assert firsts(two, one) == "ba"
    for factor in (-1.0, 1 + 1.5e-6, 1 - 1.5e-6, [2.0, 1.0, 1.0], [1.0, 0.5, 1.0]):
        assert firsts(Toy("a", "000", "110", factor=factor), one) == "ba", factor
    for factor in (1 + 0.8e-6, 1 - 0.8e-6, [1.0, 1.0, 7.0]):
        assert firsts(Toy("a", "000", "110", factor=factor), one) == "ab", factor
    assert firsts(Toy("a", "000", "11?", factor=2.0), Toy("b", "000", "11?", cost=1.0)) == "ba"


def test_then_the_cheapest_and_then_the_commonest():
    assert firsts(Toy("a", "000", "100", cost=0.2), Toy("b", "000", "100"), Toy("c", "000", "010", cost=0.1)) == "bca"
    rare, common = Toy("b", "000", "100", category="few"), Toy("c", "000", "100", category="many")
    assert firsts(Toy("a", "000", "000", category="few"), rare, common)[:2] == "cb"


def test_sixty_are_taken_for_the_first_and_seven_hundred_pairs_in_all():
    many = [Toy(chr(1000 + n), right="00", fits="10") for n in range(62)]
    alike = [Toy(chr(2000 + n), right="10", fits="00") for n in range(30)]
    assert [word[0] for word in search(*many, alike[0])[0]] == [toy.name for toy in many[:60]]
    assert len(search(*many, *alike)[0]) == 700
    last = "".join(toy.name for toy in (many[23], alike[9]))
    assert search(*many, *alike, **{last: 3.0})[1] == [last]
    late = "".join(toy.name for toy in (many[23], alike[10]))
    assert search(*many, *alike, **{late: 3.0})[1] == []


# ---------------------------------------------------------------------------------------------- the second of a pair


def seconds(first, *toys):
    return "".join(word[1] for word in search(first, *toys)[0])


def test_the_second_is_right_where_the_first_explains_and_nowhere_else():
    rights = [Toy(right, right, "000") for right in ("000", "001", "010", "011", "100", "101", "110", "111")]
    words = search(Toy("a", "000", "101"), *rights)[0]
    assert words == ["a101"]
    assert search(Toy("a", "000", "111"), *rights)[0] == ["a111"], "which shows on another problem only"


def test_the_second_explains_what_the_first_leaves_right():
    assert seconds(Toy("a", "001", "110"), Toy("b", "110", "000"), Toy("c", "110", "001")) == "c"


def test_the_second_is_the_one_that_explains_most_of_the_rest():
    some = (Toy("b", "100", "100"), Toy("c", "100", "010"), Toy("d", "100", "011"), Toy("e", "100", "110"))
    assert seconds(Toy("a", "000", "100"), *some) == "dceb"


def test_then_the_commonest_where_a_rank_is_worth_a_twentieth_of_the_cost():
    first = Toy("a", "00", "10", category="of its own")
    for cost, order in ((0.0, "bc"), (0.049, "bc"), (0.051, "cb"), (1.0, "cb")):
        assert seconds(first, Toy("b", "10", "00", cost=cost), Toy("c", "10", "00"))[:2] == order, cost


def test_both_orders_are_tried_where_they_change_one_stage():
    a, b = (Toy(n, right, fits, stages=("cost", n)) for n, right, fits in (("a", "01", "10"), ("b", "10", "01")))
    assert search(a, b, ba=2.0) == (["ab", "ba"], ["ba"]) and search(a, b) == (["ab", "ba"], [])
    assert search(a, b, ab=2.0, ba=2.0) == (["ab"], ["ab"])
    apart = Toy("b", "10", "01", stages=("bias",))
    assert search(a, apart, ba=2.0) == (["ab"], [])


def test_two_changed_steps_are_no_pair_and_one_may_be():
    a, b = Toy("a", "01", "10"), Toy("b", "10", "01")
    step, other_step = Toy("s", "01", "10", update=max), Toy("t", "10", "01", update=max)
    assert search(step, other_step) == ([], [])
    assert search(a, other_step)[0] == ["at"] and search(step, b)[0] == ["sb"]


# ------------------------------------------------------------------------------------------------- when it is enough


@pytest.mark.parametrize(("costs", "more"), [(2.4, False), (2.5, True), ([3.0, 2.4], False), ([3.0, 4.0], True)])
def test_all_seconds_of_a_first_are_tried_and_other_firsts_until_a_pair_is_simple(costs, more):
    toys = Toy("a", "00", "10"), Toy("b", "00", "10"), Toy("c", "10", "00"), Toy("d", "10", "00")
    tried, found = search(*toys, ac=costs, bd=1.0)
    assert tried == (["ac", "ad", "bc", "bd"] if more else ["ac", "ad"])
    assert found == ["bd"] * more + ["ac"] * np.size(costs), "the simplest comes first"


def test_where_no_first_explains_anything_the_commonest_of_each_category_are_tried():
    a, b, s = (Toy(n, "00", "00", category=n, update=max if n == "s" else None) for n in "abs")
    rare = Toy("A", "00", "00", category="a")
    assert search(a, rare, b, s)[0] == ["ab", "as", "ba", "bs"], "each order, and a changed step comes second"
    assert search(a, rare, b, s, ab=3.0, bs=2.0)[1] == ["bs", "ab"]


def test_only_possible_pairs_of_them():
    toys = [
        Toy(n, right, fits, category=n) for n, right, fits in (("a", "10", "00"), ("b", "00", "10"), ("c", "00", "00"))
    ]
    assert search(*toys)[0] == ["ba", *("ab", "ba", "bc", "cb")], "a leaves an array right that c does not explain"
    assert search(*toys, ba=3.0)[0] == ["ba"], "only where nothing was found before"


def test_which_two_may_be_a_pair():
    stock = SimpleNamespace(as_right=np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0, 0], [1, 1, 0]], dtype=bool))
    fits = np.array([[0, 1, 0], [1, 0, 0], [0, 0, 0], [0, 0, 0], [0, 0, 1]], dtype=bool)
    possible = [_possible(stock, fits, i, [0, 1, 2, 3, 4]).tolist() for i in range(5)]
    # 0 leaves array 0 right, so its partner explains that, and it explains what its partner leaves right
    assert possible[0] == [False, True, False, False, False] and possible[1] == [True, False, False, False, False]
    assert possible[2] == [False, False, False, False, False]
    assert possible[3] == [False, False, False, True, False] and possible[4] == [False, False, False, False, False]


# ------------------------------------------------------------------------------------------- pairs of the real table

NAMES = ("main", "many samples")


def mistake(category, words="", scope="everywhere"):
    fitting = (m for m in FORMULAS if (m.row.category, m.scope) == (category, scope) and m.row.what.startswith(words))
    return next(fitting)


def explained(arrays_of):
    arrays = {n: arrays_of(n) for n in NAMES}
    return explain_pairs(Evidence("gradients", "sigmoid", arrays, {n: [1e-8] * 6 for n in NAMES}))


@pytest.mark.parametrize(
    "second",
    [mistake("bias-wrong-axis"), mistake("batch-remainder", "only the first 100 samples")],
    ids=["seen at once", "seen with many samples only"],
)
def test_two_mistakes_are_found_together(second):
    slope = mistake("missing-activation-derivative")
    found = explained(lambda n: compute((slope, second), n))
    assert set(found[0].categories) >= {slope.row.category, second.row.category} and len(found[0].mistakes) == 2
    assert [e.cost for e in found] == sorted(e.cost for e in found)


def test_a_mistake_that_takes_the_place_of_another_is_no_pair_with_it():
    """Averaged paths, and then the raw error carried down instead: nothing is left of the first."""
    averaged = next(m for m in FORMULAS if m.row.what == "the paths are averaged, not added")
    raw = next(m for m in FORMULAS if "without f'(z), is carried down" in m.row.what)
    assert not _both_count((averaged, raw), ["main", "three"], "sigmoid")
    slope, late = mistake("missing-activation-derivative"), mistake("batch-remainder", "only the first 100 samples")
    assert _both_count((slope, mistake("bias-wrong-axis")), ["main"], "sigmoid")
    assert not _both_count((slope, late), ["main"], "sigmoid")
    assert _both_count((slope, late), ["main", "many samples"], "sigmoid"), "it shows with many samples only"


def test_no_pair_for_noise():
    assert explained(lambda n: other(compute((), n))) == []


def test_ranks_count_within_each_category():
    ranks = _ranks(FORMULAS)
    for category in {m.row.category for m in FORMULAS}:
        own = [r for m, r in zip(FORMULAS, ranks) if m.row.category == category]
        assert own == list(range(len(own)))


def test_pairs_overlap_where_they_change_one_stage():
    by = {tuple(m.row.stages): m for m in FORMULAS}
    cost, bias = by[("cost",)], by[("bias",)]
    assert _overlap(cost, cost) is True and _overlap(cost, bias) is False
