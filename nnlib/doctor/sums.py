"""Is an array a multiple of a known one, or a sum of known ones? Every explanation of numbers comes down to this."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def multiple(s: np.ndarray, t: np.ndarray, close: float, least: float = 0.0) -> float:
    """The factor of s over t, 0 where s is zero, NaN where s is no multiple of t: off by more than `close` of its length."""
    factor = float(s @ t / (t @ t)) if t.any() else np.nan
    if not np.linalg.norm(s - factor * t) <= close * max(float(np.linalg.norm(s)), least):
        return np.nan
    return factor if s.any() else 0.0


def shares(s: np.ndarray, parts: Sequence[np.ndarray], close: float, rcond: float | None = None) -> np.ndarray | None:
    """w with s = sum_k w_k parts_k by least squares; None where that is off by more than `close` of the length of s."""
    A = np.stack(parts, axis=1)
    if not (np.isfinite(A).all() and np.isfinite(s).all()):
        return None
    w, *_ = np.linalg.lstsq(A, s, rcond=rcond)
    return w if np.linalg.norm(A @ w - s) <= close * np.linalg.norm(s) else None


def joined(arrays: Sequence[np.ndarray]) -> np.ndarray:
    """Arrays of any shape as one long row."""
    return np.concatenate([np.ravel(a) for a in arrays])
