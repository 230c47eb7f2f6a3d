"""What the music model is trained for.

Velocity prediction (Salimans and Ho, ICLR 2022): v = sqrt(abar) noise - sqrt(1 - abar) latents.
Every sample's error is weighted by Min-SNR (Hang et al., ICCV 2023) in the form that belongs to a
velocity, min(SNR, gamma) / (SNR + 1): the form for noise would weigh loud
noise many times too much.
"""

from diffusers import DDPMScheduler
from torch import Tensor

from .music_unet import KeyValues, MusicUNet

GAMMA = 5.0


def signal_to_noise(scheduler: DDPMScheduler, timestep: Tensor) -> Tensor:
    """Abar / (1 - abar) at time steps: [B] int64 -> [B] float32."""
    kept = scheduler.alphas_cumprod.to(timestep.device)[timestep].float()
    return kept / (1 - kept)


def min_snr_weight(snr: Tensor, gamma: float = GAMMA) -> Tensor:
    """Weight of a sample's velocity error.

    Args:
        snr: [B] signal-to-noise ratio.
        gamma: what it is held to.

    Returns:
        [B] min(snr, gamma) / (snr + 1).
    """
    return snr.clamp(max=gamma) / (snr + 1)


def velocity_loss(
    model: MusicUNet,
    scheduler: DDPMScheduler,
    latents: Tensor,
    noise: Tensor,
    timestep: Tensor,
    text: Tensor,
    text_bias: Tensor | None = None,
    picture: KeyValues | None = None,
    picture_strength: Tensor | None = None,
    gamma: float = GAMMA,
) -> Tensor:
    """Weighted mean square error of the velocity, one number for each sample.

    Args:
        model: the music U-Net.
        scheduler: the noise schedule.
        latents: [B, 8, frames, bands] of the music, scaled.
        noise: the same shape.
        timestep: [B] int64.
        text: [B, L, width] token states.
        text_bias: as the model takes it.
        picture: as the model takes it.
        picture_strength: [B] or None.
        gamma: of Min-SNR.

    Returns:
        [B].
    """
    noisy = scheduler.add_noise(latents, noise, timestep)
    wanted = scheduler.get_velocity(latents, noise, timestep)
    got = model(noisy, timestep, text, text_bias, picture, picture_strength)
    error = (got.float() - wanted.float()).square().mean((1, 2, 3))
    return error * min_snr_weight(signal_to_noise(scheduler, timestep), gamma)
