"""Named mistakes that are no single edit: those of mistakes.txt, and samples chosen or weighted in a wrong way."""

# ruff: noqa: E501  (a row of a table is a line)
from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from nnlib.doctor.candidates.edits import ALL, FIRST, HID, LOWER, MID, OUT, SECOND, UPPER, edits_of
from nnlib.doctor.candidates.expressions import leaf, lines_of, parse, parts, put
from nnlib.doctor.candidates.passes import Candidate
from nnlib.doctor.candidates.program import COSTS, scaled

LAST, SINGLE, REMAINDER = "only-last-sample", "single-sample-step", "batch-remainder"
USUAL = (2, 4, 5, 8, 10, 16, 20, 32, 50, 64, 100, 128)  # batch sizes that people write


def _only(T, start, stop=None, step=None):
    w = np.zeros(T)
    w[slice(start, stop, step)] = 1.0
    return w


def _means_of_batches(T, size):
    lengths = [min(size, T - start) for start in range(0, T, size)]
    return np.concatenate([np.full(n, T / (n * len(lengths))) for n in lengths])


def choices(T: int):
    """(category, words, also, cost, weights of T samples) for every choice of samples that people make."""
    for word, i, cost in (("last", T - 1, 0), ("first", 0, 0), ("second", min(1, T - 1), 0.2), ("middle", T // 2, 0.2)):
        yield LAST, f"only the {word} sample counts", (SINGLE,), cost, _only(T, i, i + 1)
    for words, *part in (
        ("the last sample is left out", None, -1), ("the first sample is left out", 1), ("only half of the samples count", None, T // 2),
        ("only half of the samples, rounded up, count", None, (T + 1) // 2), ("only every other sample counts", None, None, 2),
    ):  # fmt: skip
        yield REMAINDER, words, (LAST,), 0.15, _only(T, *part)
    for size in range(2, 130):
        rare, whole = 0.1 * (size not in USUAL), T // size * size
        yield REMAINDER, f"only the first {size} samples count", (LAST,), rare, _only(T, None, size)
        yield REMAINDER, f"only the last {size} samples count", (LAST,), rare, _only(T, -size)
        for some in (whole, whole or size):
            words = f"the samples beyond the last full batch of {size} are dropped"
            yield REMAINDER, words, (LAST,), rare + 0.01 * (some != whole), _only(T, None, some)
        yield REMAINDER, f"only the last batch of {size} counts", (LAST,), rare + 0.05, _only(T, (T - 1) // size * size)
        words = f"the mean of the means of batches of {size}: a short last batch counts too much"
        yield REMAINDER, words, (), rare, _means_of_batches(T, size)
        words = f"every batch is divided by {size}, a short last one too"
        yield REMAINDER, words, ("divided-by-wrong-count",), rare, np.full(T, T / (size * -(-T // size)))


@cache
def _weights(T: int) -> np.ndarray:
    return np.array([row[-1] for row in choices(T)])


def _weighing(number: int, own: bool):
    def weigh(T):
        w = _weights(T)[number]
        kept = w.sum()
        return w * (T / kept if own and kept and set(w) == {0.0, 1.0} else 1.0)

    return weigh


def weighings(setting) -> list[Candidate]:
    """The choices of samples as candidates: each with the kept ones' own mean, and with the sum still divided by T."""
    found = []
    for number, (category, words, also, cost, _) in enumerate(choices(7)):
        if setting.kind == "train_step" and category == LAST:
            category, also = SINGLE, (LAST,)
        for own in (True, False) if setting.over_samples == "mean" else (False,):
            said = words + ("" if own else ", and the sum is still divided by T")
            found.append(
                Candidate(category, {"weigh": _weighing(number, own)}, ALL, also, cost + 0.1 * (not own), said)
            )
    return found


WHERE = {
    "L": (ALL, OUT, HID, FIRST, UPPER, MID, SECOND, LOWER), "C": (ALL, OUT, HID, SECOND), "W": (ALL, OUT, HID),
    "all": (ALL,), "out": (OUT,), "hid": (HID,), "first": (FIRST,), "upper": (UPPER,),
}  # fmt: skip
CROSS, COST, MISSING = "cross-entropy-delta", "wrong-cost-derivative", "missing-activation-derivative"


@dataclass(frozen=True)
class Row:
    """One line of mistakes.txt; `needs` says which costs it is of, and whether it is of a step or of a shortened delta."""

    category: str
    scopes: tuple[str, ...]
    needs: frozenset[str]
    stages: dict[str, tuple]
    also: tuple[str, ...]
    cost: float
    words: str

    @property
    def number(self) -> bool:
        """Does it have a number that is to be found out?"""
        return any(holds(e, leaf("number")) for e in self.stages.values())

    def stands(self, setting) -> bool:
        """Does the setting have what the row speaks of?"""
        costs, has_biases = self.needs & set(COSTS), setting.bias != "none"
        return (
            (not costs or setting.cost in costs)
            and ("step" not in self.needs or setting.kind == "train_step")
            and ("fused" not in self.needs or fused(setting) is not None)
            and (has_biases or not any(holds(e, leaf("b")) for e in self.stages.values()))
        )


@cache
def rows() -> tuple[Row, ...]:
    """The lines of mistakes.txt."""
    found = []
    for category, where, stages, also, cost, words in lines_of("mistakes.txt"):
        scopes = tuple(scope for word in where.split() for scope in WHERE.get(word, ()))
        made = {stage: parse(e) for stage, e in (part.strip().split(": ", 1) for part in stages.split(";"))}
        needs = frozenset(where.split()) - set(WHERE)
        found.append(Row(category, scopes, needs, made, tuple(also.split()), float(cost), words))
    return (*found, *_edited_steps())


def _edited_steps() -> Iterator[Row]:
    """Every single edit of V - rate * G: V is a weight or a bias, G its gradient."""
    for edit in edits_of("update", parse("V - rate * G")):
        if edit.kind in ("drop", "op", "twice", "swap") and edit.name != "@":
            category, also, words = "assigned-instead-of-subtracted", "learning-rate-in-gradient", edit.formula(None)
            yield Row(
                category, (ALL,), frozenset({"step"}), {"V_new": edit.wrong}, (also,), 0.3, f"the step is {words}"
            )


def holds(e: tuple, part: tuple) -> bool:
    """Is there such a part in an expression?"""
    return any(s == part for _, s in parts(e))


def fused(setting) -> tuple | None:
    """The output delta where cost and activation shorten each other."""
    line = COSTS[setting.cost][1].get(setting.activations[-1])
    return line and scaled(parse(line), setting)


@cache
def named(setting, of_steps: bool = False) -> tuple[Candidate, ...]:
    """The named mistakes of a setting, or only those `of_steps` that are none of a gradient."""
    return tuple(
        Candidate(r.category, r.stages, scope, r.also, r.cost, r.words, number=r.number)
        for row in rows()
        if row.stands(setting) and ("step" in row.needs or not of_steps)
        for r in WAYS.get(next(iter(row.stages)), _as_it_is)(row, setting)
        for scope in r.scopes
    )


def _as_it_is(row: Row, setting) -> Iterator[Row]:
    yield replace(row, stages={stage: _divided(e, setting) for stage, e in row.stages.items()})


def _divided(e: tuple, setting) -> tuple:
    """The expression with scaled(x) as the cost divides x."""
    for path, s in parts(e):
        if s[:2] == ("call", "scaled"):
            return put(e, path, scaled(s[2], setting))
    return e


def _other_targets(row: Row, setting) -> Iterator[Row]:
    """Other targets: a - e, which holds whatever stands for them, and the slope of the cost, which sums them, differ then."""
    yield replace(row, scopes=(OUT,))
    if (delta := fused(setting)) is not None:
        yield replace(row, scopes=(OUT,), stages={**row.stages, "delta": delta}, cost=row.cost + 0.01)


def _other_slopes(row: Row, setting) -> Iterator[Row]:
    """Another slope of the output error: as dA, before f', and as the whole delta of the output layer."""
    e, as_delta = scaled(row.stages["error"], setting), fused(setting) is not None
    cost = row.cost + (0.3 if as_delta else 0.0)
    yield replace(row, stages={"cost": e}, also=(*row.also, COST), cost=cost)
    category, words = (
        COST if row.category == CROSS else row.category,
        row.words + ("" if as_delta else ", without f'(z)"),
    )
    cost = row.cost + (0.0 if as_delta else 0.2)
    yield Row(category, row.scopes, row.needs, {"delta": e}, (*row.also, CROSS, MISSING), cost, words)


def _other_functions(given: Row, setting) -> Iterator[Row]:
    """The forward pass uses another function, with its own slope, with that of the declared one, or with another."""
    row = replace(given, also=tuple(slug for slug in given.also if slug != CROSS))
    f, dA, said = row.stages["f"], leaf("dA"), f"the forward pass uses {row.words} for f"
    softmax = any(s[1:2] == ("softmax",) for _, s in parts(f))
    slopes = {
        ", and its slope": ("*", dA, row.stages["slope"]), ", with the slope a (1 - a)": parse("dA * A * (1 - A)"),
        ", with the declared slope": parse("dA * s(Z)"), ", with a slope of 1": dA,
        **({", and its Jacobian": parse("A * (dA - row(dA * A))")} if softmax else {}),
    }  # fmt: skip
    for i, (more, delta) in enumerate(slopes.items()):
        stages = {"activate": f, "delta": delta}
        yield replace(row, stages=stages, cost=row.cost + 0.1 * (i > 0), words=said + more)
    own = CROSS if CROSS in given.also and setting.cost == "squared" else row.category
    stages, cost = {"activate": f, "delta": scaled(parse("A - E"), setting)}, row.cost + 0.1 * (fused(setting) is None)
    yield Row(own, row.scopes, row.needs, stages, (row.category,), cost, said + "; the output delta is a - e")
    yield replace(row, stages={"activate": f}, cost=row.cost + 0.05, words=said)


def _of_all_arrays(row: Row, setting) -> Iterator[Row]:
    """What is done to each array at the end: to those of the weights and of the biases, or to one kind alone."""
    ((stage, e),) = row.stages.items()
    if stage == "V_new":  # the gradient that an ordinary step would have needed
        e = ("/", ("-", leaf("V"), e), leaf("rate"))
    both = {"dW": _with(e, {"G": "dW", "V": "W"}), "db": _with(e, {"G": "db", "V": "b"})}
    yield replace(row, stages=both)
    yield replace(row, stages={"dW": both["dW"]}, cost=max(row.cost, 0.0) + 0.1, words=row.words + " (weights only)")
    yield replace(row, stages={"db": both["db"]}, cost=max(row.cost, 0.0) + 0.1, words=row.words + " (biases only)")


def _with(e, names: dict[str, str]):
    """The expression with other names of leaves."""
    if not isinstance(e, tuple):
        return e
    return leaf(names.get(e[1], e[1]), e[2]) if e[0] == "leaf" else tuple(_with(x, names) for x in e)


WAYS = {  # by the first stage of a row
    "error": _other_slopes, "f": _other_functions, "E": _other_targets, "G": _of_all_arrays, "V_new": _of_all_arrays,
}  # fmt: skip
