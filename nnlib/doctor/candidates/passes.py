"""One forward and backward pass in which mistakes replace stages, for one mistake or for a whole group of edits at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache, lru_cache

import numpy as np

from nnlib.doctor.candidates.categories import rule_of
from nnlib.doctor.candidates.edits import SCOPES, Edit, Spelling
from nnlib.doctor.candidates.expressions import RAISES, Values, evaluate
from nnlib.doctor.candidates.program import STAGES, factor_of, names_of, right_of


@dataclass(frozen=True, eq=False)
class Candidate:
    """A mistake that may have been made: its category, what it replaces and where, and how unlikely it is.

    `stages` maps a stage to its wrong expression. Besides the stages of `program` there are "X" and "E", what is done to the
    data first, "weigh", T -> how much each sample counts, and "dW" and "db", what is done to the gradients at the end.
    `update` is the plan of a step: (gradient, problem) -> (weights, biases).
    `also` names categories that give the same numbers. `words` says it; those of an edit are made from the edit.
    """

    category: str
    stages: dict = field(default_factory=dict)
    scope: str = "everywhere"
    also: tuple[str, ...] = ()
    cost: float = 0.0
    words: str = ""
    edit: Edit | None = None
    spelling: Spelling | None = None  # of the edit

    update: Callable | None = None
    number: bool = False  # one unknown number is fitted: the leaf `number`

    @property
    def names(self) -> tuple[str, tuple[str, ...]]:
        """The category and the others that describe the same numbers; of an edit, looked up when it is asked for."""
        rule = rule_of(self.edit, self.spelling) if self.edit else self
        return rule.category, rule.also


def answer(problem, setting, candidates=(), number: float = 0.0) -> list | None:
    """The gradients (dW then db) of a problem with these mistakes made; None where NumPy refuses the shapes.

    Of a step, the gradient that an ordinary step would have needed: (old - new) / rate.
    """
    plan, rest = next((m.update for m in candidates if m.update), None), tuple(m for m in candidates if not m.update)

    def gradient(weights, biases, X, E):
        p = problem.but(weights=tuple(weights), biases=tuple(biases), X=X, E=E)
        arrays = run(p, setting, rest)[0]
        return arrays[: p.layers], arrays[p.layers :]

    try:
        with np.errstate(all="ignore"):
            if plan is None:
                arrays = run(problem, setting, candidates, number=number)[0]
            else:
                new = plan(gradient, problem)
                pairs = zip((*problem.weights, *problem.biases), (*new[0], *new[1]))
                arrays = [(v - w) / problem.rate for v, w in pairs]
            return [np.asarray(g, dtype=float) for g in arrays]
    except RAISES:
        return None


def run(problem, setting, candidates=(), stage=None, scope=None, exprs=(), number=0.0):
    """(arrays, dead): the 2L gradients with the candidates' stages replaced.

    For K edits of one stage, `exprs` in `scope`, each array that differs among them is a list of K values or one array with
    K in front, and `dead` holds K flags: this edit raises.
    """
    dead = np.zeros(len(exprs), bool)
    group = (stage, SCOPES[scope], exprs, dead) if len(exprs) else NO_GROUP
    changed = {stage}.union(*(m.stages for m in candidates))
    if changed.isdisjoint(FORWARD):
        c = _right_values(problem, setting).copy()
    else:
        c = _forward(problem, setting, candidates, group, number)
    c.number = number
    slots = _slots(setting, c.names, candidates)
    top = c.L - 1
    shape = c.A[-1].shape[-2:]
    c.dA[top] = _stage("cost", top, c, slots, group, shape) * factor_of(setting, len(problem.X), shape[-1])
    weights = [m.stages["weigh"](c.T) for m in candidates if "weigh" in m.stages]
    weights += [np.array([weigh(c.T) for weigh in exprs])] if stage == "weigh" else []
    for w in weights:  # how much each sample counts, 1 where all is right
        c.dA[top] = c.dA[top] * w[..., None]
    for l in range(top, -1, -1):
        c.dZ[l] = _stage("delta", l, c, slots, group, c.A[l + 1].shape[-2:])
        c.dW[l] = _stage("weight", l, c, slots, group, None)
        c.db[l] = _stage("bias", l, c, slots, group, None)
        if l:
            c.dA[l - 1] = _stage("carry", l, c, slots, group, c.A[l].shape[-2:])
    if setting.decay:
        c.dW = [_plus(g, setting.decay * W) for g, W in zip(c.dW, c.W)]
    dW, db = ([_stage(name, l, c, slots, group, None) for l in range(c.L)] for name in ("dW", "db"))
    return [*dW, *db], dead


FORWARD = {"X", "E", "affine", "activate"}  # what a forward pass is made of
NO_GROUP = (None, None, (), None)


def _forward(problem, setting, candidates, group, number) -> Values:
    """The values of a forward pass with mistakes, and of the data."""
    c = Values(problem, names_of(setting, problem.layers))
    c.number = number
    slots = _slots(setting, c.names, candidates)
    for m in candidates:
        for name in ("X", "E"):
            if name in m.stages:
                setattr(c, name, evaluate(m.stages[name], c, 0))
    c.A[0] = c.X
    for l in range(c.L):
        c.Z[l] = _stage("affine", l, c, slots, group, (c.T, len(c.b[l])))
        c.A[l + 1] = _stage("activate", l, c, slots, group, c.Z[l].shape[-2:])
    return c


@lru_cache(64)
def _right_values(problem, setting) -> Values:
    """The values of the right forward pass, kept for the mistakes that come after it."""
    return _forward(problem, setting, (), NO_GROUP, 0.0)


def _plus(g, term):
    return [v + term if v is not None else None for v in g] if isinstance(g, list) else g + term


def _slots(setting, names, candidates) -> dict:
    """For each stage and layer the expression in its place, and whether it is the right one."""
    slots = dict(_right_slots(setting, names))
    for m in candidates:
        inside = SCOPES[m.scope]
        for stage in m.stages.keys() & slots:
            slots[stage] = [
                (m.stages[stage], False) if inside(l, len(names)) else old for l, old in enumerate(slots[stage])
            ]
    return slots


@cache
def _right_slots(setting, names: tuple[str, ...]) -> dict:
    return {stage: [(right_of(setting, stage, name), True) for name in names] for stage in (*STAGES, "dW", "db")}


def _stage(stage, l, c, slots, group, shape):
    """The value of one stage in one layer: of the right expression at once, of edits one by one."""
    edited, inside, exprs, dead = group
    if stage == edited and inside(l, c.L):
        return _each(exprs, c, l, shape, dead)
    e, right = slots[stage][l]
    if e is None:  # nothing is done to the gradients
        return getattr(c, stage)[l]
    if right or not any(v is not None and v.ndim == 3 for row in (c.A, c.Z, c.dA, c.dZ) for v in row):
        return _fitting(evaluate(e, c, l, None), shape)
    return _each([e] * len(exprs), c, l, shape, dead)


def _fitting(value, shape):
    """The value stretched to the shape of its stage; ValueError where it has another."""
    value = np.asarray(value)
    if shape is None or value.shape[-2:] == tuple(shape) and value.ndim >= 2:
        return value
    return np.broadcast_to(value, (*value.shape[:-2], *shape) if value.ndim > 2 else shape)


def _each(exprs, c, l, shape, dead):
    """The values of K expressions, one for each edit: an array with K in front, a list where shapes may differ."""
    values = []
    for k, e in enumerate(exprs):
        value = None
        if not dead[k]:
            try:
                value = _fitting(evaluate(e, c, l, k), shape)
            except RAISES:
                dead[k] = True
        if value is None and shape is not None:
            value = np.zeros(shape)
        values.append(value)
    return values if shape is None else np.array(values)
