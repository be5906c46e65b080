"""Mistakes in the activation slope f'(z): forgotten, doubled, taken at the wrong place, or of another function."""

# ruff: noqa: E501  (a row of the table is a line)
import numpy as np

from nnlib.doctor.table.row import ALL, HID, LAYERS, OUT, UPPER, Row
from nnlib.functions import sigmoid


def s1(z):
    """The sigmoid's slope at z."""
    a = sigmoid(z)
    return a * (1 - a)


def _own(c, l):
    return c.acts[l].slope_from(c.Z[l], c.A[l + 1])


def _row(category, what, formula, slope, scopes=LAYERS, **more):
    return Row(category, what, formula, {"slope": slope}, scopes, **more)


MISSING, POINT, WRONG, DOUBLE = (
    "missing-activation-derivative", "derivative-at-wrong-point", "wrong-activation-derivative", "duplicated-derivative",
)  # fmt: skip
MISREMEMBERED = "f'(z) is misremembered as "

ROWS = (
    _row(MISSING, "the slope f'(z) is left out", "dZ = dA «· f'(Z)»", lambda c, l: np.ones_like(c.Z[l]), also=(WRONG,)),
    _row(WRONG, "the sigmoid's slope a (1 - a) stands in place of this activation's", "dZ = dA · «A (1 - A)»", lambda c, l: c.A[l + 1] * (1 - c.A[l + 1])),
    _row(WRONG, "the sigmoid's slope at z stands in place of this activation's", "dZ = dA · «s(Z) (1 - s(Z))»", lambda c, l: s1(c.Z[l])),
    _row(MISSING, "the slope is multiplied by 0", "dZ = dA · «f'(Z)»", lambda c, l: 0 * c.Z[l], (HID,), also=("only-last-layer",), cost=1),
    _row(POINT, "f' is taken at a, a sigmoid of a sigmoid", "dZ = dA · f'(«A» for Z)", lambda c, l: c.acts[l].slope(c.A[l + 1])),
    _row(WRONG, "a (1 - a) is computed with z in place of a", "dZ = dA · «Z» (1 - «Z»)", lambda c, l: c.Z[l] * (1 - c.Z[l]), also=(POINT,)),
    _row(POINT, "f' is taken of the layer before", "dZ[l] = dA[l] · f'(Z[«l-1»])", lambda c, l: s1(c.Z[l - 1]) if l else s1(c.X)),
    _row(POINT, "a (1 - a) is computed with the activation of the layer before", "dZ[l] = dA[l] · «A_prev (1 - A_prev)»", lambda c, l: c.A[l] * (1 - c.A[l])),
    _row(POINT, "f' is taken at the activation of the layer before", "dZ[l] = dA[l] · f'(«A_prev» for Z)", lambda c, l: s1(c.A[l])),
    _row(POINT, "f' is taken of the layer after", "dZ[l] = dA[l] · f'(Z[«l+1»])", lambda c, l: s1(c.Z[min(l + 1, c.L - 1)]), (ALL, HID)),
    _row(POINT, "f' is taken of the first layer in every layer", "dZ[l] = dA[l] · f'(Z[«0»])", lambda c, l: s1(c.Z[0])),
    _row(POINT, "f' is taken of the output layer in every layer", "dZ[l] = dA[l] · f'(Z[«L»])", lambda c, l: s1(c.Z[-1]), (HID,)),
    _row(POINT, "f' is taken of the last hidden layer in every layer", "dZ[l] = dA[l] · f'(Z[«L-1»])", lambda c, l: s1(c.Z[-2])),
    _row(POINT, "f' is taken without the bias", "dZ = dA · f'(«A_prev @ W»)", lambda c, l: s1(c.A[l] @ c.W[l])),
    _row(POINT, "f' is taken at the error", "dZ = dA · f'(«dA» for Z)", lambda c, l: s1(c.dA[l])),
    _row(POINT, "a (1 - a) is computed with the error", "dZ = dA · «dA (1 - dA)»", lambda c, l: c.dA[l] * (1 - c.dA[l])),
    _row(POINT, "f' is taken at the target", "dZ = dA · f'(«E» for Z)", lambda c, l: s1(c.E), (OUT,)),
    _row(POINT, "a (1 - a) is computed with the target", "dZ = dA · «E (1 - E)»", lambda c, l: c.E * (1 - c.E), (OUT,)),
    _row(POINT, "f' is taken at the output error a - e", "dZ = dA · f'(«A - E» for Z)", lambda c, l: s1(c.A[-1] - c.E), (OUT,)),
    _row(POINT, "a (1 - a) is computed with the output error", "dZ = dA · «(A-E)(1-(A-E))»", lambda c, l: (c.A[-1] - c.E) * (1 - c.A[-1] + c.E), (OUT,)),
    _row(POINT, "f' is taken at the mean z of the samples", "dZ = dA · f'(«mean» Z)", lambda c, l: np.broadcast_to(s1(c.Z[l].mean(0)), c.Z[l].shape)),
    _row(POINT, "f' is averaged over the samples", "dZ = dA · «mean» f'(Z)", lambda c, l: np.broadcast_to(s1(c.Z[l]).mean(0), c.Z[l].shape), also=("averaged-before-product",)),
    _row(POINT, "f' of the last sample serves every sample", "dZ_i = dA_i · f'(Z_«T»)", lambda c, l: np.broadcast_to(s1(c.Z[l][-1]), c.Z[l].shape), also=("only-last-sample",)),
    _row(POINT, "f' of the first sample serves every sample", "dZ_i = dA_i · f'(Z_«1»)", lambda c, l: np.broadcast_to(s1(c.Z[l][0]), c.Z[l].shape), also=("only-last-sample",)),
    _row(POINT, "the slope takes the bias in place of z", "dZ = dA · f'(«b» for Z)", lambda c, l: s1(c.b[l]) + 0 * c.Z[l]),
    _row(DOUBLE, "f'(z) is multiplied in twice", "dZ = dA · f'(Z) «· f'(Z)»", lambda c, l: _own(c, l) ** 2),
    _row(DOUBLE, "f'(z) is multiplied in three times", "dZ = dA · f'(Z) «· f'(Z) · f'(Z)»", lambda c, l: _own(c, l) ** 3, (ALL, OUT, HID), cost=1),
    _row(DOUBLE, "f'(z) and f'(a) are both multiplied in", "dZ = dA · f'(Z) «· f'(A)»", lambda c, l: _own(c, l) * s1(c.A[l + 1]), cost=1),
    _row(DOUBLE, "f' of f' is taken", "dZ = dA · «f'(f'(Z))»", lambda c, l: s1(_own(c, l)), also=(POINT,), cost=.5),
    _row(DOUBLE, "a (1 - a) is applied to its own result", "dZ = dA · «d (1 - d)», d = f'(Z)", lambda c, l: _own(c, l) * (1 - _own(c, l)), also=(POINT,), cost=.5),
    _row(DOUBLE, "the slope of the layer before is multiplied in as well", "dZ[l] = dA[l] · f'(Z[l]) «· f'(Z[l-1])»", lambda c, l: _own(c, l) * (s1(c.Z[l - 1]) if l else 1), cost=1),
    _row(DOUBLE, "f'(z) of the layer above is multiplied in once more on the way down", "dA_prev = (dZ «· f'(Z)») @ W.T", lambda c, l: _own(c, l), (), cost=1),
    _row(WRONG, "the slope of tanh, 1 - tanh(z)^2, is used", "dZ = dA · «(1 - tanh(Z)^2)»", lambda c, l: 1 - np.tanh(c.Z[l]) ** 2),
    _row(WRONG, "the slope of tanh, 1 - a^2, is used", "dZ = dA · «(1 - A^2)»", lambda c, l: 1 - c.A[l + 1] ** 2),
    _row(WRONG, "1 - tanh(a)^2 is used", "dZ = dA · «(1 - tanh(A)^2)»", lambda c, l: 1 - np.tanh(c.A[l + 1]) ** 2, also=(POINT,)),
    _row(WRONG, "1 - z^2 is used", "dZ = dA · «(1 - Z^2)»", lambda c, l: 1 - c.Z[l] ** 2),
    _row(WRONG, "the slope of relu, z > 0, is used", "dZ = dA · «(Z > 0)»", lambda c, l: 1.0 * (c.Z[l] > 0)),
    _row(WRONG, "the slope of relu is used on the activation: it is 1 everywhere", "dZ = dA · «(A > 0)»", lambda c, l: np.ones_like(c.Z[l]), (), cost=.5),
    _row(WRONG, "the slope of a leaky relu (0.01) is used", "dZ = dA · «(Z > 0 ? 1 : 0.01)»", lambda c, l: np.where(c.Z[l] > 0, 1, 0.01)),
    _row(WRONG, "the slope of a leaky relu (0.1) is used", "dZ = dA · «(Z > 0 ? 1 : 0.1)»", lambda c, l: np.where(c.Z[l] > 0, 1, 0.1)),
    _row(WRONG, "the slope of a leaky relu (0.2) is used", "dZ = dA · «(Z > 0 ? 1 : 0.2)»", lambda c, l: np.where(c.Z[l] > 0, 1, 0.2)),
    _row(WRONG, "the slope of elu is used", "dZ = dA · «(Z > 0 ? 1 : e^Z)»", lambda c, l: np.where(c.Z[l] > 0, 1, np.exp(c.Z[l]))),
    _row(WRONG, MISREMEMBERED + "a", "dZ = dA · «A»", lambda c, l: c.A[l + 1]),
    _row(WRONG, MISREMEMBERED + "1 - a", "dZ = dA · «(1 - A)»", lambda c, l: 1 - c.A[l + 1]),
    _row(WRONG, MISREMEMBERED + "a^2", "dZ = dA · «A^2»", lambda c, l: c.A[l + 1] ** 2),
    _row(WRONG, MISREMEMBERED + "(1 - a)^2", "dZ = dA · «(1 - A)^2»", lambda c, l: (1 - c.A[l + 1]) ** 2),
    _row(WRONG, MISREMEMBERED + "a (1 + a)", "dZ = dA · A (1 «+» A)", lambda c, l: c.A[l + 1] * (1 + c.A[l + 1])),
    _row(WRONG, MISREMEMBERED + "1 + a", "dZ = dA · «(1 + A)»", lambda c, l: 1 + c.A[l + 1], cost=.5),
    _row(WRONG, MISREMEMBERED + "a^2 (1 - a)", "dZ = dA · «A^2» (1 - A)", lambda c, l: c.A[l + 1] ** 2 * (1 - c.A[l + 1])),
    _row(WRONG, MISREMEMBERED + "a (1 - a)^2", "dZ = dA · A «(1 - A)^2»", lambda c, l: c.A[l + 1] * (1 - c.A[l + 1]) ** 2),
    _row(WRONG, MISREMEMBERED + "a (1 - a^2)", "dZ = dA · A (1 - «A^2»)", lambda c, l: c.A[l + 1] * (1 - c.A[l + 1] ** 2)),
    _row(WRONG, MISREMEMBERED + "a - 2 a^2", "dZ = dA · «(A - 2 A^2)»", lambda c, l: c.A[l + 1] * (1 - 2 * c.A[l + 1]), cost=.5),
    _row(WRONG, MISREMEMBERED + "its second derivative, a (1 - a)(1 - 2a)", "dZ = dA · A (1 - A) «(1 - 2A)»", lambda c, l: c.A[l + 1] * (1 - c.A[l + 1]) * (1 - 2 * c.A[l + 1])),
    _row(WRONG, MISREMEMBERED + "e^-z", "dZ = dA · «e^-Z»", lambda c, l: np.exp(-c.Z[l])),
    _row(WRONG, MISREMEMBERED + "e^z", "dZ = dA · «e^Z»", lambda c, l: np.exp(c.Z[l])),
    _row(WRONG, MISREMEMBERED + "e^z / (1 + e^-z)^2", "dZ = dA · «e^Z» / (1 + e^-Z)^2", lambda c, l: np.exp(c.Z[l]) * c.A[l + 1] ** 2),
    _row(WRONG, MISREMEMBERED + "e^-z / (1 + e^-2z)", "dZ = dA · e^-Z / «(1 + e^-2Z)»", lambda c, l: np.exp(-c.Z[l]) / (1 + np.exp(-2 * c.Z[l]))),
    _row(WRONG, MISREMEMBERED + "e^-z (1 + e^-z)^2", "dZ = dA · e^-Z «·» (1 + e^-Z)^2", lambda c, l: np.exp(-c.Z[l]) * (1 + np.exp(-c.Z[l])) ** 2, cost=.5),
    _row(WRONG, MISREMEMBERED + "z (1 - a)", "dZ = dA · «Z» (1 - A)", lambda c, l: c.Z[l] * (1 - c.A[l + 1])),
    _row(WRONG, MISREMEMBERED + "a (1 - z)", "dZ = dA · A (1 - «Z»)", lambda c, l: c.A[l + 1] * (1 - c.Z[l])),
    _row(WRONG, MISREMEMBERED + "1 - z", "dZ = dA · «(1 - Z)»", lambda c, l: 1 - c.Z[l], cost=.5),
    _row(WRONG, MISREMEMBERED + "z", "dZ = dA · «Z»", lambda c, l: c.Z[l]),
    _row(WRONG, MISREMEMBERED + "the sigmoid of a", "dZ = dA · «f(A)»", lambda c, l: sigmoid(c.A[l + 1]), cost=.5),
    _row(WRONG, MISREMEMBERED + "f(a) (1 - a)", "dZ = dA · «f(A) (1 - A)»", lambda c, l: sigmoid(c.A[l + 1]) * (1 - c.A[l + 1]), also=(POINT,), cost=.5),
    _row(WRONG, MISREMEMBERED + "sqrt(a (1 - a))", "dZ = dA · «sqrt» (A (1 - A))", lambda c, l: np.sqrt(np.abs(_own(c, l))), cost=.5),
    _row(WRONG, MISREMEMBERED + "f(z) (1 - z)", "dZ = dA · f(Z) (1 - «Z»)", lambda c, l: c.A[l + 1] * (1 - c.Z[l]), (), cost=.5),
    _row(WRONG, MISREMEMBERED + "a step function of a at 1/2", "dZ = dA · «(A > 1/2)»", lambda c, l: 1.0 * (c.A[l + 1] > .5), (), cost=.5),
    _row(WRONG, "z is divided by the slope, not multiplied", "dZ = dA «/» f'(Z)", lambda c, l: 1 / np.where(_own(c, l) == 0, np.nan, _own(c, l)), cost=.5),
    _row(WRONG, "the slope of softplus's argument, log(1 + e^z), is used", "dZ = dA · «log(1 + e^Z)»", lambda c, l: np.log1p(np.exp(c.Z[l])), cost=.5),
    _row(POINT, "a mask by the sign of the error stands in place of the slope", "dZ = dA · «(dA > 0)»", lambda c, l: 1.0 * (c.dA[l] > 0), also=(WRONG,), cost=.3),
    _row(WRONG, "the slope is 1/4 everywhere, the sigmoid's largest", "dZ = dA · «1/4»", lambda c, l: .25 + 0 * c.Z[l], (ALL, HID, UPPER), also=(MISSING,), cost=.2),
    _row(WRONG, "the slope of the softsign, 1 / (1 + |z|)^2, is used", "dZ = dA · «1 / (1 + |Z|)^2»", lambda c, l: 1 / (1 + np.abs(c.Z[l])) ** 2, cost=.5),
    _row(WRONG, "the slope of the arctangent, 1 / (1 + z^2), is used", "dZ = dA · «1 / (1 + Z^2)»", lambda c, l: 1 / (1 + c.Z[l] ** 2), cost=.5),
    _row(WRONG, "a constant is added to the slope", "dZ = dA · (f'(Z) «+ constant»)", lambda c, l: _own(c, l) + c.parameter, (ALL, OUT, HID), free=True),
    Row(WRONG, "the slope is added, not multiplied", "dZ = dA «+» f'(Z)", {"delta": lambda c, l: c.dA[l] + c.S[l]}, LAYERS, cost=.5),
    Row(DOUBLE, "f'(z) is multiplied in once more on the way down", "dA_prev = (dZ «· f'(Z)») @ W.T", {"carry": lambda c, l: (c.dZ[l] * c.S[l]) @ c.W[l].T}, (ALL, OUT, HID)),
    Row(DOUBLE, "f' of the layer below is multiplied in twice, in the error and in the delta", "dA_prev = (dZ @ W.T) «· f'(Z_prev)»", {"weight": lambda c, l: c.A[l].T @ (c.dZ[l] * c.S[l])}, LAYERS, cost=.5),
    Row(DOUBLE, "f'(z) is multiplied in twice in the bias gradient", "db = sum_i dZ_i «· f'(Z_i)»", {"bias": lambda c, l: (c.dZ[l] * c.S[l]).sum(0)}, LAYERS, also=("bias-wrong-formula",), cost=.5),
    Row(DOUBLE, "f'(z) is multiplied in twice in both gradients, but carried down once", "dW = A_prev.T @ (dZ «· f'(Z)»)", {"weight": lambda c, l: c.A[l].T @ (c.dZ[l] * c.S[l]), "bias": lambda c, l: (c.dZ[l] * c.S[l]).sum(0)}, LAYERS, cost=.5),
    Row("bias-wrong-formula", "f'(z) is missing from the bias gradient: the error, not the delta", "db = sum_i «dA_i»", {"bias": lambda c, l: c.dA[l].sum(0)}, LAYERS, also=(MISSING,)),
    Row(MISSING, "f'(z) is missing from the weight gradient", "dW = A_prev.T @ «dA»", {"weight": lambda c, l: c.A[l].T @ c.dA[l]}, LAYERS),
    Row(MISSING, "f'(z) is missing from both gradients, though it is carried down", "dW = A_prev.T @ «dA»,  db = sum_i «dA_i»", {"weight": lambda c, l: c.A[l].T @ c.dA[l], "bias": lambda c, l: c.dA[l].sum(0)}, LAYERS),
    Row(POINT, "f' is taken at a in the weight gradient", "dW = A_prev.T @ (dA · f'(«A» for Z))", {"weight": lambda c, l: c.A[l].T @ (c.dA[l] * s1(c.A[l + 1]))}, (ALL, OUT, HID), cost=.5),
)  # fmt: skip
