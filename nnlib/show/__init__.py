"""Everything that draws: one style, pictures with alt text, films that answer in the browser, and the network itself."""

from nnlib.show.matplotlib_messages import quiet

quiet()  # before the first import of matplotlib

from nnlib.show.film import film  # noqa: E402
from nnlib.show.overlay import Overlay  # noqa: E402
from nnlib.show.picture import picture, svg_picture  # noqa: E402
from nnlib.show.style import INKS, axes  # noqa: E402

__all__ = ["INKS", "Overlay", "axes", "film", "picture", "svg_picture"]
