"""Views of plants close by."""

import math
from collections.abc import Callable

from .brush import Brush, Colour, mixed

_WHITE: Colour = (255, 255, 255)
_BLACK: Colour = (0, 0, 0)


def _leaf(b: Brush) -> None:
    for i in range(b.rng.randint(3, 9)):
        size = b.rng.uniform(0.35, 0.8) / (1 + i * 0.1)
        t = b.within(b.rng.uniform(0.15, 0.85), b.rng.uniform(0.15, 0.85), size)
        turn, shade = b.rng.uniform(0, 6.3), mixed(b.middle, b.accent, b.rng.random())
        u, v = math.cos(turn), math.sin(turn)

        def at(along: float, aside: float, u: float = u, v: float = v) -> tuple[float, float]:
            return 0.5 + along * u - aside * v, 0.5 + along * v + aside * u

        rim = [k / 10 - 0.5 for k in range(11)]
        bulge = [0.2 * math.cos(math.pi * along) ** 0.8 for along in rim]
        edge = [at(a, w) for a, w in zip(rim, bulge, strict=True)]
        t.shape(edge + [at(a, -w) for a, w in zip(rim[::-1], bulge[::-1], strict=True)], shade)
        vein = mixed(shade, b.back, 0.5)
        t.line([at(-0.6, 0), at(0.45, 0)], vein, 0.015)
        for k in range(6):
            along = -0.35 + k * 0.13
            for side in (-1, 1):
                t.line([at(along, 0), at(along + 0.12, side * 0.12)], vein, 0.007)


def _bloom(b: Brush) -> None:
    for i in range(b.rng.choice((1, 2, 5))):
        at = (b.rng.uniform(0.15, 0.85), b.rng.uniform(0.15, 0.85), b.rng.uniform(0.35, 0.6))
        t = b.within(*at) if i else b.centred(0.75, 1.1)
        petals, turn = b.rng.choice((5, 6, 8, 12)), b.rng.random()
        hue = b.rng.choice((b.middle, b.accent))
        for ring, shade in (
            (0.3, hue),
            (0.2, mixed(hue, _WHITE, 0.25)),
            (0.11, mixed(hue, b.back, 0.2)),
        ):
            for petal in range(petals):
                angle = turn + ring * 9 + petal * 2 * math.pi / petals
                x, y = 0.5 + ring * math.cos(angle), 0.5 + ring * math.sin(angle)
                t.disc(x, y, ring * 0.5, mixed(shade, b.middle, 0.12 * (petal % 2)))
        t.disc(0.5, 0.5, 0.09, (245, 200, 70))


def _cactus(b: Brush) -> None:
    b.ground(mixed(b.back, _WHITE, 0.3), b.back)
    b.disc(b.rng.uniform(0.1, 0.9), b.rng.uniform(0.15, 0.3), 0.08, b.accent)
    b.ridge(0.78, 0.02, mixed(b.back, (170, 110, 60), 0.5), 2)
    for i in range(b.rng.randint(1, 4)):
        size = b.rng.uniform(0.6, 0.85) if i == 0 else b.rng.uniform(0.2, 0.4)
        t = b.within(b.rng.uniform(0.2, 0.8), 0.86 - size * 0.45, size)
        green = mixed(b.middle, (50, 120, 60), 0.6)
        t.line([(0.5, 0.12), (0.5, 0.95)], green, 0.17)
        t.disc(0.5, 0.12, 0.085, green)
        for side, low, high in ((-1, 0.6, 0.3), (1, 0.5, 0.22)):
            x = 0.5 + side * 0.26
            t.line([(0.5, low), (x, low), (x, high)], green, 0.11)
            t.disc(x, high, 0.055, green)
            t.disc(x, low, 0.055, green)
        for rib in (0.46, 0.54):
            t.line([(rib, 0.15), (rib, 0.95)], mixed(green, _BLACK, 0.3), 0.012)


def _palm(b: Brush) -> None:
    b.ground(b.back, mixed(b.back, b.accent, 0.5))
    if b.rng.random() < 0.6:
        b.disc(b.rng.uniform(0.2, 0.8), 0.35, 0.12, mixed(b.accent, (255, 220, 140), 0.5))
    b.ridge(0.86, 0.015, mixed(b.middle, b.back, 0.4), 2)
    dark = b.rng.random() < 0.4
    for _ in range(b.rng.randint(1, 3)):
        x, top, lean = b.rng.uniform(0.2, 0.8), b.rng.uniform(0.2, 0.4), b.rng.uniform(-0.12, 0.12)
        bark = mixed(b.middle, (30, 25, 30) if dark else (120, 80, 50), 0.75)
        green = mixed(b.middle, (20, 25, 30) if dark else (40, 130, 70), 0.75)
        trunk = [(x + lean * (k / 8) ** 2, 0.9 - (0.9 - top) * k / 8) for k in range(9)]
        b.line(trunk, bark, 0.03)
        for frond in range(9):
            angle = math.pi * (0.95 + 1.1 * frond / 8)
            spine = []
            for k in range(7):
                reach = 0.25 * k / 6
                drop = 0.16 * (k / 6) ** 2
                spine.append((x + lean + reach * math.cos(angle),
                              top + reach * math.sin(angle) + drop))  # fmt: skip
            b.line(spine, green, 0.025)
            for px, py in spine[2:]:
                b.line([(px, py), (px - 0.02, py + 0.06)], green, 0.012)


def _tree(b: Brush) -> None:
    b.ground(b.back, mixed(b.back, _WHITE, 0.3))
    b.ridge(0.82, 0.02, mixed(b.middle, b.back, 0.3), 2)
    x, flat = b.rng.uniform(0.35, 0.65), b.rng.random() < 0.4
    bark = mixed(b.middle, (60, 40, 28), 0.75)
    b.shape([(x - 0.05, 0.9), (x - 0.02, 0.45), (x + 0.02, 0.45), (x + 0.05, 0.9)], bark)
    for branch in range(6):
        tip = (x + b.rng.uniform(-0.25, 0.25), b.rng.uniform(0.25, 0.45))
        b.line([(x, 0.55 - branch * 0.02), tip], bark, 0.015)
    for _ in range(45):
        away, angle = b.rng.random() ** 0.5, b.rng.uniform(0, 6.3)
        spot = (x + 0.32 * away * math.cos(angle),
                0.33 + (0.09 if flat else 0.22) * away * math.sin(angle))  # fmt: skip
        b.disc(*spot, b.rng.uniform(0.03, 0.07), mixed(b.middle, b.accent, b.rng.random()))


def _fir(b: Brush) -> None:
    b.ground(mixed(b.back, _BLACK, 0.3), b.back)
    b.ridge(0.85, 0.02, mixed(b.accent, _WHITE, 0.8), 2)
    t = b.centred(0.8, 1.0)
    t.box(0.46, 0.85, 0.54, 0.97, (85, 55, 35))
    green = mixed(b.back, (30, 105, 60), 0.75)
    for k in range(4):
        top, wide = 0.08 + 0.18 * k, 0.16 + 0.08 * k
        t.shape([(0.5 - wide, top + 0.28), (0.5, top), (0.5 + wide, top + 0.28)], green)
        for _ in range(3 + 2 * k):
            x = 0.5 + b.rng.uniform(-0.8, 0.8) * wide
            t.disc(x, top + 0.24, 0.022, b.rng.choice((b.middle, b.accent, (220, 50, 50))))
    t.disc(0.5, 0.07, 0.04, b.accent)
    b.glow(0.5, 0.12, 0.08, b.accent)
    for _ in range(60):
        b.disc(b.rng.random(), b.rng.random(), b.rng.uniform(0.003, 0.008), _WHITE)


def _pumpkin(b: Brush) -> None:
    b.ground(mixed(b.back, _BLACK, 0.3), mixed(b.back, b.middle, 0.6))
    for i in range(b.rng.randint(1, 3)):
        size = b.rng.uniform(0.6, 0.9) if i == 0 else b.rng.uniform(0.25, 0.4)
        t = b.within(b.rng.uniform(0.25, 0.75), b.rng.uniform(0.5, 0.7), size)
        t.line([(0.5, 0.3), (0.55, 0.12)], (70, 110, 50), 0.07)
        for lobe, x in enumerate((0.25, 0.75, 0.36, 0.64, 0.5)):
            t.oval(x, 0.58, 0.2, 0.33, mixed(b.accent, (190, 90, 20), 0.5 - 0.1 * lobe))
        lit = (255, 225, 110)
        for side in (-1, 1):
            x = 0.5 + side * 0.16
            t.shape([(x - 0.08, 0.55), (x, 0.4), (x + 0.08, 0.55)], lit)
        t.shape([(0.25, 0.66), (0.38, 0.72), (0.44, 0.67), (0.56, 0.72), (0.62, 0.67), (0.75, 0.66),
                 (0.62, 0.82), (0.38, 0.82)], lit)  # fmt: skip


def _mushroom(b: Brush) -> None:
    b.ridge(0.84, 0.03, mixed(b.back, (60, 80, 40), 0.5), 3)
    for i in range(b.rng.randint(2, 5)):
        size = b.rng.uniform(0.5, 0.75) if i == 0 else b.rng.uniform(0.2, 0.4)
        t = b.within(b.rng.uniform(0.2, 0.8), 0.9 - size / 2, size)
        t.shape([(0.42, 0.4), (0.58, 0.4), (0.63, 1.0), (0.37, 1.0)], mixed(b.accent, _WHITE, 0.4))
        cap = [(0.5 - 0.46 * math.cos(k * math.pi / 20), 0.5 - 0.42 * math.sin(k * math.pi / 20))
               for k in range(21)]  # fmt: skip
        t.shape(cap, b.middle)
        t.oval(0.5, 0.5, 0.46, 0.06, mixed(b.middle, _BLACK, 0.25))
        for _ in range(7):
            angle, reach = b.rng.uniform(0.3, 2.8), b.rng.uniform(0.1, 0.36)
            dot = (0.5 - reach * math.cos(angle), 0.46 - reach * 0.85 * math.sin(angle))
            t.disc(*dot, b.rng.uniform(0.02, 0.05), b.accent)


PLANTS: dict[str, Callable[[Brush], None]] = {
    "leaf": _leaf,
    "bloom": _bloom,
    "cactus": _cactus,
    "palm": _palm,
    "tree": _tree,
    "mushroom": _mushroom,
    "fir": _fir,
    "pumpkin": _pumpkin,
}
"""The views by name."""
