"""The engine, module by module: expressions, the right program, edits, factors, candidates, hypotheses and what they predict."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from programs import PROGRAMS
from texts import edited

import nnlib
from nnlib.doctor import diagnose
from nnlib.doctor.candidates.categories import rule_of
from nnlib.doctor.candidates.edits import edits_of, scoped_edits, spellings
from nnlib.doctor.candidates.expressions import Values, evaluate, parse, show
from nnlib.doctor.candidates.factors import Places, power
from nnlib.doctor.candidates.mistakes import choices, named, rows, weighings
from nnlib.doctor.candidates.passes import Candidate, answer, run
from nnlib.doctor.candidates.plans import PLANS
from nnlib.doctor.candidates.program import program
from nnlib.doctor.questions.exam import multiple, right
from nnlib.doctor.questions.problems import TABLE, problem
from nnlib.doctor.rewriting.by_syntax import listing
from nnlib.doctor.rewriting.listings import listings
from nnlib.doctor.search.matching import name_factors
from nnlib.doctor.search.table import table
from nnlib.doctor.setting import Setting, setting_of
from nnlib.doctor.vocabulary import VOCABULARY

OURS = Setting()
SETTINGS = {
    "ours": OURS,
    "half sum": setting_of(convention="half sum"),
    "tanh, linear": Setting(activations=("tanh", "identity")),
    "relu": Setting(activations=("relu", "sigmoid")),
    "bce": setting_of(cost="bce"),
    "softmax": setting_of(cost="cross-entropy"),
    "no biases": Setting(bias="none"),
    "own widths": Setting(sizes=(4, 3, 2)),
}


def test_formulas_are_shown_as_they_stand_for_rows_and_for_columns():
    columns = setting_of(convention="columns")
    assert show(program(OURS)["weight"]) == "A_prev.T @ dZ"
    assert show(program(columns)["weight"], columns) == "dZ @ A_prev.T"
    assert show(parse("(A - E) * 2")) == "(A - E) · 2" and show(parse("A - (E - 1)")) == "A - (E - 1)"


COSTS = {
    "squared": lambda A, E: (A - E) ** 2,
    "bce": lambda A, E: -E * np.log(A) - (1 - E) * np.log(1 - A),
    "cross-entropy": lambda A, E: -E * np.log(A),
}


@pytest.mark.parametrize("name", SETTINGS)
def test_the_right_program_is_the_gradient_of_the_cost(name):
    setting = SETTINGS[name]
    p = problem(setting, "main", 0)
    names = [setting.activation(l, p.layers) for l in range(p.layers)]

    def C(weights, biases):
        A = nnlib.forward(weights, biases, p.X, names)[1][-1]
        total = COSTS[setting.cost](A, p.E).sum() * (0.5 if setting.half else 1.0)
        return total / (len(p.X) if setting.over_samples == "mean" else 1)

    dW, db = nnlib.central_difference(C, p.weights, p.biases)
    for found, slope in zip(right(p, setting), [*dW, *db][: p.layers if setting.bias == "none" else None]):
        assert np.allclose(found, slope, rtol=0, atol=1e-7)


def test_every_edit_is_another_expression_and_has_a_word():
    for setting in (OURS, SETTINGS["softmax"]):
        for spelling in spellings(setting):
            for edit in edits_of(spelling.stage, spelling.right):
                assert edit.wrong != edit.right and rule_of(edit, spelling).category in VOCABULARY


def test_a_group_of_edits_is_what_each_gives_alone():
    p = problem(OURS, "three", 0)
    with np.errstate(all="ignore"):
        for spelling, scope, edits in list(scoped_edits(OURS))[::7]:
            some = edits[::17]
            arrays, dead = run(p, OURS, (), spelling.stage, scope, [e.wrong for e in some])
            for k, edit in enumerate(some):
                one = Candidate("x", {spelling.stage: edit.wrong}, scope, spelling=spelling)
                alone = answer(p, OURS, (one,))
                assert (alone is None) == bool(dead[k])
                for j, g in enumerate(alone or ()):
                    several = isinstance(arrays[j], list) or arrays[j].ndim > right(p, OURS)[j].ndim
                    same = arrays[j][k] if several else arrays[j]
                    assert np.allclose(g, same, rtol=1e-12, atol=1e-300, equal_nan=True)


def test_an_index_names_another_layer_as_in_a_list():
    c = Values(problem(OURS, "main", 0), ["sigmoid"] * 3)
    of = lambda line, l: evaluate(parse(line), c, l)
    assert of("W[l - 1]", 1) is c.W[0] and of("W[l - 1]", 0) is c.W[-1] and of("b[-1]", 0) is c.b[2]
    c.dW = [1.0 * np.ones((2, 2)), 10.0 * np.ones((2, 2)), 100.0 * np.ones((2, 2))]
    assert of("dW[L - 1 - l]", 0)[0, 0] == 100 and of("dW[:]", 1)[0, 0] == 111 and of("dW[l:]", 1)[0, 0] == 110
    with pytest.raises(IndexError):
        of("W[l + 1]", 2)


@pytest.mark.parametrize(
    "words, made",
    [
        ("the gradients come in reverse order, from the last layer to the first", lambda dW, db: (dW[::-1], db[::-1])),
        ("db comes first, dW second", lambda dW, db: (db, dW)),
        ("the gradients are floored (biases only)", lambda dW, db: (dW, [np.floor(g) for g in db])),
        ("one array collects the gradients of every layer (weights only)", lambda dW, db: ([sum(dW)] * 3, db)),
    ],
)
def test_a_named_mistake_is_what_it_says(words, made):
    p = problem(OURS, "all equal", 0)
    mistake = next(c for c in named(OURS) if c.words == words)
    wanted = made(right(p, OURS)[:3], right(p, OURS)[3:])
    assert all(np.allclose(a, t) for a, t in zip(answer(p, OURS, (mistake,)), [*wanted[0], *wanted[1]], strict=True))


def test_named_mistakes_are_in_the_vocabulary_and_change_something():
    step = Setting(kind="train_step")
    p, found = problem(step, "all equal", 0), [*named(step), *weighings(step), *PLANS]
    assert len(rows()) > 250 and len(found) > 1500 and {c.category for c in found} <= set(VOCABULARY)
    made = [(c.words, answer(p, step, (c,), 0.5)) for c in named(step)]
    as_right = lambda a: all(map(np.array_equal, a, right(p, step)))
    assert not [words for words, a in made if a is None]
    idle = [words for words, a in made if as_right(a)]
    assert len(idle) < 40, idle


def test_the_choices_of_samples_are_the_same_for_every_number_of_samples():
    words = [[row[1] for row in choices(T)] for T in (1, 7, 131)]
    assert words[0] == words[1] == words[2] and all(len(row[-1]) == 7 for row in choices(7))


def test_a_factor_is_named_in_its_scope():
    problems = tuple(problem(OURS, name, 0) for name in ("main", "three", "one sample"))
    places = Places(problems, "gradients")
    for law, scope, category in (
        (lambda p, l: len(p.X), "biases", "sum-instead-of-mean"),
        (lambda p, l: 0.5, "everywhere", "missing-factor-two"),
        (lambda p, l: 1 / p.sizes[-1], "everywhere", "mean-over-outputs"),
        (lambda p, l: 0.01, "hidden layers", "learning-rate-in-gradient"),
        (lambda p, l: 0.0, "biases", "bias-gradient-zero"),
        (lambda p, l: -1.0, "output layer", "sign"),
    ):
        values = np.array([law(p, l) if power(scope, k, l, p.layers) else 1.0 for p, k, l in places.columns])
        found = min(name_factors(values, places, 1e-7), key=lambda f: f.cost)
        assert [s.category for s in found.slips] == [category] and found.slips[0].scope == scope
    assert name_factors(np.random.default_rng(0).normal(size=len(places.columns)), places, 1e-7) == []


def test_multiples():
    u = np.arange(1.0, 5.0)
    assert multiple(3 * u, u, 1e-9) == pytest.approx(3) and np.isnan(multiple(u**2, u, 1e-9))
    assert multiple(0 * u, u, 1e-9) == 0 and np.isinf(multiple(0 * u, 0 * u, 1e-9))
    assert multiple(2e200 * u, 1e200 * u, 1e-9) == 2


def test_problems_tell_counts_apart():
    for name in ("main", "three"):
        sizes, T, *_ = TABLE[name]
        assert len({T, 2, 10, *sizes}) == len(sizes) + 3
    assert problem(Setting(sizes=(4, 3, 2)), "main", 0).sizes == (4, 3, 2)
    E = problem(SETTINGS["softmax"], "main", 0).E
    assert (E.sum(axis=1) == 1).all() and set(E.ravel()) == {0.0, 1.0}


def test_the_right_gradient_is_no_candidate():
    shelf = table(OURS, problem(OURS, "main", 0))
    values = shelf.factors(right(problem(OURS, "main", 0), OURS), [1e-9] * 6)
    assert not (np.abs(values[shelf.alive] - 1) < 1e-9).all(axis=1).any()


def of_rows(*change):
    """The gradients of the program for samples in rows, with a change of its text."""
    space = {}
    exec(edited(next(p.source for p in PROGRAMS if p.name == "rows"), *change), space)
    return space["gradients"]


def agree(found, wanted) -> bool:
    """The same arrays in two pairs of lists?"""
    return all(np.allclose(a, b, rtol=1e-10) for some, other in zip(found, wanted) for a, b in zip(some, other))


def test_a_diagnosis_predicts_what_it_has_not_seen():
    def slip(weights, biases, X, E):
        dW, db = nnlib.gradients(weights, biases, X, E)
        return [g.T for g in dW], [g * len(X) for g in db]

    rng = np.random.default_rng(3)
    weights, biases = [rng.normal(size=s) for s in ((3, 7), (7, 2))], [rng.normal(size=n) for n in (7, 2)]
    given = weights, biases, rng.normal(size=(9, 3)), rng.uniform(size=(9, 2))
    assert agree(diagnose(slip).predict(*given), slip(*given))


@pytest.mark.parametrize("kind", ["gradients", "train_step"])
@pytest.mark.parametrize("name", [name for name in SETTINGS if name != "own widths"])
def test_every_listing_is_the_right_program(name, kind):
    setting = replace(SETTINGS[name], kind=kind)
    p = problem(setting, "main", 0)
    assert len(listings(setting)) >= 2
    for number in range(len(listings(setting))):
        answer = listing(setting, number).answer(p)
        judged = answer.arrays[: p.layers] if setting.bias == "none" else answer.arrays
        assert all(np.allclose(a, t, rtol=1e-9, atol=1e-13) for a, t in zip(judged, right(p, setting)))


def test_every_edit_of_a_listing_has_a_word_and_a_line():
    written = listing(OURS, 0)
    assert len(written.edits) > 500
    for edit in written.edits:
        assert written.rule(edit).category in VOCABULARY and "«" in edit.line and edit.words


def test_an_edit_of_the_syntax_is_named_from_the_problems_where_numbers_came_back():
    slip = of_rows("error * A[l + 1] *", "error * A[l - 1] *")  # raises unless two layers have equal widths
    found = diagnose(slip)
    assert found.category == "derivative-at-wrong-point" and "«l - 1»" in found.formula
    rng = np.random.default_rng(3)
    given = list(rng.normal(size=(2, 6, 6))), list(rng.normal(size=(2, 6))), rng.normal(size=(4, 6)), rng.random((4, 6))
    assert agree(found.predict(*given), slip(*given))


@pytest.mark.parametrize("f", ["1 * (1 + np.exp(-z))", "(1 + np.exp(-z)) / 1"])
def test_gradients_that_vanish_in_an_overflow_are_not_told_as_cut(f):
    assert diagnose(of_rows("1 / (1 + np.exp(-z))", f)).category == "wrong-forward-pass"


HIDDEN = of_rows(
    "error * A[l + 1] * (1 - A[l + 1])", "(error * A[L] * (1 - A[L]) if l == L - 1 else error)"
)  # no slope


def steps(moves, gradients=nnlib.gradients):
    """Plain steps one after the other, on the samples that `moves` gives for T."""

    def step(weights, biases, X, E, rate):
        for some in moves(len(X)):
            found = gradients(weights, biases, X[some], E[some])
            weights, biases = ([v - rate * g for v, g in zip(*pair)] for pair in zip((weights, biases), found))
        return weights, biases

    return step


ONE_BY_ONE, IN_SIXES = lambda T: [[i] for i in range(T)], lambda T: [slice(i, i + 6) for i in range(0, T, 6)]


@pytest.mark.parametrize(
    "step, categories, words",
    [
        (steps(ONE_BY_ONE), ["per-sample-updates"], "full rate"),
        (steps(ONE_BY_ONE, HIDDEN), ["missing-activation-derivative", "per-sample-updates"], "f'(z)"),
        (steps(IN_SIXES), ["per-sample-updates"], "batch of 6"),
        (steps(lambda T: [slice(None)] * 7), ["repeated-update"], "7 times"),
    ],
)
def test_the_slip_of_a_gradient_and_what_is_done_with_it(step, categories, words):
    found = diagnose(step, kind="train_step")
    assert [s.category for s in found.slips] == categories and words in found.what


def in_columns(*given):
    dW, db = HIDDEN(*given)
    return dW, [g[:, None] for g in db]


def single(weights, biases, X, E):
    return HIDDEN([np.float32(w) for w in weights], [np.float32(b) for b in biases], np.float32(X), np.float32(E))


@pytest.mark.parametrize("slip, also", [(in_columns, {"shape-error"}), (single, set())])
def test_a_slip_is_named_in_another_shape_and_in_single_precision(slip, also):
    found = diagnose(slip)
    assert found.category == "missing-activation-derivative" and also <= set(found.candidates)
