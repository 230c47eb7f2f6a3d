"""What pictures are drawn with: colours, and a brush on a canvas of one palette."""

import colorsys
import math
import random

import numpy as np
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

    def ground(self, top: Colour, bottom: Colour) -> None:
        """Paints everything over with a gradient."""
        self.image.paste(gradient(top, bottom))

    def disc(self, x: float, y: float, radius: float, colour: Colour) -> None:
        """A filled circle."""
        box = [(x - radius) * _FINE, (y - radius) * _FINE, (x + radius) * _FINE]
        self.draw.ellipse([*box, (y + radius) * _FINE], fill=colour)

    def box(self, left: float, top: float, right: float, bottom: float, colour: Colour) -> None:
        """A filled rectangle."""
        self.draw.rectangle([v * _FINE for v in (left, top, right, bottom)], fill=colour)

    def shape(self, points: list[tuple[float, float]], colour: Colour) -> None:
        """A filled polygon."""
        self.draw.polygon([(x * _FINE, y * _FINE) for x, y in points], fill=colour)

    def line(self, points: list[tuple[float, float]], colour: Colour, width: float) -> None:
        """A line through points."""
        path = [(x * _FINE, y * _FINE) for x, y in points]
        self.draw.line(path, fill=colour, width=max(1, round(width * _FINE)), joint="curve")

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
        rows, columns = np.mgrid[0:_COARSE, 0:_COARSE] / _COARSE
        light = 255 * np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / radius**2)
        mask = Image.fromarray(light.astype(np.uint8)).resize((_FINE, _FINE))
        self.image.paste(colour, (0, 0), mask)

    def blur(self, pixels: float) -> None:
        """Softens what has been painted so far."""
        self.image.paste(self.image.filter(ImageFilter.GaussianBlur(pixels)))

    def finished(self) -> Image.Image:
        """The picture at its final size."""
        return self.image.resize((SIZE, SIZE), Image.Resampling.LANCZOS)
