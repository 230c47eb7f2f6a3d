"""Voices that are struck or plucked once and die away: strings, bars and bells."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from .voices import RATE, Audio, clock, formed, frequency, harmonics, oscillate, periods

_STAGES = 16
_FIRST_S = 0.02
_GROWTH = np.log(1 + 6.0 / _FIRST_S) / (_STAGES - 1)
"""A string is kept at _STAGES times, from the attack to six seconds, ever further apart."""


def _released(seconds: float, release_s: float) -> Audio:
    """1 while the key is held, then a fall to silence."""
    tail = np.linspace(1, 0, int(release_s * RATE), dtype=np.float32) ** 2
    return np.concatenate([np.ones(max(int(seconds * RATE), 1), dtype=np.float32), tail])


@lru_cache(maxsize=4)
def _knock(low_hz: float) -> Audio:
    """The noise of a pick, a hammer or a mallet: 30 ms, its highs first."""
    time = np.arange(int(0.03 * RATE)) / RATE
    noise = np.random.default_rng(9).standard_normal(len(time))
    smooth = np.convolve(noise, np.hanning(max(3, int(RATE / low_hz))), "same")
    return np.asarray(smooth / np.std(smooth) * np.exp(-time / 0.005), dtype=np.float32)


@lru_cache(maxsize=1024)
def _stages(pitch: int, string: "String", bright: int) -> Audio:
    """The string's period at each of its times; `bright` in tenths of an octave of tilt."""
    hz = harmonics(pitch)
    n = np.arange(1, len(hz) + 1)
    struck = np.abs(np.sin(np.pi * n * string.position)) / n**string.rolloff
    struck *= formed(hz, string.formants) * (hz / hz[0]) ** (bright / 20)
    decay_s = string.decay_s * (261.6 / hz[0]) ** 0.4
    times = _FIRST_S * (np.exp(_GROWTH * np.arange(_STAGES)) - 1)
    fall = (1 + string.damping * (n - 1)) / decay_s
    phases = np.exp(2j * np.pi * np.random.default_rng(3).random(len(hz)))
    phases[0] = 1
    return periods(struck / np.sqrt(np.sum(struck**2)) * phases * np.exp(-np.outer(times, fall)))


@dataclass(frozen=True)
class String:
    """A plucked or hammered string: harmonics that die away, the high ones first.

    Attributes:
        decay_s: time in which middle C falls to 1/e; lower notes ring longer.
        damping: how much sooner each further harmonic is gone.
        position: where it is plucked, as a share of its length.
        rolloff: how fast harmonics get weaker, as a power of their number.
        pick: level of the pick's or the hammer's noise.
        formants: resonances of the body in Hz.
        detune_cents: distance between two strings of one note; 0 for a single string.
        bend: semitones above its pitch that a note begins.
        drive: 0 clean, 1 saturated.
        release_s: how long it rings after the key.
    """

    decay_s: float = 0.6
    damping: float = 0.15
    position: float = 0.2
    rolloff: float = 1.0
    pick: float = 0.1
    formants: tuple[float, ...] = ()
    detune_cents: float = 0.0
    bend: float = 0.0
    drive: float = 0.0
    release_s: float = 0.12

    def play(self, pitch: int, seconds: float, velocity: float, brightness: float) -> Audio:
        """See Voice.play."""
        level = _released(seconds, self.release_s)
        time = clock(len(level))
        place = (np.log1p(time / _FIRST_S) / _GROWTH).astype(np.float32)
        tables = _stages(pitch, self, round(10 * (2.4 * (brightness - 0.5) + velocity - 0.7)))
        hz: NDArray[np.float64] | float = frequency(pitch)
        if self.bend:
            moving = hz * 2 ** (self.bend / 12 * np.exp(-time / 0.05).astype(np.float64))
            sound = oscillate(tables, moving, place, 0.0)
        else:
            sound = oscillate(tables, hz, place, 0.0)
        if self.detune_cents:
            sound = 0.7 * (
                sound + oscillate(tables, hz * 2 ** (self.detune_cents / 1200), place, 0)
            )
        if self.pick:
            knock = _knock(3000.0)[: len(sound)]
            sound[: len(knock)] += self.pick * 2.0**brightness * knock
        sound *= np.minimum(time / 0.0008, 1) * level
        if self.drive:
            sound = np.tanh(sound * (1 + 4 * self.drive)) / (1 + self.drive)
        return np.asarray(sound * velocity, dtype=np.float32)


@dataclass(frozen=True)
class Bar:
    """A bar, a bell or a tongue: partials of its shape, each with its own time to die away.

    Attributes:
        partials: for each its ratio to the pitch, its level, and the time in which it falls to 1/e
            at middle C; higher notes are shorter.
        knock: level of the mallet's noise.
        tremolo: how deep a motor dips the level five times a second, 0-1.
        release_s: how long it rings after the key.
    """

    partials: tuple[tuple[float, float, float], ...]
    knock: float = 0.1
    tremolo: float = 0.0
    release_s: float = 0.5

    def play(self, pitch: int, seconds: float, velocity: float, brightness: float) -> Audio:
        """See Voice.play."""
        level = _released(seconds, self.release_s)
        time = clock(len(level))
        shorter = min((261.6 / frequency(pitch)) ** 0.5, 2.0)
        tilt = 2.0 * (brightness - 0.5) + velocity - 0.7
        sound = np.zeros(len(level), dtype=np.float32)
        for ratio, strength, decay_s in self.partials:
            hz = ratio * frequency(pitch)
            if hz < 18000:
                rings = min(len(level), int(7 * decay_s * shorter * RATE))
                fall = np.exp(-time[:rings] / (decay_s * shorter))
                loud = strength * max(ratio, 0.5) ** tilt
                sound[:rings] += loud * fall * np.sin(np.float32(2 * np.pi * hz) * time[:rings])
        knock = _knock(2000.0)[: len(sound)]
        sound[: len(knock)] += self.knock * 2.0**brightness * knock
        sound *= np.minimum(time / 0.0006, 1) * level
        if self.tremolo:
            sound *= 1 - self.tremolo * (0.5 - 0.5 * np.cos(2 * np.pi * 5 * time))
        return np.asarray(sound * velocity, dtype=np.float32)
