"""Backpropagation as a handful of expressions: the right ones of a setting, and what a cost and an activation add to them."""

from __future__ import annotations

from functools import cache

from nnlib.doctor.candidates.expressions import leaf, parse

STAGES = ("affine", "activate", "cost", "delta", "weight", "bias", "carry")
LEFT = {
    "affine": "Z",
    "activate": "A",
    "cost": "dA",
    "delta": "dZ",
    "weight": "dW",
    "bias": "db",
    "carry": "dA_prev",
    "update": "V_new",
}
SLOPE_IN_LETTERS = {
    "sigmoid": "A * (1 - A)",
    "tanh": "1 - A ** 2",
    "relu": "step(Z - 0)",
    "softplus": "sig(Z)",
    "softmax": "A * (1 - A)",
}
F_IN_LETTERS = {"sigmoid": "1 / (1 + exp(-Z))", "softmax": "exp(Z) / row(exp(Z))", "relu": "Z * step(Z)"}
WAY_BACK = "A * (dA - row(dA * A))"  # of the softmax, whose outputs all depend on every z
COSTS = {  # dC_i/da, and the output delta where activation and cost shorten each other
    "squared": ("2 * (A - E)", {}),
    "bce": ("(A - E) / (A * (1 - A))", {"sigmoid": "A - E"}),
    "cross-entropy": ("-E / A", {"softmax": "A - E"}),
}


@cache
def program(setting) -> dict[str, tuple]:
    """The right expression of each stage in a setting; "delta of the output" where softmax has its own way back."""
    error, _ = COSTS[setting.cost]
    affine = "A_prev @ W" if setting.bias == "none" else "A_prev @ W + b"
    lines = {
        "affine": affine, "activate": "f(Z)", "cost": error, "delta": "dA * s(Z)",
        "weight": "A_prev.T @ dZ", "bias": "sum(dZ)", "carry": "dZ @ W.T",
    }  # fmt: skip
    right = {stage: parse(line) for stage, line in lines.items()}
    if setting.cost == "squared" and setting.half:
        right["cost"] = parse("A - E")
    right["cost"] = scaled(right["cost"], setting)
    return right


def scaled(e: tuple, setting) -> tuple:
    """The expression of one sample's output error, divided as the cost says."""
    for word, name in ((setting.over_samples, "T"), (setting.over_outputs, "n")):
        e = ("/", e, leaf(name)) if word == "mean" else e
    return e


def names_of(setting, layers: int) -> tuple[str, ...]:
    """The activation of each weight layer."""
    return tuple(setting.activation(l, layers) for l in range(layers))


def right_of(setting, stage: str, name: str) -> tuple | None:
    """The right expression of a stage in a layer with this activation; None for what is done to the gradients at the end."""
    return parse(WAY_BACK) if stage == "delta" and name == "softmax" else program(setting).get(stage)


def factor_of(setting, T: int, n: int) -> float:
    """What `factor` and nothing else of the setting puts before the output error."""
    number = setting.factor(T, n) if callable(setting.factor) else setting.factor
    return 1.0 / number


def output_deltas(setting):
    """The delta of the output layer written out: shortened where cost and activation shorten each other."""
    error, fused = COSTS[setting.cost]
    error = parse("A - E" if setting.half and setting.cost == "squared" else error)
    output = setting.activations[-1]
    if output in fused:
        yield scaled(parse(fused[output]), setting)
    elif output == "identity":
        yield scaled(error, setting)
    elif output in SLOPE_IN_LETTERS and output != "softmax":
        slope = parse(SLOPE_IN_LETTERS[output])
        yield scaled(("*", error, slope), setting)
        if slope[0] == "*":
            yield scaled(("*", ("*", error, slope[1]), slope[2]), setting)
