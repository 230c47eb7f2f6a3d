"""Trains the synapse of a large model: its own loss, on a picture beside the words.

The run can be stopped at any moment; the same command goes on where it was. The learning rate does
not fall towards the end of the time budget, so that a run that is given more time afterwards is the
one that had it from the beginning.
"""

import shutil
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from ...backends.synapse import FOLDER, Synapses
from ...base.dataset import generator_of
from ...base.melbench import Triplet
from ...base.training import CONDITIONS, MIN_HELD
from ...model.saving import fingerprint, linked
from ..budget import Run, learning_rate
from .models import Backbone
from .samples import Prepared, Sample, Samples

RATE, ALPHA_RATE = 1e-4, 1e-3
"""Learning rates: of the projections, as IP-Adapter's, and of alpha, as base's."""
WEIGHT_DECAY = 1e-2
GREY = "grey"
VALIDATED_AT = (0.3, 0.5, 0.7, 0.9)
"""Shares of noise of the validation loss."""


@dataclass(frozen=True)
class Pace:
    """How much is learned in a step.

    Attributes:
        batch: samples in it.
        told_every: steps between measurements on what is held out.
        held: samples of what is held out.
    """

    batch: int = 4
    told_every: int = 100
    held: int = 16


PACES = defaultdict(Pace, cuda=Pace(32, 500, 64))
"""By kind of device."""


def flow_loss(backbone: Backbone, synapses: Synapses, samples: Sequence[Sample]) -> Tensor:
    """Mean square error of the velocity, one number for each sample.

    Args:
        backbone: the frozen model.
        synapses: installed in its transformer.
        samples: what they are told is of one shape.

    Returns:
        [B] float32.
    """
    device = backbone.transformer.device
    latents = torch.stack([sample.latents for sample in samples]).to(device)
    noise = torch.stack([sample.noise for sample in samples]).to(device)
    share = torch.tensor([sample.share for sample in samples], device=device)
    strength = torch.tensor([sample.strength for sample in samples], device=device)
    words = {
        name: torch.stack([sample.words[name] for sample in samples]).to(device)
        for name in samples[0].words
    }
    noisy = torch.lerp(latents, noise, share[:, None, None])
    with synapses.shown(torch.stack([sample.picture for sample in samples]), strength):
        velocity = backbone.velocity(noisy.to(backbone.transformer.dtype), share, words)
    return (velocity.float() - (noise - latents)).square().mean((1, 2))


def alike(samples: Iterable[Sample]) -> list[list[Sample]]:
    """Samples in groups that are told as much: a transformer would read what is filled up."""
    groups: dict[tuple[torch.Size, ...], list[Sample]] = {}
    for sample in samples:
        shapes = tuple(told.shape for told in sample.words.values())
        groups.setdefault(shapes, []).append(sample)
    return list(groups.values())


@torch.no_grad()
def validate(backbone: Backbone, synapses: Synapses, held: Samples) -> dict[str, float]:
    """Mean loss by row, at fixed shares of noise and fixed noise.

    Returns:
        base's CONDITIONS, and `grey`: with the words and a picture that says nothing.
    """
    losses: dict[str, list[Tensor]] = {name: [] for name in (*CONDITIONS, GREY)}
    pictures = [held.prepared.picture(triplet) for triplet in held.triplets]
    for number, triplet in enumerate(held.triplets):
        stranger = pictures[(number + 1) % len(pictures)]
        seen = {
            name: (stranger if strange else pictures[number], strength, told)
            for name, (told, strength, strange) in CONDITIONS.items()
        }
        seen[GREY] = (held.prepared.grey, 1.0, True)
        for name, (picture, strength, told) in seen.items():
            samples = [
                held.sample(triplet, picture, share, strength, told, generator_of(2, number, place))
                for place, share in enumerate(VALIDATED_AT)
            ]
            losses[name].append(flow_loss(backbone, synapses, samples))
    return {name: round(torch.cat(rows).mean().item(), 5) for name, rows in losses.items()}


def train_backbone(
    backbone: Backbone,
    source: Path,
    triplets: Sequence[Triplet],
    held: Sequence[Triplet],
    run_folder: Path,
    minutes: float,
    rate: float = RATE,
    pace: Pace | None = None,
) -> Path:
    """Trains a synapse, and puts it into a folder that has the model beside it.

    It begins with the synapse that the model's folder has, if it has one.

    Args:
        backbone: the model; a synapse is installed in its transformer.
        source: folder that it was loaded from.
        triplets: what is trained on.
        held: what the validation loss is measured on.
        run_folder: where checkpoint, log, features and the finished model go.
        minutes: time budget.
        rate: learning rate; alpha has as many times more as ALPHA_RATE is of RATE.
        pace: None is as suits the device.

    Returns:
        The folder of the finished model, `run_folder`/export.

    Raises:
        ManifestError: music cannot be read.
        RequestError: a picture cannot be read.
        ValueError: too little is kept back, or the synapse there is of another model.
        FloatingPointError: the loss is no number any more.
    """
    if len(held) < MIN_HELD:
        raise ValueError(f"--held: needs at least {MIN_HELD} lines, for a stranger's picture")
    pace = pace or PACES[backbone.transformer.device.type]
    prepared = Prepared(backbone, run_folder / "features")
    for triplet in (*triplets, *held[: pace.held]):
        prepared.prepare(triplet)
    train, kept_back = Samples(triplets, prepared), Samples(held[: pace.held], prepared)
    torch.manual_seed(0)
    synapses = _begun(backbone, source)
    optimiser = torch.optim.AdamW(_groups(synapses, rate))
    run = Run(run_folder / "train_synapse", minutes)
    parts = {"synapses": synapses, "optimiser": optimiser}
    run.resume(parts)

    def tell() -> None:
        alphas = [round(alpha, 4) for alpha in synapses.alphas]
        run.log(held=validate(backbone, synapses, kept_back), alphas=alphas)

    while run.progress < 1:
        if run.step % pace.told_every == 0:
            tell()
        for group in optimiser.param_groups:
            group["lr"] = learning_rate(group["base"], run.step, 0.0)
        first = run.step * pace.batch
        for samples in alike(train[first + place] for place in range(pace.batch)):
            loss = flow_loss(backbone, synapses, samples).sum() / pace.batch
            if not torch.isfinite(loss):
                raise FloatingPointError(f"the loss is {loss.item()} at step {run.step}")
            loss.backward()
        torch.nn.utils.clip_grad_norm_(synapses.parameters(), 1.0)
        optimiser.step()
        optimiser.zero_grad()
        run.step += 1
        run.keep(parts)
    tell()
    run.keep(parts, now=True)
    return _export(synapses, source, run_folder / "export")


def _begun(backbone: Backbone, source: Path) -> Synapses:
    """The synapse to begin with, installed."""
    if (source / FOLDER).is_dir():
        synapses = Synapses.from_pretrained(source / FOLDER)
    else:
        synapses = Synapses.untrained(backbone.transformer)
    synapses.to(backbone.transformer.device).train()
    synapses.install(backbone.transformer)
    return synapses


def _groups(synapses: Synapses, rate: float) -> list[dict[str, Any]]:
    """Parameters by learning rate: alphas, and all else."""
    named = list(synapses.named_parameters())
    alphas = [parameter for name, parameter in named if name.endswith(".a")]
    others = [parameter for name, parameter in named if not name.endswith(".a")]
    return [
        {"params": others, "base": rate, "weight_decay": WEIGHT_DECAY},
        {"params": alphas, "base": rate * ALPHA_RATE / RATE, "weight_decay": 0.0},
    ]


def _export(synapses: Synapses, source: Path, out: Path) -> Path:
    """Writes the synapse, under a name that no other has, into a folder of the whole model."""
    partial = out.with_suffix(".part")
    shutil.rmtree(partial, ignore_errors=True)
    others = shutil.ignore_patterns(FOLDER)
    shutil.copytree(source, partial, ignore=others, copy_function=linked)
    synapses.register_to_config(name=f"synapse-{fingerprint(synapses)}")
    synapses.save_pretrained(partial / FOLDER)
    shutil.rmtree(out, ignore_errors=True)
    partial.replace(out)
    return out
