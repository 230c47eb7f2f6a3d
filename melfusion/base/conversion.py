"""Makes the models of `base` out of public weights: state dicts in, modules out.

Key names: TANGO's U-Net and text encoder are diffusers' and transformers' own under a prefix
(declare-lab/tango, models.py). Spectrogram autoencoder and vocoder are AudioLDM's
(haoheliu/AudioLDM, variational_autoencoder and hifigan): the one in latent diffusion's names, the
other in HiFi-GAN's.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import torch
from diffusers import AutoencoderKL, DPMSolverMultistepScheduler
from diffusers.loaders.single_file_utils import convert_ldm_vae_checkpoint
from torch import Tensor, nn
from transformers import (
    CLIPTextModel,
    PreTrainedTokenizerBase,
    SpeechT5HifiGan,
    SpeechT5HifiGanConfig,
    T5Config,
    T5EncoderModel,
)

from . import mel
from .music_unet import CONVEX, MusicUNet
from .pipeline import NullText

State = Mapping[str, Tensor]

UNET, TEXT, VOCODER = "unet.", "text_encoder.", "vocoder."
"""Prefixes of the parts in TANGO's two files; the autoencoder has none."""

UNTRAINED_ALPHA = 0.05
"""The picture's weight before anything has learned it: heard, and no harm to the music."""

SHOWN = 3
"""Keys that an error names, of each kind."""

PREDICTIONS = {
    "stable-diffusion-2-1": "v_prediction",
    "stable-diffusion-2": "v_prediction",
    "stable-diffusion-2-1-base": "epsilon",
    "stable-diffusion-2-base": "epsilon",
    "stable-diffusion-v1-5": "epsilon",
    "stable-diffusion-v1-4": "epsilon",
}
"""What a music model predicts, by the repository that it names its schedule after. Those are gone
from the hub or may go; all have the same 1,000 betas."""

RATES, KERNELS = (5, 4, 2, 2, 2), (16, 16, 8, 4, 4)
"""AudioLDM's vocoder for 64 bands at 16 kHz: its file says all but the rates."""


class ConversionError(ValueError):
    """Weights or settings that are not of the kind that `base` is made of; the message says how."""


def part(state: State, prefix: str) -> dict[str, Tensor]:
    """What lies under a prefix, without it."""
    return {key.removeprefix(prefix): x for key, x in state.items() if key.startswith(prefix)}


def music_unet(
    state: State, synapse: str = CONVEX, shape: dict[str, Any] | None = None
) -> MusicUNet:
    """TANGO's U-Net, with synapses as they are built: those are yet to be trained.

    Args:
        state: keys of diffusers' UNet2DConditionModel.
        synapse: as in MusicUNet.
        shape: as in MusicUNet.

    Raises:
        ConversionError: keys or shapes do not fit.
    """
    music = MusicUNet(synapse, UNTRAINED_ALPHA, shape)
    built = {key for key in music.unet.state_dict() if ".processor." in key}
    return _filled(music, music.unet, state, "the music model's U-Net", built).eval()


def text_encoder(state: State, config: T5Config) -> T5EncoderModel:
    """FLAN-T5's encoder; its table of tokens has two names, of which one is enough.

    Raises:
        ConversionError: keys or shapes do not fit.
    """
    names = "shared.weight", "encoder.embed_tokens.weight"
    table = {name: state[other] for name in names for other in names if other in state}
    encoder = T5EncoderModel(config)
    return _filled(encoder, encoder, {**table, **state}, "the text encoder").eval()


def spectrogram_vae(state: State, config: Mapping[str, Any]) -> AutoencoderKL:
    """AudioLDM's autoencoder.

    Args:
        state: keys in the original's names, without the vocoder's.
        config: what vae_config.json says.

    Raises:
        ConversionError: keys, shapes or settings do not fit.
    """
    settings = vae_settings(config)
    vae = AutoencoderKL(**settings)
    # The library drops what it does not know, so what it was given is counted.
    state = {key: x for key, x in state.items() if not key.startswith("loss.")}
    converted = convert_ldm_vae_checkpoint(dict(state), settings)
    if len(converted) != len(state):
        raise ConversionError(
            "the spectrogram autoencoder does not fit: only"
            f" {len(converted)} of its {len(state)} tensors have a place in diffusers' own"
        )
    return _filled(vae, vae, converted, "the spectrogram autoencoder").eval()


def vae_settings(config: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments of diffusers' AutoencoderKL out of AudioLDM's settings.

    Raises:
        ConversionError: a setting is missing, or asks for what diffusers' does not have.
    """
    try:
        inner = config["ddconfig"]
        levels = len(inner["ch_mult"])
        plain = (
            config.get("subband", 1) == 1
            and config.get("time_shuffle", 1) == 1
            and not inner.get("attn_resolutions")
            and not inner.get("downsample_time_stride4_levels")
            and inner.get("double_z", True)
            and inner["z_channels"] == config["embed_dim"]
        )
        settings = {
            "in_channels": inner["in_channels"],
            "out_channels": inner["out_ch"],
            "block_out_channels": tuple(inner["ch"] * factor for factor in inner["ch_mult"]),
            "down_block_types": ("DownEncoderBlock2D",) * levels,
            "up_block_types": ("UpDecoderBlock2D",) * levels,
            "layers_per_block": inner["num_res_blocks"],
            "latent_channels": inner["z_channels"],
            "scaling_factor": config["scale_factor"],
        }
    except KeyError as error:
        raise ConversionError(f"the autoencoder's settings lack {error}") from error
    if not plain or (settings["in_channels"], settings["out_channels"]) != (1, 1):
        raise ConversionError(f"the autoencoder is not of AudioLDM's plain kind: {dict(config)}")
    return settings


def vocoder(state: State) -> SpeechT5HifiGan:
    """AudioLDM's HiFi-GAN, with weight norm folded in; bands and widths are as its weights have it.

    Args:
        state: keys in the original's names, with weight norm in either form or without.

    Raises:
        ConversionError: keys or shapes do not fit.
    """
    folded = {
        key.replace("ups.", "upsampler.", 1) if key.startswith("ups.") else key: x
        for key, x in _without_weight_norm(state).items()
    }
    first = folded.get("conv_pre.weight")
    if first is None or first.ndim != 3:
        raise ConversionError("the vocoder does not fit: it has no conv_pre")
    config = SpeechT5HifiGanConfig(
        model_in_dim=first.shape[1],
        sampling_rate=mel.RATE,
        upsample_initial_channel=first.shape[0],
        upsample_rates=list(RATES),
        upsample_kernel_sizes=list(KERNELS),
        normalize_before=False,
    )
    made = SpeechT5HifiGan(config)
    return _filled(made, made, folded, "the vocoder", {"mean", "scale"}).eval()


def _without_weight_norm(state: State) -> dict[str, Tensor]:
    """Plain weights: g v / |v| (Salimans & Kingma, 2016), |v| over all but the first dimension.

    That is so for transposed convolutions too, whose first dimension is the channels that go in.
    """
    forms = ("weight_g", "weight_v"), (
        "parametrizations.weight.original0", "parametrizations.weight.original1",
    )  # fmt: skip
    plain = dict(state)
    for gain, direction in forms:
        for key in [key for key in plain if key.endswith(f".{direction}")]:
            layer = key.removesuffix(direction)
            if layer + gain not in plain:
                continue  # it will be told as unexpected
            v, g = plain.pop(key), plain.pop(layer + gain)
            length = v.flatten(1).norm(dim=1).view(-1, *(1,) * (v.ndim - 1))
            plain[f"{layer}weight"] = g * v / length
    return plain


def music_scheduler(named: str) -> DPMSolverMultistepScheduler:
    """The schedule that a music model was trained on, for few steps.

    Args:
        named: the repository that its settings name for it.

    Raises:
        ConversionError: it is none that is known.
    """
    prediction = PREDICTIONS.get(named.rstrip("/").rsplit("/", 1)[-1])
    if prediction is None:
        raise ConversionError(
            f"the music model has the schedule of {named!r}, which is none of"
            f" {', '.join(PREDICTIONS)}"
        )
    return DPMSolverMultistepScheduler(
        num_train_timesteps=1000,
        beta_start=0.00085,
        beta_end=0.012,
        beta_schedule="scaled_linear",
        prediction_type=prediction,
        timestep_spacing="trailing",
    )


@torch.no_grad()
def null_text(tokenizer: PreTrainedTokenizerBase, encoder: CLIPTextModel) -> NullText:
    """States of the empty prompt, padded to the encoder's full length as Stable Diffusion does."""
    length = min(tokenizer.model_max_length, encoder.config.max_position_embeddings)
    read = tokenizer(
        "", padding="max_length", max_length=length, truncation=True, return_tensors="pt"
    )
    states = encoder(read.input_ids)[0].float()
    made = NullText(*states.shape[1:])
    made.states.data.copy_(states)
    return made


def _filled(
    whole: Any, target: nn.Module, state: State, what: str, kept: Iterable[str] = ()
) -> Any:
    """Fills a module that must fit, and returns the whole that it belongs to.

    Args:
        whole: what is returned.
        target: the module to be filled.
        state: its weights, all of them.
        what: its name in errors.
        kept: keys that stay as they were built.

    Raises:
        ConversionError: keys are missing or not known, or have other shapes.
    """
    there = {key: x.shape for key, x in target.state_dict().items()}
    wrong = {
        "missing": sorted(there.keys() - state.keys() - set(kept)),
        "unexpected": sorted(state.keys() - there.keys()),
        "of another shape": [
            f"{key} {list(state[key].shape)} for {list(there[key])}"
            for key in sorted(state.keys() & there.keys())
            if state[key].shape != there[key]
        ],
    }
    if any(wrong.values()):
        told = [f"{len(keys)} {how} ({_some(keys)})" for how, keys in wrong.items() if keys]
        raise ConversionError(f"{what} does not fit: {', '.join(told)}")
    target.load_state_dict(dict(state), strict=False)
    return whole


def _some(keys: list[str]) -> str:
    return ", ".join([*keys[:SHOWN], *(["..."] if len(keys) > SHOWN else [])])
