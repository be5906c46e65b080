"""Which mistake is it? Hypotheses in order of simplicity: factors, one candidate, one with a number, two candidates.

The answers of all candidates to one problem are stacked in a table: one product compares them all with the learner's arrays.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from functools import cache

import numpy as np

from nnlib.doctor.candidates.edits import KIND_COST, OUT, SCOPE_COST, scoped_edits
from nnlib.doctor.candidates.mistakes import named, weighings
from nnlib.doctor.candidates.passes import Candidate, answer, run
from nnlib.doctor.questions.exam import NOTHING, multiple, right
from nnlib.doctor.questions.problems import Problem
from nnlib.doctor.search.hypotheses import Evidence, Hypothesis
from nnlib.doctor.search.matching import judged, of, stretched


@cache
def groups(setting) -> tuple:
    """(stage, scope, candidates) of those that replace one stage in the same layers; then ("", "", all others)."""
    found = []
    for spelling, scope, edits in scoped_edits(setting):
        found.append((spelling.stage, scope, [_of_edit(e, spelling, scope) for e in edits]))
    by_place: dict = {}
    for c in (*weighings(setting), *named(setting)):
        alone = len(c.stages) == 1 and not {"X", "E"} & set(c.stages)
        if not c.number:
            by_place.setdefault((next(iter(c.stages)), c.scope) if alone else ("", ""), []).append(c)
    rest = by_place.pop(("", ""))
    return (*found, *((*place, group) for place, group in by_place.items()), ("", "", rest))


def _of_edit(edit, spelling, scope) -> Candidate:
    cost = KIND_COST[edit.kind] + 0.1 * (not spelling.whole) + 0.15 * bool(spelling.of)
    another_slope = spelling.stage == "delta" and edit.kind not in ("drop", "twice", "slope of")
    if another_slope and scope == OUT and spelling.of != "output delta":  # another cost is likelier
        cost += 0.15 + 0.15 * (spelling.scopes == (OUT,))
    return Candidate("", {spelling.stage: edit.wrong}, scope, (), cost, edit=edit, spelling=spelling)


def _answers(setting, problem: Problem):
    """(candidates, their arrays, which of them raise) for each group; many samples at once are asked of named mistakes alone."""
    for stage, scope, group in groups(setting):
        group = [c for c in group if c.edit is None] if "many" in problem.traits else group
        if not stage:
            some = [(c, arrays) for c in group if (arrays := answer(problem, setting, (c,))) is not None]
            yield [c for c, _ in some], list(zip(*(arrays for _, arrays in some))), [False] * len(some)
        elif group:
            yield group, *run(problem, setting, (), stage, scope, [c.stages[stage] for c in group])


class Table:
    """The answers of all candidates to one problem: for each array a stack of those of each shape."""

    def __init__(self, setting, problem: Problem):
        self.setting, self.truth = setting, right(problem, setting)
        self.candidates: list[Candidate] = []
        stacks: list[dict] = [{} for _ in self.truth]  # for each array: shape -> [(numbers of candidates, rows)]
        dead: list[bool] = []
        with np.errstate(all="ignore"):
            for group, arrays, failed in _answers(setting, problem):
                self._add(stacks, group, arrays)
                dead += list(failed)
        self.stacks = [{s: tuple(map(np.concatenate, zip(*found))) for s, found in rows.items()} for rows in stacks]
        self.costs = np.array([c.cost + SCOPE_COST.get(c.scope, 0.05) for c in self.candidates])
        self.alive = np.ones(len(self.candidates), bool)
        c = self.factors(self.truth, [1e-9] * len(self.truth))
        self.as_right = np.isclose(c, 1, atol=1e-9) | np.isinf(c)
        with np.errstate(all="ignore"):  # the factors name edits that only rescale the whole gradient
            same = (np.abs(c - c[:, :1]) <= 1e-7 * np.abs(c)).all(axis=1) & (c != 0).all(axis=1)
        same &= np.array([m.edit is not None for m in self.candidates])
        self.alive = ~np.array(dead, bool) & ~self.as_right.all(axis=1) & ~same

    def _add(self, stacks, candidates, arrays) -> None:
        """Stack the arrays of some candidates: K of them in front of one array, or a list where their shapes may differ."""
        start, step = len(self.candidates), self.setting.kind == "train_step"
        self.candidates += candidates
        for k, values in enumerate(arrays):
            if isinstance(values, np.ndarray) and values.ndim > self.truth[k].ndim:
                numbers = np.arange(start, start + len(candidates))
                stacks[k].setdefault(values.shape[1:], []).append((numbers, values.reshape(len(values), -1)))
                continue
            for i, v in enumerate(values if isinstance(values, list | tuple) else ()):
                v = stretched(v, self.truth[k].shape) if step and v is not None else v
                if v is not None:
                    stacks[k].setdefault(v.shape, []).append((np.array([start + i]), v.reshape(1, -1)))

    def factors(self, arrays, tolerances) -> np.ndarray:
        """factor[i, k] with arrays[k] = factor * candidate i's array k; nan where it is no multiple, inf where unknown."""
        result = np.empty((len(self.candidates), len(arrays)))
        for k, v in enumerate(arrays):
            if v is None:
                result[:, k] = np.inf
                continue
            result[:, k] = multiple(v, self.truth[k], tolerances[k]) if v.shape == self.truth[k].shape else np.nan
            for shape, (index, rows) in self.stacks[k].items():
                result[index, k] = _multiples(v.ravel(), rows, tolerances[k]) if shape == v.shape else np.nan
        result[~self.alive] = np.nan
        return result


def _multiples(v: np.ndarray, rows: np.ndarray, tolerance: float) -> np.ndarray:
    """For each row u the number c with v = c u, within the tolerance; nan where there is none, inf for two zeros."""
    with np.errstate(all="ignore"):
        squares = (rows**2).sum(axis=1)
        empty = squares < NOTHING**2
        c = rows @ v / np.where(empty, 1.0, squares)
        size = np.linalg.norm(v)
        if size < NOTHING:
            return np.where(empty, np.inf, 0.0)
        rest = np.linalg.norm(v - c[:, None] * rows, axis=1)
        return np.where((rest <= tolerance * size) & (c != 0), c, np.nan)


@cache
def table(setting, problem: Problem) -> Table:
    """The table for one problem, built at first use."""
    return Table(setting, problem)


ALIKE = 0.15  # hypotheses whose costs are this close are about as simple
MOST = 80  # candidates that fit one problem and are tried on the others
UNITS = {
    "": lambda p: 1.0,
    " / T": lambda p: 1.0 / len(p.X),
    " · rate": lambda p: p.rate,
    " / rate": lambda p: 1.0 / p.rate,
}
FIRSTS, PARTNERS, SECONDS = 12, 75, 0.4  # of pairs: how many firsts, how many partners to each, and how long


def explain(evidence: Evidence) -> list[Hypothesis]:
    """Every hypothesis of one mistake, the simplest first: the right gradient times factors, then single candidates."""
    found: list[Hypothesis] = []
    if not evidence.problems:
        return found
    for look, enough in ((_factors, 1.35), (_candidates, 1.45), (_numbered, np.inf), (_two_factors, np.inf)):
        found += look(evidence, min((h.cost for h in found), default=np.inf))
        if found and min(h.cost for h in found) <= enough:
            break
    return sorted(found, key=lambda h: h.cost)


def _factors(evidence, best: float):
    return judged(evidence, Hypothesis())


def _two_factors(evidence, best: float):
    return judged(evidence, Hypothesis(), two=True)


def _candidates(evidence: Evidence, best: float) -> list[Hypothesis]:
    """Single candidates: those that give the first problem, on all of them, as long as they may be as simple as the best."""
    shelf = table(evidence.setting, evidence.problems[0])
    values = shelf.factors(evidence.arrays[0], evidence.tolerances[0])
    shows = ((values != 0) & ~shelf.as_right).any(axis=1)  # zeros show nothing
    fitting = np.flatnonzero(~np.isnan(values).any(axis=1) & shows)
    left = np.where(np.isfinite(values[fitting]), values[fitting], 1.0)
    scaled = (np.abs(left - 1) > 1e-6).any(axis=1)
    least = 1 + shelf.costs[fitting] + scaled  # a factor besides costs 1 or more
    order = np.lexsort((shelf.costs[fitting], scaled))
    found = fitting[order[least[order] <= best + ALIKE]][:MOST]
    return [h for i in found for h in judged(evidence, of((shelf.candidates[i],), evidence.setting))]


def _numbered(evidence: Evidence, best: float) -> list[Hypothesis]:
    """Mistakes with one unknown number, read off the first array that shows it."""
    found, p, setting = [], evidence.problems[0], evidence.setting
    for c in (c for c in named(setting) if c.number):
        plain, moved = (answer(p, setting, (c,), n) for n in (0.0, 1e-6))
        for number in _numbers(evidence, plain, moved) if plain is not None and moved is not None else ():
            for unit, scale in UNITS.items():
                found += judged(evidence, of((c,), setting, number / scale(p), unit, scale=scale))
    return found


def _numbers(evidence: Evidence, plain, moved) -> list[float]:
    """What the number may be: by least squares of each wrong array on the right one and on what the number adds."""
    numbers: list[float] = []
    for v, u, m, t in zip(evidence.arrays[0], plain, moved, evidence.tolerances[0]):
        if v is None or v.shape != u.shape or not np.isnan(multiple(v, u, t)) or np.array_equal(u, m):
            continue
        basis = np.array([u.ravel(), 1e6 * (m - u).ravel()]).T
        (c, n), *_ = np.linalg.lstsq(basis, v.ravel(), rcond=None)
        if c and np.linalg.norm(basis @ (c, n) - v.ravel()) <= 1e-7 * np.linalg.norm(v) and abs(n / c) < 1e6:
            numbers.append(n / c)
    return [n for i, n in enumerate(numbers) if not any(abs(n - m) < 1e-6 * abs(m) for m in numbers[:i])]


def explain_two(evidence: Evidence) -> list[Hypothesis]:
    """One candidate in some arrays only, the right gradient in the others; else two candidates that cover all arrays."""
    for look in (_in_some_arrays, _pairs):
        found = list(look(evidence))
        if found:
            return sorted(found, key=lambda h: h.cost)
    return []


def _in_some_arrays(evidence: Evidence) -> Iterator[Hypothesis]:
    """A choice of samples that is made in some lines only."""
    shelf, p = table(evidence.setting, evidence.problems[0]), evidence.problems[0]
    fits = ~np.isnan(shelf.factors(evidence.arrays[0], evidence.tolerances[0]))
    as_right = np.array([
        v is None or v.shape == u.shape and not np.isnan(multiple(v, u, t))
        for v, u, t in zip(evidence.arrays[0], right(p, evidence.setting), evidence.tolerances[0])
    ])  # fmt: skip
    places = evidence.part(1).places
    scope = places.scope_of(~as_right, np.ones(len(as_right), bool))
    some = [i for i in np.flatnonzero((fits | as_right).all(axis=1)) if "weigh" in shelf.candidates[i].stages]
    for i in sorted(some, key=lambda i: shelf.costs[i])[:MOST] if scope else ():
        yield from judged(evidence, of((shelf.candidates[i],), evidence.setting, only=scope))


def _pairs(evidence: Evidence) -> Iterator[Hypothesis]:
    """Two mistakes: the first explains some arrays by itself, the second leaves those as they are and changes the others."""
    shelf = table(evidence.setting, evidence.problems[0])
    values = shelf.factors(evidence.arrays[0], evidence.tolerances[0])
    fits = ~np.isnan(values)
    exact = np.abs(np.where(np.isfinite(values), values, 1) - 1).max(axis=1) < 1e-6
    firsts = np.flatnonzero((fits & ~shelf.as_right).any(axis=1) & shelf.alive)
    start, best = time.process_time(), np.inf
    for i in sorted(firsts, key=lambda i: (-fits[i].sum(), not exact[i], shelf.costs[i]))[:FIRSTS]:
        if best < 2.6 or time.process_time() - start > SECONDS:
            return
        kept, moved = (shelf.as_right | ~fits[i]).all(axis=1), ~(shelf.as_right | fits[i]).all(axis=1)
        rest = np.flatnonzero(shelf.alive & kept & moved)
        covered = (fits[rest] | fits[i]).sum(axis=1)
        for j in rest[np.lexsort((shelf.costs[rest], -covered))][:PARTNERS]:
            pair = (shelf.candidates[i], shelf.candidates[j])
            for both in (pair, pair[::-1]) if set(pair[0].stages) & set(pair[1].stages) else (pair,):
                for h in judged(evidence, of(both, evidence.setting)):
                    if all(_changes(evidence, c, both) for c in both):
                        best = min(best, h.cost)
                        yield h


def _changes(evidence: Evidence, alone, both) -> bool:
    """Do two mistakes give other numbers than one of them alone?"""
    for p in evidence.problems:
        one, two = answer(p, evidence.setting, (alone,)), answer(p, evidence.setting, both)
        if one is None or two is None:
            return one is not two
        if any(u.shape != v.shape or not np.allclose(u, v, rtol=1e-9, atol=1e-14) for u, v in zip(one, two)):
            return True
    return False
