"""Other people's conventions: a function written for another cost, layout or activation, judged in its own terms."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, is_dataclass, replace
from functools import wraps

from nnlib.doctor.packages import carried
from nnlib.functions import ELEMENTWISE
from nnlib.notation import Source, adapt, contract_factor, source


@dataclass(frozen=True)
class Convention:
    """What differs from ours. All False, mean, sum and sigmoid: our own contract.

    `activations` is one name for every layer, or (hidden, output). `factor` is a further number, our gradient divided by
    theirs, or a function of (T, n_out).
    """

    half: bool = False  # a 1/2 in the cost
    over_samples: str = "mean"  # or "sum"
    over_outputs: str = "sum"  # or "mean"
    transposed: bool = False  # W stored as w[to, from]
    columns: bool = False  # samples as columns, biases as columns too
    bias_axis: str = ""  # "vector", "row" or "column"; "" for what goes with the layout
    activations: str | tuple[str, str] = "sigmoid"
    factor: float | Callable = 1.0


NAMES = {
    "ours": Convention(),
    "half": Convention(half=True),
    "sum": Convention(over_samples="sum"),
    "half sum": Convention(half=True, over_samples="sum"),
    "mean over outputs": Convention(over_outputs="mean"),
    "half mean over outputs": Convention(half=True, over_outputs="mean"),
    "transposed weights": Convention(transposed=True),
    "samples as columns": Convention(transposed=True, columns=True),
    "columns": Convention(transposed=True, columns=True),
    "linear output": Convention(activations=("sigmoid", "identity")),
    "tanh, linear output": Convention(activations=("tanh", "identity")),
    "relu, linear output": Convention(activations=("relu", "identity")),
    "tanh, sigmoid output": Convention(activations=("tanh", "sigmoid")),
    "relu, sigmoid output": Convention(activations=("relu", "sigmoid")),
    **{name: Convention(activations=name) for name in ELEMENTWISE if name != "sigmoid"},
}
# Words that people use for the same thing.
OTHER_WORDS = {
    "1/2": "half", "one half": "half", "0.5": "half", "mse": "mean over outputs", "sse": "sum", "half sse": "half sum",
    "w transposed": "transposed weights", "transposed": "transposed weights", "linear": "identity",
}  # fmt: skip


def named(convention) -> Convention | Source:
    """The convention meant by a name, a mapping, a dataclass, a Convention or a Source of nnlib.notation.

    Raises ValueError that lists the names, TypeError for anything else.
    """
    if isinstance(convention, Convention | Source):
        return convention
    if is_dataclass(convention) and not isinstance(convention, type):
        convention = {k: v for k, v in asdict(convention).items() if k in Convention.__dataclass_fields__}
    if isinstance(convention, Mapping):
        unknown = set(convention) - set(Convention.__dataclass_fields__)
        if unknown:
            fields = ", ".join(Convention.__dataclass_fields__)
            raise ValueError(f"convention: expected keys out of {fields}, got {', '.join(sorted(map(str, unknown)))}")
        return Convention(**convention)
    if not isinstance(convention, str):
        raise TypeError(
            f"convention: expected a name, a dict, a Convention or a Source, got {type(convention).__name__}"
        )
    key = " ".join(convention.lower().replace("-", " ").replace("_", " ").split())
    key = OTHER_WORDS.get(key, key)
    if key in NAMES:
        return NAMES[key]
    try:
        return source(convention)
    except ValueError as error:
        raise ValueError(f"convention: expected one of {', '.join(NAMES)}, or a source; {error}") from error


SAID_IN_COLUMNS = (
    ("len(X) or X.shape[0]", "X.shape[1]"), ("len(X)", "X.shape[1]"), ("axis=0", "axis=1, keepdims=True"),
    ("(T, n_out) array", "(n_out, T) array"), ("every row of X", "every column of X"), ("X[0]", "X[:, 0]"),
    ("Samples are rows here: sum over axis 0.", "Samples are columns here: sum over axis 1."),
    ("a random row", "a random column"), ("A_prev.T @ dZ", "dZ @ A_prev.T"), ("(n_prev, n_this)", "(n_this, n_prev)"),
    ("Forward A @ W, backward dZ @ W.T", "Forward W @ A, backward W.T @ dZ"),
)  # fmt: skip


# the name that declares what a report calls by other words
DECLARED = {
    "the cost with a factor 1/2": "half", "the sum over the samples in place of the mean": "sum",
    "the sum over the samples with a factor 1/2": "half sum", "the mean over the outputs as well": "mean over outputs",
    "the mean over the outputs as well, with a factor 1/2": "half mean over outputs",
    "W stored as w[to, from]": "transposed weights",
}  # fmt: skip


SAID_OF_OTHER_SLOPES = {
    "missing-activation-derivative": "Multiply the error by f'(z) of the declared activation on the way through each layer.",
    "derivative-at-wrong-point": "f' wants z, the value before the activation: do not pass a through f once more.",
    "wrong-activation-derivative": "Use the slope of the activation that you declared for this layer.",
    "nan": "Look for 0/0, inf/inf or a logarithm of 0.",
}


def hint_for(convention, category: str, hint: str) -> str:
    """A hint in the words of a convention: other activations have other slopes; samples as columns, another axis."""
    if getattr(named(convention), "activations", "sigmoid") != "sigmoid":
        hint = SAID_OF_OTHER_SLOPES.get(category, hint)
    if named(convention).columns:
        for ours, theirs in SAID_IN_COLUMNS:
            hint = hint.replace(ours, theirs)
    return hint


def row_of(convention) -> Source:
    """The layout and the cost of a convention, as a row of nnlib.notation."""
    meant = named(convention)
    if isinstance(meant, Source):
        return meant
    axis = meant.bias_axis or ("column" if meant.columns else "vector")
    return replace(
        source("ours"), transposed=meant.transposed, columns=meant.columns, bias_axis=axis, half=meant.half,
        over_samples=meant.over_samples, over_outputs=meant.over_outputs,
    )  # fmt: skip


def in_our_terms(function: Callable, convention, kind: str):
    """(function, activations): the function as one that keeps our contract, and the activations it is judged with."""
    meant = named(convention)
    adapted = carried(function, lambda opened: adapt(row_of(meant), opened, kind))
    if isinstance(meant, Source):
        return adapted, "sigmoid"
    activations = _checked(meant.activations)
    return (adapted if meant.factor == 1 else _scaled(adapted, meant.factor, kind)), activations


def scale(convention, X, E) -> float:
    """c of our gradient = c times that of the convention, on these data."""
    meant = named(convention)
    return contract_factor(row_of(meant), X, E) * (1.0 if isinstance(meant, Source) else _number(meant.factor, X, E))


def handed_rate(convention, problem) -> float:
    """The rate that the learner's own step is called with, so that it takes our step down the declared cost."""
    return scale(convention, problem.X, problem.E) * problem.rate


def own_finding(convention, finding, problem):
    """A finding in the learner's own numbers and places: one that his function returned, where it returned it."""
    c, row = scale(convention, problem.X, problem.E), row_of(convention)
    if finding.array.startswith("dW"):
        index = finding.index[::-1] if row.transposed else finding.index
    else:
        index = {"row": (0, *finding.index), "column": (*finding.index, 0)}.get(row.bias_axis, finding.index)
    return finding._replace(index=index, yours=finding.yours / c, right=finding.right / c)


OF_THE_RATE = {
    "learning-rate-in-gradient",
    "learning-rate-ignored",
}  # their number is the rate that the learner is handed


def numbers_of_ours(convention, diagnosis) -> tuple[str, ...]:
    """A sentence where the words hold a number and the declared cost is not ours: then the number is in ours; else ()."""
    meant = named(convention)
    row = row_of(meant)
    same = not row.squared or (row.half, row.over_samples, row.over_outputs) == (False, "mean", "sum")
    same = same and (isinstance(meant, Source) or meant.factor == 1)
    same = same or diagnosis.family == "shape-dtype"  # whose numbers are shapes, and lines
    same = same or {diagnosis.category, *(slug for slug, _, _ in diagnosis.second)} <= OF_THE_RATE
    words = " ".join((diagnosis.what, *(what for _, what, _ in diagnosis.second)))
    if same or not re.search(r"\d|rate|divided|twice", words):
        return ()
    return (
        "The words and the formula speak of this series' cost, C = (1/T) sum_i sum_j (a_ij - e_ij)^2; "
        "the table shows your own numbers.",
    )


def _number(factor, X, E) -> float:
    return float(factor(len(X), E.shape[1])) if callable(factor) else float(factor)


def _checked(activations):
    names = (activations,) if isinstance(activations, str) else tuple(activations)
    if (
        not isinstance(activations, Sequence)  # a name is one too
        or len(names) not in (1, 2)
        or any(n not in ELEMENTWISE for n in names)
    ):
        raise ValueError(
            f"activations: expected one name or (hidden, output), out of {', '.join(ELEMENTWISE)}, got {activations!r}"
        )
    return names[0] if len(names) == 1 else names


def _scaled(function, factor, kind):
    """The function with its gradients, or the rate of its step, multiplied by the factor."""

    @wraps(function)
    def gradients(weights, biases, X, E):
        answer = function(weights, biases, X, E)
        try:
            dW, db = answer
            return [_number(factor, X, E) * g for g in dW], [_number(factor, X, E) * g for g in db]
        except (TypeError, ValueError):  # not two lists of numbers: the caller says so
            return answer

    @wraps(function)
    def train_step(weights, biases, X, E, learning_rate):
        return function(weights, biases, X, E, _number(factor, X, E) * learning_rate)

    return gradients if kind == "gradients" else train_step
