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


def cycle():
    ring = []
    ring.append(ring)
    return ring


def raising_property():
    class Bad:
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

    return Bad()


def slotted():
    class Slots:
        __slots__ = ("__weakref__", "a", "b")

    made = Slots()
    made.a = 2.0
    return made


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


def generator():
    yield from range(3)


HELD = {
    "a lock": threading.Lock(),
    "a reentrant lock": threading.RLock(),
    "an event": threading.Event(),
    "an open file": io.StringIO("text"),
    "bytes in memory": io.BytesIO(b"x"),
    "a cycle": cycle(),
    "a raising property": raising_property(),
    "slots": slotted(),
    "an enum": Colour.RED,
    "a frozen dataclass": Frozen(),
    "a metaclass": WithMeta(),
    "the class of a metaclass": WithMeta,
    "a stubborn list": ListChild([1.0, 2.0]),
    "a stubborn dict": DictChild(a=1.0),
    "a subclass of arrays": np.ones(3).view(Array),
    "a generator": generator(),
    "an iterator": iter([1.0, 2.0]),
    "a counter": itertools.count(),
    "a huge list": [0.0] * 300_000,
    "a huge list of ints": list(range(300_000)),
    "a deep list": functools.reduce(lambda a, _: [a], range(3000), 1.0),
    "a numpy float": np.float32(3.0),
    "a numpy int": np.int8(3),
    "a numpy bool": np.bool_(True),
    "a longdouble": np.longdouble(1.5),
    "a half": np.float16(0.5),
    "a complex": 1 + 2j,
    "nan": float("nan"),
    "inf": float("inf"),
    "a decimal": decimal.Decimal("0.1"),
    "a fraction": fractions.Fraction(1, 3),
    "bytes": b"abc",
    "a bytearray": bytearray(b"abc"),
    "a memoryview": memoryview(b"abc"),
    "text": "W",
    "None": None,
    "Ellipsis": ...,
    "a module": np,
    "a class": dict,
    "a function": len,
    "a lambda": lambda x: x,
    "a bound method": [].append,
    "a partial": functools.partial(int, base=2),
    "a named tuple": collections.namedtuple("Pair", "a b")(1.0, np.ones(2)),
    "a deque": collections.deque([1.0, np.ones(2)], maxlen=2),
    "a defaultdict": collections.defaultdict(list, a=[1.0]),
    "an ordered dict": collections.OrderedDict(a=1.0),
    "a chain map": collections.ChainMap({"a": 1.0}, {}),
    "a mapping proxy": types.MappingProxyType({"a": 1.0}),
    "a namespace": types.SimpleNamespace(a=np.ones(2), b=[1.0]),
    "a set": {1.0, 2.0},
    "a frozen set": frozenset({1.0}),
    "a range": range(5),
    "a slice": slice(1, 2),
    "an empty array": np.zeros((0, 3)),
    "a zero-dimensional array": np.array(2.0),
    "a read-only array": np.broadcast_to(1.0, (3, 2)),
    "an array of objects": np.array([1.0, "a", None], dtype=object),
    "an array of text": np.array(["a", "b"]),
    "a record array": np.zeros(2, dtype=[("a", float), ("b", int)]),
    "an array of dates": np.array(["2020-01-01"], dtype="datetime64[D]"),
    "a masked array": np.ma.masked_array([1.0, 2.0], [True, False]),
    "a matrix": np.asmatrix(np.ones((2, 2))),
    "a Fortran array": np.asfortranarray(np.ones((3, 2))),
    "a negative stride": np.arange(4.0)[::-1],
    "a big-endian array": np.arange(4, dtype=">f8"),
    "a generator of numpy": np.random.default_rng(1),
    "an old generator of numpy": np.random.RandomState(1),
    "a generator of random": random.Random(1),
    "a weak set": weakref.WeakSet(),
    "a context manager": contextlib.nullcontext(),
    "an exception": ValueError("x"),
    "a code object": compile("1", "x", "eval"),
    "keys that are no text": {1: 1.0, (2, 3): np.ones(2), None: 3.0},
    "lists of unlike lists": [[1.0], [1.0, 2.0], []],
    "numbers and text": [1.0, "a", None],
    "itself by a dict": {},
}


@pytest.mark.parametrize("name", HELD)
def test_a_right_network_with_something_strange_on_it_is_right(name):
    value = HELD[name]
    brought = net(thing=value)
    if name == "itself by a dict":
        value["me"] = brought
    W = brought.W
    numbers, attributes = W.copy(), dict(vars(brought))
    shallow = list(dict.values(value)) if type(value) is dict else list(value) if type(value) in (list, set) else None
    d = diagnose_brought(brought, step=brought.train, output=brought.forward, cost="half sum")
    assert d.correct is True, d
    assert brought.W is W and (W == numbers).all() and list(vars(brought)) == list(attributes)
    assert all(a is b for a, b in zip(vars(brought).values(), attributes.values()))
    now = list(dict.values(value)) if type(value) is dict else list(value) if type(value) in (list, set) else None
    assert shallow is None or all(a is b for a, b in zip(shallow, now))


def boom(*_):
    raise SystemExit("boom")


def deep(*_):
    return deep()


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
    "a step that leaves": (net(), boom, lambda X: X),
    "an output that leaves": (net(), lambda X, Y: None, boom),
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
    assert len(HELD) + len(BROUGHT) >= 100
