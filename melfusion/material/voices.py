"""Pitched synthesizer voices: a note in, its sound with the release out.

Band-limited by construction: a wave is the sum of the harmonics below the Nyquist frequency, its
filter weighs those harmonics, and a note reads the resulting tables while the cutoff moves.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

import numpy as np
import scipy.fft
from numpy.typing import NDArray
from scipy.signal import butter, sosfilt

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


def clock(samples: int) -> Audio:
    """The time in seconds of every sample of a note."""
    return np.asarray(np.arange(samples) / RATE, dtype=np.float32)


def frequency(pitch: float) -> float:
    """Frequency in Hz of a MIDI note; A4 = 69 = 440 Hz."""
    return float(440.0 * 2 ** ((pitch - 69) / 12))


_PULSES = {"pulse": 0.22, "thin pulse": 0.125, "quarter pulse": 0.25}
_DRAWBARS = {
    "organ": {1: 1.0, 2: 0.8, 3: 0.5, 4: 0.45, 6: 0.2, 8: 0.25},
    "pipes": {1: 1.0, 2: 0.8, 3: 0.15, 4: 0.55, 5: 0.1, 6: 0.25, 8: 0.4, 10: 0.1, 12: 0.15},
}  # fmt: skip


def _amplitudes(wave: str, count: int) -> NDArray[np.float64]:
    """Amplitudes of the first `count` harmonics of a wave."""
    n = np.arange(1, count + 1)
    if wave in _PULSES:
        return np.asarray(np.abs(np.sin(np.pi * n * _PULSES[wave])) / n)
    if wave in _DRAWBARS:
        return np.array([_DRAWBARS[wave].get(int(k), 0.0) for k in n])
    match wave:
        case "saw":
            return np.asarray(1.0 / n)
        case "square":
            return np.where(n % 2 == 1, 1.0 / n, 0.0)
        case "triangle":
            return np.where(n % 2 == 1, 1.0 / n**2, 0.0)
        case _:
            return np.where(n == 1, 1.0, 0.0)


def harmonics(pitch: int) -> NDArray[np.float64]:
    """Frequencies in Hz of all harmonics of a MIDI note that a table can hold."""
    base = frequency(pitch)
    count = max(1, min(int(20000 / base), _TABLE // 4))
    return np.asarray(base * np.arange(1, count + 1), dtype=np.float64)


def formed(hz: NDArray[np.float64], formants: tuple[float, ...]) -> NDArray[np.float64]:
    """The gain that a body or a throat with these resonances in Hz gives to frequencies."""
    if not formants:
        return np.ones_like(hz)
    octaves = np.log2(hz[:, None] / np.array(formants))
    return np.asarray(0.12 + np.exp(-((octaves / 0.3) ** 2)).sum(axis=1))


def periods(spectra: NDArray[np.floating[Any]] | NDArray[np.complexfloating[Any, Any]]) -> Audio:
    """One period for each row of harmonic amplitudes [rows, harmonics]: [rows * _TABLE]."""
    spectrum = np.zeros((len(spectra), _TABLE // 2 + 1), dtype=np.complex64)
    spectrum[:, 1 : spectra.shape[1] + 1] = -0.5j * _TABLE * spectra
    return np.asarray(scipy.fft.irfft(spectrum, axis=1), dtype=np.float32).ravel()


@lru_cache(maxsize=1024)
def _tables(wave: str, pitch: int, resonance: float, formants: tuple[float, ...]) -> Audio:
    """Periods of `wave` through a low-pass at each of _CUTOFFS_HZ."""
    hz = harmonics(pitch)
    ratio = hz[None, :] / _CUTOFFS_HZ[:, None]
    gain = 1 / np.sqrt((1 - ratio**2) ** 2 + ratio**2 * (2 - 1.7 * resonance) ** 2 / 2)
    return periods(_amplitudes(wave, len(hz)) * formed(hz, formants) * gain)


def oscillate(
    tables: Audio, frequency_hz: NDArray[np.float64] | float, place: Audio, phase: float
) -> Audio:
    """Reads the periods in `tables` at a frequency.

    Args:
        tables: see periods().
        frequency_hz: one, or one for every sample.
        place: which row to read at every sample; between two, both are mixed.
        phase: where in the period to start, 0-1.

    Returns:
        As long as `place`.
    """
    if isinstance(frequency_hz, float):
        turns = np.arange(1, len(place) + 1) * (frequency_hz / RATE) + phase
    else:
        turns = np.cumsum(frequency_hz / RATE) + phase
    index = (turns * _TABLE).astype(np.int64) & (_TABLE - 1)
    place = np.minimum(place, len(tables) // _TABLE - 1.001)
    row = place.astype(np.int32)
    index += row * _TABLE
    low = tables[index]
    return np.asarray(low + (place - row) * (tables[index + _TABLE] - low), dtype=np.float32)


@lru_cache(maxsize=16)
def _breath(octave: int) -> Audio:
    """Five seconds of blown or bowed noise, for pitches of about 2 ** `octave` Hz."""
    noise, low_hz = np.random.default_rng(5).standard_normal(5 * RATE), 1.5 * 2.0**octave
    edges = [low_hz, min(8 * low_hz, 20000)]
    band = sosfilt(butter(1, edges, btype="band", fs=RATE, output="sos"), noise)
    return np.asarray(band / np.std(band), dtype=np.float32)


@dataclass(frozen=True)
class Subtractive:
    """Oscillators through a moving low-pass filter.

    Attributes:
        wave: saw, square, pulse, thin pulse, quarter pulse, triangle, organ, pipes or sine.
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
        formants: resonances in Hz that do not move, as of a throat or a body.
        breath: level of noise beside the tone.
        bend: semitones above its pitch that a note begins.
        bend_s: how fast it falls to its pitch.
        wobble: octaves that the filter goes up and down.
        wobble_hz: how often about; a note has whole turns of it.
        tremolo: how deep the level dips, 0-1.
        tremolo_hz: how often.
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
    formants: tuple[float, ...] = ()
    breath: float = 0.0
    bend: float = 0.0
    bend_s: float = 0.03
    wobble: float = 0.0
    wobble_hz: float = 4.0
    tremolo: float = 0.0
    tremolo_hz: float = 6.0

    def play(self, pitch: int, seconds: float, velocity: float, brightness: float) -> Audio:
        """See Voice.play."""
        level = self.envelope.shape(seconds)
        time = clock(len(level))
        octaves = self._opening(time, seconds, velocity)
        octaves += (brightness - 0.5) * 2.6 + (velocity - 0.7)
        hz = self._pitch_hz(pitch, time)
        sound = self._oscillators(pitch, hz, _row(self.cutoff_hz, octaves))
        if self.sub:
            turns = np.cumsum(np.broadcast_to(np.asarray(hz) / 2 / RATE, len(level)))
            sound += self.sub * np.sin(2 * np.pi * turns).astype(np.float32)
        if self.breath:
            noise = _breath(round(np.log2(frequency(pitch))))
            sound += self.breath * np.resize(noise[pitch * 991 :], len(level))
        sound *= level
        if self.tremolo:
            sound *= 1 - self.tremolo * (0.5 - 0.5 * np.cos(2 * np.pi * self.tremolo_hz * time))
        if self.drive:
            sound = np.tanh(sound * (1 + 4 * self.drive)) / (1 + self.drive)
        return np.asarray(sound * velocity, dtype=np.float32)

    def _opening(self, time: Audio, seconds: float, velocity: float) -> Audio:
        """Octaves that the filter stands above its rest."""
        octaves = self.sweep * (0.4 + 0.6 * velocity) * np.exp(-time / self.sweep_s)
        if self.wobble:
            turns = max(1, round(self.wobble_hz * seconds))
            octaves += self.wobble * np.cos(2 * np.pi * turns * time / max(seconds, 0.03))
        return np.asarray(octaves, dtype=np.float32)

    def _pitch_hz(self, pitch: int, time: Audio) -> NDArray[np.float64] | float:
        """The pitch: one, or one for every sample where it moves."""
        if not self.vibrato_cents and not self.bend:
            return frequency(pitch)
        depth = self.vibrato_cents * np.clip((time - 0.25) / 0.3, 0, 1)
        cents = depth * np.sin(2 * np.pi * 5.3 * time)
        cents += 100 * self.bend * np.exp(-time / self.bend_s)
        return np.asarray(frequency(pitch) * 2 ** (cents / 1200), dtype=np.float64)

    def _oscillators(self, pitch: int, hz: NDArray[np.float64] | float, row: Audio) -> Audio:
        tables = _tables(self.wave, pitch, self.resonance, self.formants)
        if self.unison == 1:
            return oscillate(tables, hz, row, 0.0)
        sound = np.zeros(len(row), dtype=np.float32)
        for number, offset in enumerate(np.linspace(-1, 1, self.unison)):
            phase = (number * 0.381 + pitch * 0.17) % 1
            detuned = hz * float(2 ** (offset * self.detune_cents / 1200))
            sound += oscillate(tables, detuned, row, phase)
        return np.asarray(sound / np.sqrt(self.unison), dtype=np.float32)


def _row(cutoff_hz: float, octaves: Audio) -> Audio:
    """Which row of _tables has a cutoff so many octaves above `cutoff_hz`."""
    spacing = np.log2(_CUTOFFS_HZ[1] / _CUTOFFS_HZ[0])
    row = (octaves + np.float32(np.log2(cutoff_hz / _CUTOFFS_HZ[0]))) / np.float32(spacing)
    return np.asarray(np.clip(row, 0, len(_CUTOFFS_HZ) - 1.001), dtype=np.float32)


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
