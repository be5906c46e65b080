"""sweep.py and jobs.py: networks trained side by side are the networks trained one by one."""

import concurrent.futures
import multiprocessing
import os
import time

import numpy as np
import pytest
from networks import one_by_one

import nnlib
from nnlib import in_place, jobs
from nnlib import sweep as sweep_module
from nnlib.data import xor
from nnlib.functions import ACTIVATIONS, ELEMENTWISE
from nnlib.sweep import outputs, sweep

X, E = xor()


def start(sizes=(2, 3, 1), seed=0, scale=1.0):
    weights, biases = nnlib.init(sizes, np.random.default_rng(seed), scale)
    return weights, [b + 0.1 * (k + 1) for k, b in enumerate(biases)]  # biases that are not zero, so that slips show


def assert_same(found, wanted, tolerance=1e-12):
    scale = max(np.abs(wanted).max(), 1.0)
    assert np.abs(np.asarray(found) - wanted).max() <= tolerance * scale


def test_equals_train_one_by_one():
    weights, biases = start()
    rates = np.logspace(-3, 1, 9)  # beyond about 20 two correct loops may part: rounding grows there
    many = sweep(weights, biases, X, E, rates, steps=300)
    for n, rate in enumerate(rates):
        single = nnlib.train(weights, biases, X, E, rate, epochs=300)
        assert_same(many.costs[:, n], single.costs)
        for l in range(2):
            assert_same(many.network(n)[0][l], single.weights[l], 1e-10)
            assert_same(many.network(n)[1][l], single.biases[l], 1e-10)
    assert many.done.all() and not many.interrupted and many.notes == ()


@pytest.mark.parametrize(
    ("sizes", "activations"),
    [
        ((2, 1), "sigmoid"),
        ((2, 1), "identity"),
        ((2, 3, 2), ("tanh", "identity")),
        ((2, 4, 1), ("relu", "sigmoid")),
        ((2, 3, 4, 1), "sigmoid"),
        ((2, 3, 1, 2), "tanh"),
        ((2, 4, 3, 2), ("softplus", "tanh", "identity")),
        ((2, 2, 3, 2, 1), ("identity", "tanh", "sigmoid", "softplus")),
    ],
)
def test_any_depth_and_every_activation_with_a_rate_for_each_layer(sizes, activations):
    rng = np.random.default_rng(3)
    weights, biases = start(sizes, seed=1, scale=0.5)
    targets = rng.random((4, sizes[-1]))
    rates = 10.0 ** rng.uniform(-2, -1, (5, len(weights)))
    many = sweep(weights, biases, X, targets, rates, steps=25, activations=activations)
    for n in range(5):
        costs, W, b = one_by_one(weights, biases, X, targets, rates[n], 25, activations)
        assert_same(many.costs[:, n], costs)
        for l in range(len(weights)):
            assert_same(many.weights[l][n], W[l])
            assert_same(many.biases[l][n], b[l])


def test_a_planted_bug_is_seen(monkeypatch):
    """The comparison above must fail when the slope is wrong in one place."""
    monkeypatch.setitem(in_place.SLOPE, "sigmoid", lambda a, s: np.subtract(1, a, out=s))  # f'(z) without its factor a
    with pytest.raises(AssertionError):
        test_equals_train_one_by_one()


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_rows_in_place_equal_the_table(name):
    z = np.linspace(-4, 4, 33) + 0.01
    a = z.copy()
    in_place.ACTIVATE[name](a)
    assert_same(a, ACTIVATIONS[name].f(z), 1e-15)
    slope = in_place.SLOPE[name](a, np.empty_like(a))
    assert_same(slope, ACTIVATIONS[name].slope(z), 1e-14)
    assert set(in_place.SLOPE) == set(ELEMENTWISE) and set(in_place.ACTIVATE) == set(ACTIVATIONS)


def test_a_start_for_each_network_and_inputs_unchanged():
    starts = [start(seed=s) for s in range(7)]
    W = [np.stack([w[l] for w, _ in starts]) for l in range(2)]
    b = [np.stack([v[l] for _, v in starts]) for l in range(2)]
    before = [a.copy() for a in (*W, *b)]
    many = sweep(W, b, X, E, np.full(7, 2.0), steps=40)
    for n, (weights, biases) in enumerate(starts):
        assert_same(many.costs[:, n], nnlib.train(weights, biases, X, E, 2.0, epochs=40).costs)
    for array, old in zip((*W, *b), before):
        assert np.array_equal(array, old)


def test_what_is_recorded():
    many = sweep(*start(), X, E, [1.0, 2.0], steps=25, record_every=10)
    full = sweep(*start(), X, E, [1.0, 2.0], steps=25)
    assert many.recorded_at.tolist() == [0, 10, 20, 25]
    assert np.array_equal(many.costs, full.costs[[0, 10, 20, 25]])


def test_results_do_not_depend_on_the_chunks(monkeypatch):
    rates = np.logspace(-2, 0.5, 70)
    whole = sweep(*start(), X, E, rates, steps=50)
    monkeypatch.setattr(sweep_module, "chunk_size", lambda *a, **k: 32)
    assert_same(sweep(*start(), X, E, rates, steps=50).costs, whole.costs, 1e-13)


def test_a_network_that_overflows_is_inf_and_disturbs_no_other():
    weights, biases = start()
    rates = [0.1, 1e308, 50.0, 0.1]
    many = sweep(weights, biases, X, E, rates, steps=200, activations=("tanh", "identity"))
    alone = sweep(weights, biases, X, E, [0.1], steps=200, activations=("tanh", "identity"))
    assert_same(many.costs[:, 0], alone.costs[:, 0])
    assert_same(many.costs[:, 3], alone.costs[:, 0])
    assert np.isinf(many.costs[-1, 1]) and np.isinf(many.costs[-1, 2])
    assert not np.isnan(many.costs).any()
    assert np.isfinite(many.costs[:, 2]).sum() > 1  # the way up is kept


def test_rate_zero_never_moves():
    many = sweep(*start(), X, E, [0.0], steps=30)
    assert np.ptp(many.costs) == 0
    assert np.array_equal(many.weights[0][0], start()[0][0])


def test_float32_is_near():
    rates = [0.5, 1.0]
    exact, near = (sweep(*start(), X, E, rates, steps=100, dtype=d) for d in (np.float64, np.float32))
    assert near.weights[0].dtype == np.float32
    assert 0 < np.abs(exact.costs - near.costs).max() < 1e-4


def test_outputs_for_decision_maps():
    many = sweep(*start(), X, E, [0.5, 1.5, 4.0], steps=20)
    grid = np.random.default_rng(0).random((11, 2))
    found = outputs(many.weights, many.biases, grid)
    assert found.shape == (3, 11, 1)
    for n in range(3):
        assert_same(found[n], nnlib.forward(*many.network(n), grid)[1][-1], 1e-15)


# ---- jobs


def _square(x):
    return x * x


def _square_here_only(parent, x):
    if os.getpid() != parent:
        os._exit(3)  # a worker that dies, as when memory runs out
    return x * x


def _fail(x):
    raise ZeroDivisionError("planted")


def _run(work, arguments, **options):
    found = {}
    interrupted, notes = jobs.run(work, arguments, found.__setitem__, **{"progress": None, **options})
    return interrupted, notes, found


def test_jobs_here_and_in_two_processes_give_the_same():
    arguments = [(x,) for x in range(5)]
    wanted = (False, [], {x: x * x for x in range(5)})
    assert _run(_square, arguments, processes=1) == wanted
    assert _run(_square, arguments, processes=2) == wanted


def test_an_interrupt_keeps_what_is_done():
    def stop(done, total):
        if done == 3:
            raise KeyboardInterrupt

    interrupted, notes, found = _run(_square, [(x,) for x in range(8)], processes=1, progress=stop)
    assert interrupted and len(found) == 3
    assert notes == ["interrupted: 3 of 8 parts are done"]
    interrupted, notes, found = _run(_square, [(x,) for x in range(8)], processes=2, progress=stop)
    assert interrupted and len(found) >= 3 and all(found[x] == x * x for x in found)
    assert not multiprocessing.active_children()  # nothing runs on behind the caller's back
    with concurrent.futures.ThreadPoolExecutor(1) as threads:
        interrupted, _, found = _run(_square, [(x,) for x in range(8)], executor=threads, progress=stop)
        assert interrupted and len(found) >= 3 and all(found[x] == x * x for x in found)
        assert threads.submit(_square, 3).result() == 9  # the caller's executor stays open


def test_dead_workers_fall_back_to_one_process_and_say_so():
    interrupted, notes, found = _run(_square_here_only, [(os.getpid(), x) for x in range(4)], processes=2)
    assert not interrupted and found == {x: x * x for x in range(4)}
    assert "2 processes could not be used" in notes[0] and "in this one instead" in notes[0]


@pytest.mark.parametrize("processes", [1, 2])
def test_an_error_of_the_work_comes_through(processes):
    with pytest.raises(ZeroDivisionError, match="planted"):
        _run(_fail, [(1,), (2,)], processes=processes)


def test_a_script_is_not_started_again_unasked(monkeypatch):
    import types

    script = types.ModuleType("__main__")
    script.__file__, script.__spec__ = "script.py", None
    monkeypatch.setitem(__import__("sys").modules, "__main__", script)
    assert jobs.affordable()[0] == 1
    _, notes, found = _run(_square, [(1,), (2,)])
    assert "a script asks for more itself" in notes[0] and len(found) == 2
    del script.__file__  # a notebook, a prompt
    count, why = jobs.affordable()
    assert count >= 1 and (count > 1) == (why == "")
    with pytest.raises(ValueError, match="processes"):
        jobs.run(_square, [(1,)], print, processes=0)


def test_the_plain_line_appears_late_and_wipes_itself(capsys):
    line = jobs.Line(after=0.0)
    line.start = time.monotonic() - 3
    line(1, 4)
    line(4, 4)
    text = capsys.readouterr().out
    assert "1 of 4 parts, 3 s, about 9 s to go" in text
    assert text.rstrip(" \r").endswith("go") and text.endswith("\r")
    jobs.Line()(1, 4)
    assert capsys.readouterr().out == ""


def test_an_interrupted_sweep_marks_the_rest(monkeypatch):
    monkeypatch.setattr(sweep_module, "chunk_size", lambda *a, **k: 4)

    def stop(done, total):
        if done == 2:
            raise KeyboardInterrupt

    many = sweep(*start(), X, E, np.ones(10), steps=5, progress=stop)
    assert many.interrupted and "interrupted" in many.notes[0]
    assert many.done.tolist() == [True] * 8 + [False] * 2
    assert np.isnan(many.costs[:, 8:]).all() and np.isnan(many.weights[0][8:]).all()
    assert np.isfinite(many.costs[:, :8]).all()


@pytest.mark.parametrize("dtype, most", [(np.float64, 4e-16), (np.float32, 2e-7)])
def test_tanh_from_exp_is_right_for_every_number(dtype, most):
    z = np.concatenate([np.linspace(-800, 800, 20001), np.logspace(-40, 1, 500), [0.0, -np.inf, np.inf]]).astype(dtype)
    a = z.copy()
    with np.errstate(over="ignore"):
        in_place._tanh(a)
    assert np.abs(a - np.tanh(z)).max() < most and (a[-2:] == [-1, 1]).all()
    nothing = np.array([np.nan], dtype)
    in_place._tanh(nothing)
    assert np.isnan(nothing[0])


@pytest.mark.parametrize(
    "target, wide", [("AVX512_SKX", True), ("X86_V4", True), ("X86_V3", False), ("NEON_VFPV4", False), (None, False)]
)
def test_numpys_own_tanh_is_taken_where_it_is_wide(monkeypatch, target, wide):
    """Decided by what NumPy reports about itself: timing would choose differently from run to run, and pictures would differ."""
    said = {"tanh": {"dd": {"current": target, "available": "X86_V4 X86_V3"}}}
    tool = type("introspect", (), {"opt_func_info": staticmethod(lambda name, signature: said)})
    monkeypatch.setattr(np.lib, "introspect", tool, raising=False)
    assert in_place._has_wide_tanh() is wide
    monkeypatch.delattr(np.lib, "introspect")
    assert in_place._has_wide_tanh() is False
