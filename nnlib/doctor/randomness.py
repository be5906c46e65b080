"""Answers that depend on chance: which order of the samples, or which sample, would give these numbers?"""

from __future__ import annotations

from itertools import combinations, permutations, product

from nnlib.doctor.contract import VOCABULARY
from nnlib.doctor.leftovers import Evidence, Explanation, explain_factors, factors_of
from nnlib.doctor.probes import probe
from nnlib.doctor.stages import backpropagate
from nnlib.doctor.table.updates import _by_sample

NAME = "three"  # three samples: six orders, three single ones, three pairs


def _flat(gradients):
    return [*gradients[0], *gradients[1]]


def _choices(kind: str, activations):
    """(category, what, gradients) for each choice of samples that chance could make."""
    p = probe(NAME)
    order = list(range(len(p.X)))
    for q in permutations(order):
        if list(q) != order:
            yield (
                "shuffled-labels",
                "inputs and targets are shuffled apart",
                backpropagate(p._replace(E=p.E[list(q)]), (), activations),
            )
    for i in order:
        yield (
            "one",
            "only one sample counts, and which one is left to chance or fixed",
            backpropagate(p._replace(X=p.X[[i]], E=p.E[[i]]), (), activations),
        )
    for pair in combinations(order, 2):
        rows = list(pair)
        yield (
            "batch-remainder",
            "only some of the samples count",
            backpropagate(p._replace(X=p.X[rows], E=p.E[rows]), (), activations),
        )
    for rows in product(order, repeat=len(order)):
        if len(set(rows)) == 2:
            rows = list(rows)
            yield (
                "drawn",
                "samples are drawn with replacement: some count twice, some not at all",
                backpropagate(p._replace(X=p.X[rows], E=p.E[rows]), (), activations),
            )
    if kind != "train_step":
        return

    def gradient(weights, biases, X, E):
        return backpropagate(p._replace(weights=weights, biases=biases, X=X, E=E), (), activations)

    for rows in product(order, repeat=len(order)):
        for scale in (1, 1 / len(order)):
            new = _by_sample(lambda T: rows, lambda T: scale)(gradient, p.weights, p.biases, p)
            yield (
                "per-sample-updates",
                "a step after every sample, in an order left to chance",
                tuple([(v - w) / p.rate for v, w in zip(old, now)] for old, now in zip((p.weights, p.biases), new)),
            )


def by_chance(evidence: Evidence) -> list[Explanation]:
    """Explanations by a choice of samples on the three-sample probe; [] where none fits."""
    if NAME not in evidence.arrays:
        return []
    found = []
    for category, what, gradients in _choices(evidence.kind, evidence.activations):
        values = factors_of(_flat(gradients), evidence, NAME)
        if values is None:
            continue
        also = ()
        step = evidence.kind == "train_step"
        if category == "drawn":
            category, also = "unknown", ("single-sample-step" if step else "only-last-sample",)
        if category == "one":
            category, also = (
                ("single-sample-step", ("only-last-sample",)) if step else ("only-last-sample", ("single-sample-step",))
            )
        for cost, more, others, _ in explain_factors(values, evidence, [NAME]):
            found.append(
                Explanation(1.2 + cost, [(category, what, VOCABULARY[category].formula), *more], also + others)
            )
    return sorted(found, key=lambda e: e.cost)
