"""Lesson 6's claims: sum and mean on one bowl, ten times the samples, and a film whose conventions differ by a shift."""

import numpy as np
import pytest
from films import reels

from nnlib.data.example import line_data
from nnlib.descent import train
from nnlib.fates import fate
from nnlib.show import bowl
from nnlib.sweep import sweep

X, E = line_data()
T = len(X)
START = [np.array([[-1.5]])], [np.array([2.0])]


def walk(rate, scale=1):
    rule = lambda g, memory: ([scale * part for part in g], memory)
    where = lambda w, b: (w[0][0, 0], b[0][0])
    return train(*START, X, E, rate, epochs=40, rule=rule, activations="identity", record=where)


def test_the_sum_at_a_share_of_the_rate_is_the_mean():
    np.testing.assert_allclose(walk(0.5 / T, T).records, walk(0.5).records, atol=1e-12)
    assert not np.allclose(walk(0.5, T).records, walk(0.5).records)


@pytest.mark.parametrize(("by_sum", "ratio"), [(False, 1.0), (True, 10.0)])
def test_ten_times_the_samples(by_sum, ratio):
    rates = np.logspace(-3, 1, 401)

    def largest(X, E):
        factor = len(X) if by_sum else 1
        costs = sweep(
            *START, X, E, rates * factor, steps=400, record_every=400, activations="identity", progress=None
        ).costs
        return rates[costs[-1] <= costs[0]].max()

    assert largest(X, E) / largest(np.tile(X, (10, 1)), np.tile(E, (10, 1))) == pytest.approx(ratio)


def test_the_film_shows_one_path_twice():
    rates = 2.0 ** (np.arange(-20, 5) / 4)
    scales = {"mean": 1, "sum": T}
    runs = {name: [walk(rate, scale) for rate in rates] for name, scale in scales.items()}
    fates = {name: [fate(run, learned_at=0.021) for run in reel] for name, reel in runs.items()}
    ax = bowl.path_stage(X, E, (1.486, -0.496), 40)
    film = bowl.convention_film(ax, rates, runs, fates, 0.0198, {"one": 0}, 0)
    mean, by_sum = reels(film)
    picture = lambda cell: cell[cell.index("<polyline") : cell.rindex("</svg>")]
    assert picture(mean[16]) == picture(by_sum[4])  # eight times the rate stands twelve places further
    assert picture(mean[16]) != picture(by_sum[16])
    assert sum(map(len, (*mean, *by_sum))) < 2e6


def test_heights_stay_in_the_picture():
    drawn = bowl.heights([0.02, 1e300, np.inf, np.nan], 0.02)
    assert np.isfinite(drawn).all() and drawn[0] == bowl.FLOOR
