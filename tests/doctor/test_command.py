"""The doctor in a terminal: what it finds in a file, how it says so, its exit codes, and that no file can harm it."""

import json
import os
import subprocess
import sys
from types import SimpleNamespace

import pytest
from conftest import ROOT
from programs import PROGRAMS
from texts import edited, tables

from nnlib.doctor import command
from nnlib.doctor.__main__ import main
from nnlib.doctor.running.calling import AT_WORK

FILES, ASKS = {}, [("none.py", 2, "there is no file 'none.py'"), ("work.ipynb", 0, "Right")]
for name, table in tables("files")[1].items():
    of = FILES | {program.name: program.source for program in PROGRAMS}
    FILES[name] = table["code"] if "code" in table else edited(of[table["of"]], *table.get("changes", ()))
    ASKS += table.get("asks", ())


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("theirs")
    for name, text in FILES.items():
        (made / name).write_text(text, encoding="utf-8")
    cells = [{"cell_type": "markdown", "source": ["text"]}]
    cells += [{"cell_type": "code", "source": ["%matplotlib inline\n", "import numpy as np\n", "!ls\n"]}]
    cells += [{"cell_type": "code", "source": FILES["script.py"].splitlines(keepends=True)}]
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


def here(command, **_):
    """What stands for the child that runs a file: the same command in this process, which has ended."""
    code, nothing = main(command[command.index("nnlib.doctor") + 1 :]), lambda: None
    return SimpleNamespace(returncode=code, communicate=lambda timeout: (b"", b""), kill=nothing, wait=nothing)


@pytest.fixture
def ask(folder, monkeypatch, capsys):
    """(exit code, what it printed, its errors) of the command; a file that leaves is run in a child, as all of them are."""
    monkeypatch.chdir(folder)

    def asked(*arguments):
        if arguments[0] != "leaves.py":
            monkeypatch.setattr(subprocess, "Popen", here)
        returned = main(list(arguments))
        return returned, *capsys.readouterr()

    return asked


@pytest.mark.parametrize("target, code, words", ASKS, ids=[target for target, *_ in ASKS])
def test_what_a_file_holds_is_found_and_judged(ask, target, code, words):
    """What cannot be judged exits with 2 and one line."""
    returned, out, err = ask(target)
    told = [line for line in err.splitlines() if line != AT_WORK]
    assert (returned, words in (told[0] if code == 2 else out)) == (code, True), out + err
    assert code != 2 or (len(told) == 1 and out == "")


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
