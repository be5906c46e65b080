"""Find in a file, a class or an object what can be judged, and write the call that judges it, with its own names."""

from __future__ import annotations

import inspect
import re
import types
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np

from nnlib.doctor.running.calling import attempt
from nnlib.doctor.running.places import fields
from nnlib.doctor.running.signature import RATE, by_place, parameters, required
from nnlib.doctor.verdict import Verdict, no_verdict

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
COST = ', cost="half sum")'
ARRAYS = (list, tuple, dict, np.ndarray)


@dataclass(frozen=True)
class Entry:
    """One thing to judge, and the words of the call that does it: an object with its functions, or one of the contract.

    `kind` is "gradients" or "train_step" for a function of the contract, "" for what is brought with `arguments`.
    """

    subject: object
    call: str
    arguments: dict = field(default_factory=dict)
    kind: str = ""


def contract_kind(function) -> str:
    """Is it a function of the contract: "gradients", "train_step", or "" where its arguments are others?"""
    names = required(function)
    if names is None or not inspect.isroutine(function):
        return "gradients" if names is None else ""
    first, second = (n.lower() for n in (*names, "", "")[:2])
    if len(names) == CONTRACT and first.startswith(("w", "theta", "param")) and second.startswith("b"):
        return "gradients"
    return "train_step" if len(names) == CONTRACT + 1 and RATE.match(names[-1]) else ""


def entries(value, name: str) -> Iterator[Entry]:
    """The calls that may judge what a name stands for, likeliest first: a class is made, of an object all pairs are tried."""
    if isinstance(value, type):
        made, words = built(value)
        found = entries(made, "net") if made is not None else ()
        yield from (replace(entry, call=f"net = {words}; {entry.call}") for entry in found)
    elif callable(value) and (kind := contract_kind(value)):
        yield Entry(value, f"diagnose({name})", kind=kind)
    else:
        yield from _pairs(value, name)


def _pairs(owner, name: str) -> Iterator[Entry]:
    """Every forward pass with every step or gradient, of an object or among the names of a module."""
    names = isinstance(owner, dict)
    get, dot, subject = (owner.get, "", f"vars({name})") if names else (partial(getattr, owner), f"{name}.", name)
    outputs = [n for n in _methods(owner, OUTPUT) if len(required(get(n)) or [0]) == 1]
    kinds = (("grads", GRADS), ("step", STEP), ("step", GRADS))
    found = ((word, method) for word, pattern in kinds for method in _methods(owner, pattern))
    for word, method in found:
        for output in outputs if _takes_data(get(method)) else ():
            said = name if output == "__call__" else dot + output
            call = f"diagnose({subject}, {word}={dot}{method}, output={said})"
            yield Entry(owner, call, {word: get(method), "output": get(output)})


def _takes_data(function) -> bool:
    """Does it want X and Y, and nothing else but a rate? What says nothing, or has a rate alone, may."""
    wanted = required(function)
    data = [n for n in wanted or [] if not RATE.match(n)]
    return len(data) == 2 or (not data and wanted != [])


def _methods(owner, pattern) -> list[str]:
    """The names of an object's methods, or of a module's functions, that match, in the order of the words of the pattern."""
    if isinstance(owner, dict):
        names = [n for n, v in owner.items() if isinstance(v, types.FunctionType)]
    else:
        names = [n for n in dir(type(owner)) if callable(getattr(type(owner), n, None))]
        names += [n for n, v in (fields(owner) or {}).items() if callable(v)]
    matched = [n for n in dict.fromkeys(names) if pattern.match(n)]
    return sorted(matched, key=lambda n: (pattern.pattern.find(n.strip("_").lower()[:5]) + 1 or 999, n))


def built(kind: type) -> tuple[object, str]:
    """(an object of the learner's class, the words that built it), with small sizes where it asks for them; (None, "")."""
    wanted = required(kind) or []
    numbers = tuple(0.1 if RATE.match(n) else (3, 4, 2)[min(i, 2)] for i, n in enumerate(wanted))
    tries = {0: [()], 1: [([3, 4, 2],), (3,), (0.1,)]}.get(len(wanted), [numbers, ([3, 4, 2], *numbers[1:])])
    for arguments in tries:
        outcome = attempt(kind, *arguments)
        if outcome.error is None:
            return outcome.value, f"{kind.__name__}({', '.join(map(repr, arguments))})"
    return None, ""


def candidates(space: dict, own: str) -> Iterator[Entry]:
    """Everything that a file defines itself and that can be judged, last things first: functions of the contract, objects,
    classes, and the script itself."""
    found = [(n, v) for n, v in reversed(space.items()) if not n.startswith("_") and _home(v) == own]
    functions = [(n, v) for n, v in found if isinstance(v, types.FunctionType) and contract_kind(v)]
    classes = [(n, v) for n, v in found if isinstance(v, type)]
    objects = [(n, v) for n, v in found if not isinstance(v, types.FunctionType | type)]
    for name, value in (*functions, *objects, *classes):
        yield from entries(value, name)
    yield from _pairs(space, own)


def _home(value) -> str | None:
    """The module that a function, a class, or the class of an object comes from."""
    return getattr(value if callable(value) else type(value), "__module__", None)


# ---------------------------------------------------------------- what to write instead


def instead(value, kind: str) -> Verdict | None:
    """No verdict, and the line to write, for what the plain call cannot judge; None for a function that it can."""
    if isinstance(value, type):
        what = "a class"
    elif isinstance(value, types.FunctionType | types.MethodType):
        if _takes(value, CONTRACT + (kind == "train_step")):
            return None
        what = f"a function ({', '.join(required(value) or [])})"
    elif isinstance(value, ARRAYS):
        what = "arrays without their functions"
    elif not callable(value) and fields(value) is not None:
        what = f"an object of the class {type(value).__name__}"
    else:
        return None
    words = f"this is {what}; the plain call judges a function (weights, biases, X, E) -> (dW, db). Write instead:  "
    return no_verdict(getattr(value, "__name__", type(value).__name__), words + line_for(value))


def _takes(function, count: int) -> bool:
    """Can a function be called with so many arguments by place?"""
    any_number = any(p.kind == p.VAR_POSITIONAL for p in parameters(function) or ())
    return any_number or len(required(function) or ()) <= count <= len(by_place(function) or ())


def line_for(value) -> str:
    """The line to write for what the plain call cannot judge, with the names that it has: a call of its own, or a guess."""
    if inspect.isroutine(value):
        return _of_a_function(getattr(value, "__name__", "f"), required(value) or [])
    if entry := next(entries(value, "net"), None):
        return entry.call[:-1] + COST
    if isinstance(value, ARRAYS):
        return _of_a_function("my_gradients", [])
    if isinstance(value, type):
        return f"net = {built(value)[1] or value.__name__ + '(...)'}; {_of_an_object(value)}"
    return _of_an_object(type(value))


def line_of_file(space: dict) -> str:
    """The line to write at the end of a file, with its own functions where their names say what they do."""
    own = {n: v for n, v in space.items() if _home(v) == space.get("__name__")}
    found = [next(iter(_methods(own, pattern)), None) for pattern in (OUTPUT, GRADS)]
    if None in found:
        line = f"diagnose(net, step=net.train, output=net.forward{COST}"
        return (
            line
            if own
            else f"diagnose(vars(), step=train, output=forward{COST}, with functions train(X, Y) and forward(X)"
        )
    ahead, back = (f"{name}({', '.join(required(own[name]) or [])})" for name in found)
    *rest, X = required(own[found[0]]) or ["X"]
    return f"diagnose([{', '.join(rest)}], grads=lambda {X}, Y: {back}, output=lambda {X}: {ahead}{COST}"


def _of_an_object(kind: type) -> str:
    """Its likeliest methods, or the first and the last one."""
    own = [n for n, v in vars(kind).items() if callable(v) and not n.startswith("_")] or ["forward", "train"]
    step = next((n for n in own if STEP.match(n) or GRADS.match(n)), own[-1])
    output = next((n for n in own if OUTPUT.match(n)), own[0])
    return f"diagnose(net, step=net.{step}, output=net.{output}{COST}"


def _of_a_function(name: str, wanted: list[str]) -> str:
    """Its last two arguments are the data, those before them the parameters."""
    rest, data = (wanted[:-2], wanted[-2:]) if len(wanted) >= 2 else (wanted, ["X", "Y"])
    grads = f"lambda {', '.join(data)}: {name}({', '.join([*rest, *data])})"
    return f"diagnose([{', '.join(rest or ['W1', 'b1', 'W2', 'b2'])}], grads={grads}, output=lambda X: ...{COST}"
