"""What a function wants beside the data: a rate, and one round in place of many."""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from collections.abc import Callable

import numpy as np

RATE = re.compile(r"^_*(lr|eta|alpha|rate|learning_?rate|learn_?rate|step_?size|l_?rate|lrate)$", re.I)
ROUNDS = re.compile(r"^_*(n_?|num_?|max_?)?(epochs?|iters?|iterations?|steps|rounds|times)$", re.I)

BATCH = re.compile(r"^_*(mini_?)?batch(_?(size|length))?$|^bs$", re.I)


def parameters(function) -> list[inspect.Parameter] | None:
    """What a function may be given; None where it says nothing."""
    try:
        return list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        return None


def by_place(function) -> list[inspect.Parameter] | None:
    """What it may be given by place; None where it says nothing."""
    wanted = parameters(function)
    return wanted and [p for p in wanted if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]


def required(function) -> list[str] | None:
    """The names of the arguments that it must be given by place; None where it says nothing."""
    wanted = by_place(function)
    return wanted and [p.name for p in wanted if p.default is p.empty]


def source_tree(function) -> ast.Module | None:
    """The syntax tree of a function (or of its code); None where its source is not at hand."""
    try:
        return ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, TypeError, SyntaxError):
        return None


class Filled:
    """A function of the learner's with what it wants beside the data: a rate, and one round in place of many."""

    def __init__(self, function: Callable):
        self.function, self.keywords, self.rate, self.batch = function, {}, None, None
        self.given = self.keywords  # where the rate stands: among the keywords, or among the names of a copy
        for p in parameters(function) or ():
            given = p.default is not p.empty
            if p.kind not in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY):
                continue
            if RATE.match(p.name) and (not given or isinstance(p.default, float | int)):
                self.rate, self.keywords[p.name] = p.name, float(p.default) if given else 0.1
            elif ROUNDS.match(p.name) and (not given or isinstance(p.default, int)):
                self.keywords[p.name] = 1
            elif BATCH.match(p.name) and not given:
                self.batch = p.name

    def __call__(self, *arguments):
        """Call the learner's function with what it wants besides."""
        if self.batch:  # one batch of all samples: then a step is in proportion to the rate
            self.keywords[self.batch] = _count(*arguments)
        return self.function(*arguments, **self.keywords)

    def set_rate(self, value: float) -> None:
        """Use this rate from now on."""
        self.given[self.rate] = value

    def of_one_round(self) -> Filled | None:
        """A copy of the function whose numbers called epochs (or the like) are 1 and whose number called a rate is an argument.

        The copy is made from the function's source; None where there is no source, or no such number in it.
        """
        bound = getattr(self.function, "__self__", None)
        plain = getattr(self.function, "__func__", self.function)
        if (tree := source_tree(plain)) is None:
            return None
        held = _Held()
        held.visit(tree)
        definition = tree.body[0]
        if not (held.found or held.rates) or not isinstance(definition, ast.FunctionDef) or plain.__closure__:
            return None
        definition.decorator_list = []
        space = {**plain.__globals__, **held.rates}
        exec(compile(ast.fix_missing_locations(tree), "<a copy with one round>", "exec"), space)
        made = space[definition.name]
        copy = Filled(made.__get__(bound) if bound is not None else made)
        copy.held = ", ".join(f"{name} = {value:g}" for name, value in held.found.items())
        if held.rates and copy.rate is None:
            copy.rate, copy.given = next(iter(held.rates)), space
        return copy


def _count(X, Y=None) -> int:
    """The number of samples: the side that inputs and targets share."""
    shapes = np.shape(X), np.shape(Y)
    return next((a[end] for end in (0, -1) for a, b in [shapes] if a and b and a[end] == b[end]), 1)


class _Held(ast.NodeTransformer):
    """Numbers assigned to names like epochs become 1, those to names like rate a global name; a long loop runs once."""

    def __init__(self):
        self.found: dict[str, float] = {}
        self.rates: dict[str, float] = {}

    def visit_Assign(self, node):
        name, value = getattr(node.targets[0], "id", ""), getattr(node.value, "value", None)
        if ROUNDS.match(name) and isinstance(value, int) and value > 1:
            self.found[name], node.value = value, ast.Constant(1)
        elif RATE.match(name) and isinstance(value, float):
            self.rates[f"{name} in the code"] = value
            node.value = ast.parse(f"globals()[{name + ' in the code'!r}]", mode="eval").body
        return node

    def visit_For(self, node):
        self.generic_visit(node)
        call = node.iter
        if (
            isinstance(call, ast.Call)
            and getattr(call.func, "id", "") in ("range", "trange", "xrange")
            and len(call.args) == 1
        ):
            value = getattr(call.args[0], "value", None)
            if isinstance(value, int) and value >= 50:
                self.found["rounds"], call.args[0] = value, ast.Constant(1)
        return node
