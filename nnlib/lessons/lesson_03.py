"""The exercises of lesson 3 as functions: the chain rule along one path."""

from nnlib.functions import sigmoid as S


def S_slope(z):
    """S'(z) = S(z) (1 - S(z))."""
    return S(z) * (1 - S(z))


def output_weight(a_prev, z, e):
    """dC/dw = a_prev S'(z) 2 (a - e), with a = S(z)."""
    return a_prev * S_slope(z) * 2 * (S(z) - e)


def one_path(x, z1, w2, z2, e):
    """dC/dw = x S'(z1) w2 S'(z2) 2 (a - e), with a = S(z2)."""
    return x * S_slope(z1) * w2 * S_slope(z2) * 2 * (S(z2) - e)


def _output(rng):
    return rng.uniform(0.2, 0.9), rng.normal(), rng.uniform(0.1, 0.9)


def _path(rng):
    """An input and a weight of either sign."""
    x, w2 = rng.choice([-1, 1], size=2) * rng.uniform(0.5, 2, size=2)
    return x, rng.normal(), w2, rng.normal(), rng.uniform(0.1, 0.9)


TASKS = {
    "slope": dict(solution=S_slope, inputs=lambda rng: (rng.normal(size=6) * 2,)),
    "output-weight": dict(solution=output_weight, inputs=_output),
    "one-path": dict(solution=one_path, inputs=_path),
}
