"""edge.py: fates and speeds are what the costs say, the map is the same however it is computed, dimensions are known."""

import concurrent.futures

import numpy as np
import pytest
from networks import one_by_one

from nnlib import edge, fates
from nnlib.edge import DIVERGED, LEARNED, STUCK, UNTOUCHED, EdgeMap, Window, boundary, box_dimension, classify, edge_map
from nnlib.show.gallery import FAMILIES, edge_image

CALM = Window(-1.2, -1.2, 1.0)  # every network converges here: two correct implementations must agree
ROUGH = Window(0.6, -0.4, 1.0)  # the edge runs through it


def costs_of(hidden, output, steps=200):
    """The costs of one pair of rates, as powers of ten: what every pixel is held against."""
    return one_by_one(*edge.problem(), (10**hidden, 10**output), steps, edge.ACTIVATIONS)[0]


def test_the_declared_problem():
    weights, biases, X, E = edge.problem()
    assert [W.shape for W in weights] == [(8, 8), (8, 1)] and X.shape == (16, 8) and E.shape == (16, 1)
    assert all((b == 0).all() for b in biases)
    again = edge.problem()
    assert np.array_equal(X, again[2]) and np.array_equal(weights[0], again[0][0])


def test_costs_equal_one_by_one_where_training_converges():
    columns, rows = CALM.axes(3)
    result = edge_map(CALM, 3, progress=None)
    for y in range(3):
        for x in range(3):
            share = costs_of(columns[x], rows[y])
            share /= share[0]
            assert abs(result.speed[y, x] - share.mean()) < 1e-12
            assert result.fate[y, x] == (LEARNED if share[-20:].mean() < fates.GOAL else STUCK)


def test_a_swapped_pair_of_rates_would_be_seen():
    """The planted bug of the test above: hidden and output rates exchanged give other costs."""
    window = Window(-1.5, -0.9, 0.1)
    result, (columns, rows) = edge_map(window, 1, progress=None), window.axes(1)
    share = costs_of(rows[0], columns[0])
    assert abs(result.speed[0, 0] - (share / share[0]).mean()) > 1e-3


def test_fates_in_the_rough_agree_with_one_by_one_when_early():
    """Where a network blows up within 30 steps, rounding has had no time to matter."""
    result, (columns, rows) = edge_map(Window(0.5, 0.8, 1.0), 4, progress=None), Window(0.5, 0.8, 1.0).axes(4)
    seen = 0
    for y, x in np.argwhere((result.fate == DIVERGED) & (result.speed < 30)):
        share = costs_of(columns[x], rows[y], steps=40)
        first = np.flatnonzero(~(share / share[0] <= fates.MAP_BLOWN_UP))[0]
        assert first - 1 <= result.speed[y, x] <= first
        seen += 1
    assert seen > 8


def test_classify_tells_the_fates_apart():
    steps = np.arange(201.0)
    with np.errstate(over="ignore"):
        costs = np.stack(
            [
                0.9**steps,  # learned
                np.full(201, 0.99),  # stuck: bounded is not learned
                1 + 0.5 * (-1) ** steps,  # stuck: swings for ever
                10.0 ** (steps / 10),  # diverged: 1e6 times the start at step 60
                np.where(steps < 7, 1, np.inf),  # diverged: out of the floats at step 7
                np.where(np.abs(steps - 50) < 2, 1e7, 0.5 ** np.minimum(steps, 60)),  # up and back again: it was lost
                np.where(steps < 190, 0.01, 2.0),  # it had learned, and lost it at the end
            ],
            axis=1,
        )
    costs[0] = np.where(costs[0] == 0, 1, costs[0])
    fate, speed = classify(costs * 3.0)
    assert fate.tolist() == [LEARNED, STUCK, STUCK, DIVERGED, DIVERGED, DIVERGED, STUCK]
    assert speed[3] == pytest.approx(60, abs=1e-9)
    assert 6 <= speed[4] <= 7
    assert speed[0] == pytest.approx((0.9**steps).mean())


def test_the_same_picture_however_it_is_computed():
    """One process, threads, two processes: the same chunks, so the same bits, in the chaotic part too."""
    one = edge_map(ROUGH, 80, steps=60, processes=1, progress=None)
    two = edge_map(ROUGH, 80, steps=60, processes=2, progress=None)
    with concurrent.futures.ThreadPoolExecutor(2) as threads:
        three = edge_map(ROUGH, 80, steps=60, executor=threads, progress=None)
    for other in (two, three):
        assert other.notes == () and not other.interrupted
        assert np.array_equal(one.fate, other.fate)
        assert np.array_equal(one.speed, other.speed)
    assert len(np.unique(one.fate)) == 3


@pytest.mark.oracle
def test_the_same_picture_on_a_dask_cluster():
    from dask import distributed

    here = edge_map(ROUGH, 80, steps=60, processes=1, progress=None)
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        with distributed.Client(cluster) as client:
            there = edge_map(ROUGH, 80, steps=60, executor=client.get_executor(), progress=None)
    assert np.array_equal(here.fate, there.fate)
    assert np.array_equal(here.speed, there.speed)


def test_an_interrupt_returns_the_part_that_is_done():
    def stop(done, total):
        if done == 1:
            raise KeyboardInterrupt

    part = edge_map(ROUGH, 80, steps=20, processes=1, progress=stop)
    whole = edge_map(ROUGH, 80, steps=20, processes=1, progress=None)
    assert part.interrupted and "interrupted" in part.notes[0]
    done = part.fate != UNTOUCHED
    assert 0 < done.sum() < done.size
    assert np.array_equal(part.fate[done], whole.fate[done])
    assert np.isnan(part.speed[~done]).all() and np.isfinite(part.speed[done]).all()
    assert (edge_image(part)[~done] == 1).all()
    assert "not computed" in part.shares()


def test_progress_is_reported():
    seen = []
    edge_map(ROUGH, 80, steps=5, processes=1, progress=lambda done, total: seen.append((done, total)))
    assert [done for done, _ in seen] == list(range(1, seen[0][1] + 1))


def test_grids_of_one_and_windows_at_the_limits():
    assert edge_map(Window(0, -1, 1e-9), 1, progress=None).fate.shape == (1, 1)
    tiny = edge_map(Window(-299, -299, 1), 2, progress=None)  # rates of 1e-299: nothing moves
    assert (tiny.fate == STUCK).all() and np.allclose(tiny.speed, 1)
    huge = edge_map(Window(299, 299, 1), 2, progress=None)  # rates of 1e299
    assert (huge.fate == DIVERGED).all() and (huge.speed < 2).all()
    assert np.isfinite(edge_image(huge)).all() and np.isfinite(edge_image(tiny)).all()


def test_windows_and_zooms():
    columns, rows = Window(1.0, -2.0, 2.0).axes(4)
    assert np.allclose(columns, [0.25, 0.75, 1.25, 1.75]) and np.allclose(rows, [-2.75, -2.25, -1.75, -1.25])
    assert Window(1, 2, 3).zoom(12) == Window(1, 2, 0.25)
    assert Window(1, 2, 3).zoom(3, hidden=1.5) == Window(1.5, 2, 1)


def test_the_gallery_is_nested_and_on_the_edge():
    for outer, inner in zip(edge.GALLERY, edge.GALLERY[1:]):
        assert inner.width == pytest.approx(outer.width / 12)
        assert abs(inner.hidden - outer.hidden) + inner.width / 2 < outer.width / 2
        assert abs(inner.output - outer.output) + inner.width / 2 < outer.width / 2
    for window in edge.GALLERY:
        assert {"learned", "diverged"} <= set(edge_map(window, 24, processes=1, progress=None).shares())


# ---- dimension: shapes that are known


def carpet(level):
    shape = np.ones((1, 1), bool)
    for _ in range(level):
        shape = np.block([[shape] * 3, [shape, np.zeros_like(shape), shape], [shape] * 3])
    return shape


@pytest.mark.parametrize(
    ("shape", "sizes", "wanted", "within"),
    [
        (np.arange(256)[:, None] == np.full(256, 100), (2, 4, 8, 16, 32), 1, 1e-9),
        (np.eye(256, dtype=bool), (2, 4, 8, 16, 32), 1, 1e-9),
        (np.ones((256, 256), bool), (2, 4, 8, 16, 32), 2, 1e-9),
        (carpet(5), (3, 9, 27, 81), np.log(8) / np.log(3), 1e-9),
        (carpet(5), (2, 4, 8, 16, 32), np.log(8) / np.log(3), 0.06),  # boxes that do not fit its own scale
    ],
)
def test_known_dimensions(shape, sizes, wanted, within):
    found = box_dimension(shape, sizes)
    assert found.estimate == pytest.approx(wanted, abs=within)
    assert 0 <= found.standard_error < 0.02
    assert len(found.local) == len(sizes) - 1


def test_a_circle_has_dimension_one_and_its_estimate_says_how_sure_it_is():
    y, x = np.mgrid[:512, :512]
    fate = np.where((y - 256) ** 2 + (x - 240) ** 2 < 170**2, LEARNED, DIVERGED)
    found = box_dimension(boundary(fate))
    assert abs(found.estimate - 1) < 0.06
    assert "+-" in str(found)


def test_boundary_sides_and_untouched():
    fate = np.array([[0, 1, 2], [0, 1, 2], [-1, -1, -1]])
    assert boundary(fate).astype(int).tolist() == [[0, 1, 0], [0, 1, 0], [0, 0, 0]]
    assert boundary(fate, inside=(LEARNED,)).astype(int).tolist() == [[1, 0, 0], [1, 0, 0], [0, 0, 0]]


@pytest.mark.parametrize(
    ("mask", "sizes", "says"),
    [
        (np.zeros((64, 64), bool), (2, 4, 8), "at least one pixel"),
        (np.ones((64, 64), bool), (2, 4), "three or more"),
        (np.ones((64, 64), bool), (2, 4, 128), "none above 64"),
        (np.ones((64, 64), bool), (0, 4, 8), "sizes"),
    ],
)
def test_bad_masks_and_sizes_are_refused(mask, sizes, says):
    with pytest.raises(ValueError, match=says):
        box_dimension(mask, sizes)


# ---- the picture


def test_no_shade_is_nearly_black_so_that_the_darkest_keep_their_hue():
    for fate, strong in ((LEARNED, "b"), (DIVERGED, "r")):
        colours = FAMILIES[fate][0]
        darkest = [int(colours[0][i : i + 2], 16) for i in (1, 3, 5)]
        assert max(darkest) == darkest["rgb".index(strong)] >= 50 and max(darkest) - min(darkest) >= 50


def test_the_picture_keeps_the_fates_apart():
    result = edge_map(ROUGH, 48, steps=200, processes=1, progress=None)
    image = edge_image(result)
    assert image.shape == (48, 48, 3) and image.min() >= 0 and image.max() <= 1
    red, blue = image[..., 0], image[..., 2]
    assert (blue[result.fate == LEARNED] > red[result.fate == LEARNED]).all()
    assert (red[result.fate == DIVERGED] > blue[result.fate == DIVERGED]).all()
    grey = image[result.fate == STUCK]
    assert np.ptp(grey, axis=1).max() < 0.05
    light = image @ [0.2126, 0.7152, 0.0722]  # the grade is in the lightness, which every eye sees
    for fate in (LEARNED, DIVERGED):
        here = result.fate == fate
        order = np.argsort(result.speed[here])
        assert (np.diff(light[here][order]) >= -1e-12).all()


def test_a_shade_means_the_same_in_every_window():
    """The same speed has the same colour whatever else is in the picture, and the scale's own speeds have its colours."""
    rng = np.random.default_rng(0)
    for fate, (colours, speeds) in FAMILIES.items():
        pictures = []
        for rest in (rng.uniform(0.06, 0.3, 60), rng.uniform(20, 90, 60)):
            speed = np.append(np.array(speeds, float), rest)[: 4 + 60]
            shape = (len(speed), 1)
            result = EdgeMap(Window(0, 0, 1), np.full(shape, fate, np.int8), speed.reshape(shape), 200, False, ())
            pictures.append(edge_image(result)[: min(4, len(speeds)), 0])
        assert (pictures[0] == pictures[1]).all()
        wanted = [[int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)] for colour in colours[: len(pictures[0])]]
        np.testing.assert_allclose(pictures[0], wanted, atol=1e-12)


def test_rates_are_told_apart_down_to_the_last_bits():
    assert all(Window(0.575, -0.4275, width).told_apart(256) for width in (1e-11, 1e-13, 3e-14))
    assert not any(Window(0.575, -0.4275, width).told_apart(256) for width in (1e-14, 1e-15))
