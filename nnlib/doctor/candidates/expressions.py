"""Expressions: how to read one from a line, how to evaluate it on the values of a pass, and how to write it out.

An expression is a nested tuple: ("leaf", name, shift), ("c", number), ("call", function, x), ("T", x), ("sum", x) over the
samples, or (operator, x, y). `parse` reads one from a line such as "dA * s(Z)"; f is the layer's activation, s its slope.
"""

# ruff: noqa: E501  (a row of a table is a line)
from __future__ import annotations

import ast
from functools import cache

import numpy as np

OPERATORS = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.MatMult: "@",
    ast.Pow: "**",
    ast.FloorDiv: "//",
}


@cache
def parse(line: str) -> tuple:
    """The expression of a line of Python: W[l-1], W[0], W[-1] are W of another layer, x.T a transpose, sum(x) over i."""
    return _node(ast.parse(line, mode="eval").body)


def _node(node):
    if isinstance(node, ast.BinOp):
        return OPERATORS[type(node.op)], _node(node.left), _node(node.right)
    if isinstance(node, ast.Name):
        return "leaf", node.id, 0
    if isinstance(node, ast.Constant):
        return "c", float(node.value)
    if isinstance(node, ast.Attribute):
        return "T", _node(node.value)
    if isinstance(node, ast.UnaryOp):
        return "call", "-", _node(node.operand)
    if isinstance(node, ast.Subscript):
        return "leaf", node.value.id, _shift(node.slice)
    name = node.func.id
    return ("sum", _node(node.args[0])) if name == "sum" else ("call", name, _node(node.args[0]))


def _shift(index):
    """l-1 and l+1 are shifts; 0 is the first layer, -1 the last."""
    if isinstance(index, ast.BinOp):
        return -index.right.value if isinstance(index.op, ast.Sub) else index.right.value
    return "first" if isinstance(index, ast.Constant) else "last"


def leaf(name: str, shift=0) -> tuple:
    """A leaf of this name, in the layer itself or in another."""
    return "leaf", name, shift


def parts(e: tuple, path: tuple = ()):
    """(path, expression) of an expression and of everything inside it."""
    yield path, e
    for i, x in enumerate(e[1:], 1):
        if isinstance(x, tuple):
            yield from parts(x, (*path, i))


def put(e: tuple, path: tuple, new: tuple) -> tuple:
    """The expression with the part at `path` replaced."""
    if not path:
        return new
    return (*e[: path[0]], put(e[path[0]], path[1:], new), *e[path[0] + 1 :])


# --- functions that an expression may call, on arrays whose last two axes are samples and neurons ---


def _wide(reduce):
    return lambda v: np.broadcast_to(reduce(v), v.shape)


def _sigmoid(v):
    return 1.0 / (1.0 + np.exp(-v))


def _softmax(v):
    e = np.exp(v - v.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


FUNCTIONS = {
    "-": lambda v: -v, "exp": np.exp, "log": np.log, "tanh": np.tanh, "sig": _sigmoid, "softmax": _softmax,
    "relu": lambda v: np.maximum(v, 0), "step": lambda v: 1.0 * (v > 0), "leaky": lambda v: np.where(v > 0, 1.0, 0.01),
    "abs": np.abs, "sign": np.sign, "square": np.square, "cube": lambda v: v**3, "sqrt": lambda v: np.sqrt(np.abs(v)),
    "int": np.trunc, "round": np.round, "floor": np.floor, "ones": np.ones_like, "zeros": np.zeros_like,
    "row": lambda v: v.sum(axis=-1, keepdims=True), "column": lambda v: v.sum(axis=-2, keepdims=True), "total": np.sum,
    "sum_i": _wide(lambda v: v.sum(axis=-2, keepdims=True)), "mean_i": _wide(lambda v: v.mean(axis=-2, keepdims=True)),
    "sum_j": _wide(lambda v: v.sum(axis=-1, keepdims=True)), "mean_j": _wide(lambda v: v.mean(axis=-1, keepdims=True)),
    "sum_ij": _wide(np.sum), "mean_ij": _wide(np.mean), "max_j": _wide(lambda v: v.max(axis=-1, keepdims=True)),
    "first_i": _wide(lambda v: v[:1]), "last_i": _wide(lambda v: v[-1:]),
    "first_j": _wide(lambda v: v[:, :1]), "last_j": _wide(lambda v: v[:, -1:]),
    "reversed_i": lambda v: v[::-1], "next_i": lambda v: np.roll(v, -1, 0), "before_i": lambda v: np.roll(v, 1, 0),
    "reversed_j": lambda v: v[:, ::-1], "next_j": lambda v: np.roll(v, -1, 1), "before_j": lambda v: np.roll(v, 1, 1),
    "only_first_j": lambda v: v * (np.arange(v.shape[-1]) == 0),
    "only_last_j": lambda v: v * (np.arange(v.shape[-1]) == v.shape[-1] - 1),
    "sorted_i": lambda v: np.sort(v, axis=0), "reshaped": lambda v: v.T.reshape(v.shape),
    "max_i": _wide(lambda v: v.max(axis=-2, keepdims=True)), "max_ij": _wide(np.max), "by_the_first_j": lambda v: v[np.argsort(v[:, 0])],
    "class_number": _wide(lambda v: 1.0 * v.argmax(axis=-1)[..., None]), "one_hot_i": lambda v: np.eye(len(v))[v.argmax(axis=0)].T,
    "ones_in_class_columns": _wide(lambda v: 1.0 * (v.max(axis=-2, keepdims=True) >= 1)),
    "one_hot": lambda v: np.eye(v.shape[-1])[v.argmax(axis=-1)], "share": lambda v: v / np.abs(v).sum(axis=0),
    "unit": lambda v: v / (np.linalg.norm(v) or 1.0), "turned": lambda v: v.reshape(v.T.shape),
    "strongest": lambda v: v * (np.abs(v) == np.abs(v).max(axis=-1, keepdims=True)),
    # reductions of a bias gradient, besides the sum over the samples
    "last": lambda v: v[-1], "first": lambda v: v[0], "as-it-is": lambda v: v, "axis=1": lambda v: v.sum(axis=1),
    "axis=1-row": lambda v: v.sum(axis=1)[None], "axis=1-column": lambda v: v.sum(axis=1, keepdims=True),
    "axis=1-cut": lambda v: np.concatenate([v.sum(axis=1), np.zeros(v.shape[1])])[: v.shape[1]],
    "no-axis": lambda v: v.sum(), "no-axis-for-each": lambda v: np.full(v.shape[1], v.sum()),
    "max": lambda v: v.max(axis=0), "norm": lambda v: np.linalg.norm(v, axis=0),
}  # fmt: skip
SLOPES = {  # f'(z) for whoever holds z and a
    "sigmoid": lambda z, a: a * (1 - a), "tanh": lambda z, a: 1 - a * a, "relu": lambda z, a: 1.0 * (z > 0),
    "softplus": lambda z, a: _sigmoid(z), "identity": lambda z, a: np.ones_like(z), "softmax": lambda z, a: a * (1 - a),
    "swish": lambda z, a: a + _sigmoid(z) * (1 - a), "elu": lambda z, a: np.where(z > 0, 1.0, a + 1),
}  # fmt: skip
ACTIVATE = {
    "sigmoid": _sigmoid, "tanh": np.tanh, "relu": FUNCTIONS["relu"], "softmax": _softmax,
    "softplus": lambda v: np.logaddexp(0, v), "identity": lambda v: v,
    "swish": lambda v: v * _sigmoid(v), "elu": lambda v: np.where(v > 0, v, np.expm1(np.minimum(v, 0))),
}  # fmt: skip
for _name, _share in (("leaky relu", 0.01), ("leaky relu 0.1", 0.1), ("leaky relu 0.2", 0.2)):
    SLOPES[_name] = lambda z, a, k=_share: np.where(z > 0, 1.0, k)
    ACTIVATE[_name] = lambda v, k=_share: np.where(v > 0, v, k * v)


class Values:
    """The values of one pass, or of many at once: an array with three axes holds one value for each of K edits."""

    def __init__(self, problem, names: list[str]):
        self.W, self.b = list(problem.weights), list(problem.biases)
        self.X, self.E, self.rate, self.names = problem.X, problem.E, problem.rate, names
        self.L, self.T = len(self.W), len(self.X)
        self.Z, self.A = [None] * self.L, [self.X] + [None] * self.L
        self.dA, self.dZ, self.dW, self.db = ([None] * self.L for _ in range(4))

    def at(self, l: int, name: str, shift, k):
        """The array behind a leaf in layer l, of edit k; IndexError where that layer does not exist."""
        if name in ("X", "E"):
            return getattr(self, name)
        if name in ("T", "n", "rate"):
            return {"T": self.T, "n": self.E.shape[-1], "rate": self.rate}[name]
        if name == "Z_prev":
            l, name = l - 1, "Z"
            if l < 0 and shift == 0:
                return self.X
        row = self.A if name == "A_prev" else getattr(self, name)
        if name == "A":
            l += 1
        if shift == "first":
            l = int(name == "A")
        elif shift == "last":
            l = len(row) - (2 if name == "A_prev" else 1)
        else:
            l += shift
        if not 0 <= l < len(row) or row[l] is None:
            raise IndexError(name)
        value = row[l]
        return value[k] if value.ndim == 3 and k is not None else value


def evaluate(e: tuple, c: Values, l: int, k: int | None = None):
    """The value of an expression in layer l, for edit k or for all at once; NumPy's refusals are passed on."""
    kind = e[0]
    if kind == "leaf":
        return c.at(l, e[1], e[2], k)
    if kind == "c":
        return e[1]
    if kind == "call":
        x = evaluate(e[2], c, l, k)
        if e[1] == "f":
            return ACTIVATE[c.names[l]](x)
        if e[1] == "s":
            return SLOPES[c.names[l]](x, ACTIVATE[c.names[l]](x))
        return FUNCTIONS[e[1]](x)
    x = evaluate(e[1], c, l, k)
    if kind == "T":
        return np.swapaxes(x, -1, -2) if x.ndim == 3 else x.T
    if kind == "sum":
        return x.sum(axis=-2)
    y = evaluate(e[2], c, l, k)
    return _BINARY[kind](x, y)


_BINARY = {
    "+": lambda x, y: x + y, "-": lambda x, y: x - y, "*": lambda x, y: x * y, "/": lambda x, y: x / y,
    "@": lambda x, y: x @ y, "**": lambda x, y: x**y, "//": lambda x, y: x // y,
}  # fmt: skip
RAISES = (ValueError, IndexError, TypeError, AttributeError, np.linalg.LinAlgError)


# --- writing expressions, in the learner's own layout ---

MARKED = ("mark",)  # ("mark", x): x between « »
TIGHT = {"+": 1, "-": 1, "*": 2, "/": 2, "@": 2, "//": 2, "**": 3}
WORDS = {
    "s": "f'", "row": "sum_j", "column": "sum_i", "total": "sum", "-": "-", "step": "[z > 0]", "last": "last_i", "first": "first_i", "as-it-is": "each_i", "axis=1": "sum_j",
    "axis=1-row": "sum_j", "axis=1-column": "sum_j", "axis=1-cut": "sum_j", "no-axis": "sum_ij", "no-axis-for-each": "sum_ij",
}  # fmt: skip


def show(e: tuple, setting=None, flip: bool | None = None, tight: int = 0) -> str:
    """The expression as text. Where samples are columns, the whole line is transposed: dW = dZ @ A_prev.T."""
    columns = setting is not None and setting.columns
    flip = columns if flip is None else flip
    kind = e[0]
    if kind == "mark":
        return f"«{show(e[1], setting, flip, 0)}»"
    if kind == "leaf":
        return _leaf_text(e, setting, flip)
    if kind == "c":
        return f"{e[1]:.6g}"
    if kind == "T":
        return show(e[1], setting, not flip, 4)
    if kind == "sum":
        return f"sum_i {show(e[1], setting, columns, 4)}"
    if kind == "call":
        inside = show(e[2], setting, flip, 4 if e[1] == "-" else 0)
        return f"-{inside}" if e[1] == "-" else f"{WORDS.get(e[1], e[1])}({inside})"
    first, second = (e[2], e[1]) if kind == "@" and flip else (e[1], e[2])
    level = TIGHT[kind]
    text = (
        f"{show(first, setting, flip, level)} {'·' if kind == '*' else kind} {show(second, setting, flip, level + 1)}"
    )
    return f"({text})" if level < tight else text


SINGLE = ("T", "n", "rate", "b", "db")
SPOKEN = {"n": "n_out"}


def _leaf_text(e, setting, flip):
    name, shift = e[1], e[2]
    turned = flip
    if setting is not None:
        held = setting.transposed if name in ("W", "dW") else setting.columns
        turned = flip != held
    index = "" if shift == 0 else f"[{shift}]" if isinstance(shift, str) else f"[l{shift:+d}]"
    return SPOKEN.get(name, name) + index + (".T" if turned and name not in SINGLE else "")
