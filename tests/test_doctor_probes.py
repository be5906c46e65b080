"""The probe problems are the same on every machine: widths, samples, rates and the size of what is drawn."""

import numpy as np
import pytest

from nnlib.doctor.probes import INTEGER_WEIGHTS, INTEGERS, LARGE, SATURATED, SECOND, SQUARE, TABLE, probe

# Widths, samples, rate, and the sums of the sizes of all weights, biases, inputs and targets: the tolerances and the
# table of mistakes are tried on these numbers, and another draw would be another doctor.
DRAWN = {
    "main": ((3, 5, 6, 4), 7, 0.7, 57.859618, 6.029527, 15.426347, 16.674574),
    "three": ((6, 4, 5, 8), 3, 1.3, 73.559238, 10.692497, 15.945306, 20.886635),
    "equal widths": ((4, 4, 4, 4), 6, 0.9, 47.007021, 6.185881, 19.613357, 10.561752),
    "all equal": ((5, 5, 5, 5), 5, 0.6, 62.076230, 5.410829, 19.377362, 13.483723),
    "one sample": ((3, 5, 4, 2), 1, 1.7, 31.168868, 7.053052, 1.266536, 0.788345),
    "one output": ((3, 4, 5, 1), 6, 0.8, 28.678197, 5.371220, 14.029291, 2.492865),
    "one input": ((1, 4, 3, 2), 5, 0.8, 13.960493, 2.440246, 6.300599, 5.715617),
    "two layers": ((3, 5, 4), 6, 1.1, 29.229494, 4.019788, 19.235753, 11.783001),
    "four layers": ((3, 4, 6, 5, 2), 7, 0.5, 73.973921, 11.060143, 14.733845, 7.523710),
    "many samples": ((2, 3, 4, 3), 131, 1.2, 18.019038, 3.605562, 207.708255, 196.368810),
    SECOND: ((3, 5, 6, 4), 7, 0.7, 55.677465, 8.531611, 21.004141, 14.889973),
    INTEGERS: ((3, 5, 6, 4), 8, 0.7, 46.355276, 6.684132, 39.000000, 15.000000),
    INTEGER_WEIGHTS: ((3, 5, 6, 4), 8, 0.7, 82.000000, 19.000000, 11.239679, 17.795330),
    SATURATED: ((3, 5, 6, 4), 7, 0.7, 54.453596, 2702.791610, 16.183339, 14.739892),
    LARGE: ((3, 5, 6, 4), 7, 0.7, 56.821693, 10.310966, 22.552858, 3783.743319),
}


@pytest.mark.parametrize("name", DRAWN)
def test_each_problem_is_drawn_as_ever(name):
    p, (sizes, T, rate, *sums) = probe(name), DRAWN[name]
    assert (p.name, p.sizes, len(p.X), p.rate) == (name, sizes, T, rate)
    assert p.E.shape == (T, sizes[-1]) and p.X.shape == (T, sizes[0])
    mine = [sum(np.abs(v).sum() for v in group) for group in (p.weights, p.biases, [p.X], [p.E])]
    assert mine == pytest.approx(sums, abs=1e-5)
    assert set(TABLE) < set(DRAWN) and SQUARE in TABLE


def test_integers_of_both_signs_where_integers_are_promised():
    assert set(np.unique(probe(INTEGERS).X)) == set(range(-3, 4)) and set(np.unique(probe(INTEGERS).E)) == {0, 1}
    p = probe(INTEGER_WEIGHTS)
    assert {int(v) for w in (*p.weights, *p.biases) for v in w.ravel()} == set(range(-2, 3))
    for b in probe(SATURATED).biases:
        assert b[:3].tolist() == [800.0, 50.0, -50.0] and np.abs(b[3:]).max() < 2


def test_an_unknown_name_is_refused():
    with pytest.raises(ValueError, match="expected one of main, three"):
        probe("fourth")
