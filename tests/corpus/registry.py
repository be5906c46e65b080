"""The register of the corpus: each case is an implementation with the verdict that it deserves by the words of the vocabulary."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

ALL = frozenset((kind, l) for kind in "Wb" for l in range(3))
NAMED = {
    "all": ALL,
    "none": frozenset(),
    "weights": frozenset(p for p in ALL if p[0] == "W"),
    "biases": frozenset(p for p in ALL if p[0] == "b"),
    "hidden": frozenset(p for p in ALL if p[1] < 2),
    "output": frozenset(p for p in ALL if p[1] == 2),
    "unjudged": None,  # the words do not decide where: the score leaves this column out
}

# The closed list: category -> family, in the order of the vocabulary.
FAMILIES = {
    "none": "correct",
    "scale": "missing-factor-two extra-factor-two sum-instead-of-mean divided-twice mean-over-outputs "
    "divided-by-wrong-count learning-rate-in-gradient learning-rate-ignored",
    "sign": "sign",
    "derivative": "missing-activation-derivative derivative-at-wrong-point wrong-activation-derivative "
    "duplicated-derivative",
    "cost": "cross-entropy-delta wrong-cost-derivative wrong-forward-pass regularisation-term",
    "propagation": "error-propagated-without-derivative delta-not-propagated-through-weights "
    "wrong-quantity-propagated transposed-weights wrong-layer-weights used-updated-weights "
    "bias-column-misaligned missing-sum-over-downstream",
    "weight-gradient": "transposed-gradient wrong-layer-activation preactivation-instead-of-activation "
    "missing-input-activation averaged-before-product",
    "bias": "bias-not-summed bias-summed-over-neurons bias-wrong-axis bias-gradient-zero bias-wrong-formula",
    "batch": "only-last-sample single-sample-step per-sample-updates repeated-update shuffled-labels batch-remainder",
    "layers": "only-last-layer off-by-one-layer wrong-order",
    "labels": "wrong-labels",
    "state": "accumulator-not-reset stale-or-aliased-buffers mutates-inputs",
    "shape-dtype": "elementwise-matmul-confusion broadcasting shape-error integer-truncation nan",
    "numerical": "finite-difference-error",
    "update": "assigned-instead-of-subtracted",
    "other": "unknown",
}
CATEGORIES = {category: family for family, names in FAMILIES.items() for category in names.split()}


@dataclass(frozen=True)
class Case:
    """One implementation: `make()` gives a callable with no history, so that a case with state starts anew each time."""

    name: str
    category: str
    where: frozenset | None
    kind: str
    also: tuple[str, ...]  # categories which the returned numbers cannot tell from this one
    note: str
    raises: bool  # whether it may raise on some problem that keeps the contract
    make: Callable[[], Callable]
    cost: str = "squared"
    activations: str | tuple[str, str] = "sigmoid"  # one name for every layer, or (hidden, output)

    @property
    def convention(self) -> dict | None:
        """What has to be declared before the case is judged; None where the contract holds."""
        if (self.cost, self.activations) == ("squared", "sigmoid"):
            return None
        return {"cost": self.cost, "activations": self.activations}

    @property
    def family(self) -> str:
        return CATEGORIES[self.category]


CASES: list[Case] = []  # the squared error with the sigmoid
OTHER_COSTS: list[Case] = []


def where_set(text: str) -> frozenset | None:
    """'all', 'hidden', ... or parameters one by one, as in 'W0 b0' or 'W1 biases', in a network of three weight layers."""
    if text in NAMED:
        return NAMED[text]
    return frozenset(p for word in text.split() for p in NAMED.get(word) or [(word[0], int(word[1]))])


def case(
    category,
    where="all",
    kind="gradients",
    also=(),
    note="",
    raises=False,
    fresh=False,
    cost="squared",
    activations="sigmoid",
):
    """Register the decorated function; with fresh=True it is a maker, called without arguments for a new callable."""
    if category not in CATEGORIES or any(a not in CATEGORIES for a in also):
        raise ValueError(f"{category}, {also}: not in the vocabulary")

    def register(function):
        module = function.__module__.rsplit(".", 1)[-1]
        make = function if fresh else lambda: function
        name = f"{module}.{function.__name__}"
        found = Case(name, category, where_set(where), kind, tuple(also), note, raises, make, cost, activations)
        (CASES if found.convention is None else OTHER_COSTS).append(found)
        return function

    return register


def wrong_step(category, where="all", **more):
    return case(category, where, kind="train_step", **more)
