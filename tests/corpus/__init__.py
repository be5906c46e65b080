"""A corpus of backpropagation, right and wrong, written from the vocabulary alone: importing it fills CASES."""

from . import (  # noqa: F401
    batch,
    bce,
    bce_right,
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
    softmax,
    softmax_right,
    state,
    threads,
    unknown,
    updated_weights,
    weight_gradient,
)
from .registry import ALL, CASES, CATEGORIES, FAMILIES, OTHER_COSTS, Case

__all__ = ["ALL", "CASES", "CATEGORIES", "FAMILIES", "OTHER_COSTS", "Case"]
