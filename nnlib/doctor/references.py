"""What each mistake of the table answers on each probe problem: computed once, since it does not depend on the learner."""

from __future__ import annotations

import numpy as np

from nnlib.doctor.probes import cached, probe
from nnlib.doctor.stages import Problem, backpropagate, forward
from nnlib.doctor.table import FORMULA_ROWS, UPDATE_ROWS, unfold
from nnlib.doctor.table.row import Mistake

FORMULAS = tuple(m for m in unfold(FORMULA_ROWS) if not m.row.free)
FREE = tuple(m for m in unfold(FORMULA_ROWS) if m.row.free)
UPDATES = unfold(UPDATE_ROWS)


@cached
def right(name: str, activations="sigmoid") -> list[np.ndarray]:
    """The right gradients of a probe problem, dW then db, as one list."""
    dW, db = backpropagate(probe(name), (), activations)
    return [*dW, *db]


@cached
def _upward(name: str, activations):
    return forward(probe(name), activations)


def compute(mistakes: tuple[Mistake, ...], name: str, activations="sigmoid", parameter: float = 0.0):
    """The gradients of a probe problem with one or more mistakes made in it; None where NumPy refuses the shapes."""
    return compute_on(probe(name), mistakes, activations, parameter, _upward(name, activations))


def compute_on(p: Problem, mistakes: tuple[Mistake, ...], activations="sigmoid", parameter: float = 0.0, upward=None):
    """`compute` for any problem; `upward` is what `forward` gave for it, for those who ask often."""
    changes = [m.change for m in mistakes if m.row.stages]
    update = next((m.row.update for m in mistakes if m.row.update), None)
    try:
        with np.errstate(all="ignore"):
            if update is None:
                dW, db = backpropagate(p, changes, activations, parameter, upward)
            else:
                dW, db = _effective(update, changes, p, activations)
    except (ValueError, IndexError, TypeError):  # shapes that do not fit: this mistake raises here
        return None
    return [np.asarray(g, dtype=float) for g in (*dW, *db)]


def _effective(update, changes, p, activations):
    """(old - new) / rate for a changed step: the gradient that an ordinary step would have needed."""

    def gradient(weights, biases, X, E):
        return backpropagate(p._replace(weights=weights, biases=biases, X=X, E=E), changes, activations)

    new = update(gradient, p.weights, p.biases, p)
    return tuple([(v - w) / p.rate for v, w in zip(old, now)] for old, now in zip((p.weights, p.biases), new))


@cached
def answer(mistake: Mistake, name: str, activations="sigmoid"):
    """`compute` for one mistake, kept."""
    return compute((mistake,), name, activations)


def catalogue(kind: str) -> tuple[Mistake, ...]:
    """The mistakes without a free number that are tried for this kind of function."""
    return FORMULAS + (UPDATES if kind == "train_step" else ())


class Shelf:
    """All answers to one probe problem, stacked by shape for each array, so that one product compares them all."""

    def __init__(self, kind: str, name: str, activations):
        truth = right(name, activations)
        self.mistakes, self.answers, whole = [], [], _key(truth)
        for m in catalogue(kind):
            arrays = answer(m, name, activations)
            if arrays is None:
                continue
            key = _key(arrays)
            if key is None or (key == whole and "samples" not in m.row.stages):
                continue
            self.mistakes.append(m)
            self.answers.append(arrays)
        self.places = [self._stack(k, len(truth)) for k in range(len(truth))]
        self.as_right = np.isfinite(self.factors(truth, [1e-9] * len(truth)))

    def _stack(self, k: int, size: int) -> dict:
        by_shape: dict = {}
        for i, arrays in enumerate(self.answers):
            if len(arrays) == size:
                by_shape.setdefault(arrays[k].shape, []).append(i)
        return {s: (np.array(i), np.array([self.answers[j][k].ravel() for j in i])) for s, i in by_shape.items()}

    def factors(self, arrays, tolerances) -> np.ndarray:
        """factor[i, k] with arrays[k] = factor * answer i's array k; nan where it is no multiple, inf where unknown."""
        result = np.full((len(self.mistakes), len(arrays)), np.nan)
        for k, v in enumerate(arrays):
            if v is None:
                result[:, k] = np.inf
                continue
            for shape, (index, stack) in self.places[k].items():
                if shape == v.shape:
                    result[index, k] = multiples(v.ravel(), stack, tolerances[k])
        return result


def multiples(v: np.ndarray, stack: np.ndarray, tolerance: float) -> np.ndarray:
    """For each row u of the stack the number c with v = c u, within the tolerance; nan where there is none.

    Two zeros give inf (any number would do); v = 0 alone gives 0.
    """
    squares = (stack**2).sum(axis=1)
    empty = squares < 1e-40
    c = stack @ v / np.where(empty, 1.0, squares)
    size = np.linalg.norm(v)
    if size < 1e-20:
        return np.where(empty, np.inf, 0.0)
    rest = np.linalg.norm(v - c[:, None] * stack, axis=1)
    return np.where((rest <= tolerance * size) & (c != 0), c, np.nan)


def multiple(v: np.ndarray, u: np.ndarray, tolerance: float) -> float:
    """`multiples` for one array: c with v = c u; nan where there is none, inf where both are 0, 0 where v alone is."""
    v, u = v.ravel(), u.ravel()
    square, size = float(u @ u), float(v @ v) ** 0.5
    empty = square < 1e-40
    if size < 1e-20:
        return np.inf if empty else 0.0
    if empty:
        return np.nan
    c = float(u @ v) / square
    rest = v - c * u
    return c if c and float(rest @ rest) ** 0.5 <= tolerance * size else np.nan


def _key(arrays):
    """The numbers to ten digits and the shapes, as bytes; None where a number is not finite."""
    flat = np.concatenate([a.ravel() for a in arrays])
    if not np.isfinite(flat).all():
        return None
    return flat.round(10).tobytes(), tuple(a.shape for a in arrays)


@cached
def shelf(kind: str, name: str, activations="sigmoid") -> Shelf:
    """The stacked answers for one probe problem, built at first use."""
    return Shelf(kind, name, activations)
