"""Judge a rule with state, such as momentum or Adam, over several steps, against the field's definition and its usual slips."""

from __future__ import annotations

import copy
import inspect
import itertools
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from nnlib.doctor.rules.optimisers import ALSO, CHOICES, RULES, SLIPS, USES, USUAL, Terms, moves
from nnlib.doctor.running.calling import attempt
from nnlib.doctor.sums import multiple, shares
from nnlib.doctor.verdict import Verdict, no_verdict, noted, verdict, wrong

STEPS, SIZE = 7, 5


def diagnose_rule(
    rule: Callable, like: str, *, rate: float | None = None, form: str | None = None, seed: int = 0, **constants
) -> Verdict:
    """Say whether a rule with state is the field's momentum, nesterov, rmsprop, adagrad, adam, adamw or weight decay.

    `rule(g, memory) -> (m, memory)` as in nnlib.rules (g one array or a list of arrays), `m(g)` of an object that keeps its
    state, or `update(w, g) -> w` (or w changed in place); `form` says which ("rule", "m", "update") where it cannot be
    found. Without `rate` and constants (beta=0.9, beta2=0.999, eps=1e-8, decay=0.01) what only rescales is right, and said.
    Raises ValueError for an unknown `like` or constant.
    """
    name = getattr(rule, "__name__", type(rule).__name__)
    kind = ALSO.get(like, like)
    if kind not in RULES:
        raise ValueError(f"like: expected one of {', '.join([*RULES, *ALSO])}, got {like!r}")
    said = {{"beta1": "beta", "momentum": "beta", "weight_decay": "decay"}.get(k, k): v for k, v in constants.items()}
    unknown = set(said) - {"beta", "beta2", "eps", "decay"}
    if unknown:
        raise ValueError(f"expected constants out of beta, beta2, eps, decay, got {', '.join(sorted(unknown))}")
    rng = np.random.default_rng(seed)
    g, w = rng.standard_normal((STEPS, SIZE)), rng.standard_normal(SIZE)
    found, how, weights = _followed(rule, g, w, form)
    if found is None:
        return no_verdict(name, how + ".")
    declared = USUAL.get(like, {}) | said
    return _named(name, kind, Terms(**declared), said, found, g, weights, rate, how == "update")


def _followed(rule, g, w, form) -> tuple[np.ndarray | None, str, np.ndarray]:
    """What the rule moves by at each step, in the first form that runs; or None and what it raised."""
    raised = ""
    for how in (form,) if form else _forms(rule):
        outcome = attempt(_FOLLOW[how], _fresh(rule), g, w.copy())
        if not outcome.raised:
            found = outcome.value
            passed = np.concatenate([np.zeros((1, SIZE)), np.cumsum(found, axis=0)[:-1]]) if how == "update" else 0
            return found, how, w - passed + np.zeros_like(g)
        raised = raised or f"as {how!r} it raised {outcome.raised}" + (f" ({outcome.line})" if outcome.line else "")
    return None, raised, w


def _fresh(rule):
    try:
        return copy.deepcopy(rule)
    except Exception:  # a lock, a file: then it is used as it is
        return rule


def _forms(rule) -> Iterator[str]:
    try:
        wanted = [
            p
            for p in inspect.signature(rule).parameters.values()
            if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)
        ]
    except (TypeError, ValueError):
        wanted = [None, None]
    required = [p for p in wanted if p is None or p.default is p.empty]
    if len(required) <= 1:
        yield from ("m", "rule") if len(wanted) < 2 else ("rule", "m", "update")
    elif wanted[0] is not None and wanted[0].name.lower().lstrip("_").startswith(("g", "d")):
        yield from ("rule", "update")
    else:
        yield from ("update", "rule")


def _array(value, size):
    while isinstance(value, list | tuple) and len(value) == 1:
        value = value[0]
    array = np.asarray(value, dtype=float)
    if array.shape == ():  # a first velocity of 0
        array = np.full(size, float(array))
    if array.shape != (size,):
        raise ValueError(f"expected {size} numbers, got shape {array.shape}")
    return array.copy()


def _as_rule(rule, g, w):
    for wrapped in (True, False):
        memory, found = None, []
        try:
            for slope in g:
                m, memory = rule([slope.copy()] if wrapped else slope.copy(), memory)
                found.append(_array(m, len(slope)))
            return np.array(found)
        except (TypeError, ValueError, AttributeError, IndexError):
            if not wrapped:
                raise
    return None


def _as_m(rule, g, w):
    return np.array([_array(rule(slope.copy()), len(slope)) for slope in g])


def _as_update(rule, g, w):
    found = []
    for slope in g:
        before = w.copy()
        new = rule(w, slope.copy())
        w = w if new is None else _array(new, len(slope))
        found.append(before - w)
    return np.array(found)


_FOLLOW = {"rule": _as_rule, "m": _as_m, "update": _as_update}


def _named(name, kind, terms, said, found, g, weights, rate, moved) -> Verdict:
    """The first of these that gives the moves: the rule, one of its slips, the rule with a schedule, momentum in another form."""
    if not np.isfinite(found).all():
        return _wrong(name, "nan", "numbers that are not finite appear")
    if (made := match(kind, terms, _free(kind, terms, said), found, g, weights)) is not None:
        return _by_factor(name, kind, terms, *made, rate, moved)
    for category, words, kinds, change in SLIPS:
        if kinds is None or kind in kinds:
            free = [k for k in _free(kind, terms, said) if k not in change]
            if (made := match(kind, replace(terms, **change), free, found, g, weights)) is not None:
                other = made[0]
                return _wrong(name, category, words, [f"beta = {other.beta:g}"] if other.beta != terms.beta else [])
    scheduled = _scheduled(kind, terms, _free(kind, terms, said), found, g, weights)
    if scheduled is not None and (rate is None or abs(scheduled[0] / rate - 1) < 1e-6):
        numbers = ", ".join(f"{c:.4g}" for c in scheduled[:5])
        return _right(name, kind, [f"the rate changes from step to step: {numbers}, ..."])
    return _by_kernel(name, kind, terms, found, g, rate)


def _right(name, kind, notes) -> Verdict:
    return verdict(name, noted(), f"Right: this is {kind}.", notes=tuple(notes))


def _wrong(name, category, words, notes=()) -> Verdict:
    return verdict(name, wrong(category, words), where=frozenset({"rule"}), notes=tuple(notes))


def _by_factor(name, kind, terms, other: Terms, factor: float, rate, moved) -> Verdict:
    """The rule itself, up to a factor: which one is right depends on what was declared."""
    notes = [f"{k} = {v:g}" for k, v in vars(other).items() if v != getattr(terms, k) and isinstance(v, float)]
    notes += ["(1 - beta) stands before the gradient: a smaller step, the same path"] if other.share else []
    if factor < 0 and moved:
        return _wrong(name, "rule-sign", "the update goes uphill: along the gradient, not against it")
    if factor < 0:
        notes.append("the moves are added, as an update that is not subtracted; use them so")
    elif rate is None and abs(factor - 1) > 1e-6:
        notes.append(f"{factor:.4g} times the rule: the rate, inside or outside, only rescales")
    elif rate is not None and abs(factor / rate - 1) > 1e-6 and abs(factor - 1) > 1e-6:
        category = "rule-rate" if abs(factor / rate**2 - 1) < 1e-6 else "rule-formula"
        return _wrong(name, category, f"it moves by {factor:.4g} times the rule, where the rate is {rate:g}")
    return _right(name, kind, notes)


def _free(kind, terms: Terms, said) -> list[str]:
    """The constants that were not declared."""
    decay = ("decay",) if terms.decay or kind == "plain" else ()
    return [k for k in (*USES[kind], *decay) if k not in said]


def _candidates(kind, terms, free, g, weights) -> Iterator[tuple[Terms, np.ndarray]]:
    """The moves of the rule for each choice of the free constants."""
    for chosen in varied(terms, free):
        m = moves(kind, chosen, g, weights)
        if np.isfinite(m).all() and m.any():
            yield chosen, m


def match(kind, terms, free, found, g, weights, close: float = 1e-7) -> tuple[Terms, float] | None:
    """(terms, factor) of the choice under which the rule makes these moves, up to one factor."""
    for chosen, m in _candidates(kind, terms, free, g, weights):
        factor = multiple(found.ravel(), m.ravel(), close)
        if factor and np.isfinite(factor):
            return chosen, factor
    return None


def _scheduled(kind, terms, free, found, g, weights) -> np.ndarray | None:
    """The factor of each step where every move is the rule's up to a positive one."""
    for _, m in _candidates(kind, terms, free, g, weights):
        size = (m * m).sum(axis=1, keepdims=True)
        factors = (found * m).sum(axis=1, keepdims=True) / np.where(size > 0, size, np.nan)
        if (factors > 0).all() and np.abs(found - factors * m).max() <= 1e-7 * np.abs(found).max():
            return factors[:, 0]
    return None


def varied(terms: Terms, free) -> Iterator[Terms]:
    """The terms themselves, and with one or two of the free constants as other people choose them."""
    yield terms
    for names in [*itertools.combinations(free, 1), *itertools.combinations(free, 2)]:
        for values in itertools.product(*(CHOICES[k] for k in names)):
            if all(v != getattr(terms, k) for k, v in zip(names, values)):
                yield replace(terms, **dict(zip(names, values)))


def _by_kernel(name, kind, terms, found, g, rate) -> Verdict:
    """Momentum is linear in the gradients: read off how much of each earlier gradient is in each move."""
    if kind not in ("momentum", "nesterov"):
        return _wrong(name, "rule-formula", f"over {STEPS} steps these are not the moves of {kind}")
    K = [shares(found[t], g[: t + 1], 1e-7) for t in range(3)]
    if any(k is None for k in K):
        return _wrong(name, "rule-formula", f"the moves are no sums of the gradients so far, as {kind} makes them")
    later, first = K[2][1] / K[1][1] if K[1][1] else 0.0, K[0][0] / K[1][1] if K[1][1] else 0.0
    steady = kind == "momentum" and abs(K[1][1] / K[2][2] - 1) < 1e-6
    if steady and abs(first - 1) > 1e-6:
        words = f"the first step is {first:.4g} times what the rule makes of it: the rate is not in it"
        return _wrong(name, "rule-rate", words)
    acts = f"what is carried over acts as {later:.4g}" + (f", not {terms.beta:g}" if terms.beta != later else "")
    if later < 0:
        return _wrong(name, "rule-sign", acts)
    if later < 0.2 or (rate and abs(later / (terms.beta * rate) - 1) < 1e-6):
        return _wrong(name, "rule-rate", acts + ": it is multiplied by the rate too")
    if kind == "momentum" and later < 1 and abs(K[2][0] / K[2][2] / later**2 - 1) < 1e-6:
        return _right(name, kind, [f"beta = {later:.4g}"])
    return _wrong(name, "rule-formula", acts)
