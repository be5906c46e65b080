"""Which returned (or kept) array is the gradient of which parameter: by name, by order, by shape."""

from __future__ import annotations

import itertools
import re

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


def left_behind(after, names=()) -> list[tuple[tuple, np.ndarray]]:
    """Float values named like gradients (dW1, grad_b, layer.dw, grads["W1"], value.grad) that hang on the code after a call."""
    found = []
    for leaf in after:
        keys = [str(k) for _, k in leaf.path]
        if any(MARKS.search(k) or (k.startswith("d") and k[1:] in names) for k in keys):
            found.append((tuple(k for _, k in leaf.path), np.array(leaf.value, dtype=float)))
    return found


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


def fits(array: np.ndarray, shape: tuple) -> bool:
    """The same shape, axes of length one aside."""
    return array.shape == shape or [n for n in array.shape if n != 1] == [n for n in shape if n != 1]


def claimed(found, left, wanted) -> tuple[dict[str, np.ndarray | None], str]:
    """`match` for what was returned; where none of that fits (a cost, say), for what was left behind as attributes."""
    best = ({}, "")
    apart = [(p, n) for p, a in found for n in (a if a.ndim == 1 and len(found) < len(wanted) else [a])]
    found = [(p, np.asarray(n)) for p, n in apart] if len(apart) == len(wanted) else found  # one number for each bias
    for arrays in (found, left):
        if arrays:
            given, words = match(arrays, wanted)
            usable = sum(a is not None and (np.ndim(a) > 0 or not wanted[n][1]) for n, a in given.items())
            if usable > len([a for a in best[0].values() if a is not None]):
                best = given, words
    return best


def match(found, wanted: dict[str, tuple[tuple, tuple]]) -> tuple[dict[str, np.ndarray | None], str]:
    """{parameter: its gradient or None}, and a word on how the arrays were read.

    `found` holds (path, array) pairs, `wanted` {name: (path, shape)}. Names decide where there are any; otherwise the
    order: as the parameters stand, weights before biases or each with its bias, first layer first or last.
    """
    by_key: dict[str, list] = {}
    for path, array in found:
        if any(isinstance(k, str) for k in path):
            by_key.setdefault(key_of(path), []).append(array)
            bare = key_of([k[1:] if isinstance(k, str) and k.startswith("d") else k for k in path])
            if bare != key_of(path):
                by_key.setdefault(bare, []).append(array)
    if by_key:
        named = {n: by_key.get(key_of([k for _, k in path]), [None])[0] for n, (path, _) in wanted.items()}
        if not any(a is not None for a in named.values()):  # grads["W1"] beside params["W1"]: the last keys decide
            last: dict[str, list] = {}
            for key, arrays in by_key.items():
                last.setdefault(_tail(key), []).extend(arrays)
            named = {n: _unique(last.get(_tail(key_of([k for _, k in path])))) for n, (path, _) in wanted.items()}
        if any(a is not None for a in named.values()):
            return named, ""
    arrays = [a for _, a in found]
    if len(arrays) == 1 and len(wanted) > 1:
        sizes = [int(np.prod(shape)) for _, shape in wanted.values()]
        if arrays[0].size == sum(sizes):
            parts = np.split(arrays[0].ravel(), np.cumsum(sizes)[:-1])
            return {n: p.reshape(s) for (n, (_, s)), p in zip(wanted.items(), parts)}, "one flat array"
    return _by_order(arrays, wanted)


def _tail(key: str) -> str:
    return key.rsplit("/", 1)[-1]


def _unique(arrays):
    return arrays[0] if arrays and len(arrays) == 1 else None


def _by_order(arrays, wanted):
    names, shapes = list(wanted), [shape for _, shape in wanted.values()]
    if len(arrays) != len(names) and all(shapes):  # layers without parameters give a number in their place
        arrays = [a for a in arrays if a.ndim]
    matrices = [n for n, s in zip(names, shapes) if len([k for k in s if k != 1]) >= 2 or (len(s) == 2 and min(s) > 0)]
    vectors = [n for n in names if n not in matrices]
    letters = [n for n in names if re.search(r"[bB]", plain(n).strip("0123456789/")[-5:])]
    orders = [("", names)]
    for first, second in ((matrices, vectors), ([n for n in names if n not in letters], letters)):
        pairs = list(itertools.zip_longest(first, second))
        orders += [("", first + second), ("", _flat(pairs)), ("", second + first)]
        orders += [("from the last layer to the first", _flat(pairs[::-1]))]
    orders += [("from the last layer to the first", order[::-1]) for _, order in orders[:]]
    orders += [("from the last layer to the first", matrices[::-1] + vectors[::-1])]
    if len(arrays) != len(names):
        orders = [(word, order[: len(arrays)]) for word, order in orders if len(arrays) < len(names)]
    orders += [("by their shapes", _by_shape(arrays, wanted))]
    word, order = max(orders, key=lambda o: sum(n is not None and fits(a, wanted[n][1]) for a, n in zip(arrays, o[1])))
    given = dict(zip(order, arrays))
    return {n: given.get(n) for n in names}, word


def _flat(pairs) -> list[str]:
    return [n for pair in pairs for n in pair if n is not None]


def _by_shape(arrays, wanted) -> list[str | None]:
    """For each array the first parameter of its shape that is still free."""
    free = dict(wanted)
    order = []
    for a in arrays:
        name = next((n for n, (_, shape) in free.items() if fits(a, shape)), None)
        free.pop(name, None)
        order.append(name)
    return order
