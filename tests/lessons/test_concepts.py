"""The concept test: its key computed, its mistakes those of the series, its scores, and the analysis of a made-up study."""

import json
import re

import numpy as np
import pytest
from conftest import ROOT

from nnlib import central_difference, cost, relative_error, step
from nnlib.functions import sigmoid
from nnlib.lessons import Lesson, study
from nnlib.lessons.concepts import ConceptTest, items

KEY = "".join(item.answer for item in items().values())


def right(slug):
    return items()[slug].right.words


def test_twenty_items_whose_right_answers_are_spread():
    assert len(KEY) == 20 and all(3 <= KEY.count(letter) <= 10 for letter in "abc")
    for item in items().values():
        assert all(bool(option.mistake) != option.right for option in item.options)
        assert len({option.words for option in item.options}) == len(item.options) >= 3


def test_most_mistakes_are_those_that_the_lessons_name():
    named = {way.name for n in range(11) for e in Lesson(n).exercises.values() for way in e.wrong_ways}
    mistakes = [option.mistake for item in items().values() for option in item.options if option.mistake]
    assert sum(mistake in named for mistake in mistakes) >= 0.5 * len(mistakes)


def test_the_key_is_computed():
    moved, _ = step([np.array([[2.0]])], [], [np.array([[-3.0]])], [], 0.1)
    assert right("negative-slope") == f"{moved[0][0, 0]:g}"
    errors = np.array([[1.0, 0.0], [0.0, 2.0]])
    assert right("batch-cost") == f"{(errors**2).sum(axis=1).mean():g}"
    assert right("chain") == f"{0.5 * 4 * 0.25:g}" and right("slope-from-a") == f"{0.8 * (1 - 0.8):g}"
    z = np.log(0.8 / 0.2)
    assert np.isclose((sigmoid(z + 1e-6) - sigmoid(z - 1e-6)) / 2e-6, 0.16) and np.isclose(
        sigmoid(0.8) * (1 - sigmoid(0.8)), 0.21, atol=0.005
    )
    assert right("two-paths") == f"{0.3 - 0.1:g}" and right("mean-of-products") == f"{np.mean([1 * 2, 3 * -2]):g}"
    assert (
        right("unequal-batches") == f"{np.average([1, 1, 6], weights=[4, 4, 2]):g}"
        and f"{np.mean([1, 1, 6]):.2f}" == "2.67"
    )
    assert (
        right("relative-error").startswith("The relative error") and relative_error(2 * np.ones(3), np.ones(3)) == 0.5
    )
    assert right("bowl") == f"{2 / 4:g}"  # 2/lambda, as tests/unit/test_toys.py sees it hold
    assert right("sum-and-mean") == "r / 50" and right("shape") == str((np.zeros((10, 4)) @ np.zeros((4, 3))).shape)


def test_inputs_times_ten_give_a_hundredth_and_ten_times_the_samples_a_tenth():
    x = np.random.default_rng(0).normal(size=20)
    assert np.isclose(np.mean((10 * x) ** 2), 100 * np.mean(x**2)) and right("scaled-inputs") == "A hundredth"
    assert np.isclose(np.sum(np.tile(x, 10) ** 2), 10 * np.sum(x**2)) and right("more-samples") == "About a tenth"


def test_the_best_step_is_the_one_named():
    net = [np.array([[0.7]])], [np.array([0.2])]
    f = lambda w, b: cost(w, b, [[0.9]], [[0.1]])  # noqa: E731
    a = sigmoid(0.9 * 0.7 + 0.2)
    true = 2 * (a - 0.1) * a * (1 - a) * 0.9
    error = {h: abs(central_difference(f, *net, h)[0][0][0, 0] - true) for h in (1e-2, 1e-5, 1e-15)}
    assert error[1e-5] < min(error[1e-2], error[1e-15]) and right("smaller-step") == "About 1e-5"


# ------------------------------------------------------------------ scores


def test_scores():
    test = ConceptTest("before")
    assert repr(test.score()) == "0 of 20 right, 0 answered."
    assert repr(test.answer(KEY)) == "20 of 20 right, 20 answered."
    wrong = ("b" if KEY[0] == "a" else "a") + "-" + KEY[2:]
    assert repr(test.answer(wrong)) == "18 of 20 right, 19 answered.", "before, no answer is given"
    said = repr(ConceptTest("after").answer(wrong))
    first = next(iter(items().values()))
    assert "18 of 20 right" in said and first.letters[wrong[0]].feedback in said and said.count("\n") == 1


@pytest.mark.parametrize("letters", ["", "abc", KEY + "a", "z" * 20])
def test_answers_that_do_not_fit_are_refused(letters):
    with pytest.raises(ValueError, match="expected"):
        ConceptTest("before").answer(letters)


def test_another_time_is_refused():
    with pytest.raises(ValueError, match="'before' or 'after'"):
        ConceptTest("now")


def test_what_is_shown_gives_no_answer_away():
    shown = ConceptTest("before").show()
    assert len(shown.children) == 20 and shown.needs_kernel
    for item in items().values():
        assert item.prompt in shown.text and not any(
            option.feedback in shown.text + shown.poster for option in item.options
        )
        assert "right" not in item.choose(item.answer).lower()


# ------------------------------------------------------------------ a study


def person(rng, when, share):
    """The record of somebody who knows each item with a chance of `share`, and guesses otherwise."""
    test = ConceptTest(when)
    for item in test.items.values():
        item.choose(item.answer if rng.random() < share else rng.choice(list(item.letters)))
    return test


def test_a_made_up_study_is_found_again(tmp_path, capsys):
    rng = np.random.default_rng(1)
    for when, share in (("before", 0.2), ("after", 0.7)):
        (tmp_path / when).mkdir()
        for k in range(60):
            person(rng, when, share).save(tmp_path / when / f"{k}.json")
    result = study.analyse(study.read(tmp_path / "before", "before"), study.read(tmp_path / "after", "after"))
    guessed = np.mean([1 / len(item.options) for item in items().values()])
    for found, share in ((result.before, 0.2), (result.after, 0.7)):
        assert found == pytest.approx(share + (1 - share) * guessed, abs=0.03)
    assert result.interval[0] < 0.5 * (1 - guessed) < result.interval[1] and result.people == 60
    assert (
        result.gain == pytest.approx((result.after - result.before) / (1 - result.before)) and 0.5 < result.gain < 0.75
    )
    assert study.main([str(tmp_path / "before"), str(tmp_path / "after")]) == 0
    out = capsys.readouterr().out
    assert "60 people took both" in out and "no control group" in out and all(slug in out for slug in items())


def test_files_that_are_no_study_are_refused(tmp_path, capsys):
    for name in ("before", "after"):
        (tmp_path / name).mkdir()
    assert study.main([str(tmp_path / "before"), str(tmp_path / "after")]) == 2
    ConceptTest("after").save(tmp_path / "before" / "a.json")
    assert study.main([str(tmp_path / "before"), str(tmp_path / "after")]) == 2
    assert "found none" in capsys.readouterr().err
    with pytest.raises(ValueError, match="same names"):
        study.analyse({"a": ConceptTest("before").record()}, {"b": ConceptTest("after").record()})
    assert "name" not in json.dumps(ConceptTest("before").record())


def test_the_page_for_teachers_says_what_each_wrong_answer_reveals():
    page = (ROOT / "notebooks" / "teachers.md").read_text(encoding="utf-8")
    for number, (slug, item) in enumerate(items().items(), 1):
        wrong = "; ".join(f"{letter}: {option.feedback}" for letter, option in item.letters.items() if not option.right)
        assert f"| {number} | `{slug}` | {item.answer} | {wrong} |" in page
    assert re.search(r"python -m nnlib.lessons.study before after", page) and "words/concepts/en.toml" in page
