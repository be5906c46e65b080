"""A network with stages of the learner's own: each stage is the right one, or a function read out of single samples."""

from __future__ import annotations

import numpy as np

from nnlib.doctor.readings import SHARP, Readings, Unread, fitted, fitted_surface, near
from nnlib.doctor.stages import Change
from nnlib.doctor.table.slopes import s1
from nnlib.functions import sigmoid


def _layers(which, L: int, every: str = "every layer") -> str:
    """Layers in words."""
    return every if len(which) == L else " and ".join(f"the layer of W[{l}]" for l in which)


class Model:
    """The stages that differ from the right ones, as functions, with the words for each: (category, what, also)."""

    def __init__(self, read: list[Readings]):
        self.read, self.L = read, read[0].L
        self.parts, self.stages, self.matrices, self.slopes, self.offsets = [], {}, {}, [], []
        self.inputs = False
        for r in read:
            r.z = r.Z
        if all(near(d, t) for r in read for d, t in zip(r.delta, r.right_deltas())):
            self._input_factors()
            self._own_biases()
        elif all(near(x, a) for r in read for x, a in zip(r.factor, r.A)):
            self._output()
            self._down()
            self._own_biases()
        else:
            self._another_forward_pass()

    def _all(self, value) -> np.ndarray:
        """The values of all networks in one row."""
        return np.concatenate([np.ravel(value(r)) for r in self.read])

    def _fit(self, stage: str, l: int, z, y, apply, base, where=None):
        """Set a stage of layer l to `apply` of the function that y is of z; Unread where it is none.

        What is fitted is the way from the right function, `base`, to it: a small deviation counts as much as a large one.
        """
        x, v = self._all(z), self._all(y)
        keep = slice(None) if where is None else self._all(where)
        f = fitted(x[keep], v[keep] - base(x[keep]))
        if f is None:
            raise Unread
        self.stages[stage, l] = lambda c, l: apply(lambda w: base(w) + f(w), c, l)

    def _odd(self, mine, right) -> list[int]:
        """The layers in which two values differ in some network."""
        return [l for l in range(self.L) if not all(near(mine(r)[l], right(r)[l]) for r in self.read)]

    def _input_factors(self):
        odd = self._odd(lambda r: r.factor, lambda r: r.A)
        for l in odd:
            below = (lambda r: r.A[0]) if not l else (lambda r, l=l: r.Z[l - 1])
            self._fit(
                "weight",
                l,
                below,
                lambda r, l=l: r.factor[l],
                lambda f, c, l: f(c.Z[l - 1] if l else c.X).T @ c.dZ[l],
                sigmoid if l else np.copy,
            )
        if odd:
            what = f"another function of the activation is the input factor in {_layers(odd, self.L)}"
            also = ("preactivation-instead-of-activation", "derivative-at-wrong-point")
            self.parts.append(("wrong-layer-activation", what, also))

    def _own_biases(self):
        """A bias gradient that is the delta, or the error, times a function of z or of the bias."""
        odd, of = self._odd(lambda r: r.db, lambda r: r.delta), "z"
        try:
            for l in odd:
                ratio, apply = (
                    (lambda r, l=l: r.db[l] / r.delta[l]),
                    (lambda f, c, l: (c.dZ[l] * f(c.Z[l])).sum(axis=0)),
                )
                self._fit("bias", l, lambda r, l=l: r.z[l], ratio, apply, np.ones_like)
        except Unread:
            of = "the bias"
            self._by_the_bias(odd)
        if odd:
            what = f"a function of {of} comes into the bias gradient of {_layers(odd, self.L)}"
            self.parts.append(("bias-wrong-formula", what, ()))

    def _by_the_bias(self, layers):
        for through in (np.ones_like, s1):  # the delta; or the error, without the slope
            b, k = [], []
            for r, l in ((r, l) for r in self.read for l in layers):
                error = r.delta[l] / through(r.z[l])
                b.append(r.p.biases[l])
                k.append((r.db[l] * error).sum(axis=0) / (error * error).sum(axis=0))
                if not near(k[-1] * error, r.db[l]):
                    break
            else:
                b, k = np.concatenate(b), np.concatenate(k)
                c = np.polyfit(b, k, 4)
                if near(np.polyval(c, b), k, SHARP):
                    bias = lambda p, l: np.polyval(c, p.b[l]) * (p.dZ[l] / through(p.Z[l])).sum(axis=0)
                    self.stages |= {("bias", l): bias for l in layers}
                    return
        raise Unread

    def _output(self):
        top, error = self.L - 1, lambda r: 2 * (sigmoid(r.z[-1]) - r.E)
        if all(near(r.delta[-1], error(r) * s1(r.z[-1])) for r in self.read):
            return
        try:
            far = lambda r: np.abs(error(r)) > 0.02
            slope = lambda r: r.delta[-1] / error(r)
            self._fit("slope", top, lambda r: r.z[-1], slope, lambda f, c, l: f(c.Z[l]), s1, far)
            self.slopes.append(top)
        except Unread:
            z, e, d = (self._all(value) for value in (lambda r: r.z[-1], lambda r: r.E, lambda r: r.delta[-1]))
            base = lambda z, e: 2 * (sigmoid(z) - e) * s1(z)
            surface = fitted_surface(z, e, d - base(z, e))
            if surface is None:
                raise
            self.stages["delta", top] = lambda c, l: (base(c.Z[l], c.E) + surface(c.Z[l], c.E)) / c.count
            what = "the output delta is another function of output and target"
            self.parts.append(("wrong-cost-derivative", what, ("cross-entropy-delta",)))

    def _down(self):
        for l in range(self.L - 2, -1, -1):
            carried = lambda r, l=l: r.delta[l + 1] @ r.p.weights[l + 1].T
            if all(near(r.delta[l], carried(r) * s1(r.z[l])) for r in self.read):
                continue
            try:
                far = lambda r, c=carried: np.abs(c(r)) > 0.02 * np.abs(c(r)).max()
                slope = lambda r, l=l, c=carried: r.delta[l] / c(r)
                self._fit("slope", l, lambda r, l=l: r.z[l], slope, lambda f, c, l: f(c.Z[l]), s1, far)
                self.slopes.append(l)
            except Unread:
                fitting = [w for w in CARRIED if all(_matrix(r, l, w) is not None for r in self.read)]
                if not fitting:
                    raise
                self.matrices[l] = fitting[0]
        if self.slopes:
            what = f"the slope of {_layers(sorted(self.slopes), self.L)} is another function of z than f'(z)"
            self.parts.append(("wrong-activation-derivative", what, ("derivative-at-wrong-point",)))
        for word in dict.fromkeys(self.matrices.values()):
            layers = _layers(sorted(l for l, w in self.matrices.items() if w == word), self.L)
            slug, also = CARRIED[word]
            self.parts.append((slug, f"{word} reaches {layers} through another matrix than W.T", also))

    def _another_forward_pass(self):
        """The input factors are the learner's own activations: which function of the weighted sum are they?"""
        if self._odd(lambda r: r.db, lambda r: r.delta):
            raise Unread
        self.inputs = any(not near(r.factor[0], r.A[0]) for r in self.read)
        odd, hidden = [], "every hidden layer"
        for r in self.read:
            r.z = [h @ W + b for h, W, b in zip(r.factor, r.p.weights, r.p.biases)]
        for l in range(self.L - 1):
            if all(near(r.factor[l + 1], sigmoid(r.z[l])) for r in self.read):
                continue
            offsets = [_offset(r, l) for r in self.read]
            if all(o is not None for o in offsets):
                self.offsets.append(l)
                for r, o in zip(self.read, offsets):
                    r.z[l] = r.z[l] - r.p.biases[l] + o
            else:
                after = lambda r, l=l: r.factor[l + 1]
                self._fit("activate", l, lambda r, l=l: r.z[l], after, lambda f, c, l: f(c.Z[l]), sigmoid)
                self.stages["slope", l] = lambda c, l: s1(c.Z[l])  # unless another is found on the way down
                odd.append(l)
        self._output()
        self._down()
        what = f"another function of z than the sigmoid is the activation of {_layers(odd, self.L - 1, hidden)}"
        if self.offsets:
            what = f"other numbers than the biases are added in {_layers(self.offsets, self.L - 1, hidden)} of the forward pass"
        if self.inputs:
            what = "other inputs than X enter the network"
        self.parts = [("wrong-forward-pass", what, ())] if odd or self.offsets or self.inputs else self.parts

    def changes(self, r: Readings) -> list[Change]:
        """The inferred stages as changes of backpropagation in one network, with its own matrices and offsets."""
        scope = {0: "first layer", self.L - 1: "output layer", 1: "second layer"}
        found = [Change({stage: f}, scope[l]) for (stage, l), f in self.stages.items()]
        if self.inputs:
            found.append(Change({"samples": lambda c: (r.factor[0][: len(c.X)], c.E, c.count)}))
        for l in self.offsets:
            o = _offset(r, l)
            found.append(Change({"affine": lambda c, l, o=o: c.A[l] @ c.W[l] + o}, scope[l]))
        for l, w in self.matrices.items():
            M = _matrix(r, l, w)
            carry = lambda c, l, M=M, w=w: _carried(w, c.dZ, c.S, c.A, c.E, l) @ M
            found.append(Change({"carry": carry}, scope[l + 1]))
        return found


# what may reach a layer from above: the category, and others with the same numbers
CARRIED = {
    "the delta of the layer above": ("wrong-quantity-propagated", ("wrong-layer-weights", "transposed-weights")),
    "the error of the layer above, not its delta,": ("error-propagated-without-derivative", ("wrong-quantity-propagated",)),
    "the output error": ("wrong-quantity-propagated", ("error-propagated-without-derivative",)),
    "the output delta": ("wrong-quantity-propagated", ("wrong-layer-weights",)),
}  # fmt: skip


def _carried(word: str, delta, slope, A, E, l: int):
    """What is carried down from layer l, counted from 0, to the one below."""
    error = (A[-1] - E) / len(E)  # the matrix bears its factor 2
    return (delta[l], delta[l] / slope[l], error, delta[-1])[list(CARRIED).index(word)]


def _matrix(r: Readings, l: int, word: str):
    """M with dA = (what is carried) @ M in layer l for every sample; None where there is none."""
    slopes = [s1(z) for z in r.z]
    top = _carried(word, r.delta, slopes, r.A, r.E, l + 1) * (len(r.E) if word == "the output error" else 1)
    M, *_ = np.linalg.lstsq(top, r.delta[l] / slopes[l], rcond=1e-12)
    return M if near(top @ M * slopes[l], r.delta[l]) else None


def _offset(r: Readings, l: int):
    """The numbers that stand in place of the biases, where the sigmoid of the weighted sum plus one number is the activation."""
    a, W, a_next = r.factor[l], r.p.weights[l], r.factor[l + 1]
    rest = np.log(a_next / (1 - a_next)) - a @ W
    o = rest.mean(axis=0)
    return o if near(sigmoid(a @ W + o), a_next) else None
