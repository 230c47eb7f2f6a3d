"""What probes and distances hear in a loop: statistics of its mel spectrum, and musicnn."""

from functools import cached_property
from itertools import pairwise

import numpy as np
import torch
from scipy.fft import rfft

from ...embedders.contract import Array
from ...embedders.listen import repeated
from ...embedders.musicnn import FRAMES, HOP, RATE, MusicnnEmbedder, log_mel
from ...model.codec import SAMPLE_RATE

HEARD_S = 6.0
"""musicnn hears so much of the beginning: two of its windows."""
PULSES = 12
COARSE = 8
"""Bands that the pulse is told of, of musicnn's 96."""


def at_musicnn_rate(audio: Array) -> Array:
    """[N] at 44.1 kHz -> [M] float32 at 16 kHz, at least one of musicnn's windows long."""
    import soxr  # an extra's

    resampled = soxr.resample(audio, SAMPLE_RATE, RATE, quality="HQ")
    return repeated(np.asarray(resampled, np.float32), (FRAMES - 1) * HOP)


def statistics(audio: Array) -> Array:
    """How a loop sounds as a whole, whatever its length.

    Args:
        audio: [N] float32, mono, at 16 kHz.

    Returns:
        [4 * 96 + COARSE * PULSES] float32: of each mel band the mean, the standard deviation, the
        mean rise from frame to frame and the 90th percentile; of groups of bands, how much of
        their movement has each of the slowest rates (one octave in three steps, from 0.5 Hz).
    """
    mel = log_mel(torch.from_numpy(audio)).numpy()
    rises = np.maximum(np.diff(mel, axis=0), 0).mean(0)
    levels = np.concatenate([mel.mean(0), mel.std(0), rises, np.quantile(mel, 0.9, axis=0)])
    coarse = mel.reshape(len(mel), COARSE, -1).mean(2)
    spectrum = np.abs(rfft(coarse - coarse.mean(0), axis=0)) / len(mel)
    hertz = np.arange(len(spectrum)) / (len(mel) * HOP / RATE)
    edges = 0.5 * 2 ** (np.arange(PULSES + 1) / 2)
    pulses = [
        np.sqrt(np.square(spectrum[(low <= hertz) & (hertz < high)]).sum(0))
        for low, high in pairwise(edges)
    ]
    return np.concatenate([levels, np.ravel(pulses)]).astype(np.float32)


class Listener:
    """Hears loops at 44.1 kHz."""

    @cached_property
    def _musicnn(self) -> MusicnnEmbedder:
        return MusicnnEmbedder("msd")

    def statistics(self, audio: Array) -> Array:
        """Statistics of a loop, [N] float32."""
        return statistics(at_musicnn_rate(audio))

    def embedding(self, audio: Array) -> Array:
        """Musicnn's embedding of the first HEARD_S seconds of a loop: [200] float32."""
        heard = at_musicnn_rate(audio)[: round(HEARD_S * RATE) + HOP]
        return self._musicnn.hear(heard).embedding
