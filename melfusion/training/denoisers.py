"""Trains the denoiser by rectified flow on latents, words, pictures and plans."""

import copy
import random
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import torch
from diffusers.models.model_loading_utils import load_state_dict
from diffusers.utils import SAFETENSORS_WEIGHTS_NAME
from torch import Tensor

from ..material.pictures import read_pictures
from ..model.denoiser import Denoiser
from ..model.towers import TOKENS, filled
from .budget import Run, fast, learning_rate
from .examples import Example, read_examples
from .features import Features, plan_features
from .size import MINI, Size

FRAMES_PER_STEP = 1408
"""Latent frames in a step: 8 loops of 8 s."""
NOISY = 0.4
"""Shift of the logit of the noise share: what words and picture say is decided in loud noise."""
NO_WORDS, NO_PICTURE = 0.5, 0.35
"""How often words and picture are left out, independently, so that either alone is known too."""


class Batches:
    """Draws batches of loops with equally many frames, with words and a matching picture each."""

    def __init__(self, data: Path, features: Features, split: str) -> None:
        self.features = features
        self.pictures = read_pictures(data, split)
        self.groups: dict[int, list[Example]] = {}
        for example in read_examples(data, split):
            if example.concept not in self.pictures:
                continue
            self.groups.setdefault(example.frames, []).append(example)
        self.lengths = sorted(self.groups)
        self.weights = [len(self.groups[n]) * n for n in self.lengths]
        self.plans: dict[str, tuple[Tensor, Tensor]] = {}

    def draw(self, rng: random.Random, *, dropout: bool = True) -> dict[str, Tensor]:
        """One batch.

        Args:
            rng: what decides.
            dropout: whether words and pictures are left out at random; where they are not, a
                picture of something else comes along as a control, `stranger_tokens`.
        """
        length = rng.choices(self.lengths, self.weights)[0]
        size = max(4, round(FRAMES_PER_STEP / length))
        examples = rng.choices(self.groups[length], k=size)
        rows = [self._row(example, rng, dropout) for example in examples]
        return {name: torch.stack([row[name] for row in rows]) for name in rows[0]}

    def _row(self, example: Example, rng: random.Random, dropout: bool) -> dict[str, Tensor]:
        if example.id not in self.plans:
            self.plans[example.id] = plan_features(example)
        frame, whole = self.plans[example.id]
        text = torch.zeros(TOKENS, 384)
        if not dropout or rng.random() > NO_WORDS:
            text = filled(self.features.caption(rng.choice(example.captions)).float())
        picture = rng.choice(self.pictures[example.concept])["id"]
        strength = 1.0 if rng.random() < 0.8 else rng.random()
        if dropout and rng.random() < NO_PICTURE:
            strength = 0.0
        row = {
            "latents": self.features.latents[example.id].float(),
            "space": torch.tensor(example.space),
            "frame_features": frame,
            "loop_features": whole,
            "text": text,
            "image_tokens": self.features.pictures[picture].float(),
            "image_strength": torch.tensor(strength),
        }
        if not dropout:
            others = [concept for concept in self.pictures if concept != example.concept]
            stranger = rng.choice(self.pictures[rng.choice(others)])["id"]
            row["stranger_tokens"] = self.features.pictures[stranger].float()
        return row


def flow_loss(model: Denoiser, batch: dict[str, Tensor], sigma: Tensor, noise: Tensor) -> Tensor:
    """Mean square error of the velocity, one number for each loop.

    Args:
        model: the denoiser.
        batch: what Batches.draw gives.
        sigma: [B] 0-1, share of noise.
        noise: [B, T, latent_size].

    Returns:
        [B].
    """
    inputs = dict(batch)
    latents = inputs.pop("latents")
    share = sigma[:, None, None]
    velocity = model((1 - share) * latents + share * noise, sigma * 1000, **inputs)
    return (velocity.float() - (noise - latents)).square().mean((1, 2))


@torch.no_grad()
def validate(model: Denoiser, batches: Batches, device: str, count: int = 4) -> dict[str, float]:
    """Held-out loss at fixed noise: with words and picture, and with either one taken away.

    Returns:
        full, text (strength 0), picture (no words), stranger (no words and a picture of something
        else), neither.
    """
    totals: dict[str, list[Tensor]] = {}
    for number in range(count):
        rng = random.Random(number)
        batch = {k: v.to(device) for k, v in batches.draw(rng, dropout=False).items()}
        strangers = batch.pop("stranger_tokens")
        generator = torch.Generator().manual_seed(number)
        noise = torch.randn(batch["latents"].shape, generator=generator).to(device)
        sigma = torch.linspace(0.3, 0.95, len(noise)).to(device)
        ones, zeros = torch.ones_like(sigma), torch.zeros_like(sigma)
        silent = torch.zeros_like(batch["text"])
        forms: dict[str, dict[str, Any]] = {
            "full": {"image_strength": ones},
            "text": {"image_strength": zeros},
            "picture": {"image_strength": ones, "text": silent},
            "stranger": {"image_strength": ones, "text": silent, "image_tokens": strangers},
            "neither": {"image_strength": zeros, "text": silent},
        }
        for name, change in forms.items():
            with fast(device):
                loss = flow_loss(model, batch | change, sigma, noise)
            totals.setdefault(name, []).append(loss)
    return {name: round(torch.cat(losses).mean().item(), 4) for name, losses in totals.items()}


def _begun(start: Path | None, size: Size) -> Denoiser:
    """A denoiser with the weights of another, as far as it has them, or all new."""
    if start is None:
        return Denoiser(
            latent_size=size.latent_size,
            width=size.denoiser_width,
            depth=size.denoiser_depth,
            heads=size.denoiser_heads,
            image_modulates=True,
        )
    model = Denoiser.from_config({**Denoiser.load_config(start), "image_modulates": True})
    known = load_state_dict(start / SAFETENSORS_WEIGHTS_NAME)
    unknown = model.load_state_dict(known, strict=False).unexpected_keys
    if unknown:
        raise ValueError(f"{start} is of another kind: it has {', '.join(unknown)}")
    return model


def train_denoiser(
    data: Path,
    run_folder: Path,
    minutes: float,
    device: str,
    size: Size = MINI,
    start: Path | None = None,
) -> None:
    """Trains the denoiser and saves its moving average to `run_folder`/denoiser.

    Args:
        data: folder of the material.
        run_folder: folder of the run, where the codecs lie.
        minutes: time budget over all restarts.
        device: torch device.
        size: how large it is.
        start: folder of a denoiser to begin with, whatever its size; None to begin from nothing.

    Raises:
        FloatingPointError: the loss is no number any more.
    """
    features = Features(data, run_folder)
    train, held = Batches(data, features, "train"), Batches(data, features, "held")
    torch.manual_seed(0)
    model = _begun(start, size).to(device)
    average = copy.deepcopy(model).requires_grad_(False)
    alphas = [p for name, p in model.named_parameters() if name.endswith(".a")]
    others = [p for name, p in model.named_parameters() if not name.endswith(".a")]
    groups = [
        {"params": others, "base": 1e-3, "weight_decay": 0.01},
        {"params": alphas, "base": 1e-3, "weight_decay": 0.0},
    ]
    optimiser = torch.optim.AdamW(groups, lr=1e-3, betas=(0.9, 0.98), fused=True)
    run = Run(run_folder / "train_denoiser", minutes)
    parts = {"model": model, "average": average, "optimiser": optimiser}
    run.resume(parts)
    reader = ThreadPoolExecutor(1)
    coming = reader.submit(train.draw, random.Random(run.step))

    while run.progress < 1:
        for group in optimiser.param_groups:
            group["lr"] = learning_rate(group["base"], run.step, run.progress)
        batch = {name: tensor.to(device) for name, tensor in coming.result().items()}
        coming = reader.submit(train.draw, random.Random(run.step + 1))
        generator = torch.Generator().manual_seed(run.step)
        noise = torch.randn(batch["latents"].shape, generator=generator).to(device)
        sigma = torch.sigmoid(torch.randn(len(noise), generator=generator) + NOISY).to(device)
        with fast(device):
            loss = flow_loss(model, batch, sigma, noise).mean()
        optimiser.zero_grad()
        if not torch.isfinite(loss):
            raise FloatingPointError(f"the loss is {loss.item()} at step {run.step}")
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        run.step += 1
        decay = min(0.999, run.step / (run.step + 20))
        for kept, new in zip(average.parameters(), model.parameters(), strict=True):
            kept.lerp_(new.detach(), 1 - decay)
        if run.step % 250 == 0:
            held_loss = validate(average, held, device)
            alphas_now = [round(alpha, 3) for alpha in average.alphas]
            run.log(loss=round(loss.item(), 4), **held_loss, alphas=alphas_now)
        run.keep(parts)
    reader.shutdown()
    run.keep(parts, now=True)
    average.cpu().save_pretrained(run_folder / "denoiser")
