"""Sentences for the commonest edits, hints in the words of the learner's setting, and where a slip sits."""

# ruff: noqa: E501  (a row of a table is a line)
from __future__ import annotations

from nnlib.doctor.candidates.categories import rule_of
from nnlib.doctor.candidates.expressions import parse, show
from nnlib.doctor.candidates.program import program
from nnlib.doctor.vocabulary import VOCABULARY


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
    return candidate.line or line_of(candidate.names[0], setting)


def root_of(slip, where) -> str:
    """Where the slip itself sits, in words, where that is narrower than the damage."""
    if slip.scope != "everywhere":
        return slip.scope if slip.scope.startswith(("d", "all")) else f"the {slip.scope}"
    at_the_output = VOCABULARY[slip.category].formula.startswith(("dA =", "dZ_out"))
    narrow = {
        "cost": "the output layer" if at_the_output else "", "bias": "the bias gradients",
        "weight-gradient": "the weight gradients", "propagation": "the way down from one layer to the next",
        "state": "" if slip.category == "mutates-inputs" else "what is kept between calls", "update": "the step, not the gradient",
    }  # fmt: skip
    return narrow.get(VOCABULARY[slip.category].family, "")


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
HINTS = {  # category: a hint with the setting's words; the others have the hint of the vocabulary
    "sum-instead-of-mean": "C is a mean over T samples: divide once by {T}.",
    "mean-over-outputs": "np.mean over a {outputs} array divides by T·n_out. C sums over the outputs: divide by T alone.",
    "divided-by-wrong-count": "Divide by the number of samples, {or_T}, never by a width or a fixed number.",
    "sign": "{error_rule}; descent subtracts the gradient.",
    "missing-activation-derivative": "Multiply the error by {slope} on the way through each activation.",
    "transposed-weights": "Forward {forward}, backward {carry}. Test with layers of different widths.",
    "transposed-gradient": "dW has the shape of W, {shape}: {weight}.",
    "averaged-before-product": "The mean of products is not the product of means: sum {weight} over the samples.",
    "delta-not-propagated-through-weights": "Each path down passes a weight: {carry}.",
    "bias-not-summed": "Use {db}.",
    "bias-summed-over-neurons": "Keep one number for each neuron: {db}.",
    "bias-wrong-axis": "Samples are {sample}s here: sum over axis {number}.",
    "bias-gradient-zero": "dz/db = 1, so db = {db}: compute and return it.",
    "single-sample-step": "Use every {sample} of X, not {first} or a random {sample}.",
    "wrong-cost-derivative": "{error_rule}.",
    "broadcasting": "Compare the shapes before you subtract: (T,) against (T, 1) gives (T, T).",
}
WITHOUT_SIGMOID = {
    "derivative-at-wrong-point": "f' wants z, the value before the activation: do not pass a through f once more.",
    "wrong-activation-derivative": "Use the slope of this layer's own activation.",
    "nan": "Look for 0/0, inf/inf or a logarithm of 0.",
}


def error_rule(setting) -> str:
    """What the derivative of the cost is, in a sentence."""
    return ERROR["half" if setting.cost == "squared" and setting.half else setting.cost]


def line_of(category: str, setting) -> str:
    """The line of a category, in the learner's layout where it has one."""
    if category == "missing-factor-two" and (setting.cost != "squared" or setting.half):
        return f"dA = «1/2» {show(parse('A - E'), setting)}"
    return VOCABULARY[category].formula


def hint_for(slip, setting, where, layers: int, kind: str = "gradients") -> str:
    """How to put it right, in a sentence or two, in the words of the setting."""
    category, kinds = slip.category, {k for k, _ in where}
    if category == "regularisation-term" and slip.number is not None and slip.number < 0:
        return "A minus before the penalty makes the weights grow. This cost has no regulariser: take the term out."
    special = _by_place(category, kinds, where, layers, setting)
    if special:
        return special
    if category in ("missing-factor-two", "extra-factor-two") and (setting.cost != "squared" or setting.half):
        return f"{error_rule(setting)}: no factor 2 or 1/2 is left."
    sigmoid = set(setting.activations) == {"sigmoid"}
    if not sigmoid and category in WITHOUT_SIGMOID:
        return WITHOUT_SIGMOID[category]
    if category in HINTS:
        return HINTS[category].format(**terms(setting), error_rule=error_rule(setting))
    return VOCABULARY[category].hint


def _by_place(category, kinds, where, layers, setting) -> str:
    """A hint that follows from which arrays are wrong."""
    if category == "nan" and len(kinds) == 1:
        finite, line = ("bias", "dW") if kinds == {"W"} else ("weight", "db")
        return f"The {finite} gradients are finite, so the deltas are: look at the line that computes {line}."
    if category in ("missing-factor-two", "extra-factor-two") and 0 < len(where) < 2 * layers and len(kinds) == 1:
        line = "dW" if kinds == {"W"} else "db"
        return f"Elsewhere the factor is right, so the error has it: look at the line that computes {line}."
    if category == "sign" and where and kinds == {"W", "b"} and not any(l == layers - 1 for _, l in where):
        way = terms(setting)
        return f"The output layer is right: look for a minus on the way down, in {way['carry']} or in the slope {way['slope']}."
    return ""
