"""Views of what people made: cities, rooms, machines, feasts and patterns."""

import math
from collections.abc import Callable

import numpy as np

from .brush import Brush, mixed


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


def _abstract(b: Brush) -> None:
    for _ in range(9):
        colour = b.rng.choice((b.back, b.middle, b.accent, mixed(b.middle, b.accent, 0.5)))
        b.glow(b.rng.random(), b.rng.random(), b.rng.uniform(0.1, 0.35), colour)
    for _ in range(b.rng.randint(0, 5)):
        tint = mixed(b.middle, b.accent, b.rng.random())
        b.disc(b.rng.random(), b.rng.random(), b.rng.uniform(0.03, 0.12), tint)


PLACES: dict[str, Callable[[Brush], None]] = {
    "city": _city,
    "cityday": _cityday,
    "neon": _neon,
    "disco": _disco,
    "crowd": _crowd,
    "machine": _machine,
    "circuit": _circuit,
    "pixels": _pixels,
    "arches": _arches,
    "castle": _castle,
    "graveyard": _graveyard,
    "interior": _interior,
    "road": _road,
    "confetti": _confetti,
    "hearts": _hearts,
    "stripes": _stripes,
    "abstract": _abstract,
}
"""The views by name."""
