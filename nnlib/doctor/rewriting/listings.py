"""The right program of a setting written out as Python, in the ways of listings.txt: what `syntax` makes edits of."""

# ruff: noqa: E501  (a row of a table is a line)
from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

F = {
    "sigmoid": "1 / (1 + np.exp(-z))",
    "tanh": "np.tanh(z)",
    "relu": "np.maximum(z, 0)",
    "softplus": "np.log(1 + np.exp(z))",
    "identity": "z",
    "softmax": "np.exp(z - np.max(z, axis=-1, keepdims=True)) / np.sum(np.exp(z - np.max(z, axis=-1, keepdims=True)), axis=-1, keepdims=True)",
}
SLOPE = {  # by z, with f the function of the layer
    "sigmoid": "f(z) * (1 - f(z))",
    "tanh": "1 - f(z) ** 2",
    "relu": "1.0 * (z > 0)",
    "softplus": "1 / (1 + np.exp(-z))",
}
IN_A = {"sigmoid": "{a} * (1 - {a})", "tanh": "(1 - {a} ** 2)", "relu": "({a} > 0)", "softplus": "(1 - np.exp(-{a}))"}
ERROR = {  # dC_i/da of one sample
    "squared": "2 * ({a} - {e})",
    "half": "({a} - {e})",
    "bce": "({a} - {e}) / ({a} * (1 - {a}))",
    "cross-entropy": "-{e} / {a}",
}
FUSED = {("bce", "sigmoid"), ("cross-entropy", "softmax")}  # where activation and cost shorten to a - e

STEP = """
def train_step(weights, biases, X, E, rate):
    dW, db = gradients(weights, biases, X, E)  # update
    new_weights = [w - rate * g for w, g in zip(weights, dW)]  # update
    new_biases = [b - rate * g for b, g in zip(biases, db)]  # update
    return new_weights, new_biases  # return
"""


class Form(NamedTuple):
    """One way to write the program: its names for the output, the targets and the activation below, and its text.

    `of`: the kinds of functions that it is one of. `needs`: "biases" where there is none without them, "slope-by-z" where
    the slope of the output is one of z.
    """

    output: str
    targets: str
    below: str
    of: str
    needs: str
    text: str


@cache
def forms() -> tuple[Form, ...]:
    """The listings of listings.txt."""
    parts = Path(__file__).with_name("listings.txt").read_text(encoding="utf-8").split("\n== ")[1:]
    heads = ((part.partition("\n")[0].split("|"), part.partition("\n")[2]) for part in parts)
    return tuple(Form(*map(str.strip, head), text + "\n") for head, text in heads)


@cache
def listings(setting) -> tuple[str, ...]:
    """The listings of a setting; none where it has a penalty, a factor or an activation for each layer of its own."""
    hidden, output = setting.activations[0], setting.activations[-1]
    if setting.decay or setting.factor != 1 or len(setting.activations) != 2 or hidden not in IN_A:
        return ()
    head = f"def f(z):\n    return {F[hidden]}  # activate\n"
    head += f"def g(z):\n    return {F[output]}  # activate\n" if output != hidden else ""
    head += f"def s(z):\n    return {SLOPE[hidden]}  # slope\n"
    biased = setting.bias != "none"
    found = [f for f in forms() if setting.kind in f.of.split() and (biased or f.needs != "biases")]
    texts = (head + _written(f, setting) + STEP * (setting.kind == "train_step" and "gradients" in f.of) for f in found)
    return tuple(texts if biased else map(_without_biases, texts))


def _without_biases(text: str) -> str:
    """The listing without the lines that compute bias gradients."""
    return "\n".join(line for line in text.splitlines() if not line.endswith("# bias"))


def _written(form: Form, setting) -> str:
    """One listing with the terms of the setting in its places."""
    out, e, a = form[:3]
    hidden, output = setting.activations
    mean = " / T" * (setting.over_samples == "mean")
    sloped = (setting.cost, output) not in FUSED and output in IN_A  # the output delta holds the slope
    one = hidden == output and sloped  # one loop serves every layer
    by_z = form.needs == "slope-by-z" and one
    error, delta = _at_the_output(setting, out, e, "s(Z[-1])" if by_z else IN_A[output].format(a=out) if sloped else "")
    below, above = (IN_A[hidden].format(a=name) for name in (a, "A[l + 1]"))
    at_the_output, alike = "output delta" if sloped else "cost", hidden == output
    terms = _biased(setting.bias != "none", mean) | {
        "over_T": mean, "one_over_T": "1 / T * " * bool(mean), "at_the_output": at_the_output, "output": delta,
        "slope": below, "last": "f(z)" if alike else "g(z)",
        "forward": "f(z)" if alike else "f(z) if l < len(weights) - 1 else g(z)",
        "first": f"error = {error}  # cost" if one else f"delta = {delta}  # {at_the_output}",
        "delta": f"        delta = error * {above}  # delta\n" * one,
        "carry": "error = delta @ weights[l].T" if one else f"delta = (delta @ weights[l].T) * {below}",
    }  # fmt: skip
    return form.text.format(**terms).replace("\n\n", "\n")


def _at_the_output(setting, out: str, e: str, slope: str) -> tuple[str, str]:
    """The output error and the output delta of one sample; `slope` is f'(z), "" where there is none or none is left."""
    outputs = f" / {e}.shape[-1]" * (setting.over_outputs == "mean")
    error = ERROR["half" if setting.half else setting.cost].format(a=out, e=e) + outputs
    if (setting.cost, setting.activations[-1]) in FUSED:
        return error, f"({out} - {e}){outputs}"
    return error, f"{error} * {slope}" if slope else error


def _biased(biased: bool, mean: str) -> dict[str, str]:
    """The terms in which biases stand."""
    return {
        "plus_bl": " + biases[l]" * biased, "plus_b": " + b" * biased, "plus_last": " + biases[-1]" * biased,
        "w_b": "w, b" if biased else "w", "pairs": "zip(weights[:-1], biases[:-1])" if biased else "weights[:-1]",
        "db": "db" if biased else "[]", "mean_b": f"[v{mean} for v in sum_b]" if biased else "[]",
    }  # fmt: skip
