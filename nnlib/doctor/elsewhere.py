"""The layout and cost under which code that is wrong in ours is right: tried one by one, and told so that it can be typed."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

import numpy as np

from nnlib.doctor.answers import whole
from nnlib.doctor.conventions import DECLARED, NAMES, Convention, in_our_terms, named
from nnlib.doctor.diagnosis import Diagnosis
from nnlib.doctor.examine import one_more
from nnlib.doctor.probes import probe
from nnlib.doctor.references import right

SOURCES = ("pytorch", "nielsen")  # whose names say layout and cost at once
LAYOUTS = ({"transposed": True}, {"transposed": True, "columns": True}, {})
COSTS = tuple(
    {key: value for key, value in (("half", half), ("over_samples", samples), ("over_outputs", outputs)) if value}
    for half, samples, outputs in itertools.product((False, True), ("", "sum"), ("", "mean"))
)
LOOKED_AT = ("main", "three")
OF_A_LAYOUT = {"shape-error", "transposed-weights", "transposed-gradient", "unknown"}


def elsewhere(function: Callable, found: Diagnosis, declared=None) -> str:
    """A sentence with the convention under which every gradient of `function` is right; "" where there is none.

    Asked only where what was found may be a layout, or a convention beside the declared one. Without a declared one only
    those are tried that change the layout: another cost alone is named by its factor.
    """
    if not OF_A_LAYOUT & {found.category, *(slip for slip, _, _ in found.second)} and not (
        declared and found.convention
    ):
        return ""
    for said, convention in _candidates(layouts=LAYOUTS if declared is not None else LAYOUTS[:2]):
        if declared is not None and named(convention) == named(declared):
            continue
        if declared is None and said.strip('"') == DECLARED.get(found.convention):
            return ""  # the verdict says so already
        judged, activations = in_our_terms(function, convention, "gradients")
        if all(_agrees(judged, name, activations) for name in LOOKED_AT):
            return (
                "Every gradient is right under another layout or cost. If you meant it, say so: "
                f"diagnose(f, convention={said})."
            )
    return ""


def _candidates(layouts) -> Iterator[tuple[str, object]]:
    """(how it is typed, convention), those with a name first."""
    for name in SOURCES:
        yield f'"{name}"', name
    for layout, cost in itertools.product(layouts, COSTS):
        convention, fields = Convention(**layout, **cost), {**layout, **cost}
        name = min((name for name, known in NAMES.items() if known == convention), key=len, default="")
        yield f'"{name}"' if name else f"dict({', '.join(f'{k}={v!r}' for k, v in fields.items())})", convention


def _agrees(judged: Callable, name: str, activations) -> bool:
    arrays = whole(one_more(judged, "gradients", name), probe(name))
    return arrays is not None and all(map(np.allclose, arrays, right(name, activations)))
