"""The check-up: it finds what was planted, accuses no healthy run, and leaves everything as it was."""

import copy
import functools
import os

import numpy as np
import pytest
from learners import TRAININGS
from small_networks import XOR, YX, OneHidden, arrays, descend, half_sum, outputs, wave

import nnlib
from nnlib.doctor.command import Refused
from nnlib.experiments import CAUSES
from nnlib.experiments.command import command
from nnlib.experiments.of_laboratory import examine
from nnlib.show.laboratory import Laboratory

BUDGET = 120  # seconds by the clock, enough on a busy machine; few of them are taken


def test_a_training_is_planted_for_every_cause():
    assert {cause for training in TRAININGS for cause in training.names} == set(CAUSES) - {"not-found"}


@pytest.mark.parametrize("training", TRAININGS, ids=lambda training: training.title)
def test_what_was_planted_stands_in_the_headline_and_a_training_that_learns_is_not_accused(training, tmp_path):
    found = training.judged(tmp_path, checkup=functools.partial(nnlib.checkup, budget=BUDGET))
    assert (found.cause,) == training.names, str(found)
    if found.cause == "none":
        assert found.learns and not found.findings and str(found).startswith("It learns: cost ")
    else:
        assert found.cause in str(found).splitlines()[0]


def of_xor(net, steps=500, **changes):
    """The check-up of a tutorial class on XOR."""
    asked = dict(step=net.train_step, output=net.forward, cost=half_sum, steps=steps) | changes
    return nnlib.checkup(net, XOR, YX, **asked)


def test_a_check_up_repeats_and_nothing_of_the_learners_is_changed():
    net = OneHidden(2, 1, 1, lr=2.0)
    held, kept = dict(vars(net)), copy.deepcopy(vars(net))
    given, state = (XOR.copy(), YX.copy()), np.random.get_state()[1].copy()
    assert of_xor(net).headline == of_xor(net).headline
    assert set(vars(net)) == set(held) and all(vars(net)[k] is held[k] for k in held)
    assert all(np.array_equal(held[k], kept[k]) for k in held)
    assert np.array_equal(XOR, given[0]) and np.array_equal(YX, given[1])
    assert np.array_equal(np.random.get_state()[1], state)


def test_the_plain_form():
    weights, biases = nnlib.init([2, 4, 1], np.random.default_rng(0))
    found = nnlib.checkup(weights, biases, XOR, YX, 0.001)
    assert found.cause == "rate-too-small", str(found)
    found = nnlib.checkup([0 * w for w in weights], biases, XOR, YX, 5.0)
    assert found.cause == "symmetry", str(found)


def test_the_page_has_a_headline_a_picture_with_words_and_a_table():
    found = of_xor(OneHidden(2, 1, 1, lr=2.0))
    page = found._repr_html_()
    assert page.index(found.headline.split("(")[0].strip()[:40]) < page.index("<img") < page.index("<table")
    assert 'alt="Cost by step. As it is: from' in page and "<h" not in page


@pytest.mark.parametrize(
    "wrong, names",
    [
        (dict(step=1, output=lambda X: X, cost="mse"), "step"),
        (dict(step=lambda X, Y: None, output=None, cost="mse"), "output"),
        (dict(step=lambda X, Y: None, output=lambda X: X), "cost"),
        (dict(), "step="),
    ],
)
def test_a_wrong_call_names_the_argument(wrong, names):
    with pytest.raises(TypeError, match=names):
        nnlib.checkup([np.ones(2)], XOR, YX, **wrong)


TRAINING = """
import os

import numpy as np
X, Y = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]]), np.array([[0.0], [0], [0], [1]])
class Net:
    def __init__(self):
        self.w, self.b = np.zeros((2, 1)), np.zeros(1)
    def forward(self, X):
        return 1 / (1 + np.exp(-(X @ self.w + self.b)))
    def train(self, X, Y):
        error = self.forward(X) - Y
        self.w -= 1e-7 * X.T @ error
        self.b -= 1e-7 * error.sum(axis=0)
net = Net()
def run():
    return dict(net=net, X=X, Y=Y, step=net.train, output=net.forward, cost="bce", steps=500)
"""


def test_the_command_takes_a_function_or_a_network_beside_its_data(tmp_path):
    (tmp_path / "and_gate.py").write_text(TRAINING)
    for target, chosen in (("run", {}), ("net", {"cost": "bce"})):
        found, read = command(f"{tmp_path}/and_gate.py:{target}", chosen)
        assert found.cause == "rate-too-small" and len(read) == 1
    with pytest.raises(Refused, match="found no cost"):
        command(f"{tmp_path}/and_gate.py:net", {})


def test_an_interrupt_keeps_what_is_done():
    net, calls = OneHidden(2, 1, 1, lr=2.0), []

    def step(X, Y):
        calls.append(1)
        if len(calls) > 1500:
            raise KeyboardInterrupt
        net.train_step(X, Y)

    found = of_xor(net, step=step)
    assert found.experiments and any("Interrupted" in note for note in found.notes)


@pytest.mark.parametrize(
    "settings, cause",
    [
        (dict(name="XOR", learning_rate=6.0), "none"),
        (dict(name="XOR", learning_rate=0.01), "rate-too-small"),
        (dict(name="bowl", learning_rate=1.0), "rate-too-large"),
        (dict(name="digits", learning_rate=3.0, batch_size=10), "none"),
    ],
)
def test_a_run_of_the_laboratory(settings, cause):
    assert examine(**settings, budget=BUDGET).cause == cause


def test_the_laboratory_without_classes_is_refused_by_name():
    with pytest.raises(ValueError, match="name: expected one of XOR, bowl, digits, got 'u v'"):
        examine("u v", 0.1)


def test_a_rate_half_way_between_two_powers_of_ten_is_found():
    found = examine("digits", 100.0, batch_size=10, epochs=2, budget=BUDGET)
    assert found.cause == "rate-too-large" and found.cure.words == "a rate 32 times smaller"
    assert "Divide the learning rate by 32" in str(found)


def test_chance_that_cannot_be_put_back_is_said():
    net = OneHidden(2, 4, 1, lr=2.0)

    def step(X, Y):
        net.train_step(X, Y)
        net.b1 += 1e-6 * np.frombuffer(os.urandom(4), dtype=np.uint8) / 255

    found = of_xor(net, steps=1500, step=step)
    assert found.cause == "none" and any("could not be put back" in note for note in found.notes)
    assert not of_xor(net, steps=1500).notes


def test_the_laboratory_shows_the_check_up_beneath_its_picture():
    controls = Laboratory()
    controls.shown()
    controls.rate = 0.01
    controls.draw()
    before = controls.screen.value
    controls.why.click()
    assert controls.screen.value.startswith(before)
    assert "It does not learn, since the learning rate is too small" in controls.screen.value[len(before) :]
    controls.problem.value = "u v"
    controls.why.click()
    assert "This setting has no check-up. name: expected one of XOR, bowl, digits, got" in controls.screen.value


def test_two_faults_are_cured_by_two_changes_and_the_headline_says_both():
    X, Y = wave()
    P = arrays((1, 8, 1), scale=1.0)
    asked = dict(step=descend(P, 3.0), output=outputs(P), cost="squared", steps=1500, budget=BUDGET)
    found = nnlib.checkup(P, X / 1000, 100 + 50 * Y, **asked)
    assert {"targets-out-of-reach", "scale-of-inputs"} <= {f.cause for f in found.findings}
    assert found.cure is not None, str(found)
    assert "inputs standardised" in found.cure.words and "targets moved" in found.cure.words, str(found)
    assert found.cure.words in str(found).splitlines()[0]


def test_a_network_whose_parameters_cannot_be_reached_is_refused_and_not_judged():
    """Runs that cannot be put back to their start would be compared with each other: no verdict is better than that."""
    drawn = lambda X: np.full((len(X), 1), 0.5)
    with pytest.raises(TypeError, match="net: expected what holds the parameters .*, got object"):
        nnlib.checkup(object(), XOR, YX, step=lambda X, Y: None, output=drawn, cost="bce")
