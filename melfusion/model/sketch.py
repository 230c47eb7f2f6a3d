"""A sketch of what a score sounds like, in the latents that it is to become.

Which bins a note's harmonics fall into, and how a window that is longer than a note spreads it
over frames, is known without having heard an instrument. So the denoiser is shown it: every note
with harmonics that fall off as a sawtooth's, every drum as a band of noise, through the codec. It
learns what is left, the sound of the instrument, and learns it for all notes at once (the harmonic
source of Engel et al., DDSP, ICLR 2020, told instead of mixed in).
"""

import math
from collections.abc import Sequence
from functools import cached_property

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.fft import irfft, rfft
from torch import Tensor

from ..music import Plan
from ..score import HIGHEST, LOWEST, VOICES, Note
from .codec import SAMPLE_RATE, LatentCodec, latent_frames
from .conditioning import score_features

FORMS = 2
"""A note is drawn held (full until it is let go) and ringing (struck, and never let go of)."""

FINER = 8
"""Steps of an envelope in a frame of the spectrum."""
LEVEL, QUIET = 0.1, 1e-4
"""Amplitude of the first harmonic of a note of full velocity, and of what is between notes."""
RELEASE_S, RING_S = 0.03, 0.5
"""Amplitudes fall to 1/e in these times: after a held note, and of a ringing one."""
AUDIBLE = 20.0
"""What has fallen by more than e to this power, in energy, lies far below QUIET."""
HIGHEST_HZ, HARMONICS = 16000.0, 60

DRUMS = {
    "kick": (35, 130, 0.15), "snare": (150, 8000, 0.1), "clap": (800, 6000, 0.1),
    "rim": (500, 5000, 0.04), "hat": (5000, 16000, 0.04), "open": (5000, 16000, 0.25),
    "ride": (3000, 14000, 0.5), "crash": (2000, 15000, 0.8), "tom_low": (60, 200, 0.25),
    "tom_mid": (90, 300, 0.2), "tom_high": (130, 400, 0.2), "shaker": (4000, 14000, 0.06),
    "tambourine": (5000, 15000, 0.15), "conga_low": (150, 500, 0.2), "conga_high": (220, 700, 0.15),
    "bongo_low": (300, 800, 0.1), "bongo_high": (400, 1200, 0.08), "timbale": (300, 4000, 0.15),
    "clave": (2000, 3500, 0.05), "guiro": (1500, 8000, 0.15), "maracas": (4000, 12000, 0.04),
    "cowbell": (500, 4000, 0.12), "agogo_low": (600, 4000, 0.2), "agogo_high": (900, 6000, 0.2),
    "triangle": (4000, 12000, 0.6), "woodblock": (700, 2500, 0.04),
}  # fmt: skip
"""Of each voice: from and to which frequency it sounds in Hz, and how fast it falls to 1/e in s."""


class Sketcher:
    """Draws sketches in the latents of one codec.

    Args:
        codec: the codec.
        drums: whether it is the one of drums.
    """

    def __init__(self, codec: LatentCodec, *, drums: bool) -> None:
        self._codec, self._drums = codec, drums

    @torch.no_grad()
    def __call__(self, notes: Sequence[Note], plan: Plan, frames: int, length: int) -> Tensor:
        """The sketch of a part.

        Args:
            notes: the part's; all drums, or none.
            plan: the plan.
            frames: latent frames in the loop, T.
            length: samples in the loop.

        Returns:
            [T, FORMS * latent_size]: held, ringing.
        """
        steps = frames * self._codec.patch * FINER
        step_s = length / SAMPLE_RATE / steps
        scale = steps / (float(plan.metre.quarters) * plan.bars)
        struck = [_row(note) for note in notes]
        rows = sorted(set(struck))
        energy = np.zeros((FORMS, steps, len(rows)))
        for note, row in zip(notes, struck, strict=True):
            _strike(energy[..., rows.index(row)], note, scale, step_s)
        seen = torch.from_numpy(_spread(energy, step_s, self._codec.n_fft)).float()
        power = seen @ self._templates[rows]
        bands = (LEVEL**2 * power + QUIET**2).log() / 2
        latents = self._codec.encode_bands(bands.to(self._codec.mean.device)).cpu()
        return torch.cat(list(latents), -1)

    @cached_property
    def _templates(self) -> Tensor:
        """Power in every band of each voice or key at full velocity: [VOICES or keys, bands]."""
        bins = self._codec.n_fft // 2 + 1
        hertz = np.arange(bins) * SAMPLE_RATE / self._codec.n_fft
        if self._drums:
            rows = [_noise(hertz, *DRUMS[voice][:2]) for voice in VOICES]
        else:
            rows = [_tone(hertz, key) for key in range(LOWEST, HIGHEST + 1)]
        return torch.from_numpy(np.array(rows)).float() @ self._codec.means.cpu()


def played(sketcher: Sketcher, notes: Sequence[Note], plan: Plan, length: int) -> Tensor:
    """All that the denoiser is told of the notes of a part.

    Args:
        sketcher: of the part's codec.
        notes: the part's.
        plan: the plan.
        length: samples in the loop.

    Returns:
        [T, SCORE_FEATURES + FORMS * latent_size].
    """
    frames = latent_frames(length)
    features = torch.from_numpy(score_features(notes, plan, frames))
    return torch.cat([features, sketcher(notes, plan, frames, length)], 1)


def _row(note: Note) -> int:
    """Of a note, in the templates."""
    if isinstance(note.pitch, str):
        return VOICES.index(note.pitch)
    return min(max(note.pitch, LOWEST), HIGHEST) - LOWEST


def _strike(energy: NDArray[np.float64], note: Note, scale: float, step_s: float) -> None:
    """Adds a note to the energy of its key; a key that is struck again sounds as the louder.

    Args:
        energy: [FORMS, steps].
        note: the note.
        scale: steps in a quarter note.
        step_s: seconds of a step.
    """
    first = math.ceil(note.start_beats * scale)
    length_s = note.length_beats * scale * step_s
    if isinstance(note.pitch, str):
        fall = DRUMS[note.pitch][2]
        lasts_s = AUDIBLE * fall
    else:
        lasts_s = max(length_s + AUDIBLE / 2 * RELEASE_S, AUDIBLE / 2 * RING_S)
    steps = np.arange(min(energy.shape[1], math.ceil(lasts_s / step_s)))
    late = (steps + first - note.start_beats * scale) * step_s
    if isinstance(note.pitch, str):
        forms = np.exp(-2 * late / fall), np.exp(-late / fall)
    else:
        over = np.maximum(late - length_s, 0)
        forms = np.exp(-2 * over / RELEASE_S), np.exp(-2 * late / RING_S)
    at = (steps + first) % energy.shape[1]
    energy[:, at] = np.maximum(energy[:, at], note.velocity**2 * np.stack(forms))


def _tone(hertz: NDArray[np.float64], key: int) -> NDArray[np.float64]:
    """Power in every bin of a sawtooth's harmonics, as a Hann window sees them."""
    pitch = 440 * 2 ** ((key - 69) / 12)
    count = min(HARMONICS, int(HIGHEST_HZ / pitch))
    numbers = np.arange(1, count + 1)
    away = (hertz - pitch * numbers[:, None]) / hertz[1]
    # sinc(x) / (1 - x^2), whose limit at 1 is a half.
    near = np.abs(np.abs(away) - 1) < 1e-6
    lobe = np.where(near, 0.5, np.sinc(away) / np.where(near, 1, 1 - away**2))
    return np.asarray(np.square(lobe / numbers[:, None]).sum(0))


def _noise(hertz: NDArray[np.float64], low: float, high: float) -> NDArray[np.float64]:
    """Power in every bin of noise of power 1 in a band, which falls by 24 dB an octave outside."""
    octaves = np.log2(np.maximum(hertz, hertz[1]))
    outside = np.maximum(np.log2(low) - octaves, 0) + np.maximum(octaves - np.log2(high), 0)
    power = 10 ** (-2.4 * outside)
    return np.asarray(power / power.sum())


def _spread(energy: NDArray[np.float64], step_s: float, n_fft: int) -> NDArray[np.float64]:
    """Energy [.., steps, keys] as the frames see it through their windows: [.., frames, keys]."""
    steps = energy.shape[1]
    half = n_fft / SAMPLE_RATE / 2 / step_s
    places = np.arange(-int(half), int(half) + 1)
    window = np.cos(np.pi / 2 * places / half) ** 4
    kernel = np.zeros(steps)
    np.add.at(kernel, places % steps, window / window.sum())
    seen = rfft(energy, axis=1) * rfft(kernel)[:, None]
    return np.asarray(np.maximum(irfft(seen, n=steps, axis=1)[:, ::FINER], 0))
