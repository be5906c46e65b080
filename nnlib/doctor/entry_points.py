"""Find in a file, a class or an object what can be judged, and write the call that judges it, with its own names."""

from __future__ import annotations

import inspect
import re
import types
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from nnlib.doctor.calling import attempt
from nnlib.doctor.places import fields
from nnlib.doctor.signature import RATE, required
from nnlib.doctor.verdict_of import Verdict, no_verdict

OUTPUT = re.compile(
    r"^_*(forward|predict|feed_?forward|forward_?(pass|prop(agation)?|propagate)|predict_?proba|output|outputs|run|activate"
    r"|think|query|propagate|infer(ence)?|evaluate|probabilities|feed|compute|__call__)(_?(pass|all|prop))?$",
    re.I,
)
GRADS = re.compile(
    r"^_*((compute|get|calc(ulate)?|find)_?)?"
    r"(grads?|gradients?|back_?prop(agat(e|ion))?|backward(s|_pass|_prop(agation)?)?|loss_and_grads?)$",
    re.I,
)
STEP = re.compile(
    r"^_*(train|fit|step|learn|update|optimi[sz]e|sgd|gradient_descent|partial_fit)"
    r"(_?(step|on_?batch|batch|one|once|epoch|weights|params|parameters|network|model))?$",
    re.I,
)
CONTRACT = 4  # weights, biases, X, E


@dataclass(frozen=True)
class Entry:
    """One thing to judge: the object, its functions, and the words of the call that does it."""

    subject: object
    call: str
    plain: object = None  # a function of the contract (weights, biases, X, E)
    kind: str = "gradients"
    arguments: dict = field(default_factory=dict)


def contract_kind(function) -> str:
    """Is it a function of the contract: "gradients", "train_step", or "" where its arguments are others?"""
    names = required(function)
    if names is None or not inspect.isroutine(function):
        return "gradients" if names is None else ""
    first = names[0].lower() if names else ""
    if len(names) == CONTRACT and first.startswith(("w", "theta", "param")):
        return "gradients"
    return "train_step" if len(names) == CONTRACT + 1 and RATE.match(names[-1]) else ""


def _methods(owner, of) -> Iterator[str]:
    names = [n for n in dir(type(owner)) if callable(getattr(type(owner), n, None))] if not isinstance(owner, dict) else [
        n for n, v in owner.items() if isinstance(v, types.FunctionType)]  # fmt: skip
    inside = fields(owner) if not isinstance(owner, dict) else None
    names += [n for n, v in (inside or {}).items() if callable(v)]
    matched = [n for n in dict.fromkeys(names) if of.match(n)]
    order = of.pattern
    return iter(sorted(matched, key=lambda n: (order.find(n.strip("_").lower()[:5]) + 1 or 999, n)))


def entries_of(owner, name: str, space=None) -> Iterator[Entry]:
    """The calls that may judge an object, or the names of a module: every forward pass with every step or gradient."""
    get = owner.get if isinstance(owner, dict) else lambda n: getattr(owner, n)
    dot = "" if isinstance(owner, dict) else f"{name}."
    outputs = [n for n in _methods(owner, OUTPUT) if len(required(get(n)) or [0]) == 1]
    subject = f"vars({name})" if isinstance(owner, dict) else name
    for word, pattern in (("grads", GRADS), ("step", STEP), ("step", GRADS)):
        for method in _methods(owner, pattern):
            wanted = required(get(method)) or []
            extra = [n for n in wanted if RATE.match(n)]
            if len(wanted) - len(extra) not in (2, 0) or (not wanted and required(get(method)) is not None):
                continue
            for output in outputs:
                said = "" if output == "__call__" else dot + output
                call = f"diagnose({subject}, {word}={dot}{method}, output={said or name})"
                yield Entry(owner, call, arguments={word: get(method), "output": get(output)})


def built(kind: type) -> tuple[object, str]:
    """(an object of the learner's class, the words that built it), with small sizes where it asks for them; (None, "")."""
    wanted = required(kind)
    wanted = [] if wanted is None else wanted
    tries: list[tuple] = [()] if not wanted else []
    if len(wanted) == 1:
        tries += [([3, 4, 2],), (3,), (0.1,)]
    elif wanted:
        sizes = [3, 4, 2, 2, 2]
        numbers = tuple(0.1 if RATE.match(n) else sizes[min(i, 4)] for i, n in enumerate(wanted))
        tries += [numbers, ([3, 4, 2], *numbers[1:])]
    for arguments in tries:
        outcome = attempt(kind, *arguments)
        if not outcome.raised:
            return outcome.value, f"{kind.__name__}({', '.join(map(repr, arguments))})"
    return None, ""


def in_namespace(space: dict, own: str) -> Iterator[tuple[str, object]]:
    """The functions, classes and objects that a file defines itself, last things first."""
    for name, value in reversed(list(space.items())):
        if name.startswith("_") or isinstance(value, types.ModuleType):
            continue
        module = getattr(value, "__module__", None) if callable(value) else getattr(type(value), "__module__", None)
        if module == own:
            yield name, value


def candidates(space: dict, own: str) -> Iterator[Entry]:
    """Everything in a file that can be judged: objects and classes, functions of the contract, the script itself."""
    found = list(in_namespace(space, own))
    for name, value in found:
        if isinstance(value, types.FunctionType) and (kind := contract_kind(value)):
            yield Entry(
                value,
                f"diagnose({name})" if kind == "gradients" else f'diagnose({name}, kind="train_step")',
                value,
                kind,
            )
    for name, value in found:
        if not isinstance(value, types.FunctionType | type):
            yield from entries_of(value, name)
    for _, value in found:
        if isinstance(value, type):
            made, words = built(value)
            if made is not None:
                yield from (
                    Entry(made, f"net = {words}; {e.call}", arguments=e.arguments) for e in entries_of(made, "net")
                )
    yield from entries_of(space, own)


def instead(value, kind: str) -> Verdict | None:
    """No verdict, and the line to write, for what the plain call cannot judge; None for a function that it can."""
    if isinstance(value, type) or (isinstance(value, types.FunctionType | types.MethodType) and _other(value, kind)):
        what = "a class" if isinstance(value, type) else f"a function ({', '.join(required(value) or [])})"
    elif isinstance(value, list | tuple | dict | np.ndarray):
        what = "arrays without their functions"
    elif not callable(value) and fields(value) is not None:
        what = f"an object of the class {type(value).__name__}"
    else:
        return None
    words = f"this is {what}; the plain call judges a function (weights, biases, X, E) -> (dW, db). Write instead:  "
    return no_verdict(getattr(value, "__name__", type(value).__name__), words + line_for(value))


def _other(function, kind: str) -> bool:
    """Does a function take another number of arguments than the contract hands it?"""
    wanted = inspect.signature(function).parameters.values()
    if any(p.kind == p.VAR_POSITIONAL for p in wanted):
        return False
    places = [p for p in wanted if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    needed = CONTRACT + (kind == "train_step")
    return not sum(p.default is p.empty for p in places) <= needed <= len(places)


def line_for(value) -> str:
    """The line to write for what the plain call cannot judge: filled with the names that the thing itself has."""
    if isinstance(value, type):
        made, words = built(value)
        entry = next(iter(entries_of(made, "net")), None) if made is not None else None
        start = f"net = {words or value.__name__ + '(...)'}; "
        return start + (_costed(entry.call) if entry else _blank("net", value))
    if inspect.isroutine(value):
        name, wanted = getattr(value, "__name__", "f"), required(value) or []
        data = wanted[-2:] if len(wanted) >= 2 else ["X", "Y"]
        rest = [n for n in wanted if n not in data]
        given = ", ".join([*rest, *data]) if wanted else "X, Y"
        subject = "[" + ", ".join(rest) + "]" if rest else "[W1, b1, W2, b2]"
        return f'diagnose({subject}, grads=lambda {", ".join(data)}: {name}({given}), output=lambda X: ..., cost="half sum")'
    if isinstance(value, list | tuple | dict | np.ndarray):
        return (
            'diagnose([W1, b1, W2, b2], grads=lambda X, Y: my_gradients(X, Y), output=lambda X: ..., cost="half sum")'
        )
    entry = next(iter(entries_of(value, "net")), None)
    return _costed(entry.call) if entry else _blank("net", type(value))


def _costed(call: str) -> str:
    return call[:-1] + ', cost="half sum")'


def _blank(name: str, kind: type) -> str:
    own = [n for n, v in vars(kind).items() if callable(v) and not n.startswith("_")]
    step = next((n for n in own if STEP.match(n) or GRADS.match(n)), own[-1] if own else "train")
    output = next((n for n in own if OUTPUT.match(n)), own[0] if own else "forward")
    return f'diagnose({name}, step={name}.{step}, output={name}.{output}, cost="half sum")'
