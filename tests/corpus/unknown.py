"""Wrong, and none of the known mistakes: clipping, noise, rounding, dropout left on."""

from __future__ import annotations

import numpy as np

from .registry import case, wrong_step
from .tools import descend, right


def both(weights, biases, X, E, change):
    dW, db = right(weights, biases, X, E)
    return [change(g) for g in dW], [change(g) for g in db]


@case("unknown", note="only the sign of each gradient")
def signs_only(weights, biases, X, E):
    return both(weights, biases, X, E, np.sign)


@case("unknown", note="each array scaled to norm one")
def normalised(weights, biases, X, E):
    return both(weights, biases, X, E, lambda g: g / (np.linalg.norm(g) + 1e-30))


@case("unknown", note="rounded to three places")
def rounded(weights, biases, X, E):
    return both(weights, biases, X, E, lambda g: np.round(g, 3))


@case("unknown", fresh=True, note="noise added, as for private training")
def noisy():
    rng = np.random.default_rng(0)
    return lambda weights, biases, X, E: both(weights, biases, X, E, lambda g: g + 1e-3 * rng.normal(size=g.shape))


@case("unknown", where="hidden", fresh=True, note="a dropout mask left on over the hidden gradients")
def dropout():
    rng = np.random.default_rng(1)

    def gradients(weights, biases, X, E):
        dW, db = right(weights, biases, X, E)
        for l in range(len(dW) - 1):
            mask = rng.random(db[l].shape) < 0.5
            dW[l], db[l] = dW[l] * mask, db[l] * mask
        return dW, db

    return gradients


@case("unknown", note="squashed: tanh of the gradient")
def squashed(weights, biases, X, E):
    return both(weights, biases, X, E, lambda g: np.tanh(5 * g))


@case("unknown", where="weights", note="the mean of each weight gradient taken off")
def centred(weights, biases, X, E):
    dW, db = right(weights, biases, X, E)
    return [g - g.mean() for g in dW], db


@wrong_step("unknown", note="clipped to one thousandth")
def clipped_step(weights, biases, X, E, learning_rate):
    dW, db = both(weights, biases, X, E, lambda g: np.clip(g, -1e-3, 1e-3))
    return descend(weights, biases, dW, db, learning_rate)


@wrong_step("unknown", note="adaptive scaling by the root of the squared gradient")
def adaptive_step(weights, biases, X, E, learning_rate):
    dW, db = both(weights, biases, X, E, lambda g: g / (np.sqrt(g * g) + 0.01))
    return descend(weights, biases, dW, db, learning_rate)


@wrong_step("unknown", where="W0 b0", note="the first layer gets a cube root of its gradient")
def cube_root_step(weights, biases, X, E, learning_rate):
    dW, db = right(weights, biases, X, E)
    dW[0], db[0] = np.cbrt(dW[0]), np.cbrt(db[0])
    return descend(weights, biases, dW, db, learning_rate)
