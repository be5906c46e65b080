"""The command that fills BENCHMARKS.md: every table has its place, and what is typed there by hand holds no measurement."""

import re
import sys

import numpy as np
import pytest
from conftest import ROOT

sys.path.append(str(ROOT / "tests" / "bench"))
import run_all  # noqa: E402
import timing  # noqa: E402

TEXT = run_all.PAGE.read_text(encoding="utf-8")


def test_every_benchmark_has_its_place_and_its_file():
    for name in (*run_all.BENCHMARKS, "machine"):
        filled = run_all.place(TEXT, name, "a table")
        assert f"<!-- begin {name} -->\n\na table\n\n<!-- end {name} -->" in filled
        assert run_all.place(filled, name, "a table") == filled
    assert all((run_all.HERE / f"{name}.py").is_file() for name in run_all.BENCHMARKS)
    with pytest.raises(ValueError, match="expected <!-- begin no-such -->"):
        run_all.place(TEXT, "no-such", "")


def test_no_measurement_is_typed_by_hand():
    typed = TEXT
    for name in (*run_all.BENCHMARKS, "machine"):
        typed = run_all.place(typed, name, "")
    assert not re.search(r"\d+(\.\d+)?\s*(times|%|ms|µs|s\b)", typed)
    assert re.search(r"\d+(\.\d+)?\s*(times|%|ms|µs|s\b)", "We are 7.5 times faster"), "a planted one would be seen"


def test_a_rival_that_is_faster_is_named():
    times = {"ours": np.full(5, 2e-3), "slow": np.full(5, 4e-3), "fast": np.full(5, 1e-3)}
    table = timing.ratios("A race", times, "ours")
    assert table.rows[1] == ["slow", "4 ms", "2.00 (2.00 to 2.00)"] and table.notes == ["Faster than ours: fast."]
    assert timing.ratios("A race", times, "ours", ours=["fast"]).notes == []
    page = run_all.markdown(table)
    assert "| fast | 1 ms | 0.50 (0.50 to 0.50) |" in page and "- Faster than ours: fast." in page


def test_a_benchmark_that_cannot_run_leaves_its_reason(tmp_path, monkeypatch, capfd):
    monkeypatch.setattr(run_all, "HERE", tmp_path)
    (tmp_path / "absent.py").write_text("import sys; sys.exit('not run: no browser here')")
    (tmp_path / "silent.py").write_text("")
    assert [table.notes for table in run_all.run("absent")] == [["not run: no browser here."]]
    assert [table.notes for table in run_all.run("silent")] == [["it printed no table."]]
    assert "not run: no browser here" in capfd.readouterr().err


def test_rivals_take_turns_and_times_are_read_in_their_unit():
    calls = []
    times = timing.take_turns({"a": lambda: calls.append("a"), "b": lambda: calls.append("b")}, rounds=3, at_least=0)
    assert {name: len(values) for name, values in times.items()} == {"a": 3, "b": 3}
    assert "".join(calls[-6:]) == "ababab"
    assert [timing.seconds(v) for v in (2.5, 2.5e-3, 2.5e-6, 2.5e-9)] == ["2.5 s", "2.5 ms", "2.5 µs", "2.5 ns"]
