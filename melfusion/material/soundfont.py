"""Notes of real instruments out of a General MIDI soundfont.

The soundfont is an optional file (Debian: fluid-soundfont-gm). Without it every instrument has a
synthesizer voice of our own to stand in (see instruments.py).
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from .voices import RATE, Audio

DRUM_KEYS = {
    "kick": 36, "snare": 38, "clap": 39, "rim": 37, "hat": 42, "open": 46, "ride": 51,
    "crash": 49, "tom_low": 43, "tom_mid": 47, "tom_high": 50, "shaker": 70, "tambourine": 54,
    "conga_low": 64, "conga_high": 63, "bongo_low": 61, "bongo_high": 60, "timbale": 65,
    "clave": 75, "guiro": 73, "maracas": 70, "cowbell": 56, "agogo_low": 68, "agogo_high": 67,
    "triangle": 81, "woodblock": 76,
}  # fmt: skip
"""General MIDI percussion keys of the drum voices."""


_RINGING = ("crash", "ride", "open", "triangle", "tom_low", "tom_mid", "tom_high")


@lru_cache(maxsize=1)
def _synth(path: Path) -> tuple[Any, int]:
    """A synthesizer with the soundfont loaded, once for each process."""
    from tinysoundfont import Synth

    synth = Synth(samplerate=RATE)
    return synth, synth.sfload(str(path))


def _generate(synth: Any, seconds: float) -> Audio:
    buffer = np.frombuffer(bytes(synth.generate(int(seconds * RATE))), dtype=np.float32)
    return np.asarray((buffer[::2] + buffer[1::2]) * np.float32(0.5), dtype=np.float32)


def _play(
    path: Path, bank: int, program: int, key: int, seconds: float, release_s: float, velocity: float
) -> Audio:
    synth, number = _synth(path)
    synth.program_select(0, number, bank, program, bank == 128)
    synth.sounds_off(0)
    synth.noteon(0, key, max(1, min(127, round(velocity * 127))))
    held = _generate(synth, seconds)
    synth.noteoff(0, key)
    tail = _generate(synth, release_s)
    tail *= np.linspace(1, 0, len(tail), dtype=np.float32)
    return from_attack(np.concatenate([held, tail]))


def from_attack(sound: Audio) -> Audio:
    """The sound without the silence that many samples begin with, so that it stands on the beat."""
    start = np.abs(sound[: RATE // 15])
    loud = np.flatnonzero(start > 0.12 * start.max(initial=0.0))
    cut = max(int(loud[0]) - RATE // 1000, 0) if len(loud) else 0
    trimmed = sound[cut:].copy()
    fade = min(48, len(trimmed))
    trimmed[:fade] *= np.linspace(0, 1, fade, dtype=np.float32)
    return trimmed


@dataclass(frozen=True)
class Sampled:
    """An instrument of the soundfont, by its General MIDI program (0-127)."""

    path: Path
    program: int
    release_s: float = 0.4

    def play(self, pitch: int, seconds: float, velocity: float, brightness: float) -> Audio:
        """See voices.Voice.play; brightness bears on how hard the note is struck."""
        struck = velocity * (0.8 + 0.4 * brightness)
        return _play(self.path, 0, self.program, pitch, seconds, self.release_s, struck)


@lru_cache(maxsize=1024)
def drum_hit(path: Path, program: int, voice: str, velocity: float) -> Audio:
    """One hit of a drum kit of the soundfont.

    Args:
        path: the soundfont.
        program: the kit's program in the percussion bank.
        voice: a name in DRUM_KEYS.
        velocity: 0-1.

    Returns:
        float32 mono at 44.1 kHz, with a peak of 1.
    """
    seconds = 1.6 if voice in _RINGING else 0.7
    sound = _play(path, 128, program, DRUM_KEYS[voice], seconds, 0.2, velocity)
    return np.asarray(sound / np.max(np.abs(sound)), dtype=np.float32)
