"""What a learner's code raised, in words: the exception, the learner's own line, and shapes where a product does not fit."""

from __future__ import annotations

import re
import sysconfig
import traceback
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from nnlib.lessons.feedback import argument

LIBRARIES = [*(sysconfig.get_paths()[name] for name in ("stdlib", "purelib", "platlib")), Path(__file__).parents[1]]
PRODUCT = re.compile(r"matmul: .*\(size (\d+) is different from (\d+)\)")


def in_words(error: BaseException, names: Sequence[str] = (), given=()) -> str:
    """The error in words, with the learner's own line; for a matrix product that does not fit, the sizes."""
    frames = [f for f in traceback.extract_tb(error.__traceback__) if not _is_library(f.filename)]
    line = f" in the line `{frames[-1].line}`" if frames and frames[-1].line else ""
    said = _message(error)
    sizes = PRODUCT.search(said)
    if not sizes:
        return f"{type(error).__name__}: {said}{line}." if said else f"{type(error).__name__}{line}."
    shapes = [f"`{name}` {argument(value)}" for name, value in zip(names, given) if not np.isscalar(value)]
    came = f" You were given {', '.join(shapes)}." if shapes else ""
    return (
        f"The product `@`{line} does not fit: the left matrix has {sizes[2]} columns, the right one {sizes[1]} rows, and the "
        f"two must be equal.{came}"
    )


def _message(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:  # an exception class of the learner's whose own text cannot be made
        return "it has no message that could be shown"


def _is_library(filename: str) -> bool:
    """Whether a file belongs to Python, to a package or to this one, and not to the learner."""
    path = Path(filename)
    return any(path.is_relative_to(home) for home in LIBRARIES)
