"""How loud a loop is, how high it peaks between its samples, and the gain that sets it right."""

import math
import warnings

import numpy as np
import numpy.typing as npt
import pyloudnorm
import scipy.linalg
import scipy.signal
from numpy.lib.stride_tricks import sliding_window_view

Floats = npt.NDArray[np.float32]

LOUDNESS_LUFS = {"drums": -20.0, "bass": -22.0, "chords": -24.0, "lead": -23.0, "full": -16.0}
"""What each part is brought to, so that parts rendered one by one sit together in a mix; the
full mix is as loud as their sum."""

PEAK_CEILING_DBTP = -1.0
SILENCE_DBFS = -45.0

_OVERSAMPLING = 4
_TAPS, _STRETCH = 12, 16
_FILTER = scipy.signal.firwin(_TAPS * _OVERSAMPLING + 1, 1 / _OVERSAMPLING, window=("kaiser", 5.0))
_INTERPOLATOR = scipy.linalg.convolution_matrix(
    (_OVERSAMPLING * _FILTER).astype(np.float32), (_TAPS + _STRETCH) * _OVERSAMPLING, mode="valid"
)[:, ::_OVERSAMPLING].T
"""[_TAPS + _STRETCH samples, all that lies on and between _STRETCH of them]: the filter as a
matrix, whose product takes an eighth of the filter's time."""


def decibels(amplitude: float) -> float:
    """Decibels relative to full scale; -inf for nothing."""
    return 20 * math.log10(amplitude) if amplitude > 0 else -math.inf


def is_silent(audio: Floats) -> bool:
    """Whether nothing in `audio` [channels, N] reaches SILENCE_DBFS."""
    return decibels(float(np.abs(audio).max(initial=0.0))) < SILENCE_DBFS


def true_peak(audio: Floats) -> float:
    """The highest peak between samples, in dBTP, the loop taken as a circle.

    Four times oversampled with a filter of twelve taps a phase (ITU-R BS.1770-4, annex 2).

    Args:
        audio: [channels, N] float32.
    """
    around = np.take(audio, np.arange(-_TAPS, audio.shape[1] + _STRETCH), axis=1, mode="wrap")
    stretches = sliding_window_view(around, _TAPS + _STRETCH, axis=1)[:, ::_STRETCH]
    between = stretches.reshape(-1, _TAPS + _STRETCH) @ _INTERPOLATOR
    return decibels(float(max(np.abs(between).max(initial=0.0), np.abs(audio).max(initial=0.0))))


def loudness(audio: Floats, rate: int) -> float:
    """Integrated loudness in LUFS (ITU-R BS.1770-4); -inf for silence.

    Args:
        audio: [channels, N] float32; a loop shorter than three seconds is gone round until it is
            long enough for the standard's blocks.
        rate: samples a second.
    """
    if is_silent(audio):
        return -math.inf
    turns = math.ceil(3.0 * rate / audio.shape[1])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # every block under the gate: -inf
        return float(pyloudnorm.Meter(rate).integrated_loudness(np.tile(audio, turns).T))


def levelled(audio: Floats, rate: int, part: str) -> Floats:
    """`audio` at the loudness of its part, or as near to it as its peaks let it come.

    Gain alone: nothing is ever clipped or limited. Silence stays silence.

    Args:
        audio: [channels, N] float32.
        rate: samples a second.
        part: a key of LOUDNESS_LUFS.
    """
    headroom_db = PEAK_CEILING_DBTP - true_peak(audio)
    return _amplified(audio, min(_gain_db(audio, rate, part), headroom_db))


def mixed(stems: dict[str, Floats], rate: int) -> Floats:
    """The sum of `stems` ([channels, N] each), each at the loudness of its part."""
    return np.asarray(
        sum(_amplified(stem, _gain_db(stem, rate, part)) for part, stem in stems.items()),
        np.float32,
    )


def _gain_db(audio: Floats, rate: int, part: str) -> float:
    loud = loudness(audio, rate)
    return LOUDNESS_LUFS[part] - loud if math.isfinite(loud) else 0.0


def _amplified(audio: Floats, gain_db: float) -> Floats:
    return np.asarray(audio * np.float32(10 ** (gain_db / 20)), np.float32)
