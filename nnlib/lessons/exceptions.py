"""What a learner's code raised, in words: the exception, the learner's own line, and shapes where a product does not fit."""

from __future__ import annotations

import re
import traceback
from collections.abc import Sequence

import numpy as np

from nnlib.lessons.feedback import argument

PRODUCT = re.compile(r"matmul: .*\(size (\d+) is different from (\d+)\)")


def in_words(error: BaseException, names: Sequence[str] = (), given=()) -> str:
    """The error in words, with the learner's own line; for a matrix product that does not fit, the sizes."""
    # here, where something raised: the doctor takes half a second to import
    from nnlib.doctor.running.calling import theirs

    frames = [f for f in traceback.extract_tb(error.__traceback__) if theirs(f.filename)]
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
