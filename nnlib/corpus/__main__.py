"""The corpus from the command line.

python -m nnlib.corpus export DIR            the cases, the manifest and a reader, in one folder that needs numpy only
python -m nnlib.corpus grade FILE:check      a report card for a gradient check, a grader or a test that asserts
python -m nnlib.corpus manifest              writes the manifest again from the files; `silent` is measured
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import shutil
import sys
from pathlib import Path

from nnlib.corpus import VERSION
from nnlib.corpus.grade import asserting, grade_check
from nnlib.corpus.measure import silences
from nnlib.corpus.reader import HERE, read_file

ABOUT = {
    "title": "Backward passes by hand, right and wrong",
    "license": "CC BY 4.0, https://creativecommons.org/licenses/by/4.0/",
    "authors": "The authors of nnlib",
}


def manifest_of(folder: Path = HERE / "cases") -> dict:
    """The manifest of the files as they are: what they say of themselves, and where they are silent, measured."""
    rows = []
    for file in sorted(folder.glob("*/*.py")):
        case = read_file(file)
        where = None if case.where is None else sorted(f"{kind}{l}" for kind, l in case.where)
        rows.append(
            {
                "name": case.name, "file": f"cases/{file.parent.name}/{file.name}", "category": case.category,
                "family": case.family, "kind": case.kind, "cost": case.cost, "activations": case.activations,
                "where": where, "silent": list(silences(case)), "also": list(case.also), "raises": case.raises,
                "harmless": case.harmless, "note": case.note,
            }
        )  # fmt: skip
    return {**ABOUT, "version": VERSION, "cases": rows}


def written(manifest: dict) -> str:
    """The manifest as text, one case a line: so that a change shows as a change of its lines."""
    head = "".join(f"  {json.dumps(k)}: {json.dumps(v)},\n" for k, v in manifest.items() if k != "cases")
    rows = ",\n".join(f"    {json.dumps(row, ensure_ascii=False)}" for row in manifest["cases"])
    return f'{{\n{head}  "cases": [\n{rows}\n  ]\n}}\n'


def export(folder: Path) -> None:
    """Copy what the corpus consists of into a new folder."""
    folder.mkdir(parents=True, exist_ok=False)
    for name in ("README.md", "manifest.json", "reader.py"):
        shutil.copy(HERE / name, folder / name)
    shutil.copytree(HERE / "cases", folder / "cases", ignore=shutil.ignore_patterns("__pycache__"))


def loaded(target: str):
    """(module, the name after the colon) of FILE:NAME; the file is executed."""
    file, _, name = target.rpartition(":")
    if not file or not Path(file).is_file():
        raise SystemExit(f"expected FILE:NAME, as in my_checks.py:check, got {target!r}: no such file")
    spec = importlib.util.spec_from_file_location(Path(file).stem, file)
    module = importlib.util.module_from_spec(spec)
    sys.path[:0] = [str(Path(file).resolve().parent)]
    spec.loader.exec_module(module)
    if not callable(getattr(module, name, None)):
        raise SystemExit(f"expected the name of a function in {file}, got {name!r}")
    return module, name


def main(arguments: list[str] | None = None) -> None:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(
        "python -m nnlib.corpus", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("export", help="copy the corpus into a new folder").add_argument(
        "folder", type=Path, metavar="DIR"
    )
    grade = commands.add_parser("grade", help="grade a check; the file is executed")
    grade.add_argument("check", metavar="FILE:NAME")
    grade.add_argument("--cost", default="squared", help="squared (the default), bce or cross-entropy")
    grade.add_argument(
        "--replace", metavar="NAME", help="for a test without arguments: the function of FILE that it tests"
    )
    commands.add_parser("manifest", help="write the manifest again")
    chosen = parser.parse_args(arguments)
    if chosen.command == "export":
        export(chosen.folder)
        print(f"{chosen.folder}: the corpus; reader.py reads it, README.md explains it")
    elif chosen.command == "manifest":
        (HERE / "manifest.json").write_text(written(manifest_of()), encoding="utf-8")
    else:
        module, name = loaded(chosen.check)
        check = getattr(module, name)
        print(grade_check(asserting(check, module, chosen.replace) if chosen.replace else check, cost=chosen.cost))


if __name__ == "__main__":
    main()
