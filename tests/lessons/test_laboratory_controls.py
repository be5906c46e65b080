"""The laboratory: its runs, its presets, and every control of its page."""

import re

import numpy as np
import pytest

from nnlib.laboratory import RULES, experiment, fates_by_rate, problems
from nnlib.show.laboratory import PRESETS, SWEPT, Laboratory, laboratory, nearest
from nnlib.toys import product


@pytest.mark.parametrize("rate, shown", [(1000, "1000"), (0.0501187, "0.0501"), (1e308, "1e+308")])
def test_a_rate_is_printed_in_plain_figures(rate, shown):
    assert f"rate {shown}, plain" in experiment("u v", rate).words


def test_the_toy_is_the_toy_of_lesson_9():
    trial, toy = experiment("u v", 0.35 / 2), product(0.1, 2.0, 0.35, 60)  # C is f^2 here and f^2/2 there
    np.testing.assert_allclose(trial.path, toy.points, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("name", ["XOR", "bowl", "u v"])
@pytest.mark.parametrize("rate", [0, 0.001, 1e3, 1e308])
def test_any_rate_gets_a_picture_and_a_word(name, rate):
    bench = Laboratory()
    bench.problem.value, bench.rate = name, rate
    assert "aria-label" in bench.page()


def test_presets_show_what_their_names_say():
    fates = {}
    box = laboratory()
    presets, problem, screen = box.children[0], box.children[1], box.children[-1]
    for button in presets.children:
        button.click()
        assert problem.value == PRESETS[button.description]["problem"]
        words = re.search(r'3lh">(.*?)</p>', screen.value)[1]
        fates[button.description] = re.search(r": ([a-z ]+)\. C goes", words)[1], "a catapult" in words
    assert fates == {
        "R1: it learns": ("learned", False), "R2: by the sum": ("learned", False), "R3: above 1": ("learned", False),
        "R4: it explodes": ("diverged", False), "R5: 0.001": ("still moving", False),
        "R5: Adam at 0.001": ("learned", False), "R6: a catapult": ("learned", True), "a catapult in XOR": ("learned", True),
    }  # fmt: skip


def test_controls_redraw_the_page():
    box = laboratory()
    problem, slider, screen = box.children[1], box.children[3], box.children[-1]
    before = screen.value
    slider.index = nearest(100.0)
    assert screen.value != before and "rate 100" in screen.value
    problem.value = "bowl"
    assert "bowl, rate 100" in screen.value
    box.children[0].children[0].click()
    assert "XOR" in screen.value and "learned" in screen.value


def test_a_preset_is_the_same_whatever_was_set_before():
    box = laboratory()
    first, settings, screen = box.children[0].children[0], box.children[2].children, box.children[-1]
    batch, by, rule, beta, epochs, neurons, scale, seed = settings
    first.click()
    fresh = screen.value
    seed.value, batch.value, rule.value, by.value = 5, 1, "adam", "sum"
    beta.value, epochs.value, neurons.value, scale.value = 0.5, 20, 7, 2
    assert "adam with β = 0.5, sum over batches of 1" in screen.value and "in 20 epochs" in screen.value
    first.click()
    assert screen.value == fresh and (seed.value, batch.value, epochs.value, neurons.value) == (0, 4, 225, 3)


def test_a_typed_rate_is_taken_as_it_is():
    box = laboratory()
    slider, (typed, *_), screen = box.children[3], box.children[4].children, box.children[-1]
    typed.value = 0.05
    assert "rate 0.05, plain" in screen.value and slider.index == nearest(0.05)
    slider.index = nearest(1.0)
    assert typed.value == 1 and "rate 1, plain" in screen.value
    typed.value = -1
    assert "could not be tried" in screen.value and "learning_rate" in screen.value


def test_a_held_run_stands_behind_the_next_ones_until_it_is_let_go():
    box = laboratory()
    slider, (_, hold, *_), screen = box.children[3], box.children[4].children, box.children[-1]
    first = re.search(r'3lh">(.*?)</p>', screen.value)[1]
    before = screen.value.count("<polyline")
    hold.click()
    slider.index = nearest(1.0)
    assert f"Held, in grey: {first}" in screen.value and screen.value.count("<polyline") >= before + 3
    box.children[1].value = "bowl"  # of another problem the path is left out
    assert "Held, in grey: XOR" in screen.value
    hold.click()
    assert "Held" not in screen.value and hold.description == "hold this run"


def test_a_sweep_stands_under_the_slider_until_a_setting_changes():
    box = laboratory()
    problem, slider, screen = box.children[1], box.children[3], box.children[-1]
    problem.value = "bowl"
    box.children[4].children[2].click()
    assert screen.value.count("<rect") == 31
    told = re.search(r">31 rates: (.*?)\.<", screen.value)[1]
    swept = fates_by_rate("bowl", SWEPT)
    assert told.endswith("diverged") and told.count(";") == sum(a != b for a, b in zip(swept, swept[1:]))
    slider.index += 1
    assert screen.value.count("<rect") == 31
    box.children[2].children[1].value = "sum"
    assert screen.value.count("<rect") == 0


def test_the_path_is_walked_step_by_step():
    box = laboratory()
    stepwise, screen = box.children[4].children[3], box.children[-1]
    assert "<animate" not in screen.value
    stepwise.value = True
    moves = re.findall(r'attributeName="cx"[^>]*values="([^"]*)"', screen.value)
    assert len(moves) == 1 and len(moves[0].split(";")) == 226


def test_rules_of_ones_own_are_offered():
    box = laboratory(rules={"signs": lambda g, memory: ([np.sign(part) for part in g], memory)})
    rule, screen = box.children[2].children[2], box.children[-1]
    rule.value = "signs"
    assert "mean over batches of 4" in screen.value and "2/λ" not in re.search(r'3lh">(.*?)</p>', screen.value)[1]


def test_every_rule_runs_on_every_problem():
    for name in ("XOR", "bowl", "u v"):
        for rule in RULES:
            assert experiment(name, 0.01, rule=rule).fate
    assert set(problems()) == {"XOR", "bowl", "u v", "digits"}
