"""The corpus as data: one source, files that stand alone, a manifest that is computed, an export that needs numpy only."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys

import pytest

from nnlib.corpus import CATEGORIES, FAMILIES, VERSION, cases, manifest
from nnlib.corpus.__main__ import main, manifest_of, written
from nnlib.corpus.measure import CONDITIONS, measure, silences
from nnlib.corpus.reader import HERE, read_file, where_set

ALLOWED = {"numpy", "math", "cmath", "functools", "collections", "itertools"}


def test_the_manifest_is_what_the_files_and_the_measurement_say():
    assert (HERE / "manifest.json").read_text(encoding="utf-8") == written(manifest_of())


def test_the_iterator_gives_every_file_and_nothing_else():
    found = list(cases())
    assert {case.file for case in found} == set((HERE / "cases").glob("*/*.py"))
    assert all({**vars(read_file(c.file)), "silent": c.silent} == vars(c) for c in found)
    assert {c.cost for c in cases(cost="bce")} == {"bce"} and {c.kind for c in cases(kind="train_step")} == {
        "train_step"
    }
    assert {c.family for c in cases(family="sign")} == {"sign"}
    assert len(found) == sum(len(list(cases(kind=kind))) for kind in ("gradients", "train_step"))


def test_every_file_needs_numpy_only():
    for case in cases():
        for node in ast.walk(ast.parse(case.source)):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or "."] if isinstance(node, ast.ImportFrom) else []
            assert {name.split(".")[0] for name in names} <= ALLOWED, case.name


def test_state_starts_anew_with_each_make():
    case = next(c for c in cases() if c.name == "state.mutable_default")
    assert case.make() is not case.make()
    assert measure(case, (CONDITIONS["first call"],)).wrong is False and measure(case).wrong is True
    assert silences(case) == ("first call",)


def test_silent_cases_are_measured():
    by_name = {case.name: case for case in cases()}
    assert by_name["propagation.untransposed"].silent == ()  # runs on equal widths, with wrong numbers
    assert by_name["scale.summed"].silent == ("one sample",)
    assert all(case.silent == () for case in cases(family="none"))
    assert {s for case in cases() for s in case.silent} == set(CONDITIONS)
    assert not any("one output" in case.silent for case in cases(cost="cross-entropy"))


def test_a_harmless_property_is_all_that_is_unusual():
    found = {case.name: case.harmless for case in cases() if case.harmless}
    assert found == {
        "shape_dtype.bias_rows": "biases as rows",
        "shape_dtype.one_hidden_layer_only": "written for one depth",
    }


def test_a_label_outside_the_vocabulary_is_refused(tmp_path):
    file = tmp_path / "cases" / "own" / "mine.py"
    file.parent.mkdir(parents=True)
    text = '"""A note.\n\ncategory: sign\nwhere: W0 biases\nkind: gradients\ncost: squared\nactivations: sigmoid\n"""\n'
    file.write_text(text)
    assert read_file(file).where == where_set("W0 b0 b1 b2") and read_file(file).name == "own.mine"
    file.write_text(text.replace("category: sign", "category: signs"))
    with pytest.raises(ValueError, match="categories of the vocabulary, got signs"):
        read_file(file)


READ_IT = """
import json, sys
sys.modules["nnlib"] = None                      # an import of it would fail
from reader import cases
import numpy as np
rng = np.random.default_rng(0)
W, b = [rng.normal(size=(3, 4)), rng.normal(size=(4, 2))], [rng.normal(size=4), rng.normal(size=2)]
X, E = rng.normal(size=(5, 3)), rng.uniform(0.1, 0.9, (5, 2))
one = {c.name: c for c in cases()}
right, wrong = (one[n].make()(W, b, X, E)[0][0] for n in ("correct.rows", "sign.target_minus_output"))
print(json.dumps([len(one), bool(np.allclose(right, -wrong)), all(callable(c.make()) for c in one.values())]))
"""


def test_the_export_is_read_by_a_script_that_does_not_import_nnlib(tmp_path, capsys):
    main(["export", str(tmp_path / "corpus")])
    assert "reader.py" in capsys.readouterr().out
    (tmp_path / "corpus" / "use.py").write_text(READ_IT)
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"} | {"PYTHONDONTWRITEBYTECODE": "1"}
    said = subprocess.run(
        [sys.executable, "use.py"], cwd=tmp_path / "corpus", env=environment, capture_output=True, text=True, check=True
    )
    assert json.loads(said.stdout) == [len(manifest()["cases"]), True, True]
    assert {p.name for p in (tmp_path / "corpus").iterdir()} == {
        "README.md",
        "manifest.json",
        "reader.py",
        "cases",
        "use.py",
    }
    with pytest.raises(FileExistsError):
        main(["export", str(tmp_path / "corpus")])


def test_the_manifest_says_what_it_is():
    assert manifest()["version"] == VERSION and manifest()["license"].startswith("CC BY 4.0")
    assert set(CATEGORIES.values()) == set(FAMILIES)
