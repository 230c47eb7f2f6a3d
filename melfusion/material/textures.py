"""Views without a thing in them: surfaces, patterns, and lights."""

import math
from collections.abc import Callable

import numpy as np

from .brush import Brush, Colour, mixed

_WHITE: Colour = (255, 255, 255)
_BLACK: Colour = (0, 0, 0)


def _spiral(b: Brush) -> None:
    x, y = b.rng.uniform(0.35, 0.65), b.rng.uniform(0.35, 0.65)
    arms, turns = b.rng.randint(2, 5), b.rng.uniform(1.5, 4) * b.rng.choice((-1, 1))
    for arm in range(arms):
        colour = b.middle if arm % 2 else b.accent
        for edge in range(60):
            radius = 0.8 * edge / 60
            angle = 2 * math.pi * (arm / arms + turns * radius)
            dot = (x + radius * math.cos(angle), y + radius * math.sin(angle))
            b.disc(*dot, 0.004 + radius * 0.55 / arms, colour)


def _waves(b: Brush) -> None:
    count, swing = b.rng.randint(7, 14), b.rng.uniform(0.02, 0.07)
    pitch, drift = b.rng.uniform(4, 12), b.rng.uniform(-1.2, 1.2)
    for i in range(count):
        level = (i + 0.5) / count
        colour = mixed(b.middle, b.accent, b.rng.random() if i % 2 else level)
        crest = [(k / 40, level + swing * math.sin(pitch * k / 40 + drift * i)) for k in range(41)]
        b.shape([*crest, (1.0, level + 1.6 / count), (0.0, level + 1.6 / count)], colour)


def _bokeh(b: Brush) -> None:
    b.ground(mixed(b.back, _BLACK, 0.25), b.back)
    for layer in range(3):
        for _ in range(12):
            colour = mixed(b.back, b.rng.choice((b.middle, b.accent)), 0.35 + 0.25 * layer)
            size = b.rng.uniform(0.03, 0.1) / (1 + layer * 0.5)
            b.disc(b.rng.random(), b.rng.random(), size, colour)
        b.blur(9 - 4 * layer)


def _smoke(b: Brush) -> None:
    b.ground(mixed(b.back, _BLACK, 0.2), b.back)
    for colour in (b.middle, b.accent):
        swells = b.swells(3, b.rng.randint(2, 4))
        bent = np.abs(np.sin(9 * swells + 3 * b.swells(2)))
        b.veil((bent**3) * 0.75, colour)
    b.blur(4)


def _strokes(b: Brush) -> None:
    slant = b.rng.uniform(-1.2, 1.2)
    for _ in range(34):
        x, y, long = b.rng.random(), b.rng.random(), b.rng.uniform(0.25, 0.6)
        lean, colour = slant + b.rng.gauss(0, 0.3), b.rng.choice((b.back, b.middle, b.accent))
        for hair in range(8):
            off = (hair - 4) * 0.012
            shade = mixed(colour, b.rng.choice((b.middle, b.accent, b.back)), b.rng.random() * 0.3)
            start = (x - off * math.sin(lean), y + off * math.cos(lean))
            end = (start[0] + long * math.cos(lean), start[1] + long * math.sin(lean))
            b.line([start, end], shade, 0.013)


def _marble(b: Brush) -> None:
    b.veil(b.swells(2) * 0.6, mixed(b.back, b.middle, 0.5))
    for colour, width in ((b.middle, 0.25), (mixed(b.accent, _BLACK, 0.3), 0.07)):
        veins = np.sin(b.rng.uniform(9, 16) * b.swells(2) + b.rng.uniform(0, 6))
        b.veil(np.exp(-((veins / width) ** 2)) * 0.9, colour)


def _bricks(b: Brush) -> None:
    b.ground(mixed(b.accent, b.back, 0.4), mixed(b.accent, b.back, 0.5))
    rows, columns = b.rng.randint(9, 14), b.rng.randint(4, 6)
    for row in range(rows):
        for column in range(columns + 1):
            left, top = (column - 0.5 * (row % 2)) / columns, row / rows
            shade = mixed(b.back, b.middle, b.rng.random())
            b.box(left + 0.008, top + 0.008, left + 1 / columns - 0.008, top + 1 / rows, shade)
    b.veil(b.swells(3) * 0.5, mixed(b.back, _BLACK, 0.3))


def _grid(b: Brush) -> None:
    horizon, x = b.rng.uniform(0.5, 0.62), b.rng.uniform(0.4, 0.6)
    b.ground(b.back, mixed(b.back, b.middle, 0.55))
    b.disc(x, horizon - 0.12, 0.24, mixed(b.middle, (255, 210, 90), 0.5))
    for i in range(6):
        y = horizon - 0.02 - i * 0.045
        b.box(0, y - 0.016 + 0.002 * i, 1, y, mixed(b.back, b.middle, 0.4))
    b.box(0, horizon, 1, 1, mixed(b.back, _BLACK, 0.3))
    for i in range(9):
        y = horizon + (1 - horizon) * (i / 8) ** 2
        b.line([(0, y), (1, y)], b.accent, 0.005)
    for i in range(-12, 13):
        b.line([(x + i * 0.05, horizon), (x + i * 0.3, 1)], b.accent, 0.005)


def _foil(b: Brush) -> None:
    b.ground(b.middle, b.back)
    for _ in range(3):
        crease = np.abs(np.sin(14 * b.swells(3)))
        b.veil(crease**4 * 0.7, b.accent)
        b.veil((1 - crease) ** 4 * 0.6, mixed(b.back, _BLACK, 0.2))
    for _ in range(14):
        b.glow(b.rng.random(), b.rng.random(), 0.03, mixed(b.accent, _WHITE, 0.6))


def _rust(b: Brush) -> None:
    for colour, cells in ((b.middle, 4), (b.accent, 7), (mixed(b.back, _BLACK, 0.4), 9)):
        b.veil((b.swells(cells) - 0.5) * 9, colour)
    for i in range(b.rng.randint(0, 3)):
        seam = 0.25 + 0.3 * i
        b.line([(0, seam), (1, seam)], mixed(b.back, _BLACK, 0.5), 0.01)
        for k in range(8):
            b.disc(0.06 + k * 0.125, seam - 0.03, 0.012, b.middle)


def _shards(b: Brush) -> None:
    x, y = b.rng.uniform(0.3, 0.7), b.rng.uniform(0.3, 0.7)
    angles = sorted(b.rng.uniform(0, 2 * math.pi) for _ in range(14))
    for inner, outer in ((0.0, 0.18), (0.18, 0.45), (0.45, 1.1)):
        for one, other in zip(angles, [*angles[1:], angles[0] + 2 * math.pi], strict=True):
            corners = [(inner, one), (outer, one), (outer * 0.9, other), (inner * 0.9, other)]
            points = [(x + r * math.cos(a), y + r * math.sin(a)) for r, a in corners]
            shade = mixed(b.back, b.rng.choice((b.middle, b.accent)), b.rng.random())
            b.shape(points, shade)
            b.line([*points, points[0]], mixed(b.middle, _WHITE, 0.6), 0.004)


def _folds(b: Brush) -> None:
    count, sway = b.rng.uniform(4, 9), b.rng.uniform(0.0, 0.5)
    rows, columns = np.mgrid[0:144, 0:144] / 144
    bend = columns + sway * 0.3 * np.sin(2.5 * rows + b.rng.uniform(0, 6)) + 0.12 * b.swells(2)
    light = 0.5 + 0.5 * np.sin(2 * math.pi * count * bend)
    b.ground(mixed(b.back, _BLACK, 0.3), b.back)
    b.veil(light, b.middle)
    b.veil(light**6 * 0.7, b.accent)


def _ink(b: Brush) -> None:
    for colour in (b.accent, b.middle, b.middle):
        x, y = b.rng.uniform(0.25, 0.75), b.rng.uniform(0.25, 0.75)
        for _ in range(40):
            away, angle = abs(b.rng.gauss(0, 0.16)), b.rng.uniform(0, 6.3)
            drop = (x + away * math.cos(angle), y + away * math.sin(angle))
            b.disc(*drop, max(0.004, 0.09 - away * 0.3) * b.rng.random(), colour)
            if b.rng.random() < 0.3:
                b.line([(x, y), drop], colour, 0.012)


def _orbits(b: Brush) -> None:
    b.ground(mixed(b.back, _BLACK, 0.3), b.back)
    for _ in range(70):
        b.disc(b.rng.random(), b.rng.random(), 0.002, mixed(b.accent, _WHITE, 0.5))
    x, y = b.rng.uniform(0.4, 0.6), b.rng.uniform(0.4, 0.6)
    b.glow(x, y, 0.16, b.accent)
    b.disc(x, y, b.rng.uniform(0.05, 0.09), mixed(b.accent, _WHITE, 0.3))
    for i in range(b.rng.randint(3, 5)):
        radius, angle = 0.15 + 0.09 * i, b.rng.uniform(0, 6.3)
        b.ring(x, y, radius, mixed(b.back, b.accent, 0.4), 0.003)
        planet = (x + radius * math.cos(angle), y + radius * math.sin(angle))
        size = b.rng.uniform(0.015, 0.045)
        b.disc(*planet, size, mixed(b.middle, b.accent, b.rng.random()))
        if b.rng.random() < 0.3:
            b.line([(planet[0] - size * 2, planet[1] + size * 0.5),
                    (planet[0] + size * 2, planet[1] - size * 0.5)], b.accent, 0.006)  # fmt: skip


def _code(b: Brush) -> None:
    b.ground(b.back, mixed(b.back, _BLACK, 0.3))
    if b.rng.random() < 0.5:
        for column in range(30):
            start, length = b.rng.randrange(30), b.rng.randint(5, 24)
            for row in range(start, start + length):
                colour = mixed(b.middle, b.accent, (row - start) / length)
                left, top = column / 30 + 0.008, (row % 34) / 34
                b.box(left, top, left + b.rng.uniform(0.006, 0.016), top + 0.016, colour)
        return
    for row in range(24):
        left, top = b.rng.choice((0.05, 0.1, 0.15)), 0.04 + row * 0.04
        while left < 0.9 and b.rng.random() < 0.8:
            long = b.rng.uniform(0.03, 0.16)
            b.box(left, top, left + long, top + 0.016, b.rng.choice((b.middle, b.accent)))
            left += long + 0.02


def _tiles(b: Brush) -> None:
    count, points = b.rng.randint(3, 5), b.rng.choice((4, 6, 8))
    for row in range(count):
        for column in range(count):
            x, y, size = (column + 0.5) / count, (row + 0.5) / count, 0.5 / count
            b.box(x - size, y - size, x + size, y + size, (b.back, b.middle)[(row + column) % 2])
            for reach, colour in ((0.95, b.accent), (0.6, b.middle), (0.35, b.back)):
                star = []
                for k in range(2 * points):
                    radius = size * reach * (1 if k % 2 == 0 else 0.55)
                    angle = math.pi * k / points
                    star.append((x + radius * math.cos(angle), y + radius * math.sin(angle)))
                b.shape(star, colour)


def _flake(b: Brush) -> None:
    for i in range(b.rng.randint(3, 7)):
        size = b.rng.uniform(0.5, 0.9) if i == 0 else b.rng.uniform(0.12, 0.3)
        f = b.within(b.rng.uniform(0.2, 0.8), b.rng.uniform(0.2, 0.8), size)
        colour, turn = mixed(b.accent, _WHITE, 0.5), b.rng.uniform(0, 1)
        if sum(b.back) > 600:
            colour = mixed(b.middle, b.back, 0.2)
        for arm in range(6):
            angle = turn + arm * math.pi / 3
            for start, lean, long in ((0, 0, 0.5), (0.2, 0.9, 0.16), (0.2, -0.9, 0.16),
                                      (0.33, 0.9, 0.12), (0.33, -0.9, 0.12)):  # fmt: skip
                x, y = 0.5 + start * math.cos(angle), 0.5 + start * math.sin(angle)
                tip = (x + long * math.cos(angle + lean), y + long * math.sin(angle + lean))
                f.line([(x, y), tip], colour, 0.025)


def _lasers(b: Brush) -> None:
    b.ground(mixed(b.back, _BLACK, 0.4), b.back)
    b.veil(b.swells(3) * 0.35, mixed(b.back, b.middle, 0.5))
    for _ in range(b.rng.randint(2, 4)):
        x, y, colour = b.rng.random(), b.rng.choice((0.0, 1.0)), b.rng.choice((b.middle, b.accent))
        for _ in range(b.rng.randint(4, 9)):
            foot = (b.rng.uniform(-0.3, 1.3), 1 - y)
            b.line([(x, y), foot], mixed(b.back, colour, 0.45), 0.016)
            b.line([(x, y), foot], mixed(colour, _WHITE, 0.3), 0.005)
        b.glow(x, y, 0.1, colour)


TEXTURES: dict[str, Callable[[Brush], None]] = {
    "spiral": _spiral,
    "waves": _waves,
    "bokeh": _bokeh,
    "smoke": _smoke,
    "strokes": _strokes,
    "marble": _marble,
    "bricks": _bricks,
    "grid": _grid,
    "foil": _foil,
    "rust": _rust,
    "shards": _shards,
    "folds": _folds,
    "ink": _ink,
    "orbits": _orbits,
    "code": _code,
    "tiles": _tiles,
    "flake": _flake,
    "lasers": _lasers,
}
"""The views by name."""
