"""The doctor in a terminal: what it prints, and its exit codes 0 (right), 1 (wrong), 2 (used wrongly)."""

import subprocess
import sys

import pytest
from conftest import ROOT
from doctor_patients.styles import BOOK, STEP

from nnlib.doctor.__main__ import main

HALVED = BOOK.replace("2 * (activations", "(activations")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "good.py").write_text(BOOK, encoding="utf-8")
    (tmp_path / "halved.py").write_text(HALVED, encoding="utf-8")
    (tmp_path / "step.py").write_text(STEP, encoding="utf-8")
    (tmp_path / "broken.py").write_text("import numpy as np\nx = 1 / 0\n", encoding="utf-8")
    (tmp_path / "helper.py").write_text("from good import gradients\nNUMBER = 3\n", encoding="utf-8")
    return tmp_path


def test_right_code_exits_0(folder, capsys):
    assert main(["good.py:gradients"]) == 0
    assert capsys.readouterr().out == "gradients: Right: every gradient is right.\n"


def test_wrong_code_exits_1_and_says_what(folder, capsys):
    assert main(["halved.py:gradients"]) == 1
    out = capsys.readouterr().out
    for words in (
        "Wrong: the 2 of the squared error is dropped",
        "missing-factor-two",
        "formula",
        "«2»",
        "hint",
        "dW[2]",
    ):
        assert words in out


def test_the_kind_and_the_convention_count(folder, capsys):
    assert main(["step.py:train_step", "--kind", "train_step"]) == 0
    assert main(["halved.py:gradients", "--convention", "half"]) == 0
    assert main(["good.py:gradients", "--convention", "half"]) == 1


def test_a_file_may_import_its_neighbour(folder, monkeypatch):
    monkeypatch.syspath_prepend("")
    assert main(["helper.py:gradients"]) == 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["good.py"], "expected FILE:FUNCTION"),
        (["none.py:gradients"], "there is no file 'none.py'"),
        (["good.py:train"], "has no 'train'; it defines"),
        (["broken.py:gradients"], "ZeroDivisionError"),
        (["helper.py:NUMBER"], "is no function but int"),
        (["good.py:gradients", "--convention", "nobody"], "convention: expected one of"),
    ],
)
def test_wrong_use_exits_2_with_a_reason(folder, capsys, arguments, words):
    assert main(arguments) == 2
    captured = capsys.readouterr()
    assert words in captured.err and captured.out == "" and "Traceback" not in captured.err


def test_as_a_command(folder):
    run = [sys.executable, "-m", "nnlib.doctor", "halved.py:gradients"]
    done = subprocess.run(
        run, capture_output=True, text=True, encoding="utf-8", env={"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    )
    assert done.returncode == 1 and "Wrong" in done.stdout and done.stderr == ""
