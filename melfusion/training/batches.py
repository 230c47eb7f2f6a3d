"""Batches of loops with words and a matching picture each."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from torch import Tensor

from ..material.pictures import read_pictures, shown_in
from ..model.conditioning import arrangement_features
from ..model.towers import TOKENS, filled
from .examples import Example, read_examples
from .features import Features, plan_features

FRAMES_PER_STEP = 1408
"""Latent frames in a step: 8 loops of 8 s."""
NO_WORDS, NO_PICTURE = 0.5, 0.35
"""How often words and picture are left out, independently, so that either alone is known too."""
NO_SCORE, NO_ARRANGEMENT = 0.05, 0.2
"""The same of the notes, and of style, instrument and mood."""

Tensors = dict[str, Tensor]


@dataclass(frozen=True)
class Batch:
    """Loops of equally many frames.

    Attributes:
        latents: [B, T, latent_size].
        given: what the denoiser is told, by the names of its arguments.
        strangers: [B, L, image_size] tokens of a picture of something else.
        examples: what they were drawn from.
    """

    latents: Tensor
    given: Tensors
    strangers: Tensor
    examples: Sequence[Example]

    def told(self, **changes: Tensor) -> "Batch":
        """The same loops, told something else."""
        return replace(self, given=self.given | changes)

    def to(self, device: str) -> "Batch":
        """The same on a device."""
        given = {name: tensor.to(device) for name, tensor in self.given.items()}
        latents, strangers = self.latents.to(device), self.strangers.to(device)
        return Batch(latents, given, strangers, self.examples)

    @property
    def nothing(self) -> Tensors:
        """The changes that take words, picture and arrangement away."""
        return self.without("text", "image_strength", "arrangement")

    def without(self, *names: str) -> Tensors:
        """The changes that take some of what is told away."""
        return {name: torch.zeros_like(self.given[name]) for name in names}


class Batches:
    """Draws batches of one split of the material.

    Args:
        data: folder of the material.
        features: worked out of it.
        split: `train` or `held`.
        names: styles and instruments that an arrangement may name.
    """

    def __init__(
        self, data: Path, features: Features, split: str, names: Sequence[str] = ()
    ) -> None:
        self.features = features
        self.pictures = read_pictures(data, split)
        self.examples = [e for e in read_examples(data, split) if e.concept in self.pictures]
        self.groups: dict[int, list[Example]] = {}
        for example in self.examples:
            self.groups.setdefault(example.frames, []).append(example)
        self.lengths = sorted(self.groups)
        self.weights = [len(self.groups[n]) * n for n in self.lengths]
        self.names = tuple(names)
        self.plans: dict[str, tuple[Tensor, Tensor]] = {}

    def draw(self, rng: random.Random, *, dropout: bool = True) -> Batch:
        """One batch.

        Args:
            rng: what decides.
            dropout: whether words and pictures are left out at random.
        """
        length = rng.choices(self.lengths, self.weights)[0]
        size = max(4, round(FRAMES_PER_STEP / length))
        examples = rng.choices(self.groups[length], k=size)
        rows = [self._told(example, rng, dropout) for example in examples]
        return Batch(
            torch.stack([self.features.latents[e.id].float() for e in examples]),
            {name: torch.stack([row[name] for row in rows]) for name in rows[0]},
            torch.stack([self._stranger(e, rng) for e in examples]),
            examples,
        )

    def draw_pictures(self, rng: random.Random, count: int) -> tuple[list[Example], Tensor]:
        """Examples, and [count, L, image_size] the tokens of a picture that matches each."""
        examples = rng.choices(self.examples, k=count)
        return examples, torch.stack([self._picture(e.concept, rng) for e in examples])

    def _told(self, example: Example, rng: random.Random, dropout: bool) -> Tensors:
        if example.id not in self.plans:
            self.plans[example.id] = plan_features(example)
        frame, whole = self.plans[example.id]
        text = torch.zeros(TOKENS, 384)
        if not dropout or rng.random() > NO_WORDS:
            text = filled(self.features.caption(rng.choice(example.captions)).float())
        strength = 1.0 if rng.random() < 0.8 else rng.random()
        if dropout and rng.random() < NO_PICTURE:
            strength = 0.0
        return {
            "space": torch.tensor(example.space),
            "frame_features": frame,
            "score": self._score(example, dropout and rng.random() < NO_SCORE),
            "arrangement": self._arrangement(example, dropout and rng.random() < NO_ARRANGEMENT),
            "loop_features": whole,
            "text": text,
            "image_tokens": self._picture(example.concept, rng),
            "image_strength": torch.tensor(strength),
        }

    def _score(self, example: Example, left_out: bool) -> Tensor:
        score = self.features.played(example)
        return torch.zeros_like(score) if left_out else score

    def _arrangement(self, example: Example, left_out: bool) -> Tensor:
        told = (example.style, example.instrument)
        features = torch.from_numpy(
            arrangement_features(told, example.mood, example.touches, self.names)
        )
        return torch.zeros_like(features) if left_out else features

    def _picture(self, concept: str, rng: random.Random) -> Tensor:
        return self.features.pictures[rng.choice(self.pictures[concept])["id"]].float()

    def _stranger(self, example: Example, rng: random.Random) -> Tensor:
        others = [concept for concept in self.pictures if concept != example.concept]
        entries = self.pictures[rng.choice(others or [example.concept])]
        strange = [entry for entry in entries if example.concept not in shown_in(entry)]
        return self.features.pictures[rng.choice(strange or entries)["id"]].float()


def arranged_names(examples: Sequence[Example]) -> tuple[str, ...]:
    """All styles and instruments of the examples."""
    styles = {example.style for example in examples}
    instruments = {example.instrument for example in examples} - {""}
    return (*sorted(styles), *sorted(instruments - styles))
