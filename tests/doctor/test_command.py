"""The doctor in a terminal: what it finds in a file, how it says so, its exit codes, and that no file can harm it."""

import json
import os
import subprocess
import sys

import pytest
from conftest import ROOT
from programs import PROGRAMS
from texts import edited

from nnlib.doctor import command
from nnlib.doctor.__main__ import main
from nnlib.doctor.running.calling import AT_WORK

FUNCTION = next(program.source for program in PROGRAMS if program.name == "step")
CLASS = """
import numpy as np
class Network:
    def __init__(self, inputs, hidden, outputs):
        self.first, self.second = np.random.randn(inputs, hidden), np.random.randn(hidden, outputs)
    def forward(self, X):
        self.h = np.tanh(X @ self.first)
        return self.h @ self.second
    def train(self, X, Y, lr=0.1):
        d = self.forward(X) - Y
        down = d @ self.second.T SLOPE
        self.second -= lr * self.h.T @ d
        self.first -= lr * X.T @ down
"""
SCRIPT = """
import numpy as np
W = np.random.randn(3, 1)
def predict(X): return 1 / (1 + np.exp(-X @ W))
def train(X, y):
    global W
    W = W - 0.1 * X.T @ (predict(X) - y)
"""
FILES = {
    "good.py": FUNCTION,
    "halved.py": edited(FUNCTION, "2 * (A[L] - E)", "(A[L] - E)"),
    "net.py": CLASS.replace("SLOPE", "* (1 - self.h ** 2)"),
    "bad_net.py": CLASS.replace("SLOPE", ""),
    "script.py": SCRIPT,
    "helper.py": "from good import gradients\nNUMBER = 3\n",
    "broken.py": "def inner():\n    return 1 / 0\ninner()\n",
    "syntax.py": "def f(:\n",
    "leaves.py": "import os\nos._exit(0)\n",
    "stops.py": "import sys\nsys.exit(4)\n",
    "endless.py": "while True:\n    try:\n        while True: pass\n    except Exception: pass\n",
    "spiteful.py": "class A:\n    @property\n    def boom(self): raise BaseException('no')\na = A()\n",
    "empty.py": "",
    "odd.py": "def plain(a, b): return a + b\n",
    "bare.py": "W = 1.0\nfor i in range(3): W -= 0.1 * W\n",
    "functions.py": "def forward_prop(W, b, X): return W @ X + b\ndef backward_prop(Z, W, X, Y): return (Z - Y) @ X.T\n",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("theirs")
    for name, text in FILES.items():
        (made / name).write_text(text, encoding="utf-8")
    cells = [{"cell_type": "markdown", "source": ["text"]}]
    cells += [{"cell_type": "code", "source": ["%matplotlib inline\n", "import numpy as np\n", "!ls\n"]}]
    cells += [{"cell_type": "code", "source": SCRIPT.splitlines(keepends=True)}]
    (made / "work.ipynb").write_text(json.dumps({"cells": cells}), encoding="utf-8")
    return made


def run(folder, *arguments, **settings):
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **settings.pop("env", {})}
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | settings
    done = subprocess.run(
        [sys.executable, "-m", "nnlib.doctor", *arguments], cwd=folder, env=environment, timeout=120, **streams
    )
    out, err = ((b or b"").decode("utf-8", "replace") for b in (done.stdout, done.stderr))
    assert "Traceback" not in out + err
    return done.returncode, out, err


@pytest.fixture
def ask(folder, monkeypatch, capsys):
    """The command in this process, which runs the file in a child: (exit code, what it printed, its errors)."""
    monkeypatch.chdir(folder)

    def asked(*arguments):
        returned = main(list(arguments))
        return returned, *capsys.readouterr()

    return asked


RUNS = [
    ("good.py:gradients", 0, "Right"),
    ("good.py", 0, "Right"),
    ("good.py:train_step", 0, "Right"),
    ("halved.py:gradients", 1, "missing-factor-two"),
    ("helper.py:gradients", 0, "Right"),
    ("net.py", 0, "diagnose(net, step=net.train, output=net.forward)"),
    ("net.py:Network", 0, "Right"),
    ("bad_net.py", 1, "first"),
    ("script.py", 0, "diagnose(vars(script), step=train, output=predict)"),
    ("work.ipynb", 0, "Right"),
]


@pytest.mark.parametrize("target, code, words", RUNS, ids=[r[0] for r in RUNS])
def test_what_a_file_holds_is_found_and_judged(ask, target, code, words):
    returned, out, err = ask(target)
    assert (returned, words in out) == (code, True), out + err


REFUSALS = [
    ("none.py", "there is no file 'none.py'"),
    ("good.py:nothing", "there is no 'nothing'; the file defines sigmoid, sigmoid_prime, gradients, train_step"),
    ("broken.py", "ZeroDivisionError: division by zero (line 2 of broken.py, in inner"),
    ("syntax.py", "SyntaxError"),
    ("leaves.py", "the file ended the process itself"),
    ("stops.py", "SystemExit: 4"),
    ("spiteful.py:a.boom", "there is no 'a.boom'"),
    ("empty.py", "nothing was found"),
    (
        "bare.py",
        'diagnose(vars(), step=train, output=forward, cost="half sum"), with functions train(X, Y) and forward(X)',
    ),
    (
        "functions.py",
        "diagnose([W, b], grads=lambda X, Y: backward_prop(Z, W, X, Y), output=lambda X: forward_prop(W, b, X), cost=",
    ),
    ("helper.py:NUMBER", "diagnose("),
    ("odd.py:plain", "diagnose([W1, b1, W2, b2], grads=lambda a, b: plain(a, b), output=lambda X: ..., cost="),
]


@pytest.mark.parametrize("target, words", REFUSALS, ids=[r[0] for r in REFUSALS])
def test_what_cannot_be_judged_exits_2_with_one_line(ask, target, words):
    returned, out, err = ask(target)
    assert returned == 2 and out == ""
    told = [line for line in err.splitlines() if line != AT_WORK]
    assert len(told) == 1 and words in told[0], err


def test_a_file_that_trains_when_imported_is_stopped_with_a_word(folder, monkeypatch):
    monkeypatch.chdir(folder)
    monkeypatch.setattr(command, "IMPORT_SECONDS", 0.5)
    with pytest.raises(command.Refused, match='still running after 0.5 seconds.*if __name__ == "__main__"'):
        command.judge_file("endless.py", {})


@pytest.mark.parametrize("encoding", ["ascii", "cp932", "gbk", "koi8-r", "utf-16"])
def test_every_console_can_show_the_report(folder, encoding):
    returned, out, _ = run(folder, "halved.py:gradients", env={"PYTHONIOENCODING": encoding})
    assert returned == 1 and ("Wrong" in out or "W\x00r\x00o" in out)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this system has no full device")
def test_a_full_stdout_is_one_clear_line(folder):
    with open("/dev/full", "wb") as full:
        returned, _, err = run(folder, "good.py", stdout=full)
    assert returned == 2 and "standard output is full or closed" in err


def test_neighbours_named_like_the_library_do_no_harm(folder, tmp_path):
    for name in ("random.py", "json.py", "tempfile.py"):
        (tmp_path / name).write_text("raise SystemExit('the wrong one')\n", encoding="utf-8")
    (tmp_path / "good.py").write_text(FILES["good.py"], encoding="utf-8")
    assert run(tmp_path, "good.py:gradients")[0] == 0
    assert run(folder, str(tmp_path / "good.py"))[0] == 0


def test_json_and_help(ask, capsys):
    returned, out, _ = ask("bad_net.py", "--json")
    found = json.loads(out)
    assert returned == 1 and found["correct"] is False and found["where"] == ["first"]
    with pytest.raises(SystemExit) as done:
        main(["--help"])
    words = capsys.readouterr().out
    assert done.value.code == 0
    for said in ("my_file.py:my_gradients", "Network --cost", "0 right, 1 wrong", "2 could not be judged", "executed"):
        assert said in words


def test_the_functions_can_be_named(folder, ask):
    expressions = ("--step", "net.train", "--output", "net.forward", "--cost", "half sum")
    (folder / "named.py").write_text(FILES["net.py"] + "net = Network(3, 4, 2)\n", encoding="utf-8")
    assert ask("named.py:net", *expressions)[0] == 0
    returned, _, err = ask("named.py:net", "--step", "net.tran", "--output", "net.forward")
    assert returned == 2 and "--step net.tran: AttributeError" in err
