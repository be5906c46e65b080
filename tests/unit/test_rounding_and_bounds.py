"""Two bounds that a careless change moves: how a share is rounded, and what a cost of less than 1 may grow to."""

import pytest

from nnlib import data, fates
from nnlib.fates import BLOWN_UP, fate


@pytest.mark.parametrize("share", [0.1, 0.2, 0.3, 1 / 3, 0.5, 0.7, 0.9])
def test_a_share_of_the_digits_is_rounded_to_the_nearest_sample(share):
    X, _, X_test, _ = data.digits(test_share=share)
    assert len(X) + len(X_test) == 1797 and abs(len(X_test) - share * 1797) <= 0.5
    assert any(abs(int(s * 1797) - s * 1797) > 0.5 for s in (0.1, 0.3, 0.7)), "cutting off instead would be seen"


@pytest.mark.parametrize("start", [1e-6, 0.01, 0.5, 1.0, 3.0])
def test_a_start_below_one_counts_as_one(start):
    bound = BLOWN_UP * max(start, 1)
    below, above = ([start, start, start, end, 0.9 * end] for end in (0.9 * bound, 1.2 * bound))
    assert fate(below) != fates.DIVERGED
    assert fate(above) == fates.DIVERGED
