"""Changes of the step: its length, its gradient, its memory, the order and number of samples, how many steps."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from nnlib.experiments import data_changes, moves, network_changes
from nnlib.experiments.bench import Bench
from nnlib.experiments.values import Change, Study

LONGER = 10  # times as many steps as the learner's, at most


def scaled(factor: float) -> Callable:
    """A step whose move is multiplied by a factor: another rate, whatever the rule."""
    return lambda b, x, y: _scaled_call(b, x, y, factor)


def by_sample(factor: float) -> Callable:
    """One call for each sample, each move multiplied by a factor: for a step that updates after every sample."""

    def step(b: Bench, x, y) -> None:
        for row in range(b.T):
            _scaled_call(b, *b.part([row]), factor)

    return step


def _scaled_call(b: Bench, x, y, factor: float) -> None:
    before = b.values()
    b.step(x, y)
    b.put([v + factor * (a - v) for v, a in zip(before, b.values())])


def _rng(b: Bench) -> np.random.Generator:
    """One generator for the length of a run."""
    return b.memory.setdefault("rng", np.random.default_rng(0))


def slower(s: Study) -> Iterator[Change]:
    """Tenths of the rate, until the cost hardly moves; where one call makes many updates, also sample by sample."""
    calm = np.isfinite(s.base.cost) and s.base.cost < s.base.costs[0] and 0 < s.sharp < 0.1
    for how in [] if calm else [scaled, by_sample] if s.ordered and not np.isfinite(s.base.cost) else [scaled]:
        tried = {}
        for power in range(1, 6):
            yield _rate(s, -power, how)
            tried[power] = s.last.cost
            if s.last.costs and abs(s.last.cost - s.last.costs[0]) < 0.01 * abs(s.last.costs[0]):
                break
        yield from _between(s, {-power: cost for power, cost in tried.items()}, how)


def faster(s: Study) -> Iterator[Change]:
    """Powers of ten, as far as the curvature allows, until a run ends above its start."""
    top, tried = 300 / s.sharp if s.sharp > 0 else 1e4, {}
    for power in range(1, 9):
        if 10**power > max(top, 100):
            break
        yield _rate(s, power, scaled)
        tried[power] = s.last.cost
        if not s.last.costs or not s.last.cost <= s.last.costs[0]:
            break
    yield from _between(s, tried, scaled)


def _rate(s: Study, power: float, how: Callable) -> Change:
    """Another rate, 10^power times the learner's."""
    times = f"{float(f'{10.0 ** abs(power):.2g}'):g}"
    words = f"a rate {times} times {'as large' if power > 0 else 'smaller'}"
    words += ", sample by sample" if how is by_sample else ""
    cause, advice = ("rate-too-small", "Multiply") if power > 0 else ("rate-too-large", "Divide")
    return Change(cause, words, f"{advice} the learning rate by {times}.", step=how(10.0**power))


def _between(s: Study, tried: dict[int, float], how: Callable) -> Iterator[Change]:
    """The half decades beside the best of these rates."""
    best = min((power for power in tried if np.isfinite(tried[power])), key=tried.get, default=None)
    if best is not None and not tried[best] >= s.base.cost:
        yield from (_rate(s, best + half, how) for half in (0.5, -0.5))


def longer(s: Study) -> Iterator[Change]:
    """More of the same steps."""
    yield Change("more-steps", f"up to {LONGER} times as many steps", "Train longer.", longer=LONGER)


def right_gradient(s: Study) -> Iterator[Change]:
    """Plain descent along the right slope of their cost in place of their step, where something speaks against that."""
    cause = s.accused("gradient", "no-update", "rule")
    if cause is None and s.gradient == "right":
        return
    advice = {
        "no-update": "Write the new weights back to where the forward pass reads them, as floats.",
        "rule": "Compare the rule with nnlib.rules; diagnose_rule judges it alone.",
    }.get(cause, "Have the step judged: nnlib.diagnose; a single layer: nnlib.diagnose_layer.")
    for rate in moves.rates(s):

        def step(b: Bench, x, y, rate=rate) -> None:
            b.put([v - rate * g for v, g in zip(b.values(), s.slopes.gradient(x, y))])

        words = f"plain descent along the right slope of your cost (rate {rate:.2g})"
        yield Change(cause or "gradient", words, advice, step=step)


def forgetful(s: Study) -> Iterator[Change]:
    """Every step as if it were the first: what the rule remembers is put back. Or a momentum that does carry on."""
    if not s.remembers:
        return

    def fresh(b: Bench, x, y) -> None:
        values = b.values()
        b.reset()
        b.put(values)
        b.step(x, y)

    def carried(b: Bench, x, y) -> None:
        before = b.values()
        b.step(x, y)
        velocity = b.memory.get("velocity", [0.0] * len(b.names))
        velocity = [0.9 * v + (a - c) for v, a, c in zip(velocity, b.values(), before)]
        b.memory["velocity"] = velocity
        b.put([c + v for c, v in zip(before, velocity)])

    advice = "Compare the rule with nnlib.rules; diagnose_rule judges it alone."
    yield Change("rule", "the memory of the rule wiped out before each step", advice, step=fresh)
    yield Change("rule", "a momentum of 0.9 that carries from step to step", advice, step=carried)


def alone(s: Study) -> Iterator[Change]:
    """Samples one by one, drawn at random, where a step parts inputs and targets: no shuffle can part one sample."""
    if not s.parted:
        return

    def step(b: Bench, x, y) -> None:
        for _ in range(min(b.T, 30)):
            b.step(*b.part([int(_rng(b).integers(b.T))]))

    words, advice = "samples handed over one by one, 30 a step", "Shuffle X and Y with one permutation: X[p], Y[p]."
    yield Change("pairs-parted", words, advice, step=step, sure=True)


def shuffled(s: Study) -> Iterator[Change]:
    """The rows in another order at each step, inputs and targets together, where the order matters."""
    if s.bench.T < 3 or not s.ordered:
        return

    def step(b: Bench, x, y) -> None:
        b.step(*b.part(_rng(b).permutation(b.T)))

    words = "the rows in a new random order for each step"
    advice = "Let every sample take part: new batches from shuffled rows in every epoch."
    yield Change("batches", words, advice, step=step, sure=not s.random)


def averaged(s: Study) -> Iterator[Change]:
    """The mean of eight moves from one place: a larger batch, where a step draws its own."""
    if not s.random:
        return

    def step(b: Bench, x, y) -> None:
        before, total = b.values(), [0.0] * len(b.names)
        for _ in range(8):
            b.put(before)
            b.step(x, y)
            total = [t + (a - v) / 8 for t, a, v in zip(total, b.values(), before)]
        b.put([v + t for v, t in zip(before, total)])

    yield Change("batches", "batches eight times as large", "Take larger batches.", step=step)


FIRST = (data_changes.cleaned, data_changes.reshaped, data_changes.relabelled, network_changes.floats)
AFTERWARDS = (network_changes.measured, network_changes.long_numbers)  # the run itself was well
# kinds of change, the cheapest and the smallest first, and the causes for which each is tried
PLAN = {
    **dict.fromkeys((*FIRST, *AFTERWARDS, network_changes.right_softmax, alone, forgetful, right_gradient), ()),
    shuffled: ("batches",),
    data_changes.paired: ("pairs-parted",),
    data_changes.retargeted: ("targets-out-of-reach",),
    data_changes.rescaled: ("scale-of-inputs",),
    network_changes.redrawn: ("start", "symmetry", "dead-relu"),
    slower: ("rate-too-large",),
    faster: ("rate-too-small",),
    longer: ("more-steps",),
    averaged: ("batches",),
    network_changes.wider: ("capacity",),
}


def plan(s: Study) -> tuple[list[Callable], list[Callable]]:
    """The kinds of change in order: what the looks point at, and the rest, which a short budget may not reach."""
    asked = [kind for kind, causes in PLAN.items() if not causes or s.accused(*causes)]
    return asked, [kind for kind in PLAN if kind not in asked]
