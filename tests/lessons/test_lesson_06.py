"""Lesson 6: copies and fresh samples, weight decay, and films in which the sum's walk is the mean's."""

import numpy as np
import pytest
from films import drawn, places, reels

from nnlib.data.example import line_data
from nnlib.descent import train
from nnlib.fates import fate
from nnlib.network import gradients
from nnlib.show import bowl
from nnlib.show.overlay import log10_within

X, E = line_data()
T = len(X)
START = [np.array([[-1.5]])], [np.array([2.0])]


def walk(rate, scale=1):
    rule = lambda g, memory: ([scale * part for part in g], memory)
    where = lambda w, b: (w[0][0, 0], b[0][0])
    return train(*START, X, E, rate, epochs=40, rule=rule, activations="identity", record=where)


def test_the_film_shows_one_path_twice():
    rates = 2.0 ** (np.arange(-20, 5) / 4)
    scales = {"mean": 1, "sum": T}
    runs = {name: [walk(rate, scale) for rate in rates] for name, scale in scales.items()}
    fates = {name: [fate(run, learned_at=0.021) for run in reel] for name, reel in runs.items()}
    film = bowl.convention_scene(X, E, (1.486, -0.496), rates, runs, fates).film()
    mean, by_sum = reels(film)
    picture = lambda cell: cell[cell.index("<polyline") : cell.rindex("</svg>")]
    assert picture(mean[16]) == picture(by_sum[4])  # eight times the rate stands twelve places further
    assert picture(mean[16]) != picture(by_sum[16])


def test_heights_stay_in_the_picture():
    drawn = log10_within([0, 1e300, np.inf, np.nan], bowl.FLOOR, bowl.CEILING)
    assert np.isfinite(drawn).all() and drawn[0] == bowl.FLOOR


def limit(X, by_sum=False):
    """2/lambda_max of one linear neuron, from its Hessian."""
    columns = np.hstack([X, np.ones_like(X)])
    return 2 / np.linalg.eigvalsh(2 * columns.T @ columns / (1 if by_sum else len(X)))[-1]


def test_copies_divide_the_limit_of_the_sum_by_ten_and_fresh_samples_by_about_ten():
    assert limit(X, True) / limit(np.tile(X, (10, 1)), True) == pytest.approx(10)
    assert limit(X) / limit(np.tile(X, (10, 1))) == pytest.approx(1)
    rng = np.random.default_rng(0)
    ratios = [
        limit(rng.uniform(-1.5, 2, (8, 1)), True) / limit(rng.uniform(-1.5, 2, (80, 1)), True) for _ in range(500)
    ]
    assert 9 < np.median(ratios) < 11 and min(ratios) < 6 and max(ratios) > 14  # so no single draw may be called ten


def test_weight_decay_moves_the_goal_of_the_sum_unless_it_is_scaled_as_well():
    x, e = X.ravel(), E.ravel()

    def lowest(by, mu):
        """Where 2 <x x> w - 2 <x e> + mu w = 0, found by descent."""
        w = 0.0
        for _ in range(4000):
            w -= 0.01 * (by(2 * (x * w - e) * x) + mu * w)
        return w

    mean, by_sum, scaled = lowest(np.mean, 1), lowest(np.sum, 1), lowest(np.sum, len(x))
    assert round(mean, 3) == round(scaled, 3) == 0.917 and round(by_sum, 3) == 1.272


def test_the_search_has_one_place_where_the_walks_agree():
    rates, points = 2.0 ** (np.arange(-36, 1) / 4), lambda run: np.array(run.records)
    best = np.array([1.486, -0.496])
    walks = [points(walk(rate, T)) for rate in rates]
    cells = places(bowl.search_scene(X, E, best, ("mean", points(walk(0.5))), rates, walks).film())
    together = [k for k, cell in enumerate(cells) if "come 0.000 apart" in cell]
    assert [rates[k] for k in together] == [0.5 / 8]
    assert "more than 100 apart" in cells[-1]


def test_the_arrows_are_the_samples_ways_downhill_and_their_mean(monkeypatch):
    slopes = [gradients(*START, X[[i]], E[[i]], "identity") for i in range(8)]
    slopes = np.array([[dW[0].item(), db[0].item()] for dW, db in slopes])
    ax, alt = drawn(monkeypatch, bowl.opinions_picture, X, E, (-1.5, 2.0), slopes, (1.486, -0.496))
    ways = [np.subtract(note.xy, (-1.5, 2.0)) for note in ax.texts if getattr(note, "arrow_patch", None)]
    assert len(ways) == 9
    np.testing.assert_allclose(ways[:8], -bowl.SHORT * slopes)
    np.testing.assert_allclose(ways[8], np.mean(ways[:8], axis=0))
    turned = [np.degrees(np.arccos(w @ ways[8] / np.linalg.norm(w) / np.linalg.norm(ways[8]))) for w in ways[:8]]
    assert f"up to {max(turned):.0f} degrees" in alt
