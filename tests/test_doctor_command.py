"""What the command loads, refuses and explains; and what `diagnose` itself refuses and adds, without a terminal."""

# ruff: noqa: E501  (a case is a line)
from __future__ import annotations

import sys
import warnings

import numpy as np
import pytest

import nnlib
from nnlib.doctor import KINDS, diagnose
from nnlib.doctor.__main__ import Refused, load, main
from nnlib.doctor.conventions import NAMES


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Files of a learner, each with a name of its own: a module once imported stays."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    before = set(sys.modules)
    for name, text in {
        "mine_functions.py": "import numpy as np\nfrom math import sin\ndef one(): return 1\ndef two(): return 2\nvalue = 3\n"
        "class Model:\n    def gradients(self): return 'm'\nmodel = Model()\n",
        "mine_empty.py": "",
        "mine_syntax.py": "def f(:\n",
        "mine_exit.py": "import sys\n\nsys.exit(4)\n",
        "mine_deep.py": "def inner():\n    raise KeyError('k')\n\ndef outer():\n    inner()\n\nouter()\n",
        "mine_text.txt": "x = 1\n",
        "mine_pickled.py": "import sys\nhere = sys.modules[__name__].__name__\ndef f(): return here\n",
    }.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    yield tmp_path
    for name in set(sys.modules) - before:
        del sys.modules[name]


def refused(target):
    with pytest.raises(Refused) as caught:
        load(target)
    return str(caught.value)


def test_a_function_or_an_attribute_of_an_object_is_loaded(folder):
    assert load("mine_functions.py:one")() == 1 and load("mine_functions.py:model.gradients")() == "m"
    assert sys.path[0] == str(folder.resolve()), "its neighbours are found before all others of their names"
    assert load("mine_pickled.py:f")() == "mine_pickled", "the module knows itself by its name"
    assert load(f"{folder}/mine_functions.py:two")() == 2


def test_what_is_refused_and_why(folder):
    for target in ("mine_functions.py", "mine_functions.py:", ":one", "one", ":"):
        assert refused(target).startswith("expected FILE:FUNCTION")
    assert refused("nowhere.py:f").startswith("there is no file 'nowhere.py' here") and refused(".:f").startswith(
        "there is no file '.'"
    )
    assert refused("mine_text.txt:x") == "'mine_text.txt' is no Python file: its name should end in .py"
    assert refused("mine_functions.py:three") == "mine_functions.py has no 'three'; it defines one, two, Model"
    assert refused("mine_functions.py:model.other").startswith("mine_functions.py has no 'model.other'")
    assert refused("mine_empty.py:f") == "mine_empty.py has no 'f'; it defines no function"
    assert refused("mine_functions.py:value") == "'value' in mine_functions.py is no function but int"


def test_code_that_does_not_run_is_told_by_its_last_line(folder):
    assert refused("mine_deep.py:f") == "mine_deep.py could not be run: KeyError: 'k' (line 2 of mine_deep.py)"
    assert refused("mine_exit.py:f") == "mine_exit.py could not be run: SystemExit: 4 (line 3 of mine_exit.py)"
    text = refused("mine_syntax.py:f")
    assert "could not be run: SyntaxError: " in text and text.count("(") == 1, "a syntax error names its own line"


def test_help_says_what_is_expected(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "2000")
    with pytest.raises(SystemExit) as done:
        main(["--help"])
    words = capsys.readouterr().out
    assert (
        done.value.code == 0
        and "usage: python -m nnlib.doctor " in words
        and "Diagnose your own backpropagation." in words
    )
    assert "FILE:FUNCTION  " in words and "as in my_file.py:my_gradients" in words and "--convention NAME" in words
    assert "{gradients,train_step}" in words and "what the function is (default: gradients)" in words
    listed = ", ".join(f'"{name}"' if " " in name else name for name in NAMES)
    assert f"judge it by: {listed}, or a source such as nielsen" in words


def test_a_kind_that_is_none(capsys):
    with pytest.raises(SystemExit) as done:
        main(["x.py:f", "--kind", "steps"])
    assert done.value.code == 2 and "invalid choice" in capsys.readouterr().err


# ----------------------------------------------------------------------------------------------- diagnose itself


def test_a_wrong_call_of_diagnose():
    with pytest.raises(TypeError, match="got int"):
        diagnose(3)
    with pytest.raises(ValueError, match="kind: expected 'gradients' or 'train_step', got 'step'"):
        diagnose(nnlib.gradients, "step")
    assert KINDS == ("gradients", "train_step")


class Callable:
    """An object that can be called, and has no name of its own."""

    def __call__(self, weights, biases, X, E):
        return nnlib.gradients(weights, biases, X, E)


def test_the_name_is_the_functions_or_its_types():
    assert diagnose(Callable()).name == "Callable" and diagnose(nnlib.gradients).name == "gradients"


def columns(weights, biases, X, E):
    """Samples as columns, biases as columns: sizes out by in."""
    A = [X]
    for W, b in zip(weights, biases):
        A.append(1 / (1 + np.exp(-(W @ A[-1] + b))))
    d, dW, db = 2 * (A[-1] - E) * A[-1] * (1 - A[-1]) / X.shape[1], [], []
    for l in reversed(range(len(weights))):
        dW.insert(0, d @ A[l].T)
        db.insert(0, d.sum(axis=1, keepdims=True))
        d = weights[l].T @ d * A[l] * (1 - A[l])
    return dW, db


def test_samples_as_columns_are_offered_where_they_fit():
    right = "Every gradient is right under another layout or cost. If you meant it, say so: diagnose(f, "
    assert [text for text in diagnose(columns).details if "columns" in text] == [f'{right}convention="columns").']
    turned = lambda *given: tuple([-g * (l + 1) for l, g in enumerate(part)] for part in columns(*given))
    offered = [text for text in diagnose(turned).details if "samples as columns" in text]
    assert offered == ['It runs with samples as columns. If that is your layout, call it with convention="columns".']
    raises = lambda weights, biases, X, E: weights[0] @ X @ np.ones((1, 1, 7))
    assert not any("samples as columns" in text for text in diagnose(raises).details)
    half = lambda weights, biases, X, E: (columns(weights, biases, X, E)[0], [None] * len(biases))
    assert not any("samples as columns" in text for text in diagnose(half).details)
    one = lambda weights, biases, X, E: (columns(weights, biases, X, E)[0], [np.float64(7)] * len(biases))
    assert any("samples as columns" in text for text in diagnose(one).details), "whatever its bias gradients are"
    assert diagnose(columns, convention="columns").correct


def test_a_declared_convention_is_marked():
    d = diagnose(nnlib.gradients, convention="half")
    assert not d.correct and d.declared is True and diagnose(nnlib.gradients).declared is False
    assert d.hint and not any("samples as columns" in text for text in d.details)


def test_no_warning_of_the_search_reaches_the_caller():
    squashed = lambda w, b, X, E: tuple([np.cbrt(g) for g in part] for part in nnlib.gradients(w, b, X, E))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert not diagnose(squashed).correct
