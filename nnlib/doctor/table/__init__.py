"""The table of mistakes: each row one way to get backpropagation wrong, unfolded over the scopes where it is made."""

from nnlib.doctor.table import cost, forward, gradients, propagation, results, samples, slopes, updates
from nnlib.doctor.table.row import Mistake, Row

FORMULA_ROWS: tuple[Row, ...] = (
    *slopes.ROWS, *cost.ROWS, *propagation.ROWS, *gradients.ROWS, *samples.ROWS, *results.ROWS, *forward.ROWS,
)  # fmt: skip
UPDATE_ROWS: tuple[Row, ...] = updates.ROWS


def unfold(rows) -> tuple[Mistake, ...]:
    """Each row once for each of its scopes."""
    return tuple(Mistake(row, scope) for row in rows for scope in row.scopes)
