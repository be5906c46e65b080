"""The bench of the laboratory: a trial is the training that its controls name, and its plane, surface and limit are right."""

import warnings
from functools import lru_cache

import numpy as np
import pytest

from nnlib import laboratory
from nnlib.curvature import sharpness
from nnlib.data import digits
from nnlib.descent import batches, step, train
from nnlib.laboratory import _sharpness, experiment, problems, reference
from nnlib.network import cost, gradients, init
from nnlib.toys import product

# name: epochs, batch sizes, and the cost that counts as learned; then rate, epochs and batch size of the gentle run
TABLE = {
    "XOR": (225, (4, 2, 1), 0.01, (5.0, 1500, 4)),
    "bowl": (40, (8, 4, 2, 1), 0.021, (0.3, 60, 8)),
    "u v": (60, (1,), 1e-4, (0.1, 60, 1)),
    "digits": (2, (10, 32, 100, 800), 0.4, (1.0, 3, 10)),
}
TRAINED = ("XOR", "bowl", "digits")  # without the toy, whose biases are held


@lru_cache
def run(name, rate, epochs, size, seed=0):
    """(costs, parameters after each epoch) by train alone."""
    problem, kept = problems()[name], []
    more = {"epochs": epochs, "batch_size": size, "rng": np.random.default_rng(seed)}
    more |= {"activations": problem.activations, "record": lambda weights, biases: kept.append((weights, biases))}
    return train(*problem.start(seed), problem.X, problem.E, rate, **more).costs, kept


def flat(weights, biases):
    return np.concatenate([v.ravel() for v in (*weights, *biases)])


def steepness(name, parameters, tolerance, most=30):
    """The sharpness on the first hundred samples."""
    problem = problems()[name]
    X, E = problem.X[:100], problem.E[:100]
    return sharpness(*parameters, X, E, problem.activations, tolerance=tolerance, most=most).value


@pytest.mark.parametrize("name", TABLE)
def test_a_problem_has_its_epochs_its_batches_and_its_aim(name):
    problem = problems()[name]
    assert (problem.epochs, problem.batch_sizes, problem.learned_at) == TABLE[name][:3]
    assert problem.gentle == TABLE[name][3][:2]
    assert len(experiment(name, 0.01).costs) == problem.epochs + 1
    assert max(problem.batch_sizes) == len(problem.X)


def test_the_digits_are_the_first_thousand_for_training():
    problem, (X, E, _, _) = problems()["digits"], digits()
    assert (problem.X == X[:800]).all() and (problem.E == E[:800]).all() and len(problem.X) == 800


def test_a_seed_chooses_the_start_and_every_seventh_start_of_bowl_and_toy_is_the_same():
    for seed in (2, 9):
        assert flat(*problems()["bowl"].start(seed)) == pytest.approx([-1.1, 2.0])
        assert flat(*problems()["u v"].start(seed)) == pytest.approx([0.14, 2.0, 0, 0])
    for name, sizes, scale in (("XOR", [2, 3, 1], 1.0), ("digits", [64, 30, 10], "fan_in")):
        right = flat(*init(sizes, np.random.default_rng(3), scale))
        assert (flat(*problems()[name].start(3)) == right).all()


@pytest.mark.parametrize("name, size", [("XOR", None), ("XOR", 3), ("bowl", 2), ("digits", 100)])
def test_a_trial_is_the_training_that_its_controls_name(name, size):
    trial, (costs, kept) = experiment(name, 0.5, batch_size=size, seed=3), run(name, 0.5, TABLE[name][0], size, seed=3)
    known, points = reference(name, 3), np.array([flat(*parameters) for parameters in kept])
    assert trial.costs == pytest.approx(costs, rel=1e-9)
    np.testing.assert_allclose(trial.path, (points - known.origin) @ known.plane.T, rtol=1e-9, atol=1e-12)
    assert (trial.seen == np.unique(np.linspace(0, len(costs) - 1, 6).astype(int))).all()
    assert trial.sharpness[0] == known.sharpness
    assert trial.sharpness[1:] == pytest.approx([steepness(name, kept[k], 1e-2, 8) for k in trial.seen[1:]], rel=1e-9)


def test_the_sum_over_a_short_last_batch_has_fewer_terms():
    problem, rng = problems()["bowl"], np.random.default_rng(0)
    (weights, biases), X, E = problem.start(0), problem.X, problem.E
    costs = [cost(weights, biases, X, E, "identity")]
    for _ in range(40):
        for rows in batches(8, 3, rng):
            g = gradients(weights, biases, X[rows], E[rows], "identity")
            weights, biases = step(weights, biases, *g, 0.01 * len(rows))
        costs.append(cost(weights, biases, X, E, "identity"))
    np.testing.assert_allclose(experiment("bowl", 0.01, batch_size=3, by="sum").costs, costs, rtol=1e-12)


def test_a_rule_by_the_sum_keeps_its_memory():
    summed = experiment("bowl", 0.02 / 8, by="sum", rule="momentum")
    np.testing.assert_allclose(summed.costs, experiment("bowl", 0.02, rule="momentum").costs, rtol=1e-12)


def test_a_batch_larger_than_the_data_is_all_of_it_and_the_words_say_so():
    trial = experiment("XOR", 0.5, batch_size=99)
    assert (trial.costs == experiment("XOR", 0.5).costs).all() and "mean over batches of 4: " in trial.words
    assert f"C goes from {trial.costs[0]:.3g} to {trial.costs[-1]:.3g} in 225 epochs." in trial.words


def test_the_limit_by_the_sum_is_that_of_the_mean_over_the_batch_size():
    limit = reference("bowl", 0).limit
    assert experiment("bowl", 0.1).limit == experiment("bowl", 0.1, batch_size=2).limit == limit
    assert experiment("bowl", 0.1, batch_size=2, by="sum").limit == limit / 2


@pytest.mark.parametrize("name", TRAINED)
def test_the_limit_is_that_of_the_steepest_of_twelve_places_on_the_gentle_run(name):
    _, kept = run(name, *TABLE[name][3])
    steep = [steepness(name, kept[int(k)], 1e-3) for k in np.linspace(0, len(kept) - 1, 12)]
    assert reference(name, 0).limit == pytest.approx(2 / max(steep), rel=1e-9)
    assert reference(name, 0).sharpness == pytest.approx(steep[0], rel=1e-9)


def test_the_gentle_run_is_looked_at_from_its_first_place_to_its_last(monkeypatch):
    asked, points = [], [flat(*parameters) for parameters in run("XOR", *TABLE["XOR"][3])[1]]
    monkeypatch.setattr(laboratory, "_sharpness", lambda problem, point, *more: asked.append(point) or 1.0)
    reference.__wrapped__("XOR", 0)
    np.testing.assert_allclose(asked, [points[int(k)] for k in np.linspace(0, 1500, 12)], rtol=1e-9)


@pytest.mark.parametrize("name", TRAINED)
def test_the_picture_is_centred_where_the_gentle_run_ends_and_holds_its_path(name):
    known, points = reference(name, 0), np.array([flat(*parameters) for parameters in run(name, *TABLE[name][3])[1]])
    assert known.origin == pytest.approx(points[-1], rel=1e-9) and (known.target == [0, 0]).all()
    reach = 1.6 * np.abs((points - points[-1]) @ known.plane.T).max()
    right = np.linspace(-reach, reach, 15 if name == "digits" else 25)
    assert known.across == pytest.approx(right) and known.up == pytest.approx(right)


@pytest.mark.parametrize("name", ["XOR", "digits"])
def test_the_plane_holds_as_much_of_the_gentle_path_as_a_plane_can(name):
    plane = reference(name, 0).plane
    ways = np.array([flat(*parameters) for parameters in run(name, *TABLE[name][3])[1]])
    ways = ways - ways[-1]
    most = np.linalg.svd(ways, compute_uv=False)[:2] ** 2
    assert plane @ plane.T == pytest.approx(np.eye(2), abs=1e-12)
    assert ((ways @ plane.T) ** 2).sum(axis=0) == pytest.approx(most, rel=1e-9)


def test_the_plane_of_the_bowl_is_weight_and_bias():
    assert (reference("bowl", 0).plane == np.eye(2)).all()


def test_the_surface_is_the_cost_over_the_plane():
    known, problem = reference("XOR", 0), problems()["XOR"]
    for k, j in ((3, 20), (20, 3), (12, 12), (0, 0)):
        p = known.origin + known.across[j] * known.plane[0] + known.up[k] * known.plane[1]
        weights, biases = [p[:6].reshape(2, 3), p[6:9].reshape(3, 1)], [p[9:12], p[12:]]
        assert known.surface[k, j] == pytest.approx(np.log10(cost(weights, biases, problem.X, problem.E)), rel=1e-12)


def test_the_toy_is_seen_from_its_saddle_along_u_and_v():
    known, toy = reference("u v", 0), product(0.1, 2.0, 0.2, 60)  # C is f^2 here and f^2/2 there
    assert (known.origin == 0).all() and (known.plane == np.eye(2, 4)).all() and known.across[-1] == 2.6
    assert known.target == pytest.approx(toy.points[-1])
    assert known.surface[24, 18] == pytest.approx(np.log10((2.6 * 1.3) ** 2))
    assert known.surface.min() == -4  # where C is 0, the picture ends


def test_the_sharpness_of_the_toy_is_that_of_its_valley():
    assert _sharpness(problems()["u v"], np.array([1.5, 0.5, 7.0, 7.0])) == 2 * (1.5**2 + 0.5**2)
    assert reference("u v", 0).sharpness == pytest.approx(2 * (0.1**2 + 2.0**2))


def test_a_run_that_overflowed_has_no_sharpness():
    bowl = problems()["bowl"]
    for point in ([np.nan, 0], [np.inf, 0], [1.5e60, 0]):
        assert np.isnan(_sharpness(bowl, np.array(point)))
    assert _sharpness(bowl, np.array([0.9e60, 0])) == pytest.approx(reference("bowl", 0).sharpness)


@pytest.mark.parametrize("name", TABLE)
def test_a_rate_beyond_all_bounds_raises_no_warning(name):
    reference(name, 0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for rate in (1e3, 1e160, 1e308):
            assert experiment(name, rate).fate
        assert experiment(name, 4e307, rule="adam").fate  # it ends nearly as far away as there are floats


def test_what_is_learned_is_judged_by_the_aim_of_the_problem():
    trial = experiment("bowl", 0.3)
    assert trial.fate == "learned" and trial.costs[-1] > 0.01  # its samples lie on no line


def test_a_rate_of_zero_is_known_to_be_one():
    assert experiment("digits", 0, batch_size=10).fate == "stuck"
