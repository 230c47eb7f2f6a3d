"""Trains a spectrum decoder: from what the codec lets through back to the full spectrum."""

import math
import random
from pathlib import Path

import torch
from torch import Tensor

from ..model.codec import LatentCodec
from ..model.decoder import SpectrumDecoder
from ..model.spectrum import envelope
from .budget import Run, fast, learning_rate
from .codecs import SPACES
from .examples import read_examples, spectrum
from .size import MINI, Size

TRAIN_LOOPS, HELD_LOOPS = 600, 24
NOISE = 0.15
"""Standard deviation of the noise put on latents: the denoiser's are not perfect either."""


POINTS = 8
"""Points of the envelope in a latent frame: one every 5.8 ms."""
AUDIBLE = math.log(1e-3)
"""Below this an envelope need not be exact."""

Loop = tuple[Tensor, Tensor]
"""Log magnitudes [1, F, bins] and log envelope [1, T * POINTS] of a loop, in half precision."""


def spectrum_loss(drawn: Tensor, true: Tensor) -> Tensor:
    """Mean absolute error of log magnitudes, and of magnitudes against their frame's mean.

    Args:
        drawn: [B, F, bins] log magnitudes.
        true: the same of the material.
    """
    log = (drawn - true).abs().mean()
    magnitude, reference = drawn.exp(), true.exp()
    linear = (magnitude - reference).abs().sum(-1) / (reference.sum(-1) + 1e-2)
    return log + linear.mean()


def envelope_loss(drawn: Tensor, true: Tensor) -> Tensor:
    """Mean absolute error of log envelopes, where either is audible.

    Args:
        drawn: [B, points] log envelope.
        true: the same of the material.
    """
    heard = (drawn > AUDIBLE) | (true > AUDIBLE)
    return ((drawn - true.clamp(min=AUDIBLE)).abs() * heard).mean()


def train_decoder(
    data: Path,
    run_folder: Path,
    space: int,
    minutes: float,
    device: str,
    loops: int = 4,
    size: Size = MINI,
    start: Path | None = None,
) -> None:
    """Trains the decoder of one latent space and saves it to `run_folder`/decoder_<space>.

    Args:
        data: folder of the material.
        run_folder: folder of the run, where the codecs lie.
        space: PERCUSSIVE or PITCHED.
        minutes: time budget.
        device: torch device.
        loops: loops in a step.
        size: how large it is.
        start: folder of a decoder to begin with, whatever its size; None to begin from nothing.
    """
    name = SPACES[space]
    codec = LatentCodec.from_pretrained(run_folder / f"codec_{name}")
    torch.manual_seed(0)
    decoder = (SpectrumDecoder.from_pretrained(start) if start else _new(codec, size)).to(device)
    optimiser = torch.optim.AdamW(decoder.parameters(), lr=1e-3, betas=(0.9, 0.98))
    train = _loops(data, "train", space, codec, TRAIN_LOOPS)
    held = _loops(data, "held", space, codec, HELD_LOOPS)
    codec.to(device)
    run = Run(run_folder / f"train_decoder_{name}", minutes)
    parts = {"decoder": decoder, "optimiser": optimiser}
    run.resume(parts)

    def loss_of(loop: Loop, noise: float) -> Tensor:
        true, true_envelope = (tensor.to(device).float() for tensor in loop)
        latents = codec.encode(true)
        bands = codec.decode(latents + noise * torch.randn_like(latents))
        with fast(device):
            drawn, drawn_envelope = decoder(bands, codec.spread(bands))
        return spectrum_loss(drawn.float(), true) + envelope_loss(
            drawn_envelope.float(), true_envelope
        )

    while run.progress < 1:
        for group in optimiser.param_groups:
            group["lr"] = learning_rate(1e-3, run.step, run.progress)
        rng = random.Random(run.step)
        torch.manual_seed(run.step)
        losses = [loss_of(rng.choice(train), NOISE * rng.random()) for _ in range(loops)]
        loss = torch.stack(losses).mean()
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(decoder.parameters(), 1.0)
        optimiser.step()
        run.step += 1
        if run.step % 100 == 0:
            with torch.no_grad():
                held_loss = torch.stack([loss_of(loop, 0.0) for loop in held]).mean()
            run.log(loss=round(loss.item(), 4), held=round(held_loss.item(), 4))
        run.keep(parts)
    run.keep(parts, now=True)
    decoder.cpu().save_pretrained(run_folder / f"decoder_{name}")


def _new(codec: LatentCodec, size: Size) -> SpectrumDecoder:
    bins, points = codec.n_fft // 2 + 1, POINTS // codec.patch
    return SpectrumDecoder(codec.bands, bins, size.decoder_width, size.decoder_depth, points)


def _loops(data: Path, split: str, space: int, codec: LatentCodec, most: int) -> list[Loop]:
    """Up to `most` loops, which all stay in memory."""
    examples = [e for e in read_examples(data, split) if e.space == space]
    random.Random(0).shuffle(examples)
    return [
        (
            spectrum(audio := example.audio(), codec).half(),
            envelope(audio[None], example.frames * POINTS).half(),
        )
        for example in examples[:most]
    ]
