"""What every candidate answers on one problem, stacked, so that one product compares them all with the learner's arrays."""

from __future__ import annotations

from functools import cache

import numpy as np

from nnlib.doctor.candidates import mistakes
from nnlib.doctor.candidates.edits import KIND_COST, OUT, SCOPE_COST, scoped_edits
from nnlib.doctor.candidates.passes import Candidate, answer, run
from nnlib.doctor.candidates.plans import PLANS, stepped
from nnlib.doctor.candidates.program import STAGES
from nnlib.doctor.questions.exam import NOTHING, multiple, right
from nnlib.doctor.questions.problems import Problem


class Table:
    """The answers of all candidates to one problem, so that one product compares them all with an answer."""

    def __init__(self, setting, problem: Problem):
        self.setting, self.problem = setting, problem
        self.truth = right(problem, setting)
        self.candidates: list[Candidate] = []
        self._rows: list[dict] = [{} for _ in self.truth]  # for each array: shape -> [(numbers of candidates, rows)]
        self.dead: list[bool] = []
        with np.errstate(all="ignore"):
            if "many" not in problem.traits:  # what shows with many samples alone is a choice of samples
                self._edits()
            self._weighings()
            self._named()
        self.stacks = [
            {
                shape: (np.concatenate([i for i, _ in found]), np.concatenate([r for _, r in found]))
                for shape, found in rows.items()
            }
            for rows in self._rows
        ]
        self.as_right = np.ones((len(self.candidates), len(self.truth)), bool)
        for k, stack in enumerate(self.stacks):
            for shape, (index, rows) in stack.items():
                same = shape == self.truth[k].shape
                self.as_right[index, k] = (
                    same and np.isclose(_factors(self.truth[k].ravel(), rows, 1e-9), 1, atol=1e-9) if same else False
                )
        self.alive = ~np.array(self.dead, bool) & ~self.as_right.all(axis=1)
        self.alive &= ~self._multiples_of_the_right_one()
        self.costs = np.array([c.cost + SCOPE_COST.get(c.scope, 0.05) for c in self.candidates])

    def _multiples_of_the_right_one(self):
        """Candidates that only rescale the whole gradient: the factors name those."""
        self.alive = np.ones(len(self.candidates), bool)
        c = self.factors(self.truth, [1e-9] * len(self.truth))
        with np.errstate(all="ignore"):
            same = (np.abs(c - c[:, :1]) <= 1e-7 * np.abs(c)).all(axis=1) & (c != 0).all(axis=1)
        return same & np.array(["weigh" not in m.stages for m in self.candidates])

    def _add(self, candidates, arrays, dead):
        start, K = len(self.candidates), len(candidates)
        self.candidates += list(candidates)
        self.dead += list(dead)
        for k, values in enumerate(arrays):
            if isinstance(values, list):
                for i, v in enumerate(values):
                    if v is not None and (v := self._as_returned(np.asarray(v, float), k)) is not None:
                        self._rows[k].setdefault(v.shape, []).append((np.array([start + i]), v.reshape(1, -1)))
            elif values.ndim == self.truth[k].ndim + 1 and len(values) == K:
                self._rows[k].setdefault(values.shape[1:], []).append(
                    (np.arange(start, start + K), values.reshape(K, -1))
                )

    def _as_returned(self, v, k):
        """The value in the shape in which a step shows it: stretched against the parameter; None where that fails."""
        return stretched(v, self.truth[k].shape) if self.setting.kind == "train_step" else v

    def _edits(self):
        for spelling, scope, edits in scoped_edits(self.setting):
            group = _candidates(self.setting, spelling, scope, edits)
            wrong = [e.wrong for e in edits]
            arrays, dead = run(self.problem, self.setting, (), spelling.stage, scope, wrong)
            self._add(group, arrays, dead)

    def _weighings(self):
        group = mistakes.weighings(self.setting)
        arrays, dead = run(self.problem, self.setting, (), "weigh", "everywhere", [c.stages["weigh"] for c in group])
        self._add(group, arrays, dead)

    def _named(self):
        groups, rest = _grouped(self.setting)
        for (stage, scope), group in groups.items():
            self._add(group, *run(self.problem, self.setting, (), stage, scope, [c.stages[stage] for c in group]))
        found = [(c, answer(self.problem, self.setting, (c,))) for c in rest]
        usable = [(c, a) for c, a in found if a is not None and len(a) == len(self.truth)]
        self._add(
            [c for c, _ in usable], [[a[k] for _, a in usable] for k in range(len(self.truth))], [False] * len(usable)
        )

    def factors(self, arrays, tolerances) -> np.ndarray:
        """factor[i, k] with arrays[k] = factor * candidate i's array k; nan where it is no multiple, inf where unknown."""
        result = np.empty((len(self.candidates), len(arrays)))
        for k, v in enumerate(arrays):
            if v is None:
                result[:, k] = np.inf
                continue
            result[:, k] = multiple(v, self.truth[k], tolerances[k]) if v.shape == self.truth[k].shape else np.nan
            for shape, (index, rows) in self.stacks[k].items():
                result[index, k] = _factors(v.ravel(), rows, tolerances[k]) if shape == v.shape else np.nan
        result[~self.alive] = np.nan
        return result


def _factors(v: np.ndarray, rows: np.ndarray, tolerance: float) -> np.ndarray:
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
def _candidates_of(setting):
    return {}


def _candidates(setting, spelling, scope, edits) -> list[Candidate]:
    """The candidates of a group of edits, made once for each setting."""
    known = _candidates_of(setting)
    key = (spelling, scope)
    if key not in known:
        known[key] = [_of_edit(e, spelling, scope) for e in edits]
    return known[key]


def _of_edit(edit, spelling, scope) -> Candidate:
    cost = KIND_COST[edit.kind] + 0.1 * (not spelling.whole) + 0.15 * bool(spelling.of)
    another_slope = (
        spelling.stage == "delta" and spelling.of != "output delta" and edit.kind not in ("drop", "twice", "slope of")
    )
    cost += (0.15 + 0.15 * (spelling.scopes == (OUT,))) * (
        another_slope and scope == OUT
    )  # at the output alone another cost is likelier
    return Candidate("", {spelling.stage: edit.wrong}, scope, (), cost, edit=edit, spelling=spelling)


@cache
def _grouped(setting):
    """The named mistakes: those of one expression by stage and scope, which are evaluated together, and the rest."""
    groups, rest = {}, []
    for c in (*mistakes.named(setting), *((*stepped(), *PLANS) if setting.kind == "train_step" else ())):
        stage = next(iter(c.stages), "")
        if len(c.stages) == 1 and stage in STAGES and isinstance(c.stages[stage], tuple):
            groups.setdefault((stage, c.scope), []).append(c)
        else:
            rest.append(c)
    return groups, rest


@cache
def table(setting, problem: Problem) -> Table:
    """The table for one problem, built at first use."""
    return Table(setting, problem)


def stretched(v, shape):
    """What is left of an array after it was subtracted from a parameter of this shape; None where it cannot be."""
    if v.shape == shape:
        return v
    try:
        return np.broadcast_to(v, np.broadcast_shapes(v.shape, shape))
    except ValueError:
        return None
