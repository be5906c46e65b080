"""The laboratory: a trial is the training that its controls name, and its plane, surface and limit are right."""

import sys
import warnings
from functools import lru_cache

import numpy as np
import pytest

from nnlib import rules
from nnlib.curvature import sharpness
from nnlib.data import digits
from nnlib.descent import accuracy, batches, step, train
from nnlib.laboratory import experiment, fates_by_rate, problems, reference
from nnlib.laboratory.reference import sharpness_at
from nnlib.network import cost, forward, gradients, init
from nnlib.toys import product

# name: epochs, batch sizes, and the cost that counts as learned; then rate, epochs and batch size of the gentle run
TABLE = {
    "XOR": (225, (4, 2, 1), 0.01, (5.0, 1500, 4)),
    "bowl": (40, (8, 4, 2, 1), 0.021, (0.3, 60, 8)),
    "u v": (60, (1,), 1e-4, (0.1, 60, 1)),
    "digits": (3, (10, 32, 100, 800), 0.2, (1.0, 3, 10)),
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
    assert problem.gentle == TABLE[name][3]
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
    steps = len(
        list(batches(len(problems()[name].X), size, None))
    )  # the path has a point for each, the training for each epoch
    assert len(trial.path) == steps * TABLE[name][0] + 1
    np.testing.assert_allclose(trial.path[::steps], (points - known.origin) @ known.plane.T, rtol=1e-7, atol=1e-9)
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
    module = sys.modules["nnlib.laboratory.reference"]
    monkeypatch.setattr(module, "sharpness_at", lambda problem, point, *more: asked.append(point) or 1.0)
    reference.__wrapped__("XOR", 0)
    np.testing.assert_allclose(asked, [points[int(k)] for k in np.linspace(0, 1500, 12)], rtol=1e-9)


@pytest.mark.parametrize("name", TRAINED)
def test_the_picture_is_centred_where_the_gentle_run_ends_and_holds_its_path(name):
    known, points = reference(name, 0), np.array([flat(*parameters) for parameters in run(name, *TABLE[name][3])[1]])
    assert known.origin == pytest.approx(points[-1], rel=1e-9) and (known.target == [0, 0]).all()
    reach = 1.6 * np.abs((points - points[-1]) @ known.plane.T).max()
    right = np.linspace(-reach, reach, 25)
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


def test_the_surface_is_the_cost_over_the_plane_and_there_is_none_over_a_flattened_one():
    known, problem = reference("bowl", 0), problems()["bowl"]
    for k, j in ((3, 20), (20, 3), (12, 12), (0, 0)):
        p = known.origin + known.across[j] * known.plane[0] + known.up[k] * known.plane[1]
        right = np.log10(cost([p[:1].reshape(1, 1)], [p[1:]], problem.X, problem.E, "identity"))
        assert known.surface[k, j] == pytest.approx(right, rel=1e-12)
    assert reference("XOR", 0).surface is None and reference("digits", 0).surface is None


def test_the_toy_is_seen_from_its_saddle_along_u_and_v():
    known, toy = reference("u v", 0), product(0.1, 2.0, 0.2, 60)  # C is f^2 here and f^2/2 there
    assert (known.origin == 0).all() and (known.plane == np.eye(2, 4)).all() and known.across[-1] == 2.6
    assert known.target == pytest.approx(toy.points[-1])
    assert known.surface[24, 18] == pytest.approx(np.log10((2.6 * 1.3) ** 2))
    assert known.surface.min() == -4  # where C is 0, the picture ends


def test_the_sharpness_of_the_toy_is_that_of_its_valley():
    toy = problems()["u v"]
    assert sharpness_at(toy, np.array([1.5, 0.5, 7.0, 7.0]), toy.start(0)) == 2 * (1.5**2 + 0.5**2)
    assert reference("u v", 0).sharpness == pytest.approx(2 * (0.1**2 + 2.0**2))


def test_a_run_that_overflowed_has_no_sharpness():
    bowl = problems()["bowl"]
    for point in ([np.nan, 0], [np.inf, 0], [1.5e60, 0]):
        assert np.isnan(sharpness_at(bowl, np.array(point), bowl.start(0)))
    assert sharpness_at(bowl, np.array([0.9e60, 0]), bowl.start(0)) == pytest.approx(reference("bowl", 0).sharpness)


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


# ------------------------------------------------------------------ further settings


def test_epochs_width_and_scale_are_those_of_the_run():
    problem = problems()["XOR"]
    start = init([2, 5, 1], np.random.default_rng(2))
    start = [2 * W for W in start[0]], [2 * b for b in start[1]]
    costs = train(*start, problem.X, problem.E, 3.0, epochs=12).costs
    np.testing.assert_allclose(experiment("XOR", 3.0, seed=2, width=5, scale=2, epochs=12).costs, costs, rtol=1e-12)


def test_beta_is_the_share_that_momentum_keeps_and_adams_first():
    X, E, start = problems()["bowl"].X, problems()["bowl"].E, problems()["bowl"].start(0)
    for name, rule in (("momentum", rules.momentum(0.5)), ("adam", rules.adam(0.5)), ("nesterov", rules.nesterov(0.5))):
        costs = train(*start, X, E, 0.1, epochs=40, rule=rule, activations="identity").costs
        np.testing.assert_allclose(experiment("bowl", 0.1, rule=name, beta=0.5).costs, costs, rtol=1e-12)


def test_a_rule_of_ones_own_is_tried_under_its_name():
    def signs(g, memory):
        return [np.sign(part) for part in g], memory

    trial = experiment("bowl", 0.05, rule=signs)
    assert "signs, mean" in trial.words and np.isnan(trial.limit) and "gentle run" not in trial.words


@pytest.mark.parametrize(
    ("rule", "factor"), [("plain", 1), ("momentum", 1.9), ("nesterov", 1.9 / 2.8), ("clipping", 1)]
)
def test_the_limit_knows_its_rule_and_holds_on_the_bowl(rule, factor):
    limit = experiment("bowl", 0.1, rule=rule).limit
    assert limit == pytest.approx(factor * reference("bowl", 0).limit)
    if rule != "clipping":  # beside it the clipped steps swing, and do not grow
        below, above = (experiment("bowl", share * limit, rule=rule, epochs=2000) for share in (0.98, 1.02))
        assert below.costs[-1] < below.costs[0] < above.costs[-1]
    trial = experiment("bowl", 0.1, rule=rule)
    assert f"{trial.limit_name} on a gentle run" in trial.words


def test_the_ceiling_is_the_sharpness_at_which_the_rate_is_the_limit():
    for more in ({}, {"rule": "momentum"}, {"by": "sum", "batch_size": 2}):
        trial = experiment("bowl", 0.05, **more)
        assert trial.ceiling * 0.05 == pytest.approx(trial.limit * reference("bowl", 0).sharpness)
    assert np.isnan(experiment("bowl", 0.1, rule="adam").ceiling) and np.isinf(experiment("bowl", 0.0).ceiling)


def test_digits_are_scored_and_learned_within_their_epochs():
    trial = experiment("digits", 3.0, batch_size=10)
    X, E = digits()[2:]
    costs, kept = run("digits", 3.0, 3, 10)
    assert trial.score == accuracy(forward(*kept[-1], X)[1][-1], E) > 0.93
    assert trial.fate == "learned" and f"It reads {trial.score:.0%} of 359 test digits." in trial.words
    assert experiment("XOR", 6.0).score is None


def test_catapults_are_named_where_the_sharpness_came_down():
    named = [seed for seed in range(6) if "a catapult" in experiment("XOR", 20.0, seed=seed).words]
    assert named == [0, 1, 2]  # 3 and 4 began within the limit, 5 has not learned
    assert "a catapult" in experiment("u v", 0.35).words and "a catapult" not in experiment("XOR", 6.0).words


def test_a_sweep_is_the_fate_at_each_rate():
    rates = [0.01, 0.3, 0.7, 1.0]
    assert fates_by_rate("bowl", rates, rule="plain") == [experiment("bowl", rate).fate for rate in rates]
    assert fates_by_rate("bowl", rates, by="sum")[1] == experiment("bowl", 0.3, by="sum").fate == "diverged"


REFUSED = [{"learning_rate": rate} for rate in (-1, np.nan, np.inf)]
REFUSED += [{"name": "bowls"}, {"rule": "adamant"}, {"by": "median"}, {"batch_size": 0}, {"epochs": 0}, {"beta": 1}]
REFUSED += [{"width": 3}, {"scale": 0}, {"scale": "wide"}, {"seed": -1}]


@pytest.mark.parametrize("wrong", REFUSED, ids=str)
def test_a_senseless_setting_is_refused_by_name(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        experiment(**{"name": "bowl", "learning_rate": 0.1, **wrong})
