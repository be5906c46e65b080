"""Sentences for the commonest edits, hints in the words of the learner's setting, and where a slip sits."""

# ruff: noqa: E501  (a row of a table is a line)
from __future__ import annotations

from nnlib.doctor.candidates.categories import rule_of
from nnlib.doctor.candidates.expressions import show
from nnlib.doctor.candidates.program import program
from nnlib.doctor.vocabulary import ROOTS, VOCABULARY, When


def sentence_of(candidate, setting) -> str:
    """The plain sentence of an edit where it has one, with its formula; else the formula and what belongs there."""
    edit, plain = candidate.edit, rule_of(candidate.edit, candidate.spelling).sentence
    f = setting.activations[-1 if candidate.scope == "output layer" else 0]
    return f"{plain.replace('{f}', f)}: {edit.formula(setting)}" if plain else edit.words(setting)


def words_of(candidate, setting, number=None) -> str:
    """What happens, with the scope where it is not everywhere."""
    words = candidate.words or sentence_of(candidate, setting)
    at_the_output = candidate.scope == "output layer" and set(candidate.stages) <= {"cost"}
    return words + ("" if candidate.scope == "everywhere" or at_the_output else f" ({candidate.scope} only)")


def formula_of(candidate, setting) -> str:
    """The line with the fault between « »."""
    if candidate.edit is not None:
        return candidate.edit.formula(setting)
    return VOCABULARY[candidate.names[0]].formula


def root_of(slip) -> str:
    """Where the slip itself sits, in words, where that is narrower than the damage."""
    if slip.scope != "everywhere":
        return slip.scope if slip.scope.startswith(("d", "all")) else f"the {slip.scope}"
    return ROOTS.get(slip.category, ROOTS.get(VOCABULARY[slip.category].family, ""))


# --- lines and hints, rendered from the setting ---


def terms(setting) -> dict[str, str]:
    """The learner's own words for what a hint speaks of."""
    columns, sigmoid = setting.columns, set(setting.activations) == {"sigmoid"}
    right = program(setting)
    forward = "W @ A" if columns else "A @ W.T" if setting.transposed else "A @ W"
    axis = "axis=1, keepdims=True" if columns else "axis=0"
    return {
        "T": "X.shape[1]" if columns else "len(X)", "or_T": "X.shape[1]" if columns else "len(X) or X.shape[0]", "axis": axis,
        "number": "1" if columns else "0", "sample": "column" if columns else "row", "first": "X[:, 0]" if columns else "X[0]",
        "outputs": "(n_out, T)" if columns else "(T, n_out)", "shape": "(n_this, n_prev)" if setting.transposed else "(n_prev, n_this)",
        "weight": show(right["weight"], setting), "carry": show(right["carry"], setting), "forward": forward,
        "slope": "a (1 - a)" if sigmoid else "f'(z) of the layer's own activation", "error": show(right["cost"], setting),
        "db": f"dZ.sum({axis})",
    }  # fmt: skip


ERROR = {
    "squared": "The derivative of (a - e)^2 is 2 (a - e), output minus target",
    "half": "The derivative of (a - e)^2 / 2 is a - e, output minus target",
    "bce": "With sigmoid outputs the delta of the binary cross-entropy is a - e, output minus target",
    "cross-entropy": "With softmax outputs the delta of the cross-entropy is a - e, output minus target",
}


def error_rule(setting) -> str:
    """What the derivative of the cost is, in a sentence."""
    return ERROR["half" if setting.cost == "squared" and setting.half else setting.cost]


def hint_for(slip, setting, where, layers: int) -> str:
    """How to put it right, in a sentence or two, in the words of the setting."""
    kinds, row = {k for k, _ in where}, VOCABULARY[slip.category]
    line, other = ("db", "weight") if kinds == {"b"} else ("dW", "bias")
    holds = {
        When.NEGATIVE: slip.number is not None and slip.number < 0,
        When.ONE_KIND: len(kinds) == 1,
        When.BELOW: len(kinds) == 2 and all(l < layers - 1 for _, l in where),
        When.NO_TWO: setting.cost != "squared" or setting.half,
        When.NO_SIGMOID: set(setting.activations) != {"sigmoid"},
    }
    hint = next((hint for when, hint in row.others.items() if holds[when]), row.hint)
    return hint.format(**terms(setting), error_rule=error_rule(setting), line=line, other=other)
