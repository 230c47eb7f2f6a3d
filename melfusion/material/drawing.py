"""Draws simple scenes in a palette; the same random numbers give the same picture."""

import random

from PIL import Image

from .brush import Brush, parse_colour, varied
from .creatures import CREATURES
from .landmarks import LANDMARKS
from .nature import NATURE
from .places import PLACES
from .plants import PLANTS
from .textures import TEXTURES
from .things import THINGS

_VIEWS = NATURE | PLACES | LANDMARKS | THINGS | PLANTS | CREATURES | TEXTURES
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
