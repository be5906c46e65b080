"""The table of checks: what single arguments must be; each refusal names the argument, what was expected, and what came."""

from __future__ import annotations

import cmath
import numbers as kinds
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np


def _real(value) -> bool:
    return isinstance(value, kinds.Real) and not isinstance(value, bool) and cmath.isfinite(value)


def _whole(least: int) -> Callable[[Any], bool]:
    return lambda value: _real(value) and value == int(value) >= least


class Kind(NamedTuple):
    """What a value must be, in words and as a test, and what it becomes."""

    expected: str
    fits: Callable[[Any], bool]
    convert: Callable[[Any], Any] = lambda value: value


NUMBER = Kind("a finite number", _real, float)
POSITIVE = Kind("a finite number above 0", lambda v: _real(v) and v > 0, float)
NOT_NEGATIVE = Kind("a finite number of at least 0", lambda v: _real(v) and v >= 0, float)
SHARE = Kind("a number of at least 0 and below 1", lambda v: _real(v) and 0 <= v < 1, float)
WHOLE = Kind("a whole number of at least 1", _whole(1), int)
SEED = Kind("a whole number of at least 0", _whole(0), int)
FUNCTION = Kind("a function", callable)
GENERATOR = Kind("a random generator, as in rng=np.random.default_rng(0)", lambda v: isinstance(v, np.random.Generator))
PRECISION = Kind(
    "np.float32 or np.float64",
    lambda v: isinstance(v, (type, str, np.dtype)) and v in (float, np.float32, np.float64, "float32", "float64"),
    lambda v: np.dtype(v).type,
)

# The arguments of public functions that are single values, by name: the same name means the same thing everywhere.
ARGUMENTS: dict[str, Kind] = {
    "learning_rate": NOT_NEGATIVE, "epochs": WHOLE, "batch_size": WHOLE, "steps": WHOLE, "T": WHOLE, "sizes": WHOLE,
    "rng": GENERATOR, "record": FUNCTION, "function": FUNCTION, "h": POSITIVE, "scale": NUMBER, "seed": SEED,
    "record_every": WHOLE, "processes": WHOLE, "dtype": PRECISION, "pixels": WHOLE, "shifts": WHOLE, "factor": POSITIVE,
    "hidden": NUMBER, "output": NUMBER, "width": POSITIVE, "most": WHOLE, "tolerance": NUMBER, "distance": POSITIVE,
    "precision": Kind("a finite number of at least 1e-15", lambda v: _real(v) and v >= 1e-15, float),
    "highest": Kind("a finite number above 1/2", lambda v: _real(v) and v > 0.5, float),
    "beta": SHARE, "beta1": SHARE, "beta2": SHARE, "decay": SHARE, "longest": POSITIVE, "tiny": POSITIVE,
    "learned_at": NUMBER, "rate": NOT_NEGATIVE, "K": WHOLE,
    "test_share": Kind("a number between 0 and 1", lambda v: _real(v) and 0 < v < 1, float),
}  # fmt: skip


def one_of(name: str, key, table: Mapping) -> Any:
    """table[key], or a ValueError that names the argument and lists the keys that are there."""
    if key not in table:
        raise ValueError(f"{name}: expected one of {', '.join(table)}, got {key!r}")
    return table[key]


def argument(name: str, value, kind: Kind | None = None):
    """The value as its kind in ARGUMENTS converts it, or a ValueError that says what was expected and what came."""
    kind = kind or ARGUMENTS[name]
    plain = value.item() if isinstance(value, np.ndarray) and value.ndim == 0 else value
    try:
        fits = kind.fits(plain)
    except (TypeError, ValueError, OverflowError):  # a value that cannot even be compared
        fits = False
    if not fits:
        raise ValueError(f"{name}: expected {kind.expected}, got {shown(value)}")
    return kind.convert(plain)


def optional(name: str, value):
    """None as it is, anything else as `argument`."""
    return None if value is None else argument(name, value)


def shown(value) -> str:
    """A value in an error message: short, whatever it is."""
    if isinstance(value, np.ndarray) and value.ndim:
        return f"an array of shape {value.shape}"
    text = f"{value!r}"
    return text if len(text) <= 60 else f"{text[:50]} ... ({type(value).__name__})"
