"""What can be said of numbers without a name: what is left at zero error, what has no influence, how samples add up."""

from __future__ import annotations

import numpy as np

from nnlib.doctor.answers import whole
from nnlib.doctor.readings import near
from nnlib.doctor.stages import forward
from nnlib.doctor.table.samples import single_samples

BY_CHANCE = "Two calls with the same arguments give different numbers: something is drawn at random, or kept."
STILL = {"rtol": 1e-9, "atol": 1e-13}  # a step's arrays are differences of weights: the last digits move with the bias


def still(arrays, before) -> bool:
    """Did all arrays come back, and as they were?"""
    return arrays is not None and all(np.allclose(a, t, **STILL) for a, t in zip(arrays, before))


def label(k: int, L: int) -> str:
    """dW[l] or db[l] for array k of 2L."""
    return f"dW[{k}]" if k < L else f"db[{k - L}]"


def dead_biases(p, before, ask) -> list[tuple[int, int]]:
    """(l, i) of every bias that can change without any effect on the arrays of the answer."""
    dead = []
    for l, b in enumerate(p.biases):
        for i in range(len(b)):
            biases = [v.copy() for v in p.biases]
            biases[l][i] += 0.3
            arrays = whole(ask(p._replace(biases=biases)), p)
            if arrays is None:
                return []
            if still(arrays, before):
                dead.append((l, i))
    return dead


def shown(dead) -> str:
    """Biases in words, six at most."""
    return ", ".join(f"b[{l}][{i}]" for l, i in dead[:6]) + (" and others" if len(dead) > 6 else "")


def facts(exam, ask) -> tuple[str, ...]:
    """Sentences that hold for the answers on the main problem, each out of a few calls; () where there is nothing to say."""
    p, before = exam.problem("main"), whole(exam.answers.get("main"), exam.problem("main"))
    if before is None or exam.slow or not exam.wrong("main"):
        return ()
    again = whole(ask(p), p)
    if not still(again, before):
        return (BY_CHANCE,)
    wrong, acts = exam.wrong("main"), exam.activations
    return tuple(
        s
        for s in (*_error(p, before, wrong, ask, acts), _biases(p, before, ask), _samples(p, before, wrong, ask, acts))
        if s
    )


def _error(p, before, wrong, ask, activations="sigmoid"):
    """What is left without any error, and what does not depend on the targets."""
    L = len(p.weights)
    none = whole(ask(p._replace(E=forward(p, activations)[1][-1])), p)
    if none is None:
        return
    fixed = [k for k in wrong if np.allclose(none[k], before[k], **STILL) and before[k].any()]
    if fixed:
        yield f"Other targets would not change {_list(fixed, L)} at all."
    left = [k for k in wrong if k not in fixed and np.linalg.norm(none[k]) > 1e-9 * np.linalg.norm(before[k])]
    if left:
        yield f"With the network's own output as target the error is 0; {_list(left, L)} should be 0 then, and is not."


def _list(which, L: int) -> str:
    return "every array" if len(which) == 2 * L else ", ".join(label(k, L) for k in which)


def _biases(p, before, ask) -> str:
    dead = dead_biases(p, before, ask)
    return f"Changing {shown(dead)} changes no gradient." if dead else ""


def _samples(p, before, wrong, ask, activations="sigmoid") -> str:
    """Is the answer the mean, or the sum, of those for the samples one by one?"""
    ones = [whole(ask(p._replace(X=p.X[[i]], E=p.E[[i]])), p) for i in range(len(p.X))]
    if any(one is None for one in ones):
        return ""
    L, mean = len(p.weights), [np.mean(column, axis=0) for column in zip(*ones)]
    right = [np.array(column) for column in zip(*([*dW, *db] for _, (dW, db) in single_samples(p, activations)))]
    if all(near(ones[0][k], right[k][0]) for k in wrong):
        return ""  # right for single samples: said elsewhere
    mine = [np.array(column) for column in zip(*ones)]
    scale = [(m * r).sum(axis=0) / np.maximum((r * r).sum(axis=0), 1e-300) for m, r in zip(mine, right)]
    if all(near(mine[k], scale[k] * right[k]) and not near(mine[k], scale[k].mean() * right[k]) for k in wrong):
        return f"Each entry of {_list(wrong, L)} is the right one times a number of its own, the same for every sample."
    mixed = [k for k in wrong if not near(before[k], mean[k]) and not near(before[k], len(p.X) * mean[k])]
    if not mixed:
        return "A batch gives what its samples give one by one, put together: look at one sample."
    return f"For {_list(mixed, L)} a batch gives neither mean nor sum of its samples' answers alone: they are mixed somewhere."
