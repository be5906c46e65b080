"""The command line: `python -m nnlib.publish notebooks`, `check`, `site` or `readme`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from nnlib.publish import PublishError, buttons, contract, notebooks
from nnlib.publish.address import REPOSITORY, Address


def main(argv: list[str] | None = None) -> int:
    """Run one command; returns 0 where all went well, 1 where a notebook failed and 2 where nothing could start."""
    parser = argparse.ArgumentParser(prog="python -m nnlib.publish", description="Run, check and publish the lessons.")
    parser.add_argument("--folder", type=Path, default=None, help="where the notebooks lie (found by itself)")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, text in (
        ("notebooks", "run notebooks from the top and store them with their outputs"),
        ("check", "list what breaks the contract of the stored notebooks"),
    ):
        command = commands.add_parser(name, help=text)
        command.add_argument("names", nargs="*", help="numbers, names or paths; none means all")
    commands.add_parser("readme", help="put the buttons of the published address into the README")
    site = commands.add_parser("site", help="build pages whose sliders work with no kernel")
    site.add_argument("out", type=Path, help="folder to write the pages to")
    site.add_argument("--pyodide", help="a folder with Pyodide, or its address, for schools without internet")
    site.add_argument("names", nargs="*", help="numbers, names or paths; none means all")
    options = parser.parse_args(argv)
    if options.command == "readme":
        return _readme(Path(__file__).parents[2] / "README.md")
    try:
        paths = notebooks.find(options.names, options.folder)
        if options.command == "notebooks":
            return notebooks.store_all(paths)
        if options.command == "check":
            return _check(paths)
        from nnlib.publish import site as pages

        pages.build(paths, options.out, pyodide=options.pyodide)
        return 0
    except PublishError as fault:
        print(f"stopped: {fault}", file=sys.stderr)
        return 2


def _readme(path: Path) -> int:
    text = buttons.in_readme(path.read_text(encoding="utf-8"), Address(REPOSITORY), "00_win_and_break")
    path.write_text(text, encoding="utf-8", newline="\n")
    return 0


def _check(paths: list[Path]) -> int:
    faults = [f"{path.name}: {fault}" for path in paths for fault in contract.faults(notebooks.read(path))]
    print("\n".join(faults) if faults else f"{len(paths)} notebooks keep the contract")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
