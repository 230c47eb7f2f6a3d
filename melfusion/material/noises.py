"""What drums are made of: noise, falling sines, ringing modes; float64 mono at 44.1 kHz."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, sosfilt

from .voices import RATE

Sound = NDArray[np.float64]


def times(seconds: float) -> Sound:
    """The time of every sample in seconds."""
    return np.arange(int(seconds * RATE)) / RATE


def noise(seconds: float, low_hz: float, high_hz: float, seed: int) -> Sound:
    """Noise between two frequencies, about 1 in amplitude; the same for the same seed."""
    white = np.random.default_rng(seed).standard_normal(int(seconds * RATE))
    sos = butter(2, [low_hz, min(high_hz, 20000.0)], btype="band", fs=RATE, output="sos")
    band = sosfilt(sos, white)
    return np.asarray(band / np.std(band) / 2.5)


def sweep(seconds: float, rest_hz: float, octaves: float, fall_s: float) -> Sound:
    """A sine that falls from `octaves` above to its resting pitch."""
    pitch = rest_hz * 2 ** (octaves * np.exp(-times(seconds) / fall_s))
    return np.asarray(np.sin(2 * np.pi * np.cumsum(pitch) / RATE))


def modes(
    seconds: float, hz: Sequence[float], levels: Sequence[float], decays_s: Sequence[float]
) -> Sound:
    """Sines struck at once, each with its level and the time in which it falls to 1/e."""
    time = times(seconds)
    return sum(
        (
            level * np.sin(2 * np.pi * frequency * time) * np.exp(-time / decay_s)
            for frequency, level, decay_s in zip(hz, levels, decays_s, strict=True)
        ),
        np.zeros(len(time)),
    )
