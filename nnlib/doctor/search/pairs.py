"""Two mistakes at once: two candidates that cover all arrays, or one in some arrays only."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np

from nnlib.doctor.candidates.passes import answer
from nnlib.doctor.questions.exam import multiple, right
from nnlib.doctor.search.explain import Evidence, Hypothesis, factors_on, judged, slip_of
from nnlib.doctor.search.leftovers import name_factors
from nnlib.doctor.search.tables import table

FIRSTS, TRIES, SECONDS = 12, 900, 0.4  # how many firsts, how many pairs, and how long


def explain_pairs(evidence: Evidence) -> list[Hypothesis]:
    """Two mistakes: the first explains some arrays by itself, the second leaves those as they are and changes the others."""
    shelf = table(evidence.setting, evidence.problems[0])
    values = shelf.factors(evidence.arrays[0], evidence.tolerances[0])
    fits, news = ~np.isnan(values), ~np.isnan(values) & ~shelf.as_right
    exact = np.abs(np.where(np.isfinite(values), values, 1) - 1).max(axis=1) < 1e-6
    firsts = sorted(
        np.flatnonzero(news.any(axis=1) & shelf.alive), key=lambda i: (-fits[i].sum(), not exact[i], shelf.costs[i])
    )
    found, tried = [], 0
    start = time.process_time()
    for i in firsts[:FIRSTS]:
        if time.process_time() - start > SECONDS:
            break
        rest = np.flatnonzero(
            shelf.alive & ((shelf.as_right | ~fits[i]).all(axis=1)) & ~(shelf.as_right | fits[i]).all(axis=1)
        )
        covered = (fits[rest] | fits[i]).sum(axis=1)
        for j in rest[np.lexsort((shelf.costs[rest], -covered))][: TRIES // FIRSTS]:
            tried += 1
            pair = (shelf.candidates[i], shelf.candidates[j])
            for both in (pair, pair[::-1]) if set(pair[0].stages) & set(pair[1].stages) else (pair,):
                if sum(c.update is not None for c in both) > 1:
                    continue
                if factors_on(evidence, 0, answer(evidence.problems[0], evidence.setting, both)) is not None:
                    found += judged(evidence, both)
        if found and min(h.cost for h in found) < 2.6:
            break
    return sorted((h for h in found if _both_count(h, evidence)), key=lambda h: h.cost)


def _right_fits(evidence):
    """Which arrays of the first problem the right gradient gives, up to a number."""
    truth = right(evidence.problems[0], evidence.setting)
    pairs = zip(evidence.arrays[0], truth, evidence.tolerances[0])
    return np.array([v is None or v.shape == u.shape and not np.isnan(multiple(v, u, t)) for v, u, t in pairs])


def _both_count(h: Hypothesis, evidence: Evidence) -> bool:
    """Does each of the two change what the other one gives?"""
    return all(
        any(
            not _same(answer(p, evidence.setting, h.candidates), answer(p, evidence.setting, (c,)))
            for p in evidence.problems
        )
        for c in h.candidates
    )


def _same(made, alone) -> bool:
    if made is None or alone is None:
        return made is alone
    return all(u.shape == v.shape and np.allclose(u, v, rtol=1e-9, atol=1e-14) for u, v in zip(made, alone))


def explain_parts(evidence: Evidence) -> list[Hypothesis]:
    """Weights and biases apart: one candidate gives every array of one kind, and the right gradient those of the other.

    Of the choice of samples and of what is done to the numbers at the end: these are often made in some lines only.
    """
    shelf = table(evidence.setting, evidence.problems[0])
    values = shelf.factors(evidence.arrays[0], evidence.tolerances[0])
    truth = _right_fits(evidence)
    fits = ~np.isnan(values)
    usable = [
        i
        for i in np.flatnonzero((fits | truth).all(axis=1) & ~(fits.all(axis=1)))
        if "weigh" in shelf.candidates[i].stages
    ]
    found = []
    for i in sorted(usable, key=lambda i: shelf.costs[i])[:80]:
        found += _in_some_arrays(evidence, shelf.candidates[i], fits[i] & ~truth)
    return sorted(found, key=lambda h: h.cost)


def _in_some_arrays(evidence, candidate, inside):
    """The candidate in the arrays that the right gradient does not give, the right gradient elsewhere."""
    L = evidence.problems[0].layers
    places = {("W" if k < L else "b", k % L) for k in np.flatnonzero(inside)}
    columns = []
    for i, p in enumerate(evidence.problems):
        if p.layers != L:
            continue
        made, truth = answer(p, evidence.setting, (candidate,)), right(p, evidence.setting)
        if made is None:
            return []
        mixed = [m if (("W" if k < L else "b"), k % L) in places else t for k, (m, t) in enumerate(zip(made, truth))]
        factor = factors_on(evidence, i, mixed)
        if factor is None:
            return []
        columns.append(factor)
    some = replace(evidence, problems=tuple(p for p in evidence.problems if p.layers == L))
    known = np.array([(k, l) in places for p, k, l in some.places.columns])
    scope = some.places.scope_of(known, np.ones(len(known), bool)) or "some arrays"
    slip = replace(slip_of(candidate, evidence.setting), scope=scope)
    return [
        Hypothesis(
            1.15 + candidate.cost + f.cost,
            (slip, *f.slips),
            (*candidate.names[1], *f.also),
            (candidate,),
            laws=f.laws,
            only=frozenset(places),
        )
        for f in name_factors(np.concatenate(columns), some.places, 2e-7)
    ]
