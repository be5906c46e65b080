"""Step rules m(g): what may stand between the gradient and the step v' = v - r m(g), each a small pure function.

A rule has the signature rule(g, memory) -> (m, memory): g is one list of arrays [*dW, *db], memory is whatever the rule
wants to be given again at the next step, None at the first. A name with parameters, as `momentum(0.9)`, makes a rule.
No rule knows the learning rate: the training loop multiplies m by it.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

Rule = Callable[[list, object], tuple[list, object]]


def plain(g, memory=None):
    """m = g: gradient descent as the question writes it, with the rate outside (lesson 6)."""
    return g, memory


def momentum(beta: float = 0.9) -> Rule:
    """m = u, where u' = beta u + g: a running sum, so steady slopes add up to 1/(1 - beta) and wobbles cancel (lesson 7).

    Units of g. Source: Polyak 1964, as written in Goh, Why Momentum Really Works (Distill 2017); torch's SGD is the same.
    Raises ValueError for beta outside [0, 1).
    """
    beta = _share("beta", beta)

    def rule(g, memory=None):
        u = list(g) if memory is None else [beta * old + part for old, part in zip(memory, g)]
        return u, u

    return rule


def nesterov(beta: float = 0.9) -> Rule:
    """m = g + beta u', where u' = beta u + g: momentum that looks one step ahead (lesson 7).

    Units of g. Source: Nesterov 1983 in the form of Sutskever et al. 2013, as torch's SGD(nesterov=True) writes it.
    Raises ValueError for beta outside [0, 1).
    """
    beta = _share("beta", beta)
    carry = momentum(beta)

    def rule(g, memory=None):
        u, _ = carry(g, memory)
        return [part + beta * ahead for part, ahead in zip(g, u)], u

    return rule


def clipping(longest: float = 1.0) -> Rule:
    """m = g min(1, longest / |g|): the same direction, never longer than `longest` (lesson 7).

    |g| is the Euclidean length over all parameters together. Source: Pascanu, Mikolov and Bengio 2013, algorithm 1.
    Raises ValueError unless `longest` is above 0. A gradient that is not finite stays what it is, to be seen.
    """
    longest = _positive("longest", longest)

    def rule(g, memory=None):
        length = np.sqrt(sum((part * part).sum() for part in g))
        factor = longest / length if length > longest else 1.0
        return [factor * part for part in g], memory

    return rule


def rmsprop(decay: float = 0.99, tiny: float = 1e-8) -> Rule:
    """m = g / (sqrt(q) + tiny), where q' = decay q + (1 - decay) g^2, number by number (lesson 7).

    Without units: every parameter moves by about the learning rate, however small its gradient; the first step by 10 rates
    at decay 0.99. Source: Tieleman and Hinton 2012, lecture 6e; torch's RMSprop is the same.
    Raises ValueError for decay outside [0, 1) or tiny not above 0.
    """
    decay, tiny = _share("decay", decay), _positive("tiny", tiny)

    def rule(g, memory=None):
        before = [0.0] * len(g) if memory is None else memory
        q = [decay * old + (1 - decay) * part * part for old, part in zip(before, g)]
        return [part / (np.sqrt(square) + tiny) for part, square in zip(g, q)], q

    return rule


def adam(beta1: float = 0.9, beta2: float = 0.999, tiny: float = 1e-8) -> Rule:
    """m = (p / (1 - beta1^t)) / (sqrt(q / (1 - beta2^t)) + tiny), p and q running means of g and g^2 (lesson 7).

    p' = beta1 p + (1 - beta1) g,  q' = beta2 q + (1 - beta2) g^2, step t = 1, 2, ...; the divisions undo the start at 0.
    Without units: a first step is the learning rate for every parameter, whatever the gradient, and that is why 0.001 is a
    usable default for Adam and not for plain descent. Source: Kingma and Ba 2015, arXiv 1412.6980, algorithm 1.
    Raises ValueError for a beta outside [0, 1) or tiny not above 0.
    """
    beta1, beta2, tiny = _share("beta1", beta1), _share("beta2", beta2), _positive("tiny", tiny)

    def rule(g, memory=None):
        t, p, q = memory or (0, [0.0] * len(g), [0.0] * len(g))
        t += 1
        p = [beta1 * old + (1 - beta1) * part for old, part in zip(p, g)]
        q = [beta2 * old + (1 - beta2) * part * part for old, part in zip(q, g)]
        first, second = 1 - beta1**t, 1 - beta2**t
        return [(mean / first) / (np.sqrt(square / second) + tiny) for mean, square in zip(p, q)], (t, p, q)

    return rule


def _share(name, value):
    value = float(value)
    if not 0 <= value < 1:
        raise ValueError(f"{name}: expected a number of at least 0 and below 1, got {value!r}")
    return value


def _positive(name, value):
    value = float(value)
    if not (value > 0 and np.isfinite(value)):
        raise ValueError(f"{name}: expected a finite number above 0, got {value!r}")
    return value
