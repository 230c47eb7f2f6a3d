"""Trains a spectrum decoder: from what the codec lets through back to the full spectrum."""

import math
import random
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from ..model.codec import LatentCodec
from ..model.decoder import SpectrumDecoder
from ..model.spectrum import envelope
from .budget import Run, fast, learning_rate
from .codecs import SPACES
from .examples import Example, read_examples, spectrum
from .size import MINI, Size

HELD_LOOPS = 24
NOISE = 0.15
"""Standard deviation of the noise put on latents: the denoiser's are not perfect either."""


POINTS = 8
"""Points of the envelope in a latent frame: one every 5.8 ms."""
AUDIBLE = math.log(1e-3)
"""Below this an envelope need not be exact."""

Loops = tuple[Tensor, Tensor]
"""Log magnitudes [n, F, bins] and log envelopes [n, T * POINTS] of loops, in half precision."""


@dataclass(frozen=True)
class Pace:
    """How much is learned in a step.

    Attributes:
        kept: loops that stay in memory.
        loops: of one length in a step.
        told_every: steps between measurements on what is held out.
    """

    kept: int = 600
    loops: int = 4
    told_every: int = 100


PACES = defaultdict(Pace, cuda=Pace(6000, 64, 500))
"""By kind of device."""


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
        size: how large it is.
        start: folder of a decoder to begin with, whatever its size; None to begin from nothing.
    """
    name, pace = SPACES[space], PACES[torch.device(device).type]
    codec = LatentCodec.from_pretrained(run_folder / f"codec_{name}")
    torch.manual_seed(0)
    decoder = (SpectrumDecoder.from_pretrained(start) if start else _new(codec, size)).to(device)
    optimiser = torch.optim.AdamW(decoder.parameters(), lr=1e-3, betas=(0.9, 0.98))
    train = _by_length(data, "train", space, codec, pace.kept, device)
    held = _by_length(data, "held", space, codec, HELD_LOOPS, device)
    weights = [true.shape[0] * true.shape[1] for true, _ in train]
    codec.to(device)
    run = Run(run_folder / f"train_decoder_{name}", minutes)
    parts = {"decoder": decoder, "optimiser": optimiser}
    run.resume(parts)

    def loss_of(loops: Loops, noise: float) -> Tensor:
        true, true_envelope = (tensor.float() for tensor in loops)
        latents = codec.encode(true)
        loud = noise * torch.rand(len(latents), 1, 1, device=device)
        bands = codec.decode(latents + loud * torch.randn_like(latents))
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
        chosen = rng.choices(train, weights)[0]
        places = torch.tensor(rng.choices(range(len(chosen[0])), k=pace.loops)).to(device)
        loss = loss_of((chosen[0][places], chosen[1][places]), NOISE)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(decoder.parameters(), 1.0)
        optimiser.step()
        run.step += 1
        if run.step % pace.told_every == 0:
            with torch.no_grad():
                losses = [loss_of(loops, 0.0) for loops in held]
            run.log(loss=round(loss.item(), 4), held=round(torch.stack(losses).mean().item(), 4))
        run.keep(parts)
    run.keep(parts, now=True)
    decoder.cpu().save_pretrained(run_folder / f"decoder_{name}")


def _new(codec: LatentCodec, size: Size) -> SpectrumDecoder:
    bins, points = codec.n_fft // 2 + 1, POINTS // codec.patch
    return SpectrumDecoder(codec.bands, bins, size.decoder_width, size.decoder_depth, points)


def _by_length(
    data: Path, split: str, space: int, codec: LatentCodec, most: int, device: str
) -> list[Loops]:
    """Up to `most` loops, which all stay on the device: those of one length together."""
    examples = [e for e in read_examples(data, split) if e.space == space]
    random.Random(0).shuffle(examples)
    groups: dict[int, list[Example]] = {}
    for example in examples[:most]:
        groups.setdefault(example.frames, []).append(example)
    return [
        (
            torch.cat([spectrum(e.audio(), codec).half() for e in them]).to(device),
            torch.cat([envelope(e.audio()[None], n * POINTS).half() for e in them]).to(device),
        )
        for n, them in groups.items()
    ]
