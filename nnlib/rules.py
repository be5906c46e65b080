"""Step rules m(g): what may stand between the gradient and the step v' = v - r m(g), each a small pure function.

A rule has the signature rule(g, memory) -> (m, memory). g is one list of arrays [*dW, *db] and m a list of arrays of the
same shapes; memory is the state that the rule is given back at the next step, None at the first. Functions with
parameters, such as `momentum(0.9)`, return a rule. No rule knows the learning rate: the training loop multiplies m by it.
No rule changes g or memory in place.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from nnlib import checks

Rule = Callable[..., tuple[list, object]]


def plain(g, memory=None) -> tuple[list, object]:
    """m = g: plain gradient descent, v' = v - r g (lesson 6). This is a rule itself, so pass it without brackets.

    Returns g and memory as they came. m has the units of g.
    """
    return g, memory


def momentum(beta: float = 0.9) -> Rule:
    """m = u', where u' = beta u + g and u starts at 0: a running sum of the gradients (lesson 7).

    A gradient that stays the same adds up to g / (1 - beta); one that changes sign cancels. m has the units of g.
    Returns a rule. Raises ValueError for beta outside [0, 1).
    Source: Polyak 1964, as written in Goh, Why Momentum Really Works (Distill 2017); torch's SGD is the same.
    """
    beta = checks.argument("beta", beta)

    def rule(g, memory=None):
        u = list(g) if memory is None else [beta * old + part for old, part in zip(memory, g)]
        return u, u

    return rule


def nesterov(beta: float = 0.9) -> Rule:
    """m = g + beta u', where u' = beta u + g and u starts at 0: momentum that looks one step ahead (lesson 7).

    m has the units of g. Returns a rule. Raises ValueError for beta outside [0, 1).
    Source: Nesterov 1983 in the form of Sutskever et al. 2013, as torch's SGD(nesterov=True) writes it.
    """
    beta = checks.argument("beta", beta)
    carry = momentum(beta)

    def rule(g, memory=None):
        u, _ = carry(g, memory)
        return [part + beta * ahead for part, ahead in zip(g, u)], u

    return rule


def clipping(longest: float = 1.0) -> Rule:
    """m = g min(1, longest / |g|): the same direction, never longer than `longest` (lesson 7).

    |g| is the Euclidean length over all parameters together; `longest` and m have the units of g. A gradient that is not
    finite is returned unchanged, so that it shows. Returns a rule. Raises ValueError unless `longest` is above 0.
    Source: Pascanu, Mikolov and Bengio 2013, algorithm 1.
    """
    longest = checks.argument("longest", longest)

    def rule(g, memory=None):
        length = _length(g)
        factor = longest / length if longest < length < np.inf else 1.0
        return [factor * part for part in g], memory

    return rule


def rmsprop(decay: float = 0.99, tiny: float = 1e-8) -> Rule:
    """m = g / (sqrt(q') + tiny), where q' = decay q + (1 - decay) g^2, entry by entry, and q starts at 0 (lesson 7).

    m has no units: every parameter moves by about the learning rate, however small its gradient, and in the first step by
    1/sqrt(1 - decay) learning rates, 10 at decay 0.99. `tiny` has the units of g.
    Returns a rule. Raises ValueError for decay outside [0, 1) or tiny not above 0.
    Source: Tieleman and Hinton 2012, lecture 6e; torch's RMSprop is the same.
    """
    decay, tiny = checks.argument("decay", decay), checks.argument("tiny", tiny)

    def rule(g, memory=None):
        roots = _roots([0.0] * len(g) if memory is None else memory, decay, g)
        return [part / (root + tiny) for part, root in zip(g, roots)], roots

    return rule


def adam(beta1: float = 0.9, beta2: float = 0.999, tiny: float = 1e-8) -> Rule:
    """m = (p' / (1 - beta1^t)) / (sqrt(q' / (1 - beta2^t)) + tiny), p and q running means of g and g^2 (lesson 7).

    p' = beta1 p + (1 - beta1) g and q' = beta2 q + (1 - beta2) g^2, entry by entry, from p = q = 0, at step t = 1, 2, ...
    The divisions correct for the start at 0. m has no units: the first step moves every parameter by the learning rate,
    whatever the gradient, which is why 0.001 is a usable default for Adam and not for plain descent. `tiny` has the
    units of g. Returns a rule. Raises ValueError for a beta outside [0, 1) or tiny not above 0.
    Source: Kingma and Ba 2015, arXiv 1412.6980, algorithm 1.
    """
    beta1, beta2 = checks.argument("beta1", beta1), checks.argument("beta2", beta2)
    tiny = checks.argument("tiny", tiny)

    def rule(g, memory=None):
        t, p, roots = memory or (0, [0.0] * len(g), [0.0] * len(g))
        t += 1
        p = [beta1 * old + (1 - beta1) * part for old, part in zip(p, g)]
        roots = _roots(roots, beta2, g)
        first, second = 1 - beta1**t, (1 - beta2**t) ** 0.5
        return [(mean / first) / (root / second + tiny) for mean, root in zip(p, roots)], (t, p, roots)

    return rule


MAKERS = (momentum, nesterov, clipping, rmsprop, adam)


def check_rule(rule) -> None:
    """Raises ValueError for anything that is not a rule, including `rules.momentum` where `rules.momentum()` was meant."""
    if rule in MAKERS:
        raise ValueError(
            f"rule: expected a rule, got the function {rule.__name__} that makes one; "
            f"write rule=rules.{rule.__name__}(), with its brackets"
        )
    if not callable(rule):
        raise ValueError(f"rule: expected a function rule(g, memory) -> (m, memory), got {checks.shown(rule)}")


def apply(rule: Rule, g: list, memory: object) -> tuple[list, object]:
    """rule(g, memory) -> (m, memory); ValueError unless it returns a pair and m is a list of arrays with the shapes of g."""
    if rule is plain:
        return g, memory
    answer = rule(g, memory)
    if not isinstance(answer, tuple) or len(answer) != 2:
        made = ", a function; is it called without its brackets?" if callable(answer) else ""
        raise ValueError(f"rule: expected a pair (m, memory) back, got {type(answer).__name__}{made}")
    m = answer[0]
    if not isinstance(m, (list, tuple)) or [np.shape(part) for part in m] != [part.shape for part in g]:
        came = [np.shape(part) for part in m] if isinstance(m, (list, tuple)) else type(m).__name__
        raise ValueError(f"rule: expected m as a list of arrays of shapes {[part.shape for part in g]}, got {came}")
    return m, answer[1]


def _length(g) -> float:
    """|g| over all arrays together; in units of its largest number, since squares overflow or underflow long before |g|."""
    largest = np.max([np.abs(part).max(initial=0) for part in g])
    if not 0 < largest < np.inf:
        return largest
    return largest * np.sqrt(sum(((part / largest) ** 2).sum() for part in g))


def _roots(roots, decay, g) -> list:
    """The root of q' = decay q + (1 - decay) g^2 for each array, from the root of q: a g^2 may overflow, its root does not."""
    old, new = decay**0.5, (1 - decay) ** 0.5
    return [np.hypot(old * root, new * part) for root, part in zip(roots, g)]
