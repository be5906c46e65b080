"""A second opinion on an exercise: where no planned mistake fits, the gradient doctor is asked."""

from __future__ import annotations

from collections.abc import Callable

from nnlib.doctor import diagnose


def doctors_word(answer: Callable) -> tuple[str, str] | None:
    """(category, sentence) for a wrong (weights, biases, X, E) -> (dW, db); None where the doctor has no name for it."""
    diagnosis = diagnose(answer)
    if diagnosis.category in ("correct", "unknown"):
        return None
    return diagnosis.category, f"The doctor says {diagnosis.category}: {diagnosis.what}. {diagnosis.hint}"
