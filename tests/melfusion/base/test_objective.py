"""The objective against its equations."""

import pytest
import torch
from diffusers import DDPMScheduler

from melfusion.base.music_unet import MusicUNet
from melfusion.base.objective import min_snr_weight, signal_to_noise, velocity_loss
from tests.melfusion.base.tiny import SHAPE, TEXT, TOKENS


def _scheduler() -> DDPMScheduler:
    return DDPMScheduler(
        beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear",
        prediction_type="v_prediction",
    )  # fmt: skip


def test_the_weight_is_the_velocity_form() -> None:
    snr = torch.tensor([0.1, 1.0, 5.0, 99.0])
    got = min_snr_weight(snr)
    assert got.tolist() == pytest.approx([0.1 / 1.1, 0.5, 5 / 6, 0.05])


def test_signal_to_noise_is_that_of_the_schedule() -> None:
    scheduler, timestep = _scheduler(), torch.tensor([0, 500, 999])
    kept = torch.cumprod(1 - scheduler.betas, 0)[timestep]
    assert torch.allclose(signal_to_noise(scheduler, timestep), kept / (1 - kept), rtol=1e-4)


def test_the_loss_of_a_sample_is_its_own() -> None:
    torch.manual_seed(0)
    unet, scheduler = MusicUNet(shape=SHAPE).eval(), _scheduler()
    latents, noise = torch.randn(2, 3, 8, 16, 4).unbind(0)
    timestep, text = torch.tensor([10, 500, 990]), torch.randn(3, TOKENS, TEXT)
    with torch.no_grad():
        together = velocity_loss(unet, scheduler, latents, noise, timestep, text)
        for n in range(3):
            kept = scheduler.alphas_cumprod[timestep[n]]
            noisy = kept.sqrt() * latents[n] + (1 - kept).sqrt() * noise[n]
            wanted = kept.sqrt() * noise[n] - (1 - kept).sqrt() * latents[n]
            got = unet(noisy[None], timestep[n, None], text[n, None])[0]
            snr = kept / (1 - kept)
            expected = (got - wanted).square().mean() * snr.clamp(max=5) / (snr + 1)
            assert together[n].item() == pytest.approx(expected.item(), rel=1e-3)
