"""Reads the corpus: every case is one file that stands alone, and manifest.json says what each of them is.

This file needs the standard library only, and the cases numpy only: it works wherever it lies beside both.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
# category -> family: the closed vocabulary of the labels
FAMILIES = {
    "none": "correct",
    "scale": "missing-factor-two extra-factor-two sum-instead-of-mean divided-twice mean-over-outputs "
    "divided-by-wrong-count learning-rate-in-gradient learning-rate-ignored",
    "sign": "sign",
    "derivative": "missing-activation-derivative derivative-at-wrong-point wrong-activation-derivative "
    "duplicated-derivative",
    "cost": "cross-entropy-delta wrong-cost-derivative wrong-forward-pass regularisation-term",
    "propagation": "error-propagated-without-derivative delta-not-propagated-through-weights "
    "wrong-quantity-propagated transposed-weights wrong-layer-weights used-updated-weights "
    "bias-column-misaligned missing-sum-over-downstream",
    "weight-gradient": "transposed-gradient wrong-layer-activation preactivation-instead-of-activation "
    "missing-input-activation averaged-before-product",
    "bias": "bias-not-summed bias-summed-over-neurons bias-wrong-axis bias-gradient-zero bias-wrong-formula",
    "batch": "only-last-sample single-sample-step per-sample-updates repeated-update shuffled-labels batch-remainder",
    "layers": "only-last-layer off-by-one-layer wrong-order",
    "labels": "wrong-labels",
    "state": "accumulator-not-reset stale-or-aliased-buffers mutates-inputs",
    "shape-dtype": "elementwise-matmul-confusion broadcasting shape-error integer-truncation nan",
    "numerical": "finite-difference-error",
    "update": "assigned-instead-of-subtracted",
    "other": "unknown",
}
CATEGORIES = {category: family for family, names in FAMILIES.items() for category in names.split()}
ALL = tuple(f"{kind}{l}" for kind in "Wb" for l in range(3))
NAMED = {
    "all": ALL,
    "none": (),
    "weights": ALL[:3],
    "biases": ALL[3:],
    "hidden": ("W0", "W1", "b0", "b1"),
    "output": ("W2", "b2"),
    "unjudged": None,  # the words do not decide where
}


@dataclass(frozen=True)
class Case:
    """One implementation with its labels; `make()` returns its function, freshly executed, so that no state is left over.

    `where` holds ("W", l) and ("b", l) of the arrays that are wrong in a network of three weight layers, None where that is
    not decided; `also` the categories that the numbers cannot tell from this one; `silent` the conditions under which the
    case gives right numbers, see nnlib.corpus.measure; `raises` says that it may raise on some problem; `harmless` names a
    property that some contracts allow and others refuse, where it is all that is unusual: then neither verdict is a mistake.
    """

    name: str
    note: str
    category: str
    where: frozenset | None
    kind: str
    cost: str
    activations: str | tuple[str, str]
    also: tuple[str, ...] = ()
    raises: bool = False
    silent: tuple[str, ...] = ()
    harmless: str = ""

    @property
    def family(self) -> str:
        """The family of the category; "none" for right code."""
        return CATEGORIES[self.category]

    @property
    def file(self) -> Path:
        """The path of the file that holds the case."""
        return HERE / "cases" / f"{self.name.replace('.', '/')}.py"

    @property
    def source(self) -> str:
        """The source code of the file."""
        return self.file.read_text(encoding="utf-8")

    @property
    def convention(self) -> dict | None:
        """The keyword arguments `cost` and `activations` for `nnlib.diagnose`; None for the squared error with the sigmoid."""
        if (self.cost, self.activations) == ("squared", "sigmoid"):
            return None
        return {"cost": self.cost, "activations": self.activations}

    def make(self) -> Callable:
        """The function: gradients(weights, biases, X, E) -> (dW, db), or by `kind` train_step(weights, biases, X, E, rate).

        The file is executed, so warnings and errors of the case may come from here or from the call.
        """
        namespace: dict = {"__name__": self.name}
        exec(_compiled(self.file), namespace)
        return namespace[self.kind]


@cache
def _compiled(file: Path):
    return compile(file.read_text(encoding="utf-8"), str(file), "exec")


def where_set(text: str) -> frozenset | None:
    """'all', 'hidden', ... or parameters one by one, as in 'W0 b0' or 'W1 biases'; None for 'unjudged'."""
    if text == "unjudged":
        return None
    return frozenset((p[0], int(p[1])) for word in text.split() for p in NAMED.get(word, (word,)))


def read_file(file: Path) -> Case:
    """The case of one file, from its first docstring: a note, then lines `key: value`."""
    note, facts = (ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or "").split("\n\n")
    said = dict(line.split(": ", 1) for line in facts.splitlines())
    names = tuple(said["activations"].split(", "))
    also = tuple(said["also"].split(", ")) if "also" in said else ()
    if unknown := {said["category"], *also} - set(CATEGORIES):
        raise ValueError(f"{file}: expected categories of the vocabulary, got {', '.join(sorted(unknown))}")
    return Case(
        f"{file.parent.name}.{file.stem}", " ".join(note.split()), said["category"], where_set(said["where"]), said["kind"],
        said["cost"], names if len(names) > 1 else names[0], also, "raises" in said, (), said.get("harmless", ""),
    )  # fmt: skip


@cache
def manifest() -> dict:
    """The contents of manifest.json: version, licence, authors, and under "cases" one dictionary for each case."""
    return json.loads((HERE / "manifest.json").read_text(encoding="utf-8"))


def cases(*, kind: str | None = None, cost: str | None = None, family: str | None = None) -> Iterator[Case]:
    """The cases of the corpus in the order of the manifest, all of them or those that the arguments choose.

    kind is "gradients" or "train_step"; cost "squared", "bce" or "cross-entropy"; family a key of FAMILIES. None takes all.
    """
    for row in manifest()["cases"]:
        facts = {k: tuple(v) if isinstance(v, list) else v for k, v in row.items() if k not in ("file", "family")}
        if facts["where"] is not None:
            facts["where"] = frozenset((p[0], int(p[1])) for p in facts["where"])
        case = Case(**facts)
        if kind in (None, case.kind) and cost in (None, case.cost) and family in (None, case.family):
            yield case
