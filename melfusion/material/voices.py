"""Pitched synthesizer voices: a note in, its sound with the release out.

Band-limited by construction: a wave is the sum of the harmonics below the Nyquist frequency, its
filter weighs those harmonics, and a note reads the resulting tables while the cutoff moves.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

RATE = 44100
Audio = NDArray[np.float32]

_TABLE = 4096
_CUTOFFS_HZ = np.geomspace(60.0, 20000.0, 20)


class Voice(Protocol):
    """Anything that plays one note."""

    def play(self, pitch: int, seconds: float, velocity: float, brightness: float) -> Audio:
        """The note's sound, its release included.

        Args:
            pitch: MIDI note, C4 = 60.
            seconds: how long the key is held.
            velocity: 0-1.
            brightness: 0 dark, 0.5 as designed, 1 bright.

        Returns:
            float32 mono at 44.1 kHz, at least `seconds` long, ending in silence.
        """
        ...


@dataclass(frozen=True)
class Envelope:
    """Attack, decay to a sustain level, release; times in seconds, level 0-1."""

    attack_s: float = 0.003
    decay_s: float = 0.3
    sustain: float = 0.7
    release_s: float = 0.08

    def shape(self, seconds: float) -> Audio:
        """The level over time of a key held for `seconds`, its release included."""
        held = np.arange(max(int(seconds * RATE), 1)) / RATE
        level = self.sustain + (1 - self.sustain) * np.exp(
            -np.maximum(held - self.attack_s, 0) * 3 / self.decay_s
        )
        level *= np.minimum(held / self.attack_s, 1)
        tail = np.arange(int(self.release_s * RATE)) / RATE
        fall = np.exp(-tail * 5 / self.release_s) * (1 - tail / self.release_s)
        return np.concatenate([level, level[-1] * fall]).astype(np.float32)


def frequency(pitch: float) -> float:
    """Frequency in Hz of a MIDI note; A4 = 69 = 440 Hz."""
    return float(440.0 * 2 ** ((pitch - 69) / 12))


def _amplitudes(wave: str, count: int) -> NDArray[np.float64]:
    """Amplitudes of the first `count` harmonics of a wave."""
    n = np.arange(1, count + 1)
    match wave:
        case "saw":
            return np.asarray(1.0 / n)
        case "square":
            return np.where(n % 2 == 1, 1.0 / n, 0.0)
        case "pulse":
            return np.asarray(np.abs(np.sin(np.pi * n * 0.22)) / n)
        case "triangle":
            return np.where(n % 2 == 1, 1.0 / n**2, 0.0)
        case "organ":
            bars = {1: 1.0, 2: 0.8, 3: 0.5, 4: 0.45, 6: 0.2, 8: 0.25}
            return np.array([bars.get(int(k), 0.0) for k in n])
        case _:
            return np.where(n == 1, 1.0, 0.0)


@lru_cache(maxsize=512)
def _tables(wave: str, pitch: int, resonance: float) -> Audio:
    """One period of `wave` through a low-pass at each of _CUTOFFS_HZ: [cutoffs * _TABLE + 1]."""
    base = frequency(pitch)
    count = max(1, min(int(20000 / base), _TABLE // 4))
    harmonics = base * np.arange(1, count + 1)
    ratio = harmonics[None, :] / _CUTOFFS_HZ[:, None]
    gain = 1 / np.sqrt((1 - ratio**2) ** 2 + ratio**2 * (2 - 1.7 * resonance) ** 2 / 2)
    spectrum = np.zeros((len(_CUTOFFS_HZ), _TABLE // 2 + 1), dtype=complex)
    spectrum[:, 1 : count + 1] = -0.5j * _TABLE * _amplitudes(wave, count) * gain
    return np.fft.irfft(spectrum, axis=1).astype(np.float32).ravel()


def _oscillate(
    tables: Audio, frequency_hz: NDArray[np.float64] | float, cutoff_hz: Audio, phase: float
) -> Audio:
    """Reads `tables` at a frequency, with the cutoff moving; `phase` is 0-1."""
    size = len(cutoff_hz)
    step = np.broadcast_to(np.asarray(frequency_hz) / RATE, size)
    turns = np.cumsum(step) + phase
    index = ((turns % 1.0) * _TABLE).astype(np.int32)
    spacing = np.log(_CUTOFFS_HZ[1] / _CUTOFFS_HZ[0])
    level = np.clip(np.log(cutoff_hz / _CUTOFFS_HZ[0]) / spacing, 0, len(_CUTOFFS_HZ) - 1.001)
    row = level.astype(np.int32)
    mix = (level - row).astype(np.float32)
    index += row * _TABLE
    low = tables[index]
    return np.asarray(low + mix * (tables[index + _TABLE] - low), dtype=np.float32)


@dataclass(frozen=True)
class Subtractive:
    """Oscillators through a moving low-pass filter.

    Attributes:
        wave: saw, square, pulse, triangle, organ or sine.
        envelope: of the level.
        cutoff_hz: where the filter rests, for middle velocity and brightness.
        sweep: octaves the filter opens at the attack.
        sweep_s: how fast it closes again.
        resonance: 0-1.
        detune_cents: distance of the outer oscillators.
        unison: number of oscillators.
        sub: level of a sine an octave below.
        drive: 0 clean, 1 saturated.
        vibrato_cents: depth of a vibrato that sets in late.
    """

    wave: str = "saw"
    envelope: Envelope = Envelope()
    cutoff_hz: float = 2000.0
    sweep: float = 0.0
    sweep_s: float = 0.2
    resonance: float = 0.2
    detune_cents: float = 0.0
    unison: int = 1
    sub: float = 0.0
    drive: float = 0.0
    vibrato_cents: float = 0.0

    def play(self, pitch: int, seconds: float, velocity: float, brightness: float) -> Audio:
        """See Voice.play."""
        level = self.envelope.shape(seconds)
        time = np.arange(len(level), dtype=np.float32) / RATE
        octaves = self.sweep * np.exp(-time / self.sweep_s) * (0.4 + 0.6 * velocity)
        octaves += (brightness - 0.5) * 2 + (velocity - 0.7)
        cutoff = np.clip(self.cutoff_hz * 2**octaves, 60, 18000).astype(np.float32)
        pitch_hz: NDArray[np.float64] | float = frequency(pitch)
        if self.vibrato_cents:
            depth = self.vibrato_cents * np.clip((time - 0.25) / 0.3, 0, 1)
            pitch_hz = pitch_hz * 2 ** (depth * np.sin(2 * np.pi * 5.3 * time) / 1200)
        tables = _tables(self.wave, pitch, self.resonance)
        sound = np.zeros(len(level), dtype=np.float32)
        offsets = np.linspace(-1, 1, self.unison) if self.unison > 1 else np.zeros(1)
        for number, offset in enumerate(offsets):
            detuned = pitch_hz * 2 ** (offset * self.detune_cents / 1200)
            phase = (number * 0.381 + pitch * 0.17) % 1 if self.unison > 1 else 0.0
            sound += _oscillate(tables, detuned, cutoff, phase)
        sound /= np.sqrt(self.unison)
        if self.sub:
            turns = np.cumsum(np.broadcast_to(np.asarray(pitch_hz) / 2 / RATE, len(level)))
            sound += self.sub * np.sin(2 * np.pi * turns).astype(np.float32)
        sound *= level
        if self.drive:
            sound = np.tanh(sound * (1 + 4 * self.drive)) / (1 + self.drive)
        return np.asarray(sound * velocity, dtype=np.float32)


@dataclass(frozen=True)
class Fm:
    """Two sine operators, the second bending the phase of the first (Chowning, 1973).

    Attributes:
        envelope: of the level.
        ratio: modulator over carrier frequency.
        index: modulation depth in radians at the attack.
        index_decay_s: how fast it falls.
        index_rest: share of `index` that stays.
    """

    envelope: Envelope = Envelope()
    ratio: float = 1.0
    index: float = 2.0
    index_decay_s: float = 0.3
    index_rest: float = 0.1

    def play(self, pitch: int, seconds: float, velocity: float, brightness: float) -> Audio:
        """See Voice.play."""
        level = self.envelope.shape(seconds)
        time = np.arange(len(level)) / RATE
        depth = self.index * (0.3 + velocity) * 2 ** (brightness - 0.5)
        depth = depth * min(1.0, 5000 / (frequency(pitch) * self.ratio))
        fall = self.index_rest + (1 - self.index_rest) * np.exp(-time / self.index_decay_s)
        turns = 2 * np.pi * frequency(pitch) * time
        sound = np.sin(turns + depth * fall * np.sin(turns * self.ratio))
        return np.asarray(sound * level * velocity, dtype=np.float32)
