"""Momentum, Nesterov, RMSProp, Adagrad and Adam by the field's definitions, with each choice in them that can slip."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Terms:
    """The choices of which a rule is made; the defaults are the field's, a slip is another value of one of them."""

    beta: float = 0.9
    beta2: float = 0.999
    eps: float = 1e-8
    decay: float = 0.0
    sign: float = 1.0  # of what is carried over
    stale: bool = False  # the step uses what was carried before this gradient came in
    carried: bool = True  # False: the memory is made new at each step
    share: bool = False  # (1 - beta) before the gradient of a velocity
    first: str = "divided"  # Adam's correction of the mean: "divided", "multiplied", "none"
    second: str = "divided"  # of the mean square: also "without t", which a large eps tells from "none"
    root: bool = True
    inside: bool = False  # eps inside the square root
    hat: bool = False  # Adam in its short form: eps beside the root before that is corrected
    square: bool = True
    alone: bool = False  # decay on the weights alone, beside the rule (AdamW)
    twice: bool = False  # decay added to the gradient and to the step
    grows: bool = False  # the decay has the wrong sign
    ahead: bool = True  # Nesterov looks ahead, g + beta u; False: plain momentum


def moves(like: str, t: Terms, g: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The moves m_1 ... m_n of a rule for gradients g[k] at weights[k]; all of shape (n, size)."""
    u, q, found = np.zeros_like(g[0]), np.zeros_like(g[0]), []
    decay = -t.decay if t.grows else t.decay
    with np.errstate(all="ignore"):
        for k, (slope, w) in enumerate(zip(g, weights), start=1):
            if not t.carried:
                u, q = np.zeros_like(w), np.zeros_like(w)
            m, u, q = RULES[like](t, slope + (0 if t.alone else decay) * w, u, q, k)
            found.append(m + (decay * w if t.alone or t.twice else 0))
    return np.array(found)


def _momentum(t, g, u, q, k):
    new = t.sign * t.beta * u + (1 - t.beta if t.share else 1.0) * g
    return (u if t.stale else new), new, q


def _nesterov(t, g, u, q, k):
    _, new, _ = _momentum(t, g, u, q, k)
    return (g + t.beta * new if t.ahead else new), new, q


def _rmsprop(t, g, u, q, k):
    new = t.beta * q + (1 - t.beta) * (g * g if t.square else np.abs(g))
    return g / _root(t, q if t.stale else new), u, new


def _adagrad(t, g, u, q, k):
    new = q + (g * g if t.square else np.abs(g))
    return g / _root(t, q if t.stale else new), u, new


def _adam(t, g, u, q, k):
    u = t.sign * t.beta * u + (1 - t.beta) * g
    new = t.beta2 * q + (1 - t.beta2) * (g * g if t.square else np.abs(g))
    mean, square = _corrected(u, t.beta, t.first, k), q if t.stale else new
    if t.hat:
        return mean * np.sqrt(1 - t.beta2**k) / _root(t, square), u, new
    return mean / _root(t, _corrected(square, t.beta2, t.second, k)), u, new


def _corrected(value, beta, how, k):
    share = {"divided": 1 - beta**k, "multiplied": 1 / (1 - beta**k), "none": 1, "without t": 1 - beta}
    return value / share[how]


def _root(t, square):
    return (np.sqrt(square + t.eps) if t.inside else np.sqrt(square) + t.eps) if t.root else square + t.eps


RULES = {
    "plain": lambda t, g, u, q, k: (g, u, q),
    "momentum": _momentum,
    "nesterov": _nesterov,
    "rmsprop": _rmsprop,
    "adagrad": _adagrad,
    "adam": _adam,
}
ALSO = {"sgd": "plain", "weight decay": "plain", "adamw": "adam", "heavy ball": "momentum"}
USUAL = {"rmsprop": {"beta": 0.9}, "adamw": {"alone": True, "decay": 0.01}, "weight decay": {"decay": 0.01}}
# what people choose: no mistake; for constants that were not declared
CHOICES = {
    "beta": (0.9, 0.99, 0.95, 0.8, 0.7, 0.5, 0.999),
    "beta2": (0.999, 0.99, 0.95, 0.9, 0.9999),
    "eps": (1e-8, 1e-7, 1e-6, 1e-5, 1e-10, 1e-9, 1e-4),
    "inside": (False, True),
    "hat": (False, True),
    "share": (False, True),
    "decay": (0.0, 0.1, 0.01, 0.001, 1e-4, 5e-4),
}
USES = {
    "momentum": ("beta", "share"),
    "nesterov": ("beta", "share"),
    "rmsprop": ("beta", "eps", "inside"),
    "adagrad": ("eps", "inside"),
    "adam": ("beta", "beta2", "eps", "inside", "hat"),
    "plain": (),
}
HOW_IT_IS = {"multiplied": "is multiplied by 1 - beta^t", "none": "is missing or knows no t", "without t": "knows no t"}


def _words(first: str, second: str) -> str:
    if first == second:
        return f"the correction of both moments {HOW_IT_IS[first]}"
    wrong = [(name, how) for name, how in (("first", first), ("second", second)) if how in HOW_IT_IS]
    return "; ".join(f"the correction of the {name} moment {HOW_IT_IS[how]}" for name, how in wrong)


SLIPS = (
    ("rule-formula", "it does not look ahead: this is plain momentum", ("nesterov",), {"ahead": False}),
    ("rule-sign", "what is carried over has the wrong sign", ("momentum", "nesterov", "adam"), {"sign": -1.0}),
    ("rule-sign", "the decay makes the weights grow", None, {"grows": True}),
    ("rule-stale", "the step uses what was carried before this gradient came in", None, {"stale": True}),
    ("rule-stale", "nothing is carried on from step to step", None, {"carried": False}),
    *(
        ("rule-correction", _words(first, second), ("adam",), {"first": first, "second": second})
        for first, second in itertools.product(("divided", "multiplied", "none"), ("divided", *HOW_IT_IS))
        if (first, second) != ("divided", "divided")
    ),
    ("rule-formula", "the square root is missing", ("adam", "rmsprop", "adagrad"), {"root": False}),
    ("rule-formula", "the gradient is not squared", ("adam", "rmsprop", "adagrad"), {"square": False}),
    ("rule-formula", "the decay comes in twice", None, {"twice": True}),
    ("rule-formula", "nothing is forgotten: beta is 1", ("momentum", "nesterov"), {"beta": 1.0}),
)
