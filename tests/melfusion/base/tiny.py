"""The models of `base`, of the right kinds and tiny."""

from pathlib import Path
from typing import Any

import torch
from diffusers import (
    AutoencoderKL,
    DDIMScheduler,
    DPMSolverMultistepScheduler,
    UNet2DConditionModel,
)
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from transformers import (
    PreTrainedTokenizerFast,
    SpeechT5HifiGan,
    SpeechT5HifiGanConfig,
    T5Config,
    T5EncoderModel,
)

from melfusion.base.music_unet import CONVEX, MusicUNet
from melfusion.base.picture_tower import StableDiffusionTower
from melfusion.base.pipeline import BasePipeline, NullText

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


def image_vae() -> AutoencoderKL:
    """An image autoencoder that makes 8 x 8 of 64 x 64."""
    torch.manual_seed(3)
    return AutoencoderKL(
        block_out_channels=(8, 8, 8, 8),
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        norm_num_groups=4,
        latent_channels=4,
    )


def image_scheduler() -> DDIMScheduler:
    """Stable Diffusion's schedule."""
    return DDIMScheduler(
        beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", steps_offset=1,
        clip_sample=False, set_alpha_to_one=False,
    )  # fmt: skip


def tower(**options: Any) -> StableDiffusionTower:
    """A Stable Diffusion for pictures of 64 x 64."""
    vae = image_vae()
    null_text = torch.randn(1, 5, TEXT)
    given = {"tokens": TOKENS, "steps": 4, **options}
    return StableDiffusionTower(vae, image_unet(), image_scheduler(), null_text, **given)


def tokenizer(
    words: str = "warm house dark techno slow jazz drums alone",
) -> PreTrainedTokenizerFast:
    """One token a word, and T5's end of text behind them."""
    names = ["<pad>", "</s>", "<unk>", *words.split()]
    made = Tokenizer(models.WordLevel({name: n for n, name in enumerate(names)}, unk_token="<unk>"))
    made.pre_tokenizer = pre_tokenizers.Whitespace()
    made.post_processor = processors.TemplateProcessing(
        single="$A </s>", special_tokens=[("</s>", 1)]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=made, pad_token="<pad>", eos_token="</s>", unk_token="<unk>"
    )


def text_encoder() -> T5EncoderModel:
    """A T5 of one layer."""
    torch.manual_seed(4)
    config = T5Config(
        vocab_size=64, d_model=TEXT, d_kv=4, d_ff=16, num_layers=1, num_heads=3,
        feed_forward_proj="gated-gelu",
    )  # fmt: skip
    return T5EncoderModel(config).eval()


def vae(levels: int = 3) -> AutoencoderKL:
    """An autoencoder of spectrograms: with 3 levels 64 bands become 16, and four frames one."""
    torch.manual_seed(5)
    made = AutoencoderKL(
        in_channels=1,
        out_channels=1,
        block_out_channels=(8,) * levels,
        down_block_types=("DownEncoderBlock2D",) * levels,
        up_block_types=("UpDecoderBlock2D",) * levels,
        norm_num_groups=4,
        latent_channels=8,
        scaling_factor=6.0,  # as random weights have it, latents of music are that small
    )
    assert made.quant_conv is not None
    made.quant_conv.bias.data[8:] = -8.0  # and are sure of it
    return made


def vocoder() -> SpeechT5HifiGan:
    """A narrow HiFi-GAN with AudioLDM's rates."""
    torch.manual_seed(6)
    config = SpeechT5HifiGanConfig(
        model_in_dim=64, sampling_rate=16000, upsample_initial_channel=32,
        upsample_rates=[5, 4, 2, 2, 2], upsample_kernel_sizes=[16, 16, 8, 4, 4],
        normalize_before=False,
    )  # fmt: skip
    made = SpeechT5HifiGan(config).eval()
    for layer in made.modules():  # as transformers draws them, nothing is left of a sound
        if isinstance(layer, torch.nn.Conv1d | torch.nn.ConvTranspose1d):
            torch.nn.init.xavier_normal_(layer.weight)
    return made


def pipeline(synapse: str = CONVEX, cache: Path | None = None, vae_levels: int = 3) -> BasePipeline:
    """A whole `base`, tiny and with random weights."""
    torch.manual_seed(7)
    null_text = NullText(5, TEXT)
    torch.nn.init.normal_(null_text.states)
    return BasePipeline(
        unet=MusicUNet(synapse, shape=SHAPE).eval(),
        text_encoder=text_encoder(),
        tokenizer=tokenizer(),
        vae=vae(vae_levels),
        vocoder=vocoder(),
        scheduler=DPMSolverMultistepScheduler(
            beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear",
            prediction_type="v_prediction", timestep_spacing="trailing",
        ),
        image_unet=image_unet(),
        image_vae=image_vae(),
        image_scheduler=image_scheduler(),
        null_text=null_text,
        name="tiny-base",
        picture_side=64,
        picture_steps=4,
        tokens=TOKENS,
        cache=cache,
    )  # fmt: skip
