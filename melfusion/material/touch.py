"""How an instrument differs from scene to scene: another player, another setting, another kit."""

import math
import random
from dataclasses import dataclass, replace

import numpy as np

from ..score import TOUCHES
from .scene import Scene
from .soundfont import Sampled
from .struck import Bar, String
from .voices import RATE, Audio, Fm, Subtractive, Voice

_DAMPED_S = (0.35, 0.8, 3.0)
_TUNING_OCTAVES = 0.08


def touches(scene: Scene, part: str) -> list[float]:
    """How a part's instrument differs from itself in other scenes: TOUCHES normal numbers.

    They are the draws of `varied`, in the order of its settings, or for drums of `draw_kit_touch`:
    how they are tuned and damped. What is left over means nothing.
    """
    if part != "drums":
        rng = scene.rng(f"{part} voice")
        return [round(rng.gauss(0.0, 1.0), 4) for _ in range(TOUCHES)]
    touch = draw_kit_touch(scene.rng("kit"))
    tuned = math.log2(touch.tuning) / _TUNING_OCTAVES
    return [round(tuned, 4), _DAMPED_S.index(touch.damped_s) - 1.0] + [0.0] * (TOUCHES - 2)


def varied(voice: Voice, rng: random.Random) -> Voice:
    """The voice with its settings moved a little; pitch and character stay.

    Args:
        voice: a voice; those of a soundfont only ring on for more or less time.
        rng: the scene's draws for it.
    """

    def about(value: float, spread: float) -> float:
        return round(value * float(np.exp(rng.gauss(0.0, spread))), 4)

    match voice:
        case Subtractive():
            return replace(
                voice,
                cutoff_hz=about(voice.cutoff_hz, 0.25),
                sweep=about(voice.sweep, 0.2),
                sweep_s=about(voice.sweep_s, 0.3),
                detune_cents=min(about(voice.detune_cents, 0.3), 26.0),
                vibrato_cents=about(voice.vibrato_cents, 0.25),
                wobble_hz=about(voice.wobble_hz, 0.3),
            )
        case Fm():
            return replace(
                voice,
                index=about(voice.index, 0.25),
                index_decay_s=about(voice.index_decay_s, 0.3),
            )
        case String():
            return replace(
                voice,
                decay_s=about(voice.decay_s, 0.2),
                damping=about(voice.damping, 0.25),
                position=min(about(voice.position, 0.2), 0.5),
                pick=about(voice.pick, 0.3),
            )
        case Bar():
            return replace(voice, knock=about(voice.knock, 0.4))
        case Sampled():
            return replace(voice, release_s=about(voice.release_s, 0.3))
    return voice


@dataclass(frozen=True)
class KitTouch:
    """How a kit is set up for one scene.

    Attributes:
        tuning: pitch of its hits against the kit's own.
        damped_s: time in which hits fall to 1/e beyond their own fall.
        choice: which of several recordings of a voice.
    """

    tuning: float
    damped_s: float
    choice: int

    def on(self, hit: Audio) -> Audio:
        """A hit as it sounds with this setup."""
        place = np.arange(0, len(hit) - 1, self.tuning)
        tuned = np.interp(place, np.arange(len(hit)), hit)
        return np.asarray(
            tuned * np.exp(-np.arange(len(place)) / (self.damped_s * RATE)), dtype=np.float32
        )


def draw_kit_touch(rng: random.Random) -> KitTouch:
    """Another setup for every scene: up to about a tone in tuning, more or less damped."""
    return KitTouch(
        tuning=min(1.15, max(0.87, float(2 ** rng.gauss(0.0, _TUNING_OCTAVES)))),
        damped_s=rng.choice(_DAMPED_S),
        choice=rng.randrange(60),
    )
