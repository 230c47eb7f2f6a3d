"""Mel spectrograms as the embedders were trained on them, without librosa."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

Curve = NDArray[np.float64]

_BREAK_HZ, _BREAK_MEL = 1000.0, 15.0
"""Slaney's scale (Auditory Toolbox, 1998) is linear up to here and logarithmic above."""
_LOG_STEP = np.log(6.4) / 27


def slaney_mel(hertz: Curve) -> Curve:
    """Slaney's mels of frequencies, librosa's own scale."""
    above = _BREAK_MEL + np.log(np.maximum(hertz, _BREAK_HZ) / _BREAK_HZ) / _LOG_STEP
    return np.where(hertz < _BREAK_HZ, hertz * _BREAK_MEL / _BREAK_HZ, above)


def slaney_hertz(mel: Curve) -> Curve:
    """Frequencies of Slaney's mels."""
    above = _BREAK_HZ * np.exp(_LOG_STEP * (mel - _BREAK_MEL))
    return np.where(mel < _BREAK_MEL, mel * _BREAK_HZ / _BREAK_MEL, above)


def slaney_filters(rate: int, size: int, bands: int, low: float, high: float) -> Tensor:
    """Triangles over hertz, each of area 1, as librosa's by default.

    Args:
        rate: samples a second.
        size: samples in an FFT.
        bands: how many.
        low: lower end of the lowest, in Hz.
        high: upper end of the highest, in Hz.

    Returns:
        [size // 2 + 1, bands] float32, to multiply a power spectrum with.
    """
    lowest, highest = slaney_mel(np.array([low, high]))
    corners = slaney_hertz(np.linspace(lowest, highest, bands + 2))
    filters = triangles(np.arange(size // 2 + 1) * rate / size, corners)
    return torch.from_numpy((filters * 2 / (corners[2:] - corners[:-2])).astype(np.float32))


def htk_filters(rate: int, size: int, bands: int, low: float, high: float) -> Tensor:
    """Triangles over HTK's mels, each of height 1, without the constant part: VGGish's.

    Args:
        rate: samples a second.
        size: samples in an FFT.
        bands: how many.
        low: lower end of the lowest, in Hz.
        high: upper end of the highest, in Hz.

    Returns:
        [size // 2 + 1, bands] float32, to multiply a magnitude spectrum with.
    """

    def mel(hertz: Curve) -> Curve:
        return np.asarray(1127 * np.log1p(hertz / 700))

    lowest, highest = mel(np.array([low, high]))
    corners = np.linspace(lowest, highest, bands + 2)
    filters = triangles(mel(np.arange(size // 2 + 1) * rate / size), corners)
    filters[0] = 0
    return torch.from_numpy(filters.astype(np.float32))


def triangles(places: Curve, corners: Curve) -> Curve:
    """Triangles of height 1, each from one corner over the next to the one after.

    Args:
        places: [n] where they are read.
        corners: [bands + 2], rising.

    Returns:
        [n, bands].
    """
    left, centre, right = corners[:-2], corners[1:-1], corners[2:]
    rising = (places[:, None] - left) / (centre - left)
    falling = (right - places[:, None]) / (right - centre)
    return np.asarray(np.minimum(rising, falling).clip(min=0))


def power_spectrum(samples: Tensor, size: int, hop: int) -> Tensor:
    """Squared magnitudes, a frame at every `hop` samples with its centre there.

    The ends are mirrored, as librosa did up to 0.9 and torchlibrosa does.

    Args:
        samples: [N] float32, more than size / 2.
        size: samples in a periodic Hann window and an FFT.
        hop: samples between frames.

    Returns:
        [1 + N // hop, size // 2 + 1] float32.
    """
    spectrum = torch.stft(
        samples, size, hop, window=torch.hann_window(size), pad_mode="reflect", return_complex=True
    )
    return spectrum.abs().square().T
