"""The styles of the training material: what is played, on what, and in which words it is told."""

from .band import BAND
from .breaks import BREAKS
from .club import CLUB
from .folk import FOLK
from .jazz import JAZZ
from .screen import SCREEN
from .soul import SOUL
from .style import Groove, Pattern, Style
from .urban import URBAN

STYLES: dict[str, Style] = {
    style.name: style
    for family in (CLUB, BREAKS, URBAN, BAND, SOUL, JAZZ, FOLK, SCREEN)
    for style in family
}
"""Every style by its name."""

__all__ = ["STYLES", "Groove", "Pattern", "Style"]
