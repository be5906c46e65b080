"""Read whatever came back as gradients: lists, tuples, generators, tensors, matrices, or nothing usable."""

from __future__ import annotations

import warnings

import numpy as np

from nnlib.doctor.observe import Answer, Call
from nnlib.doctor.packages import Packed, unpacked


def _array(value):
    """The value as a float array, or None; complex numbers lose an imaginary part of rounding size only."""
    if value is None:
        return None
    if hasattr(value, "detach"):  # a tensor that still remembers its graph
        value = value.detach()
    try:
        array = np.array(value)
        if array.dtype == object:
            array = array.astype(complex)  # a complex one among them, or none
    except Exception:  # ragged, or no numbers: a finding of its own
        return None
    if array.dtype.kind == "c":
        size = np.abs(array).max(initial=0)
        if np.abs(array.imag).max(initial=0) > 1e-9 * size + 1e-30:
            return None
        array = array.real
    if array.dtype.kind in "iub":
        return array.astype(float)
    return array if array.dtype.kind == "f" else None


def _as_list(value):
    """The entries of a list, tuple, generator, dict of layers or stacked array; None where there are none."""
    if isinstance(value, dict):
        return [value[key] for key in sorted(value, key=str)]
    try:
        return list(value)
    except TypeError:
        return None


def read(call: Call, kind: str) -> Answer | None:
    """`_read`, for objects of any kind: what cannot be looked into comes out as an answer without arrays."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _read(call, kind)
    except Exception as error:  # an object that refuses to be listed or converted
        note = f"what came back cannot be read: {type(error).__name__}: {error}"
        return Answer([None] * 2 * len(call.problem.weights), note, unpacked=False)


def _read(call: Call, kind: str) -> Answer | None:
    """The answer of a call: None where nothing came back, else its arrays, with what is odd about them in words."""
    p, value = call.problem, call.value
    L = len(p.weights)
    if value is None:
        return None
    found = value if isinstance(value, Packed) else unpacked(value, p.weights, p.biases)
    parts = _as_list(value if found is None else found)
    if parts is None:
        return Answer([None] * 2 * L, f"one {type(value).__name__} came back, not (dW, db)", unpacked=False)
    note = ""
    if isinstance(value, dict) and not found:
        note = f"a dict with the keys {', '.join(map(str, list(value)[:4]))} came back, not (dW, db)"
    if isinstance(value, np.ndarray) and value.ndim == 1 and value.dtype.kind in "iuf":
        note = f"one array of {value.size} numbers came back, not two lists: cut it into dW and db"
        return Answer([None] * 2 * L, note, unpacked=False)
    if len(parts) == 2 * L != 2 and not isinstance(value, dict):
        arrays = [_array(v) for v in parts]
        if all(a is None or a.ndim in (1, 2) for a in arrays):
            return Answer(arrays, f"one flat list of {2 * L} arrays came back, not two lists of {L}", unpacked=False)
    if len(parts) == L != 2 and all(np.ndim(_array(v)) == 2 for v in parts):
        return Answer(
            [None] * 2 * L, f"one list of {L} arrays came back, not two lists: return dW and db", unpacked=False
        )
    if len(parts) > 2:
        note = note or f"{len(parts)} values came back, not two (dW, db)"
        lists = [v for v in map(_as_list, parts) if v is not None and len(v) == L]
        parts = lists if len(lists) >= 2 else parts
        extra = True
    else:
        extra = False
    if len(parts) < 2:
        return Answer([None] * 2 * L, f"{len(parts)} value came back, not two (dW, db)", unpacked=False)
    arrays, single, raw = [], False, []
    for name, part, old in zip(("dW", "db"), parts, (p.weights, p.biases)):
        entries = _as_list(part)
        if entries is None:
            note = note or f"{name} is no list of arrays"
            entries = []
        if len(entries) != L:
            note = note or f"{name} has {len(entries)} entries for {L} layers"
        entries = [_array(v) for v in entries]
        single |= any(v is not None and v.dtype in (np.float32, np.float16) for v in entries)
        entries = [None if v is None else v.astype(float) for v in entries]
        raw.append(entries)
        entries = entries[:L]
        if kind == "train_step":
            entries = [_effective(v, w, p.rate) for v, w in zip(entries, old)]
        arrays += entries + [None] * (L - len(entries))
    whole = not extra and (bool(found) or not isinstance(value, dict))
    return Answer(arrays, note, whole, tuple(raw), single, found.note if found else "")


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


def whole(answer, p):
    """The arrays of an answer, where all are there, finite and of the right shapes; else None."""
    arrays = None if answer is None else answer.arrays
    shapes = [v.shape for v in (*p.weights, *p.biases)]
    if arrays is None or [None if a is None else a.shape for a in arrays] != shapes:
        return None
    return arrays if all(np.isfinite(a).all() for a in arrays) else None
