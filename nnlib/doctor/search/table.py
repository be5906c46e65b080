"""All candidates answered once: a table of their arrays for one problem, which one product compares with the learner's."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np

from nnlib.doctor.candidates.edits import KIND_COST, OUT, SCOPE_COST, scoped_edits
from nnlib.doctor.candidates.mistakes import named, weighings
from nnlib.doctor.candidates.passes import Candidate, answer, run
from nnlib.doctor.questions.exam import NOTHING, multiple, right
from nnlib.doctor.questions.problems import Problem
from nnlib.doctor.search.matching import stretched


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
    for stage, scope, group in groups(replace(setting, sizes=None)):  # they are the same for all widths
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
            self.stacks = [{s: _stacked(found) for s, found in rows.items()} for rows in stacks]
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
            for shape, (index, *rows) in self.stacks[k].items():
                result[index, k] = _multiples(v.ravel(), *rows, tolerances[k]) if shape == v.shape else np.nan
        result[~self.alive] = np.nan
        return result


def _stacked(found):
    """(numbers of candidates, their arrays as rows, the square of each row's length)."""
    numbers, rows = map(np.concatenate, zip(*found))
    return numbers, rows, (rows**2).sum(axis=1)


def _multiples(v: np.ndarray, rows: np.ndarray, squares: np.ndarray, tolerance: float) -> np.ndarray:
    """For each row u the number c with v = c u, within the tolerance; nan where there is none, inf for two zeros."""
    size, empty, result = np.linalg.norm(v), squares < NOTHING**2, np.full(len(rows), np.nan)
    if size < NOTHING:
        return np.where(empty, np.inf, 0.0)
    with np.errstate(all="ignore"):
        along = rows @ v
        c = along / np.where(empty, 1.0, squares)
        left = size**2 - c * along  # the square of what c u leaves of v, but for rounding
        near = np.flatnonzero((c != 0) & (left <= (tolerance**2 + 1e-12) * size**2))
        rest = np.linalg.norm(v - c[near, None] * rows[near], axis=1)
    fitting = near[rest <= tolerance * size]
    result[fitting] = c[fitting]
    return result


@cache
def table(setting, problem: Problem) -> Table:
    """The table for one problem, built at first use."""
    return Table(setting, problem)
