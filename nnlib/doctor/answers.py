"""Whatever came back, read as 2L arrays in our layout, with what is odd about them in words. Nothing large is copied."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nnlib.doctor.packages import Unread, array_of, two_lists


@dataclass(frozen=True, eq=False)
class Answer:
    """What a call gave: dW then db as float arrays in our layout, None for what is missing or unreadable.

    `packed`: right arrays in another package, in words. `unread`: what could not be read, and why. `whole`: two lists came
    back, as asked. `shapes`: the shapes as they came, in the learner's layout. `single`: single precision. `values`: of a
    step, the new weights and biases before they were turned into a gradient. `extra`: entries beyond the L layers.
    """

    arrays: tuple
    packed: str = ""
    unread: str = ""
    whole: bool = True
    shapes: tuple = ()
    single: bool = False
    values: tuple = ()
    counts: tuple[int, int] = (0, 0)
    bias_form: tuple = ()

    def finite(self) -> bool:
        """Did arrays come back, all of them finite?"""
        return any(a is not None for a in self.arrays) and all(a is None or np.isfinite(a).all() for a in self.arrays)


def read(value, problem, setting) -> Answer | None:
    """The answer in a value; None where nothing came back. Raises nothing of its own: what refuses to be read is said."""
    if value is None:
        return None
    L = problem.layers
    nothing = (None,) * (2 * L)
    try:
        dW, db, packed, whole = two_lists(value, problem, setting)
    except Unread as error:
        return Answer(nothing, unread=f"what came back cannot be read: {error}", whole=False)
    if dW is None:
        return Answer(nothing, packed=packed, whole=False)
    return _answer(dW, db, packed, whole, problem, setting)


def _answer(dW, db, packed, whole, problem, setting) -> Answer:
    """The answer in two lists of entries, or in one where the other is None."""
    L, reasons, raw = problem.layers, [], []
    for name, entries in (("dW", dW), ("db", db)):
        row = []
        for l, value in enumerate(entries):
            try:
                row.append(array_of(value))
            except Unread as error:
                reasons.append(f"{name}[{l}] is {error}")
                row.append(None)
        raw.append(row)
    counts = tuple(len(row) for row in raw)
    single = any(a is not None and a.dtype in (np.float32, np.float16) for row in raw for a in row)
    arrays, shapes, values, forms = [], [], [], set()
    for kind, row, old in zip(("weights", "biases"), raw, (problem.weights, problem.biases)):
        row = [None if a is None else a.astype(float) for a in row[:L]] + [None] * (L - len(row))
        shapes += [None if a is None else a.shape for a in row]
        for v, a in zip(old, row):
            ours = _in_our_layout(a, kind, v, setting, forms)
            values.append(ours)
            arrays.append(_effective(ours, v, problem.rate) if setting.kind == "train_step" else ours)
    unread = f"{'; '.join(reasons[:2])}: no array of real numbers" if reasons else ""
    return Answer(
        tuple(arrays), packed, unread, whole, tuple(shapes), single, tuple(values), counts, tuple(sorted(forms))
    )


def _in_our_layout(a, kind, v, setting, forms):
    """The array as ours: transposed where the setting says so, a bias in any form that does no harm as a vector."""
    if a is None:
        return None
    if kind == "biases":
        handed = setting.shape("biases", v.shape)
        if a.shape != handed and a.size == v.size and _harmless(a.shape, handed):
            forms.add((a.shape, handed) if v.size > 1 else ())
            return a.reshape(v.shape)
        return a.reshape(setting.shape("biases", a.shape))
    turned = setting.transposed and a.ndim == 2
    return a.T if turned else a


def _harmless(shape, handed) -> bool:
    """Does the bias keep its numbers when an array of this shape is subtracted from it? (n,) and (1, n) do, (n, 1) does not."""
    try:
        return np.prod(np.broadcast_shapes(shape, handed)) == np.prod(handed)
    except ValueError:
        return False


def _effective(new, old, rate):
    """(old - new) / rate: the gradient that this step used. Shapes that cannot be subtracted leave None."""
    if new is None:
        return None
    try:
        if new.size == old.size:  # right numbers in another shape are told apart later
            return (old.reshape(new.shape) - new) / rate
        return (old - new) / rate
    except ValueError:
        return None
