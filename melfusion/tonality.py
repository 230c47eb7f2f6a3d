"""The key of a loop, heard on a circle: what follows the last sample is the first."""

import numpy as np
import numpy.typing as npt

from . import loop
from .music import Key
from .rhythm import Floats, circular_spectra, frame_width

Chroma = npt.NDArray[np.float64]

WINDOW_S, HOP_S = 0.37, 0.12
LOWEST_HZ, FULL_TO_HZ, HIGHEST_HZ = 50.0, 200.0, 2000.0
THIRD_PARTIAL, FIFTH_PARTIAL = 0.15, 0.05
A4_HZ = 440.0
TONIC_EXTRA = 0.1


def chroma(signal: Floats, rate: int) -> Chroma:
    """How strongly each pitch class sounds, C first, whatever the tuning.

    Spectral peaks, each at its interpolated frequency; the common deviation from A = 440 Hz is
    found first and taken away. Higher partials count for less, and the share that a class owes to
    the third partials of the class a fifth below and the fifth ones of that a third below is
    taken off: it would draw every key towards its dominant.

    Args:
        signal: [N] float32, mono.
        rate: samples a second.

    Returns:
        [12], the loudest is 1; all 0 where nothing has a pitch.
    """
    hertz, amplitude = _partials(signal, rate)
    weights = np.sqrt(amplitude) * np.minimum(1.0, FULL_TO_HZ / hertz)
    pitches = 69 + 12 * np.log2(hertz / A4_HZ)
    pitches -= np.angle((weights * np.exp(2j * np.pi * pitches)).sum()) / (2 * np.pi)
    nearest = np.round(pitches)
    weights = weights * np.cos(np.pi * (pitches - nearest)) ** 2
    classes = np.bincount(nearest.astype(np.intp) % 12, weights, 12)
    owed = THIRD_PARTIAL * np.roll(classes, 7) + FIFTH_PARTIAL * np.roll(classes, 4)
    classes = np.maximum(classes - owed, 0)
    return np.asarray(classes / max(float(classes.max()), 1e-12))


def fit(heard: Chroma, key: Key) -> float:
    """How well what is heard stays on the notes of `key`: correlation, -1 to 1.

    All notes of the scale count the same, the tonic a little more: keys of the same notes differ
    by little, others by much. 0 where nothing has a pitch.
    """
    profile = np.zeros(12)
    profile[list(key.pitch_classes)] = 1.0
    profile[key.tonic] += TONIC_EXTRA
    return 0.0 if np.ptp(heard) == 0 else float(np.corrcoef(profile, heard)[0, 1])


def likeliest(heard: Chroma, modes: tuple[str, ...] = ("major", "minor")) -> Key:
    """The key on any tonic, in one of `modes`, whose notes fit best."""
    keys = [Key(tonic, mode) for mode in modes for tonic in range(12)]
    return max(keys, key=lambda key: fit(heard, key))


def _partials(signal: Floats, rate: int) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Frequencies in Hz and amplitudes of the spectral peaks of all moments, [n] each."""
    width = frame_width(WINDOW_S, rate)
    count = max(4, round(len(signal) / rate / HOP_S))
    low, high = round(LOWEST_HZ * width / rate), round(HIGHEST_HZ * width / rate)
    spectrum = circular_spectra(
        signal,
        np.array(loop.positions(count, len(signal))),
        width,
        lambda spectra: spectra[:, low - 1 : high + 2],
    )
    inner = spectrum[:, 1:-1]
    loud = np.maximum(0.03 * inner.max(axis=1, keepdims=True), 0.003 * inner.max() + 1e-9)
    moment, bin = np.nonzero(
        (inner > spectrum[:, :-2]) & (inner >= spectrum[:, 2:]) & (inner > loud)
    )
    before, at, after = (np.log(spectrum[moment, bin + shift] + 1e-12) for shift in range(3))
    # The summit of the parabola through the three highest points, on a log scale.
    off = (before - after) / (2 * (before - 2 * at + after))
    return (bin + low + off) * rate / width, np.exp(at - (before - after) * off / 4)
