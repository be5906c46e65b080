"""The doctor in a terminal: python -m nnlib.doctor my_file.py:my_gradients; exit 0 right, 1 wrong, 2 used wrongly."""

from __future__ import annotations

import argparse
import importlib.util
import sys
import traceback
from pathlib import Path

from nnlib.doctor import KINDS, diagnose
from nnlib.doctor.conventions import NAMES


class Refused(Exception):
    """The command cannot run: the message says what was expected, what came, and what to do."""


def load(target: str):
    """The function behind FILE:FUNCTION; an attribute of an object (FILE:model.gradients) will do as well."""
    file, colon, name = target.rpartition(":")
    if not colon or not file or not name:
        raise Refused(f"expected FILE:FUNCTION, as in my_file.py:my_gradients, got {target!r}")
    path = Path(file)
    if not path.is_file():
        raise Refused(f"there is no file {file!r} here ({Path.cwd()})")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None:
        raise Refused(f"{file!r} is no Python file: its name should end in .py")
    module = importlib.util.module_from_spec(spec)
    sys.modules.setdefault(path.stem, module)
    sys.path.insert(0, str(path.resolve().parent))
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        kind, text = type(error).__name__, str(error)
        if not isinstance(error, SyntaxError):  # which names its own line
            last = traceback.extract_tb(error.__traceback__)[-1]
            text += f" (line {last.lineno} of {Path(last.filename).name})"
        raise Refused(f"{file} could not be run: {kind}: {text}") from error
    value = module
    for part in name.split("."):
        if not hasattr(value, part):
            known = [n for n, v in vars(module).items() if callable(v) and getattr(v, "__module__", "") == path.stem]
            raise Refused(f"{file} has no {name!r}; it defines {', '.join(known) or 'no function'}")
        value = getattr(value, part)
    if not callable(value):
        raise Refused(f"{name!r} in {file} is no function but {type(value).__name__}")
    return value


def main(arguments=None) -> int:
    """Run the command; the exit code is 0 (right), 1 (wrong) or 2 (the command was used wrongly)."""
    parser = argparse.ArgumentParser(prog="python -m nnlib.doctor", description="Diagnose your own backpropagation.")
    parser.add_argument("target", metavar="FILE:FUNCTION", help="as in my_file.py:my_gradients")
    parser.add_argument("--kind", choices=KINDS, default="gradients", help="what the function is (default: gradients)")
    names = ", ".join(f'"{n}"' if " " in n else n for n in NAMES)
    parser.add_argument("--convention", metavar="NAME", help=f"judge it by: {names}, or a source such as nielsen")
    chosen = parser.parse_args(arguments)
    try:
        function = load(chosen.target)
        diagnosis = diagnose(function, chosen.kind, convention=chosen.convention)
    except (Refused, ValueError) as error:
        print(f"nnlib.doctor: {error}", file=sys.stderr)
        return 2
    print(diagnosis)
    return 0 if diagnosis.correct else 1


if __name__ == "__main__":
    sys.exit(main())
