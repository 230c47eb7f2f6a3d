"""The models of `base`, of the right kinds and tiny."""

from typing import Any

import torch
from diffusers import AutoencoderKL, DDIMScheduler, UNet2DConditionModel

from melfusion.base.picture_tower import StableDiffusionTower

TOKENS, TEXT = 6, 12
SHAPE: dict[str, Any] = {
    "sample_size": 16,
    "block_out_channels": (8, 16),
    "down_block_types": ("CrossAttnDownBlock2D", "DownBlock2D"),
    "up_block_types": ("UpBlock2D", "CrossAttnUpBlock2D"),
    "layers_per_block": 1,
    "attention_head_dim": (2, 4),
    "cross_attention_dim": TEXT,
    "norm_num_groups": 4,
    "use_linear_projection": True,
}


def image_unet() -> UNet2DConditionModel:
    """An image U-Net of four channels."""
    torch.manual_seed(2)
    return UNet2DConditionModel(**{**SHAPE, "in_channels": 4, "out_channels": 4})


def tower(**options: Any) -> StableDiffusionTower:
    """A Stable Diffusion for pictures of 64 x 64."""
    torch.manual_seed(3)
    vae = AutoencoderKL(
        block_out_channels=(8, 8, 8, 8),
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        norm_num_groups=4,
        latent_channels=4,
    )
    scheduler = DDIMScheduler(
        beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", steps_offset=1,
        clip_sample=False, set_alpha_to_one=False,
    )  # fmt: skip
    null_text = torch.randn(1, 5, TEXT)
    given = {"tokens": TOKENS, "steps": 4, **options}
    return StableDiffusionTower(vae, image_unet(), scheduler, null_text, **given)
