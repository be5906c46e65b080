"""The edge of trainability as a picture: three fates in three families of colour, each graded by how fast."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from nnlib.edge import DIVERGED, LEARNED, STUCK, EdgeMap

# Each family runs from the calm to the edge, dark to light: blue for learned, grey for stuck, orange for diverged. Blue,
# grey and orange stay apart for every common kind of colour blindness: no shade is nearly black. The middle ones are
# Okabe and Ito's. Beside each family stands the speed (edge.EdgeMap) that each of its shades means, the same in every
# window: between them the logarithm is interpolated, beyond them the last shade stays.
FAMILIES = {
    # learned: the mean cost over all steps, as a share of the cost at the start
    LEARNED: (("#061f44", "#0c4079", "#0072b2", "#56b4e9", "#d9f1ff"), (0.05, 0.09, 0.15, 0.26, 0.8)),
    # stuck: the same share
    STUCK: (("#77777a", "#55555a", "#3a3a40"), (0.1, 0.7, 1000)),
    # diverged: the step at which the cost passed all bounds
    DIVERGED: (("#341000", "#6e2500", "#bc4e00", "#e69f00", "#ffefb0"), (1.6, 4, 10, 30, 150)),
}
UNTOUCHED_COLOUR = "#ffffff"


def edge_image(result: EdgeMap, shades: Mapping[int, int] | None = None) -> np.ndarray:
    """An RGB array of shape (pixels, pixels, 3), 0 to 1, first row at the bottom: draw it with origin="lower".

    Learned is blue, darkest where the cost fell fastest; diverged is orange, darkest where it blew up at once; both grow
    light towards the edge. Stuck is grey. What an interrupt left out is white. A shade means the same in every window.
    `shades` allows each fate so many steps from dark to light, so that a palette can hold them.
    """
    image = np.empty((*result.fate.shape, 3))
    image[:] = _rgb(UNTOUCHED_COLOUR)
    for code, (colours, speeds) in FAMILIES.items():
        here = result.fate == code
        grade = _grade(result.speed[here], speeds)
        if shades:
            grade = np.round(grade * (shades[code] - 1)) / (shades[code] - 1)
        image[here] = _ramp(colours, grade)
    return image


def _grade(speed, speeds):
    """Where each speed stands on the scale of its fate, from 0 (dark) to 1 (light)."""
    return np.interp(np.log(np.maximum(speed, 1e-300)), np.log(speeds), np.linspace(0, 1, len(speeds)))


def _ramp(colours, grade):
    stops, table = np.linspace(0, 1, len(colours)), np.array([_rgb(colour) for colour in colours])
    return np.stack([np.interp(grade, stops, channel) for channel in table.T], axis=-1)


def _rgb(colour):
    return [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
