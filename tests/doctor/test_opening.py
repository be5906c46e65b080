"""Whatever package gradients come in, it is opened alike for the contract and for code brought as it is."""

import itertools
import time

import numpy as np
import pytest
from small_networks import OneHidden

import nnlib
from nnlib.doctor.brought.diagnose import diagnose_brought
from nnlib.doctor.questions.answers import read
from nnlib.doctor.questions.exam import right
from nnlib.doctor.questions.problems import problem
from nnlib.doctor.running.opening import MOST_NUMBERS, NoNumbers, array_of, arrays_in, entries_of
from nnlib.doctor.setting import setting_of


class Tensor:
    """An array that is handed out only once it is cut off from its graph, as a tensor of other libraries is."""

    def __init__(self, values, attached=True):
        self.values, self.attached = values, attached

    def detach(self):
        return Tensor(self.values, attached=False)

    def __array__(self, dtype=None, copy=None):
        if self.attached:
            raise RuntimeError("detach first")
        return np.array(self.values, dtype=dtype)


ENTRIES = {
    "arrays": lambda a: a,
    "lists of numbers": lambda a: a.tolist(),
    "single precision": lambda a: a.astype(np.float32),
    "objects": lambda a: a.astype(object),
    "complex numbers without an imaginary part": lambda a: a + 0j,
    "masked arrays": np.ma.masked_array,
    "tensors": Tensor,
}
PACKAGES = {
    "a tuple": tuple,
    "an iterator": iter,
    "a dictionary": lambda v: dict(zip(("dW1", "db1", "dW2", "db2"), v)),
    "two lists": lambda v: ([v[0], v[2]], [v[1], v[3]]),
    "two iterators": lambda v: (iter((v[0], v[2])), iter((v[1], v[3]))),
    "last layer first": lambda v: v[::-1],
    "biases first": lambda v: (v[1], v[3], v[0], v[2]),
    "pairs from the last layer on": lambda v: (v[2], v[3], v[0], v[1]),
    "weights, then biases, from the last layer on": lambda v: (v[2], v[0], v[3], v[1]),
    "one flat array": lambda v: np.concatenate([a.ravel() for a in v]),
    "an array of arrays": lambda v: np.array([*v, None], dtype=object)[:-1],
}


def brought(package):
    net = OneHidden(3, 4, 2)
    given = dict(output=net.forward, cost="half sum")
    return diagnose_brought(net, grads=lambda X, Y: package(net.gradients(X, Y)), **given)


@pytest.mark.parametrize("name", ENTRIES)
def test_every_kind_of_entry_is_read_by_both_ways(name):
    entry = ENTRIES[name]
    assert brought(lambda v: [entry(a) for a in v]).correct is True
    assert brought(lambda v: [entry(v[0] * 2), *map(entry, v[1:])]).where == {"W1"}
    contract = lambda factor: lambda *given: [[entry(factor * a) for a in part] for part in nnlib.gradients(*given)]
    assert nnlib.diagnose(contract(1.0)).correct is True
    assert nnlib.diagnose(contract(2.0)).correct is False


@pytest.mark.parametrize("name", PACKAGES)
def test_every_package_is_opened(name):
    package = PACKAGES[name]
    assert brought(package).correct is True
    assert brought(lambda v: package((v[0], v[1], 2 * v[2], v[3]))).where == {"W2"}


class Views:
    """A flat array of all parameters, and views of it that the network computes with."""

    def __init__(self):
        self.theta = np.random.default_rng(0).normal(size=26)
        self.W1, self.b1 = self.theta[:12].reshape(3, 4), self.theta[12:16]
        self.W2, self.b2 = self.theta[16:24].reshape(4, 2), self.theta[24:]

    def forward(self, X):
        self.h = np.tanh(X @ self.W1 + self.b1)
        return self.h @ self.W2 + self.b2

    def parts(self, X, Y):
        d = self.forward(X) - Y
        e = d @ self.W2.T * (1 - self.h**2)
        return X.T @ e, e.sum(0), self.h.T @ d, d.sum(0)

    def whole(self, X, Y):
        return np.concatenate([g.ravel() for g in self.parts(X, Y)])

    def step(self, X, Y):
        self.theta -= 0.1 * self.whole(X, Y)


@pytest.mark.parametrize("word, name", [("grads", "parts"), ("grads", "whole"), ("step", "step")])
def test_a_flat_array_and_its_views_are_one_set_of_parameters(word, name):
    net = Views()
    d = diagnose_brought(net, output=net.forward, cost="half sum", **{word: getattr(net, name)})
    assert d.correct is True and list(d.arrays) == (["theta"] if name == "whole" else ["W1", "b1", "W2", "b2"])


@pytest.mark.parametrize("name", [*PACKAGES, "a pair for each layer", "a cost beside them"])
def test_the_contract_opens_every_package_and_says_which(name):
    more = {"a pair for each layer": lambda v: [v[:2], v[2:]], "a cost beside them": lambda v: (0.5, v[::2], v[1::2])}
    setting = setting_of("gradients", None, None, None)
    p = problem(setting, "two layers")
    dW1, dW2, db1, db2 = truth = right(p, setting)
    answer = read((PACKAGES | more)[name]((dW1, db1, dW2, db2)), p, setting)
    if name == "one flat array":  # which may be cut in many ways
        assert "one array of 44 numbers" in answer.packed and answer.counts == (0, 0)
        return
    assert all(map(np.array_equal, answer.arrays, truth)) and bool(answer.packed) == (not name.startswith("two "))
    exchanged = read(([db1, db2], [dW1, dW2]), p, setting)
    assert not exchanged.packed and exchanged.shapes[:2] == (db1.shape, db2.shape)


class Endless:
    def __getitem__(self, k):
        return np.ones(3)


ENDLESS = {
    "a number again and again": lambda v: itertools.repeat(v[0]),
    "an entry for every index": lambda v: Endless(),
    "two of them": lambda v: (Endless(), itertools.repeat(1.0)),
    "numbers without an end beside arrays": lambda v: (itertools.count(), v),
    "huge arrays": lambda v: [np.broadcast_to(0.0, (10**6, 10**6))] * 3,
    "lists of huge arrays": lambda v: ([np.broadcast_to(0.0, (10**6, 10**6))] * 2, [np.broadcast_to(0.0, 10**9)] * 2),
}


@pytest.mark.parametrize("name", ENDLESS)
def test_what_has_no_end_is_not_read_for_ever(name, monkeypatch):
    for module in ("brought.patient", "questions.exam"):
        monkeypatch.setattr(f"nnlib.doctor.{module}.FIRST", 1.0)
        monkeypatch.setattr(f"nnlib.doctor.{module}.LATER", 0.2)
    start = time.perf_counter()
    assert brought(ENDLESS[name]).correct is None
    assert not nnlib.diagnose(lambda *given: ENDLESS[name](nnlib.gradients(*given)[0])).correct
    assert time.perf_counter() - start < 20


def test_what_is_too_large_or_no_number_is_said():
    for value, words in (
        (np.broadcast_to(0.0, (10**6, 10**6)), "shape"),
        ([0.0] * (MOST_NUMBERS + 1), "entries"),
        (np.ones(2) + 1j, "complex"),
        ("text", "no numbers"),
        ([[1.0], [1.0, 2.0]], "cannot be read"),
    ):
        with pytest.raises(NoNumbers, match=words):
            array_of(value)
    with pytest.raises(NoNumbers, match="more than"):
        entries_of(itertools.count())
    assert [path for path, _ in arrays_in({"a": [np.ones(2), (1.0, None)], "b": "text"})] == [("a", 0), ("a", 1, 0)]
