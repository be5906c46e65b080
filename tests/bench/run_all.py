"""Run every benchmark that measures ratios, and put its tables into BENCHMARKS.md, where a comment marks their place.

    python tests/bench/run_all.py                     all of them; about half an hour on two quiet cores
    python tests/bench/run_all.py gradient doctor_speed      some of them; the other tables stay as they are

No number in BENCHMARKS.md is typed by hand. A benchmark that cannot run here leaves its place to a sentence that says why.
"""

from __future__ import annotations

import argparse
import datetime
import importlib.metadata
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent)]
from timing import COLLECTED, Table  # noqa: E402

HERE = Path(__file__).parent
PAGE = Path(__file__).parents[2] / "BENCHMARKS.md"
BENCHMARKS = (
    "gradient", "digits_epoch", "hessian_vector", "many_networks", "doctor_speed", "checks_graded", "slider_latency",
    "site_latency",
)  # fmt: skip
PACKAGES = ("numpy", "torch", "jax", "scikit-learn", "micrograd", "ipywidgets", "jupyterlab")


def machine() -> list[str]:
    """What the ratios may depend on, in general terms."""
    found = [
        f"{os.cpu_count()} processor cores ({platform.machine()}), {platform.system()}, Python {platform.python_version()}"
    ]
    for name in PACKAGES:
        try:
            found.append(f"{name} {importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            found.append(f"{name} not installed")
    return found


def run(name: str) -> list[Table]:
    """The tables of one benchmark, run in a process of its own; what it prints is shown as it comes."""
    print(f"\n=== {name}", flush=True)
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / "tables"
        file.touch()
        process = subprocess.Popen(
            [sys.executable, str(HERE / f"{name}.py")],
            env={**os.environ, COLLECTED: str(file)},
            stderr=subprocess.PIPE,
            text=True,
        )
        said = []
        for line in process.stderr:  # progress, or the reason why it stopped
            print(line, end="", file=sys.stderr, flush=True)
            said = [line.strip()] if line.strip() else said
        code = process.wait()
        tables = [Table(**json.loads(line)) for line in file.read_text(encoding="utf-8").splitlines()]
    if code or not tables:
        why = (said or ["it printed no table"])[-1]
        tables.append(Table("Not run here", [""], [], [f"{why}."]))
    return tables


def markdown(table: Table) -> str:
    """A table of BENCHMARKS.md."""
    lines = [f"**{table.title}**", ""]
    if table.rows:
        lines += ["| " + " | ".join(table.columns) + " |", "|---" + "|---:" * (len(table.columns) - 1) + "|"]
        lines += ["| " + " | ".join(row) + " |" for row in table.rows] + [""]
    lines += [f"- {note}" for note in table.notes] + [""] * bool(table.notes)
    return "\n".join(lines)


def place(text: str, name: str, inside: str) -> str:
    """`text` with what stands between the marks of `name` replaced; ValueError where the marks are not there once."""
    pattern = rf"(<!-- begin {name} -->\n).*?(<!-- end {name} -->)"
    if len(re.findall(pattern, text, flags=re.S)) != 1:
        raise ValueError(f"BENCHMARKS.md: expected <!-- begin {name} --> and <!-- end {name} --> once each")
    return re.sub(pattern, lambda found: f"{found[1]}\n{inside.strip()}\n\n{found[2]}", text, flags=re.S)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help=f"some of: {', '.join(BENCHMARKS)}")
    names = parser.parse_args().names or list(BENCHMARKS)
    for name in names:
        if name not in BENCHMARKS:
            parser.error(f"{name}: expected one of {', '.join(BENCHMARKS)}")
    for name in names:
        tables = "\n".join(markdown(table) for table in run(name))
        stamp = f"Measured on {datetime.date.today().isoformat()}.\n\n"
        text = place(PAGE.read_text(encoding="utf-8"), name, stamp + tables)
        text = place(text, "machine", "\n".join(f"- {fact}" for fact in machine()))
        PAGE.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
