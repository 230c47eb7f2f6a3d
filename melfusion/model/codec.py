"""The latent codec: spectra of loops as 21.5 short vectors a second, and back.

A patch of consecutive frames is pooled to bands that are as fine as the transform below
`linear_below` hertz and logarithmic above, and projected on its principal components. It is
linear, so it needs no training beyond their estimation, knows no beginning and no end (it is
circular as it stands), and a sum of errors stays a sum.
"""

import math

import numpy as np
import torch
from diffusers.configuration_utils import register_to_config
from torch import Tensor

from .part import Part
from .spectrum import FLOOR

SAMPLE_RATE = 44100
LATENT_HOP = 2048
"""Nominal samples between latent frames; truly it is the loop's length over their number."""

FILLED = (-1.5, 1.5)
"""How far, in nepers, a decoder's bands are brought to the power they shall have."""


def latent_frames(length: int) -> int:
    """Latent frames of a loop of `length` samples at 44.1 kHz: a multiple of 4, at least 4."""
    return max(4, 4 * round(length / LATENT_HOP / 4))


def band_edges(n_fft: int, linear_below: float, per_octave: int) -> np.ndarray:
    """First bin of every band and one past the last: single bins first, then logarithmic."""
    bins = n_fft // 2 + 1
    width = SAMPLE_RATE / n_fft
    edges = list(range(int(linear_below / width)))
    top = max(edges[-1] + 1, 1)
    while top < bins:
        edges.append(top)
        top = max(top + 1, math.ceil(top * 2 ** (1 / per_octave)))
    return np.array([*edges, bins])


class LatentCodec(Part):
    """Log-magnitude spectra <-> latents.

    Args:
        n_fft: window of the spectra it is for.
        patch: frames of the spectrum in a latent frame.
        latent_size: numbers in a latent frame.
        linear_below: hertz up to which every bin is its own band.
        per_octave: bands an octave above that.
        whitening: exponent w: latents are divided by their standard deviation to the power w.
    """

    @register_to_config
    def __init__(
        self,
        n_fft: int = 4096,
        patch: int = 2,
        latent_size: int = 128,
        linear_below: float = 1500.0,
        per_octave: int = 24,
        whitening: float = 0.7,
    ) -> None:
        super().__init__()
        edges = band_edges(n_fft, linear_below, per_octave)
        self.n_fft, self.patch, self.latent_size = n_fft, patch, latent_size
        self.whitening = whitening
        self.bands = len(edges) - 1
        widths = np.diff(edges)
        means = np.zeros((n_fft // 2 + 1, self.bands), np.float32)
        means[np.arange(len(means)), np.repeat(np.arange(self.bands), widths)] = 1
        self.register_buffer("means", torch.from_numpy(means / widths).float(), persistent=False)
        centres = torch.from_numpy((edges[:-1] + edges[1:] - 1) / 2)
        at = torch.arange(n_fft // 2 + 1)
        right = torch.searchsorted(centres, at.double()).clamp(1, self.bands - 1)
        span = centres[right] - centres[right - 1]
        mix = ((at - centres[right - 1]) / span).clamp(0, 1).float()
        self.register_buffer("_right", right, persistent=False)
        self.register_buffer("_mix", mix, persistent=False)
        size = patch * self.bands
        self.mean = torch.nn.Parameter(torch.zeros(size), requires_grad=False)
        self.basis = torch.nn.Parameter(torch.zeros(latent_size, size), requires_grad=False)
        self.scale = torch.nn.Parameter(torch.ones(latent_size), requires_grad=False)

    def pool(self, log_magnitude: Tensor) -> Tensor:
        """[B, F, bins] log magnitudes -> [B, F, bands] log of the root mean power in each band."""
        power = (2 * log_magnitude).exp() @ self.means
        return power.clamp(min=FLOOR**2).log() / 2

    def spread(self, bands: Tensor) -> Tensor:
        """[..., bands] -> [..., bins]: bands drawn out over the bins, linear between centres."""
        low, high = bands[..., self._right - 1], bands[..., self._right]
        return low + (high - low) * self._mix

    def filled(self, log_magnitude: Tensor, bands: Tensor) -> Tensor:
        """A spectrum whose bands have the power they shall have, its shape inside them as it is.

        A decoder that is trained on log magnitudes draws the middle of what there might be, which
        has less power than there is: without this, highs are dull.

        Args:
            log_magnitude: [B, F, bins] of a decoder.
            bands: [B, F, bands] that it was given.

        Returns:
            [B, F, bins] log magnitudes.
        """
        return log_magnitude + self.spread((bands - self.pool(log_magnitude)).clamp(*FILLED))

    def encode(self, log_magnitude: Tensor) -> Tensor:
        """[B, T * patch, bins] log magnitudes -> latents [B, T, latent_size]."""
        return self.encode_bands(self.pool(log_magnitude))

    def encode_bands(self, bands: Tensor) -> Tensor:
        """[B, T * patch, bands] -> latents [B, T, latent_size]."""
        patches = bands.reshape(bands.shape[0], -1, self.patch * self.bands)
        return (patches - self.mean) @ self.basis.T / self.scale

    def decode(self, latents: Tensor) -> Tensor:
        """Latents [B, T, latent_size] -> bands [B, T * patch, bands], log magnitude."""
        patches = (latents * self.scale) @ self.basis + self.mean
        return patches.reshape(latents.shape[0], -1, self.bands)

    @torch.no_grad()
    def fit(self, patches: np.ndarray) -> float:
        """Estimates mean, principal components and scale.

        Args:
            patches: [M, patch * bands] float32, M well above latent_size.

        Returns:
            The share of the variance that is kept, 0-1.
        """
        mean = patches.mean(0, dtype=np.float64)
        centred = patches - mean.astype(np.float32)
        variance, vectors = np.linalg.eigh(centred.T.astype(np.float64) @ centred / len(patches))
        order = np.argsort(variance)[::-1][: self.latent_size]
        deviation = np.sqrt(np.maximum(variance[order], 1e-12))
        scale = deviation**self.whitening
        scale *= np.sqrt(np.mean((deviation / scale) ** 2))
        self.mean.copy_(torch.from_numpy(mean))
        self.basis.copy_(torch.from_numpy(vectors[:, order].T.copy()))
        self.scale.copy_(torch.from_numpy(scale))
        return float(variance[order].sum() / variance.sum())
