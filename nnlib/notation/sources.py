"""The sources and their conventions: one row for each book, course or library that a learner may hold beside these lessons."""

from __future__ import annotations

import difflib
from dataclasses import dataclass

from nnlib import checks


@dataclass(frozen=True)
class Source:
    """One source's conventions; c, the layouts and the card all follow from these facts (lesson 1)."""

    slug: str
    name: str
    weight: str  # how the weight from neuron x to neuron y is written
    transposed: bool  # True: its weight matrix is ours transposed, shape (n_this, n_prev)
    columns: bool  # True: samples are columns, X of shape (n_0, T)
    bias_axis: str  # "vector" (n,), "row" (1, n) or "column" (n, 1)
    first_layer: int  # the number that its first weight matrix carries
    label: str  # "entered" or "left": which of the two layers gives a weight its number
    symbols: tuple[str, str, str]  # before the activation, after it, target
    half: bool  # is there a 1/2 in the cost?
    over_samples: str  # "mean" or "sum"
    over_outputs: str  # "mean" or "sum"
    delta_holds_mean: bool  # is the 1/T already inside the delta?
    cost: str
    reference: str
    note: str = ""
    squared: bool = True  # False: another cost than the squared error, so that no factor c exists
    checked: str = "not re-read"  # which of these facts were read again, and where

    @property
    def needs(self) -> tuple[str, ...]:
        """What c depends on: of "T" (samples) and "K" (outputs), those that must be known."""
        return ("T",) * (self.over_samples == "sum") + ("K",) * (self.over_outputs == "mean")

    def factor(self, T: int | None = None, K: int | None = None) -> float:
        """c, for our gradient = c times the source's, same data and weights (lesson 6).

        c = (1/T) / (h s o), where the source's cost is h s o times the plain sum of squares: h is 1/2 or 1, s is 1/T
        or 1, o is 1/K or 1, for T samples and K outputs. Raises ValueError where T or K is needed and not given, or where
        the source's cost is no squared error.
        """
        if not self.squared:
            raise ValueError(f"{self.name}: expected a squared-error cost, its cost is {self.cost}: no factor c exists")
        T, K = checks.optional("T", T), checks.optional("K", K)
        for name, value in (("T", T), ("K", K)):
            if name in self.needs and value is None:
                what = f"{name} = the number of {'samples' if name == 'T' else 'outputs'}"
                raise ValueError(f"{self.name}: c = {self.factor_text}; expected {what}, at least 1, got {value!r}")
        c = 2.0 if self.half else 1.0
        return c * ((K or 1) if "K" in self.needs else 1) / ((T or 1) if "T" in self.needs else 1)

    @property
    def factor_text(self) -> str:
        """c in letters: "1", "2", "2/T", "K" ... or "n/a" where the cost is no squared error."""
        if not self.squared:
            return "n/a"
        top = ("2" if self.half else "") + (" K" if self.half and "K" in self.needs else "K" * ("K" in self.needs))
        return (top or "1") + ("/T" if "T" in self.needs else "")

    def layer(self, l: int) -> int:
        """The number that the source gives to our weights[l], which count from 0."""
        return l + self.first_layer

    def answers(self) -> tuple[tuple[str, str], ...]:
        """The seven questions to ask of any formula, and what this source answers (lesson 1)."""
        before, after, target = ("no letter" if symbol == "-" else symbol for symbol in self.symbols)
        matrix = "ours transposed" if self.transposed else "the same as ours"
        how = f"{self.over_samples} over samples, {self.over_outputs} over outputs"
        return (
            ("Which index is 'to'?", f"{self.weight}; W is {matrix}"),
            ("Which layer gives the number?", f"the layer {self.label}; the first weights have number {self.first_layer}"),
            ("Before or after the activation?", f"{before} before, {after} after, target {target}"),
            ("Is there a 1/2?", "yes" if self.half else "no"),
            ("Sum or mean?", how if self.squared else f"{self.over_samples} over samples, another cost"),
            ("Rows or columns?", f"samples are {'columns' if self.columns else 'rows'}"),
            ("Is 1/T inside delta?", "yes" if self.delta_holds_mean else "no"),
        )  # fmt: skip

    def __str__(self) -> str:
        lines = [self.name, *(f"  {question} {answer}" for question, answer in self.answers())]
        lines += [f"  Cost: {self.cost}", f"  Our gradient = c times its gradient, c = {self.factor_text}"]
        lines += [f"  Note: {self.note}"] * bool(self.note) + [
            f"  Read: {self.reference}",
            f"  Checked: {self.checked}",
        ]
        return "\n".join(lines)


_LINEAR_OUTPUT = "The output is linear in the source: its slope there is 1. "
_COPY = " (read in readers' transcriptions)"

TABLE = (
    Source("ours", "The asker (ours)", "w_xy^(L), from x to y", False, False, "vector", 1, "entered",
           ("z", "a", "e"), False, "mean", "sum", True, "(1/T) sum_i sum_j (a_ij - e_ij)^2",
           "lesson 1", checked="the question itself"),
    Source("nielsen", "Nielsen", "w^l_jk, to j, from k", True, True, "column", 2, "entered",
           ("z", "a", "y"), True, "mean", "sum", False, "(1/2n) sum_x |y(x) - a|^2",
           "Nielsen, Neural Networks and Deep Learning (2015), chapters 1 and 2",
           "The input is layer 1. One column at a time; stacked, the columns are the samples.",
           checked="equations 6 and 26, the index order and delta of chapter 2" + _COPY),
    Source("3blue1brown", "3Blue1Brown", "w_jk^(L), to j, from k", True, True, "column", 1, "entered",
           ("z", "a", "y"), False, "mean", "sum", False, "(1/n) sum_k C_k, with C_0 = sum_j (a_j - y_j)^2",
           "3Blue1Brown, Backpropagation calculus (2017), Deep learning, chapter 4",
           "The same cost as ours with the subscripts of w swapped. The index on C is the sample. "
           "Neurons count from 0.",
           checked="the author's transcripts: k to j, the sum of squares without 1/2, the average over examples, one column; "
           "the numbers of layers and neurons stand on the screen only and were not re-read"),
    Source("bishop", "Bishop, PRML", "w_ji, to j, from i", True, False, "vector", 1, "entered",
           ("a", "z", "t"), True, "sum", "sum", False, "sum_n (1/2) sum_k (y_nk - t_nk)^2",
           "Bishop, Pattern Recognition and Machine Learning (2006), sections 5.1 to 5.3",
           _LINEAR_OUTPUT + "So the book has delta_k = y_k - t_k, and h' joins it for our sigmoid output. "
           "a is before the activation and z after it. The first index n is the sample; the bias is w_j0.",
           checked="equations 5.48 to 5.57 and 5.61 to 5.67" + _COPY),
    Source("goodfellow", "Goodfellow et al., alg. 6.3", "W^(k), applied as W h", True, True, "column", 1, "entered",
           ("a", "h", "y"), False, "mean", "sum", False, "L + lambda Omega, here L = |y_hat - y|^2, mean, lambda = 0",
           "Goodfellow, Bengio and Courville, Deep Learning (2016), section 6.5, algorithms 6.3 and 6.4",
           "The algorithms leave L open and c follows L: this row takes the mean squared error of equation 6.1; with "
           "the 1/2 of equation 6.13 c is 2. One column at a time; the minibatch of section 6.5.7 has rows, X W.",
           checked="algorithms 6.3 and 6.4, equations 6.1 and 6.13, section 6.5.7" + _COPY),
    Source("goodfellow-xor", "Goodfellow et al., XOR", "W, applied as W^T x", False, False, "vector", 1, "entered",
           ("z", "h", "f*"), False, "mean", "sum", False, "(1/4) sum over the four samples of (f*(x) - f(x))^2",
           "Goodfellow, Bengio and Courville, Deep Learning (2016), section 6.1",
           _LINEAR_OUTPUT + "The same book as the row above with W the other way round: the design matrix has samples "
           "as rows, X W + c. It has one output, which the book also calls y; the target is f*.",
           checked="equations 6.1, 6.3 and 6.7 to 6.11" + _COPY),
    Source("cs229", "CS229 / deeplearning.ai", "W^[l], applied as W a", True, True, "column", 1, "entered",
           ("z", "a", "y"), True, "mean", "sum", False, "(1/n) sum_i (1/2) (h(x^(i)) - y^(i))^2",
           "Stanford CS229, lecture notes, chapter 7; DeepLearning.AI, Neural Networks and Deep Learning",
           _LINEAR_OUTPUT + "[l] is the layer, (i) the example. The older notes write delta^[l] for the slope of J by z^[l]. "
           "deeplearning.ai writes dZ, dW, db for it, as we do, m for n, and takes cross-entropy.",
           checked="CS229, equations 7.1, 7.2 and 7.72 to 7.82" + _COPY),
    Source("ufldl", "UFLDL", "W_ij^(l), to i, from j", True, True, "column", 1, "left",
           ("z", "a", "y"), True, "mean", "sum", False, "(1/m) sum_i (1/2) |h(x^(i)) - y^(i)|^2",
           "Stanford UFLDL tutorial, Neural Networks; Backpropagation Algorithm",
           "W^(l) carries the number of the layer it leaves, z^(l+1) and delta^(l+1) that of the layer entered. "
           "The weight-decay term is left out here.",
           checked="the course's wiki, Neural Networks and Backpropagation Algorithm"),
    Source("cs231n", "CS231n, case study", "W, W2, shape (D, K)", False, False, "row", 1, "entered",
           ("scores", "hidden", "y"), False, "mean", "sum", True, "mean over samples of -log softmax(scores)[y]",
           "Stanford CS231n notes, Putting it together: minimal neural network case study",
           "A softmax cost, so only the layout is translated; y holds class numbers, our E their one-hot rows. "
           "The linear-classify page of the same course writes W x, W transposed. The weight decay is left out here.",
           squared=False, checked="the notes' own source, Putting it together"),
    Source("d2l", "Dive into Deep Learning, MLP", "X W^(1)", False, False, "row", 1, "entered",
           ("O", "H", "y"), True, "mean", "sum", False, "(1/n) sum_i (1/2) (yhat^(i) - y^(i))^2",
           "Zhang et al., Dive into Deep Learning, sections Linear Regression and Multilayer Perceptrons",
           _LINEAR_OUTPUT + "The backpropagation chapter of the same book transposes W: see d2l-backprop.",
           checked="the book's own source: linear-regression.md, the loss and its mean; mlp.md, X W + b and b as a row"),
    Source("d2l-backprop", "Dive into Deep Learning, backprop", "W^(1) x", True, True, "column", 1, "entered",
           ("z", "h", "y"), True, "mean", "sum", False, "(1/n) sum_i L^(i), with L = (1/2) |o - y|^2",
           "Zhang et al., Dive into Deep Learning, section Forward Propagation, Backward Propagation",
           _LINEAR_OUTPUT + "The section has one example, no biases and leaves the loss open: these come from the chapters "
           "before it. Its J has weight decay too, which is left out here.",
           checked="the book's own source, backprop.md"),
    Source("prince", "Prince, Understanding Deep Learning", "Omega_k, used as Omega h", True, True, "column", 0, "left",
           ("f", "h", "y"), False, "sum", "sum", False, "sum_i l_i, with l_i = sum_j (f_ij - y_ij)^2",
           "Prince, Understanding Deep Learning (2023), chapter 7",
           _LINEAR_OUTPUT + "a[.] is the activation function itself, beta the bias. For one sample c is 1.",
           checked="chapter 7: the sum over samples, the squared loss of one output, both passes" + _COPY),
    Source("pytorch", "PyTorch, Linear and MSELoss", "weight[y, x]", True, False, "vector", 0, "left",
           ("-", "-", "target"), False, "mean", "mean", True, "mean of (input - target)^2 over all T K elements",
           "PyTorch documentation, torch.nn.Linear and torch.nn.MSELoss with reduction='mean'",
           "Modules count in their order; z, x and f in the formulas are our letters. "
           "With reduction='sum' nothing is divided, and c = 1/T.",
           checked="the docstrings of torch 2.13; the tests ask the library"),
    Source("keras", "Keras, Dense and 'mse'", "kernel[x, y]", False, False, "vector", 0, "left",
           ("-", "-", "y_true"), False, "mean", "mean", True, "mean over outputs, then samples, of (y_true - y_pred)^2",
           "Keras documentation, Dense and MeanSquaredError",
           "Layers count in their order; z, x and f in the formulas are our letters.",
           checked="the documentation: mean(square(y_true - y_pred)), activation(dot(input, kernel) + bias)"),
    Source("sklearn", "scikit-learn, MLPRegressor", "coefs_[l][x, y]", False, False, "vector", 0, "left",
           ("-", "activations", "y"), True, "mean", "sum", False, "gradient of (1/2T) sum_i sum_j (y_ij - yhat_ij)^2",
           "scikit-learn 1.9, sklearn.neural_network.MLPRegressor",
           "The loss that it reports is divided by the K outputs as well; the gradient that it descends is not. "
           "The output is linear. Set alpha=0, else weight decay is added.",
           checked="the code of scikit-learn 1.9.1: squared_loss, _backprop; the tests ask the library"),
)  # fmt: skip
SOURCES: dict[str, Source] = {row.slug: row for row in TABLE}
ALIASES = {
    "asker": "ours", "theasker": "ours", "learner": "ours", "thelearner": "ours", "nnlib": "ours", "question": "ours",
    "neuralnetworksanddeeplearning": "nielsen", "michaelnielsen": "nielsen",
    "3b1b": "3blue1brown", "threeblueonebrown": "3blue1brown",
    "prml": "bishop", "bishopprml": "bishop",
    "deeplearningbook": "goodfellow", "goodfellowetal": "goodfellow",
    "deeplearningai": "cs229", "andrewng": "cs229", "ng": "cs229", "coursera": "cs229",
    "d2lmlp": "d2l", "diveintodeeplearning": "d2l",
    "udl": "prince", "understandingdeeplearning": "prince",
    "torch": "pytorch", "mseloss": "pytorch",
    "tensorflow": "keras", "tfkeras": "keras",
    "scikitlearn": "sklearn", "mlpregressor": "sklearn",
}  # fmt: skip


def source(name: str | Source) -> Source:
    """The row of a source by its slug, its full name or a common short name; capitals and punctuation do not matter.

    Raises ValueError that lists the slugs and offers the nearest; TypeError for anything but a name or a Source.
    """
    if isinstance(name, Source):
        return name
    if not isinstance(name, str):
        raise TypeError(f"source: expected a name such as 'nielsen', or a Source, got {type(name).__name__}")
    known = {_plain(key): row for row in TABLE for key in (row.slug, row.name)}
    known.update({alias: SOURCES[slug] for alias, slug in ALIASES.items()})
    key = _plain(name)
    if key not in known:
        near = difflib.get_close_matches(key, known, n=1)
        hint = f"; did you mean {known[near[0]].slug!r}?" if near else ""
        raise ValueError(f"source: expected one of {', '.join(SOURCES)}, got {name!r}{hint}")
    return known[key]


def _plain(text: str) -> str:
    return "".join(letter for letter in text.lower() if letter.isalnum())
