"""Trains a spectrum decoder: from what the codec lets through back to the full spectrum."""

import random
from pathlib import Path

import torch
from torch import Tensor

from ..model.codec import LatentCodec
from ..model.decoder import SpectrumDecoder
from .budget import Run, learning_rate
from .codecs import SPACES
from .examples import Example, read_examples, spectrum

NOISE = 0.15
"""Standard deviation of the noise put on latents: the denoiser's are not perfect either."""


def decoder_loss(drawn: Tensor, true: Tensor) -> Tensor:
    """Mean absolute error of log magnitudes, and of magnitudes against their frame's mean.

    Args:
        drawn: [B, F, bins] log magnitudes.
        true: the same of the material.
    """
    log = (drawn - true).abs().mean()
    magnitude, reference = drawn.exp(), true.exp()
    linear = (magnitude - reference).abs().sum(-1) / (reference.sum(-1) + 1e-2)
    return log + linear.mean()


def train_decoder(
    data: Path, run_folder: Path, space: int, minutes: float, device: str, loops: int = 3
) -> None:
    """Trains the decoder of one latent space and saves it to `run_folder`/decoder_<space>.

    Args:
        data: folder of the material.
        run_folder: folder of the run, where the codecs lie.
        space: PERCUSSIVE or PITCHED.
        minutes: time budget.
        device: torch device.
        loops: loops in a step.
    """
    name = SPACES[space]
    codec = LatentCodec.from_pretrained(run_folder / f"codec_{name}").to(device)
    decoder = SpectrumDecoder(codec.bands, codec.n_fft // 2 + 1).to(device)
    optimiser = torch.optim.AdamW(decoder.parameters(), lr=1e-3, betas=(0.9, 0.98))
    run = Run(run_folder / f"train_decoder_{name}", minutes)
    parts = {"decoder": decoder, "optimiser": optimiser}
    run.resume(parts)
    examples = [e for e in read_examples(data) if e.space == space]
    train = [e for e in examples if e.split == "train"]
    held = [e for e in examples if e.split == "held"][:24]

    def draw(example: Example, noise: float) -> Tensor:
        true = spectrum(example.audio(), codec.cpu()).to(device)
        codec.to(device)
        latents = codec.encode(true)
        latents = latents + noise * torch.randn_like(latents)
        bands = codec.decode(latents)
        with torch.autocast(torch.device(device).type, dtype=torch.bfloat16):
            drawn = decoder(bands, codec.spread(bands))
        return decoder_loss(drawn.float(), true)

    while run.progress < 1:
        for group in optimiser.param_groups:
            group["lr"] = learning_rate(1e-3, run.step, run.progress)
        rng = random.Random(run.step)
        losses = [draw(rng.choice(train), NOISE * rng.random()) for _ in range(loops)]
        loss = torch.stack(losses).mean()
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(decoder.parameters(), 1.0)
        optimiser.step()
        run.step += 1
        if run.step % 100 == 0:
            with torch.no_grad():
                held_loss = torch.stack([draw(e, 0.0) for e in held]).mean().item()
            run.log(loss=round(loss.item(), 4), held=round(held_loss, 4))
        run.keep(parts)
    run.keep(parts, now=True)
    decoder.cpu().save_pretrained(run_folder / f"decoder_{name}")
