"""The gradient doctor: right code in many styles is acquitted, every slip is named, and nothing that code does upsets it."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from doctor_patients.slips import SLIPS
from doctor_patients.styles import STYLES

import nnlib
from nnlib.derivatives import central_difference, complex_step
from nnlib.descent import step
from nnlib.doctor import diagnose
from nnlib.doctor.contract import VOCABULARY

ALL = frozenset((kind, l) for kind in "Wb" for l in range(3))
HIDDEN = frozenset(p for p in ALL if p[1] < 2)


def patient(style: str, old: str = "", new: str = ""):
    """(function, kind) out of the text of a style, with one slip put in."""
    source, names = STYLES[style], {}
    assert old in source, f"the slip for {style!r} finds no {old!r}"
    exec(source.replace(old, new) if old else source, names)
    kind = "train_step" if "train_step" in names else "gradients"
    return names[kind], kind


def changed(change):
    """The right gradients, changed afterwards by `change(dW, db)`."""
    return lambda weights, biases, X, E: change(*nnlib.gradients(weights, biases, X, E))


@pytest.mark.parametrize("style", STYLES)
def test_right_code_in_every_style_is_right(style):
    diagnosis = diagnose(*patient(style))
    assert diagnosis.correct and diagnosis.category == "correct" and diagnosis.where == frozenset()


@pytest.mark.parametrize("slip", SLIPS, ids=[f"{s[0]}-{s[1]}-{i}" for i, s in enumerate(SLIPS)])
def test_each_slip_is_caught_and_named(slip):
    category, style, old, new = slip
    diagnosis = diagnose(*patient(style, old, new))
    assert not diagnosis.correct
    assert category in diagnosis.candidates and len(diagnosis.candidates) <= 3
    assert diagnosis.candidates[0] == diagnosis.category


def test_the_slips_cover_the_vocabulary():
    assert {s[0] for s in SLIPS} >= set(VOCABULARY) - {"correct", "unknown", "finite-difference-error"}


# --------------------------------------------------------------------------------------------- right code of other kinds


def single(weights, biases, X, E):
    cast = [[v.astype(np.float32) for v in group] for group in (weights, biases)]
    return nnlib.gradients(*cast, X.astype(np.float32), E.astype(np.float32))


def read_only(weights, biases, X, E):
    dW, db = nnlib.gradients(weights, biases, X, E)
    for g in (*dW, *db):
        g.flags.writeable = False
    return dW, db


def differences(h):
    return lambda weights, biases, X, E: central_difference(lambda w, b: nnlib.cost(w, b, X, E), weights, biases, h)


def views_of_one_vector(weights, biases, X, E):
    dW, db = nnlib.gradients(weights, biases, X, E)
    flat, at, parts = np.concatenate([g.ravel() for g in (*dW, *db)]), 0, []
    for g in (*dW, *db):
        parts.append(flat[at : at + g.size].reshape(g.shape))
        at += g.size
    return parts[: len(dW)], parts[len(dW) :]


def noisy_talker(weights, biases, X, E):
    print("cost:", nnlib.cost(weights, biases, X, E))
    print("trouble", file=sys.stderr)
    np.random.seed(0)
    np.seterr(all="raise")
    import warnings

    warnings.warn("look out", stacklevel=1)
    return nnlib.gradients(weights, biases, X, E)


RIGHT = {
    "float32": single,
    "complex step": lambda w, b, X, E: complex_step(lambda v, c: nnlib.cost(v, c, X, E), w, b),
    "central 1e-4": differences(1e-4),
    "central 1e-5": differences(1e-5),
    "central 1e-6": differences(1e-6),
    "read only": read_only,
    "tuples": changed(lambda dW, db: (tuple(dW), tuple(db))),
    "a list of two lists": changed(lambda dW, db: [dW, db]),
    "lists of lists": changed(lambda dW, db: ([g.tolist() for g in dW], [g.tolist() for g in db])),
    "object arrays": changed(
        lambda dW, db: ([g.astype(object) for g in dW], np.array([*db, None], dtype=object)[:-1]),
    ),
    "generators": changed(lambda dW, db: ((g for g in dW), (g for g in db))),
    "complex, imaginary part zero": changed(lambda dW, db: ([g + 0j for g in dW], [g + 0j for g in db])),
    "Fortran order": changed(lambda dW, db: ([np.asfortranarray(g) for g in dW], db)),
    "views": views_of_one_vector,
    "by index": nnlib.by_index.gradients if hasattr(nnlib, "by_index") else nnlib.gradients,
    "talks and seeds": noisy_talker,
    "wants writable inputs": lambda w, b, X, E: nnlib.gradients([v + 0 for v in w], [v + 0 for v in b], X, E),
}


@pytest.mark.parametrize("name", RIGHT)
def test_right_code_of_other_kinds_is_right(name):
    diagnosis = diagnose(RIGHT[name])
    assert diagnosis.correct, str(diagnosis)


def test_float32_and_differences_carry_a_note():
    assert diagnose(single).notes == ("single precision",)
    assert diagnose(RIGHT["central 1e-5"]).notes
    assert diagnose(nnlib.gradients).notes == ()


def test_right_steps_are_right():
    def plain(weights, biases, X, E, learning_rate):
        return step(weights, biases, *nnlib.gradients(weights, biases, X, E), learning_rate)

    def in_single(weights, biases, X, E, learning_rate):
        new = plain(weights, biases, X, E, learning_rate)
        return [[v.astype(np.float32) for v in group] for group in new]

    assert diagnose(plain, "train_step").correct
    assert diagnose(in_single, "train_step").correct


@pytest.mark.oracle
def test_tensors_are_read():
    import torch

    def autograd(weights, biases, X, E):
        W = [torch.tensor(v, requires_grad=True) for v in weights]
        b = [torch.tensor(v, requires_grad=True) for v in biases]
        a = torch.tensor(X)
        for v, c in zip(W, b):
            a = torch.sigmoid(a @ v + c)
        ((a - torch.tensor(E)) ** 2).sum(1).mean().backward()
        return [v.grad for v in W], [c.grad for c in b]

    assert diagnose(autograd).correct


# ------------------------------------------------------------------------------------------------------------ misbehaviour


class Odd:
    """An object that refuses to be looked at."""

    def __iter__(self):
        raise RuntimeError("no")

    def __array__(self, *_, **__):
        raise RuntimeError("no")


def raiser(error):
    def gradients(weights, biases, X, E):
        raise error

    return gradients


def recursion(weights, biases, X, E):
    return recursion(weights, biases, X, E)


MISBEHAVIOUR = {
    "None": (lambda *a: None, "shape-error"),
    "a number": (lambda *a: 3.0, "shape-error"),
    "text": (lambda *a: "gradients", "shape-error"),
    "two numbers": (lambda *a: (1.0, 2.0), "shape-error"),
    "an odd object": (lambda *a: Odd(), "shape-error"),
    "odd objects": (lambda *a: ([Odd()] * 3, [Odd()] * 3), "shape-error"),
    "empty lists": (lambda *a: ([], []), "shape-error"),
    "too few arguments": (lambda w, b: (w, b), "shape-error"),
    "ValueError": (raiser(ValueError("shapes (3,4) and (5,) not aligned")), "shape-error"),
    "SystemExit": (raiser(SystemExit(3)), "shape-error"),
    "AssertionError without a word": (raiser(AssertionError()), "shape-error"),
    "OverflowError": (raiser(OverflowError("math range error")), "nan"),
    "endless recursion": (recursion, "shape-error"),
    "NaN": (changed(lambda dW, db: ([g * np.nan for g in dW], db)), "nan"),
    "infinity": (changed(lambda dW, db: ([g / 0.0 for g in dW], db)), "nan"),
    "flat list": (changed(lambda dW, db: [g for pair in zip(dW, db) for g in pair]), "shape-error"),
    "a dict": (changed(lambda dW, db: {"dW": dW, "db": db}), "shape-error"),
    "the cost as well": (changed(lambda dW, db: (dW, db, 0.5)), "shape-error"),
    "biases as rows": (changed(lambda dW, db: (dW, [g[None] for g in db])), "shape-error"),
    "biases as columns": (changed(lambda dW, db: (dW, [g[:, None] for g in db])), "shape-error"),
    "no biases": (changed(lambda dW, db: (dW, [])), "bias-gradient-zero"),
    "biases None": (changed(lambda dW, db: (dW, [None] * len(db))), "bias-gradient-zero"),
    "hidden layers None": (
        changed(lambda dW, db: ([None] * (len(dW) - 1) + dW[-1:], [None] * (len(db) - 1) + db[-1:])),
        "only-last-layer",
    ),
    "one layer too few": (changed(lambda dW, db: (dW[1:], db[1:])), "off-by-one-layer"),
}


@pytest.mark.parametrize("name", MISBEHAVIOUR)
def test_misbehaviour_gets_a_verdict(name):
    function, category = MISBEHAVIOUR[name]
    diagnosis = diagnose(function)
    assert not diagnosis.correct and diagnosis.category == category, str(diagnosis)
    assert str(diagnosis) and diagnosis._repr_html_()


def test_nothing_comes_back_has_no_where():
    assert diagnose(lambda *a: None).where == frozenset()
    assert diagnose(raiser(ValueError("no"))).where == frozenset()


def test_the_line_that_raised_is_shown():
    names: dict = {}
    source = "def gradients(weights, biases, X, E):\n    A = X @ weights[1]\n    return A\n"
    exec(compile(source, "learner.py", "exec"), names)
    text = str(diagnose(names["gradients"]))
    assert "ValueError" in text and "line 2" in text and "3-5-6-4" in text


def test_an_endless_loop_is_stopped(monkeypatch):
    from nnlib.doctor import observe
    from nnlib.doctor.probes import probe

    def endless(weights, biases, X, E):
        while True:
            pass

    call = observe.call(endless, probe("main"), "gradients", seconds=0.2)
    assert isinstance(call.error, observe.TooSlow)


def test_the_world_is_left_as_it_was(capsys):
    before, errors = np.random.get_state()[1].copy(), np.geterr()
    diagnose(noisy_talker)
    assert np.array_equal(np.random.get_state()[1], before) and np.geterr() == errors
    assert capsys.readouterr() == ("", "")


def test_an_interrupt_is_passed_on():
    with pytest.raises(KeyboardInterrupt):
        diagnose(raiser(KeyboardInterrupt()))


def test_the_probes_are_never_changed():
    from nnlib.doctor.probes import probe

    def spoil(weights, biases, X, E):
        for v in (*weights, *biases, X, E):
            v[...] = 0
        weights.clear()
        raise ValueError

    before = [v.copy() for v in probe("main").weights]
    assert not diagnose(spoil).correct
    assert all(np.array_equal(a, b) for a, b in zip(before, probe("main").weights))


# --------------------------------------------------------------------------------------------------------- where and pairs


@pytest.mark.parametrize(
    ("function", "where"),
    [
        (changed(lambda dW, db: ([g.T for g in dW], db)), {("W", l) for l in range(3)}),
        (changed(lambda dW, db: (dW[::-1], db[::-1])), ALL - {("W", 1), ("b", 1)}),
        (changed(lambda dW, db: (dW, [g * 2 if l == 1 else g for l, g in enumerate(db)])), {("b", 1)}),
        (changed(lambda dW, db: ([-g if l == 0 else g for l, g in enumerate(dW)], db)), {("W", 0)}),
        (patient("book", "np.dot(weights[-l + 1], delta) * sp", "np.dot(weights[-l + 1], delta)")[0], HIDDEN),
    ],
)
def test_where_names_exactly_the_wrong_arrays(function, where):
    assert diagnose(function).where == frozenset(where)


PAIRS = {
    ("missing-factor-two", "transposed-gradient"): (
        "rows", "2 * (A[L] - E) / T", "(A[L] - E) / T", "A[l].T @ delta", "delta.T @ A[l]",
    ),
    ("sign", "sum-instead-of-mean"): ("rows", "2 * (A[L] - E) / T", "2 * (E - A[L])", "", ""),
    ("missing-activation-derivative", "bias-summed-over-neurons"): (
        "rows", "error * A[l + 1] * (1 - A[l + 1])", "error", "delta.sum(axis=0)", "delta.sum() + 0 * biases[l]",
    ),
    ("cross-entropy-delta", "error-propagated-without-derivative"): (
        "rows", "delta = error * A[l + 1] * (1 - A[l + 1])",
        "delta = (A[L] - E) / T if l == L - 1 else error * A[l + 1] * (1 - A[l + 1])",
        "error = delta @", "error = (delta if l == L - 1 else error) @",
    ),
    ("wrong-cost-derivative", "preactivation-instead-of-activation"): (
        "rows", "2 * (A[L] - E) / T", "np.sign(A[L] - E) / T", "A[l].T @ delta", "(Z[l - 1] if l else X).T @ delta",
    ),
}  # fmt: skip


@pytest.mark.parametrize("pair", PAIRS)
def test_two_slips_at_once_are_both_named(pair):
    style, *changes = PAIRS[pair]
    source, names = STYLES[style], {}
    for old, new in (changes[:2], changes[2:]):
        assert old in source
        source = source.replace(old, new) if old else source
    exec(source, names)
    diagnosis = diagnose(names["gradients"])
    said = {diagnosis.category, *(second[0] for second in diagnosis.second)}
    assert said == set(pair), str(diagnosis)
    assert all(category in str(diagnosis) or VOCABULARY[category].mistake in str(diagnosis) for category in pair)


def test_a_plain_gradient_check_would_miss_these():
    """State and changed inputs leave the first answer right: only calling twice and looking at the inputs shows them."""
    kept: dict = {}

    def accumulate(weights, biases, X, E):
        dW, db = nnlib.gradients(weights, biases, X, E)
        old = kept.setdefault(tuple(W.shape for W in weights), [np.zeros_like(g) for g in (*dW, *db)])
        for total, g in zip(old, (*dW, *db)):
            total += g
        return [v.copy() for v in old[: len(dW)]], [v.copy() for v in old[len(dW) :]]

    def scribble(weights, biases, X, E):
        dW, db = nnlib.gradients(weights, biases, X, E)
        X -= X.mean(axis=0)
        return dW, db

    assert diagnose(accumulate).category == "accumulator-not-reset"
    assert diagnose(scribble).category == "mutates-inputs"


def test_one_sided_and_too_small_steps_are_no_gradient():
    def one_sided(weights, biases, X, E, h=1e-5):
        base = nnlib.cost(weights, biases, X, E)
        slopes = []
        for group in (weights, biases):
            slopes.append([])
            for v in group:
                g = np.empty(v.shape)
                for index in np.ndindex(v.shape):
                    kept, v[index] = v[index], v[index] + h
                    g[index] = (nnlib.cost(weights, biases, X, E) - base) / h
                    v[index] = kept
                slopes[-1].append(g)
        return slopes

    for function in (one_sided, differences(1e-13), differences(0.1)):
        diagnosis = diagnose(function)
        assert (diagnosis.correct, diagnosis.category) == (False, "finite-difference-error"), str(diagnosis)


# --------------------------------------------------------------------------------------------------------- wrong use of it


def test_wrong_use_is_refused_with_a_reason():
    with pytest.raises(TypeError, match="function: expected a function"):
        diagnose(3)
    with pytest.raises(ValueError, match="kind: expected 'gradients' or 'train_step'"):
        diagnose(nnlib.gradients, kind="step")
    with pytest.raises(ValueError, match="convention: expected one of"):
        diagnose(nnlib.gradients, convention="no such book")


def test_it_is_exported():
    assert nnlib.diagnose(nnlib.gradients).correct


# -------------------------------------------------------------------------------------------- a doctor that is broken shows


def test_a_doctor_without_its_table_names_less(monkeypatch):
    """The planted twin of the whole test: with the table of mistakes taken away, a slip loses its name."""
    from nnlib.doctor import localise, matching, search

    function, kind = patient("rows", "A[l].T @ delta", "np.outer(A[l].mean(0), delta.sum(0))")
    assert diagnose(function, kind).category == "averaged-before-product"
    monkeypatch.setattr(matching, "explain", lambda *a, **k: [])
    monkeypatch.setattr(search, "explain", lambda *a, **k: [])
    monkeypatch.setattr(search, "explain_pairs", lambda *a, **k: [])
    monkeypatch.setattr(search, "by_stage", lambda *a, **k: [])
    assert localise and diagnose(function, kind).category == "unknown"
