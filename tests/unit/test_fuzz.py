"""Arguments drawn at random: numbers in any type and memory layout give the right gradient, anything else is refused by name."""

import re
import warnings
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import nnlib
from nnlib import curvature, rules
from nnlib.data import xor
from nnlib.sweep import sweep

FEW = settings(deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck), max_examples=40)
TYPES = ["?", "u1", "i1", "u2", "i4", "u8", "i8", "f2", "f4", "f8", "g", ">f8", ">f4", "<i2"]
LAYOUTS = {
    "C": np.ascontiguousarray,
    "Fortran": np.asfortranarray,
    "reversed": lambda a: a[::-1].copy()[::-1],
    "every other": lambda a: np.repeat(a, 2, axis=0)[::2],
    "read-only": lambda a: (lambda b: (b.setflags(write=False), b)[1])(a.copy()),
    "list": lambda a: a.tolist(),
    "unaligned": lambda a: np.frombuffer(b"\0" + a.tobytes(), a.dtype, offset=1).reshape(a.shape),
}


@FEW
@given(
    st.sampled_from(TYPES),
    st.lists(st.sampled_from(sorted(LAYOUTS)), min_size=6, max_size=6),
    st.integers(0, 2**32 - 1),
)
def test_any_type_and_layout_gives_the_right_gradient_cost_and_step(kind, layouts, seed):
    """Whole numbers of 0 and 1 are exact in every type, so every type has one right answer."""
    rng = np.random.default_rng(seed)
    T, sizes = int(rng.integers(1, 4)), [int(n) for n in rng.integers(1, 4, 3)]
    plain = [
        rng.integers(0, 2, shape)
        for shape in (*zip(sizes, sizes[1:]), sizes[1], sizes[2], (T, sizes[0]), (T, sizes[2]))
    ]
    exact = [v.astype(float) for v in plain]
    dressed = [LAYOUTS[name](v.astype(kind)) for name, v in zip(layouts, plain)]
    before = [np.array(v) for v in dressed]
    right, C = nnlib.gradients(exact[:2], exact[2:4], *exact[4:]), nnlib.cost(exact[:2], exact[2:4], *exact[4:])
    found = nnlib.gradients(dressed[:2], dressed[2:4], *dressed[4:])
    rough = 1e-5 if np.dtype(kind) == np.float32 or kind == ">f4" else 1e-14
    for g, r in zip((*found[0], *found[1]), (*right[0], *right[1])):
        assert nnlib.relative_error(g, r) < rough and g.dtype.kind == "f"
    assert nnlib.cost(dressed[:2], dressed[2:4], *dressed[4:]) == pytest.approx(C, rel=rough)
    stepped = nnlib.step(dressed[:2], dressed[2:4], *right, 0.5)
    assert nnlib.relative_error(stepped[0][0], exact[0] - 0.5 * right[0][0]) < rough
    assert all((v == b).all() for v, b in zip(map(np.array, dressed), before)), "inputs are left alone"


SCALARS = st.one_of(
    st.booleans(),
    st.text(max_size=3),
    st.complex_numbers(max_magnitude=9),
    st.floats(-3, 9),
    st.integers(-5, 0),
    st.binary(max_size=3),
    st.sampled_from(
        [None, object(), np.nan, np.inf, [1], {}, np.ones(2), len, range(3), np.ma.masked, Fraction(1, 3), np.True_]
    ),
    st.just(np.datetime64("2024-01-01")),
)
ARRAYS = st.one_of(
    SCALARS,
    st.sampled_from([
        np.ones(3), np.ones((2, 2, 2)), np.zeros((0, 2)), np.zeros((4, 0)), np.array([["a", "b"]] * 4), np.full((4, 2), np.nan),
        np.array([[None, 1]] * 4), [[1], [1, 2]], np.ones((4, 2), "M8[s]"), np.array(1.0), np.ones((2, 4)), np.ones((4, 3)),
        np.ma.masked_array(np.ones((4, 2)), np.eye(4, 2)), np.zeros((4, 2), [("a", float)]), (x for x in ()), iter([1]),
    ]),
)  # fmt: skip
NAMED = re.compile(
    r"^(weights|biases|X|E|activations|cost|learning_rate|epochs|batch_size|rng|rule|record|steps|record_every|dtype|"
    r"learning_rates|sizes|scale|T|h|function|beta|beta1|beta2|decay|longest|tiny|precision|highest|distance|progress|processes|"
    r"executor|dweights|dbiases|dW|db|output|first|second|worst_relative_error|relative_error|most|tolerance)\b.*expected",
    re.DOTALL,
)


def sound():
    weights, biases = nnlib.init([2, 3, 1], np.random.default_rng(0))
    X, E = xor()
    return {"weights": weights, "biases": biases, "X": X, "E": E}


def directions():
    return {"dweights": [np.ones((2, 3)), np.ones((3, 1))], "dbiases": [np.ones(3), np.ones(1)]}


def rng():
    return np.random.default_rng(0)


# function, good keyword arguments, and those of them that are arrays or lists of arrays
CALLS = {
    "forward": (nnlib.forward, lambda: {k: v for k, v in sound().items() if k != "E"} | {"activations": "tanh"}),
    "cost": (nnlib.cost, lambda: sound() | {"activations": "tanh", "cost": "squared"}),
    "gradients": (nnlib.gradients, lambda: sound() | {"activations": "tanh", "cost": "squared"}),
    "cost_and_gradients": (nnlib.cost_and_gradients, sound),
    "train": (
        nnlib.train,
        lambda: sound() | {"learning_rate": 0.1, "epochs": 2, "batch_size": 2, "rng": rng(), "rule": rules.plain},
    ),
    "init": (nnlib.init, lambda: {"sizes": [2, 1], "rng": rng(), "scale": 1.0}),
    "step": (
        nnlib.step,
        lambda: {
            "weights": [np.ones((2, 3))],
            "biases": [np.ones(3)],
            "dW": [np.ones((2, 3))],
            "db": [np.ones(3)],
            "learning_rate": 0.1,
        },
    ),
    "batches": (nnlib.batches, lambda: {"T": 4, "batch_size": 2, "rng": rng()}),
    "accuracy": (nnlib.accuracy, lambda: {"output": np.eye(3), "E": np.eye(3)}),
    "sample_costs": (nnlib.sample_costs, lambda: {"output": np.eye(3), "E": np.eye(3)}),
    "relative_error": (nnlib.relative_error, lambda: {"first": np.eye(3), "second": np.eye(3)}),
    "worst_relative_error": (nnlib.worst_relative_error, lambda: {"first": [np.eye(3)], "second": [np.eye(3)]}),
    "hessian_product": (curvature.hessian_product, lambda: sound() | directions()),
    "sharpness": (curvature.sharpness, lambda: sound() | {"rng": rng(), "tolerance": 1e-3, "most": 4}),
    "sweep": (
        sweep,
        lambda: sound() | {"learning_rates": [0.1], "steps": 2, "record_every": 1, "dtype": float, "progress": None},
    ),
    "momentum": (rules.momentum, lambda: {"beta": 0.9}),
    "clipping": (rules.clipping, lambda: {"longest": 1.0}),
    "adam": (rules.adam, lambda: {"beta1": 0.9, "beta2": 0.99, "tiny": 1e-8}),
    "rmsprop": (rules.rmsprop, lambda: {"decay": 0.9, "tiny": 1e-8}),
}


@pytest.mark.parametrize("name", CALLS)
def test_a_bad_argument_is_refused_by_name_or_is_a_good_one(name):
    """One argument of a sound call is replaced: a ValueError or TypeError names it, or finite numbers come back."""
    call, good = CALLS[name]

    @FEW
    @given(st.sampled_from(sorted(good())), ARRAYS)
    def holds(argument, value):
        case = good() | {argument: value}
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            try:
                answer = call(**case)
            except (ValueError, TypeError) as error:
                assert NAMED.match(str(error)), f"{name}({argument}={value!r}): {error}"
                return
        assert not isinstance(value, (bytes, dict, complex)) or value == complex(value).real, (argument, value)
        numbers = [v for v in flattened(answer) if isinstance(v, (float, np.ndarray, np.floating))]
        assert all(np.isfinite(v).all() for v in numbers) or name in (
            "sample_costs",
            "relative_error",
            "worst_relative_error",
            "step",
        )

    holds()


def flattened(answer):
    """Every leaf of nested tuples, lists and runs."""
    if isinstance(answer, (list, tuple)):
        for part in answer:
            yield from flattened(part)
    elif hasattr(answer, "costs"):
        yield from (answer.costs, *answer.weights, *answer.biases)
    else:
        yield answer


@pytest.mark.parametrize("name", ["gradients", "train", "sweep"])
def test_the_fuzzing_sees_a_check_that_is_missing(name, monkeypatch):
    from nnlib import arrays

    monkeypatch.setattr(arrays, "samples", lambda name, value, *a, **k: np.asarray(value))
    with pytest.raises(BaseException):  # noqa: B017  an assertion, or whatever NumPy says of it
        test_a_bad_argument_is_refused_by_name_or_is_a_good_one(name)
