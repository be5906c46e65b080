"""Judge a rule with state, such as momentum or Adam, over several steps, against the field's definition and its usual slips.

The rule is followed first: called step after step, in the form that it is written in, with its own state.
"""

from __future__ import annotations

import copy
import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from nnlib.doctor.diagnosis import Explanation
from nnlib.doctor.rules.optimisers import ALSO, CHOICES, RULES, SLIPS, USES, USUAL, Terms, moves
from nnlib.doctor.running.calling import attempt
from nnlib.doctor.running.signature import by_place
from nnlib.doctor.sums import multiple, shares
from nnlib.doctor.verdict import Verdict, no_verdict, noted, verdict, wrong

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


EXACT = 1e-7  # relative


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
    seen = follow(rule, form, seed)
    if isinstance(seen, str):
        return no_verdict(name, seen + ".")
    found = _explained(Meant(kind, Terms(**USUAL.get(like, {}) | said), said, rate), seen)
    where = frozenset() if found.correct else frozenset({"rule"})
    return verdict(name, found, f"Right: this is {kind}." if found.correct else "", where=where, notes=found.notes)


@dataclass(frozen=True)
class Meant:
    """The rule that was meant, its terms, which of them were declared, and the rate where it was."""

    kind: str
    terms: Terms
    said: Mapping[str, float]
    rate: float | None

    def free(self, but=()) -> list[str]:
        """The constants that were not declared."""
        decay = ("decay",) if self.terms.decay or self.kind == "plain" else ()
        return [k for k in (*USES[self.kind], *decay) if k not in (*self.said, *but)]


def _explained(meant: Meant, seen: Followed) -> Explanation:
    """The first of these that gives the moves: the rule, one of its slips, the rule with a schedule, momentum in another form."""
    kind, terms = meant.kind, meant.terms
    if not np.isfinite(seen.m).all():
        return wrong("nan", "numbers that are not finite appear")
    if made := match(kind, terms, meant.free(), seen.m, seen.g, seen.w):
        return _by_factor(meant, *made, seen.update)
    for category, words, kinds, change in SLIPS:
        if kinds is None or kind in kinds:
            made = match(kind, replace(terms, **change), meant.free(but=change), seen.m, seen.g, seen.w)
            if made:
                other = made[0].beta
                return wrong(category, words, notes=(f"beta = {other:g}",) if other != terms.beta else ())
    scheduled = _scheduled(meant, seen)
    if scheduled is not None and (meant.rate is None or abs(scheduled[0] / meant.rate - 1) < 1e-6):
        return noted(f"the rate changes from step to step: {', '.join(f'{c:.4g}' for c in scheduled[:5])}, ...")
    if kind in ("momentum", "nesterov"):
        return _by_kernel(meant, seen)
    return wrong("rule-formula", f"over {STEPS} steps these are not the moves of {kind}")


def _by_factor(meant: Meant, other: Terms, factor: float, update: bool) -> Explanation:
    """The rule itself, up to a factor: which one is right depends on what was declared."""
    terms, rate = meant.terms, meant.rate
    notes = [f"{k} = {v:g}" for k, v in vars(other).items() if v != getattr(terms, k) and isinstance(v, float)]
    notes += ["(1 - beta) stands before the gradient: a smaller step, the same path"] if other.share else []
    if factor < 0 and update:
        return wrong("rule-sign", "the update goes uphill: along the gradient, not against it")
    if factor < 0:
        notes.append("the moves are added, as an update that is not subtracted; use them so")
    elif rate is None and abs(factor - 1) > 1e-6:
        notes.append(f"{factor:.4g} times the rule: the rate, inside or outside, only rescales")
    elif rate is not None and abs(factor / rate - 1) > 1e-6 and abs(factor - 1) > 1e-6:
        category = "rule-rate" if abs(factor / rate**2 - 1) < 1e-6 else "rule-formula"
        return wrong(category, f"it moves by {factor:.4g} times the rule, where the rate is {rate:g}")
    return noted(*notes)


def match(kind, terms, free, m, g, w, close: float = EXACT) -> tuple[Terms, float] | None:
    """(terms, factor) of the choice of free constants under which the rule makes these moves, up to one factor."""
    for chosen, made in _choices(kind, terms, free, g, w):
        factor = multiple(m.ravel(), made.ravel(), close)
        if factor and np.isfinite(factor):
            return chosen, factor
    return None


def _scheduled(meant: Meant, seen: Followed) -> np.ndarray | None:
    """The factor of each step where every move is the rule's up to a positive one."""
    for _, made in _choices(meant.kind, meant.terms, meant.free(), seen.g, seen.w):
        factors = np.array([multiple(m, of_rule, EXACT) for m, of_rule in zip(seen.m, made)])
        if (factors > 0).all():
            return factors
    return None


def _choices(kind, terms: Terms, free, g, w) -> Iterator[tuple[Terms, np.ndarray]]:
    """The moves of the rule by the terms, and with one or two of the free constants as other people choose them."""
    tried = [terms]
    for names in [*itertools.combinations(free, 1), *itertools.combinations(free, 2)]:
        for values in itertools.product(*(CHOICES[k] for k in names)):
            if all(v != getattr(terms, k) for k, v in zip(names, values)):
                tried.append(replace(terms, **dict(zip(names, values))))
    for chosen in tried:
        m = moves(kind, chosen, g, w)
        if np.isfinite(m).all() and m.any():
            yield chosen, m


def _by_kernel(meant: Meant, seen: Followed) -> Explanation:
    """Momentum is linear in the gradients: read off how much of each earlier gradient is in each move."""
    kind, beta, rate = meant.kind, meant.terms.beta, meant.rate
    K = [shares(seen.m[t], seen.g[: t + 1], EXACT) for t in range(3)]
    if any(k is None for k in K):
        return wrong("rule-formula", f"the moves are no sums of the gradients so far, as {kind} makes them")
    (now0,), (_, now1), (old2, last2, now2) = K
    later, first = (last2 / now1, now0 / now1) if now1 else (0.0, 0.0)
    if kind == "momentum" and abs(now1 / now2 - 1) < 1e-6 < abs(first - 1):
        words = f"the first step is {first:.4g} times what the rule makes of it: the rate is not in it"
        return wrong("rule-rate", words)
    acts = f"what is carried over acts as {later:.4g}" + (f", not {beta:g}" if beta != later else "")
    if later < 0:
        return wrong("rule-sign", acts)
    if later < 0.2 or (rate and abs(later / (beta * rate) - 1) < 1e-6):
        return wrong("rule-rate", acts + ": it is multiplied by the rate too")
    if kind == "momentum" and later < 1 and abs(old2 / now2 / later**2 - 1) < 1e-6:
        return noted(f"beta = {later:.4g}")
    return wrong("rule-formula", acts)
