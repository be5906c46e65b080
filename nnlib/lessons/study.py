"""Analyse a study with the concept test: records from before and after, item by item, with the mistakes that were made.

python -m nnlib.lessons.study before after        two folders of files that ConceptTest.save wrote, same names = same people
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np


class Result(NamedTuple):
    """Shares of right answers, their gain over what was left to gain, and the mistakes of each item at both times."""

    people: int
    before: float
    after: float
    gain: float  # (after - before) / (1 - before), the normalised gain
    interval: tuple[float, float]  # of after - before, 95 %, by resampling people
    items: dict[str, tuple[float, float, Counter, Counter]]


def read(folder: Path, when: str) -> dict[str, dict]:
    """The records of a folder by file name. Raises ValueError for a file that is none of that time, or an empty folder."""
    found = {path.name: json.loads(path.read_text(encoding="utf-8")) for path in sorted(Path(folder).glob("*.json"))}
    for name, record in found.items():
        if record.get("when") != when or "items" not in record:
            raise ValueError(f"{Path(folder) / name}: expected a record of the concept test {when!r}")
    if not found:
        raise ValueError(f"{folder}: expected files of the concept test, found none")
    return found


def analyse(before: Mapping[str, dict], after: Mapping[str, dict], draws: int = 2000, seed: int = 0) -> Result:
    """Compare the people who took the test both times. Raises ValueError where nobody did."""
    people = sorted(set(before) & set(after))
    if not people:
        raise ValueError("before and after: expected files of the same names in both, found none")
    slugs = list(before[people[0]]["items"])
    rights = [np.array([[r[p]["items"][s]["right"] for s in slugs] for p in people], float) for r in (before, after)]
    first, second = (right.mean() for right in rights)
    change = (rights[1] - rights[0]).mean(axis=1)
    picks = np.random.default_rng(seed).integers(len(people), size=(draws, len(people)))
    low, high = np.quantile(change[picks].mean(axis=1), [0.025, 0.975])
    items = {
        slug: (
            float(rights[0][:, k].mean()),
            float(rights[1][:, k].mean()),
            *(Counter(m for p in people if (m := r[p]["items"][slug]["mistake"])) for r in (before, after)),
        )
        for k, slug in enumerate(slugs)
    }
    gain = (second - first) / (1 - first) if first < 1 else 0.0
    return Result(len(people), float(first), float(second), float(gain), (float(low), float(high)), items)


def told(result: Result) -> str:
    """The result as text: the totals, then a line for each item with its commonest mistakes."""
    lines = [
        f"{result.people} people took both. Right before: {result.before:.0%}, after: {result.after:.0%}.",
        f"Change {result.after - result.before:+.0%}, 95 % interval {result.interval[0]:+.0%} to {result.interval[1]:+.0%}. "
        f"Normalised gain {result.gain:.2f}.",
        "There is no control group in these numbers: they do not say what made the change.",
        "",
        f"{'item':22} before  after  commonest mistakes before -> after",
    ]
    for slug, (first, second, wrong, still) in result.items.items():
        names = " -> ".join(", ".join(f"{name} {n}" for name, n in c.most_common(2)) or "none" for c in (wrong, still))
        lines.append(f"{slug:22} {first:6.0%} {second:6.0%}  {names}")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; 0 for a result, 2 where the files are not those of a study."""
    parser = argparse.ArgumentParser(prog="python -m nnlib.lessons.study", description=__doc__.splitlines()[0])
    parser.add_argument("before", type=Path)
    parser.add_argument("after", type=Path)
    folders = parser.parse_args(arguments)
    try:
        print(told(analyse(read(folders.before, "before"), read(folders.after, "after"))))
    except ValueError as fault:
        print(fault, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
