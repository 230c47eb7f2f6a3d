"""What pictures are drawn with: colours, and a brush on a canvas of one palette."""

import colorsys
import copy
import math
import random

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

SIZE = 288
_FINE = 2 * SIZE
_COARSE = SIZE // 2

Colour = tuple[int, int, int]


def parse_colour(text: str) -> Colour:
    """Reads RRGGBB."""
    return int(text[:2], 16), int(text[2:4], 16), int(text[4:6], 16)


def varied(colour: Colour, rng: random.Random, amount: float = 0.05) -> Colour:
    """A colour a little off in hue, saturation and light."""
    hue, light, saturation = colorsys.rgb_to_hls(*(c / 255 for c in colour))
    hue = (hue + rng.uniform(-amount, amount) * 0.6) % 1
    light = min(1.0, max(0.0, light + rng.uniform(-amount, amount)))
    saturation = min(1.0, max(0.0, saturation + rng.uniform(-amount, amount) * 2))
    red, green, blue = colorsys.hls_to_rgb(hue, light, saturation)
    return round(red * 255), round(green * 255), round(blue * 255)


def mixed(a: Colour, b: Colour, share: float) -> Colour:
    """The colour at `share` (0-1) of the way from a to b."""
    red, green, blue = (round(x + (y - x) * share) for x, y in zip(a, b, strict=True))
    return red, green, blue


def gradient(top: Colour, bottom: Colour, size: int = _FINE) -> Image.Image:
    """A square that goes from one colour to another, downwards."""
    share = np.linspace(0, 1, size)[:, None]
    rows = np.array(top) * (1 - share) + np.array(bottom) * share
    return Image.fromarray(np.repeat(rows[:, None, :], size, axis=1).astype(np.uint8))


_REACH = 2.2
"""How many radii of a light are painted."""


def _light() -> Image.Image:
    """A mask of light about its middle, exp(-r^2)."""
    rows, columns = np.mgrid[-_REACH:_REACH:129j, -_REACH:_REACH:129j]
    return Image.fromarray((255 * np.exp(-(rows**2) - columns**2)).astype(np.uint8))


_LIGHT = _light()


class Brush:
    """A canvas with a palette and the random numbers of one picture. Coordinates are 0-1, y down.

    Attributes:
        back, middle, accent: the palette.
        rng: random numbers.
    """

    def __init__(self, palette: tuple[Colour, Colour, Colour], rng: random.Random) -> None:
        self.back, self.middle, self.accent = palette
        self.rng = rng
        self.image = gradient(self.back, mixed(self.back, self.middle, 0.6))
        self.draw = ImageDraw.Draw(self.image)
        self._left, self._top, self._scale = 0.0, 0.0, 1.0

    def within(self, x: float, y: float, size: float) -> "Brush":
        """A brush on the same canvas whose 0-1 is a square of side `size` about (x, y)."""
        inner = copy.copy(self)
        inner._left = self._left + (x - size / 2) * self._scale
        inner._top = self._top + (y - size / 2) * self._scale
        inner._scale = self._scale * size
        return inner

    def centred(self, smallest: float = 0.65, largest: float = 0.95) -> "Brush":
        """A brush within a square somewhere about the middle, for a single thing."""
        size = self.rng.uniform(smallest, largest)
        return self.within(self.rng.uniform(0.42, 0.58), self.rng.uniform(0.46, 0.56), size)

    def _at(self, x: float, y: float) -> tuple[float, float]:
        """Pixels of a place."""
        return (self._left + x * self._scale) * _FINE, (self._top + y * self._scale) * _FINE

    def ground(self, top: Colour, bottom: Colour) -> None:
        """Paints everything over with a gradient."""
        self.image.paste(gradient(top, bottom))

    def disc(self, x: float, y: float, radius: float, colour: Colour) -> None:
        """A filled circle."""
        self.oval(x, y, radius, radius, colour)

    def oval(self, x: float, y: float, across: float, down: float, colour: Colour) -> None:
        """A filled ellipse with its half axes."""
        box = [*self._at(x - across, y - down), *self._at(x + across, y + down)]
        self.draw.ellipse(box, fill=colour)

    def ring(self, x: float, y: float, radius: float, colour: Colour, width: float) -> None:
        """The outline of a circle."""
        box = [*self._at(x - radius, y - radius), *self._at(x + radius, y + radius)]
        self.draw.ellipse(box, outline=colour, width=self._pixels(width))

    def box(self, left: float, top: float, right: float, bottom: float, colour: Colour) -> None:
        """A filled rectangle."""
        self.draw.rectangle([*self._at(left, top), *self._at(right, bottom)], fill=colour)

    def shape(self, points: list[tuple[float, float]], colour: Colour) -> None:
        """A filled polygon."""
        self.draw.polygon([self._at(x, y) for x, y in points], fill=colour)

    def line(self, points: list[tuple[float, float]], colour: Colour, width: float) -> None:
        """A line through points."""
        path = [self._at(x, y) for x, y in points]
        self.draw.line(path, fill=colour, width=self._pixels(width), joint="curve")

    def _pixels(self, width: float) -> int:
        return max(1, round(width * self._scale * _FINE))

    def ridge(self, height: float, rough: float, colour: Colour, waves: float = 3) -> None:
        """Everything below a wavy line at `height`."""
        shifts = [self.rng.uniform(0, 6.3) for _ in range(4)]
        points = [(0.0, 1.0)]
        for i in range(61):
            x = i / 60
            swell = sum(
                math.sin(x * waves * (k + 1) * 2 + shift) / (k + 1)
                for k, shift in enumerate(shifts)
            )
            points.append((x, height - rough * swell))
        self.shape([*points, (1.0, 1.0)], colour)

    def glow(self, x: float, y: float, radius: float, colour: Colour) -> None:
        """Light that spreads from a point."""
        side = max(2, round(2 * _REACH * radius * self._scale * _FINE))
        left, top = (round(place - side / 2) for place in self._at(x, y))
        self.image.paste(colour, (left, top), _LIGHT.resize((side, side)))

    def veil(self, cover: NDArray[np.float64], colour: Colour) -> None:
        """Lays a colour over the whole canvas; `cover` is square, 0 lets all through, 1 nothing."""
        mask = Image.fromarray((np.clip(cover, 0, 1) * 255).astype(np.uint8))
        fine = mask.resize((_FINE, _FINE), Image.Resampling.BILINEAR)
        self.image.paste(colour, (0, 0), fine)

    def swells(self, across: int, down: int | None = None) -> NDArray[np.float64]:
        """Smooth noise of 0-1 for a veil, with so many swells across and down at its coarsest."""
        noise = np.random.default_rng(self.rng.getrandbits(32))
        total = np.zeros((_COARSE, _COARSE))
        for octave in (1, 2, 4):
            cells = noise.random(((down or across) * octave, across * octave)) * 255
            fine = Image.fromarray(cells.astype(np.uint8)).resize(
                total.shape, Image.Resampling.BICUBIC
            )
            total += np.asarray(fine) / (255 * octave * 1.75)
        return total

    def blur(self, pixels: float) -> None:
        """Softens what has been painted so far."""
        small = self.image.reduce(2).filter(ImageFilter.GaussianBlur(pixels / 2))
        self.image.paste(small.resize((_FINE, _FINE), Image.Resampling.BILINEAR))

    def finished(self) -> Image.Image:
        """The picture at its final size."""
        return self.image.resize((SIZE, SIZE), Image.Resampling.LANCZOS)
