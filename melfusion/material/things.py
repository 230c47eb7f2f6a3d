"""Views of one thing close by: instruments, sound machines, light, and what lies on a table."""

import math
from collections.abc import Callable

from .brush import Brush, Colour, mixed

_WHITE: Colour = (255, 255, 255)
_BLACK: Colour = (0, 0, 0)


def _piano(b: Brush) -> None:
    slant, count = b.rng.uniform(-0.08, 0.08), b.rng.randint(8, 14)
    top = b.rng.uniform(0.15, 0.4)
    for key in range(-1, count + 1):
        left, right = key / count, (key + 1) / count
        white = [(left + slant, top), (right + slant, top), (right - slant, 1), (left - slant, 1)]
        b.shape(white, mixed(b.accent, _WHITE, 0.6))
        b.line([white[1], white[2]], mixed(b.back, _BLACK, 0.5), 0.006)
    for key in range(-1, count + 1):
        if key % 7 not in (2, 6):
            left, wide = (key + 0.7) / count, 0.6 / count
            b.shape([(left + slant, top), (left + wide + slant, top), (left + wide, 0.72),
                     (left, 0.72)], mixed(b.back, _BLACK, 0.8))  # fmt: skip
    b.box(0, top - 0.03, 1, top, mixed(b.middle, _BLACK, 0.2))


def _guitar(b: Brush) -> None:
    t = b.centred(0.85, 1.0)
    wood, dark = b.middle, mixed(b.middle, _BLACK, 0.6)
    lean = b.rng.uniform(-0.12, 0.12)
    t.line([(0.5, 0.6), (0.5 + lean, 0.05)], dark, 0.07)
    t.shape([(0.44 + lean, 0.1), (0.46 + lean, 0.0), (0.56 + lean, 0.0), (0.56 + lean, 0.1)], dark)
    t.disc(0.5, 0.8, 0.19, wood)
    t.disc(0.5 + lean * 0.3, 0.56, 0.14, wood)
    t.box(0.39, 0.56, 0.61, 0.78, wood)
    t.disc(0.5, 0.66, 0.07, mixed(b.back, _BLACK, 0.6))
    t.box(0.4, 0.83, 0.6, 0.86, dark)
    for string in range(6):
        x = 0.475 + string * 0.01
        t.line([(x, 0.84), (x + lean, 0.05)], mixed(b.accent, _WHITE, 0.5), 0.003)


def _drum(b: Brush) -> None:
    for _ in range(b.rng.randint(1, 3)):
        t = b.within(b.rng.uniform(0.3, 0.7), b.rng.uniform(0.45, 0.6), b.rng.uniform(0.45, 0.8))
        low = b.rng.uniform(0.65, 0.85)
        t.oval(0.5, low, 0.4, 0.13, mixed(b.middle, _BLACK, 0.2))
        t.box(0.1, 0.35, 0.9, low, b.middle)
        for k in range(9):
            x = 0.1 + k * 0.1
            t.line([(x, 0.38), (x + 0.05, low + 0.05), (x + 0.1, 0.38)], b.accent, 0.012)
        t.oval(0.5, 0.35, 0.42, 0.14, mixed(b.accent, b.middle, 0.3))
        t.oval(0.5, 0.34, 0.38, 0.12, mixed(b.accent, _WHITE, 0.6))
        t.line([(0.35, 0.34), (0.05, 0.02)], mixed(b.middle, _WHITE, 0.3), 0.03)
        t.line([(0.62, 0.33), (0.95, 0.05)], mixed(b.middle, _WHITE, 0.3), 0.03)


def _vinyl(b: Brush) -> None:
    t = b.centred(0.8, 1.05)
    black = mixed(b.middle, (18, 18, 20), 0.8)
    t.disc(0.5, 0.5, 0.48, black)
    for groove in range(9):
        t.ring(0.5, 0.5, 0.46 - groove * 0.032, mixed(black, _WHITE, 0.15), 0.004)
    t.disc(0.5, 0.5, 0.16, b.accent)
    t.ring(0.5, 0.5, 0.11, mixed(b.accent, _BLACK, 0.4), 0.008)
    t.disc(0.5, 0.5, 0.015, b.back)
    if b.rng.random() < 0.7:
        t.line([(0.97, 0.1), (0.9, 0.55), (0.72, 0.68)], mixed(b.back, _WHITE, 0.6), 0.025)
        t.disc(0.97, 0.1, 0.05, mixed(b.back, _WHITE, 0.4))


def _cassette(b: Brush) -> None:
    t = b.centred(0.8, 1.0)
    shell, label = b.rng.choice(((b.middle, b.accent), (b.accent, b.middle)))
    t.box(0.02, 0.2, 0.98, 0.82, mixed(shell, _BLACK, 0.25))
    t.box(0.08, 0.26, 0.92, 0.66, mixed(label, _WHITE, 0.4))
    for line in range(3):
        t.box(0.14, 0.3 + line * 0.035, 0.86, 0.306 + line * 0.035, mixed(label, _BLACK, 0.3))
    t.box(0.25, 0.42, 0.75, 0.6, mixed(shell, _BLACK, 0.5))
    for x in (0.34, 0.66):
        t.disc(x, 0.51, 0.075, mixed(label, _WHITE, 0.8))
        t.disc(x, 0.51, 0.045, mixed(shell, _BLACK, 0.6))
    t.box(0.42, 0.44, 0.58, 0.58, mixed(label, _BLACK, 0.2))
    t.shape([(0.24, 0.7), (0.76, 0.7), (0.8, 0.82), (0.2, 0.82)], mixed(shell, _BLACK, 0.5))


def _speaker(b: Brush) -> None:
    columns = b.rng.randint(1, 3)
    for column in range(columns):
        for row in range(columns):
            t = b.within((column + 0.5) / columns, (row + 0.5) / columns, 0.97 / columns)
            t.box(0.12, 0.02, 0.88, 0.98, mixed(b.back, b.middle, b.rng.uniform(0.3, 0.7)))
            for y, size in ((0.26, 0.15), (0.66, 0.27)):
                t.disc(0.5, y, size, mixed(b.middle, _WHITE, 0.25))
                t.disc(0.5, y, size * 0.85, mixed(b.back, _BLACK, 0.5))
                t.disc(0.5, y, size * 0.4, b.accent if b.rng.random() < 0.5 else b.middle)


def _chess(b: Brush) -> None:
    count, tilt = b.rng.randint(5, 8), b.rng.uniform(0, 0.5)
    b.ground(mixed(b.middle, _BLACK, 0.2), b.middle)
    top = tilt * 0.6
    for row in range(count):
        y0, y1 = (top + (1 - top) * (r / count) ** (1 + tilt) for r in (row, row + 1))
        for column in range(-2, count + 2):
            wide0, wide1 = (1 - tilt * (1 - y) for y in (y0, y1))
            corners = [(0.5 + (column / count - 0.5) * wide0, y0),
                       (0.5 + ((column + 1) / count - 0.5) * wide0, y0),
                       (0.5 + ((column + 1) / count - 0.5) * wide1, y1),
                       (0.5 + (column / count - 0.5) * wide1, y1)]  # fmt: skip
            b.shape(corners, b.back if (row + column) % 2 else b.middle)
    for _ in range(b.rng.randint(0, 3)):
        t = b.within(b.rng.uniform(0.2, 0.8), b.rng.uniform(0.4, 0.7), b.rng.uniform(0.3, 0.5))
        t.shape([(0.4, 0.35), (0.6, 0.35), (0.7, 0.9), (0.3, 0.9)], b.accent)
        t.box(0.24, 0.88, 0.76, 1.0, b.accent)
        t.disc(0.5, 0.25, 0.16, mixed(b.accent, _WHITE, 0.2))


def _lantern(b: Brush) -> None:
    b.ground(mixed(b.back, _BLACK, 0.4), b.back)
    for _ in range(b.rng.randint(2, 6)):
        x, y, size = b.rng.uniform(0.1, 0.9), b.rng.uniform(0.2, 0.7), b.rng.uniform(0.2, 0.4)
        b.glow(x, y, size * 0.7, mixed(b.middle, b.accent, 0.3))
        t = b.within(x, y, size)
        t.line([(0.5, -2), (0.5, 0.1)], mixed(b.back, _BLACK, 0.5), 0.015)
        for across, colour in ((0.45, b.middle), (0.3, mixed(b.middle, b.accent, 0.3)),
                               (0.12, mixed(b.middle, b.accent, 0.6))):  # fmt: skip
            t.oval(0.5, 0.5, across, 0.36, colour)
        t.box(0.35, 0.1, 0.65, 0.17, b.accent)
        t.box(0.35, 0.83, 0.65, 0.9, b.accent)
        for tassel in (0.44, 0.5, 0.56):
            t.line([(tassel, 0.9), (tassel, 1.15)], b.accent, 0.02)


def _candle(b: Brush) -> None:
    b.ground(mixed(b.back, _BLACK, 0.5), b.back)
    count = b.rng.randint(1, 5)
    for i in range(count):
        x, top = (i + 0.5) / count + b.rng.uniform(-0.04, 0.04), b.rng.uniform(0.4, 0.65)
        wide = b.rng.uniform(0.035, 0.07)
        b.glow(x, top - 0.1, 0.2, mixed(b.middle, (255, 190, 80), 0.6))
        b.box(x - wide, top, x + wide, 0.92, mixed(b.accent, b.middle, b.rng.random() * 0.5))
        b.line([(x, top), (x, top - 0.04)], (40, 30, 25), 0.008)
        b.oval(x, top - 0.08, 0.025, 0.06, (255, 190, 70))
        b.oval(x, top - 0.065, 0.012, 0.03, (255, 250, 210))
    b.box(0, 0.92, 1, 1, mixed(b.back, _BLACK, 0.4))


def _fireworks(b: Brush) -> None:
    b.ground(mixed(b.back, _BLACK, 0.4), b.back)
    for _ in range(b.rng.randint(3, 6)):
        x, y, reach = b.rng.uniform(0.1, 0.9), b.rng.uniform(0.1, 0.6), b.rng.uniform(0.1, 0.25)
        colour = b.rng.choice((b.middle, b.accent, (255, 90, 90), (90, 200, 255)))
        b.glow(x, y, reach * 0.6, mixed(b.back, colour, 0.6))
        rays = b.rng.randint(14, 26)
        for ray in range(rays):
            angle, long = ray * 2 * math.pi / rays, reach * b.rng.uniform(0.7, 1)
            tip = (x + long * math.cos(angle), y + long * math.sin(angle) + 0.02)
            b.line([(x + 0.3 * (tip[0] - x), y + 0.3 * (tip[1] - y)), tip], colour, 0.005)
            b.disc(*tip, 0.006, mixed(colour, _WHITE, 0.6))
    b.ridge(0.93, 0.02, mixed(b.back, _BLACK, 0.7))


def _cup(b: Brush) -> None:
    b.box(0, b.rng.uniform(0.6, 0.75), 1, 1, mixed(b.middle, _BLACK, 0.35))
    t = b.centred(0.65, 0.9)
    china = mixed(b.accent, _WHITE, 0.5)
    t.oval(0.47, 0.88, 0.42, 0.08, mixed(china, _BLACK, 0.15))
    t.ring(0.82, 0.55, 0.14, china, 0.05)
    t.shape(
        [(0.13, 0.38), (0.81, 0.38), (0.72, 0.8), (0.58, 0.88), (0.36, 0.88), (0.22, 0.8)], china
    )
    t.oval(0.47, 0.38, 0.34, 0.09, mixed(china, _WHITE, 0.5))
    t.oval(0.47, 0.385, 0.3, 0.07, mixed(b.middle, (60, 35, 20), 0.6))
    for steam in (0.35, 0.47, 0.59):
        path = [(steam + 0.03 * math.sin(k), 0.28 - k * 0.05) for k in range(6)]
        t.line(path, mixed(b.back, _WHITE, 0.55), 0.015)


def _clock(b: Brush) -> None:
    for i in range(b.rng.choice((1, 1, 3))):
        at = (b.rng.uniform(0.2, 0.8), b.rng.uniform(0.2, 0.8), 0.45)
        t = b.centred(0.75, 1.0) if i == 0 else b.within(*at)
        t.disc(0.5, 0.5, 0.46, b.middle)
        t.disc(0.5, 0.5, 0.4, mixed(b.accent, _WHITE, 0.75))
        ink = mixed(b.middle, _BLACK, 0.7)
        for hour in range(12):
            u, v = math.cos(hour * math.pi / 6), math.sin(hour * math.pi / 6)
            near = 0.3 if hour % 3 == 0 else 0.34
            t.line([(0.5 + near * u, 0.5 + near * v), (0.5 + 0.37 * u, 0.5 + 0.37 * v)], ink, 0.02)
        for reach, width in ((0.2, 0.035), (0.31, 0.02)):
            angle = b.rng.uniform(0, 2 * math.pi)
            tip = (0.5 + reach * math.cos(angle), 0.5 + reach * math.sin(angle))
            t.line([(0.5, 0.5), tip], ink, width)
        t.disc(0.5, 0.5, 0.03, ink)


def _umbrella(b: Brush) -> None:
    for _ in range(70):
        x, y = b.rng.random(), b.rng.random()
        b.line([(x, y), (x - 0.012, y + 0.05)], mixed(b.accent, b.back, 0.4), 0.003)
    for _ in range(b.rng.randint(1, 3)):
        t = b.within(b.rng.uniform(0.3, 0.7), b.rng.uniform(0.4, 0.6), b.rng.uniform(0.45, 0.8))
        cloth = b.rng.choice((b.middle, b.accent, (200, 50, 60)))
        t.line([(0.5, 0.1), (0.5, 0.85), (0.55, 0.92), (0.62, 0.88)], (60, 45, 40), 0.025)
        dome = [(0.5 - 0.46 * math.cos(k * math.pi / 20), 0.5 - 0.4 * math.sin(k * math.pi / 20))
                for k in range(21)]  # fmt: skip
        t.shape(dome, cloth)
        t.shape([(0.34, 0.5), (0.5, 0.1), (0.66, 0.5)], mixed(cloth, _WHITE, 0.25))


def _gem(b: Brush) -> None:
    b.ground(mixed(b.back, _BLACK, 0.25), b.back)
    for i in range(b.rng.randint(1, 4)):
        at = (b.rng.uniform(0.2, 0.8), b.rng.uniform(0.2, 0.8), b.rng.uniform(0.2, 0.35))
        t = b.centred(0.6, 0.85) if i == 0 else b.within(*at)
        top = [(0.05 + k * 0.225, 0.35) for k in range(5)]
        crown = [(0.2, 0.12), (0.4, 0.12), (0.6, 0.12), (0.8, 0.12)]
        for k in range(4):
            shade = mixed(b.middle, b.accent, b.rng.random())
            t.shape([top[k], top[k + 1], (0.5, 0.95)], shade)
            t.shape([top[k], crown[k], top[k + 1]], mixed(shade, _WHITE, 0.4))
        for k in range(3):
            t.shape([crown[k], crown[k + 1], top[k + 1]], mixed(b.accent, _WHITE, b.rng.random()))
    for _ in range(8):
        b.glow(b.rng.random(), b.rng.random(), 0.025, mixed(b.accent, _WHITE, 0.5))


def _crown(b: Brush) -> None:
    b.glow(0.5, 0.5, 0.4, mixed(b.back, b.middle, 0.7))
    t = b.centred(0.65, 0.9)
    peaks = b.rng.choice((3, 5, 7))
    points = [(0.1, 0.8), (0.05, 0.3)]
    for k in range(peaks - 1):
        points += [(0.05 + 0.9 * (k + 0.5) / (peaks - 1), 0.55)]
        points += [(0.05 + 0.9 * (k + 1) / (peaks - 1), 0.3 if k % 2 else 0.2)]
    t.shape([*points, (0.9, 0.8)], b.accent)
    t.box(0.1, 0.72, 0.9, 0.84, mixed(b.accent, _BLACK, 0.25))
    for k in range(5):
        t.disc(0.18 + k * 0.16, 0.78, 0.035, b.rng.choice(((200, 30, 60), (40, 90, 200), b.middle)))
    for x, y in points[1::2]:
        t.disc(x, y, 0.04, mixed(b.accent, _WHITE, 0.5))


def _pitch(b: Brush) -> None:
    for stripe in range(8):
        shade = mixed(b.back, b.middle, 0.1 + 0.12 * (stripe % 2))
        b.box(stripe / 8, 0, (stripe + 1) / 8, 1, shade)
    chalk, turn = mixed(b.middle, _WHITE, 0.5), b.rng.random() < 0.5
    for left, top, right, bottom in ((0.06, 0.1, 0.94, 0.9), (0.06, 0.32, 0.22, 0.68),
                                     (0.78, 0.32, 0.94, 0.68)):  # fmt: skip
        corners = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)]
        b.line([(y, x) if turn else (x, y) for x, y in corners], chalk, 0.008)
    b.line([(0.1, 0.5), (0.9, 0.5)] if turn else [(0.5, 0.1), (0.5, 0.9)], chalk, 0.008)
    b.ring(0.5, 0.5, 0.13, chalk, 0.008)
    x, y, size = b.rng.uniform(0.2, 0.8), b.rng.uniform(0.2, 0.8), b.rng.uniform(0.06, 0.2)
    b.oval(x, y + size * 0.9, size, size * 0.25, mixed(b.back, _BLACK, 0.4))
    b.disc(x, y, size, mixed(b.accent, _WHITE, 0.2))
    for k in range(5):
        u, v = math.cos(k * 1.257), math.sin(k * 1.257)
        b.line([(x, y), (x + size * u, y + size * v)], mixed(b.accent, _BLACK, 0.6), size * 0.08)
    b.disc(x, y, size * 0.3, mixed(b.accent, _BLACK, 0.6))


def _robot(b: Brush) -> None:
    t = b.centred(0.8, 1.0)
    steel, dark = mixed(b.middle, _WHITE, 0.25), mixed(b.back, _BLACK, 0.5)
    t.line([(0.5, 0.16), (0.5, 0.03)], steel, 0.02)
    t.disc(0.5, 0.04, 0.035, b.accent)
    for side in (-1, 1):
        t.line(
            [(0.5 + side * 0.26, 0.6), (0.5 + side * 0.4, b.rng.uniform(0.45, 0.85))], steel, 0.06
        )
        t.box(0.5 + side * 0.12 - 0.05, 0.84, 0.5 + side * 0.12 + 0.05, 1.0, steel)
    t.box(0.27, 0.15, 0.73, 0.48, steel)
    t.box(0.24, 0.52, 0.76, 0.86, mixed(steel, b.back, 0.25))
    t.box(0.31, 0.2, 0.69, 0.43, dark)
    round_eyes = b.rng.random() < 0.5
    for x in (0.41, 0.59):
        if round_eyes:
            t.disc(x, 0.29, 0.05, b.accent)
        else:
            t.box(x - 0.05, 0.26, x + 0.05, 0.31, b.accent)
    for k in range(5):
        t.box(0.38 + k * 0.05, 0.36, 0.41 + k * 0.05, 0.4, b.accent)
    for k in range(6):
        colour = b.rng.choice((b.accent, (230, 60, 60), (90, 200, 120)))
        t.disc(0.36 + (k % 3) * 0.14, 0.62 + (k // 3) * 0.12, 0.03, colour)


def _book(b: Brush) -> None:
    if b.rng.random() < 0.5:
        for shelf in range(4):
            x, floor = 0.0, 0.25 + shelf * 0.25
            while x < 1:
                wide, tall = b.rng.uniform(0.02, 0.05), b.rng.uniform(0.14, 0.21)
                spine = b.rng.choice((b.back, b.middle, b.accent, (120, 40, 40), (40, 70, 90)))
                b.box(x, floor - tall, x + wide - 0.004, floor, spine)
                x += wide
            b.box(0, floor, 1, floor + 0.02, mixed(b.middle, _BLACK, 0.5))
        return
    t = b.centred(0.75, 0.95)
    for side in (-1, 1):
        for layer in range(3):
            lift = 0.02 * layer
            page = [(0.5, 0.3 + lift), (0.5 + side * 0.46, 0.22 + lift),
                    (0.5 + side * 0.46, 0.76 + lift), (0.5, 0.84 + lift)]  # fmt: skip
            t.shape(page, mixed(mixed(b.accent, _WHITE, 0.6), b.middle, 0.5 - 0.25 * layer))
        for line in range(7):
            y = 0.38 + line * 0.055
            t.line([(0.5 + side * 0.05, y), (0.5 + side * 0.4, y - 0.06)], b.middle, 0.008)


THINGS: dict[str, Callable[[Brush], None]] = {
    "piano": _piano,
    "guitar": _guitar,
    "drum": _drum,
    "vinyl": _vinyl,
    "cassette": _cassette,
    "speaker": _speaker,
    "chess": _chess,
    "lantern": _lantern,
    "candle": _candle,
    "fireworks": _fireworks,
    "cup": _cup,
    "clock": _clock,
    "umbrella": _umbrella,
    "gem": _gem,
    "crown": _crown,
    "pitch": _pitch,
    "book": _book,
    "robot": _robot,
}
"""The views by name."""
