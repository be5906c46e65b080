"""A corpus of backpropagation, right and wrong, written from the vocabulary alone: importing it fills CASES."""

from . import (  # noqa: F401
    batch,
    bias,
    correct,
    correct_more,
    cost,
    derivative,
    layers,
    number_types,
    pairs,
    propagation,
    scale,
    scale_rates,
    scopes,
    shape_dtype,
    sign,
    state,
    threads,
    unknown,
    updated_weights,
    weight_gradient,
)
from .registry import ALL, CASES, CATEGORIES, FAMILIES, Case

__all__ = ["ALL", "CASES", "CATEGORIES", "FAMILIES", "Case"]
