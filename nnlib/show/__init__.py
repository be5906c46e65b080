"""Everything that draws: one style, pictures with alt text, films that answer in the browser, and widgets.

A function of these modules returns a picture, or axes that `picture` makes one of with the words of a lesson, or a scene,
which is asked for a film or for a still. The parts:

style, picture, raster, svg       how everything looks, pictures as HTML, drawings as SVG text
scene, overlay, film              a picture for each value of a slider, what moves in it, and the page of it all
panels, handlers                  that page on a phone, and what its controls do in the browser
cells                             widgets under a cell, among them the buttons of a question

The pictures, by kind:

curves, bars, slopes, minimum     numbers over steps, in rows, as tangents, and around a minimum
bowl, ravine, catapult, maps      seen from above: a cost over two numbers with paths, and answers over two inputs
digits                            handwritten digits, and the weights of the network that reads them
network, gradient_flow, passing   a network with its numbers, forward and backward, as neurons or as a list of layers
matrices, table, sources          products number by number, a batch line by line, formulas of other books
laboratory, trial_picture         the learning-rate laboratory, and one trial as a picture
edge_zoom, gallery                the edge of trainability, to zoom into and as stored pictures
"""

from nnlib.show.matplotlib_messages import quiet

quiet()  # before the first import of matplotlib

from nnlib.show.overlay import Overlay  # noqa: E402
from nnlib.show.picture import picture, svg_picture  # noqa: E402
from nnlib.show.scene import Scene  # noqa: E402
from nnlib.show.style import INKS, axes  # noqa: E402

__all__ = ["INKS", "Overlay", "Scene", "axes", "picture", "svg_picture"]
