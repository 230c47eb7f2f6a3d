"""Views of what lives: animals and faces."""

import math
from collections.abc import Callable

from .brush import Brush, Colour, mixed

_WHITE: Colour = (255, 255, 255)
_BLACK: Colour = (0, 0, 0)


def _fish(b: Brush) -> None:
    b.ground(mixed(b.back, b.middle, 0.5), b.back)
    for _ in range(25):
        b.ring(b.rng.random(), b.rng.random(), b.rng.uniform(0.005, 0.02),
               mixed(b.middle, _WHITE, 0.5), 0.003)  # fmt: skip
    for i in range(b.rng.randint(1, 6)):
        size = b.rng.uniform(0.45, 0.8) if i == 0 else b.rng.uniform(0.15, 0.3)
        t = b.within(b.rng.uniform(0.25, 0.75), b.rng.uniform(0.25, 0.75), size)
        skin = b.rng.choice((b.accent, mixed(b.accent, b.middle, 0.5)))
        t.shape([(0.68, 0.5), (1.0, 0.25), (0.94, 0.5), (1.0, 0.75)], mixed(skin, b.middle, 0.3))
        t.shape([(0.3, 0.32), (0.5, 0.12), (0.6, 0.34)], mixed(skin, _BLACK, 0.2))
        t.oval(0.42, 0.5, 0.38, 0.22, skin)
        for stripe in (0.38, 0.52, 0.64):
            t.line(
                [(stripe, 0.33), (stripe + 0.03, 0.5), (stripe, 0.67)],
                mixed(skin, b.back, 0.4),
                0.03,
            )
        t.disc(0.18, 0.45, 0.04, _WHITE)
        t.disc(0.17, 0.45, 0.02, (20, 20, 20))


def _bird(b: Brush) -> None:
    if b.rng.random() < 0.5:
        for _ in range(b.rng.randint(3, 9)):
            t = b.within(
                b.rng.uniform(0.1, 0.9), b.rng.uniform(0.1, 0.75), b.rng.uniform(0.12, 0.4)
            )
            lift, ink = b.rng.uniform(0.1, 0.35), mixed(b.accent, _BLACK, 0.3)
            t.shape([(0.0, 0.5 - lift), (0.3, 0.38), (0.5, 0.5), (0.7, 0.38), (1.0, 0.5 - lift),
                     (0.72, 0.52), (0.5, 0.66), (0.28, 0.52)], ink)  # fmt: skip
        return
    b.line([(0, 0.85), (0.5, 0.8), (1, 0.84)], mixed(b.middle, (80, 55, 40), 0.7), 0.03)
    t = b.centred(0.6, 0.85)
    body, wing = b.rng.choice(((b.middle, b.accent), (b.accent, b.middle)))
    t.shape([(0.68, 0.62), (1.0, 0.92), (0.86, 0.96), (0.55, 0.78)], mixed(wing, _BLACK, 0.2))
    t.oval(0.48, 0.58, 0.26, 0.22, body)
    t.disc(0.3, 0.34, 0.15, body)
    t.oval(0.58, 0.58, 0.19, 0.12, wing)
    t.shape([(0.17, 0.31), (0.02, 0.37), (0.18, 0.41)], (240, 170, 50))
    t.disc(0.26, 0.31, 0.03, (20, 20, 20))
    for leg in (0.42, 0.52):
        t.line([(leg, 0.78), (leg, 0.92)], (160, 110, 60), 0.018)


def _cat(b: Brush) -> None:
    t = b.centred(0.75, 1.0)
    fur = b.rng.choice((b.middle, b.accent, (60, 55, 60), (215, 140, 70)))
    dark = mixed(fur, _BLACK, 0.35)
    if b.rng.random() < 0.4:
        t.oval(0.52, 0.72, 0.24, 0.26, fur)
        t.line([(0.72, 0.9), (0.9, 0.8), (0.88, 0.6)], fur, 0.06)
    size = 0.3 if b.rng.random() < 0.6 else 0.2
    y = 0.35 if size < 0.25 else 0.5
    for side in (-1, 1):
        t.shape(
            [
                (0.5 + side * size * 0.95, y - size * 0.2),
                (0.5 + side * size * 0.85, y - size * 1.4),
                (0.5 + side * size * 0.25, y - size * 0.85),
            ],
            fur,
        )
        t.shape(
            [
                (0.5 + side * size * 0.8, y - size * 0.5),
                (0.5 + side * size * 0.78, y - size * 1.1),
                (0.5 + side * size * 0.45, y - size * 0.85),
            ],
            mixed(fur, (240, 160, 160), 0.5),
        )
    t.oval(0.5, y, size, size * 0.88, fur)
    for side in (-1, 1):
        t.oval(0.5 + side * size * 0.42, y - size * 0.1, size * 0.2, size * 0.17, (190, 210, 90))
        t.oval(0.5 + side * size * 0.42, y - size * 0.1, size * 0.06, size * 0.16, (15, 15, 15))
        for k in range(3):
            t.line(
                [
                    (0.5 + side * size * 0.3, y + size * 0.35),
                    (0.5 + side * size * 1.3, y + size * (0.2 + 0.15 * k)),
                ],
                dark,
                0.006,
            )
    t.shape(
        [
            (0.5 - size * 0.12, y + size * 0.2),
            (0.5 + size * 0.12, y + size * 0.2),
            (0.5, y + size * 0.34),
        ],
        (220, 120, 130),
    )
    for k in range(3):
        t.line([(0.5 + (k - 1) * size * 0.2, y - size * 0.8),
                (0.5 + (k - 1) * size * 0.16, y - size * 0.45)], dark, 0.02)  # fmt: skip


def _dog(b: Brush) -> None:
    t = b.centred(0.75, 1.0)
    fur = b.rng.choice((b.middle, (150, 100, 60), (200, 165, 110), (70, 65, 70)))
    dark = mixed(fur, _BLACK, 0.45)
    t.oval(0.5, 0.42, 0.27, 0.3, fur)
    droop = b.rng.uniform(0.45, 0.6)
    for side in (-1, 1):
        t.oval(0.5 + side * 0.29, droop, 0.1, 0.24, dark)
        t.disc(0.5 + side * 0.11, 0.36, 0.04, (20, 18, 18))
        t.disc(0.5 + side * 0.11 - 0.012, 0.35, 0.012, _WHITE)
    t.oval(0.5, 0.58, 0.18, 0.15, mixed(fur, _WHITE, 0.6))
    t.oval(0.5, 0.68, 0.06, 0.12, (225, 110, 120))
    t.oval(0.5, 0.6, 0.13, 0.07, mixed(fur, _WHITE, 0.6))
    t.oval(0.5, 0.51, 0.07, 0.05, (25, 22, 22))
    t.shape([(0.3, 0.8), (0.7, 0.8), (0.66, 0.87), (0.34, 0.87)], b.accent)


def _horse(b: Brush) -> None:
    b.ground(mixed(b.back, _WHITE, 0.25), b.back)
    b.ridge(0.82, 0.02, mixed(b.accent, b.back, 0.4), 2)
    t = b.centred(0.75, 0.95)
    coat = b.rng.choice((b.middle, (70, 50, 40), (225, 220, 210)))
    mane, stride = mixed(coat, _BLACK, 0.5), b.rng.uniform(-0.1, 0.16)
    for x, step in ((0.3, -stride), (0.36, stride), (0.66, -stride), (0.72, stride)):
        t.line([(x, 0.55), (x + step * 0.6, 0.76), (x + step, 0.95)], coat, 0.055)
    t.oval(0.5, 0.52, 0.28, 0.14, coat)
    t.shape([(0.24, 0.42), (0.1, 0.7), (0.16, 0.72), (0.28, 0.5)], mane)
    t.shape([(0.62, 0.42), (0.78, 0.14), (0.88, 0.2), (0.76, 0.58)], coat)
    t.shape([(0.77, 0.12), (0.99, 0.3), (0.94, 0.38), (0.78, 0.28)], coat)
    t.shape([(0.77, 0.16), (0.77, 0.04), (0.83, 0.14)], coat)
    t.shape([(0.6, 0.42), (0.72, 0.12), (0.79, 0.14), (0.7, 0.44)], mane)
    t.disc(0.85, 0.2, 0.012, (10, 10, 10))


def _butterfly(b: Brush) -> None:
    for i in range(b.rng.randint(1, 5)):
        size = b.rng.uniform(0.55, 0.85) if i == 0 else b.rng.uniform(0.15, 0.3)
        t = b.within(b.rng.uniform(0.3, 0.7), b.rng.uniform(0.3, 0.7), size)
        wing, spot = b.rng.choice(((b.middle, b.accent), (b.accent, b.middle)))
        rim, fold = mixed(wing, _BLACK, 0.6), b.rng.uniform(0.65, 1)
        for side in (-1, 1):
            for x, y, w, h in ((0.24, 0.36, 0.23, 0.24), (0.19, 0.68, 0.17, 0.18)):
                t.oval(0.5 + side * x * fold, y, w * fold, h, rim)
                t.oval(0.5 + side * x * fold, y, w * fold * 0.84, h * 0.84, wing)
                t.disc(0.5 + side * x * fold * 1.1, y, w * 0.3, spot)
            t.line([(0.5, 0.3), (0.5 + side * 0.12, 0.08)], rim, 0.012)
        t.oval(0.5, 0.5, 0.035, 0.26, (40, 32, 30))


def _spider(b: Brush) -> None:
    x, y = b.rng.uniform(0.3, 0.7), b.rng.uniform(0.25, 0.6)
    silk = mixed(b.accent, b.middle, 0.3)
    spokes = [(math.cos(k * math.pi / 6), math.sin(k * math.pi / 6)) for k in range(12)]
    for u, v in spokes:
        b.line([(x, y), (x + 1.2 * u, y + 1.2 * v)], silk, 0.004)
    for ring in range(1, 9):
        web = [(x + ring * 0.09 * u, y + ring * 0.09 * v) for u, v in spokes]
        b.line([*web, web[0]], silk, 0.004)
    t = b.within(b.rng.uniform(0.3, 0.7), b.rng.uniform(0.4, 0.7), b.rng.uniform(0.25, 0.5))
    ink = mixed(b.back, _BLACK, 0.75)
    for side in (-1, 1):
        for leg in range(4):
            height = 0.2 + leg * 0.2
            t.line(
                [(0.5, 0.5), (0.5 + side * 0.3, height), (0.5 + side * 0.5, height + 0.18)],
                ink,
                0.03,
            )
    t.oval(0.5, 0.62, 0.18, 0.2, ink)
    t.disc(0.5, 0.4, 0.12, ink)
    for eye in (0.46, 0.54):
        t.disc(eye, 0.36, 0.02, (220, 40, 40))


def _elephant(b: Brush) -> None:
    b.ridge(0.84, 0.02, mixed(b.accent, b.back, 0.3), 2)
    t = b.centred(0.75, 0.95)
    skin = mixed(b.middle, (130, 130, 135), 0.6)
    dark = mixed(skin, _BLACK, 0.25)
    for x in (0.2, 0.34, 0.52, 0.64):
        t.box(x, 0.6, x + 0.11, 0.93, dark if x in (0.34, 0.64) else skin)
    t.oval(0.45, 0.5, 0.33, 0.22, skin)
    t.disc(0.77, 0.4, 0.17, skin)
    curl = b.rng.uniform(-0.25, 0.12)
    t.line([(0.88, 0.42), (0.94, 0.6), (0.92, 0.78), (0.92 + curl * 0.3, 0.86 + curl)], skin, 0.08)
    t.oval(0.68, 0.42, 0.13, 0.18, dark)
    t.shape([(0.86, 0.52), (1.0, 0.62), (0.86, 0.57)], (245, 240, 225))
    t.disc(0.82, 0.36, 0.015, (15, 15, 15))
    t.line([(0.13, 0.45), (0.06, 0.68)], dark, 0.02)


def _lion(b: Brush) -> None:
    t = b.centred(0.8, 1.0)
    fur, mane = mixed(b.back, (225, 170, 90), 0.7), mixed(b.middle, (130, 70, 25), 0.6)
    for tuft in range(18):
        angle = tuft * math.pi / 9
        t.disc(0.5 + 0.3 * math.cos(angle), 0.48 + 0.3 * math.sin(angle), 0.13, mane)
    t.disc(0.5, 0.48, 0.32, mixed(mane, b.accent, 0.3))
    for side in (-1, 1):
        t.disc(0.5 + side * 0.2, 0.25, 0.08, fur)
    t.oval(0.5, 0.48, 0.25, 0.27, fur)
    t.oval(0.5, 0.62, 0.15, 0.12, mixed(fur, _WHITE, 0.6))
    for side in (-1, 1):
        t.oval(0.5 + side * 0.1, 0.42, 0.04, 0.028, (240, 200, 60))
        t.disc(0.5 + side * 0.1, 0.42, 0.018, (20, 15, 10))
    t.shape([(0.44, 0.53), (0.56, 0.53), (0.5, 0.61)], (70, 40, 35))
    if b.rng.random() < 0.5:
        t.oval(0.5, 0.69, 0.09, 0.06, (110, 25, 30))
    else:
        t.line([(0.42, 0.67), (0.5, 0.64), (0.58, 0.67)], (70, 40, 35), 0.015)


def _ghost(b: Brush) -> None:
    b.ground(mixed(b.back, _BLACK, 0.4), mixed(b.back, b.middle, 0.6))
    for i in range(b.rng.randint(1, 3)):
        size = b.rng.uniform(0.6, 0.85) if i == 0 else b.rng.uniform(0.2, 0.4)
        t = b.within(b.rng.uniform(0.25, 0.75), b.rng.uniform(0.35, 0.6), size)
        sheet = mixed(b.accent, _WHITE, 0.75)
        t.glow(0.5, 0.45, 0.45, mixed(b.back, sheet, 0.2))
        t.disc(0.5, 0.35, 0.28, sheet)
        hem = [(0.22 + 0.07 * k, 0.95 if k % 2 else 0.84) for k in range(9)]
        t.shape([(0.22, 0.35), *hem, (0.78, 0.35)], sheet)
        for eye in (0.4, 0.6):
            t.oval(eye, 0.36, 0.045, 0.065, (20, 18, 30))
        t.oval(0.5, 0.54, 0.05, 0.07, (20, 18, 30))


def _eye(b: Brush) -> None:
    for i in range(b.rng.choice((1, 1, 2))):
        t = b.within(0.5, 0.5, b.rng.uniform(0.8, 1.1)) if i == 0 else b.within(0.5, 0.15, 0.4)
        lid = [(k / 20, 0.5 - 0.27 * math.sin(math.pi * k / 20)) for k in range(21)]
        floor = [(1 - k / 20, 0.5 + 0.2 * math.sin(math.pi * k / 20)) for k in range(21)]
        t.shape(lid + floor, mixed(b.accent, _WHITE, 0.75))
        x = b.rng.uniform(0.42, 0.58)
        t.disc(x, 0.48, 0.19, b.middle)
        for ray in range(24):
            u, v = math.cos(ray * math.pi / 12), math.sin(ray * math.pi / 12)
            t.line([(x + 0.08 * u, 0.48 + 0.08 * v), (x + 0.18 * u, 0.48 + 0.18 * v)],
                   mixed(b.middle, b.accent, b.rng.random()), 0.01)  # fmt: skip
        t.disc(x, 0.48, 0.09, (12, 12, 14))
        t.disc(x - 0.06, 0.42, 0.03, _WHITE)
        t.line(lid, mixed(b.back, _BLACK, 0.6), 0.025)
        for lash in range(2, 19, 2):
            foot = lid[lash]
            t.line(
                [foot, (foot[0] + (lash - 10) * 0.008, foot[1] - 0.09)],
                mixed(b.back, _BLACK, 0.6),
                0.01,
            )


def _face(b: Brush) -> None:
    t = b.centred(0.8, 1.0)
    skin = b.rng.choice((b.middle, mixed(b.middle, (235, 190, 150), 0.6), b.accent))
    hair = mixed(b.rng.choice((b.accent, b.back)), _BLACK, 0.4)
    style = b.rng.randrange(3)
    if style < 2:
        t.oval(0.5, 0.46 if style else 0.55, 0.38, 0.4, hair)
    t.oval(0.5, 0.53, 0.29, 0.38, skin)
    t.oval(0.5, 0.2, 0.27, 0.11, hair)
    ink, mood = mixed(skin, _BLACK, 0.75), b.rng.uniform(-0.08, 0.1)
    for side in (-1, 1):
        x = 0.5 + side * 0.12
        t.oval(x, 0.46, 0.06, 0.035, _WHITE)
        t.disc(x, 0.46, 0.028, ink)
        t.line(
            [(x - 0.07, 0.38 + side * mood * 0.3), (x + 0.07, 0.38 - side * mood * 0.3)], ink, 0.018
        )
    t.line([(0.5, 0.48), (0.47, 0.61), (0.52, 0.61)], mixed(skin, _BLACK, 0.35), 0.015)
    smile = [(0.38 + 0.024 * k, 0.74 + mood * math.sin(math.pi * k / 10)) for k in range(11)]
    t.line(smile, (165, 50, 60), 0.03)


def _mask(b: Brush) -> None:
    b.glow(0.5, 0.5, 0.4, mixed(b.back, b.middle, 0.5))
    t = b.centred(0.75, 1.0)
    cover = b.rng.choice((b.middle, b.accent))
    trim = b.accent if cover == b.middle else b.middle
    tall = b.rng.random() < 0.5
    if tall:
        t.shape(
            [(0.2, 0.15), (0.5, 0.05), (0.8, 0.15), (0.78, 0.6), (0.5, 0.97), (0.22, 0.6)], cover
        )
    else:
        for k in range(9):
            angle = math.pi * (1.15 + 0.7 * k / 8)
            tip = (0.5 + 0.5 * math.cos(angle), 0.45 + 0.45 * math.sin(angle))
            t.line([(0.5, 0.45), tip], trim, 0.05)
        t.oval(0.3, 0.5, 0.28, 0.18, cover)
        t.oval(0.7, 0.5, 0.28, 0.18, cover)
    hole = mixed(b.back, _BLACK, 0.7)
    for side in (-1, 1):
        x = 0.5 + side * (0.14 if tall else 0.2)
        t.oval(x, 0.4 if tall else 0.5, 0.09, 0.055, trim)
        t.oval(x, 0.4 if tall else 0.5, 0.07, 0.038, hole)
    if tall:
        t.shape([(0.5, 0.42), (0.44, 0.62), (0.56, 0.62)], trim)
        t.oval(0.5, 0.74, 0.12, 0.05, hole)
        for stripe in range(3):
            t.line([(0.28, 0.52 + stripe * 0.05), (0.4, 0.56 + stripe * 0.05)], trim, 0.018)
            t.line([(0.72, 0.52 + stripe * 0.05), (0.6, 0.56 + stripe * 0.05)], trim, 0.018)


def _skull(b: Brush) -> None:
    b.ground(mixed(b.back, _BLACK, 0.3), mixed(b.back, b.middle, 0.4))
    t = b.centred(0.75, 1.0)
    bone, hole = mixed(b.accent, _WHITE, 0.45), mixed(b.back, _BLACK, 0.7)
    if b.rng.random() < 0.5:
        for ends in (((0.08, 0.55), (0.92, 0.95)), ((0.92, 0.55), (0.08, 0.95))):
            t.line(list(ends), bone, 0.06)
            for x, y in ends:
                t.disc(x, y - 0.03, 0.05, bone)
                t.disc(x, y + 0.03, 0.05, bone)
    t.oval(0.5, 0.38, 0.32, 0.3, bone)
    t.box(0.34, 0.55, 0.66, 0.82, bone)
    for side in (-1, 1):
        t.disc(0.5 + side * 0.14, 0.42, 0.09, hole)
    t.shape([(0.5, 0.5), (0.45, 0.61), (0.55, 0.61)], hole)
    for tooth in range(6):
        t.line([(0.36 + tooth * 0.055, 0.68), (0.36 + tooth * 0.055, 0.82)], hole, 0.012)


CREATURES: dict[str, Callable[[Brush], None]] = {
    "fish": _fish,
    "bird": _bird,
    "cat": _cat,
    "dog": _dog,
    "horse": _horse,
    "butterfly": _butterfly,
    "spider": _spider,
    "elephant": _elephant,
    "lion": _lion,
    "ghost": _ghost,
    "eye": _eye,
    "face": _face,
    "mask": _mask,
    "skull": _skull,
}
"""The views by name."""
