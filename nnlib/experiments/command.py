"""The check-up in a terminal: python -m nnlib.doctor --checkup FILE:name."""

from __future__ import annotations

from nnlib.doctor.command import Refused, found, load, split
from nnlib.doctor.entry_points import entries
from nnlib.doctor.running.signature import required
from nnlib.experiments.checkup import CheckUp, checkup

DATA = (("X", "Y"), ("X", "y"), ("X_train", "Y_train"), ("X_train", "y_train"), ("inputs", "targets"), ("x", "y"))
COSTS = ("cost", "loss", "cost_function", "loss_function")


def command(target: str, chosen: dict) -> tuple[CheckUp, list[str]]:
    """(the check-up, lines on how the file was read) for FILE:name.

    `name` is a dict of checkup's arguments, a function of no arguments that returns one, or a network; the data are then
    the file's X and Y, the cost its `cost` or --cost, and step and output the network's own, or --step and --output.
    Raises Refused where something of that is missing.
    """
    file, name = split(target)
    module = load(file)
    space = vars(module)
    value = found(module, name) if name else space
    if callable(value) and not isinstance(value, type) and required(value) == []:
        value = value()
    if isinstance(value, dict) and {"net", "X", "Y"} <= set(value):
        return checkup(**value), [f"read as checkup(**{name})"]
    return _beside_data(value, name or file, space, chosen)


def _beside_data(value, name: str, space: dict, chosen: dict) -> tuple[CheckUp, list[str]]:
    """A network, with the data and the cost that the file names."""
    data = next((pair for pair in DATA if all(word in space for word in pair)), None)
    cost = chosen.get("cost") or next((space[word] for word in COSTS if callable(space.get(word))), None)
    calls = _calls(value, name, {k: eval(chosen[k], space) for k in ("step", "output") if chosen.get(k)})
    for lacking, part in (("data (X and Y)", data), ("cost (--cost)", cost), ("step and output", calls)):
        if part is None:
            raise Refused(
                f"{name}: found no {lacking}. Write a function that returns checkup's arguments:\n"
                "def run(): return dict(net=net, X=X, Y=Y, step=net.train, output=net.forward, cost='half sum')"
            )
    words = ", ".join(f"{k}={getattr(v, '__name__', k)}" for k, v in calls.items())
    read = [f"read as checkup({name}, {data[0]}, {data[1]}, {words}): say --step and --output if that is wrong"]
    return checkup(value, space[data[0]], space[data[1]], cost=cost, **calls), read


def _calls(value, name: str, given: dict) -> dict | None:
    """step= and output=: as given, else the first of the network's own that a diagnosis would take."""
    for entry in entries(value, name):
        if "step" in entry.arguments:
            return {**entry.arguments, **given}
    return given if {"step", "output"} <= set(given) else None
