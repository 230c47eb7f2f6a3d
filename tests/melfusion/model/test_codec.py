"""The latent codec: its bands, its projection, its circle."""

import numpy as np
import pytest
import torch

from melfusion.model.codec import LatentCodec, band_edges, latent_frames


def test_bands_are_single_bins_below_and_logarithmic_above() -> None:
    edges = band_edges(4096, 1500, 24)
    widths = np.diff(edges)
    assert edges[0] == 0
    assert edges[-1] == 2049
    assert (widths[: int(1500 / (44100 / 4096))] == 1).all()
    assert (np.diff(widths[:-1]) >= -1).all()
    assert widths[-2] == pytest.approx(2049 * (1 - 2 ** (-1 / 24)), abs=3)


@pytest.mark.parametrize("length", [2000, 44100, 343079, 318211])
def test_latent_frames_are_fours_near_the_nominal_hop(length: int) -> None:
    frames = latent_frames(length)
    assert frames % 4 == 0
    assert frames >= 4
    assert abs(frames - length / 2048) <= 2 or frames == 4


def _fitted() -> tuple[LatentCodec, np.ndarray]:
    codec = LatentCodec(n_fft=512, patch=2, latent_size=6, linear_below=2000, per_octave=6)
    rng = np.random.default_rng(0)
    hidden = rng.standard_normal((500, 6)) * [6, 5, 4, 3, 2, 1]
    patches = hidden @ rng.standard_normal((6, 2 * codec.bands)) - 4
    patches = patches.astype(np.float32)
    assert codec.fit(patches) == pytest.approx(1, abs=1e-4)
    return codec, patches


def test_what_lies_in_the_components_comes_back() -> None:
    codec, patches = _fitted()
    bands = torch.from_numpy(patches[:20].reshape(1, 40, codec.bands))
    latents = codec.encode_bands(bands)
    assert latents.shape == (1, 20, 6)
    assert torch.allclose(codec.decode(latents), bands, atol=1e-2)


def test_latents_are_near_unit_size_and_keep_their_order() -> None:
    codec, patches = _fitted()
    latents = codec.encode_bands(torch.from_numpy(patches.reshape(1, 1000, codec.bands)))[0]
    spread = latents.std(0)
    assert float(latents.square().mean()) == pytest.approx(1, abs=0.1)
    assert (spread.diff() < 0.05).all()


def test_pooling_then_spreading_keeps_a_flat_spectrum() -> None:
    codec = LatentCodec(n_fft=512, patch=2, latent_size=6, linear_below=2000, per_octave=6)
    flat = torch.full((1, 2, 257), -2.0)
    assert torch.allclose(codec.spread(codec.pool(flat)), flat, atol=1e-4)


def test_a_turned_loop_has_turned_latents() -> None:
    codec, patches = _fitted()
    bands = torch.from_numpy(patches[:20].reshape(1, 40, codec.bands))
    turned = codec.encode_bands(bands.roll(2 * 3, 1))
    assert torch.allclose(turned, codec.encode_bands(bands).roll(3, 1), atol=1e-5)


def test_a_dull_spectrum_is_filled_to_the_power_of_its_bands() -> None:
    codec = LatentCodec(n_fft=2048)
    true = torch.randn(1, 8, 1025, generator=torch.Generator().manual_seed(0)) - 4
    bands = codec.pool(true)
    dull = true - 0.7
    error = (codec.pool(codec.filled(dull, bands)) - bands).abs()
    assert error.mean() < 0.05
    assert torch.allclose(codec.filled(true, bands), true, atol=1e-5)
