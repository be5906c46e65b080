"""Recognise a network of dense layers in the learner's arrays, by their shapes and by what the forward pass makes of them."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from nnlib.doctor.brought.compare import Seen
from nnlib.doctor.brought.patient import Patient
from nnlib.doctor.candidates.functions import ACTIVATE

NUMBER = re.compile(r"\d+")
MOST = 2000  # numbers in a network that the engine is asked about; of a larger one, a small network inside it


@dataclass(frozen=True)
class Dense:
    """Dense layers found in named arrays: where each number of W (n_l, n_l+1) and b (n_l+1,) stands in all of them together.

    `weights` and `biases` hold flat positions in the values of all names, one after another; `biases` is empty where the
    network has none.
    """

    shapes: dict[str, tuple]
    weights: tuple[np.ndarray, ...]
    biases: tuple[np.ndarray, ...]
    activations: tuple[str, ...]
    inputs: int = 0  # how many the whole network takes; more than sizes[0] for a small network inside it

    def inner(self) -> Dense:
        """A small network inside this one: a few inputs and hidden neurons, all outputs; every other weight is zero."""
        sides = [*(min(n, k) for n, k in zip(self.sizes[:-1], itertools.cycle((5, 6, 4)))), self.sizes[-1]]
        weights = tuple(W[:a, :b] for W, a, b in zip(self.weights, sides, sides[1:]))
        return replace(self, weights=weights, biases=tuple(b[:n] for b, n in zip(self.biases, sides[1:])))

    def widened(self, values: Mapping[str, np.ndarray]) -> dict[str, np.ndarray] | None:
        """The learner's arrays with two neurons alike in each hidden layer of one; None where there is no such layer."""
        alone = [l for l, n in enumerate(self.sizes[1:-1], 1) if n == 1]
        places = [*self.weights, *self.biases]
        if not alone or sum(p.size for p in places) != sum(int(np.prod(s)) for s in self.shapes.values()):
            return None
        turned = any(W.shape[0] != self.shapes[n][0] for l, W in enumerate(self.weights) for n in self.names_of("W", l))
        values = dict(values)
        for l in alone:
            for kind, layer, axis in (("W", l - 1, 1), ("W", l, 0), ("b", l - 1, 1)):
                for name in self.names_of(kind, layer):
                    if values[name].ndim:
                        along = (1 - axis if turned else axis) if values[name].ndim == 2 else 0
                        values[name] = np.repeat(values[name], 2, axis=along)
        return values

    @property
    def inside(self) -> bool:
        """Is it a small network inside a larger one?"""
        return self.inputs > self.sizes[0]

    @property
    def sizes(self) -> tuple[int, ...]:
        """The widths of all layers, the inputs first."""
        return (len(self.weights[0]), *(W.shape[1] for W in self.weights))

    def ours(self, values: Mapping[str, np.ndarray]) -> tuple[list, list]:
        """(weights, biases) in our layout out of arrays by the learner's names; zeros where there are no biases."""
        flat = np.concatenate([np.ravel(values[n]) for n in self.shapes]).astype(float)
        biases = [flat[b] for b in self.biases] or [np.zeros(W.shape[1]) for W in self.weights]
        return [flat[W] for W in self.weights], biases

    def theirs(self, weights, biases) -> dict[str, np.ndarray]:
        """Arrays by the learner's names out of (weights, biases) in our layout."""
        flat = np.zeros(sum(int(np.prod(s)) for s in self.shapes.values()))
        for places, numbers in zip((*self.weights, *self.biases), (*weights, *(biases if self.biases else ()))):
            flat[places] = numbers
        cuts = np.cumsum([int(np.prod(s)) for s in self.shapes.values()])[:-1]
        return {n: part.reshape(s) for (n, s), part in zip(self.shapes.items(), np.split(flat, cuts))}

    def names_of(self, kind: str, l: int) -> set[str]:
        """The learner's names of the arrays that hold ("W", l) or ("b", l)."""
        places = (self.weights if kind == "W" else self.biases or [np.zeros(0, int)] * len(self.weights))[l]
        ends = np.cumsum([int(np.prod(s)) for s in self.shapes.values()])
        return {list(self.shapes)[int(np.searchsorted(ends, p, side="right"))] for p in np.ravel(places)}


def network(patient: Patient, seen: Seen) -> Dense | None:
    """The dense layers of the learner's network, a small one inside it where it is large; None where it is something else."""
    samples, values = seen.reading.samples, patient.values(seen.reading.claims)
    present = {n: v for n, v in values.items() if v is not None}
    found = _recognised(present, samples.rows, samples.outputs(patient.output(samples.X)))
    large = found is not None and sum(W.size for W in found.weights) > MOST
    return found.inner() if large else found


def _recognised(values: Mapping[str, np.ndarray], X: np.ndarray, A: np.ndarray) -> Dense | None:
    """The dense network that makes outputs A (T, n) of inputs X (T, n_0) with these values; None where there is none."""
    shapes = {n: np.shape(v) for n, v in values.items()}
    flat = np.concatenate([np.ravel(v) for v in values.values()]).astype(float)
    for W, b in itertools.chain(_readings(shapes), _single_numbers(shapes, X.shape[1], A.shape[1])):
        for turned, order in itertools.product((False, True), (1, -1)):
            weights = [w.T if turned else w for w in W][::order]
            for layers, shifts in _biases(weights, b[::order], X.shape[1]):
                acts = _activations(flat, layers, shifts, X, A)
                if acts is not None:  # biases of some layers alone are held at zero
                    shifts = () if any(b is None for b in shifts) else tuple(shifts)
                    return Dense(shapes, tuple(layers), shifts, acts, X.shape[1])
    return None


def _readings(shapes: Mapping[str, tuple]) -> Iterator[tuple[list, list]]:
    """(weights, biases) as arrays of flat positions, for each way of telling them apart."""
    ends = np.cumsum([0, *(int(np.prod(shape)) for shape in shapes.values())])
    places = {n: np.arange(start, end).reshape(shapes[n]) for n, start, end in zip(shapes, ends, ends[1:])}
    for stacked in _stacked(places):
        for weights in _weight_names(stacked):
            if weights and all(stacked[n].ndim <= 2 for n in weights):
                yield [stacked[n] for n in weights], [stacked[n] for n in stacked if n not in weights]


def _weight_names(places: Mapping[str, np.ndarray]) -> Iterator[list[str]]:
    """Which arrays may be the weights: matrices, one of two series of names, every other one, the first half, all."""
    names = list(places)
    yield [n for n in names if places[n].ndim == 2 and min(places[n].shape) > 1]
    groups: dict[str, list] = {}
    for name in names:
        groups.setdefault(NUMBER.sub("#", name), []).append(name)
    if len(groups) == 2 and len({len(group) for group in groups.values()}) == 1:
        yield from groups.values()
    yield from (names[::2], names[1::2], names[: len(names) // 2], [n for n in names if places[n].ndim == 2], names)


def _single_numbers(shapes: Mapping[str, tuple], n_in: int, n_out: int) -> Iterator[tuple[list, list]]:
    """Weights that are numbers of their own, w1, w2, ... in order: one hidden layer, neuron by neuron, biases alike."""
    if any(shape != () for shape in shapes.values()):
        return
    groups: dict[str, list] = {}
    for k, name in enumerate(shapes):
        groups.setdefault(NUMBER.sub("#", name), []).append(k)
    for w, b in itertools.permutations([*groups.values(), []], 2):
        n = len(w) // (n_in + n_out)
        if n and len(w) == n * (n_in + n_out) and len(b) in (0, n + n_out) and len(w) + len(b) == len(shapes):
            low, top = np.array(w[: n * n_in]), np.array(w[n * n_in :])
            biases = [np.array(b[:n]), np.array(b[n:])] if b else []
            yield [low.reshape(n, n_in).T, top.reshape(n_out, n).T], biases


def _stacked(places: dict[str, np.ndarray]) -> Iterator[dict[str, np.ndarray]]:
    """The arrays as they stand; then those of single neurons as one array for each layer."""
    yield places
    while True:
        groups: dict[tuple, list] = {}
        for name, where in places.items():
            found = list(NUMBER.finditer(name))
            if where.ndim > 1 or not found:
                return
            last = found[-1]
            groups.setdefault((name[: last.start()] + "_" + name[last.end() :]), []).append(where)
        if len(groups) == len(places) or any(len({w.shape for w in g}) > 1 for g in groups.values()):
            return
        places = {name: np.stack(group) for name, group in groups.items()}
        yield places


def _biases(weights, biases, n_in: int) -> Iterator[tuple[list, list]]:
    """Layers that chain from n_in inputs: with these biases, without any, or with the bias as first or last input."""
    weights = [w.reshape(len(w), -1) if w.ndim else w.reshape(1, 1) for w in weights]
    sides, flat = [n_in, *(w.shape[1] for w in weights)], [np.ravel(b) for b in biases]
    more = {len(w) - n for w, n in zip(weights, sides)}
    if more == {0} and [b.size for b in flat] in ([], sides[1:]):
        yield weights, flat
    elif more <= {0, 1} and not biases:
        for first in (True, False):
            parts = [_parted(w, first) if len(w) > n else (w, None) for w, n in zip(weights, sides)]
            yield tuple(map(list, zip(*parts)))


def _parted(w: np.ndarray, first: bool) -> tuple[np.ndarray, np.ndarray]:
    """(weights, bias) of a matrix whose first or last row is the bias."""
    return (w[1:], w[0]) if first else (w[:-1], w[-1])


def _activations(flat, weights, biases, X, A) -> tuple[str, ...] | None:
    """The activations under which these layers give A: the same one in every hidden layer first, then any."""
    L = len(weights)
    plain = [n for n in ACTIVATE if n != "softmax"]
    same = [(h,) * (L - 1) for h in plain]
    mixed = itertools.product(plain if L <= 3 else plain[:5], repeat=L - 1) if L <= 4 else ()
    seen = set()
    with np.errstate(all="ignore"):
        for hidden in itertools.chain(same, mixed):
            if hidden in seen:
                continue
            seen.add(hidden)
            a = X
            for l, name in enumerate((*hidden, "identity")):
                a = a @ flat[weights[l]] + (flat[biases[l]] if biases and biases[l] is not None else 0)
                a = ACTIVATE[name](a)
            for output, f in ACTIVATE.items():
                b = f(a)
                if b.shape == A.shape and np.allclose(b, A, rtol=1e-4, atol=1e-7):
                    return (*hidden, output)
    return None
