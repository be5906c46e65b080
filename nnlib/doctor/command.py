"""Run a learner's file or notebook and judge what is in it; the command calls this in a process of its own."""

from __future__ import annotations

import ast
import json
import sys
import types
from pathlib import Path

from nnlib.doctor import diagnose
from nnlib.doctor.bare_loop import bare_loops
from nnlib.doctor.brought.diagnose import diagnose_brought
from nnlib.doctor.entry_points import built, candidates, entries, line_for, line_of_file
from nnlib.doctor.running.calling import TooSlow, learners_line, limit, quiet, said

IMPORT_SECONDS = 20.0


class Refused(Exception):
    """The command cannot judge: the message says what was expected, what came, and what to do."""


def split(target: str) -> tuple[str, str]:
    """FILE and name of FILE[:name]; a drive letter is no name."""
    file, colon, name = target.rpartition(":")
    if not colon or "/" in name or "\\" in name or (len(file) == 1 and file.isalpha()):
        return target, ""
    return file, name


def load(file: str) -> types.ModuleType:
    """The module that a .py file or a notebook makes when it is run, within a time limit."""
    path = _found(file)
    module = types.ModuleType(path.stem if path.stem not in sys.modules else f"{path.stem}_")
    module.__file__ = str(path.resolve())
    sys.modules[module.__name__] = module
    try:
        with quiet(), limit(IMPORT_SECONDS):
            for source, name in _sources(path):
                exec(compile(source, name, "exec"), vars(module))
    except TooSlow:
        raise Refused(
            f"{file} was still running after {IMPORT_SECONDS:g} seconds: it trains when it is imported. "
            'Put the training under  if __name__ == "__main__":'
        ) from None
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # whatever a file does when it is run
        where = "" if isinstance(error, SyntaxError) else learners_line(error)
        raise Refused(f"{file} could not be run: {said(error)}" + (f" ({where})" if where else "")) from None
    return module


def _found(file: str) -> Path:
    """The path of a file that can be run, whose neighbours can be imported from now on."""
    path = Path(file)
    if not path.is_file():
        raise Refused(f"there is no file {file!r} here ({Path.cwd()})")
    if path.suffix not in (".py", ".ipynb"):
        raise Refused(f"{file!r} is neither a Python file (.py) nor a notebook (.ipynb)")
    if (folder := str(path.resolve().parent)) != sys.path[0]:
        sys.path.insert(0, folder)
    return path


def _sources(path: Path):
    if path.suffix == ".py":
        yield path.read_bytes(), str(path)
        return
    cells = json.loads(path.read_text(encoding="utf-8")).get("cells", [])
    for k, cell in enumerate(cells):
        if cell.get("cell_type") == "code":
            lines = "".join(cell.get("source", [])).splitlines()
            kept = "\n".join("pass" if line.lstrip().startswith(("%", "!", "?")) else line for line in lines)
            yield kept.encode(), f"{path.name}, cell {k + 1}"


def found(module: types.ModuleType, name: str) -> object:
    """What a dotted name leads to in a module."""
    value: object = module
    for part in name.split("."):
        try:
            value = getattr(value, part)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # a property of theirs may raise anything
            own = [
                n for n, v in vars(module).items() if callable(v) and getattr(v, "__module__", "") == module.__name__
            ]
            more = "" if isinstance(error, AttributeError) else f" ({said(error)})"
            raise Refused(f"there is no {name!r}{more}; the file defines {', '.join(own) or 'no function'}") from None
    return value


def judge_file(target: str, chosen: dict) -> tuple[object, list[str]]:
    """(a diagnosis, lines on how the file was read). Raises Refused where nothing in it can be judged."""
    file, name = split(target)
    cost, convention = chosen.get("cost"), chosen.get("convention")
    asked = {k: chosen[k] for k in ("step", "grads", "output") if chosen.get(k)}
    if not (name or asked or convention or chosen.get("kind")) and (judged := _by_its_loops(file, cost)):
        return judged
    module = load(file)
    value = found(module, name) if name else vars(module)
    if asked:
        given = {k: _evaluated(module, k, text) for k, text in asked.items()}
        return diagnose_brought(built(value)[0] if isinstance(value, type) else value, cost=cost, **given), []
    first = None
    for entry in entries(value, name) if name else candidates(value, module.__name__):
        if entry.kind:
            return diagnose(entry.subject, chosen.get("kind") or entry.kind, convention=convention), []
        judged = diagnose_brought(entry.subject, cost=cost, **entry.arguments), [f"read as {entry.call}"]
        if judged[0].correct is not None:
            return judged
        first = first or judged
    return first or _as_told(value, target, name, chosen)


def _by_its_loops(file: str, cost) -> tuple[object, list[str]] | None:
    """The diagnosis of a training loop that stands by itself in the file; None where none can be judged."""
    path = _found(file)
    try:
        lines = ast.parse(b"\n".join(source for source, _ in _sources(path))).body
    except Exception:  # told where the file is run
        return None
    for entry in bare_loops(lines, str(path.resolve()), IMPORT_SECONDS):
        judged = diagnose_brought(entry.subject, cost=cost, **entry.arguments)
        if judged.correct is not None:
            return judged, [f"read as {entry.call}"]
    return None


def _as_told(value, target: str, name: str, chosen: dict) -> tuple[object, list[str]]:
    """A function of other arguments, judged as the kind that was said; else the line to write."""
    if name and callable(value) and not isinstance(value, type) and chosen.get("kind"):
        return diagnose(value, chosen["kind"], convention=chosen.get("convention")), []
    line = line_for(value) if name else line_of_file(value)
    raise Refused(f"nothing was found in {target} that can be judged by itself. Write at its end:  {line}")


def _evaluated(module, word: str, text: str):
    try:
        return eval(text, vars(module))
    except Exception as error:
        raise Refused(f"--{word} {text}: {said(error)}") from None
