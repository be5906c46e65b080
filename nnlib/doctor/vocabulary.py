"""The vocabulary: every category of mistake the doctor can name, its family, and one hint how to mend it."""

# ruff: noqa: E501  (a row of the table is a line)
from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType
from typing import NamedTuple


class When(Enum):
    """What another hint than the usual one of a category depends on."""

    NEGATIVE = "the number that was found is negative"
    ONE_KIND = "of weight and bias gradients only one kind is wrong"
    BELOW = "weights and biases are wrong, and those of the output layer right"
    NO_TWO = "the slope of the cost has no factor 2"
    NO_SIGMOID = "some layer has another activation"


class Category(NamedTuple):
    """One word of the vocabulary: its family, the mistake in plain words, the formula it breaks, how to mend it.

    Words in braces in a hint are the setting's own: see `nnlib.doctor.words.terms`. Of `others` the first that holds is said.
    """

    family: str
    mistake: str
    formula: str
    hint: str
    others: Mapping[When, str] = MappingProxyType({})


IN_ONE_LINE = "Elsewhere the factor is right, so the error has it: look at the line that computes {line}."
NO_FACTOR = "{error_rule}: no factor 2 or 1/2 is left."
# slug: family, the mistake, the formula with the faulty factor between « », the hint, other hints
VOCABULARY = {slug: Category(*rest) for slug, *rest in (
    ("correct", "none", "every gradient is right", "", ""),
    ("missing-factor-two", "scale", "the 2 of the squared error is dropped", "dA = «2» (A - E) / T", "The derivative of (a - e)^2 is 2 (a - e): write the 2.", {When.ONE_KIND: IN_ONE_LINE, When.NO_TWO: NO_FACTOR}),
    ("extra-factor-two", "scale", "the factor 2 comes in twice", "dA = «2 · 2» (A - E) / T", "Look for a second 2: in the error, in the delta, or in the last line.", {When.ONE_KIND: IN_ONE_LINE, When.NO_TWO: NO_FACTOR}),
    ("sum-instead-of-mean", "scale", "the sum over the samples is not divided by T", "dW = A_prev.T @ dZ «/ T»", "C is a mean over T samples: divide once by {T}."),
    ("divided-twice", "scale", "divided by T more than once", "dW = A_prev.T @ (dZ / T) «/ T»", "Keep 1/T in exactly one place: in the output error, or in the gradients, not in both."),
    ("mean-over-outputs", "scale", "divided by T and by the number of outputs too", "dA = 2 (A - E) / «(T · n_out)»", "np.mean over a {outputs} array divides by T·n_out. C sums over the outputs: divide by T alone."),
    ("divided-by-wrong-count", "scale", "divided by another count in place of T", "dA = 2 (A - E) / «T»", "Divide by the number of samples, {or_T}, never by a width or a fixed number."),
    ("learning-rate-in-gradient", "scale", "the learning rate is already inside the gradient", "dW = «rate ·» A_prev.T @ dZ", "A gradient knows no rate. Multiply by the rate once, in the step W - rate * dW."),
    ("learning-rate-ignored", "scale", "the step does not use the learning rate it was given", "W_new = W - «rate» · dW", "Multiply the gradient by the learning_rate that comes in."),
    ("sign", "sign", "a sign is turned round", "dA = 2 «(A - E)» / T", "{error_rule}; descent subtracts the gradient.", {When.BELOW: "The output layer is right: look for a minus on the way down, in {carry} or in the slope {slope}."}),
    ("missing-activation-derivative", "derivative", "the slope f'(z) is forgotten", "dZ = dA «· f'(Z)»", "Multiply the error by {slope} on the way through each activation."),
    ("derivative-at-wrong-point", "derivative", "f' is taken at the wrong place", "dZ = dA · f'(«Z»)", "f' wants z. If you hold a = f(z), write a * (1 - a); do not pass a through the sigmoid again.", {When.NO_SIGMOID: "f' wants z, the value before the activation: do not pass a through f once more."}),
    ("wrong-activation-derivative", "derivative", "the slope of another function is used", "dZ = dA · «f'(Z)»", "For the sigmoid f'(z) = f(z) (1 - f(z)).", {When.NO_SIGMOID: "Use the slope of this layer's own activation."}),
    ("duplicated-derivative", "derivative", "f'(z) is multiplied in twice", "dZ = dA · f'(Z) «· f'(Z)»", "Each activation is passed once: one f'(z) for each layer."),
    ("cross-entropy-delta", "cost", "a - e is used as the output delta", "dZ_out = (A - E) «· 2 f'(Z)» / T", "a - e is the delta of the cross-entropy. The squared error keeps 2 and f'(z)."),
    ("wrong-cost-derivative", "cost", "the slope of another cost, or an extra factor at the output", "dA = «2 (A - E)» / T", "{error_rule}."),
    ("wrong-forward-pass", "cost", "the forward pass inside computes another network", "«Z = A_prev @ W + b,  A = f(Z)»", "Run your forward pass beside the right one, layer by layer, and compare Z and A."),
    ("regularisation-term", "cost", "a weight-decay term is added", "dW = A_prev.T @ dZ / T «+ lambda W»", "This cost has no regulariser: take the term out, or set its factor to 0.", {When.NEGATIVE: "A minus before the penalty makes the weights grow. This cost has no regulariser: take the term out."}),
    ("error-propagated-without-derivative", "propagation", "the raw error, not the delta, is carried down", "dA_prev = «dZ» @ W.T", "Carry dZ = dA * f'(Z) down, not dA."),
    ("delta-not-propagated-through-weights", "propagation", "the weights are left out on the way down", "dA_prev = dZ «@ W.T»", "Each path down passes a weight: {carry}."),
    ("wrong-quantity-propagated", "propagation", "something else than dZ through W is carried down", "dA_prev = «dZ @ W.T»", "What goes down is the delta of the layer above times the weights it came through."),
    ("transposed-weights", "propagation", "W stands where its transpose belongs, or the reverse", "dA_prev = dZ @ «W.T»", "Forward {forward}, backward {carry}. Test with layers of different widths."),
    ("wrong-layer-weights", "propagation", "the weights of another layer are used", "dA_prev[l] = dZ[l] @ W«[l]».T", "The error leaves a layer through the same weights by which the activations came in."),
    ("used-updated-weights", "propagation", "the already updated weights carry the error down", "dA_prev = dZ @ «W».T", "Compute every gradient first, then update every weight."),
    ("bias-column-misaligned", "propagation", "the bias row is not dropped, or shifted", "dA_prev = dZ @ W«[without the bias row]».T", "Drop the bias row on the same side where you put it on: first row with [1:], last row with [:-1]."),
    ("missing-sum-over-downstream", "propagation", "only one outgoing path is counted", "dA_ix = «sum_y» dZ_iy w_xy", "A neuron acts on every neuron of the next layer: add all its paths."),
    ("transposed-gradient", "weight-gradient", "dW comes back transposed", "dW = «A_prev.T @ dZ»", "dW has the shape of W, {shape}: {weight}."),
    ("wrong-layer-activation", "weight-gradient", "the activation of another layer is the input factor", "dW[l] = A«[l]».T @ dZ[l]", "The input factor of a weight is the activation it multiplies in the forward pass."),
    ("preactivation-instead-of-activation", "weight-gradient", "z stands where a belongs", "dW = «A_prev».T @ dZ", "The weight multiplied a, not z: use the activation."),
    ("missing-input-activation", "weight-gradient", "the input factor is left out", "dW = «A_prev.T @» dZ", "z = a w + b, so dz/dw = a: multiply by the input activation."),
    ("averaged-before-product", "weight-gradient", "the samples are averaged before the product", "dW = «mean(A_prev)».T @ «mean(dZ)»", "The mean of products is not the product of means: sum {weight} over the samples."),
    ("bias-not-summed", "bias", "the bias gradient is not summed over the samples", "db = «sum_i» dZ_i", "Use {db}."),
    ("bias-summed-over-neurons", "bias", "the bias gradient is summed over everything", "db = dZ.sum(«axis=0»)", "Keep one number for each neuron: {db}."),
    ("bias-wrong-axis", "bias", "the bias gradient is reduced over the wrong axis", "db = dZ.sum(«axis=0»)", "Samples are {sample}s here: sum over axis {number}."),
    ("bias-gradient-zero", "bias", "the biases never get a gradient", "db = «dZ.sum(axis=0)»", "dz/db = 1, so db = {db}: compute and return it."),
    ("bias-wrong-formula", "bias", "the bias gradient follows another formula", "db = «dZ.sum(axis=0)»", "dz/db = 1: the bias gradient is the delta itself, summed over the samples."),
    ("only-last-sample", "batch", "only one sample counts", "dW = «sum_i» a_i dZ_i", "Add inside the loop over the samples (+=), do not overwrite (=)."),
    ("single-sample-step", "batch", "the step uses one sample of the batch", "g = (1/T) «sum_i» g_i", "Use every {sample} of X, not {first} or a random {sample}."),
    ("per-sample-updates", "batch", "a step after every sample instead of one for the batch", "W_new = W - rate · «(1/T) sum_i g_i»", "Add up the gradients first; step once, after the loop over the samples."),
    ("repeated-update", "batch", "the step is applied more than once", "W_new = W - rate · dW  «(once)»", "Move the update out of the loop, so that it runs once."),
    ("shuffled-labels", "batch", "inputs and targets no longer belong together", "A«_i» - E«_i»", "Shuffle X and E with one and the same permutation."),
    ("batch-remainder", "batch", "samples beyond a fixed batch size are dropped or scaled wrongly", "(1/T) sum_«i = 1..T»", "Let the last batch be short, and divide by its own length."),
    ("only-last-layer", "layers", "the hidden layers get nothing", "for l = L, ..., «1»", "Carry the error down through every layer."),
    ("off-by-one-layer", "layers", "a layer is skipped, or the gradients are shifted by one", "for l = «L, ..., 1»", "Check the first and the last index of the loop over the layers."),
    ("wrong-order", "layers", "the right arrays in the wrong order", "return «(dW, db)», each from the first layer to the last", "Backpropagation runs from the end: reverse the lists before you return them, and return dW first."),
    ("accumulator-not-reset", "state", "sums are kept from call to call", "dW = «0» + sum_i a_i dZ_i", "Make the sums new (zeros) at the start of each call."),
    ("stale-or-aliased-buffers", "state", "one buffer serves several results, or values of an earlier call", "dW[l] is «its own array»", "Return a new array for each result (.copy()), and compute from the inputs of this call."),
    ("mutates-inputs", "state", "the caller's arrays are changed", "W_new = W - rate · dW  «(a new array)»", "Write W = W - ..., not W -= ...; copy what you have to change."),
    ("elementwise-matmul-confusion", "shape-dtype", "* stands where @ belongs, or the reverse", "A_prev.T «@» dZ,  dA «*» f'(Z)", "@ sums over an index, * does not: products with W and A use @, the slope uses *."),
    ("broadcasting", "shape-dtype", "two shapes are silently stretched against each other", "A - E, both «(T, n_out)»", "Compare the shapes before you subtract: (T,) against (T, 1) gives (T, T)."),
    ("shape-error", "shape-dtype", "the code raises, or returns wrong shapes", "«dW[l].shape == W[l].shape», «db[l].shape == b[l].shape»", "Return (dW, db), each array with the shape of its weights or biases. Where the code raises, print the shapes on that line."),
    ("integer-truncation", "shape-dtype", "integers cut the values", "dW = «np.zeros(shape)»  (floats)", "Make buffers of floats, and use / rather than //."),
    ("wrong-labels", "labels", "the targets are misread", "A_ij - E_«ij»", "Compare the first rows of the targets that your code uses with those that came in: one-hot rows stay as they are."),
    ("nan", "shape-dtype", "NaN or infinity appears", "«f(z)» = 1 / (1 + e^-z)", "Look for 0/0, inf/inf or log(0), often in e^z / (1 + e^z) or in a division by a (1 - a).", {When.ONE_KIND: "The {other} gradients are finite, so the deltas are: look at the line that computes {line}.", When.NO_SIGMOID: "Look for 0/0, inf/inf or a logarithm of 0."}),
    ("finite-difference-error", "numerical", "differences with a bad step, or one-sided ones", "(C(w + h) - «C(w - h)») / «2 h»", "Use both sides and h near 1e-5."),
    ("assigned-instead-of-subtracted", "update", "the weights are replaced by the step", "W_new = «W -» rate · dW", "The step is subtracted from the old weights: W - rate * dW."),
    ("rule-sign", "rule", "the velocity or the penalty points the wrong way", "v = beta v «+» g", "The velocity adds the gradient; the step subtracts the velocity."),
    ("rule-rate", "rule", "the rate comes in twice, or not in the first step", "W_new = W - «rate» · m", "Multiply by the rate once, in the same place in every step."),
    ("rule-stale", "rule", "the step uses what the step before it left, or what is not carried on", "W_new = W - rate · «m»", "Renew the memory first, then step with the new one, and keep it for the next step."),
    ("rule-correction", "rule", "the correction of Adam's moments is wrong", "m / «(1 - beta^t)»", "Divide both moments by 1 - beta^t, with t = 1 in the first step."),
    ("rule-formula", "rule", "another slip in the rule's formula", "", "Compare the rule line by line with nnlib.rules."),
    ("no-verdict", "other", "nothing could be judged", "", "Make one call come back within ten seconds, on a network of 3-5-6-4 neurons with 7 samples."),
    ("unknown", "other", "wrong, in a way the doctor has no name for", "", "Compare your intermediate arrays with nnlib.forward and nnlib.gradients, layer by layer."),
)}  # fmt: skip

# What is seen where no mistake is known: not the name of one.
SYMPTOMS = ("unknown", "shape-error", "nan", "no-verdict")

# Where a slip sits: by its category, else by its family; nothing is said of the others.
ROOTS = {
    "cross-entropy-delta": "the output layer", "wrong-cost-derivative": "the output layer", "bias": "the bias gradients",
    "weight-gradient": "the weight gradients", "propagation": "the way down from one layer to the next",
    "mutates-inputs": "", "state": "what is kept between calls", "update": "the step, not the gradient",
}  # fmt: skip

# Which slip a reader should mend first, where two are at work: the order in which the values are computed.
FAMILY_ORDER = (
    "state", "shape-dtype", "labels", "batch", "cost", "derivative", "propagation", "weight-gradient", "bias", "layers",
    "update", "sign", "scale", "numerical", "rule", "other", "none",
)  # fmt: skip


def of_factor(factor: float, T: int, digits: int) -> str:
    """The category of a gradient that is `factor` times the right one for T samples; the factor has so many digits."""
    scale = {
        -1.0: "sign",
        2.0: "extra-factor-two",
        0.5: "missing-factor-two",
        T: "sum-instead-of-mean",
        round(1 / T, digits): "divided-twice",
    }
    return scale.get(factor, "unknown")


def severity(slug: str) -> int:
    """The place of a category in root order: the smaller, the earlier in the computation."""
    return FAMILY_ORDER.index(VOCABULARY[slug].family)
