"""Changes of the start, of the network, of the numbers it computes with, and of how its own run is measured."""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np

from nnlib.doctor.costs import Cost
from nnlib.experiments import direction, moves, parameters
from nnlib.experiments.bench import POINTS
from nnlib.experiments.rebuilt import PARTED, Rebuilt
from nnlib.experiments.values import Change, Curve, Study

REDRAWN = {
    "symmetry": "Draw the weights at random: the neurons of a layer have to differ.",
    "dead-relu": "Start with biases of 0 and weights of both signs.",
    "start": "Draw weights from a normal distribution times 1/sqrt(n_inputs), biases 0.",
}


def redrawn(s: Study) -> Iterator[Change]:
    """New weights at the usual scale, and at three times that."""
    cause = s.accused("symmetry", "dead-relu") or "start"
    for seed, gain in ((0, 1.0), (1, 3.0), (2, 1.0)):

        def start(values, seed=seed, gain=gain):
            rng = np.random.default_rng(seed)
            if s.chain is not None:
                return s.chain.drawn(values, rng, gain=gain)
            matrices = any(v.ndim > 1 and min(v.shape) > 1 for v in values)
            return [_drawn(v, rng, gain, s.bench.columns, matrices) for v in values]

        yield Change(cause, f"weights drawn anew, {gain:g}/sqrt(n) (draw {seed + 1})", REDRAWN[cause], start=start)


def _drawn(v, rng, gain: float, columns: bool, matrices: bool):
    """One array at the usual scale, where the layers are not known; vectors beside matrices are taken as biases."""
    if v.ndim and matrices and (v.ndim == 1 or v.shape[not columns] > v.shape[columns] == 1):
        return np.zeros(v.shape)
    n = v.shape[columns] if v.ndim > 1 else v.size
    return rng.normal(0, gain / np.sqrt(n), v.shape)


def wider(s: Study) -> Iterator[Change]:
    """More hidden neurons, or a hidden layer where there is none."""
    widths = s.chain.widths(s.bench.start) if s.chain is not None else []
    advice = "Give the hidden layer more neurons."
    wides = {tuple(n if 2 * w <= n else 2 * w for w in widths[1:-1]) for n in (4, 16)} - {()}
    for wide in sorted(wides):
        for seed in range(2):

            def start(values, wide=wide, seed=seed):
                return s.chain.drawn(values, np.random.default_rng(seed), [widths[0], *wide, widths[-1]], gain=2.0)

            words = f"{', '.join(map(str, wide))} hidden neurons in place of {', '.join(map(str, widths[1:-1]))}"
            yield Change("capacity", f"{words} (draw {seed + 1})", advice, start=start)
    if len(widths) == 2 and s.chain.last not in PARTED:
        rng, (n, m) = np.random.default_rng(0), widths
        values = [rng.normal(0, n**-0.5, (n, 8)), np.zeros(8), rng.normal(0, 0.35, (8, m)), np.zeros(m)]
        deeper = Rebuilt(((0, 1), (2, 3)), (False, False), "tanh", s.chain.last)
        words, advice = "a hidden layer of 8 tanh neurons", "Put a hidden layer between input and output."
        yield Change("capacity", words, advice, own=lambda *limits: own_run(s, deeper, values, *limits))


def right_softmax(s: Study) -> Iterator[Change]:
    """The softmax of each sample by itself, in the rebuilt network."""
    if s.chain is not None and s.chain.last in PARTED:
        corrected = s.chain.with_last("softmax")
        words, advice = "the softmax of each sample by itself, and its gradient", "Sum over axis=1 with keepdims=True."
        yield Change(
            "softmax", words, advice, own=lambda *limits: own_run(s, corrected, s.bench.start, *limits), sure=True
        )


def own_run(s: Study, chain: Rebuilt, values, steps: int, seconds: float) -> Curve:
    """Plain descent of a rebuilt network on their data and cost, at the rate that its curvature allows."""
    b, began, curve = s.bench, time.perf_counter(), Curve()
    X, like = s.X, s.slopes.like
    slope = s.slopes.by_output(like, b.Y)
    rate = moves.rate_for(lambda v: chain.gradient(v, X, slope), values)
    curve.aim, curve.constant = b.aims(like, b.Y)
    for k in range(steps + 1):
        late = time.perf_counter() > began + seconds
        if k % max(steps // POINTS, 1) == 0 or late:
            A = b.back(chain.forward(values, X)[1][-1], like)
            curve.at.append(k), curve.costs.append(b.cost(A, b.Y))
            if late:
                break
        values = [v - rate * g for v, g in zip(values, chain.gradient(values, X, slope))]
    curve.learned, curve.right = bool(curve.cost < curve.aim), b.hits(A, b.Y)[0]
    curve.seconds = time.perf_counter() - began
    return curve


def floats(s: Study) -> Iterator[Change]:
    """Weights as floats where whole numbers act on the outputs."""
    if s.bench.whole:

        def converted(values):
            parameters.to_floats(s.bench.whole)

        words, advice = "weights as floats in place of whole numbers", "Make the weights floats: W.astype(float)."
        yield Change("no-update", words, advice, start=converted, sure=True)


def long_numbers(s: Study) -> Iterator[Change]:
    """Numbers with a longer range, where the machine has them: an overflow at 1e308 does not happen."""
    if np.finfo(np.longdouble).max > np.finfo(float).max and s.accused("overflow"):

        def converted(values):
            s.bench.put_as(np.longdouble)

        words, advice = (
            "numbers of a longer range (80 bits)",
            "Take the largest z off before exp; keep logs away from 0.",
        )
        data = lambda X, Y: (np.asarray(X, np.longdouble), Y)
        yield Change("overflow", words, advice, data, start=converted, sure=True)


def counted(s: Study) -> Iterator[Change]:
    """Right answers counted sample by sample, where the learner's own score sees none."""
    reached, right = s.hits
    if s.score < 0.1 and right > 0.5:
        words = f"the same outputs counted sample by sample: {right:.0%} right, where your score says {reached:.0%}"
        advice = "Take the largest output of each sample: A.argmax(axis=1)."
        yield Change("evaluation", words, advice, measure=s.bench.measure, sure=True)


def measured(s: Study) -> Iterator[Change]:
    """The learner's own run, looked at otherwise: targets in the outputs' shape, another cost, inputs as trained on."""
    b, A = s.bench, s.bench.output(s.bench.X)
    if A.shape != np.shape(b.Y) and A.size == np.size(b.Y):
        words, shape = f"the same run measured with targets of shape {A.shape}", A.shape
        yield Change(
            "shapes", words, f"In the cost, give both one shape: Y.reshape{shape}.", sure=True,
            measure=lambda X, Y: b.measure(X, np.reshape(Y, shape)), aim=lambda A, Y: b.aims(A, np.reshape(Y, shape)),
        )  # fmt: skip
    yield from _other_costs(s, b.rows(A).shape[1])
    x = s.X[np.isfinite(s.X).all(axis=1)]
    for words, how in (
        ("standardised", b.standardised),
        ("divided by their largest", lambda X: np.asarray(X) / np.abs(x).max()),
        ("less their mean", lambda X: b.back(b.rows(X) - x.mean(axis=0), X)),
    ):
        advice = "Scale the inputs in the evaluation as in the training."
        measure = lambda X, Y, how=how: b.measure(how(X), Y)
        yield Change("evaluation", f"the same run measured on inputs {words}", advice, measure=measure, sure=True)


def _other_costs(s: Study, width: int) -> Iterator[Change]:
    """A cost by name where theirs is odd, and the step follows that one; or where theirs alone becomes infinite or NaN."""
    b, overflows = s.bench, not np.isfinite(s.base.cost) and s.accused("overflow")
    suspect = overflows or s.gradient == "wrong" or s.accused("other-cost")
    cause, advice = "other-cost", "The cost that you watch is not the cost whose gradient you take: rewrite it."
    if overflows:
        cause, advice = "overflow", "Keep the log away from 0: np.log(np.clip(A, 1e-12, None))."
    names = ("cross-entropy", "bce", "squared") if width > 1 else ("bce", "squared")
    for name in names if suspect and b.named is None else ():
        if overflows or direction.follows(s, name):
            cost = Cost(name)

            def measure(X, Y, cost=cost):
                A = b.output(X)
                return float(cost(b.rows(A), b.targets(A, Y)))

            def aim(A, Y, cost=cost):
                E = b.targets(A, Y)
                constant = float(cost(np.tile(E.mean(axis=0), (b.T, 1)), E))
                return constant / 2, constant

            words = f"the same run measured by {cost.words}"
            yield Change(cause, words, advice, measure=measure, aim=aim, sure=True)
