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

import itertools
import math
from collections.abc import Callable
from functools import cached_property, lru_cache

import numpy as np
import torch
from torch import Tensor

FLOOR = 3e-5
"""Smallest magnitude that is told from silence; a full-scale sine has magnitude 1."""

GAIN_LIMITS = (math.log(0.03), math.log(4.0))
"""How far, in nepers, an envelope may push what the magnitudes say."""

ATTACK = (0.4, 0.8)
"""How far, in nepers, an envelope rises within 23 ms of an attack: hardly one, and fully one."""
ATTACK_RANGE = math.log(100)
"""What begins so far below the loudest of a loop is no attack."""

MOMENTUM = 0.99
"""How far every round of Fast Griffin-Lim goes on in the direction that it went."""


class CircularSTFT:
    """Short-time Fourier transform of loops, with frames laid evenly round a circle.

    Frame i is centred on sample `i * length // frames`. Magnitudes are scaled so that a
    full-scale sine has magnitude 1. `forward` works wherever the audio lies, the rest in the
    processor's memory.

    Args:
        length: samples in the loop.
        frames: number of frames on the circle.
        n_fft: window length in samples; it may exceed `length`.
    """

    def __init__(self, length: int, frames: int, n_fft: int) -> None:
        self.length, self.frames, self.n_fft = length, frames, n_fft
        centres = torch.arange(frames) * length // frames
        self.window = torch.hann_window(n_fft)
        self.gain = float(self.window.sum()) / 2
        self._starts = (centres - n_fft // 2) % length
        self._opened = self.window / self.gain
        self._closed = self.window * self.gain
        self.steps = np.diff(centres.numpy(), append=length).astype(np.float64)

    @cached_property
    def _weight(self) -> Tensor:
        """Sum of the squared windows over each sample: [length]."""
        squared = self.window.square().expand(1, self.frames, -1).contiguous()
        return self._overlapped(squared)[0].clamp(min=1e-8)

    def forward(self, audio: Tensor) -> Tensor:
        """audio: [B, length] float32 -> spectrum: [B, frames, n_fft // 2 + 1] complex64."""
        turns = 1 + -(-self.n_fft // self.length)
        wrapped = audio.repeat(1, turns)[:, : self.length + self.n_fft]
        # Whole rows of a view are copied; a gather by sample takes ten times as long.
        starts, window = self._starts.to(audio.device), self._opened.to(audio.device)
        rows = [turn.unfold(0, self.n_fft, 1).index_select(0, starts) for turn in wrapped]
        return torch.fft.rfft(torch.stack(rows).mul_(window))

    def inverse(self, spectrum: Tensor) -> Tensor:
        """spectrum: [B, frames, n_fft // 2 + 1] -> audio: [B, length], least squares."""
        framed = torch.fft.irfft(spectrum, n=self.n_fft).mul_(self._closed)
        return self._overlapped(framed) / self._weight

    def _overlapped(self, framed: Tensor) -> Tensor:
        """Sum of frames [B, frames, n_fft] where they lie on the circle: [B, length]."""
        audio = np.zeros((len(framed), self.length + self.n_fft), np.float32)
        starts = self._starts.tolist()
        for line, rows in zip(audio, framed.numpy(), strict=True):
            for start, row in zip(starts, rows, strict=True):
                line[start : start + self.n_fft] += row
        whole = audio[:, : self.length]
        for begin in range(self.length, audio.shape[1], self.length):
            beyond = audio[:, begin : begin + self.length]
            whole[:, : beyond.shape[1]] += beyond
        return torch.from_numpy(whole)


def log_magnitude(spectrum: Tensor) -> Tensor:
    """Natural logarithm of the magnitude, no lower than log(FLOOR)."""
    return spectrum.abs().clamp(min=FLOOR).log()


def envelope(audio: Tensor, points: int) -> Tensor:
    """Log of the root mean square around `points` instants laid evenly round the circle.

    Args:
        audio: [B, N].
        points: how many, no more than N.

    Returns:
        [B, points], natural logarithm, no lower than log(FLOOR), each from three neighbouring
        stretches of N / points samples.
    """
    starts = _stretches(audio.shape[-1], points)
    power = torch.from_numpy(np.add.reduceat(audio.square().numpy(), starts, axis=-1))
    power /= torch.from_numpy(np.diff(starts, append=audio.shape[-1]))
    smooth = (power.roll(1, 1) + 2 * power + power.roll(-1, 1)) / 4
    return smooth.clamp(min=FLOOR**2).log() / 2


def shaped(audio: Tensor, wanted: Tensor, held: Tensor | float = 1.0) -> Tensor:
    """`audio` with another envelope, by a gain drawn through its points.

    Args:
        audio: [B, N].
        wanted: [B, points] log envelope.
        held: [B, points] how much it is held to it, 0-1.
    """
    points = wanted.shape[-1]
    gain = ((wanted - envelope(audio, points)).clamp(*GAIN_LIMITS) * held).exp()
    before, share = _between(audio.shape[-1], points)
    rise = (gain.roll(-1, 1) - gain).index_select(1, before).mul_(share)
    return rise.add_(gain.index_select(1, before)).mul_(audio)


def attacks(wanted: Tensor, reach: tuple[int, int]) -> Tensor:
    """Where a log envelope is that of an attack, or so near one that a window smears it there.

    A gain that follows what goes on between attacks, such as the beating of a chord's notes, makes
    sidebands of tones: it takes 3 dB of the harmonics-to-noise ratio of chords, 5 dB of leads'.

    Args:
        wanted: [B, points].
        reach: points before an attack and after it that belong to it.

    Returns:
        [B, points] 0-1.
    """
    before = torch.stack([wanted.roll(late, 1) for late in range(1, 5)]).amin(0)
    low, high = ATTACK
    rise = ((wanted - before - low) / (high - low)).clamp(0, 1)
    rise *= wanted > wanted.amax(1, keepdim=True) - ATTACK_RANGE
    back, ahead = reach
    return torch.stack([rise.roll(late, 1) for late in range(-back, ahead + 1)]).amax(0)


@lru_cache(maxsize=4)
def _stretches(length: int, points: int) -> np.ndarray:
    """First sample of each of `points` stretches of a loop: [points]."""
    return -(-np.arange(points) * length // points)


@lru_cache(maxsize=4)
def _between(length: int, points: int) -> tuple[Tensor, Tensor]:
    """For every sample, the point before it, and its share of the way to the next: [length]."""
    at = (torch.arange(length, dtype=torch.float64) + 0.5) * points / length - 0.5
    before = at.floor()
    return before.long() % points, (at - before).float()


def invert(
    magnitude: Tensor,
    stft: CircularSTFT,
    rounds: int = 16,
    wanted: Tensor | None = None,
    held: Tensor | float = 1.0,
    on_round: Callable[[int], None] = lambda _number: None,
) -> Tensor:
    """Sound from magnitudes.

    Args:
        magnitude: [B, frames, n_fft // 2 + 1], as CircularSTFT scales them.
        stft: the transform they belong to.
        rounds: rounds of Fast Griffin-Lim after the first guess.
        wanted: [B, points] log envelope that the sound is held to, or None.
        held: [B, points] how much, 0-1.
        on_round: called before every round with its number; what it raises passes through.

    Returns:
        audio: [B, stft.length].
    """
    spectrum = magnitude * torch.stack([_peak_phasors(one.numpy(), stft) for one in magnitude])
    before = torch.zeros_like(spectrum)
    for number in range(rounds):
        on_round(number)
        audio = stft.inverse(spectrum)
        if wanted is not None and number >= rounds // 2:
            audio = shaped(audio, wanted, held)
        consistent = stft.forward(audio)
        ahead, before = _moved(before, consistent, 1 + MOMENTUM), consistent
        spectrum = ahead.mul_(magnitude * _inverse_magnitude(ahead))
    audio = stft.inverse(spectrum)
    return audio if wanted is None else shaped(audio, wanted, held)


def _moved(start: Tensor, end: Tensor, share: float) -> Tensor:
    """Complex `start` moved by `share` of the way to `end`, in its own memory."""
    torch.view_as_real(start).lerp_(torch.view_as_real(end), share)
    return start


def _inverse_magnitude(spectrum: Tensor) -> Tensor:
    """1 / |spectrum|, at most 1e9; the hypotenuse that `abs` takes is far slower."""
    real, imaginary = spectrum.real, spectrum.imag
    return torch.addcmul(real.square(), imaginary, imaginary).add_(1e-18).rsqrt_()


def _peak_phasors(magnitude: np.ndarray, stft: CircularSTFT) -> Tensor:
    """Unit numbers [frames, bins] whose phases run at the frequency of the nearest peak (SPSI).

    Only the phases of peaks are run on, from that of the peak whose region they were in one frame
    before; the other bins take their peak's.

    Args:
        magnitude: [frames, bins].
        stft: the transform it belongs to.
    """
    frames, bins = magnitude.shape
    frame, bin_, frequency = _peaks(magnitude)
    owner = _regions(frame, bin_, frames, bins)
    first = np.searchsorted(frame, np.arange(frames + 1))
    cycles: np.ndarray = np.random.default_rng(0).uniform(size=(bins,))[bin_]
    later = slice(first[1], None)
    source = owner[frame[later] - 1, bin_[later]]
    mean = (frequency[later] + frequency[source]) / 2
    ahead = mean * stft.steps[frame[later] - 1] / stft.n_fft
    run = cycles[later]
    for begin, end in itertools.pairwise(first[1:] - first[1]):
        np.add(cycles[source[begin:end]], ahead[begin:end], out=run[begin:end])
    # A window that starts half its length before its centre turns every second bin round.
    # Wrapped first: in single precision the phase of a long loop's high bins would be noise.
    angle = torch.from_numpy((cycles % 1.0) * 2 * math.pi).float()
    phasors = torch.polar(torch.ones_like(angle), angle)
    sign = 1.0 - 2.0 * (torch.arange(bins) % 2)
    return phasors.index_select(0, torch.from_numpy(owner.ravel())).view(frames, bins) * sign


def _peaks(magnitude: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Peaks of spectra [frames, bins], in order: frames, bins, and frequencies in bins [P].

    A frame without any, such as silence, is taken as a peak in every bin.
    """
    inner = magnitude[:, 1:-1]
    peaked = np.zeros(magnitude.shape, bool)
    peaked[:, 1:-1] = (inner > magnitude[:, :-2]) & (inner >= magnitude[:, 2:])
    peaked[~peaked.any(1)] = True
    frame, bin_ = np.divmod(np.flatnonzero(peaked), magnitude.shape[1])
    around = np.clip(bin_ + np.array([[-1], [0], [1]]), 0, magnitude.shape[1] - 1)
    below, here, above = np.log(magnitude[frame, around] + 1e-7)
    bend = np.minimum(below - 2 * here + above, -1e-9)
    return frame, bin_, bin_ + np.clip(0.5 * (below - above) / bend, -0.5, 0.5)


def _regions(frame: np.ndarray, bin_: np.ndarray, frames: int, bins: int) -> np.ndarray:
    """For every bin, the number of the nearest peak in its frame: [frames, bins].

    Args:
        frame: [P] frames of the peaks, at least one in each frame.
        bin_: [P] their bins, in ascending order within a frame.
        frames: how many frames.
        bins: how many bins.
    """
    halfway = (bin_[1:] + bin_[:-1]) // 2 + 1
    within = np.where(frame[1:] == frame[:-1], halfway, 0) + frame[1:] * bins
    lengths = np.diff(within, prepend=0, append=frames * bins)
    return np.repeat(np.arange(len(bin_)), lengths).reshape(frames, bins)
