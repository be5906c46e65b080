"""The data sets: XOR as the question has it; the digits whole, unchanged, licensed, and split as the seed says."""

import gzip
import hashlib
from pathlib import Path

import numpy as np
import pytest

from nnlib import data

# Of the rows in scikit-learn's own digits.csv.gz, unpacked.
DIGEST = "6ebb3d2fee246a4e99363262ddf8a00a3c41bee6014c373ed9d9216ba7f651b8"


def test_xor_is_one_where_exactly_one_input_is():
    X, E = data.xor()
    assert X.shape == (4, 2) and E.shape == (4, 1) and X.dtype == E.dtype == float
    assert (E[:, 0] == (X.sum(axis=1) == 1)).all() and len({tuple(x) for x in X}) == 4


def test_the_callers_changes_stay_with_the_caller():
    X, _ = data.xor()
    X += 5
    assert data.xor()[0].max() == 1


def test_digits_are_all_there_and_one_hot():
    X_train, E_train, X_test, E_test = data.digits()
    assert X_train.shape == (1438, 64) and X_test.shape == (359, 64)
    assert E_train.shape == (1438, 10) and E_test.shape == (359, 10)
    X, E = np.r_[X_train, X_test], np.r_[E_train, E_test]
    assert X.min() == 0 and X.max() == 1 and (X * 16 == np.round(X * 16)).all()
    assert (E.sum(axis=1) == 1).all() and set(np.unique(E)) == {0, 1}
    assert E.sum(axis=0).astype(int).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]


def test_the_split_follows_the_seed_and_loses_nothing():
    first, again, other = data.digits(1), data.digits(1), data.digits(2)
    assert all((a == b).all() for a, b in zip(first, again))
    assert not (first[0] == other[0]).all()
    sums = [np.sort(np.r_[s[0], s[2]] @ np.arange(1, 65)) for s in (first, other)]
    assert np.allclose(*sums)


@pytest.mark.parametrize("share", [0.1, 0.2, 0.3, 1 / 3, 0.5, 0.7, 0.9])
def test_a_share_of_the_digits_is_rounded_to_the_nearest_sample(share):
    X, _, X_test, _ = data.digits(test_share=share)
    assert len(X) + len(X_test) == 1797 and abs(len(X_test) - share * 1797) <= 0.5
    assert any(abs(int(s * 1797) - s * 1797) > 0.5 for s in (0.1, 0.3, 0.7)), "cutting off instead would be seen"


def test_the_file_is_the_original_and_has_not_been_touched():
    rows = gzip.decompress(data.DIGITS_FILE.read_bytes())
    assert digest(rows) == DIGEST
    assert digest(rows.replace(b"16", b"15", 1)) != DIGEST  # one count of ink changed


def digest(rows):
    return hashlib.sha256(rows).hexdigest()


@pytest.mark.oracle
def test_the_file_is_the_one_in_scikit_learn():
    from sklearn import datasets

    theirs = datasets.load_digits()
    table = np.loadtxt(data.DIGITS_FILE, delimiter=",")
    assert (table[:, :64] == theirs.data).all() and (table[:, 64] == theirs.target).all()


def test_source_and_licence_stand_beside_the_file():
    words = (Path(data.__file__).parent / "digits.md").read_text(encoding="utf-8")
    assert "CC BY 4.0" in words and "doi:10.24432/C50P49" in words and "Alpaydin" in words
