"""One forward and backward pass in which mistakes replace stages, for one mistake or for a whole group of edits at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from nnlib.doctor.candidates.categories import category
from nnlib.doctor.candidates.edits import SCOPES, Edit, Spelling
from nnlib.doctor.candidates.expressions import RAISES, Values, evaluate
from nnlib.doctor.candidates.program import STAGES, factor_of, names_of, right_of


@dataclass(frozen=True, eq=False)
class Candidate:
    """A mistake that may have been made: its category, what it replaces and where, and how unlikely it is.

    `stages` maps a stage to its wrong expression, or to a function of (values, l). Besides the stages of `program` there
    are "X" and "E", what is done to the data first, "weigh", T -> how much each sample counts, and "result", (values, dW, db)
    -> (dW, db) at the end. `update` is the plan of a step: (gradient, problem) -> (weights, biases).
    `also` names categories that give the same numbers. `words` and `line` say it; those of an edit are made from the edit.
    """

    category: str
    stages: dict = field(default_factory=dict)
    scope: str = "everywhere"
    also: tuple[str, ...] = ()
    cost: float = 0.0
    words: str = ""
    line: str = ""
    edit: Edit | None = None
    spelling: Spelling | None = None  # of the edit

    @property
    def names(self) -> tuple[str, tuple[str, ...]]:
        """The category and the others that describe the same numbers; of an edit, looked up when it is asked for."""
        return category(self.edit, self.spelling) if self.edit else (self.category, self.also)

    update: Callable | None = None
    number: bool = False  # one unknown number is fitted: values.number


def answer(problem, setting, candidates=(), number: float = 0.0) -> list | None:
    """The gradients (dW then db) of a problem with these mistakes made; None where NumPy refuses the shapes.

    Of a step, the gradient that an ordinary step would have needed: (old - new) / rate.
    """
    update = next((m.update for m in candidates if m.update), None)
    try:
        with np.errstate(all="ignore"):
            if update is None:
                arrays = _single(problem, setting, candidates, number)
            else:
                arrays = _stepped(problem, setting, candidates, update)
            return [np.asarray(g, dtype=float) for g in arrays]
    except RAISES:
        return None


def _stepped(p, setting, candidates, update):
    rest = tuple(m for m in candidates if not m.update)

    def gradient(weights, biases, X=p.X, E=p.E):
        arrays = _single(p.but(weights=tuple(weights), biases=tuple(biases), X=X, E=E), setting, rest, 0.0)
        return arrays[: len(weights)], arrays[len(weights) :]

    new = update(gradient, p)
    return [(v - w) / p.rate for old, now in zip((p.weights, p.biases), new) for v, w in zip(old, now)]


def _single(problem, setting, candidates, number):
    arrays, failed = run(problem, setting, candidates, number=number)
    if failed is not None:
        raise ValueError("this mistake raises here")
    return arrays


def run(problem, setting, candidates=(), stage=None, scope=None, exprs=(), number=0.0):
    """(arrays, failed): the 2L gradients with the candidates' stages replaced; and for a group of edits of one stage

    (`exprs` in `scope`) each array that differs among them as a list of K values or one array with K in front; `failed`
    is then a list of K flags: this edit raises. None stands for a failure of the candidates themselves.
    """
    c = Values(problem, names_of(setting, problem.layers))
    c.number = number
    dead = np.zeros(len(exprs), bool)
    slots = _slots(c, setting, candidates)
    group = (stage, SCOPES[scope], exprs, dead) if len(exprs) else (None, None, (), dead)
    _data(c, candidates)
    for l in range(c.L):
        c.Z[l] = _stage("affine", l, c, slots, group, (c.T, len(c.b[l])))
        c.A[l + 1] = _stage("activate", l, c, slots, group, c.Z[l].shape[-2:])
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
    dW, db = c.dW, c.db
    if setting.decay:
        dW = [_plus(g, setting.decay * W) for g, W in zip(dW, c.W)]
    for m in candidates:
        if "result" in m.stages:
            dW, db = m.stages["result"](c, dW, db)
    return [*dW, *db], (dead if len(exprs) else None)


def _plus(g, term):
    return [v + term if v is not None else None for v in g] if isinstance(g, list) else g + term


def _data(c, candidates) -> None:
    """Let the mistakes change the inputs and the targets."""
    for m in candidates:
        for name in ("X", "E"):
            if name in m.stages:
                setattr(c, name, evaluate(m.stages[name], c, 0))
    c.A[0] = c.X


def _slots(c, setting, candidates):
    """For each stage and layer the expression or function in its place, and whether it is the right one."""
    slots = {}
    for stage in STAGES:
        row = [(right_of(setting, stage, name), True) for name in c.names]
        for m in candidates:
            if stage in m.stages:
                inside = SCOPES[m.scope]
                row = [(m.stages[stage], False) if inside(l, c.L) else old for l, old in enumerate(row)]
        slots[stage] = row
    return slots


def _stage(stage, l, c, slots, group, shape):
    """The value of one stage in one layer: of the right expression at once, of edits one by one."""
    edited, inside, exprs, dead = group
    if stage == edited and inside(l, c.L):
        return _each(exprs, c, l, shape, dead)
    e, right = slots[stage][l]
    if callable(e):
        return _fitting(e(c, l), shape)
    batched = len(exprs) and any(v is not None and v.ndim == 3 for row in (c.A, c.Z, c.dA, c.dZ) for v in row)
    if right or not batched:
        return _fitting(evaluate(e, c, l, None), shape)
    return _each([e] * len(exprs), c, l, shape, dead)


def _fitting(value, shape):
    """The value stretched to the shape of its stage; ValueError where it has another."""
    if shape is None:
        return np.asarray(value)
    value = np.asarray(value)
    if value.shape[-2:] == tuple(shape) and value.ndim >= 2:
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
