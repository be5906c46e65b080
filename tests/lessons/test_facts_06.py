"""Lesson 6: copies and fresh samples, weight decay, the search for the sum's rate, and what its exercises recognise."""

import numpy as np
import pytest
from films import places

from nnlib.data.example import line_data
from nnlib.descent import train
from nnlib.lessons import Lesson
from nnlib.lessons.exercises import CORRECT, NOT_YET
from nnlib.network import gradients
from nnlib.rules import plain
from nnlib.show import bowl

X, E = line_data()
START = [np.array([[-1.5]])], [np.array([2.0])]


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


def walk(rate, times):
    rule = lambda g, memory: ([times * part for part in g], memory)
    where = lambda w, b: (w[0][0, 0], b[0][0])
    return np.array(train(*START, X, E, rate, epochs=40, rule=rule, activations="identity", record=where).records)


def test_the_search_has_one_place_where_the_walks_agree():
    rates, aim = 2.0 ** (np.arange(-36, 1) / 4), walk(0.5, 1)
    best = np.array([1.486, -0.496])
    film = bowl.search_film(X, E, best, ("mean", aim), rates, [walk(rate, 8) for rate in rates], start=12)
    cells = places(film)
    together = [k for k, cell in enumerate(cells) if "come 0.000 apart" in cell]
    assert [rates[k] for k in together] == [0.5 / 8]
    assert "more than 100 apart" in cells[-1]


def test_the_arrows_are_the_samples_ways_downhill_and_their_mean(monkeypatch):
    kept = []
    monkeypatch.setattr(bowl, "picture", lambda ax, alt: kept.append((ax, alt)))
    slopes = [gradients(*START, X[[i]], E[[i]], "identity") for i in range(8)]
    slopes = np.array([[dW[0].item(), db[0].item()] for dW, db in slopes])
    bowl.opinions_picture(X, E, (-1.5, 2.0), slopes, (1.486, -0.496))
    ax, alt = kept[0]
    ways = [np.subtract(note.xy, (-1.5, 2.0)) for note in ax.texts if getattr(note, "arrow_patch", None)]
    assert len(ways) == 9
    np.testing.assert_allclose(ways[:8], -bowl.SHORT * slopes)
    np.testing.assert_allclose(ways[8], np.mean(ways[:8], axis=0))
    turned = [np.degrees(np.arccos(w @ ways[8] / np.linalg.norm(w) / np.linalg.norm(ways[8]))) for w in ways[:8]]
    assert f"up to {max(turned):.0f} degrees" in alt


WAYS = {
    "mean": {
        "first-sample": lambda G: G[0],
        "doubled": lambda G: 2 * G.mean(axis=0),
        "halved": lambda G: G.mean(axis=0) / 2,
        "row-kept": lambda G: G.mean(axis=0, keepdims=True),
    },
    "same-path": {"eight": lambda r, T: r / 8, "whole-division": lambda r, T: r // T},
    "friend": {"unchanged": lambda r, T: r, "mean-forgotten-doubled": lambda r, T: 2 * r},
}


@pytest.mark.parametrize(("name", "way"), [(name, way) for name, ways in WAYS.items() for way in ways])
def test_a_plausible_slip_is_named(name, way):
    outcome = Lesson(6).check(name, WAYS[name][way])
    assert (outcome.kind, outcome.mistake) == (NOT_YET, way)


def test_right_answers_of_any_form_pass():
    lesson = Lesson(6)
    assert lesson.check("mean", lambda G: [sum(column) / len(G) for column in G.T.tolist()]).kind == CORRECT
    assert lesson.check("same-path", lambda r, T: r * (1 / T)).kind == CORRECT
    assert lesson.check("friend", lambda r, T: r / (2 / T)).kind == CORRECT
    assert plain([1.0], None) == ([1.0], None)
