"""Follow a learner's rule over several steps, in the form in which it is written."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from nnlib.doctor.running.calling import attempt
from nnlib.doctor.running.signature import by_place

STEPS, SIZE = 7, 5


@dataclass(frozen=True)
class Followed:
    """What a rule moved by, m_k, for the gradients g_k at the weights w_k, all (STEPS, SIZE); was it an update of weights?"""

    m: np.ndarray
    g: np.ndarray
    w: np.ndarray
    update: bool


# each form: (rule, w, g, memory) -> (w, m, memory), the weights changed or m given
def _of_list(rule, w, g, memory):
    m, memory = rule([g], memory)
    return w, m, memory


def _of_array(rule, w, g, memory):
    m, memory = rule(g, memory)
    return w, m, memory


def _of_its_own(rule, w, g, memory):
    return w, rule(g), memory


def _update(rule, w, g, memory):
    new = rule(w, g)
    return (w if new is None else new), None, memory


FORMS = {"rule": (_of_list, _of_array), "m": (_of_its_own,), "update": (_update,)}


def follow(rule: Callable, form: str | None, seed: int) -> Followed | str:
    """The moves in the given form, else in the first one that runs; or what it raised."""
    rng = np.random.default_rng(seed)
    g, w, raised = rng.standard_normal((STEPS, SIZE)), rng.standard_normal(SIZE), ""
    for name in (form,) if form else _likely(rule):
        for call in FORMS[name]:
            outcome = attempt(_moves, _fresh(rule), call, g, w)
            if not outcome.raised:
                return Followed(outcome.value[0], g, outcome.value[1], name == "update")
        raised = raised or f"as {name!r} it raised {outcome.raised}" + (f" ({outcome.line})" if outcome.line else "")
    return raised


def _moves(rule, call, g, w) -> tuple[np.ndarray, np.ndarray]:
    """(m_k, w_k) of one step after another."""
    memory, moves, weights = None, [], []
    for slope in g:
        weights.append(w.copy())
        new, m, memory = call(rule, w, slope.copy(), memory)
        w = _array(new)
        moves.append(weights[-1] - w if m is None else _array(m))
    return np.array(moves), np.array(weights)


def _array(value) -> np.ndarray:
    while isinstance(value, list | tuple) and len(value) == 1:
        value = value[0]
    array = np.asarray(value, dtype=float)
    if array.shape not in ((), (SIZE,)):
        raise ValueError(f"expected {SIZE} numbers, got shape {array.shape}")
    return np.broadcast_to(array, SIZE).copy()  # a first velocity may be 0


def _fresh(rule):
    try:
        return copy.deepcopy(rule)
    except Exception:  # a lock, a file: then it is used as it is
        return rule


def _likely(rule) -> tuple[str, ...]:
    """The forms to try, likeliest first."""
    wanted = by_place(rule)
    if wanted is None:
        return ("update", "rule")
    if len([p for p in wanted if p.default is p.empty]) <= 1:
        return ("m", "rule") if len(wanted) < 2 else ("rule", "m", "update")
    of_gradient = wanted[0].name.lower().lstrip("_").startswith(("g", "d"))
    return ("rule", "update") if of_gradient else ("update", "rule")
