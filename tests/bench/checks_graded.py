"""What the field's gradient checks catch of the corpus, over problems and seeds: python tests/bench/checks_graded.py

Each rule is re-implemented from its public description and the tolerance stated there; SOURCES says where. The problem is
ours in every case, so that the rules can be compared: what differs is only how a gradient is judged.
"""

from __future__ import annotations

import sys
from functools import cache

import begin  # noqa: F401  before NumPy
import numpy as np
from timing import Table, show

import nnlib
from nnlib.corpus import grade_check
from nnlib.corpus.measure import Design, problem

SEEDS = range(3)
DESIGNS = {
    "2-3-1, 1 sample, zero biases": Design(sizes=(2, 3, 1), T=1, biases=0.0),
    "2-3-1, 4 samples": Design(sizes=(2, 3, 1), T=4),
    "3-4-2, 5 samples": Design(sizes=(3, 4, 2), T=5),
    "3-4-5-2, 7 samples": Design(),
    "3-3-3-3, 5 samples": Design(sizes=(3, 3, 3, 3), T=5),
}
STEPS, RATE = 600, 1.0


@cache
def measured(design: Design, seed: int, h: float, sided: int) -> tuple[np.ndarray, ...]:
    """The slopes of the cost by differences of step h, to both sides or to one; the same for every case on one problem."""
    weights, biases, X, E = problem(design, seed)
    arrays = [*weights, *biases]
    cost = lambda: nnlib.cost(weights, biases, X, E)
    found = []
    for v in arrays:
        slope = np.zeros(v.shape)
        for i in np.ndindex(v.shape):
            kept = v[i]
            v[i] = kept + h
            above = cost()
            v[i] = kept - h if sided == 2 else kept
            slope[i] = (above - cost()) / (sided * h)
            v[i] = kept
        found.append(slope)
    return tuple(found)


def listed(out) -> list[np.ndarray]:
    return [np.asarray(g, dtype=float) for group in out for g in group]


def shapes_fit(found, true) -> bool:
    return len(found) == len(true) and all(a.shape == b.shape for a, b in zip(found, true))


class Rule:
    """A check of one problem: `judge(found, slopes)`, where slopes(h, sided) are measured by differences."""

    def __init__(self, name, judge, calls=1):
        self.__name__, self.judge, self.calls, self.place = name, judge, calls, None

    def __call__(self, gradients, weights, biases, X, E):
        slopes = lambda h, sided=2: measured(*self.place, h, sided)
        found = listed(gradients(weights, biases, X, E))
        if not shapes_fit(found, slopes(1e-6)):
            return False  # frameworks refuse it, and NumPy's comparisons raise or broadcast by luck
        for _ in range(self.calls - 1):
            if not all(map(np.array_equal, found, listed(gradients(weights, biases, X, E)))):
                return False
        return bool(self.judge(found, slopes))


def joined(arrays) -> np.ndarray:
    return np.concatenate([a.ravel() for a in arrays])


def ladder(limit):
    """Element by element, |a - n| / max(|a|, |n|), central differences with h = 1e-5; the worst below a rung of the ladder."""

    def judge(found, slopes):
        a, n = joined(found), joined(slopes(1e-5))
        return (np.abs(a - n) <= limit * np.maximum(np.abs(a), np.abs(n))).all()

    return judge


def global_ratio(found, slopes):
    """One number for all: |a - n| / (|a| + |n|) at most 2e-7, central differences with 1e-7."""
    a, n = joined(found), joined(slopes(1e-7))
    return np.linalg.norm(a - n) <= 2e-7 * (np.linalg.norm(a) + np.linalg.norm(n))


def close(h, rtol, atol, sided=2, of_ours=False):
    """Element by element, NumPy's allclose with differences of step h, to both sides or to one; relative to them or to ours."""

    def judge(found, slopes):
        pairs = zip(slopes(h, sided), found) if of_ours else zip(found, slopes(h, sided))
        return all(np.allclose(one, other, rtol=rtol, atol=atol) for one, other in pairs)

    return judge


def one_direction(found, slopes):
    """One random direction: the slope along it, central differences with 1e-4, relative and absolute 1e-5."""
    d = np.random.default_rng(0).standard_normal(sum(a.size for a in found))
    promised, true = joined(found) @ d, joined(slopes(1e-4)) @ d
    return np.isfinite(promised) and abs(promised - true) <= 1e-5 + 1e-5 * abs(true)


def by_array(found, slopes):
    """Each array by its norm, the worst below 1e-6; central differences with 1e-5."""
    return all(
        np.linalg.norm(a - n) <= 1e-6 * max(np.linalg.norm(a), np.linalg.norm(n)) for a, n in zip(found, slopes(1e-5))
    )


def it_trains(gradients, weights, biases, X, E):
    """Plain gradient descent with rate 1 lowers the cost by a tenth within 600 steps; looked at every ten steps."""
    before = nnlib.cost(weights, biases, X, E)
    for step in range(STEPS):
        dW, db = gradients(weights, biases, X, E)
        weights = [w - RATE * np.reshape(g, w.shape) for w, g in zip(weights, dW)]
        biases = [b - RATE * np.reshape(g, b.shape) for b, g in zip(biases, db)]
        if step % 10 == 9 and nnlib.cost(weights, biases, X, E) < 0.9 * before:
            return True
    return False


it_trains.__name__ = "the cost falls by a tenth within 600 steps"
RULES = (
    Rule("CS231n, below 1e-2", ladder(1e-2)),
    Rule("CS231n, below 1e-4", ladder(1e-4)),
    Rule("CS231n, below 1e-7", ladder(1e-7)),
    Rule("DeepLearning.AI, global ratio", global_ratio),
    Rule("Understanding Deep Learning", close(1e-6, 1e-5, 1e-8, sided=1, of_ours=True)),
    Rule("PyTorch gradcheck", close(1e-6, 1e-3, 1e-5), calls=2),
    Rule("JAX check_grads", one_direction),
    Rule("minitorch", close(1e-6, 1e-2, 1e-2)),
    Rule("each array by its norm (lesson 5)", by_array),
    it_trains,
)
SOURCES = (
    "CS231n: notes on learning, gradient checks (https://cs231n.github.io/neural-networks-3/): the ladder from 1e-2, "
    "probably wrong, over 1e-4, too high without kinks, to 1e-7, be happy.",
    "DeepLearning.AI: Improving Deep Neural Networks, assignment Gradient Checking: one ratio for all parameters, 2e-7.",
    "Understanding Deep Learning: S. J. D. Prince, notebook 7.2 (https://github.com/udlbook/udlbook): forward differences.",
    "PyTorch: torch.autograd.gradcheck with its defaults eps, atol, rtol and nondet_tol "
    "(https://docs.pytorch.org/docs/stable/generated/torch.autograd.gradcheck.gradcheck.html).",
    "JAX: jax.test_util.check_grads, order 1, reverse mode, its tolerances for double precision "
    "(https://docs.jax.dev/en/latest/_autosummary/jax.test_util.check_grads.html).",
    "minitorch: derivative_check (https://github.com/minitorch/minitorch): relative and absolute tolerance of a hundredth.",
)
SHAPES = "An array of another shape than its parameter counts as caught by every rule that compares arrays."


def graded(rule, design: Design) -> list:
    """A report card for each seed."""
    cards = []
    for seed in SEEDS:
        if isinstance(rule, Rule):
            rule.place = design, seed
        cards.append(grade_check(rule, design=design, seed=seed))
    return cards


def span(numbers) -> str:
    """'212', or '210 to 213' where the seeds differ."""
    return f"{min(numbers)}" if min(numbers) == max(numbers) else f"{min(numbers)} to {max(numbers)}"


def main(rules=RULES, designs=DESIGNS):
    first, fair = "2-3-1, 1 sample, zero biases", "3-4-5-2, 7 samples"
    hidden = [
        f"{word} {name.split(',')[0]}" for name in (first, fair) for word in ("hidden by", "passed by the rule on")
    ]
    caught, why = (
        Table("", ["", *designs]),
        Table("Right code accused, and why the rest is missed", ["", "right accused", *hidden]),
    )
    for rule in rules:
        cards = {name: graded(rule, design) for name, design in designs.items()}
        print(rule.__name__, file=sys.stderr, flush=True)
        caught.rows.append([rule.__name__, *(span([c.caught for c in found]) for found in cards.values())])
        accused = [len(c.accused) for found in cards.values() for c in found]
        counts = [
            span([len(c.missed(shown)) for c in cards[name]]) for name in (first, fair) for shown in (False, True)
        ]
        why.rows.append([rule.__name__, span(accused), *counts])
    card = cards[first][0]
    wrong, right = len(card.wrong), len(card.rows) - len(card.wrong)
    caught.title = f"Of {wrong} wrong gradients of the corpus, caught by a rule on a problem ({len(SEEDS)} seeds)"
    caught.notes = [*SOURCES, f"The last rule: plain gradient descent from the problem's own weights, rate {RATE:g}."]
    why.notes = [f"Right accused: of {right} right gradients, on every problem and seed. {SHAPES}"]
    show(caught)
    show(why)


if __name__ == "__main__":
    main()
