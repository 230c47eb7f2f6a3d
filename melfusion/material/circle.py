"""Sound on a circle: the loop's end is followed by its beginning, for every filter and delay."""

from functools import lru_cache

import numpy as np
import pyloudnorm
import scipy.fft
import scipy.signal
from numpy.typing import NDArray

from .voices import RATE, Audio

Response = NDArray[np.complex64]
Gain = NDArray[np.float32]

_SIZES = sorted(odd * 2**power for odd in (8, 9, 10, 12, 15) for power in range(9, 21))
"""Few lengths for transforms, so that what is known of a length is often known already."""

_AHEAD = RATE // 20


def fold(sound: Audio, samples: int) -> Audio:
    """Lays a sound round a circle of `samples`: what goes beyond the end is added to the start."""
    turns = -(-len(sound) // samples)
    padded = np.pad(sound, (0, turns * samples - len(sound)))
    return np.asarray(padded.reshape(turns, samples).sum(axis=0), dtype=np.float32)


def delayed(sound: Audio, samples: Audio) -> Audio:
    """The sound late by so many samples; between two samples lies a straight line.

    Args:
        sound: [N].
        samples: [N], for every sample how late it is; below 0 for early.
    """
    whole = np.floor(samples).astype(np.int32)
    reach = int(np.max(np.abs(whole))) + 1
    around = np.take(sound, np.arange(-reach, len(sound) + reach), mode="wrap")
    place = np.arange(reach, reach + len(sound), dtype=np.int32) - whole
    here = around[place]
    return np.asarray(here + (samples - whole) * (around[place - 1] - here), dtype=np.float32)


def turning(samples: int, turns: int, phase: float) -> Audio:
    """A cosine that goes round `turns` times in a loop; `phase` is 0-1."""
    step = np.float32(2 * np.pi * turns / samples)
    angle = np.arange(samples, dtype=np.float32) * step + np.float32(2 * np.pi * phase)
    return np.asarray(np.cos(angle), dtype=np.float32)


class Spectrum:
    """A loop's spectrum, to filter it with what has rung for up to `lead_s` before it begins.

    The loop is transformed with so much of its own end before it, and a little of its beginning
    after it for filters that look ahead. Both are cut off again.
    """

    def __init__(self, sound: Audio, lead_s: float = 1.0) -> None:
        lead = round(lead_s * RATE)
        self._samples, self._lead = len(sound), lead
        around = np.take(sound, np.arange(-lead, len(sound) + _AHEAD), mode="wrap")
        self.size = next(size for size in _SIZES if size >= len(around))
        self._bins: Response = scipy.fft.rfft(around.astype(np.float32), self.size)

    def through(self, *responses: Response) -> Audio:
        """The loop after filters, each its response at all frequencies() of `size`."""
        bins = self._bins
        for response in responses:
            bins = bins * response
        whole = scipy.fft.irfft(bins, self.size)
        return np.asarray(whole[self._lead : self._lead + self._samples], dtype=np.float32)


@lru_cache(maxsize=16)
def frequencies(size: int) -> Response:
    """The frequency in Hz of every bin of a transform of `size`, times j."""
    return np.asarray(1j * scipy.fft.rfftfreq(size, 1 / RATE), dtype=np.complex64)


@lru_cache(maxsize=16)
def _squares(size: int) -> Gain:
    return np.asarray(frequencies(size).imag ** 2, dtype=np.float32)


@lru_cache(maxsize=32)
def high_pass(size: int, edge_hz: float) -> Response:
    """A Butterworth high-pass of second order."""
    s = frequencies(size) / edge_hz
    return np.asarray(s**2 / (s**2 + np.sqrt(2) * s + 1), dtype=np.complex64)


def low_pass(size: int, edge_hz: float) -> Response:
    """A Butterworth low-pass of second order."""
    s = frequencies(size) / np.float32(edge_hz)
    return np.asarray(1 / (s**2 + np.float32(np.sqrt(2)) * s + 1), dtype=np.complex64)


def shelf(size: int, edge_hz: float, gain_db: float) -> Gain:
    """All above an edge raised or lowered; it moves no phase."""
    square = _squares(size) / np.float32(edge_hz**2)
    return np.asarray(np.sqrt((1 + np.float32(10 ** (gain_db / 10)) * square) / (1 + square)))


def bell(size: int, centre_hz: float, gain_db: float) -> Gain:
    """About an octave round a centre raised or lowered; it moves no phase."""
    square = _squares(size) / np.float32(centre_hz**2)
    away, wide = (1 - square) ** 2, np.float32(10 ** (gain_db / 20))
    return np.asarray(np.sqrt((away + wide * square) / (away + square / wide)))


@lru_cache(maxsize=8)
def room(size: int, decay_s: float) -> Response:
    """A room: noise that fades, its highs first (Moorer, 1979); its response has energy 1."""
    time = np.arange(int(decay_s * RATE)) / RATE
    noise = np.random.default_rng(11).standard_normal(len(time))
    dark = scipy.signal.sosfilt(_sos(1, 3200, "low"), noise)
    bright = (noise - dark) * np.exp(-time * 12 / decay_s)
    tail = (bright + dark * np.exp(-time * 6.9 / decay_s)) * np.minimum(time / 0.012, 1)
    tail = scipy.signal.sosfilt(_sos(2, 220, "high"), tail)
    tail = (tail / np.sqrt(np.sum(tail**2))).astype(np.float32)
    return np.asarray(scipy.fft.rfft(tail, size), dtype=np.complex64)


def _sos(order: int, edge_hz: float, kind: str) -> NDArray[np.float64]:
    return np.asarray(scipy.signal.butter(order, edge_hz, kind, fs=RATE, output="sos"))


@lru_cache(maxsize=16)
def _hearing(size: int) -> Response:
    """The K-weighting of ITU-R BS.1770."""
    turn = np.exp(-2j * np.pi * scipy.fft.rfftfreq(size))
    response = np.ones(len(turn), dtype=np.complex128)
    for stage in pyloudnorm.Meter(RATE)._filters.values():
        response *= np.polyval(stage.b[::-1], turn) / np.polyval(stage.a[::-1], turn)
    return response.astype(np.complex64)


def loudness(spectrum: Spectrum, *responses: Response) -> float:
    """Integrated loudness in LUFS of a loop that goes on and on (ITU-R BS.1770-4).

    Its blocks follow one another more closely than the standard's, so that it matters little where
    the loop is cut open.

    Args:
        spectrum: the loop.
        responses: filters that it is heard through.

    Returns:
        -inf for silence.
    """
    heard = spectrum.through(*responses, _hearing(spectrum.size))
    hops, steps = max(1, round(50 * len(heard) / RATE)), 20
    starts = np.arange(hops) * len(heard) // hops
    energy = np.add.reduceat(heard * heard, starts, dtype=np.float64)
    around = np.concatenate([[0.0], np.cumsum(np.resize(energy, len(energy) + steps))])
    power = (around[steps:-1] - around[: -steps - 1]) / (steps * len(heard) / hops)
    power = power[power > 10 ** ((-70 + 0.691) / 10)]
    if not len(power):
        return -np.inf
    power = power[power > 0.1 * power.mean()]
    return float(10 * np.log10(power.mean()) - 0.691)
