"""Views of one thing that stands or moves outdoors: buildings and vehicles."""

import math
from collections.abc import Callable

from .brush import Brush, Colour, mixed

_WHITE: Colour = (255, 255, 255)
_BLACK: Colour = (0, 0, 0)


def _land(b: Brush, height: float = 0.78) -> None:
    """Sky, and ground for something to stand on."""
    b.ground(b.back, mixed(b.back, _WHITE, 0.35))
    b.ridge(height, 0.02, mixed(b.middle, b.back, 0.35), 2)


def _pyramid(b: Brush) -> None:
    b.ground(mixed(b.accent, _WHITE, 0.3), mixed(b.back, _WHITE, 0.4))
    b.disc(b.rng.random(), b.rng.uniform(0.1, 0.3), 0.07, (255, 240, 190))
    for size in sorted(b.rng.uniform(0.25, 0.5) for _ in range(b.rng.randint(1, 3))):
        x, base = b.rng.uniform(0.2, 0.8), 0.62 + 0.3 * size
        top = (x, base - size * 0.9)
        b.shape([(x - size * 0.7, base), top, (x + size * 0.25, base)], b.middle)
        b.shape(
            [(x + size * 0.25, base), top, (x + size * 0.7, base)], mixed(b.middle, _BLACK, 0.4)
        )
    b.ridge(0.78, 0.03, b.back, 1.5)


def _lighthouse(b: Brush) -> None:
    b.ground(mixed(b.back, _BLACK, 0.35), b.middle)
    x, top = b.rng.uniform(0.3, 0.7), b.rng.uniform(0.2, 0.3)
    for side in (-1, 1):
        if b.rng.random() < 0.8:
            beam = [(x, top), (x + side, top - 0.18), (x + side, top + 0.12)]
            b.shape(beam, mixed(b.back, b.accent, 0.45))
    b.ridge(0.82, 0.02, mixed(b.back, _BLACK, 0.4), 6)
    for i in range(6):
        low, high = top + 0.05 + i * 0.1, top + 0.15 + i * 0.1
        a, c = 0.04 + i * 0.008, 0.048 + i * 0.008
        band = [(x - a, low), (x + a, low), (x + c, high), (x - c, high)]
        b.shape(band, (200, 45, 45) if i % 2 else (240, 240, 235))
    b.box(x - 0.03, top - 0.04, x + 0.03, top + 0.05, b.accent)
    b.shape([(x - 0.045, top - 0.04), (x, top - 0.1), (x + 0.045, top - 0.04)], (150, 35, 35))
    b.shape([(x - 0.3, 1), (x - 0.12, 0.82), (x + 0.14, 0.82), (x + 0.3, 1)], (50, 48, 50))


def _igloo(b: Brush) -> None:
    b.ground(b.back, mixed(b.middle, b.back, 0.4))
    for _ in range(3):
        b.glow(b.rng.random(), 0.2, b.rng.uniform(0.1, 0.25), mixed(b.middle, b.back, 0.2))
    b.ridge(0.7, 0.02, mixed(b.accent, _WHITE, 0.5), 2)
    x, size = b.rng.uniform(0.35, 0.65), b.rng.uniform(0.24, 0.33)
    line = mixed(b.back, (150, 175, 200), 0.6)
    b.disc(x, 0.78, size, (232, 240, 247))
    for i in range(1, 5):
        b.ring(x, 0.78, size * i / 4.5, line, 0.006)
    for i in range(7):
        angle = math.pi * (1 + i / 6)
        b.line(
            [(x, 0.78), (x + size * math.cos(angle), 0.78 + size * math.sin(angle))], line, 0.005
        )
    b.disc(x, 0.78, size * 0.38, (210, 222, 233))
    b.disc(x, 0.79, size * 0.27, (30, 40, 60))
    b.box(0, 0.79, 1, 1, mixed(b.accent, _WHITE, 0.6))


def _windmill(b: Brush) -> None:
    _land(b)
    x, hub = b.rng.uniform(0.35, 0.65), 0.38
    b.shape([(x - 0.06, hub), (x + 0.06, hub), (x + 0.12, 0.85), (x - 0.12, 0.85)], b.middle)
    b.shape([(x - 0.08, hub), (x, hub - 0.1), (x + 0.08, hub)], mixed(b.middle, _BLACK, 0.4))
    b.box(x - 0.025, 0.74, x + 0.025, 0.85, mixed(b.middle, _BLACK, 0.6))
    turn = b.rng.uniform(0, 1.5)
    for arm in range(4):
        angle = turn + arm * math.pi / 2
        u, v = math.cos(angle), math.sin(angle)
        tip = (x + 0.34 * u, hub + 0.34 * v)
        near = (x + 0.08 * u, hub + 0.08 * v)
        b.shape(
            [
                near,
                tip,
                (tip[0] - 0.07 * v, tip[1] + 0.07 * u),
                (near[0] - 0.07 * v, near[1] + 0.07 * u),
            ],
            mixed(b.accent, _WHITE, 0.5),
        )
        b.line([(x, hub), tip], mixed(b.middle, _BLACK, 0.6), 0.014)


def _bridge(b: Brush) -> None:
    b.ground(mixed(b.back, _WHITE, 0.3), b.back)
    b.ridge(0.66, 0.05, mixed(b.back, b.middle, 0.3), 2)
    b.box(0, 0.72, 1, 1, mixed(b.back, (30, 70, 110), 0.45))
    deck, iron = b.rng.uniform(0.58, 0.64), mixed(b.middle, b.accent, 0.15)
    towers = (b.rng.uniform(0.15, 0.3), b.rng.uniform(0.7, 0.85))
    if b.rng.random() < 0.5:
        for x in (-0.1, 0.2, 0.5, 0.8):
            b.disc(x + 0.1, deck + 0.22, 0.15, iron)
            b.disc(x + 0.1, deck + 0.22, 0.11, mixed(b.back, (30, 70, 110), 0.3))
        b.box(0, deck, 1, deck + 0.06, iron)
        return
    for x in towers:
        b.box(x - 0.02, 0.22, x + 0.02, 0.85, iron)
    middle = sum(towers) / 2
    half = middle - towers[0]
    cable = [(k / 40, deck - 0.02 - 0.34 * min(1.0, ((k / 40 - middle) / half) ** 2))
             for k in range(41) if abs(k / 40 - middle) <= half]  # fmt: skip
    b.line([(0, deck), (towers[0], 0.24)], iron, 0.01)
    b.line([(towers[1], 0.24), (1, deck)], iron, 0.01)
    b.line(cable, iron, 0.012)
    for x, y in cable[::2]:
        b.line([(x, y), (x, deck)], iron, 0.004)
    b.box(0, deck, 1, deck + 0.03, mixed(iron, _BLACK, 0.3))


def _tent(b: Brush) -> None:
    _land(b, 0.72)
    for _ in range(b.rng.randint(1, 2)):
        t = b.within(b.rng.uniform(0.3, 0.7), b.rng.uniform(0.58, 0.66), b.rng.uniform(0.5, 0.75))
        t.shape([(0.5, 0.1), (0.0, 0.9), (1.0, 0.9)], b.accent)
        for left in (0.14, 0.58):
            t.shape([(0.5, 0.1), (left, 0.9), (left + 0.18, 0.9)], mixed(b.middle, _WHITE, 0.2))
        t.shape([(0.5, 0.3), (0.4, 0.9), (0.6, 0.9)], mixed(b.middle, _BLACK, 0.6))
        t.line([(0.5, 0.1), (0.5, 0.0), (0.62, 0.04)], b.middle, 0.02)


def _torii(b: Brush) -> None:
    _land(b, 0.8)
    if b.rng.random() < 0.7:
        b.disc(0.5, 0.4, b.rng.uniform(0.2, 0.3), mixed(b.accent, b.middle, 0.35))
    t = b.centred(0.75, 0.95)
    red = mixed(b.middle, (200, 30, 30), 0.5)
    for left in (0.2, 0.72):
        t.shape([(left + 0.01, 0.2), (left + 0.07, 0.2), (left + 0.08, 0.95), (left, 0.95)], red)
    t.box(0.14, 0.33, 0.86, 0.39, red)
    t.box(0.47, 0.2, 0.53, 0.33, red)
    t.shape([(0.02, 0.1), (0.5, 0.14), (0.98, 0.1), (0.94, 0.22), (0.06, 0.22)], red)
    t.shape([(0.0, 0.06), (0.5, 0.1), (1.0, 0.06), (0.98, 0.11), (0.5, 0.15), (0.02, 0.11)],
            mixed(red, _BLACK, 0.6))  # fmt: skip


def _dome(b: Brush) -> None:
    b.ground(b.back, mixed(b.middle, b.accent, 0.4))
    b.disc(b.rng.uniform(0.2, 0.8), 0.2, 0.06, mixed(b.accent, _WHITE, 0.4))
    wall = mixed(b.middle, b.back, 0.4)
    onion = b.rng.random() < 0.5
    for x, size in ((0.27, 0.1), (0.73, 0.1), (0.5, b.rng.uniform(0.17, 0.22))):
        top = 0.62 - size * 0.6
        b.disc(x, top, size, b.accent)
        if onion:
            b.shape([(x - size * 0.7, top - size * 0.7), (x, top - size * 1.9),
                     (x + size * 0.7, top - size * 0.7)], b.accent)  # fmt: skip
        b.line([(x, top - size * 0.8), (x, top - size * 2.2)], mixed(b.accent, _WHITE, 0.4), 0.008)
        b.box(x - size, top, x + size, 0.9, wall)
        b.disc(x, 0.72, size * 0.4, mixed(wall, _BLACK, 0.5))
        b.box(x - size * 0.4, 0.72, x + size * 0.4, 0.9, mixed(wall, _BLACK, 0.5))
    for x in (0.1, 0.9):
        b.box(x - 0.018, 0.25, x + 0.018, 0.9, wall)
        b.shape([(x - 0.028, 0.25), (x, 0.13), (x + 0.028, 0.25)], b.accent)
    b.box(0, 0.88, 1, 1, mixed(wall, _BLACK, 0.3))


def _window(b: Brush) -> None:
    b.ground(mixed(b.back, _BLACK, 0.5), mixed(b.back, _BLACK, 0.3))
    w = b.centred(0.85, 1.0)
    lead = mixed(b.back, _BLACK, 0.6)
    tints = (b.middle, b.accent, mixed(b.middle, (60, 90, 200), 0.5), mixed(b.accent, _WHITE, 0.4))
    for row in range(9):
        for column in range(6):
            left, top = 0.2 + column * 0.1, 0.12 + row * 0.09
            middle, height = left + 0.05 - 0.5, top + 0.045
            if height < 0.4 and abs(middle) > 0.3 * math.sqrt(max(0.0, (height - 0.08) / 0.32)):
                continue
            w.box(left, top, left + 0.1, top + 0.09, b.rng.choice(tints))
            w.line([(left, top), (left + 0.1, top), (left + 0.1, top + 0.09)], lead, 0.012)
    w.disc(0.5, 0.38, 0.11, lead)
    for petal in range(8):
        x, y = math.cos(petal * math.pi / 4), math.sin(petal * math.pi / 4)
        w.disc(0.5 + 0.065 * x, 0.38 + 0.065 * y, 0.032, b.rng.choice(tints))
    b.glow(0.5, 0.9, 0.25, mixed(b.back, b.accent, 0.4))


def _house(b: Brush) -> None:
    _land(b, 0.72)
    for _ in range(b.rng.randint(1, 3)):
        h = b.within(b.rng.uniform(0.2, 0.8), b.rng.uniform(0.55, 0.68), b.rng.uniform(0.35, 0.65))
        wall = mixed(b.accent, b.rng.choice((_WHITE, b.middle)), 0.3)
        h.box(0.68, 0.1, 0.76, 0.4, mixed(b.middle, _BLACK, 0.3))
        h.box(0.15, 0.45, 0.85, 0.95, wall)
        h.shape([(0.05, 0.47), (0.5, 0.1), (0.95, 0.47)], mixed(b.middle, (150, 50, 40), 0.4))
        h.box(0.43, 0.68, 0.57, 0.95, mixed(b.middle, _BLACK, 0.5))
        for left in (0.22, 0.64):
            h.box(left, 0.55, left + 0.14, 0.7, mixed(b.back, (255, 240, 170), 0.6))


def _ferris(b: Brush) -> None:
    b.ground(b.back, mixed(b.back, b.middle, 0.6))
    x, y, radius = b.rng.uniform(0.4, 0.6), 0.45, b.rng.uniform(0.3, 0.37)
    turn, cabins = b.rng.random(), b.rng.randint(8, 14)
    for foot in (-0.22, 0.22):
        b.line([(x, y), (x + foot, 0.95)], mixed(b.middle, _WHITE, 0.3), 0.018)
    for size in (radius, radius * 0.85):
        b.ring(x, y, size, b.accent, 0.008)
    for i in range(cabins):
        angle = turn + i * 2 * math.pi / cabins
        rim = (x + radius * math.cos(angle), y + radius * math.sin(angle))
        b.line([(x, y), rim], mixed(b.accent, b.middle, 0.4), 0.006)
        b.disc(rim[0], rim[1] + 0.03, 0.03, b.middle if i % 2 else b.accent)
    b.ridge(0.93, 0.01, mixed(b.back, _BLACK, 0.5))


def _tower(b: Brush) -> None:
    b.ground(b.back, mixed(b.back, _WHITE, 0.3))
    x, steel = b.rng.uniform(0.4, 0.6), mixed(b.middle, _BLACK, 0.25)
    for _ in range(7):
        left, top = b.rng.random(), b.rng.uniform(0.55, 0.85)
        b.box(left - 0.07, top, left + 0.07, 1, mixed(b.back, b.middle, 0.45))
    if b.rng.random() < 0.5:
        for side in (-1, 1):
            curve = [(x + side * 0.24 * (k / 12) ** 2.2, 0.12 + 0.8 * k / 12) for k in range(13)]
            b.line(curve, steel, 0.03)
        for y in (0.45, 0.65):
            wide = 0.04 + 0.3 * ((y - 0.12) / 0.8) ** 2.2
            b.box(x - wide, y, x + wide, y + 0.03, steel)
        b.box(x - 0.006, 0.03, x + 0.006, 0.16, steel)
        return
    for wide, top in ((0.15, 0.42), (0.11, 0.28), (0.06, 0.16)):
        b.box(x - wide, top, x + wide, 1, mixed(steel, b.accent, top * 0.5))
    for row in range(24):
        for column in range(-4, 5):
            wide = 0.15 if row > 10 else 0.11
            if abs(column * 0.03) < wide - 0.02 and b.rng.random() < 0.7:
                left, top = x + column * 0.03 - 0.008, 0.3 + row * 0.03
                b.box(left, top, left + 0.016, top + 0.016, b.accent)
    b.box(x - 0.004, 0.02, x + 0.004, 0.18, steel)


def _balloon(b: Brush) -> None:
    for _ in range(6):
        at = (b.rng.random(), b.rng.uniform(0.1, 0.9))
        b.oval(*at, b.rng.uniform(0.08, 0.16), 0.035, mixed(b.back, _WHITE, 0.5))
    b.blur(4)
    for i in range(b.rng.randint(1, 4)):
        size = b.rng.uniform(0.45, 0.75) if i == 0 else b.rng.uniform(0.15, 0.3)
        t = b.within(b.rng.uniform(0.25, 0.75), b.rng.uniform(0.3, 0.6), size)
        one, other = b.rng.sample((b.middle, b.accent, mixed(b.middle, b.accent, 0.5)), 2)
        t.shape([(0.16, 0.5), (0.42, 0.84), (0.58, 0.84), (0.84, 0.5)], one)
        for k, across in enumerate((0.38, 0.26, 0.13)):
            t.oval(0.5, 0.38, across, 0.38, one if k % 2 == 0 else other)
        for rope in (0.43, 0.57):
            t.line([(rope, 0.82), (0.5 + (rope - 0.5) * 0.8, 0.92)], (70, 50, 40), 0.012)
        t.box(0.44, 0.9, 0.56, 1.0, (125, 85, 50))


def _rocket(b: Brush) -> None:
    b.ground(mixed(b.back, _BLACK, 0.3), mixed(b.back, b.middle, 0.7))
    for _ in range(60):
        b.disc(b.rng.random(), b.rng.uniform(0, 0.8), 0.003, _WHITE)
    t = b.centred(0.7, 0.95)
    b.glow(0.5, 0.95, 0.25, b.accent)
    t.shape([(0.42, 0.7), (0.5, b.rng.uniform(0.9, 1.05)), (0.58, 0.7)], (255, 214, 80))
    t.shape([(0.4, 0.7), (0.45, 0.95), (0.5, 0.75), (0.55, 0.95), (0.6, 0.7)], b.accent)
    for side in (-1, 1):
        t.shape([(0.5 + side * 0.1, 0.5), (0.5 + side * 0.24, 0.74), (0.5 + side * 0.1, 0.7)],
                mixed(b.accent, (200, 40, 40), 0.5))  # fmt: skip
    t.oval(0.5, 0.42, 0.13, 0.38, mixed(b.middle, _WHITE, 0.7))
    t.box(0.38, 0.62, 0.62, 0.82, mixed(b.back, b.middle, 0.6))
    t.shape([(0.4, 0.62), (0.6, 0.62), (0.57, 0.72), (0.43, 0.72)], mixed(b.middle, _BLACK, 0.3))
    t.shape([(0.39, 0.25), (0.5, 0.0), (0.61, 0.25)], mixed(b.accent, (200, 40, 40), 0.5))
    t.disc(0.5, 0.38, 0.055, mixed(b.back, (120, 190, 230), 0.7))


def _car(b: Brush) -> None:
    b.ground(b.back, mixed(b.back, b.middle, 0.4))
    b.box(0, 0.7, 1, 1, mixed(b.back, (60, 60, 66), 0.7))
    b.box(0, 0.84, 1, 0.855, mixed(b.accent, _WHITE, 0.3))
    t = b.within(b.rng.uniform(0.4, 0.6), 0.52, b.rng.uniform(0.75, 0.95))
    paint = b.rng.choice((b.middle, b.accent))
    roof = b.rng.uniform(0.26, 0.36)
    t.shape([(0.24, 0.52), (0.36, roof), (0.64, roof), (0.8, 0.52)], paint)
    t.shape([(0.3, 0.5), (0.38, roof + 0.04), (0.49, roof + 0.04), (0.49, 0.5)], (190, 215, 230))
    t.shape([(0.52, 0.5), (0.52, roof + 0.04), (0.62, roof + 0.04), (0.72, 0.5)], (190, 215, 230))
    t.shape([(0.02, 0.54), (0.1, 0.49), (0.9, 0.49), (0.98, 0.58), (0.98, 0.7), (0.02, 0.7)], paint)
    t.disc(0.955, 0.57, 0.025, (255, 244, 190))
    t.disc(0.04, 0.58, 0.02, (190, 30, 30))
    for x in (0.24, 0.76):
        t.disc(x, 0.7, 0.1, (22, 22, 24))
        t.disc(x, 0.7, 0.05, (170, 172, 176))


def _train(b: Brush) -> None:
    _land(b, 0.66)
    b.box(0, 0.84, 1, 0.855, (70, 66, 64))
    for sleeper in range(14):
        b.box(sleeper / 14, 0.855, sleeper / 14 + 0.03, 0.88, (95, 70, 50))
    steam, x = b.rng.random() < 0.6, b.rng.uniform(0.0, 0.12)
    if steam:
        for puff in range(7):
            b.disc(x + 0.8 - puff * 0.1, 0.36 - puff * 0.03, 0.03 + puff * 0.01,
                   mixed(b.back, _WHITE, 0.6))  # fmt: skip
    for wagon in range(3):
        left = x - 0.32 + wagon * 0.32
        top, paint = (0.55, b.middle) if wagon < 2 or not steam else (0.6, b.accent)
        b.box(left, top, left + 0.3, 0.78, paint)
        for window in range(3 if wagon < 2 or not steam else 0):
            b.box(left + 0.03 + window * 0.09, top + 0.04, left + 0.09 + window * 0.09, top + 0.12,
                  mixed(b.accent, _WHITE, 0.5))  # fmt: skip
        for wheel in (0.06, 0.15, 0.24):
            b.disc(left + wheel, 0.8, 0.035, (30, 30, 32))
    if steam:
        b.box(x + 0.3, 0.45, x + 0.42, 0.78, b.accent)
        b.box(x + 0.54, 0.45, x + 0.58, 0.62, mixed(b.accent, _BLACK, 0.5))
        b.shape([(x + 0.62, 0.7), (x + 0.72, 0.82), (x + 0.62, 0.82)], mixed(b.accent, _BLACK, 0.5))
    else:
        b.shape([(x + 0.62, 0.55), (x + 0.74, 0.78), (x + 0.62, 0.78)], b.middle)


def _ship(b: Brush) -> None:
    b.ground(mixed(b.back, _WHITE, 0.45), mixed(b.back, _WHITE, 0.15))
    t = b.centred(0.7, 0.95)
    wood, sail = mixed(b.middle, (90, 55, 30), 0.5), mixed(b.accent, _WHITE, 0.4)
    if b.rng.random() < 0.6:
        for x, tall in ((0.3, 0.22), (0.52, 0.08), (0.73, 0.25)):
            t.line([(x, tall - 0.05), (x, 0.75)], wood, 0.02)
            for level in (0.0, 0.25):
                top = tall + level
                t.shape([(x - 0.08, top), (x + 0.1, top), (x + 0.12, top + 0.2),
                         (x - 0.1, top + 0.2)], sail)  # fmt: skip
    else:
        t.line([(0.5, 0.05), (0.5, 0.75)], wood, 0.02)
        t.shape([(0.53, 0.08), (0.53, 0.68), (0.9, 0.68)], sail)
        t.shape([(0.47, 0.15), (0.47, 0.68), (0.18, 0.68)], mixed(sail, b.middle, 0.3))
    t.shape([(0.05, 0.7), (0.97, 0.7), (0.84, 0.9), (0.2, 0.9)], wood)
    for i in range(5):
        b.ridge(0.78 + 0.05 * i, 0.008, mixed(b.back, (10, 50, 90), 0.25 + 0.08 * i), 6)


def _bicycle(b: Brush) -> None:
    _land(b, 0.8)
    t = b.centred(0.75, 0.95)
    frame, tyre = b.rng.choice((b.middle, b.accent)), mixed(b.back, (25, 25, 28), 0.85)
    for x in (0.22, 0.78):
        t.ring(x, 0.65, 0.2, tyre, 0.025)
        for spoke in range(6):
            u, v = math.cos(spoke * math.pi / 6), math.sin(spoke * math.pi / 6)
            t.line([(x - 0.19 * u, 0.65 - 0.19 * v), (x + 0.19 * u, 0.65 + 0.19 * v)], tyre, 0.005)
    t.line([(0.22, 0.65), (0.38, 0.35), (0.7, 0.35), (0.48, 0.65), (0.22, 0.65)], frame, 0.03)
    t.line([(0.48, 0.65), (0.36, 0.28)], frame, 0.03)
    t.line([(0.78, 0.65), (0.68, 0.25), (0.78, 0.2)], frame, 0.03)
    t.box(0.29, 0.25, 0.43, 0.29, tyre)


LANDMARKS: dict[str, Callable[[Brush], None]] = {
    "pyramid": _pyramid,
    "lighthouse": _lighthouse,
    "igloo": _igloo,
    "windmill": _windmill,
    "bridge": _bridge,
    "tent": _tent,
    "torii": _torii,
    "dome": _dome,
    "window": _window,
    "house": _house,
    "ferris": _ferris,
    "tower": _tower,
    "balloon": _balloon,
    "rocket": _rocket,
    "car": _car,
    "train": _train,
    "ship": _ship,
    "bicycle": _bicycle,
}
"""The views by name."""
