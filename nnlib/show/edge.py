"""The edge of trainability as a picture: three fates in three families of colour, each graded by how fast."""

from __future__ import annotations

import numpy as np

from nnlib.edge import DIVERGED, LEARNED, STUCK, EdgeMap

# Each family runs from the calm to the edge, dark to light: blue for learned, grey for stuck, orange for diverged. Blue,
# grey and orange stay apart for every common kind of colour blindness: no shade is nearly black. The middle ones are
# Okabe and Ito's.
LEARNED_COLOURS = ("#061f44", "#0c4079", "#0072b2", "#56b4e9", "#d9f1ff")  # from fast to slow
STUCK_COLOURS = ("#77777a", "#55555a", "#3a3a40")  # from a cost near the goal to a cost far above the start
DIVERGED_COLOURS = ("#341000", "#6e2500", "#bc4e00", "#e69f00", "#ffefb0")  # from blown up at once to at the last step
UNTOUCHED_COLOUR = "#ffffff"


def edge_image(result: EdgeMap) -> np.ndarray:
    """An RGB array of shape (pixels, pixels, 3), 0 to 1, first row at the bottom: draw it with origin="lower".

    Learned is blue, darkest where the cost fell fastest; diverged is orange, darkest where it blew up at once; both grow
    light towards the edge. Stuck is grey. What an interrupt left out is white.
    """
    image = np.empty((*result.fate.shape, 3))
    image[:] = _rgb(UNTOUCHED_COLOUR)
    for code, colours in ((LEARNED, LEARNED_COLOURS), (STUCK, STUCK_COLOURS), (DIVERGED, DIVERGED_COLOURS)):
        here = result.fate == code
        image[here] = _ramp(colours, _ranks(result.speed[here]))
    return image


def _ranks(values):
    """Each value's place among all of them, from 0 to 1, equal values sharing one: so every window uses all its shades."""
    _, first, repeats = np.unique(values, return_inverse=True, return_counts=True)
    middle = np.cumsum(repeats) - (repeats + 1) / 2
    return middle[first] / max(len(values) - 1, 1)


def _ramp(colours, grade):
    stops, table = np.linspace(0, 1, len(colours)), np.array([_rgb(colour) for colour in colours])
    return np.stack([np.interp(grade, stops, channel) for channel in table.T], axis=-1)


def _rgb(colour):
    return [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
