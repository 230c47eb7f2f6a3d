"""Onsets and tempo of a loop, heard on a circle: what follows the last sample is the first."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.fft
import scipy.ndimage

from . import loop

Floats = npt.NDArray[np.float32]

HOP_S = 0.005
WINDOW_S = 0.023
BANDS = 24
SLOWEST_BPM, FASTEST_BPM = 20.0, 300.0
LIKELY_BPM, LIKELY_OCTAVES = 115.0, 1.0
TEMPI_AN_OCTAVE = 460
LONGEST_LAG_S = 8.0
STRONG, SUDDEN = 0.4, 1.2
BLOCK_SAMPLES = 1 << 19


@dataclass(frozen=True)
class Onsets:
    """Where a loop's notes and hits begin.

    Attributes:
        envelope: [F], how suddenly it gets louder at F instants laid evenly round the circle.
        seconds: length of the loop.
        times: [n], seconds from 1.1.1, in order; those in the second half are negative.
        strengths: [n], the envelope at each of them.
    """

    envelope: Floats
    seconds: float
    times: npt.NDArray[np.float64]
    strengths: Floats


def circular_spectra(
    signal: Floats, centres: npt.NDArray[np.intp], width: int, keep: Callable[[Floats], Floats]
) -> Floats:
    """Amplitude spectra of Hann-windowed frames of a circle.

    Args:
        signal: [N], one turn of the circle.
        centres: [n], the sample in the middle of each frame.
        width: samples a frame; where it is more than N, the circle goes round again.
        keep: what is kept of a block of spectra: [frames, width // 2 + 1] -> [frames, k]. Only a
            block is in memory at a time.

    Returns:
        [n, k] float32.
    """
    around = np.take(signal, np.arange(-width, len(signal) + width), mode="wrap")
    frames = np.lib.stride_tricks.sliding_window_view(around, width)
    starts = centres % len(signal) + width - width // 2
    window = np.hanning(width + 1)[:-1].astype(np.float32)
    block = max(1, BLOCK_SAMPLES // width)
    kept = [
        keep(np.abs(scipy.fft.rfft(frames[starts[first : first + block]] * window, axis=-1)))
        for first in range(0, len(starts), block)
    ]
    return np.concatenate(kept)


def frame_width(seconds: float, rate: int) -> int:
    """Samples of about `seconds`, a number that the FFT is fast for."""
    return int(scipy.fft.next_fast_len(round(seconds * rate), real=True))


def band_levels(
    signal: Floats, rate: int, centres: npt.NDArray[np.intp], width: int, bands: int
) -> Floats:
    """Log amplitude in bands even in pitch, 40 Hz to 16 kHz, above a floor at -60 dB.

    Args:
        signal: [N], one turn of the circle.
        rate: samples a second.
        centres: [n], the sample in the middle of each frame.
        width: samples a frame.
        bands: number of bands; those narrower than an FFT bin fall together.

    Returns:
        [n, bands]
    """
    limits = np.geomspace(40.0, min(16000.0, rate / 2), bands + 1) * width / rate
    edges = np.unique(np.round(limits).astype(np.intp))

    def in_bands(spectra: Floats) -> Floats:
        return np.asarray(np.add.reduceat(spectra, edges, axis=-1)[:, :-1])

    sums = circular_spectra(signal, centres, width, in_bands)
    floor = max(float(sums.max()), 1e-9) / 1000
    return np.asarray(np.log1p(sums / floor), np.float32)


def onsets(signal: Floats, rate: int) -> Onsets:
    """Finds the onsets of a mono loop.

    Spectral flux finds them; each is then placed where half of its rise has happened. Clicks are
    told about 1 ms early, notes with an attack of 5 ms as much late.

    Args:
        signal: [N] float32.
        rate: samples a second.
    """
    seconds = len(signal) / rate
    count = max(8, round(seconds / HOP_S))
    centres = np.array(loop.positions(count, len(signal)))
    levels = band_levels(signal, rate, centres, frame_width(WINDOW_S, rate), BANDS)
    envelope = np.maximum(levels - np.roll(levels, 2, axis=0), 0).mean(axis=1)
    peaks = _peaks(envelope, seconds)
    times = _placed(signal, rate, peaks * seconds / count)
    times = np.where(times > seconds / 2, times - seconds, times)
    order = np.argsort(times)
    return Onsets(envelope, seconds, times[order], envelope[peaks][order])


def _peaks(envelope: Floats, seconds: float) -> npt.NDArray[np.intp]:
    """The envelope's summits: highest within 30 ms either way, and well above what is around."""
    hop_s = seconds / len(envelope)
    near, around = round(0.03 / hop_s), round(0.2 / hop_s)
    summit = scipy.ndimage.maximum_filter1d(envelope, 2 * near + 1, mode="wrap")
    base = scipy.ndimage.uniform_filter1d(envelope, 2 * around + 1, mode="wrap")
    tall = envelope > base + 0.1 * float(envelope.max(initial=0.0))
    return np.flatnonzero((envelope == summit) & tall)


def _placed(signal: Floats, rate: int, rough_s: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """`rough_s` to a millisecond: the moment at which half of the rise has happened, [n]."""
    if not len(rough_s):
        return rough_s
    offsets_s = np.arange(-0.03, 0.031, 0.001)
    width = frame_width(0.006, rate)
    centres = np.round((rough_s[:, None] + offsets_s) * rate).astype(np.intp)
    levels = band_levels(signal, rate, centres.ravel(), width, 8)
    levels = levels.reshape(*centres.shape, -1)
    rises = np.maximum(np.diff(levels, axis=1), 0).sum(axis=2)
    happened = np.cumsum(rises, axis=1)
    half = np.argmax(happened >= happened[:, -1:] / 2, axis=1)
    return np.asarray(rough_s + offsets_s[half + 1], np.float64)


def strong(heard: Onsets) -> npt.NDArray[np.float64]:
    """Times in seconds of the onsets that carry the rhythm.

    Swells are left out: they have no moment that could be early or late.
    """
    least = max(SUDDEN, STRONG * float(heard.strengths.max(initial=0.0)))
    return heard.times[heard.strengths >= least]


def first_onset(heard: Onsets, sixteenth_s: float) -> float | None:
    """How late the strong onset nearest to 1.1.1 is, in seconds; negative is early.

    Only within three quarters of a sixteenth and 200 ms: what lies farther is another note.
    None where there is no such onset.
    """
    times = strong(heard)
    reach_s = min(0.75 * sixteenth_s, 0.2)
    near = times[np.abs(times) < reach_s]
    return float(near[np.argmin(np.abs(near))]) if len(near) else None


def off_grid(heard: Onsets, quarter_s: float) -> float | None:
    """How far from the grid that they fit best the strong onsets are, in seconds.

    The grids: straight sixteenths, sixteenths swung by up to a third, and sextuplets (which hold
    triplets and swung eighths). None where fewer than four onsets are strong.
    """
    times = strong(heard)
    if len(times) < 4:
        return None
    swings = np.linspace(0, 1 / 12, 5)
    grids = [np.array([0, 0.25 + swing, 0.5, 0.75 + swing, 1]) for swing in swings]
    grids.append(np.arange(7) / 6)
    phases = times / quarter_s % 1
    return min(_misfit(phases, grid) for grid in grids) * quarter_s


def _misfit(phases: npt.NDArray[np.float64], grid: npt.NDArray[np.float64]) -> float:
    """Median distance to a grid, of the notes on its even places or those on its odd ones.

    The greater counts: a swing that suits the off-beats must not excuse beats that are late.
    """
    distances = np.abs(phases[:, None] - grid)
    odd = distances.argmin(axis=1) % 2 == 1
    nearest = distances.min(axis=1)
    return max(float(np.median(group)) for group in (nearest[odd], nearest[~odd]) if len(group))


def tempo(heard: Onsets) -> tuple[float, float]:
    """The tempo of the pulse that is heard, whatever was asked for.

    A tempo scores by how like itself the envelope is after one, two, three, ... beats and half
    beats, up to half of the circle, and by how usual it is to tap at it. The long lags make it
    exact to about a tenth of a per cent. Which of several related levels (half, double, the bar)
    is named is a matter of taste, as it is among listeners.

    Returns:
        bpm: 20 to 300.
        clarity: mean likeness at the beats and half beats, 1 for a machine, 0 for no pulse at all.
    """
    likeness = _autocorrelation(heard.envelope)
    octaves = np.arange(0, np.log2(2 * FASTEST_BPM / SLOWEST_BPM), 1 / TEMPI_AN_OCTAVE)
    bpms = SLOWEST_BPM * 2**octaves
    beats = _likeness_after_beats(likeness, heard.seconds, 60 / bpms)
    clarity = (beats[:-TEMPI_AN_OCTAVE] + beats[TEMPI_AN_OCTAVE:]) / 2
    bpms = bpms[: len(clarity)]
    from_likely = np.log2(bpms / LIKELY_BPM) / LIKELY_OCTAVES
    best = int(np.argmax(clarity * np.exp(-0.5 * from_likely**2)))
    return float(bpms[best]), max(0.0, float(clarity[best]))


def _autocorrelation(envelope: Floats) -> Floats:
    """Likeness of the envelope to itself `lag` frames later, round the circle; 1 at lag 0."""
    smooth = scipy.ndimage.gaussian_filter1d(envelope, 2.0, mode="wrap")
    spectrum = scipy.fft.rfft(smooth - smooth.mean())
    likeness = scipy.fft.irfft(np.abs(spectrum) ** 2, len(envelope))
    return np.asarray(likeness / max(float(likeness[0]), 1e-12), np.float32)


def _likeness_after_beats(
    likeness: Floats, seconds: float, beats_s: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Mean likeness at whole numbers of each of `beats_s`; -1 where not one beat fits in.

    Lags end at half of the circle, after which they come back, and at LONGEST_LAG_S, after which
    the tempi tried would lie too far apart.
    """
    longest_s = min(seconds / 2, LONGEST_LAG_S) + 1e-6
    counts = (longest_s / beats_s).astype(np.intp)
    frames = np.arange(len(likeness)) * seconds / len(likeness)
    sums = np.zeros(len(beats_s))
    for beat in range(1, int(counts.max()) + 1):
        fits = counts >= beat
        sums[fits] += np.interp(beat * beats_s[fits], frames, likeness)
    return np.where(counts > 0, sums / np.maximum(counts, 1), -1.0)
