"""Mistakes in the forward pass: biases, weights, activations and inputs other than the network's."""

# ruff: noqa: E501  (a row of the table is a line)
import numpy as np

from nnlib.doctor.table.row import ALL, FIRST, HID, LAYERS, OUT, UPPER, Row
from nnlib.doctor.table.slopes import s1
from nnlib.functions import sigmoid, softplus

FORWARD, TRANSPOSED, MISALIGNED = "wrong-forward-pass", "transposed-weights", "bias-column-misaligned"


def softmax(z):
    """e^z / sum e^z over each row."""
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def _aug(W, b):
    return np.vstack([b, W])


def _ones(A):
    return np.ones((len(A), 1))


# name, f, the slope of f from z (None where only the sigmoid's slope is plausible)
ACTIVATIONS = (
    ("the sigmoid", sigmoid, s1),
    ("tanh", np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    ("relu", lambda z: np.maximum(z, 0), lambda z: 1.0 * (z > 0)),
    ("no activation at all", lambda z: z, np.ones_like),
    ("softmax", softmax, None),
    ("softmax over the whole batch", lambda z: np.exp(z - z.max()) / np.exp(z - z.max()).sum(), None),
    ("leaky relu (0.01)", lambda z: np.where(z > 0, z, .01 * z), lambda z: np.where(z > 0, 1, .01)),
    ("softplus", softplus, sigmoid),
    ("the sigmoid of -z", lambda z: sigmoid(-z), lambda z: -s1(z)),
    ("the sigmoid twice", lambda z: sigmoid(sigmoid(z)), lambda z: s1(sigmoid(z)) * s1(z)),
    ("the sigmoid of 2z", lambda z: sigmoid(2 * z), lambda z: 2 * s1(2 * z)),
    ("the sigmoid of z/2", lambda z: sigmoid(z / 2), lambda z: s1(z / 2) / 2),
    ("2 sigmoid - 1", lambda z: 2 * sigmoid(z) - 1, lambda z: 2 * s1(z)),
    ("the rounded sigmoid", lambda z: np.round(sigmoid(z)), None),
    ("a step function", lambda z: 1.0 * (z > 0), None),
    ("the hard sigmoid", lambda z: np.clip(.2 * z + .5, 0, 1), lambda z: .2 * (np.abs(z) < 2.5)),
    ("swish", lambda z: z * sigmoid(z), lambda z: sigmoid(z) + z * s1(z)),
    ("the sine", np.sin, np.cos),
    ("1 / (1 - e^-z)", lambda z: 1 / (1 - np.exp(-z)), None),
    ("e^-z / (1 + e^-z)", lambda z: sigmoid(-z), None),
    ("the slope f'(z) in place of f(z)", s1, lambda z: s1(z) * (1 - 2 * sigmoid(z))),
)  # fmt: skip


def _activation_rows():
    for name, f, slope in ACTIVATIONS:
        act = {"activate": lambda c, l, f=f: f(c.Z[l])}
        what, formula = f"the forward pass uses {name} for f", f"A = «f»(Z)  with {name} for f"
        plain = name.split(" ")[0] if slope and name in ("tanh", "relu", "softplus") else ""
        named = {ALL: plain, HID: f"{plain}, sigmoid output"} if plain in ("tanh", "relu") else {ALL: plain}
        if name == "no activation at all":
            named = {ALL: "identity", OUT: "linear output"}
        scopes = (ALL, OUT, HID, FIRST)
        if slope:
            own = act | {"slope": lambda c, l, slope=slope: slope(c.Z[l])}
            yield Row(
                FORWARD,
                what + ", and its slope",
                formula,
                own,
                scopes,
                convention=named,
            )
        yield Row(
            FORWARD,
            what + ", with the slope a (1 - a)",
            formula,
            act | {"slope": lambda c, l: c.A[l + 1] * (1 - c.A[l + 1])},
            scopes,
            cost=0.2,
        )
        yield Row(
            FORWARD,
            what + ", with the sigmoid's slope of z",
            formula,
            act | {"slope": lambda c, l: s1(c.Z[l])},
            scopes,
            cost=0.2,
        )
        yield Row(
            FORWARD,
            what + ", with a slope of 1",
            formula,
            act | {"slope": lambda c, l: np.ones_like(c.Z[l])},
            scopes,
            cost=0.2,
        )


def _affine(category, what, formula, affine, scopes=LAYERS, **more):
    return Row(category, what, formula, {"affine": affine}, scopes, **more)


def _scaled(what, scale):
    return Row(FORWARD, what, "A[0] = «X»", {"samples": lambda c: (scale(c.X), c.E, c.count)})


ROWS = (
    _affine(FORWARD, "the forward pass leaves the bias out", "Z = A_prev @ W «+ b»", lambda c, l: c.A[l] @ c.W[l]),
    _affine(FORWARD, "the forward pass subtracts the bias", "Z = A_prev @ W «-» b", lambda c, l: c.A[l] @ c.W[l] - c.b[l]),
    Row(FORWARD, "the bias is a threshold: subtracted, and its gradient too", "Z = A_prev @ W «-» b", {"affine": lambda c, l: c.A[l] @ c.W[l] - c.b[l], "bias": lambda c, l: -c.dZ[l].sum(0)}, also=("sign",)),
    Row(FORWARD, "no bias in the forward pass, and none in the gradient", "Z = A_prev @ W «+ b»", {"affine": lambda c, l: c.A[l] @ c.W[l], "bias": lambda c, l: 0 * c.b[l]}, also=("bias-gradient-zero",)),
    _affine(FORWARD, "the forward pass adds the bias twice", "Z = A_prev @ W + b «+ b»", lambda c, l: c.A[l] @ c.W[l] + 2 * c.b[l]),
    _affine(FORWARD, "the forward pass adds 1 in place of the bias", "Z = A_prev @ W + «1»", lambda c, l: c.A[l] @ c.W[l] + 1),
    _affine(FORWARD, "the forward pass multiplies by the bias", "Z = A_prev @ W «·» b", lambda c, l: c.A[l] @ c.W[l] * c.b[l]),
    _affine(FORWARD, "the forward pass adds the sum of the biases", "Z = A_prev @ W + «sum b»", lambda c, l: c.A[l] @ c.W[l] + c.b[l].sum()),
    _affine(FORWARD, "the forward pass adds the mean of the biases", "Z = A_prev @ W + «mean b»", lambda c, l: c.A[l] @ c.W[l] + c.b[l].mean()),
    _affine(FORWARD, "the forward pass adds one bias to every neuron", "Z = A_prev @ W + b«[0]»", lambda c, l: c.A[l] @ c.W[l] + c.b[l][0]),
    _affine(FORWARD, "the forward pass adds the bias before the weights", "Z = (A_prev «+ b_prev») @ W", lambda c, l: (c.A[l] + (c.b[l - 1] if l else 0)) @ c.W[l] + 0 * c.b[l], cost=.5),
    _affine(FORWARD, "the forward pass adds the bias inside the sum over x", "Z = sum_x (a_x w_xy «+ b_y»)", lambda c, l: c.A[l] @ c.W[l] + len(c.W[l]) * c.b[l]),
    *(
        Row(FORWARD, "the bias is added after the activation, not before", "A = f(A_prev @ W) «+ b»", {"affine": lambda c, l: c.A[l] @ c.W[l], "activate": lambda c, l: c.acts[l].f(c.Z[l]) + c.b[l], **slope}, (ALL, OUT, HID), cost=.3)
        for slope in ({}, {"slope": lambda c, l: s1(c.Z[l])})
    ),
    *(
        Row(FORWARD, f"the bias unit has the value {word}, not 1", "Z = A_prev @ W + «f(1)» b", {"affine": lambda c, l, v=v: c.A[l] @ c.W[l] + v * c.b[l], "bias": lambda c, l, v=v: v * c.dZ[l].sum(0)}, (ALL, HID, UPPER), cost=.3)
        for word, v in (("f(1), as if it passed through the activation", float(sigmoid(np.array(1.0)))), ("-1", -1.0), ("1/2", .5), ("2", 2.0), ("0.1", .1))
    ),
    _affine(FORWARD, "the input of a layer is added to its weighted sum where the widths agree", "Z = A_prev @ W + b «+ A_prev»", lambda c, l: c.A[l] @ c.W[l] + c.b[l] + (c.A[l] if len(c.W[l]) == len(c.b[l]) else 0), (ALL, HID), cost=.3),
    Row(FORWARD, "the output is a softmax, with the right slope of a softmax", "A_out = «softmax»(Z)", {"activate": lambda c, l: softmax(c.Z[l]), "delta": lambda c, l: c.A[-1] * (c.dA[l] - (c.A[-1] * c.dA[l]).sum(1, keepdims=True))}, (OUT,), cost=.1),
    _affine(FORWARD, "the forward pass averages over the inputs", "Z = A_prev @ W «/ n_prev» + b", lambda c, l: c.A[l] @ c.W[l] / len(c.W[l]) + c.b[l], cost=.5),
    _affine(FORWARD, "the last input of the sum is left out", "Z = sum_«x < n» a_x w_xy + b", lambda c, l: c.A[l][:, :-1] @ c.W[l][:-1] + c.b[l]),
    _affine(FORWARD, "the first input of the sum is left out", "Z = sum_«x > 1» a_x w_xy + b", lambda c, l: c.A[l][:, 1:] @ c.W[l][1:] + c.b[l]),
    _affine(FORWARD, "the bias of the first layer serves every layer", "Z = A_prev @ W + b«[0]»", lambda c, l: c.A[l] @ c.W[l] + c.b[0], (ALL,)),
    _affine(FORWARD, "every layer reads the input X", "Z = «X» @ W + b", lambda c, l: c.X @ c.W[l] + c.b[l], (ALL, OUT)),
    _affine(FORWARD, "every layer reads z, not a, of the layer before", "Z = «Z_prev» @ W + b", lambda c, l: (c.Z[l - 1] if l else c.X) @ c.W[l] + c.b[l], (ALL, OUT), also=("preactivation-instead-of-activation",), cost=.5),
    _affine(TRANSPOSED, "the forward pass multiplies by W transposed", "Z = A_prev @ «W.T» + b", lambda c, l: c.A[l] @ c.W[l].T + c.b[l]),
    Row(TRANSPOSED, "W is transposed on the way up and on the way down", "Z = A_prev @ «W.T» + b", {"affine": lambda c, l: c.A[l] @ c.W[l].T + c.b[l], "carry": lambda c, l: c.dZ[l] @ c.W[l]}),
    Row(TRANSPOSED, "W is transposed everywhere: the weights are read as w[to, from]", "Z = A_prev @ «W.T» + b", {"affine": lambda c, l: c.A[l] @ c.W[l].T + c.b[l], "carry": lambda c, l: c.dZ[l] @ c.W[l], "weight": lambda c, l: c.dZ[l].T @ c.A[l]}, convention="W stored as w[to, from]"),
    _affine("wrong-layer-weights", "the forward pass uses the weights of the layer before", "Z[l] = A[l] @ W[«l-1»] + b[l]", lambda c, l: c.A[l] @ c.W[max(l - 1, 0)] + c.b[l], (ALL, OUT)),
    _affine("wrong-layer-weights", "the forward pass uses the first weights in every layer", "Z[l] = A[l] @ W[«0»] + b[l]", lambda c, l: c.A[l] @ c.W[0] + c.b[l], (ALL,), also=(FORWARD,)),
    _affine("wrong-layer-weights", "the forward pass runs through the weights in reverse", "Z[l] = A[l] @ W[«L-l»] + b[l]", lambda c, l: c.A[l] @ c.W[c.L - 1 - l] + c.b[l], (ALL,), also=(FORWARD,)),
    _affine("elementwise-matmul-confusion", "the forward pass multiplies element by element", "Z = A_prev «*» W + b", lambda c, l: c.A[l] * c.W[l] + c.b[l]),
    _affine("elementwise-matmul-confusion", "the forward pass multiplies by W transposed, element by element", "Z = A_prev «*» W.T + b", lambda c, l: c.A[l] * c.W[l].T + c.b[l], (ALL,)),
    _affine("broadcasting", "the bias is stretched along the samples, not the neurons", "Z = A_prev @ W + b«[:, None]»", lambda c, l: c.A[l] @ c.W[l] + c.b[l][:, None]),
    _affine(MISALIGNED, "the ones stand last in A, the biases first in W", "Z = [A_prev, «1»] @ [b; W]", lambda c, l: np.hstack([c.A[l], _ones(c.A[l])]) @ _aug(c.W[l], c.b[l])),
    _affine(MISALIGNED, "the ones stand first in A, the biases last in W", "Z = [«1», A_prev] @ [W; b]", lambda c, l: np.hstack([_ones(c.A[l]), c.A[l]]) @ np.vstack([c.W[l], c.b[l]])),
    *_activation_rows(),
    _scaled("the inputs are standardised inside", lambda X: (X - X.mean(0)) / np.where(X.std(0) == 0, np.nan, X.std(0))),
    _scaled("the inputs are standardised inside, with 1e-8 added to the deviation", lambda X: (X - X.mean(0)) / (X.std(0) + 1e-8)),
    _scaled("the inputs are standardised over the whole array", lambda X: (X - X.mean()) / (X.std() or np.nan)),
    _scaled("the inputs are centred inside", lambda X: X - X.mean(0)),
    _scaled("the inputs are centred over the whole array", lambda X: X - X.mean()),
    _scaled("the inputs are divided by 255", lambda X: X / 255),
    _scaled("the inputs are divided by their largest value", lambda X: X / X.max()),
    _scaled("the inputs are divided by their largest absolute value", lambda X: X / np.abs(X).max()),
    _scaled("each column of the inputs is divided by its largest value", lambda X: X / X.max(0)),
    _scaled("the inputs are scaled to 0..1", lambda X: (X - X.min()) / (np.ptp(X) or np.nan)),
    _scaled("each column of the inputs is scaled to 0..1", lambda X: (X - X.min(0)) / np.where(np.ptp(X, 0) == 0, np.nan, np.ptp(X, 0))),
    _scaled("each sample is divided by its length", lambda X: X / np.linalg.norm(X, axis=1, keepdims=True)),
    _scaled("the inputs are passed through the sigmoid", sigmoid),
    _scaled("the inputs are clipped to 0..1", lambda X: np.clip(X, 0, 1)),
    _scaled("the columns of the inputs are reversed", lambda X: X[:, ::-1]),
    _scaled("the first input column is overwritten by ones", lambda X: np.hstack([_ones(X), X[:, 1:]])),
    _scaled("the last input column is overwritten by ones", lambda X: np.hstack([X[:, :-1], _ones(X)])),
    Row(FORWARD, "the weights are scaled inside", "Z = A_prev @ («0.5» W) + b", {"affine": lambda c, l: .5 * c.A[l] @ c.W[l] + c.b[l]}, cost=1),
    Row(FORWARD, "the biases count from 0 only", "b = «0»", {"affine": lambda c, l: c.A[l] @ c.W[l] + 0 * c.b[l], "bias": lambda c, l: 0 * c.b[l]}, also=("bias-gradient-zero",), cost=.2),
)  # fmt: skip
