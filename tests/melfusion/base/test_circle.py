"""Time as a circle: a turned input gives the same output turned, in every network."""

import pytest
import torch

from melfusion.base.circle import CONTEXT, circular_time, circular_vocoder, hop_of, stretched
from tests.melfusion.base import tiny


@torch.no_grad()
def test_the_unet_turns_with_its_input() -> None:
    unet = tiny.pipeline().unet.double()
    latents, text = torch.randn(1, 8, 16, 16).double(), torch.randn(1, 6, tiny.TEXT).double()
    given = torch.tensor([500]), text
    with circular_time(unet):
        still = unet(latents, *given)
        turned = unet(latents.roll(6, 2), *given)
    assert (still.roll(6, 2) - turned).abs().max() < 1e-10
    plain = unet(latents, *given)
    assert (plain.roll(6, 2) - unet(latents.roll(6, 2), *given)).abs().max() > 1e-3
    assert (plain - still).abs().max() > 1e-3


@torch.no_grad()
def test_afterwards_it_is_as_before_even_when_it_broke() -> None:
    unet = tiny.pipeline().unet
    given = torch.randn(1, 8, 16, 16), torch.tensor([500]), torch.randn(1, 6, tiny.TEXT)
    before = unet(*given)
    with pytest.raises(RuntimeError), circular_time(unet):
        unet(torch.randn(1, 7, 16, 16), *given[1:])
    assert torch.equal(unet(*given), before)


@torch.no_grad()
def test_the_autoencoder_turns_with_its_input() -> None:
    vae = tiny.vae().double()
    latents = torch.randn(1, 8, 10, 16).double()
    with circular_time(vae):
        still, turned = vae.decode(latents).sample, vae.decode(latents.roll(3, 2)).sample
    assert still.shape == (1, 1, 40, 64)
    assert (still.roll(12, 2) - turned).abs().max() < 1e-10


@torch.no_grad()
def test_the_vocoder_turns_with_its_input_at_audioldms_own_reach() -> None:
    vocoder = tiny.vocoder().double()
    mel = torch.randn(1, 50, 64).double()
    still, turned = circular_vocoder(vocoder, mel), circular_vocoder(vocoder, mel.roll(11, 1))
    assert hop_of(vocoder) == 160
    assert still.shape == (1, 8000)
    assert (still.roll(11 * 160, 1) - turned).abs().max() < 1e-12
    wider = circular_vocoder(vocoder, mel, CONTEXT * 3)
    assert torch.allclose(wider, still, rtol=0, atol=1e-12)
    less = circular_vocoder(vocoder, mel, 8)
    assert (less - still).abs().max() > 1e-6


def test_a_loop_shorter_than_the_context_goes_round_more_than_once() -> None:
    assert circular_vocoder(tiny.vocoder(), torch.randn(2, 5, 64)).shape == (2, 800)


def test_stretching_reads_between_frames_round_the_circle() -> None:
    mel = torch.tensor([0.0, 1.0, 2.0, 3.0])[None, :, None]
    assert stretched(mel, 4)[0, :, 0].tolist() == [0, 1, 2, 3]
    assert stretched(mel, 8)[0, :, 0].tolist() == [0, 0.5, 1, 1.5, 2, 2.5, 3, 1.5]
    assert stretched(mel, 2)[0, :, 0].tolist() == [0, 2]
