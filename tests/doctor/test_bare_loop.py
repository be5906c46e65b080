"""Scripts whose training loop stands by itself: one turn of it is judged, and it is never run to its end."""

import pytest
from texts import edited, tables

from nnlib.doctor import command

HEAD, SCRIPTS = tables("loops")
RIGHT = {name: HEAD + script["code"] for name, script in SCRIPTS.items()}
SLIPS = [(category, edited(RIGHT[name], *change)) for name, s in SCRIPTS.items() for category, *change in s["slips"]]
OTHERS = {
    "nothing is learned": "total = 0\nfor x in [1.0, 2.0]:\n    total += x\n",
    "no targets": "import numpy as np\nw = np.ones(3)\nfor k in range(9):\n    w -= 0.1 * w\n",
    "a fault before the loop": "import nowhere\nw = 1.0\nfor k in range(9):\n    w -= 0.1\n",
}


def judged(folder, source: str):
    (folder / "script.py").write_text(source, encoding="utf-8")
    return command.judge_file(str(folder / "script.py"), {})


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_loop_is_right(name, tmp_path):
    diagnosis, read = judged(tmp_path, RIGHT[name])
    assert diagnosis.correct, str(diagnosis)
    assert "one turn of the loop in line" in read[0]


@pytest.mark.parametrize("category, source", SLIPS)
def test_a_slip_in_a_loop_is_named(category, source, tmp_path):
    diagnosis, _ = judged(tmp_path, source)
    assert diagnosis.correct is False and diagnosis.category == category, str(diagnosis)


@pytest.mark.parametrize("source", OTHERS.values(), ids=OTHERS)
def test_another_loop_is_left_alone(source, tmp_path):
    with pytest.raises(command.Refused):
        judged(tmp_path, source)


def test_the_line_is_one_of_the_script(tmp_path):
    source = edited(RIGHT["samples by their number, one probability"], "* (1 - h ** 2)", "* (1 - h)")
    diagnosis, _ = judged(tmp_path, source)
    assert "of script.py" in diagnosis.line and "w1" in diagnosis.line, diagnosis.line
