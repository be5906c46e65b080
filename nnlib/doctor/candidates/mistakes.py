"""Named mistakes that are no single edit, read from mistakes.txt; and the choice of samples, as weights of the samples."""

# ruff: noqa: E501  (a row of a table is a line)
from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np

from nnlib.doctor.candidates import arrays, paths
from nnlib.doctor.candidates.edits import ALL, FIRST, HID, LOWER, MID, OUT, SECOND, UPPER
from nnlib.doctor.candidates.expressions import parse, parts
from nnlib.doctor.candidates.passes import Candidate
from nnlib.doctor.candidates.program import COSTS, scaled

GROUPS = {"L": (ALL, OUT, HID, FIRST, UPPER, MID, SECOND, LOWER), "C": (ALL, OUT, HID, SECOND), "W": (ALL, OUT, HID)}
SHORT = {"all": ALL, "out": OUT, "hid": HID, "first": FIRST, "upper": UPPER}
CROSS, COST, MISSING, TWICE = (
    "cross-entropy-delta", "wrong-cost-derivative", "missing-activation-derivative", "duplicated-derivative",
)  # fmt: skip


@cache
def rows() -> tuple:
    """(category, scopes, {stage: expression}, also, cost, words) of each line of mistakes.txt."""
    text = Path(__file__).with_name("mistakes.txt").read_text(encoding="utf-8")
    found = []
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        category, where, lines, also, cost, words = (part.strip() for part in line.split("|", 5))
        scopes = [s for word in where.split() for s in GROUPS.get(word, (SHORT.get(word),))]
        stages = dict(part.strip().split(": ", 1) for part in lines.split(";"))
        found.append(
            (category, scopes, {s: parse(e) for s, e in stages.items()}, tuple(also.split()), float(cost), words)
        )
    return tuple(found)


def _of_rows(setting):
    for category, scopes, stages, also, cost, words in rows():
        if not _has_place(stages, setting):
            continue
        if "error" in stages:
            made = _other_slopes(category, stages["error"], also, cost, words, setting)
        elif "f" in stages:
            made = _other_functions(stages, cost, words, setting)
        else:
            made = [(category, stages, also, cost, words)]
            fused = COSTS[setting.cost][1].get(setting.activations[-1])
            if "E" in stages and fused:  # a - e holds whatever stands for the targets; the slope of the cost sums them
                made.append((category, {**stages, "delta": scaled(parse(fused), setting)}, also, cost + 0.01, words))
        for slug, changed, others, price, said in made:
            at = (OUT,) if "E" in changed else scopes
            yield from (Candidate(slug, changed, scope, others, price, said) for scope in at)


def _has_place(stages, setting) -> bool:
    """Does the setting have the biases and the squared error that a row speaks of?"""
    leaves = {s[1] for e in stages.values() for _, s in parts(e) if s[0] == "leaf"}
    return not (setting.bias == "none" and "b" in leaves) and ("cost" not in stages or setting.cost == "squared")


def _other_slopes(category, error, also, cost, words, setting):
    """Another slope of the output error: as dA, before f', and as the whole delta of the output layer."""
    e = scaled(error, setting)
    fused = COSTS[setting.cost][1].get(setting.activations[-1])
    first, second = (0.3, 0.0) if fused else (0.0, 0.2)
    yield category, {"cost": e}, (*also, COST), cost + first, words
    word = COST if category == CROSS else category
    yield word, {"delta": e}, (*also, CROSS, MISSING), cost + second, words + ("" if fused else ", without f'(z)")


def _other_functions(stages, cost, words, setting):
    """The forward pass uses another function, with its own slope, with that of the declared one, or with another."""
    error, dA, said = scaled(parse("A - E"), setting), parse("dA"), f"the forward pass uses {words} for f"
    slopes = {
        ", and its slope": ("*", dA, stages["slope"]), ", with the slope a (1 - a)": parse("dA * A * (1 - A)"),
        ", with the declared slope": parse("dA * s(Z)"), ", with a slope of 1": dA, "; the output delta is a - e": error,
    }  # fmt: skip
    if any(s[1:2] == ("softmax",) for _, s in parts(stages["f"])):
        slopes[", and its Jacobian"] = parse("A * (dA - row(dA * A))")
    fused = COSTS[setting.cost][1].get(setting.activations[-1])
    for i, (more, delta) in enumerate(slopes.items()):
        own = delta is error
        slug = CROSS if own and "softmax" in words and setting.cost == "squared" else "wrong-forward-pass"
        yield (
            slug,
            {"activate": stages["f"], "delta": delta},
            ("wrong-forward-pass",) * own,
            cost + 0.1 * (i > 0) * (not (own and fused)),
            said + more,
        )
    yield "wrong-forward-pass", {"activate": stages["f"]}, (), cost + 0.05, said


def _deltas(setting):
    """The output delta of another pair of cost and activation."""
    delta = scaled(parse("A - E"), setting)
    gradients = {"weight": ("@", ("T", parse("A_prev")), delta), "bias": ("sum", delta)}
    one_layer = lambda category, stages, also, cost, words: Candidate(category, stages, OUT, also, cost, words)
    if setting.cost == "squared":
        yield one_layer(
            CROSS, {"delta": delta}, (MISSING,), -0.2, "the output delta is a - e: that belongs to the cross-entropy"
        )
        words = "a - e stands in the output gradients, though the right delta is carried down"
        yield one_layer(CROSS, gradients, (MISSING,), -0.1, words)
        yield one_layer(
            CROSS, {"weight": gradients["weight"]}, (MISSING,), 0.1, "a - e stands in the output weight gradient"
        )
        return
    yield one_layer(
        COST,
        {"cost": scaled(parse("2 * (A - E)"), setting)},
        (),
        0.0,
        "the slope of the squared error stands in its place",
    )
    words = "a - e is taken for the slope of the cost, and meets f'(z)"
    yield one_layer(COST, {"cost": delta}, (TWICE,), 0.0, words)
    if setting.activations[-1] in COSTS[setting.cost][1]:
        for e, words, cost in (
            ("(A - E) * s(Z)", "a - e meets the slope f'(z) again: the delta of the squared error", 0.0),
            ("2 * (A - E) * s(Z)", "the delta of the squared error", 0.0),
        ):
            yield one_layer(COST, {"delta": scaled(parse(e), setting)}, (TWICE, "extra-factor-two"), cost, words)


# --- samples: which of them count, and how much; a row of weights, 1 for each where all is right ---

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


def named(setting) -> list[Candidate]:
    """Every named mistake of a setting, but those with a number and the plans of a step."""
    found = [*_of_rows(setting), *_deltas(setting), *arrays.returned(), *paths.paths()]
    return found + (list(paths.bias_rows()) if setting.bias != "none" else [])
