"""Has the paper's networks take time as a circle, so that what they make is a loop.

Nothing in them marks a place in time but the zeros at the ends of their convolutions: a U-Net's
and an autoencoder's attentions have no positions. Where convolutions find the other end instead of
zeros, a turned input gives the same output turned, and the seam is inside the music (LoopGen, arXiv
2504.04466, wraps its tokens to the same end).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from transformers import SpeechT5HifiGan

CONTEXT = 32
"""Mel frames that a vocoder is shown of the other side of the seam; its convolutions reach 23."""


@contextmanager
def circular_time(*modules: nn.Module) -> Iterator[None]:
    """Within, convolutions of these modules wrap time, the last but one axis: [B, C, T, bands]."""
    layers = [
        layer
        for module in modules
        for layer in module.modules()
        if isinstance(layer, nn.Conv2d) and layer.padding[0]
    ]
    for layer in layers:
        # Conv2d.forward calls this; an attribute of the instance stands before the class's.
        layer._conv_forward = partial(_wrapped, layer)  # type: ignore[method-assign]
    try:
        yield
    finally:
        for layer in layers:
            del layer._conv_forward


def _wrapped(layer: nn.Conv2d, inputs: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
    time, bands = (int(size) for size in layer.padding)
    around = F.pad(inputs, (0, 0, time, time), mode="circular")
    return F.conv2d(around, weight, bias, layer.stride, (0, bands), layer.dilation, layer.groups)


def circular_vocoder(vocoder: SpeechT5HifiGan, mel: Tensor, context: int = CONTEXT) -> Tensor:
    """Sound of a spectrogram whose time is a circle.

    Args:
        vocoder: HiFi-GAN.
        mel: [B, F, mels] log mel frames.
        context: frames of the other side on either side.

    Returns:
        [B, F * hop].
    """
    frames, hop = mel.shape[1], hop_of(vocoder)
    places = torch.arange(-context, frames + context, device=mel.device) % frames
    sound = vocoder(mel[:, places])
    return sound[:, context * hop : (context + frames) * hop]


def hop_of(vocoder: SpeechT5HifiGan) -> int:
    """Samples that a vocoder makes of a mel frame."""
    hop = 1
    for rate in vocoder.config.upsample_rates:
        hop *= rate
    return hop


def stretched(mel: Tensor, frames: int) -> Tensor:
    """A spectrogram of as many frames as wanted, read between its own; pitch stays where it is.

    Args:
        mel: [B, F, mels], time a circle.
        frames: how many are wanted.

    Returns:
        [B, frames, mels].
    """
    have = mel.shape[1]
    places = torch.arange(frames, device=mel.device, dtype=torch.float64) * have / frames
    before = places.long()
    share = (places - before)[:, None].to(mel)
    return torch.lerp(mel[:, before], mel[:, (before + 1) % have], share)
