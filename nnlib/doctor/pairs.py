"""Two mistakes of the table at once, the simplest first: how many pairs are tried is a fixed number."""

from __future__ import annotations

import numpy as np

from nnlib.doctor.leftovers import BY_THE_DATA, Evidence, Explanation, factors_of
from nnlib.doctor.matching import compare, judged
from nnlib.doctor.probes import cached
from nnlib.doctor.references import compute
from nnlib.doctor.table.row import Mistake

FIRST, TRIES = 60, 700  # how many mistakes are taken for the first of a pair, and how many pairs are computed


def explain_pairs(evidence: Evidence) -> list[Explanation]:
    """Every explanation by two mistakes, out of the likeliest pairs; [] where none reproduces the numbers."""
    primary, stock, table = compare(evidence)
    names, acts = list(evidence.arrays), evidence.activations
    found = _side_by_side(evidence, names, primary, stock, table)
    if not found:
        fits = ~np.isnan(table)
        common = [i for i, rank in enumerate(_ranks(stock.mistakes)) if rank == 0]
        for i in common:
            for j in common:
                a, b = stock.mistakes[i], stock.mistakes[j]
                if i == j or a.row.update or not _possible(stock, fits, i, [j])[0]:
                    continue
                if factors_of(_together(a, b, primary, acts), evidence, primary) is not None:
                    found += _judged((a, b), lambda n, a=a, b=b: _together(a, b, n, acts), evidence, names)
    proved = [e for e in found if not any(what.startswith(BY_THE_DATA) for _, what, _ in e.parts)]  # else all is free
    return sorted(proved, key=lambda e: e.cost)


@cached
def _together(a: Mistake, b: Mistake, name: str, activations):
    return compute((a, b), name, activations)


def _ranks(mistakes) -> list[int]:
    """The place of each mistake within its own category: the table names the commonest of a category first."""
    seen: dict = {}
    ranks = []
    for m in mistakes:
        ranks.append(seen.get(m.row.category, 0))
        seen[m.row.category] = ranks[-1] + 1
    return ranks


def _possible(stock, fits, i, others) -> np.ndarray:
    """May i and each of the others be the pair? An array that one of two leaves right, the other one explains alone."""
    return (fits[others] | ~stock.as_right[i]).all(axis=1) & (fits[i] | ~stock.as_right[others]).all(axis=1)


def _side_by_side(evidence: Evidence, names, primary, stock, table):
    """Pairs whose first explains some arrays by itself; the second leaves those as they are, and changes all others.

    Where the first explains every array of this problem, the second is one that shows with more samples only.
    """
    fits = ~np.isnan(table)
    news = fits & ~stock.as_right  # arrays that this mistake makes wrong in the learner's way
    costs = np.array([m.row.cost for m in stock.mistakes])
    rank = np.array(_ranks(stock.mistakes))
    exact = np.abs(np.where(np.isfinite(table), table, 1) - 1).max(axis=1) < 1e-6  # no factor left over
    simple = lambda i: (-np.count_nonzero(fits[i]), not exact[i], costs[i], rank[i])
    found, tried = [], set()
    for i in sorted(np.flatnonzero(news.any(axis=1)), key=simple)[:FIRST]:
        rest = np.flatnonzero((stock.as_right == fits[i]).all(axis=1))
        rest = rest[_possible(stock, fits, i, rest)]
        more = np.count_nonzero(fits[rest] & ~fits[i], axis=1)
        for j in rest[np.lexsort((rank[rest] + 20 * costs[rest], -more))]:
            if len(tried) == TRIES:
                return found
            a, b = stock.mistakes[i], stock.mistakes[j]
            pair, both = (a, b), frozenset((i, j))
            if both in tried or (a.row.update and b.row.update):
                continue
            tried.add(both)
            if factors_of(compute(pair, primary, evidence.activations), evidence, primary) is None:
                pair = (b, a)
                if (
                    not _overlap(a, b)
                    or factors_of(compute(pair, primary, evidence.activations), evidence, primary) is None
                ):
                    continue
            found += _judged(pair, lambda n: compute(pair, n, evidence.activations), evidence, names)
        if found and min(e.cost for e in found) < 2.5:
            break
    return found


def _judged(pair, made, evidence: Evidence, names) -> list[Explanation]:
    """What `matching.judged` finds, where both of the pair count."""
    found = judged(pair, made, evidence, names)
    return found if found and _both_count(pair, names, evidence.activations) else []


def _both_count(pair: tuple[Mistake, Mistake], names, activations) -> bool:
    """Does each of the two change what the other one gives? In one stage the second may take the place of the first."""
    return all(
        any(not _same(compute(pair, n, activations), compute((m,), n, activations)) for n in names) for m in pair
    )


def _same(made, alone) -> bool:
    if made is None or alone is None:
        return made is alone
    return all(u.shape == v.shape and np.allclose(u, v, rtol=1e-9, atol=1e-14) for u, v in zip(made, alone))


def _overlap(a: Mistake, b: Mistake) -> bool:
    return bool(set(a.row.stages) & set(b.row.stages))
