"""Trains the denoiser by rectified flow on latents, words, pictures and plans."""

import copy
import math
import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from diffusers.models.model_loading_utils import load_state_dict
from diffusers.utils import SAFETENSORS_WEIGHTS_NAME
from torch import Tensor, nn

from ..model.denoiser import Denoiser
from ..model.reading import Heads
from .batches import FRAMES_PER_STEP, Batch, Batches, arranged_names
from .budget import Run, fast, learning_rate
from .examples import Example, read_examples
from .features import Features
from .meaning import names_of, read_right, reading_loss
from .size import MINI, Size

NOISY = 0.4
"""Shift of the logit of the noise share: what words and picture say is decided in loud noise."""
MEANING = 0.05
"""Weight of the loss of reading what words and pictures mean."""
RATE = 1e-3
"""Learning rate at its highest."""
CHECKED = 50
"""After so many steps the loss is looked at, which makes an accelerator wait."""


@dataclass(frozen=True)
class Pace:
    """How much is learned in a step.

    Attributes:
        frames: latent frames in it; 1,408 are 8 loops of 8 s.
        pictures: beyond those of the batch, whose meaning is read too.
        told_every: steps between measurements on what is held out.
    """

    frames: int = FRAMES_PER_STEP
    pictures: int = 32
    told_every: int = 250


PACES = defaultdict(Pace, cuda=Pace(32 * FRAMES_PER_STEP, 256, 1000))
"""By kind of device."""


def flow_loss(model: Denoiser, batch: Batch, sigma: Tensor, noise: Tensor) -> Tensor:
    """Mean square error of the velocity, one number for each loop.

    Args:
        model: the denoiser.
        batch: loops, and what is told of them.
        sigma: [B] 0-1, share of noise.
        noise: [B, T, latent_size].

    Returns:
        [B].
    """
    share = sigma[:, None, None]
    latents, timestep = (1 - share) * batch.latents + share * noise, sigma * 1000
    velocity = model(latents, timestep, **batch.given).float()
    target = noise - batch.latents
    return (velocity - target).square().mean((1, 2))


@torch.no_grad()
def validate(
    model: Denoiser, heads: Heads, batches: Batches, device: str, count: int = 4
) -> dict[str, float]:
    """Held-out loss at fixed noise: with words and picture, and with either one taken away.

    Returns:
        full, text (strength 0), picture (no words), stranger (no words and a picture of something
        else), neither, all without an arrangement; arranged (without words and picture); no score
        (but all else); and the share of words and of pictures whose style is read right.
    """
    totals: dict[str, list[Tensor]] = {}
    for number in range(count):
        batch = batches.draw(random.Random(number), dropout=False)
        generator = torch.Generator().manual_seed(number)
        noise = torch.randn(batch.latents.shape, generator=generator).to(device)
        sigma = torch.linspace(0.3, 0.95, len(noise)).to(device)
        batch = batch.told(image_strength=torch.ones_like(sigma))
        silent = batch.without("text", "arrangement")
        forms = {
            "full": batch.without("arrangement"),
            "text": batch.without("arrangement", "image_strength"),
            "picture": silent,
            "stranger": silent | {"image_tokens": batch.strangers},
            "neither": batch.nothing,
            "arranged": batch.without("text", "image_strength"),
            "no score": batch.without("score"),
        }
        for name, changes in forms.items():
            with fast(device):
                loss = flow_loss(model, batch.told(**changes), sigma, noise)
            totals.setdefault(name, []).append(loss)
        for name, meaning in meanings(model, batch).items():
            right = read_right(heads, meaning, batch.examples)
            totals.setdefault(f"style of {name}", []).append(right)
    return {
        name: round(torch.cat([loss.cpu() for loss in losses]).mean().item(), 4)
        for name, losses in totals.items()
    }


def meanings(model: Denoiser, batch: Batch) -> dict[str, Tensor]:
    """What the denoiser makes of the words and of the pictures of a batch: [B, width] each."""
    return {
        "words": model.text_meaning(model.read(batch.given["text"])[0]),
        "picture": model.image_meaning(model.image_norm(batch.given["image_tokens"])),
    }


def meaning_loss(
    model: Denoiser, heads: Heads, batch: Batch, more: tuple[Sequence[Example], Tensor]
) -> Tensor:
    """The loss of reading the words and the pictures of a batch, and of more pictures."""
    read = meanings(model, batch)
    worded = batch.worded
    examples, tokens = more
    seen = model.image_meaning(model.image_norm(tokens))
    loss = reading_loss(heads, read["picture"], batch.examples)
    loss = loss + reading_loss(heads, seen, examples)
    if worded:
        told_of = [batch.examples[place] for place in worded]
        loss = loss + reading_loss(heads, read["words"][worded], told_of)
    return loss


def _begun(start: Path | None, size: Size, names: Sequence[str]) -> Denoiser:
    """A denoiser with the weights of another, as far as it has them, or all new."""
    if start is None:
        return Denoiser(
            latent_size=size.latent_size,
            width=size.denoiser_width,
            depth=size.denoiser_depth,
            heads=size.denoiser_heads,
            names=tuple(names),
        )
    before = Denoiser.load_config(start)
    model = Denoiser.from_config({**before, "names": tuple(names)})
    known = load_state_dict(start / SAFETENSORS_WEIGHTS_NAME)
    for layer in {"arranged.weight", "touched.0.weight"} & known.keys():
        known[layer] = _wider(known[layer], before["names"], names)
    unknown = model.load_state_dict(known, strict=False).unexpected_keys
    if unknown:
        raise ValueError(f"{start} is of another kind: it has {', '.join(unknown)}")
    return model


def _names(start: Path | None, examples: Sequence[Example]) -> tuple[str, ...]:
    """What an arrangement may name: all that the model to begin with knows, and all else."""
    known = tuple(Denoiser.load_config(start).get("names", ())) if start else ()
    return (*known, *(name for name in arranged_names(examples) if name not in known))


def _wider(weight: Tensor, before: Sequence[str], names: Sequence[str]) -> Tensor:
    """Weights [width, names and more] where more can be named: zeros for what is new."""
    new = weight.new_zeros(len(weight), len(names) - len(before))
    return torch.cat([weight[:, : len(before)], new, weight[:, len(before) :]], 1)


class _Learned(nn.Module):
    """The denoiser, and the heads that read what it makes of words and pictures."""

    def __init__(self, model: Denoiser, heads: Heads) -> None:
        super().__init__()
        self.model, self.heads = model, heads


def _optimiser(learned: nn.Module) -> torch.optim.Optimizer:
    """AdamW; the alphas are not drawn towards zero."""
    alphas = [p for name, p in learned.named_parameters() if name.endswith(".a")]
    others = [p for name, p in learned.named_parameters() if not name.endswith(".a")]
    groups = [{"params": others, "weight_decay": 0.01}, {"params": alphas, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=RATE, betas=(0.9, 0.98), fused=True)


def _learn(
    learned: _Learned,
    optimiser: torch.optim.Optimizer,
    batch: Batch,
    pictures: tuple[Sequence[Example], Tensor],
    step: int,
    device: str,
) -> dict[str, Tensor]:
    """One step on one batch; the step decides the noise.

    Returns:
        The losses, still where they were reckoned.
    """
    generator = torch.Generator(device).manual_seed(step)
    noise = torch.randn(batch.latents.shape, generator=generator, device=device)
    sigma = torch.randn(len(noise), generator=generator, device=device) + NOISY
    with fast(device):
        loss = flow_loss(learned.model, batch, sigma.sigmoid(), noise).mean()
        meaning = meaning_loss(learned.model, learned.heads, batch, pictures)
    optimiser.zero_grad()
    (loss + MEANING * meaning).backward()
    torch.nn.utils.clip_grad_norm_(learned.parameters(), 1.0)
    optimiser.step()
    return {"loss": loss.detach(), "meaning": meaning.detach()}


@torch.no_grad()
def _follow(average: nn.Module, learned: nn.Module, step: int) -> None:
    """Moves an average on towards what was learned, at first faster."""
    decay = min(0.999, step / (step + 20))
    kept: list[Tensor] = list(average.parameters())
    new: list[Tensor] = list(learned.parameters())
    torch._foreach_lerp_(kept, new, 1 - decay)


def _numbers_of(losses: dict[str, Tensor], step: int) -> dict[str, float]:
    """Losses for the log.

    Raises:
        FloatingPointError: one is no number any more.
    """
    told = {name: round(loss.item(), 4) for name, loss in losses.items()}
    if not all(map(math.isfinite, told.values())):
        raise FloatingPointError(f"the loss is {told['loss']} at step {step}")
    return told


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
    features, pace = Features(data, run_folder, device), PACES[torch.device(device).type]
    names = _names(start, read_examples(data, "train"))
    train, held = (
        Batches(data, features, split, names, device, pace.frames) for split in ("train", "held")
    )
    torch.manual_seed(0)
    model = _begun(start, size, names)
    heads = Heads(model.config["width"], *names_of(train.examples))
    learned = _Learned(model, heads).to(device)
    average = copy.deepcopy(learned).requires_grad_(False)
    optimiser = _optimiser(learned)
    run = Run(run_folder / "train_denoiser", minutes)
    parts = {"model": learned, "average": average, "optimiser": optimiser}
    run.resume(parts)
    losses: dict[str, Tensor] = {}
    while run.progress < 1:
        for group in optimiser.param_groups:
            group["lr"] = learning_rate(RATE, run.step, run.progress)
        rng = random.Random(run.step)
        batch, pictures = train.draw(rng), train.draw_pictures(rng, pace.pictures)
        losses = _learn(learned, optimiser, batch, pictures, run.step, device)
        run.step += 1
        _follow(average, learned, run.step)
        if run.step % CHECKED == 0:
            numbers = _numbers_of(losses, run.step)
            if run.step % pace.told_every == 0:
                told = validate(average.model, average.heads, held, device)
                alphas = [round(alpha, 3) for alpha in average.model.alphas]
                run.log(**numbers, **told, alphas=alphas)
            run.keep(parts)
    _numbers_of(losses, run.step)
    run.keep(parts, now=True)
    average.model.cpu().save_pretrained(run_folder / "denoiser")
