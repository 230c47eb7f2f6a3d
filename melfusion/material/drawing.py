"""Draws simple scenes in a palette; the same random numbers give the same picture."""

import random

from PIL import Image

from .brush import Brush, parse_colour, varied
from .nature import NATURE
from .places import PLACES

_VIEWS = NATURE | PLACES
VIEWS = tuple(_VIEWS)
"""The names of what can be drawn."""


def draw(view: str, colours: tuple[str, ...], rng: random.Random) -> Image.Image:
    """Draws a view.

    Args:
        view: a name in VIEWS.
        colours: background, middle and accent as RRGGBB; each picture varies them a little.
        rng: what makes one picture of a view unlike the next.

    Returns:
        RGB, SIZE x SIZE pixels.
    """
    back, middle, accent = (varied(parse_colour(colour), rng) for colour in colours)
    brush = Brush((back, middle, accent), rng)
    _VIEWS[view](brush)
    return brush.finished()
