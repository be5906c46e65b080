"""Which returned (or kept) array is the gradient of which parameter: by name, by order, by shape."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import zip_longest

import numpy as np

MARKS = re.compile(
    r"(?:^|_)(?:d|grads?|gradients?|delta|nabla|d[cjl])(?=_|$)|^d(?=[A-Z])|^(?:grad|nabla|delta)(?=[A-Z])"
    r"|^d(?=(?:[a-z]|weights?|bias(?:es)?|kernel|theta|gamma|beta)_?\d*$)"
)
SAME = (
    (re.compile("weights?"), "w"),
    (re.compile("bias(es)?"), "b"),
    (re.compile("^(data|value|val|params?|parameters)$"), ""),
)
LAST_FIRST = "from the last layer to the first"


def left_behind(leaves, names=()) -> list[tuple[tuple, np.ndarray]]:
    """Float values named like gradients (dW1, grad_b, layer.dw, grads["W1"], value.grad) that hang on the code after a call."""
    marked = lambda keys: any(MARKS.search(k) or k.startswith("d") and k[1:] in names for k in map(str, keys))
    found = []
    for leaf in leaves:
        ways = (tuple(k for _, k in way.shown) for way in leaf.ways)  # self.total and self.dW may be one array
        if keys := next(filter(marked, ways), None):
            found.append((keys, np.array(leaf.value, dtype=float)))
    return found


def claimed(found, left, wanted) -> tuple[dict[str, np.ndarray | None], str]:
    """({parameter: its gradient or None}, a word on how the arrays were read), out of what was returned and left behind.

    `found` and `left` hold (path, array) pairs, `wanted` {name: (path, shape)}. What was returned counts, unless more of
    what was left behind as attributes can be used (a cost was returned, say).
    """

    def usable(given) -> int:
        return sum(a is not None and (a.ndim > 0 or not wanted[n][1]) for n, a in given.items())

    best = ({}, "")
    for given, words in (match(arrays, wanted) for arrays in (found, left) if arrays):
        if usable(given) > sum(a is not None for a in best[0].values()):
            best = given, words
    return best


def match(found, wanted: dict[str, tuple[tuple, tuple]]) -> tuple[dict[str, np.ndarray | None], str]:
    """The same for one list of (path, array) pairs.

    Names decide where there are any; otherwise the order: as the parameters stand, weights before biases or each with its
    bias, first layer first or last.
    """
    named = _by_name(found, wanted)
    if any(a is not None for a in named.values()):
        return named, ""
    arrays = [a for _, a in found]
    sizes = [int(np.prod(shape)) for _, shape in wanted.values()]
    if 0 < len(arrays) < len(wanted) and sum(a.size for a in arrays) == sum(sizes):
        parts = np.split(np.concatenate([a.ravel() for a in arrays]), np.cumsum(sizes)[:-1])
        given = {n: p.reshape(s) for (n, (_, s)), p in zip(wanted.items(), parts)}
        return given, "one flat array" if len(arrays) == 1 else ""
    return _by_order(arrays, wanted)


# ---------------------------------------------------------------- by name


def plain(name: str) -> str:
    """A name without what marks a gradient, in small letters: dW1, grad_W1, W1_grad -> w1."""
    text = re.sub(r"[^a-z0-9]", "", MARKS.sub("", name).lower())
    for pattern, short in SAME:
        text = pattern.sub(short, text)
    return text


def key_of(path) -> str:
    """A path of keys as one string to compare by: numbers separate, gradient marks gone."""
    parts = [str(k) if isinstance(k, int) else plain(str(k)) for k in path]
    return "/".join(p for p in parts if p)


def _by_name(found, wanted) -> dict[str, np.ndarray | None]:
    """By the whole path; where no path is known (grads["W1"] beside params["W1"]) by its last key, if only one has it."""
    by_key, by_last = _keyed(found), defaultdict(list)
    keys = {name: key_of([k for _, k in path]) for name, (path, _) in wanted.items()}
    if any(key in by_key for key in keys.values()):
        return {name: by_key.get(key, [None])[0] for name, key in keys.items()}
    for key, arrays in by_key.items():
        by_last[key.rsplit("/", 1)[-1]].extend(arrays)
    last = {name: by_last.get(key.rsplit("/", 1)[-1], []) for name, key in keys.items()}
    return {name: arrays[0] if len(arrays) == 1 else None for name, arrays in last.items()}


def _keyed(found) -> dict[str, list[np.ndarray]]:
    """The arrays whose path holds a name, by that path, with and without a d in front of its names."""
    by_key = defaultdict(list)
    for path, array in found:
        if any(isinstance(k, str) for k in path):
            bare = [k[1:] if isinstance(k, str) and k.startswith("d") else k for k in path]
            for key in {key_of(path): None, key_of(bare): None}:
                by_key[key].append(array)
    return by_key


# ---------------------------------------------------------------- by order and shape


def fits(array: np.ndarray, shape: tuple) -> bool:
    """The same shape, axes of length one aside."""
    return array.shape == shape or [n for n in array.shape if n != 1] == [n for n in shape if n != 1]


def _by_order(arrays, wanted) -> tuple[dict[str, np.ndarray | None], str]:
    if len(arrays) != len(wanted) and all(shape for _, shape in wanted.values()):
        arrays = [a for a in arrays if a.ndim]  # layers without parameters give a number in their place
    orders = [*_orders(wanted)] if len(arrays) <= len(wanted) else []
    orders += [("by their shapes", _by_shape(arrays, wanted))]

    def fitting(order):
        pairs = [(a, wanted[n][1]) for a, n in zip(arrays, order[1]) if n is not None]
        return sum(fits(a, shape) for a, shape in pairs), sum(a.shape == shape for a, shape in pairs)

    words, order = max(orders, key=fitting)
    given = dict(zip(order, arrays))
    return {n: given.get(n) for n in wanted}, words


def _orders(wanted) -> Iterator[tuple[str, list[str]]]:
    """(words, the parameters) in every order in which their gradients may come, likeliest first."""
    matrices = [n for n, (_, s) in wanted.items() if len(s) == 2 or sum(k != 1 for k in s) >= 2]
    named = [n for n in wanted if "b" not in plain(n).strip("0123456789/")[-5:]]
    for turn, words in ((1, ""), (-1, LAST_FIRST)):
        yield words, list(wanted)[::turn]
        for weights in (matrices, named):
            first, second = weights[::turn], [n for n in wanted if n not in weights][::turn]
            pairs = list(zip_longest(first, second))
            yield from ((words, order) for order in (first + second, _flat(pairs), second + first))
            yield words, _flat(pair[::-1] for pair in pairs)


def _flat(pairs) -> list[str]:
    return [n for pair in pairs for n in pair if n is not None]


def _by_shape(arrays, wanted) -> list[str | None]:
    """For each array the first parameter of its shape that is still free."""
    free, order = dict(wanted), []
    for a in arrays:
        name = next((n for n, (_, shape) in free.items() if fits(a, shape)), None)
        free.pop(name, None)
        order.append(name)
    return order
