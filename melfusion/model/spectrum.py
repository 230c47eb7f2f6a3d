"""Spectra of loops: a short-time Fourier transform on the circle, and its way back.

A loop has no beginning and no end, so its frames are laid evenly round a circle of exactly N
samples and its overlap-add wraps: whatever is synthesised is N samples long and seamless, at any
tempo, with nothing resampled or cut.

Phases are found from magnitudes in two steps: Single Pass Spectrogram Inversion (Beauregard,
Harish, Wyse, DAFx 2015), which turns each spectral peak into a frequency and lets its phase run,
then rounds of Fast Griffin-Lim (Perraudin, Balazs, Sondergaard, WASPAA 2013). A window that is long
enough to tell bass notes apart smears their attacks, so the later rounds also hold the sound to an
envelope that is much finer than the frames.
"""

import math
from collections.abc import Callable
from functools import cached_property

import numpy as np
import torch
from torch import Tensor

FLOOR = 3e-5
"""Smallest magnitude that is told from silence; a full-scale sine has magnitude 1."""

GAIN_LIMITS = (math.log(0.03), math.log(4.0))
"""How far, in nepers, an envelope may push what the magnitudes say."""


class CircularSTFT:
    """Short-time Fourier transform of loops, with frames laid evenly round a circle.

    Frame i is centred on sample `i * length // frames`. Magnitudes are scaled so that a
    full-scale sine has magnitude 1.

    Args:
        length: samples in the loop.
        frames: number of frames on the circle.
        n_fft: window length in samples; it may exceed `length`.
    """

    def __init__(self, length: int, frames: int, n_fft: int, device: torch.device | str = "cpu"):
        self.length, self.frames, self.n_fft = length, frames, n_fft
        centres = torch.arange(frames, device=device) * length // frames
        offsets = torch.arange(n_fft, device=device) - n_fft // 2
        self.window = torch.hann_window(n_fft, device=device)
        self.gain = float(self.window.sum()) / 2
        self._index = (centres[:, None] + offsets) % length
        wrapped = torch.cat([centres[1:], centres[:1] + length])
        self.steps = (wrapped - centres).double().cpu().numpy()

    @cached_property
    def _weight(self) -> Tensor:
        """Sum of the squared windows over each sample: [length]."""
        weight = torch.zeros(self.length, device=self.window.device)
        weight.index_add_(0, self._index.flatten(), self.window.square().repeat(self.frames))
        return weight.clamp(min=1e-8)

    def forward(self, audio: Tensor) -> Tensor:
        """audio: [B, length] float32 -> spectrum: [B, frames, n_fft // 2 + 1] complex64."""
        framed = audio[:, self._index] * self.window
        return torch.fft.rfft(framed) / self.gain

    def inverse(self, spectrum: Tensor) -> Tensor:
        """spectrum: [B, frames, n_fft // 2 + 1] -> audio: [B, length], least squares."""
        framed = torch.fft.irfft(spectrum * self.gain, n=self.n_fft) * self.window
        audio = framed.new_zeros(framed.shape[0], self.length)
        audio.index_add_(1, self._index.flatten(), framed.flatten(1))
        return audio / self._weight


def log_magnitude(spectrum: Tensor) -> Tensor:
    """Natural logarithm of the magnitude, no lower than log(FLOOR)."""
    return spectrum.abs().clamp(min=FLOOR).log()


def envelope(audio: Tensor, points: int) -> Tensor:
    """Log of the root mean square around `points` instants laid evenly round the circle.

    Args:
        audio: [B, N].
        points: how many.

    Returns:
        [B, points], natural logarithm, no lower than log(FLOOR), each from three neighbouring
        stretches of N / points samples.
    """
    length = audio.shape[-1]
    owner = torch.arange(length, device=audio.device) * points // length
    power = audio.new_zeros(audio.shape[0], points).index_add_(1, owner, audio.square())
    power = power / torch.bincount(owner, minlength=points).clamp(min=1)
    smooth = (power.roll(1, 1) + 2 * power + power.roll(-1, 1)) / 4
    return smooth.clamp(min=FLOOR**2).log() / 2


def shaped(audio: Tensor, wanted: Tensor) -> Tensor:
    """`audio` [B, N] with the log envelope `wanted` [B, points], by a gain drawn through points."""
    length, points = audio.shape[-1], wanted.shape[-1]
    gain = (wanted - envelope(audio, points)).clamp(*GAIN_LIMITS).exp()
    at = (torch.arange(length, device=audio.device) + 0.5) * points / length - 0.5
    before = at.floor().long()
    low, high = gain[:, before % points], gain[:, (before + 1) % points]
    return audio * (low + (high - low) * (at - before))


def invert(
    magnitude: Tensor,
    stft: CircularSTFT,
    rounds: int = 16,
    wanted: Tensor | None = None,
    on_round: Callable[[int], None] = lambda _number: None,
) -> Tensor:
    """Sound from magnitudes.

    Args:
        magnitude: [B, frames, n_fft // 2 + 1], as CircularSTFT scales them.
        stft: the transform they belong to.
        rounds: rounds of Fast Griffin-Lim after the first guess.
        wanted: [B, points] log envelope that the sound is held to, or None.
        on_round: called before every round with its number; what it raises passes through.

    Returns:
        audio: [B, stft.length].
    """
    guess = _peak_phases(magnitude.cpu().numpy(), stft).to(magnitude.device)
    spectrum = torch.polar(magnitude, guess)
    before = torch.zeros_like(spectrum)
    for number in range(rounds):
        on_round(number)
        audio = stft.inverse(spectrum)
        if wanted is not None and number >= rounds // 2:
            audio = shaped(audio, wanted)
        consistent = stft.forward(audio)
        ahead = consistent + 0.99 * (consistent - before)
        before = consistent
        spectrum = magnitude * ahead / (ahead.abs() + 1e-9)
    audio = stft.inverse(spectrum)
    return audio if wanted is None else shaped(audio, wanted)


def _peak_phases(magnitude: np.ndarray, stft: CircularSTFT) -> Tensor:
    """Phases [B, frames, bins] that run at the frequency of the nearest spectral peak (SPSI)."""
    bins = magnitude.shape[-1]
    log = np.log(magnitude + 1e-7)
    below, here, above = log[..., :-2], log[..., 1:-1], log[..., 2:]
    peaked = (here > below) & (here >= above)
    bend = np.where(peaked, below - 2 * here + above, -1.0)
    frequency = np.zeros(magnitude.shape)
    offset = np.clip(0.5 * (below - above) / np.minimum(bend, -1e-9), -0.5, 0.5)
    frequency[..., 1:-1] = np.where(peaked, np.arange(1, bins - 1) + offset, 0.0)
    nearest = _nearest_peak(frequency > 0)
    frequency = np.take_along_axis(frequency, nearest, -1)
    frequency = np.where(frequency > 0, frequency, np.arange(bins))

    start = np.random.default_rng(0).uniform(0, 2 * math.pi, bins)
    phase = np.empty(magnitude.shape)
    phase[:, 0] = start
    for frame in range(1, magnitude.shape[1]):
        mean = (frequency[:, frame] + frequency[:, frame - 1]) / 2
        run = phase[:, frame - 1] + 2 * math.pi / stft.n_fft * mean * stft.steps[frame - 1]
        phase[:, frame] = np.take_along_axis(run, nearest[:, frame], -1)
    # A window that starts half its length before its centre turns every second bin round.
    # Wrapped first: in single precision the phase of a long loop's high bins would be noise.
    return torch.from_numpy((phase - math.pi * np.arange(bins)) % (2 * math.pi)).float()


def _nearest_peak(peaked: np.ndarray) -> np.ndarray:
    """For every bin (last axis), the index of the nearest peak; its own where there is none."""
    bins = peaked.shape[-1]
    index = np.arange(bins)
    left = np.maximum.accumulate(np.where(peaked, index, -bins), -1)
    right = np.minimum.accumulate(np.where(peaked, index, 3 * bins)[..., ::-1], -1)[..., ::-1]
    nearest = np.where(index - left <= right - index, left, right)
    return np.where((nearest >= 0) & (nearest < bins), nearest, index)
