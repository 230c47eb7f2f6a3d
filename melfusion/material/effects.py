"""What is done to a part after it is played: how much of it is drawn for every scene anew.

Two scenes of one style shall not sound the same: a style says how much of an effect it likes, a
scene has somewhat more or less of it. All effects go round with the loop.
"""

import random
from dataclasses import dataclass

import numpy as np

from . import circle
from .scene import Scene
from .voices import RATE, Audio

_SPREAD = 0.35
"""Standard deviation of the natural logarithm of an amount, from scene to scene."""

_TILT_DB = 7.0
"""How much a scene's brightness moves the highs, at most."""

_WOW_S = 0.0006
"""How far wow moves a sound at most: less than a millisecond, so that the beat stays."""

_PITCHED = ("bass", "chords", "lead")
_SHARES = {
    "filter_sweep": {"chords": 1.0, "lead": 0.7},
    "drive": {"drums": 0.6, "bass": 1.0, "chords": 0.7, "lead": 0.8},
    "crackle": {"drums": 1.0},
    "width": {"chords": 1.0, "lead": 0.6},
    "reverb": {"drums": 0.35, "chords": 1.0, "lead": 1.0},
    "delay": {"chords": 0.6, "lead": 1.0},
    "pump": dict.fromkeys(_PITCHED, 1.0),
}
"""How much of a scene's amount of an effect each part gets; none where it is not named."""


@dataclass(frozen=True)
class Effects:
    """The effects on one part of a scene; amounts are 0-1.

    Attributes:
        filter_sweep: how far a low-pass closes in the course of the loop.
        drive: saturation.
        crackle: level of the crackle of a record.
        wow: how much the record wavers.
        width: how much of an ensemble it is.
        reverb, delay, pump: see Style.
        room_s: how long the room rings.
        tilt_db: the highs against the lows.
        bell_hz, bell_db: a colour of this scene's own.
        turns: how often the filter and the record go round in a loop.
        phase: where they are when it begins, 0-1.
        dust: the seed of the crackle.
    """

    filter_sweep: float = 0.0
    drive: float = 0.0
    crackle: float = 0.0
    wow: float = 0.0
    width: float = 0.0
    reverb: float = 0.0
    delay: float = 0.0
    pump: float = 0.0
    room_s: float = 1.0
    tilt_db: float = 0.0
    bell_hz: float = 1000.0
    bell_db: float = 0.0
    turns: int = 1
    phase: float = 0.0
    dust: int = 0


def draw_effects(scene: Scene, part: str) -> Effects:
    """The effects on a part; what the parts of a scene share is drawn alike for all of them."""
    shared, own = scene.rng("effects"), scene.rng(f"{part} effects")
    amounts = {name: _amount(getattr(scene.style, name, 0.0), shared) for name in _SHARES}
    reverb = amounts["reverb"]
    return Effects(
        **{name: amount * _SHARES[name].get(part, 0.0) for name, amount in amounts.items()},
        wow=amounts["crackle"],
        room_s=round(0.7 + 3.0 * reverb, 1),
        turns=shared.choice((1, 1, 2)),
        phase=round(shared.random(), 3),
        tilt_db=round((scene.brightness - 0.5) * 2 * _TILT_DB + own.gauss(0.0, 1.2), 2),
        bell_hz=round(200 * 2 ** (own.random() * 4)),
        bell_db=round(own.gauss(0.0, 2.0), 2),
        dust=scene.rng("crackle").getrandbits(32),
    )


def _amount(liked: float, rng: random.Random) -> float:
    """An amount about what the style likes; none where it likes none."""
    spread = float(np.exp(rng.gauss(0.0, _SPREAD)))
    return min(1.0, liked * spread)


def coloured(sound: Audio, effects: Effects) -> Audio:
    """The sound after drive, ensemble, filter sweep and wow; its level may have changed."""
    if effects.drive:
        sound = driven(sound, effects.drive)
    if effects.width:
        sound = widened(sound, effects.width)
    if effects.filter_sweep:
        sound = swept(sound, effects.filter_sweep, effects.turns, effects.phase)
    if effects.wow:
        sound = wavered(sound, effects.wow, effects.phase)
    return sound


def driven(sound: Audio, amount: float) -> Audio:
    """Soft saturation: harmonics and density grow with the amount, strokes keep their attack."""
    between = np.sqrt(np.std(sound) * np.max(np.abs(sound)))
    pushed = np.float32((0.2 + 2.3 * amount) / (between + 1e-9))
    return np.asarray(np.tanh(sound * pushed) / pushed, dtype=np.float32)


def widened(sound: Audio, amount: float) -> Audio:
    """An ensemble: two more players, late by 7 and 13 ms, who drift by a millisecond."""
    others = np.zeros_like(sound)
    for number, late_s in enumerate((0.007, 0.013)):
        turns = max(1, round(0.6 * (number + 1) * len(sound) / RATE))
        drift = circle.turning(len(sound), turns, 0.37 * number)
        others += circle.delayed(sound, np.float32(RATE) * (late_s + np.float32(0.001) * drift))
    return np.asarray(sound + 0.6 * amount * others, dtype=np.float32)


def swept(sound: Audio, amount: float, turns: int, phase: float) -> Audio:
    """A low-pass that closes and opens again `turns` times in the loop."""
    spectrum = circle.Spectrum(sound, 0.1)
    lowest = np.log2(12000) - 4.5 * amount
    edges = 2 ** np.linspace(lowest, np.log2(12000), 5)
    layers = [spectrum.through(circle.low_pass(spectrum.size, edge)) for edge in edges]
    place = (0.5 + 0.5 * circle.turning(len(sound), turns, phase)) * 3.999
    result = np.zeros_like(sound)
    for number, layer in enumerate(layers):
        result += layer * np.maximum(1 - np.abs(place - number), 0)
    return np.asarray(result, dtype=np.float32)


def wavered(sound: Audio, amount: float, phase: float) -> Audio:
    """The wow of a record that is not quite round: some cents, within _WOW_S of the beat."""
    turns = max(1, round(0.55 * len(sound) / RATE))
    late = circle.turning(len(sound), turns, phase) * np.float32(amount * _WOW_S * RATE)
    return circle.delayed(sound, late)


def crackled(sound: Audio, amount: float, seed: int) -> Audio:
    """The dust of a record beside a sound at its final level."""
    draws = np.random.default_rng(seed)
    grains = np.zeros(len(sound), dtype=np.float32)
    count = draws.poisson((4 + 20 * amount) * len(sound) / RATE)
    size = draws.exponential(1.0, count) * draws.choice((-1, 1), count)
    np.add.at(grains, draws.integers(0, len(sound), count), size.astype(np.float32))
    hiss = np.float32(0.02) * draws.standard_normal(len(sound), dtype=np.float32)
    spectrum = circle.Spectrum(grains + hiss, 0.1)
    dust = spectrum.through(
        circle.high_pass(spectrum.size, 700.0), circle.low_pass(spectrum.size, 5500.0)
    )
    return np.asarray(sound + np.float32(0.06 * amount) * dust, dtype=np.float32)
