"""What a learner's code is judged by: its cost, its activations, its layout, and what it is, a gradient or a step."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields, is_dataclass, replace
from functools import cache

from nnlib.doctor.candidates.functions import ACTIVATE
from nnlib.notation import Source, shape_here, source

CHOICES = {
    "kind": ("gradients", "train_step"),
    "cost": ("squared", "bce", "cross-entropy"),
    "over_samples": ("mean", "sum"),
    "over_outputs": ("sum", "mean"),
    "bias": ("vector", "row", "column", "none"),
}
ACTIVATIONS = tuple(ACTIVATE)


@dataclass(frozen=True)
class Setting:
    """The terms of a judgement. The defaults are the series' own: sigmoid, C = (1/T) sum_i sum_j (a_ij - e_ij)^2, rows.

    `activations` is (hidden, output), or one name for each layer; one name alone serves every layer. `half` puts a 1/2
    before the squared error; `over_samples` and `over_outputs` say mean or sum. `transposed`: W of shape (n_this, n_prev);
    `columns`: samples are columns; `bias`: (n,) vector, (1, n) row, (n, 1) column, or none. `decay`: lambda of a penalty
    whose slope lambda W belongs to the weight gradients. `sizes` fixes the layer widths, for code that has its own.
    `factor`: the series' gradient divided by this one, beyond what the other fields say; a number or f(T, n_out).
    Raises ValueError for a value that is none of the choices.
    """

    kind: str = "gradients"
    cost: str = "squared"
    activations: tuple[str, ...] = ("sigmoid", "sigmoid")
    half: bool = False
    over_samples: str = "mean"
    over_outputs: str = "sum"
    transposed: bool = False
    columns: bool = False
    bias: str = "vector"
    decay: float = 0.0
    sizes: tuple[int, ...] | None = None
    factor: float | Callable = 1.0

    def __post_init__(self):
        names = (self.activations,) * 2 if isinstance(self.activations, str) else self.activations
        names = tuple(names) if isinstance(names, list | tuple) else ()
        names = names * 2 if len(names) == 1 else names
        if not names or any(n not in ACTIVATIONS for n in names):
            raise ValueError(
                f"activations: expected one name or (hidden, output), out of {', '.join(ACTIVATIONS)}, "
                f"got {self.activations!r}"
            )
        object.__setattr__(self, "activations", names)
        if self.sizes is not None:
            object.__setattr__(self, "sizes", tuple(int(n) for n in self.sizes))
        for name, choices in CHOICES.items():
            if getattr(self, name) not in choices:
                raise ValueError(f"{name}: expected one of {', '.join(choices)}, got {getattr(self, name)!r}")

    def activation(self, l: int, layers: int) -> str:
        """The name of the activation of weight layer l of `layers`."""
        if len(self.activations) == layers:
            return self.activations[l]
        return self.activations[-1] if l == layers - 1 else self.activations[min(l, len(self.activations) - 2)]

    @property
    def layout(self) -> Source:
        """The layout as a row of nnlib.notation, for its shapes."""
        return _layout(self.transposed, self.columns, self.bias if self.bias != "none" else "vector")

    def shape(self, kind: str, shape: tuple[int, ...]) -> tuple[int, ...]:
        """Our shape of an array ("weights", "biases" or "data") in the learner's layout, and the other way round."""
        return shape_here(self.layout, kind, shape)

    def scale(self, T: int, n_out: int) -> float:
        """What stands before the slope of one sample's cost, beside the 2 of the square and the 1/2 of `half`."""
        number = self.factor(T, n_out) if callable(self.factor) else self.factor
        samples, outputs = self.over_samples == "mean", self.over_outputs == "mean"
        return 1.0 / (number * (T if samples else 1) * (n_out if outputs else 1))


@cache
def _layout(transposed: bool, columns: bool, axis: str) -> Source:
    return replace(source("ours"), transposed=transposed, columns=columns, bias_axis=axis)


# The names by which a convention can be declared; what a name leaves out is the series' own.
NAMES = {
    "ours": {},
    "half": {"half": True},
    "sum": {"over_samples": "sum"},
    "half sum": {"half": True, "over_samples": "sum"},
    "mean over outputs": {"over_outputs": "mean"},
    "half mean over outputs": {"half": True, "over_outputs": "mean"},
    "transposed weights": {"transposed": True},
    "samples as columns": {"transposed": True, "columns": True, "bias": "column"},
    "columns": {"transposed": True, "columns": True, "bias": "column"},
    "linear output": {"activations": ("sigmoid", "identity")},
    "tanh, linear output": {"activations": ("tanh", "identity")},
    "relu, linear output": {"activations": ("relu", "identity")},
    "tanh, sigmoid output": {"activations": ("tanh", "sigmoid")},
    "relu, sigmoid output": {"activations": ("relu", "sigmoid")},
    "softmax, cross entropy": {"cost": "cross-entropy", "activations": ("sigmoid", "softmax")},
    "binary cross entropy": {"cost": "bce"},
    **{name: {"activations": (name, name)} for name in ACTIVATIONS if name not in ("sigmoid", "softmax")},
}
OTHER_WORDS = {  # words that people use for the same thing
    "1/2": "half", "one half": "half", "0.5": "half", "mse": "mean over outputs", "sse": "sum", "half sse": "half sum",
    "w transposed": "transposed weights", "transposed": "transposed weights", "linear": "identity",
    "bce": "binary cross entropy", "cross entropy": "softmax, cross entropy", "softmax": "softmax, cross entropy",
}  # fmt: skip
COSTS = {  # what `cost=` may say, with the reductions that a name holds
    "squared": {"cost": "squared"},
    "half": {"half": True},
    "half sum": {"half": True, "over_samples": "sum"},
    "sum": {"over_samples": "sum"},
    "mse": {"over_outputs": "mean"},
    "bce": {"cost": "bce"},
    "binary cross entropy": {"cost": "bce"},
    "cross entropy": {"cost": "cross-entropy"},
}


def _plain(text: str) -> str:
    return " ".join(text.lower().replace("-", " ").replace("_", " ").split())


def setting_of(kind: str = "gradients", convention=None, cost=None, activations=None) -> Setting:
    """The setting that a learner declares: a convention by name, mapping, dataclass, Setting or Source, then the rest.

    Where softmax outputs are declared and no cost, the cost is the cross-entropy, and the other way round.
    Raises ValueError that lists the choices, TypeError for anything else than these.
    """
    said = _of_convention(convention)
    if cost is not None:
        if not isinstance(cost, str) or _plain(cost) not in COSTS:
            raise ValueError(f"cost: expected one of {', '.join(COSTS)}, got {cost!r}")
        said = said | COSTS[_plain(cost)]
    if activations is not None:
        said = said | {"activations": activations}
    names = said.get("activations", ("sigmoid", "sigmoid"))
    last = names if isinstance(names, str) else (list(names) or [""])[-1]
    if said.get("cost") == "cross-entropy" and "activations" not in said:
        said = said | {"activations": ("sigmoid", "softmax")}
    elif last == "softmax" and "cost" not in said:
        said = said | {"cost": "cross-entropy"}
    return Setting(**(said | {"kind": kind}))


def _of_convention(convention) -> dict:
    """The fields that a convention declares."""
    if convention is None:
        return {}
    if isinstance(convention, Setting):
        return {f.name: getattr(convention, f.name) for f in fields(Setting)}
    if isinstance(convention, Source):
        return _of_source(convention)
    if is_dataclass(convention) and not isinstance(convention, type):
        return _of_convention({k: v for k, v in asdict(convention).items() if k in Setting.__dataclass_fields__})
    if isinstance(convention, Mapping):
        return _of_mapping(convention)
    if not isinstance(convention, str):
        raise TypeError(f"convention: expected a name, a dict, a Setting or a Source, got {type(convention).__name__}")
    key = _plain(convention)
    key = OTHER_WORDS.get(key, key)
    if key in NAMES:
        return dict(NAMES[key])
    try:
        return _of_source(source(convention))
    except ValueError as error:
        raise ValueError(f"convention: expected one of {', '.join(NAMES)}, or a source; {error}") from error


def _of_mapping(convention: Mapping) -> dict:
    said = {"bias" if key == "bias_axis" else key: value for key, value in convention.items()}
    unknown = set(said) - set(Setting.__dataclass_fields__)
    if unknown:
        known = ", ".join(Setting.__dataclass_fields__)
        raise ValueError(f"convention: expected keys out of {known}, got {', '.join(sorted(map(str, unknown)))}")
    if isinstance(said.get("cost"), str) and _plain(said["cost"]) in COSTS:
        said = said | COSTS[_plain(said["cost"])]
    if not said.get("bias"):
        said = said | {"bias": "column" if said.get("columns") else "vector"}
    return said


def _of_source(row: Source) -> dict:
    """The layout of a source, and its cost where that is a squared error; else the layout alone."""
    said = {"transposed": row.transposed, "columns": row.columns, "bias": row.bias_axis}
    if row.squared:
        said |= {"half": row.half, "over_samples": row.over_samples, "over_outputs": row.over_outputs}
    return said


def neighbours(setting: Setting):
    """(words, setting) of the conventions that people mean without saying so: one field, or one cost, away."""
    if setting.cost == "squared":
        for name in ("half", "sum", "half sum", "mean over outputs", "half mean over outputs"):
            yield f'convention="{name}"', replace(setting, **NAMES[name])
    own = setting.activations[0]
    for cost, output in (("squared", None), ("bce", "sigmoid"), ("cross-entropy", "softmax")):
        for hidden in dict.fromkeys((own, "sigmoid", "tanh", "relu")) if cost != setting.cost else ():
            names = (*(hidden,) * (len(setting.activations) - 1), output or setting.activations[-1])
            if output or names[-1] != "softmax":
                words = f'cost="{cost}"' + ("" if hidden == own else f", activations={names}")
                yield words, replace(setting, cost=cost, half=False, activations=names)
    for hidden in ("sigmoid", "tanh", "relu"):
        for output in (setting.activations[-1], "identity", "sigmoid", "tanh"):
            names = (*(hidden,) * (len(setting.activations) - 1), output)
            if names != setting.activations and (output != "softmax" or setting.cost == "cross-entropy"):
                yield f"activations={names}", replace(setting, activations=names)
