"""Sentences about numbers without a name: each is said where it holds, and not where it does not."""

from __future__ import annotations

import numpy as np
from doctor_patients.exams import asking, ours

import nnlib
from nnlib.doctor import facts as room
from nnlib.doctor.examine import examine, one_more
from nnlib.doctor.facts import BY_CHANCE, facts
from nnlib.doctor.probes import probe

P = probe("main")


def asked(function):
    return lambda problem, seed=0: one_more(function, "gradients", problem, seed)


def said(function):
    return facts(examine(function, "gradients"), asked(function))


def changed(change):
    """Our gradient after change(k, g, X, E) of each of the six arrays."""

    def gradients(weights, biases, X, E):
        dW, db = nnlib.gradients(weights, biases, X, E)
        flat = [change(k, g, X, E) for k, g in enumerate((*dW, *db))]
        return flat[: len(dW)], flat[len(dW) :]

    return gradients


def test_labels_and_lists():
    assert [room.label(k, 2) for k in range(4)] == ["dW[0]", "dW[1]", "db[0]", "db[1]"]
    assert room._list([0, 3], 2) == "dW[0], db[1]" and room._list([0, 1, 2, 3], 2) == "every array"
    six = [(0, i) for i in range(6)]
    assert room.shown(six).endswith("b[0][4], b[0][5]") and room.shown(six[:1]) == "b[0][0]"
    assert room.shown([*six, (1, 0)]) == room.shown(six) + " and others"


def test_biases_without_any_effect():
    def without(weights, biases, X, E):
        biases = [b.copy() for b in biases]
        biases[1][2] = biases[2][0] = 0
        return nnlib.gradients(weights, biases, X, E)

    arrays = one_more(without, "gradients", "main").arrays
    assert room.dead_biases(P, arrays, asked(without)) == [(1, 2), (2, 0)]
    assert "Changing b[1][2], b[2][0] changes no gradient." in said(without)
    assert room._biases(P, one_more(nnlib.gradients, "gradients", "main").arrays, asked(nnlib.gradients)) == ""
    assert room.dead_biases(P, arrays, lambda problem: None) == []

    def faint(weights, biases, X, E):
        dW, db = without(weights, biases, X, E)
        return [dW[0] * (1 + 1e-7 * biases[1][2]), *dW[1:]], db

    assert room.dead_biases(P, one_more(faint, "gradients", "main").arrays, asked(faint)) == [(2, 0)], "a faint one"


def test_nothing_is_said_where_nothing_can_be_asked():
    assert said(nnlib.gradients) == ()
    assert facts(examine(nnlib.gradients, "gradients"), lambda problem: None) == (), "right code is not asked again"
    odd = changed(lambda k, g, X, E: g + 0.1)
    exam = examine(odd, "gradients")
    assert facts(exam, asked(odd))
    exam = examine(odd, "gradients")
    for n in exam.calls:
        exam.calls[n].seconds = 1.0
    assert facts(exam, asked(odd)) == ()
    exam = examine(odd, "gradients")
    exam.answers["main"] = None
    assert facts(exam, asked(odd)) == ()


def test_chance():
    rng = np.random.default_rng(0)
    assert said(changed(lambda k, g, X, E: g + (rng.normal() if k == 4 else 0.1))) == (BY_CHANCE,)
    assert said(changed(lambda k, g, X, E: g * (1 + (1e-7 * rng.normal() if k == 4 else 0.1)))) == (BY_CHANCE,)
    odd = changed(lambda k, g, X, E: g + 0.1)
    assert facts(examine(odd, "gradients"), lambda problem, seed=0: None) == (BY_CHANCE,)


def errors_of(function, wrong):
    return [*room._error(P, one_more(function, "gradients", "main").arrays, wrong, asked(function))]


def test_what_is_left_without_an_error():
    left = "With the network's own output as target the error is 0; {} should be 0 then, and is not."
    fixed = "Other targets would not change {} at all."
    own = np.random.default_rng(1).normal(size=100)
    term = lambda g: own[: g.size].reshape(g.shape)
    assert errors_of(changed(lambda k, g, X, E: g + term(g)), [0, 4]) == [left.format("dW[0], db[1]")]
    assert errors_of(changed(lambda k, g, X, E: g + term(g)), range(6)) == [left.format("every array")]
    assert errors_of(changed(lambda k, g, X, E: term(g)), [0, 4]) == [fixed.format("dW[0], db[1]")]
    some = changed(lambda k, g, X, E: term(g) if k == 1 else g + term(g) if k == 2 else 2 * g)
    assert errors_of(some, [0, 1, 2]) == [fixed.format("dW[1]"), left.format("dW[2]")]
    one_entry = changed(lambda k, g, X, E: np.eye(*g.shape) if g.ndim == 2 else g)
    assert errors_of(one_entry, [0]) == [fixed.format("dW[0]")]
    assert errors_of(changed(lambda k, g, X, E: 0 * g), [0]) == [] == errors_of(changed(lambda k, g, X, E: g**3), [0])
    faint = changed(lambda k, g, X, E: term(g) + 1e-7 * g)
    assert errors_of(faint, [0]) == [left.format("dW[0]")], "other targets do change it"
    assert [*room._error(P, [None], [0], lambda problem: None)] == []


def samples_of(function, wrong=range(6)):
    return room._samples(P, one_more(function, "gradients", "main").arrays, list(wrong), asked(function))


def test_how_samples_add_up():
    together = "A batch gives what its samples give one by one, put together: look at one sample."
    mixed = "For {} a batch gives neither mean nor sum of its samples' answers alone: they are mixed somewhere."

    def batch(one, put, wrong=lambda k: True):
        def gradients(weights, biases, X, E):
            rows = []
            for i in range(len(X)):
                dW, db = nnlib.gradients(weights, biases, X[[i]], E[[i]])
                rows.append([one(g) for g in (*dW, *db)])
            flat = [put(k, np.array(column)) for k, column in enumerate(zip(*rows))]
            return flat[: len(weights)], flat[len(weights) :]

        return gradients

    odd = lambda g: np.tanh(3 * g)
    assert (
        samples_of(batch(odd, lambda k, v: v.mean(axis=0)))
        == together
        == samples_of(batch(odd, lambda k, v: v.sum(axis=0)))
    )
    root = lambda k, v: v.sum(axis=0) / np.sqrt(len(v))
    assert samples_of(batch(odd, root)) == mixed.format("every array")
    some = batch(odd, lambda k, v: root(k, v) if k in (1, 5) else v.mean(axis=0))
    assert samples_of(some) == mixed.format("dW[1], db[2]") and samples_of(some, [0, 2]) == together
    assert samples_of(batch(lambda g: g, root)) == "", "right for single samples: said elsewhere"
    first_right = lambda weights, biases, X, E: (
        nnlib.gradients(weights, biases, X, E) if (X == P.X[0]).all() else batch(odd, root)(weights, biases, X, E)
    )
    assert samples_of(first_right) == "", "the first sample decides"
    assert room._samples(P, [], [0], lambda problem: None) == ""


def test_entries_with_a_number_of_their_own():
    own = lambda g: np.linspace(0.5, 2, g.size).reshape(g.shape)
    sentence = "Each entry of {} is the right one times a number of its own, the same for every sample."
    assert samples_of(changed(lambda k, g, X, E: own(g) * g)) == sentence.format("every array")
    two = changed(lambda k, g, X, E: own(g) * g if k in (0, 3) else g)
    assert samples_of(two, [0, 3]) == sentence.format("dW[0], db[0]")
    assert not samples_of(two, [0, 1]).startswith("Each entry"), "in all that is wrong"
    assert not samples_of(changed(lambda k, g, X, E: 2 * g)).startswith("Each entry"), "one number for all entries"
    assert not samples_of(changed(lambda k, g, X, E: own(g) * g * len(E) + g**3)).startswith("Each entry")


def test_numbers_that_stand_still_differ_in_the_last_digits_only():
    every = [(l, i) for l, b in enumerate(P.biases) for i in range(len(b))]
    ones, none = ([np.full(g.shape, size) for g in ours(P)] for size in (1.0, 0.0))
    idle = lambda before, after: room.dead_biases(P, before, asking(lambda p: after))
    for before, still in ((ones, 1e-9), (none, 1e-13)):
        assert idle(before, [g + 0.9 * still for g in before]) == every
        assert idle(before, [g + 1.1 * still + 1e-15 for g in before]) == []


def test_each_bias_is_moved_alone_and_by_as_much_as_shows():
    moved = []

    def ask(p):
        moved.append(np.concatenate(p.biases) - np.concatenate(P.biases))
        return ours(p)

    room.dead_biases(P, ours(P), asking(ask))
    np.testing.assert_allclose(moved, 0.3 * np.eye(15), atol=1e-15)


def test_what_is_left_counts_from_nine_digits_on():
    ask = lambda left: asking(lambda p: [left * g for g in ours(P)])
    said = lambda left: [*room._error(P, ours(P), range(6), ask(left))]
    assert said(0.9e-9) == [] and said(1.1e-9)[0].startswith("With the network's own output as target the error is 0")


def test_samples_of_which_one_gives_nothing_and_arrays_of_which_one_is_right():
    odd = changed(lambda k, g, X, E: np.tanh(3 * g) if k else g)

    def fails(weights, biases, X, E):
        if (X == P.X[3]).all():
            raise ValueError
        return odd(weights, biases, X, E)

    assert samples_of(odd, [1]).startswith("For dW[1] a batch gives neither") and samples_of(fails, [1]) == ""
    assert samples_of(odd, [0]) == "" and samples_of(odd, [0, 1]) == samples_of(odd, [1]), (
        "all that is wrong is looked at"
    )


def test_facts_are_for_declared_activations_too():
    """With tanh declared, the output of a tanh network is the target that leaves no error."""

    def odd(weights, biases, X, E):
        dW, db = nnlib.gradients(weights, biases, X, E, "tanh")
        return [np.arcsinh(30 * g) + 0.2 * np.sign(W) for g, W in zip(dW, weights)], db

    d = nnlib.diagnose(odd, convention="tanh")
    assert d.category == "unknown", str(d)
    assert "With the network's own output as target the error is 0; dW[0], dW[1], dW[2] should be 0 then" in str(d)
