"""A hundred strange objects: the doctor answers each in words, never with a traceback, and leaves each as it was."""

import collections
import contextlib
import copy
import dataclasses
import decimal
import enum
import fractions
import functools
import io
import itertools
import random
import sys
import threading
import types
import weakref

import numpy as np
import pytest

from nnlib.doctor.brought.diagnose import diagnose_brought


def net(**attributes):
    """A right network that holds one strange thing more."""

    class Net:
        def __init__(self):
            self.W = np.random.default_rng(0).normal(size=(3, 2))
            for name, value in attributes.items():
                setattr(self, name, value)

        def forward(self, X):
            return np.tanh(X @ self.W)

        def train(self, X, Y):
            A = self.forward(X)
            self.W = self.W - 0.1 * X.T @ ((A - Y) * (1 - A * A))

    return Net()


class Raising:
    @property
    def boom(self):
        raise RuntimeError("do not look")

    def __getattr__(self, name):
        raise ValueError(name)

    def __eq__(self, other):
        raise TypeError("no")

    __hash__ = None

    def __repr__(self):
        raise KeyError("no words")

    def __len__(self):
        raise OSError

    def __bool__(self):
        raise ArithmeticError

    def __iter__(self):
        raise LookupError


class Slots:
    __slots__ = ("__weakref__", "a", "b")

    def __init__(self):
        self.a = 2.0


class Colour(enum.Enum):
    RED = 1.0


@dataclasses.dataclass(frozen=True)
class Frozen:
    rate: float = 0.1
    values: tuple = (1.0, 2.0)


class Meta(type):
    def __getattribute__(cls, name):
        if name == "secret":
            raise MemoryError
        return super().__getattribute__(name)


class WithMeta(metaclass=Meta):
    secret = 1.0


class ListChild(list):
    def __setitem__(self, k, v):
        raise RuntimeError("frozen list")

    def __iter__(self):
        raise RuntimeError("not to be walked")


class DictChild(dict):
    def __getitem__(self, k):
        raise RuntimeError("no")

    def items(self):
        raise RuntimeError("no")


class Array(np.ndarray):
    pass


ring, itself = [], {}
ring.append(ring)
itself["me"] = itself
HELD = {
    "locks": [threading.Lock(), threading.RLock(), threading.Event()],
    "files": [io.StringIO("text"), io.BytesIO(b"x"), b"abc", bytearray(b"abc"), memoryview(b"abc")],
    "what holds itself": [ring, itself],
    "what raises": [Raising(), ListChild([1.0, 2.0]), DictChild(a=1.0)],
    "instances": [Slots(), Colour.RED, Frozen(), WithMeta(), WithMeta, contextlib.nullcontext(), ValueError("x")],
    "what is used up": [(k for k in range(3)), iter([1.0, 2.0]), itertools.count()],
    "one number seen as very many": [np.broadcast_to(0.0, (10**6, 10**6))],
    "a huge list": [[0.0] * 300_000],
    "a huge list of ints": [list(range(300_000))],
    "a deep list": [functools.reduce(lambda a, _: [a], range(3000), 1.0)],
    "numbers of NumPy": [np.float32(3.0), np.int8(3), np.bool_(True), np.longdouble(1.5), np.float16(0.5)],
    "numbers": [1 + 2j, float("nan"), float("inf"), decimal.Decimal("0.1"), fractions.Fraction(1, 3)],
    "words of the language": ["W", None, ..., np, dict, compile("1", "x", "eval"), range(5), slice(1, 2)],
    "functions": [len, lambda x: x, [].append, functools.partial(int, base=2)],
    "tuples": [collections.namedtuple("Pair", "a b")(1.0, np.ones(2)), collections.deque([1.0, np.ones(2)], maxlen=2)],
    "dictionaries": [collections.defaultdict(list, a=[1.0]), collections.OrderedDict(a=1.0)],
    "mappings": [collections.ChainMap({"a": 1.0}, {}), types.MappingProxyType({"a": 1.0})],
    "a namespace": [types.SimpleNamespace(a=np.ones(2), b=[1.0])],
    "sets": [{1.0, 2.0}, frozenset({1.0}), weakref.WeakSet()],
    "arrays of other shapes": [np.zeros((0, 3)), np.array(2.0), np.broadcast_to(1.0, (3, 2)), np.ones(3).view(Array)],
    "arrays of no numbers": [np.array([1.0, "a", None], dtype=object), np.array(["a", "b"])],
    "arrays of records": [
        np.zeros(2, dtype=[("a", float), ("b", int)]),
        np.array(["2020-01-01"], dtype="datetime64[D]"),
    ],
    "kinds of arrays": [np.ma.masked_array([1.0, 2.0], [True, False]), np.asmatrix(np.ones((2, 2)))],
    "arrays in memory": [np.asfortranarray(np.ones((3, 2))), np.arange(4.0)[::-1], np.arange(4, dtype=">f8")],
    "chance": [np.random.default_rng(1), np.random.RandomState(1), random.Random(1)],
    "keys that are no text": [{1: 1.0, (2, 3): np.ones(2), None: 3.0}],
    "unlike entries": [[[1.0], [1.0, 2.0], []], [1.0, "a", None]],
}


@pytest.mark.parametrize("name", HELD)
def test_a_right_network_with_something_strange_on_it_is_right(name):
    brought = net(**{f"thing{k}": value for k, value in enumerate(HELD[name])})
    W, numbers, attributes = brought.W, brought.W.copy(), dict(vars(brought))
    entries = lambda: [list(v.values() if type(v) is dict else v) for v in HELD[name] if type(v) in (dict, list, set)]
    before = entries()
    d = diagnose_brought(brought, step=brought.train, output=brought.forward, cost="half sum")
    assert d.correct is True, d
    assert brought.W is W and (W == numbers).all() and list(vars(brought)) == list(attributes)
    assert all(a is b for a, b in zip(vars(brought).values(), attributes.values()))
    assert all(a is b for one, other in zip(before, entries(), strict=True) for a, b in zip(one, other, strict=True))


def deep(*_):
    return deep()


def leave(*_):
    sys.exit("boom")


BROUGHT = {
    "None": (None, lambda X, Y: None, lambda X: X),
    "a number": (3, lambda X, Y: None, lambda X: X),
    "text": ("net", lambda X, Y: None, lambda X: X),
    "an empty list": ([], lambda X, Y: None, lambda X: X),
    "a list of None": ([None], lambda X, Y: None, lambda X: X),
    "an output of None": (net(), lambda X, Y: None, lambda X: None),
    "an output of text": (net(), lambda X, Y: None, lambda X: "a"),
    "an output of objects": (net(), lambda X, Y: None, lambda X: [object()]),
    "ragged outputs": (net(), lambda X, Y: None, lambda X: [[1.0], [1.0, 2.0]]),
    "an empty output": (net(), lambda X, Y: None, lambda X: []),
    "nan": (net(), lambda X, Y: None, lambda X: X * np.nan),
    "a step that leaves": (net(), leave, lambda X: X),
    "an output that leaves": (net(), lambda X, Y: None, leave),
    "recursion": (net(), deep, lambda X: X),
    "recursion forward": (net(), lambda X, Y: None, deep),
    "no arguments": (net(), lambda: None, lambda: None),
    "a builtin": (net(), max, abs),
    "a class": (net, dict, list),
    "input": (net(), lambda X, Y: input("? "), lambda X: X),
    "a resized array": ((W := np.ones((3, 2)),), lambda X, Y: W.resize((2, 3), refcheck=False), lambda X: X @ W),
    "a cleared object": ((lambda n: (n, lambda X, Y: vars(n).clear(), n.forward))(net())),
    "a deleted attribute": ((lambda n: (n, lambda X, Y: delattr(n, "W"), n.forward))(net())),
    "an attribute of another kind": ((lambda n: (n, lambda X, Y: setattr(n, "W", "text"), n.forward))(net())),
    "an attribute of another shape": ((lambda n: (n, lambda X, Y: setattr(n, "W", np.ones(7)), n.forward))(net())),
}


@pytest.mark.parametrize("word", ["step", "grads"])
@pytest.mark.parametrize("name", BROUGHT)
def test_whatever_is_brought_gets_an_answer_and_stays_what_it_was(name, word):
    subject, function, output = BROUGHT[name]
    before = copy.deepcopy(vars(subject)) if hasattr(subject, "forward") else None
    d = diagnose_brought(subject, output=output, **{word: function})
    assert d.correct in (False, None) and str(d) and d.category
    if before is not None:
        assert list(vars(subject)) == list(before) and (subject.W == before["W"]).all()


def test_a_hundred():
    assert sum(map(len, HELD.values())) + len(BROUGHT) >= 100
