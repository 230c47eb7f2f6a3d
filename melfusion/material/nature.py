"""Views of nature: skies, waters, land, weather, night and fire."""

import math
from collections.abc import Callable

from .brush import Brush, mixed


def _sky(b: Brush) -> None:
    for _ in range(b.rng.randint(3, 7)):
        x, y = b.rng.random(), b.rng.uniform(0.1, 0.8)
        for _ in range(7):
            dx, dy = b.rng.uniform(-0.12, 0.12), b.rng.uniform(-0.03, 0.03)
            b.disc(x + dx, y + dy, b.rng.uniform(0.04, 0.09), mixed(b.middle, (255, 255, 255), 0.6))
    b.blur(5)


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


def _rainbow(b: Brush) -> None:
    _sky(b)
    colours = ((228, 60, 60), (245, 150, 50), (250, 225, 80), (90, 190, 90), (60, 130, 220),
               (130, 80, 190))  # fmt: skip
    x, radius = b.rng.uniform(0.35, 0.65), b.rng.uniform(0.45, 0.6)
    for i, colour in enumerate(colours):
        b.disc(x, 0.85, radius - i * 0.035, colour)
    b.disc(x, 0.85, radius - 0.21, mixed(b.back, b.middle, 0.4))
    b.ridge(0.82, 0.03, (120, 180, 90), 2)


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


def _underwater(b: Brush) -> None:
    b.ground(b.accent, b.back)
    for _ in range(5):
        x = b.rng.random()
        ray = [(x, 0.0), (x + 0.06, 0.0), (x + 0.25, 1.0), (x + 0.05, 1.0)]
        b.shape(ray, mixed(b.middle, b.accent, 0.3))
    b.blur(12)
    for _ in range(9):
        x, y, size = b.rng.random(), b.rng.uniform(0.2, 0.85), b.rng.uniform(0.02, 0.05)
        colour = mixed(b.middle, (255, 170, 60), b.rng.random())
        b.shape([(x + size, y), (x + 2.2 * size, y - size), (x + 2.2 * size, y + size)], colour)
        for along in (-0.7, 0.0, 0.7):
            b.disc(x + along * size, y, size * (0.7 - 0.2 * abs(along)), colour)
    for _ in range(30):
        b.disc(b.rng.random(), b.rng.random(), b.rng.uniform(0.004, 0.012), b.accent)


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
    b.blur(3)


def _volcano(b: Brush) -> None:
    b.ground(mixed(b.back, (0, 0, 0), 0.4), b.middle)
    x, top = b.rng.uniform(0.35, 0.65), b.rng.uniform(0.35, 0.48)
    for _ in range(24):
        rise = b.rng.random()
        at = (x + b.rng.gauss(0, 0.05 + 0.12 * rise), top - 0.4 * rise)
        b.disc(*at, b.rng.uniform(0.03, 0.08), mixed(b.back, (90, 85, 85), b.rng.random()))
    b.glow(x, top, 0.2, b.accent)
    for _ in range(30):
        tip = (x + b.rng.uniform(-0.18, 0.18), top - b.rng.uniform(0.0, 0.28))
        b.line([(x, top), tip], mixed(b.middle, b.accent, b.rng.random()), 0.006)
    rock = mixed(b.back, (30, 25, 25), 0.6)
    b.shape([(x - 0.5, 0.95), (x - 0.09, top), (x + 0.09, top), (x + 0.5, 0.95)], rock)
    for _ in range(4):
        path, flow = [], x + b.rng.uniform(-0.06, 0.06)
        for k in range(7):
            path.append((flow, top + k * 0.07))
            flow += b.rng.uniform(-0.05, 0.05)
        b.line(path, mixed(b.middle, b.accent, b.rng.random()), 0.02)
    b.ridge(0.93, 0.02, mixed(rock, (0, 0, 0), 0.3))


def _waterfall(b: Brush) -> None:
    b.ground(mixed(b.back, (255, 255, 255), 0.3), b.back)
    left, right, top = b.rng.uniform(0.2, 0.38), b.rng.uniform(0.58, 0.78), b.rng.uniform(0.15, 0.3)
    cliff = mixed(b.middle, (60, 60, 55), 0.5)
    b.box(0, top, 1, 1, cliff)
    for _ in range(50):
        x, y = b.rng.random(), b.rng.uniform(top, 1)
        b.box(x, y, x + 0.05, y + 0.06, mixed(cliff, b.middle, b.rng.random()))
    b.box(left, top, right, 0.85, mixed(b.back, (255, 255, 255), 0.5))
    for _ in range(70):
        x, y = b.rng.uniform(left, right), b.rng.uniform(top, 0.7)
        b.line([(x, y), (x, y + b.rng.uniform(0.05, 0.2))], b.rng.choice((b.accent, b.back)), 0.006)
    b.ridge(0.84, 0.01, mixed(b.back, (20, 80, 120), 0.4), 6)
    for _ in range(40):
        x = b.rng.uniform(left - 0.05, right + 0.05)
        b.disc(x, 0.84 + b.rng.gauss(0, 0.02), b.rng.uniform(0.01, 0.04), (240, 248, 252))


NATURE: dict[str, Callable[[Brush], None]] = {
    "sky": _sky,
    "sun": _sun,
    "sunset": _sunset,
    "rainbow": _rainbow,
    "sea": _sea,
    "underwater": _underwater,
    "hills": _hills,
    "mountains": _mountains,
    "dunes": _dunes,
    "meadow": _meadow,
    "forest": _forest,
    "rain": _rain,
    "storm": _storm,
    "snow": _snow,
    "stars": _stars,
    "moon": _moon,
    "flames": _flames,
    "volcano": _volcano,
    "waterfall": _waterfall,
}
"""The views by name."""
