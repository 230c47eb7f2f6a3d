"""Draws simple scenes in a palette: skies, seas, cities, woods, fires, rooms and patterns.

Every view is a function of a brush; the same random numbers give the same picture.
"""

import colorsys
import math
import random
from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

SIZE = 288
_FINE = 2 * SIZE

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
        rows, columns = np.mgrid[0:_FINE, 0:_FINE] / _FINE
        light = np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / radius**2)[..., None]
        pixels = np.asarray(self.image, dtype=float)
        lit = pixels + (np.array(colour) - pixels) * light
        self.image.paste(Image.fromarray(lit.astype(np.uint8)))

    def finished(self) -> Image.Image:
        """The picture at its final size."""
        return self.image.resize((SIZE, SIZE), Image.Resampling.LANCZOS)


def _sky(b: Brush) -> None:
    for _ in range(b.rng.randint(3, 7)):
        x, y = b.rng.random(), b.rng.uniform(0.1, 0.8)
        for _ in range(7):
            dx, dy = b.rng.uniform(-0.12, 0.12), b.rng.uniform(-0.03, 0.03)
            b.disc(x + dx, y + dy, b.rng.uniform(0.04, 0.09), mixed(b.middle, (255, 255, 255), 0.6))
    b.image.paste(b.image.filter(ImageFilter.GaussianBlur(5)))


def _sun(b: Brush) -> None:
    x, y = b.rng.uniform(0.25, 0.75), b.rng.uniform(0.15, 0.4)
    for i in range(16):
        angle = i * math.pi / 8
        tip = (x + 0.26 * math.cos(angle), y + 0.26 * math.sin(angle))
        b.line([(x, y), tip], (255, 236, 150), 0.012)
    b.disc(x, y, 0.13, (255, 214, 60))
    b.ridge(0.85, 0.02, b.accent)


def _sunset(b: Brush) -> None:
    b.ground(b.middle, b.back)
    x, y = b.rng.uniform(0.3, 0.7), b.rng.uniform(0.5, 0.65)
    b.glow(x, y, 0.35, b.accent)
    b.disc(x, y, 0.13, mixed(b.accent, (255, 255, 255), 0.25))
    b.ridge(0.75, 0.03, mixed(b.middle, (0, 0, 0), 0.55))


def _sea(b: Brush) -> None:
    horizon = b.rng.uniform(0.4, 0.6)
    b.ground(mixed(b.back, (255, 255, 255), 0.3), b.back)
    if b.rng.random() < 0.5:
        b.disc(b.rng.uniform(0.2, 0.8), horizon - 0.18, 0.07, mixed(b.accent, (255, 240, 200), 0.7))
    for i in range(9):
        shade = mixed(mixed(b.back, (0, 60, 120), 0.5), b.middle, i / 14)
        b.ridge(horizon + i * (1 - horizon) / 9, 0.006 + 0.002 * i, shade, 6)
    if b.rng.random() < 0.5:
        b.ridge(0.86, 0.02, (238, 214, 160))


def _hills(b: Brush) -> None:
    for i in range(4):
        b.ridge(0.45 + 0.14 * i, 0.05, mixed(b.middle, b.accent, i / 5), 2)


def _mountains(b: Brush) -> None:
    for i in range(3):
        base = 0.6 + 0.15 * i
        for _ in range(4):
            x, tall = b.rng.uniform(-0.1, 1.1), b.rng.uniform(0.2, 0.45)
            wide = tall * b.rng.uniform(0.6, 0.9)
            shade = mixed(b.middle, (20, 30, 40), i / 4)
            b.shape([(x - wide, base), (x, base - tall), (x + wide, base)], shade)
            cap = [(x - wide * 0.22, base - tall * 0.78), (x, base - tall)]
            b.shape([*cap, (x + wide * 0.22, base - tall * 0.78)], (244, 247, 250))
        b.box(0, base - 0.005, 1, 1, mixed(b.middle, (20, 30, 40), i / 4 + 0.1))


def _dunes(b: Brush) -> None:
    b.disc(b.rng.uniform(0.2, 0.8), 0.2, 0.08, (255, 236, 170))
    for i in range(4):
        b.ridge(0.5 + 0.13 * i, 0.06, mixed(b.back, b.middle, 0.25 + 0.2 * i), 1.5)


def _meadow(b: Brush) -> None:
    b.ground(mixed(b.back, (170, 215, 255), 0.6), b.back)
    b.ridge(0.5, 0.03, (110, 170, 80), 2)
    for _ in range(70):
        y = b.rng.uniform(0.55, 0.98)
        x, radius = b.rng.random(), 0.008 + 0.025 * (y - 0.5)
        colour = b.rng.choice((b.middle, b.accent, (255, 255, 255)))
        for i in range(5):
            angle = i * 2 * math.pi / 5
            b.disc(x + radius * math.cos(angle), y + radius * math.sin(angle), radius * 0.7, colour)
        b.disc(x, y, radius * 0.6, (250, 210, 60))


def _forest(b: Brush) -> None:
    b.ground(mixed(b.back, b.accent, 0.6), b.back)
    for i in range(40):
        depth = i / 40
        x, base = b.rng.random(), 0.55 + 0.45 * depth
        tall, shade = 0.25 + 0.3 * depth, mixed(b.accent, mixed(b.back, b.middle, 0.4), depth)
        b.box(x - 0.008, base - 0.1, x + 0.008, base, (70, 50, 35))
        for k in range(3):
            wide, top = 0.09 * (1 - k * 0.22), base - 0.06 - k * tall * 0.25
            b.shape([(x - wide, top), (x, top - tall * 0.45), (x + wide, top)], shade)


def _city(b: Brush, lit: bool = True) -> None:
    b.ground(b.back, mixed(b.back, b.middle, 0.7))
    for layer in range(3):
        x, shade = 0.0, mixed(b.middle, (8, 10, 20) if lit else (90, 100, 115), layer / 2.5)
        while x < 1:
            wide, top = b.rng.uniform(0.06, 0.15), b.rng.uniform(0.2, 0.55) + 0.12 * layer
            b.box(x, top, x + wide, 1, shade)
            for row in range(int((1 - top) / 0.035)):
                for column in range(int(wide / 0.025)):
                    if b.rng.random() < (0.45 if lit else 0.7):
                        left, up = x + 0.006 + column * 0.025, top + 0.012 + row * 0.035
                        window = b.accent if lit else mixed(shade, (255, 255, 255), 0.35)
                        b.box(left, up, left + 0.012, up + 0.016, window)
            x += wide + b.rng.uniform(0, 0.02)


def _cityday(b: Brush) -> None:
    _city(b, lit=False)


def _rain(b: Brush) -> None:
    for _ in range(6):
        tint = mixed(b.middle, b.accent, b.rng.random())
        b.glow(b.rng.random(), b.rng.random(), b.rng.uniform(0.08, 0.2), tint)
    for _ in range(130):
        x, y, long = b.rng.random(), b.rng.random(), b.rng.uniform(0.03, 0.1)
        b.line([(x, y), (x - long * 0.2, y + long)], mixed(b.accent, (255, 255, 255), 0.4), 0.003)
    for _ in range(50):
        b.disc(b.rng.random(), b.rng.random(), b.rng.uniform(0.003, 0.011), b.accent)


def _storm(b: Brush) -> None:
    b.ground(mixed(b.back, (0, 0, 0), 0.4), b.middle)
    for _ in range(25):
        shade = mixed(b.back, b.middle, b.rng.random())
        b.disc(b.rng.random(), b.rng.uniform(0, 0.35), b.rng.uniform(0.06, 0.16), shade)
    for _ in range(b.rng.randint(1, 3)):
        x, path = b.rng.uniform(0.2, 0.8), []
        for i in range(8):
            path.append((x, 0.25 + i * 0.09))
            x += b.rng.uniform(-0.07, 0.07)
        b.glow(path[4][0], 0.5, 0.2, mixed(b.middle, b.accent, 0.5))
        b.line(path, mixed(b.accent, (255, 255, 255), 0.5), 0.012)
    b.ridge(0.9, 0.03, (15, 15, 20))


def _snow(b: Brush) -> None:
    b.ridge(0.7, 0.04, mixed(b.middle, (255, 255, 255), 0.5), 2)
    b.ridge(0.8, 0.03, (250, 252, 255), 2)
    for _ in range(8):
        x, base = b.rng.random(), b.rng.uniform(0.72, 0.85)
        for k in range(3):
            top = base - 0.05 * k
            b.shape([(x - 0.05, top), (x, top - 0.1), (x + 0.05, top)], (60, 95, 85))
    for _ in range(160):
        b.disc(b.rng.random(), b.rng.random(), b.rng.uniform(0.003, 0.01), (255, 255, 255))


def _stars(b: Brush) -> None:
    for _ in range(4):
        b.glow(b.rng.random(), b.rng.random(), b.rng.uniform(0.15, 0.35), b.middle)
    for _ in range(180):
        bright = mixed(b.middle, (255, 255, 255), b.rng.random())
        b.disc(b.rng.random(), b.rng.random(), b.rng.choice((0.002, 0.003, 0.005)), bright)
    if b.rng.random() < 0.5:
        x, y, radius = b.rng.uniform(0.2, 0.8), b.rng.uniform(0.2, 0.8), b.rng.uniform(0.06, 0.16)
        b.disc(x, y, radius, mixed(b.accent, b.middle, 0.4))
        b.disc(x - radius * 0.2, y - radius * 0.2, radius * 0.7, mixed(b.accent, b.middle, 0.2))


def _moon(b: Brush) -> None:
    b.ground(mixed(b.back, (0, 0, 0), 0.3), b.middle)
    for _ in range(60):
        b.disc(b.rng.random(), b.rng.uniform(0, 0.7), 0.003, (255, 255, 255))
    x, y, radius = b.rng.uniform(0.3, 0.7), b.rng.uniform(0.2, 0.4), b.rng.uniform(0.1, 0.16)
    b.glow(x, y, radius * 2, mixed(b.middle, (244, 241, 222), 0.5))
    b.disc(x, y, radius, (244, 241, 222))
    for _ in range(5):
        dx, dy = (b.rng.uniform(-0.5, 0.5) * radius for _ in range(2))
        b.disc(x + dx, y + dy, radius * 0.13, (222, 218, 195))
    b.ridge(0.82, 0.04, mixed(b.back, (0, 0, 0), 0.5))


def _neon(b: Brush) -> None:
    b.ground(mixed(b.back, (0, 0, 0), 0.3), b.back)
    for _ in range(b.rng.randint(4, 7)):
        x, y = b.rng.uniform(0.1, 0.9), b.rng.uniform(0.1, 0.65)
        wide, tall = b.rng.uniform(0.05, 0.18), b.rng.uniform(0.04, 0.14)
        colour = b.rng.choice((b.middle, b.accent, mixed(b.middle, b.accent, 0.5)))
        b.glow(x, y, 0.14, mixed(b.back, colour, 0.7))
        corners = [(x - wide, y - tall), (x + wide, y - tall), (x + wide, y + tall)]
        if b.rng.random() < 0.5:
            corners = [(x + wide * math.cos(a), y + tall * math.sin(a)) for a in np.arange(0, 6, 1)]
        b.line([*corners, corners[0]], mixed(colour, (255, 255, 255), 0.25), 0.012)
    for i in range(14):
        y = 0.72 + i * 0.02
        streak = mixed(b.back, b.rng.choice((b.middle, b.accent)), b.rng.uniform(0.1, 0.6))
        b.line([(b.rng.uniform(0, 0.5), y), (b.rng.uniform(0.5, 1), y)], streak, 0.008)


def _disco(b: Brush) -> None:
    b.ground(mixed(b.back, (0, 0, 0), 0.3), b.back)
    x = b.rng.uniform(0.35, 0.65)
    for _ in range(9):
        foot, colour = b.rng.random(), b.rng.choice((b.middle, b.accent))
        beam = [(x, 0.2), (foot - 0.06, 1.0), (foot + 0.06, 1.0)]
        b.shape(beam, mixed(b.back, colour, b.rng.uniform(0.2, 0.55)))
    for row in range(9):
        for column in range(9):
            dx, dy = (column - 4) / 32, (row - 4) / 32
            if dx * dx + dy * dy < 0.0175:
                tile = mixed(b.middle, (255, 255, 255), b.rng.random())
                b.box(x + dx - 0.014, 0.2 + dy - 0.014, x + dx + 0.014, 0.2 + dy + 0.014, tile)


def _crowd(b: Brush) -> None:
    b.ground(b.back, mixed(b.back, b.middle, 0.8))
    for _ in range(5):
        b.glow(b.rng.random(), b.rng.uniform(0, 0.3), 0.15, mixed(b.middle, b.accent, 0.6))
    for row in range(5):
        shade = mixed(b.middle, (10, 10, 18), 0.4 + row * 0.14)
        for _ in range(16 - row):
            x, y = b.rng.random(), 0.5 + row * 0.11
            b.disc(x, y, 0.026 + row * 0.004, shade)
            b.box(x - 0.04, y + 0.02, x + 0.04, 1, shade)
            if b.rng.random() < 0.5:
                b.line([(x + 0.03, y + 0.05), (x + 0.06, y - 0.1)], shade, 0.02)


def _flames(b: Brush) -> None:
    b.ground(mixed(b.back, (0, 0, 0), 0.4), b.back)
    b.glow(0.5, 0.85, 0.4, b.middle)
    for layer, colour in enumerate((b.middle, mixed(b.middle, b.accent, 0.5), b.accent)):
        for _ in range(9):
            x, tall = b.rng.uniform(0.15, 0.85), b.rng.uniform(0.25, 0.6) * (1 - 0.25 * layer)
            wide = 0.1 - 0.025 * layer
            tip = (x + b.rng.uniform(-0.06, 0.06), 0.95 - tall)
            side = (x - wide, 0.95 - tall * 0.25)
            b.shape([(x - wide * 0.5, 0.97), side, tip, (x + wide, 0.7), (x, 0.97)], colour)
    b.image.paste(b.image.filter(ImageFilter.GaussianBlur(3)))


def _machine(b: Brush) -> None:
    for _ in range(7):
        x, y, radius = b.rng.random(), b.rng.random(), b.rng.uniform(0.07, 0.2)
        metal = mixed(b.middle, b.rng.choice((b.back, b.accent)), b.rng.uniform(0, 0.5))
        teeth = 12
        for i in range(teeth):
            angle = i * 2 * math.pi / teeth
            tooth = (x + radius * math.cos(angle), y + radius * math.sin(angle))
            b.disc(*tooth, radius * 0.17, metal)
        b.disc(x, y, radius, metal)
        b.disc(x, y, radius * 0.35, b.back)


def _circuit(b: Brush) -> None:
    for _ in range(40):
        x, y = b.rng.randrange(20) / 20, b.rng.randrange(20) / 20
        path = [(x, y)]
        for _ in range(3):
            step = b.rng.choice((-0.15, 0.15, 0.25))
            x, y = (x + step, y) if b.rng.random() < 0.5 else (x, y + step)
            path.append((x, y))
        colour = mixed(b.middle, b.accent, b.rng.random())
        b.line(path, colour, 0.006)
        b.disc(*path[-1], 0.012, colour)


def _pixels(b: Brush) -> None:
    for row in range(18):
        for column in range(18):
            if row > 14 or b.rng.random() < 0.12:
                colour = b.rng.choice((b.middle, b.accent, mixed(b.back, b.middle, 0.5)))
                b.box(column / 18, row / 18, (column + 1) / 18, (row + 1) / 18, colour)
    for _ in range(2):
        left, top = b.rng.randrange(12), b.rng.randrange(9)
        for row in range(6):
            for column in range(3):
                if b.rng.random() < 0.65:
                    for side in (column, 5 - column):
                        x, y = (left + side) / 18, (top + row) / 18
                        b.box(x, y, x + 1 / 18, y + 1 / 18, b.accent)


def _arches(b: Brush) -> None:
    stone = mixed(b.back, b.middle, 0.4)
    b.ground(mixed(b.back, (0, 0, 0), 0.3), stone)
    count = b.rng.randint(2, 4)
    for i in range(count):
        x, wide = (i + 0.5) / count, 0.3 / count
        light = mixed(b.middle, b.accent, b.rng.uniform(0.2, 0.9))
        b.glow(x, 0.5, 0.25 / count, mixed(stone, light, 0.6))
        b.disc(x, 0.32, wide, light)
        b.box(x - wide, 0.32, x + wide, 0.85, light)
        b.line([(x, 0.2), (x, 0.85)], stone, 0.012)
        b.line([(x - wide, 0.5), (x + wide, 0.5)], stone, 0.012)
    b.box(0, 0.85, 1, 1, mixed(stone, (0, 0, 0), 0.4))


def _castle(b: Brush) -> None:
    stone = mixed(b.middle, (40, 40, 50), 0.3)
    b.ridge(0.85, 0.05, mixed(b.middle, (0, 0, 0), 0.4), 2)
    for x in (0.25, 0.4, 0.6, 0.75):
        top = b.rng.uniform(0.3, 0.5)
        b.box(x - 0.06, top, x + 0.06, 0.9, stone)
        if b.rng.random() < 0.5:
            b.shape([(x - 0.08, top), (x, top - 0.15), (x + 0.08, top)], b.accent)
        for k in range(-2, 3):
            b.box(x + k * 0.027 - 0.008, top - 0.02, x + k * 0.027 + 0.008, top, stone)
        b.box(x - 0.012, top + 0.1, x + 0.012, top + 0.15, b.accent)
    b.box(0.25, 0.6, 0.75, 0.9, mixed(stone, (0, 0, 0), 0.15))


def _graveyard(b: Brush) -> None:
    b.ground(mixed(b.back, (0, 0, 0), 0.3), b.middle)
    b.disc(b.rng.uniform(0.2, 0.8), 0.2, 0.08, mixed(b.accent, (255, 255, 255), 0.4))
    b.ridge(0.7, 0.03, mixed(b.back, (0, 0, 0), 0.3), 2)
    for _ in range(9):
        x, y = b.rng.random(), b.rng.uniform(0.7, 0.92)
        stone = mixed(b.middle, (130, 135, 140), b.rng.random())
        if b.rng.random() < 0.4:
            b.box(x - 0.01, y - 0.14, x + 0.01, y, stone)
            b.box(x - 0.04, y - 0.11, x + 0.04, y - 0.09, stone)
        else:
            b.disc(x, y - 0.08, 0.035, stone)
            b.box(x - 0.035, y - 0.08, x + 0.035, y, stone)


def _interior(b: Brush) -> None:
    b.ground(b.back, mixed(b.back, b.middle, 0.4))
    b.box(0, 0.75, 1, 1, mixed(b.middle, (0, 0, 0), 0.3))
    x = b.rng.uniform(0.15, 0.5)
    b.box(x, 0.15, x + 0.3, 0.5, mixed(b.accent, (200, 225, 255), 0.5))
    for edge in (x, x + 0.15, x + 0.3):
        b.line([(edge, 0.15), (edge, 0.5)], (235, 230, 220), 0.012)
    b.box(0.55, 0.62, 0.95, 0.66, mixed(b.middle, (60, 35, 20), 0.5))
    for leg in (0.58, 0.9):
        b.box(leg, 0.66, leg + 0.02, 0.9, mixed(b.middle, (60, 35, 20), 0.5))
    lamp = b.rng.uniform(0.6, 0.9)
    b.glow(lamp, 0.5, 0.2, mixed(b.back, (255, 225, 150), 0.7))
    b.shape([(lamp - 0.06, 0.52), (lamp - 0.03, 0.44), (lamp + 0.03, 0.44), (lamp + 0.06, 0.52)],
            b.accent)  # fmt: skip
    b.box(lamp - 0.006, 0.52, lamp + 0.006, 0.62, (50, 40, 30))


def _road(b: Brush) -> None:
    horizon, x = b.rng.uniform(0.4, 0.55), b.rng.uniform(0.35, 0.65)
    b.disc(x, horizon - 0.05, 0.12, b.accent)
    b.box(0, horizon, 1, 1, mixed(b.back, b.middle, 0.35))
    b.shape([(x - 0.02, horizon), (x + 0.02, horizon), (1.0, 1.0), (0.0, 1.0)], (45, 45, 52))
    for i in range(6):
        near, far = (i + 0.6) / 6, (i + 0.1) / 6
        y0, y1 = horizon + (1 - horizon) * far**1.6, horizon + (1 - horizon) * near**1.6
        b.line(
            [(x + (0.5 - x) * far, y0), (x + (0.5 - x) * near, y1)], b.accent, 0.003 + 0.02 * far
        )


def _underwater(b: Brush) -> None:
    b.ground(b.accent, b.back)
    for _ in range(5):
        x = b.rng.random()
        ray = [(x, 0.0), (x + 0.06, 0.0), (x + 0.25, 1.0), (x + 0.05, 1.0)]
        b.shape(ray, mixed(b.middle, b.accent, 0.3))
    b.image.paste(b.image.filter(ImageFilter.GaussianBlur(12)))
    for _ in range(9):
        x, y, size = b.rng.random(), b.rng.uniform(0.2, 0.85), b.rng.uniform(0.02, 0.05)
        colour = mixed(b.middle, (255, 170, 60), b.rng.random())
        b.shape([(x + size, y), (x + 2.2 * size, y - size), (x + 2.2 * size, y + size)], colour)
        for along in (-0.7, 0.0, 0.7):
            b.disc(x + along * size, y, size * (0.7 - 0.2 * abs(along)), colour)
    for _ in range(30):
        b.disc(b.rng.random(), b.rng.random(), b.rng.uniform(0.004, 0.012), b.accent)


def _confetti(b: Brush) -> None:
    for _ in range(150):
        x, y, size = b.rng.random(), b.rng.random(), b.rng.uniform(0.008, 0.022)
        colour = b.rng.choice((b.middle, b.accent, (255, 255, 255), (80, 200, 120), (240, 80, 90)))
        if b.rng.random() < 0.5:
            b.disc(x, y, size * 0.7, colour)
        else:
            b.shape([(x, y), (x + size, y + size / 2), (x + size / 2, y + 1.5 * size)], colour)


def _hearts(b: Brush) -> None:
    for _ in range(14):
        x, y, size = b.rng.random(), b.rng.random(), b.rng.uniform(0.03, 0.11)
        turns = np.linspace(0, 2 * math.pi, 40)
        xs, ys = 16 * np.sin(turns) ** 3, 13 * np.cos(turns) - 5 * np.cos(2 * turns)
        ys = ys - 2 * np.cos(3 * turns) - np.cos(4 * turns)
        points = [(x + size * u / 17, y - size * v / 17) for u, v in zip(xs, ys, strict=True)]
        b.shape(points, mixed(b.middle, b.accent, b.rng.uniform(0, 0.6)))


def _stripes(b: Brush) -> None:
    count, slant = b.rng.randint(6, 12), b.rng.uniform(-0.4, 0.4)
    for i in range(-4, count + 4):
        left, right = i / count, (i + 0.5) / count
        colour = b.middle if i % 2 else b.accent
        b.shape([(left, 0), (right, 0), (right + slant, 1), (left + slant, 1)], colour)


def _rainbow(b: Brush) -> None:
    _sky(b)
    colours = ((228, 60, 60), (245, 150, 50), (250, 225, 80), (90, 190, 90), (60, 130, 220),
               (130, 80, 190))  # fmt: skip
    x, radius = b.rng.uniform(0.35, 0.65), b.rng.uniform(0.45, 0.6)
    for i, colour in enumerate(colours):
        b.disc(x, 0.85, radius - i * 0.035, colour)
    b.disc(x, 0.85, radius - 0.21, mixed(b.back, b.middle, 0.4))
    b.ridge(0.82, 0.03, (120, 180, 90), 2)


def _abstract(b: Brush) -> None:
    for _ in range(9):
        colour = b.rng.choice((b.back, b.middle, b.accent, mixed(b.middle, b.accent, 0.5)))
        b.glow(b.rng.random(), b.rng.random(), b.rng.uniform(0.1, 0.35), colour)
    for _ in range(b.rng.randint(0, 5)):
        tint = mixed(b.middle, b.accent, b.rng.random())
        b.disc(b.rng.random(), b.rng.random(), b.rng.uniform(0.03, 0.12), tint)


_VIEWS: dict[str, Callable[[Brush], None]] = {
    "abstract": _abstract, "arches": _arches, "castle": _castle, "circuit": _circuit,
    "city": _city, "cityday": _cityday, "confetti": _confetti, "crowd": _crowd, "disco": _disco,
    "dunes": _dunes, "flames": _flames, "forest": _forest, "graveyard": _graveyard,
    "hearts": _hearts, "hills": _hills, "interior": _interior, "machine": _machine,
    "meadow": _meadow, "moon": _moon, "mountains": _mountains, "neon": _neon, "pixels": _pixels,
    "rain": _rain, "rainbow": _rainbow, "road": _road, "sea": _sea, "sky": _sky, "snow": _snow,
    "stars": _stars, "storm": _storm, "stripes": _stripes, "sun": _sun, "sunset": _sunset,
    "underwater": _underwater,
}  # fmt: skip
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
