"""Every single edit of the right expressions: something dropped, written twice, replaced, wrapped, transposed.

A mistake in backpropagation is nearly always one of these. The stage that is edited and the kind of the edit decide which
word of the vocabulary it has: see categories.py.
"""

# ruff: noqa: E501  (a row of a table is a line)
from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from nnlib.doctor.candidates import expressions, program
from nnlib.doctor.candidates.expressions import leaf, parse, parts, put
from nnlib.doctor.candidates.program import F_IN_LETTERS, SLOPE_IN_LETTERS, WAY_BACK

# Where a stage is edited: everywhere, or in some layers only. "carry" at l leads from layer l to the one below.
SCOPES = {
    "everywhere": lambda l, L: True,
    "output layer": lambda l, L: l == L - 1,
    "hidden layers": lambda l, L: l < L - 1,
    "first layer": lambda l, L: l == 0,
    "all but the first layer": lambda l, L: l > 0,
    "middle layers": lambda l, L: 0 < l < L - 1,
    "second layer": lambda l, L: l == 1,
    "last hidden layer": lambda l, L: l == L - 2,
}
ALL, OUT, HID, FIRST, UPPER, MID, SECOND, LOWER = SCOPES
WIDE = (ALL, OUT, HID)
SCOPE_COST = {ALL: 0.0, OUT: 0.01, HID: 0.01, UPPER: 0.03}  # 0.05 for the others


@dataclass(frozen=True)
class Edit:
    """One edit: in which stage and where in its expression (`path`), of which kind, what stood there and what stands there now.

    `name` is what the edit brings in: a leaf, a function, an operator; `dropped` is what it takes out.
    """

    stage: str
    kind: str
    right: tuple
    wrong: tuple
    path: tuple[int, ...]
    old: tuple
    new: tuple
    name: str = ""

    def formula(self, setting) -> str:
        """The line with the edit between « »."""
        marked = put(self.wrong, self.path, ("mark", self.new))
        return f"{program.LEFT[self.stage]} = {expressions.show(marked, setting)}"

    def words(self, setting) -> str:
        """What stands there, and what belongs there."""
        return f"{self.formula(setting)} where {expressions.show(self.old, setting)} belongs"


FORWARD = [
    leaf("X"), leaf("Z_prev"), leaf("A_prev", "l - 1"), leaf("A_prev"), leaf("W", "l - 1"), leaf("W", "l + 1"), leaf("W", "0"), leaf("W", "-1"),
    leaf("b", "0"), leaf("b", "l - 1"), leaf("b", "l + 1"), leaf("b"), leaf("W"), leaf("E"), leaf("Z"),
]  # fmt: skip
BACKWARD = [
    leaf("A_prev"), leaf("A"), leaf("A_prev", "l - 1"), leaf("Z"), leaf("Z_prev"), leaf("dA"), leaf("dZ"), leaf("E"), leaf("X"),
    leaf("W"), leaf("W", "l - 1"), leaf("W", "l + 1"), leaf("W", "0"), leaf("W", "-1"), leaf("b"), leaf("dW"), leaf("dZ", "l + 1"),
    leaf("A", "-1"), leaf("A_prev", "-1"), leaf("dZ", "-1"), leaf("dA", "-1"), leaf("Z", "-1"), leaf("Z", "l + 1"), leaf("A", "l + 1"),
    parse("A[-1] - E"), parse("2 * (A[-1] - E)"), parse("s(Z)"), parse("s(Z_prev)"), parse("s(A)"), parse("1 - A"), parse("1 - A_prev"), ("c", 1.0),
]  # fmt: skip
WRAPS = (
    "abs", "sign", "square", "cube", "sqrt", "int", "round", "relu", "sig", "tanh", "exp", "log", "-", "step", "ones", "zeros",
    "mean_i", "sum_i", "mean_j", "sum_j", "sum_ij", "mean_ij", "max_j", "first_i", "last_i", "reversed_i", "next_i",
    "before_i", "next_j", "before_j", "reversed_j", "only_first_j", "only_last_j", "first_j", "last_j", "sorted_i", "reshaped", "one_hot",
    "unit", "share", "turned", "strongest", "softmax",
)  # fmt: skip
REDUCTIONS = (
    "last", "first", "as-it-is", "axis=1", "axis=1-row", "axis=1-column", "axis=1-cut", "no-axis",
    "no-axis-for-each", "max", "norm",
)  # fmt: skip
# What people write for f'(z) of one layer or another.
OTHER_SLOPES = tuple(parse(line) for line in (
    "Z * (1 - Z)", "A * (1 - A)", "1 - A ** 2", "1 - tanh(Z) ** 2", "step(Z)", "leaky(Z)", "step(-Z)", "A", "1 - A", "A * (1 + A)", "A ** 2",
    "(1 - A) ** 2", "A ** 2 * (1 - A)", "A * (1 - A) * (1 - 2 * A)", "exp(-Z)", "exp(-Z) / (1 + exp(-Z))", "sig(Z)",
    "sig(Z) * (1 - sig(Z))", "sig(A) * (1 - sig(A))", "A / 4", "Z * (1 - A)", "A * (1 - Z)", "s(s(Z))", "1 + A ** 2", "1 - A * Z", "s(Z) * Z", "tanh(Z)",
    "1 - Z ** 2", "Z", "1 + Z", "A - A ** 2 + A", "1 - tanh(A) ** 2", "1 - sig(Z)", "s(Z) * A", "log(A)", "exp(Z)", "s(Z) ** 2", "sqrt(s(Z))",
    "s(A_prev)", "A_prev * (1 - A_prev)", "1 / (A * (1 - A))", "-A * (1 - A)", "A * (A - 1) * 2", "2 * A", "2 * Z", "-1 / Z", "f(Z)", "f(f(Z))", "ones(Z)", "0.25 * ones(Z)",
    "abs(Z)", "1 / (1 + abs(Z)) ** 2", "exp(-Z) / (1 + exp(-Z)) ** 3", "relu(Z)", "step(A - 0.5)", "Z_prev * (1 - Z_prev)",
))  # fmt: skip


def edits_of(stage: str, right: tuple):
    """Every single edit of one right expression of a stage."""
    pool = FORWARD if stage in ("affine", "activate") else BACKWARD
    for path, s in parts(right):
        for kind, new, name in _of_part(s, pool):
            yield Edit(stage, kind, right, put(right, path, new), path, s, new, name)


def _of_part(s, pool):
    """(kind, new part, name) of each edit of one part."""
    yield from PARTS.get(s[0], _of_operator)(s, pool)
    if s[0] != "c" and not (s[0] == "leaf" and s[1] in expressions.SINGLE):
        yield from (("wrap", ("call", name, s), name) for name in WRAPS)


def _of_leaf(s, pool):
    yield from (("leaf", new, new[1]) for new in (*pool, *(map(leaf, "Tn") if s[1] in ("T", "n") else ())) if new != s)
    yield "T", ("T", s), s[1]


def _of_call(s, pool):
    """Another slope; or the function is dropped, or another sum stands in its place."""
    if s[1] == "s":
        yield from (("slope", new, "") for new in OTHER_SLOPES)
        yield from (("slope of", ("call", "s", new), new[1]) for new in pool if new[0] == "leaf" and new != s[2])
        return
    yield "drop", s[2], s[1]
    if s[1] in SUMS:
        yield from (("sum", ("call", n, s[2]), n) for n in (*SUMS, "max_j", "mean_j") if n != s[1])


def _of_sum(s, pool):
    yield from (("sum", ("call", name, s[1]), name) for name in REDUCTIONS)
    yield from (("extra", ("sum", ("*", s[1], m)), m[1] if m[0] == "leaf" else "") for m in pool)


SUMS = ("row", "column", "total")
PARTS = {
    "c": lambda s, pool: (), "leaf": _of_leaf, "T": lambda s, pool: [("T", s[1], "")], "call": _of_call, "sum": _of_sum,
}  # fmt: skip


def _of_operator(s, pool):
    """Edits of an operator and its two sides."""
    o, x, y = s
    for kept, dropped in ((x, y), (y, x)):
        name = dropped[1] if dropped[0] in ("leaf", "call") else dropped[0]
        yield "drop", kept, name
        yield "twice", (o if o != "@" else "*", s, dropped), name
    yield from (("op", (other, x, y), other) for other in ("*", "@", "+", "-", "/", "//") if other != o)
    yield "swap", (o, y, x), o
    if o == "@":
        yield "T", ("T", s), ""
    for m in pool:
        yield "extra", ("*", s, m), m[1] if m[0] == "leaf" else ""


@dataclass(frozen=True)
class Spelling:
    """One way to write a stage of the right program: where it stands, and where edits of it are tried.

    `whole` says that all kinds of edits are tried; else those that another spelling does not give in the same numbers.
    """

    stage: str
    right: tuple
    scopes: tuple[str, ...]
    whole: bool = True
    of: str = ""  # the part that is edited, where that is smaller than the stage: "slope", "output delta"


@cache
def spellings(setting) -> tuple[Spelling, ...]:
    """The right expressions of a setting in the ways that people write them."""
    plain = program.program(setting)
    output = setting.activations[-1]
    soft = output == "softmax"
    layers = (HID, FIRST, LOWER) if soft else (ALL, OUT, HID, FIRST, UPPER, MID, SECOND, LOWER)
    found = [
        Spelling("affine", plain["affine"], (ALL, OUT, HID, FIRST, UPPER)),
        Spelling("cost", plain["cost"], (OUT,)),
        Spelling("delta", plain["delta"], layers),
        Spelling("weight", plain["weight"], (ALL, OUT, HID, FIRST, UPPER, MID, SECOND)),
        Spelling("carry", plain["carry"], (ALL, OUT, HID, SECOND)),
    ]
    if setting.bias != "none":
        found.append(Spelling("bias", plain["bias"], (ALL, OUT, HID, FIRST, UPPER, MID, SECOND)))
    found += [Spelling("delta", e, (OUT,), of="output delta") for e in program.output_deltas(setting)]
    for name, scopes in _by_activation(setting):
        if name in SLOPE_IN_LETTERS and name != "softmax":
            slope = parse(SLOPE_IN_LETTERS[name])
            found.append(Spelling("delta", ("*", leaf("dA"), slope), scopes, False, of="slope"))
            if slope[0] == "*":  # dA * A * (1 - A) from left to right
                found.append(Spelling("delta", ("*", ("*", leaf("dA"), slope[1]), slope[2]), scopes, False, of="slope"))
        for right in (plain["activate"], *([parse(F_IN_LETTERS[name])] if name in F_IN_LETTERS else [])):
            found.append(Spelling("activate", right, scopes, right == plain["activate"]))
    if soft:
        found.append(Spelling("delta", parse(WAY_BACK), (OUT,)))
    if setting.cost == "bce":
        for line in ("-(E / A - (1 - E) / (1 - A))", "-E / A + (1 - E) / (1 - A)"):
            found.append(Spelling("cost", program.scaled(parse(line), setting), (OUT,), False))
    return tuple(found)


def _by_activation(setting):
    """(activation, scopes) of the hidden and of the output layers."""
    hidden, output = setting.activations[0], setting.activations[-1]
    return ((hidden, WIDE),) if hidden == output else ((hidden, (HID, FIRST)), (output, (OUT,)))


KIND_COST = {
    "drop": 0.0, "T": 0.0, "op": 0.1, "swap": 0.05, "leaf": 0.1, "twice": 0.1, "slope": 0.1, "slope of": 0.05,
    "sum": 0.0, "extra": 0.2, "wrap": 0.25,
}  # fmt: skip
LIKELY = set(
    "drop,T,twice,leaf,slope,slope of,sum,swap".split(",")
)  # tried in every scope; the rest in the first three


def scoped_edits(setting):
    """(spelling, scope, edits): every edit that is tried in this setting, by stage and scope."""
    for spelling in spellings(setting):
        found = list(dict.fromkeys(edits_of(spelling.stage, spelling.right)))
        if not spelling.whole:
            found = [e for e in found if e.kind not in ("wrap", "extra", "twice", "T")]
        for place, scope in enumerate(spelling.scopes):
            yield spelling, scope, [e for e in found if place < 3 or e.kind in LIKELY]
