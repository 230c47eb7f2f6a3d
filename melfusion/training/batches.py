"""Batches of loops with words and a matching picture each."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from ..material.pictures import read_pictures, shown_in
from ..model.conditioning import arrangement_features
from ..model.towers import TOKENS
from .examples import Example, read_examples
from .features import Features, plan_features

FRAMES_PER_STEP = 1408
"""Latent frames in a step: 8 loops of 8 s."""
NO_WORDS, NO_PICTURE = 0.5, 0.35
"""How often words and picture are left out, independently, so that either alone is known too."""
NO_SCORE, NO_ARRANGEMENT = 0.05, 0.2
"""The same of the notes, and of style, instrument and mood."""
FULL_STRENGTH = 0.8
"""How often a picture that is not left out counts in full."""

Tensors = dict[str, Tensor]


@dataclass(frozen=True)
class Batch:
    """Loops of equally many frames.

    Attributes:
        latents: [B, T, latent_size].
        given: what the denoiser is told, by the names of its arguments.
        worded: which of them are told words.
        strangers: [B, L, image_size] tokens of a picture of something else.
        examples: what they were drawn from.
    """

    latents: Tensor
    given: Tensors
    worded: Sequence[int]
    strangers: Tensor
    examples: Sequence[Example]

    def told(self, **changes: Tensor) -> "Batch":
        """The same loops, told something else."""
        return replace(self, given=self.given | changes)

    @property
    def nothing(self) -> Tensors:
        """The changes that take words, picture and arrangement away."""
        return self.without("text", "image_strength", "arrangement")

    def without(self, *names: str) -> Tensors:
        """The changes that take some of what is told away."""
        return {name: torch.zeros_like(self.given[name]) for name in names}


@dataclass(frozen=True)
class _Loops:
    """All loops of one length.

    Attributes:
        examples: what they are.
        latents: [n, T, latent_size] float16.
        given: what is told of each whenever it is drawn, [n, ..], by the denoiser's names.
    """

    examples: Sequence[Example]
    latents: Tensor
    given: Tensors


class Batches:
    """Draws batches of one split of the material, which lies ready on the device.

    Args:
        data: folder of the material.
        features: worked out of it.
        split: `train` or `held`.
        names: styles and instruments that an arrangement may name.
        device: where it is to lie; 2,000 loops of 8 s take about 1 GB.
        frames: latent frames in a step.
    """

    def __init__(
        self,
        data: Path,
        features: Features,
        split: str,
        names: Sequence[str] = (),
        device: str = "cpu",
        frames: int = FRAMES_PER_STEP,
    ) -> None:
        self.device, self.frames = device, frames
        self.pictures = read_pictures(data, split)
        self.examples = [e for e in read_examples(data, split) if e.concept in self.pictures]
        self._shown = [entry for them in self.pictures.values() for entry in them]
        self._places = {entry["id"]: place for place, entry in enumerate(self._shown)}
        self._seen = torch.stack([features.pictures[e["id"]] for e in self._shown]).to(device)
        texts = sorted({text for example in self.examples for text in example.captions})
        self._texts = {text: place for place, text in enumerate(texts)}
        said = [features.captions[text] for text in texts]
        self._said = torch.cat(said).to(device)
        counts = torch.tensor([len(one) for one in said])
        self._counts, self._firsts = counts.to(device), (counts.cumsum(0) - counts).to(device)
        by_length: dict[int, list[Example]] = {}
        for example in self.examples:
            by_length.setdefault(example.frames, []).append(example)
        self.groups = {
            length: self._ready(them, features, names) for length, them in by_length.items()
        }
        self.lengths = sorted(self.groups)
        self._weights = [len(self.groups[n].examples) * n for n in self.lengths]

    def draw(self, rng: random.Random, *, dropout: bool = True) -> Batch:
        """One batch.

        Args:
            rng: what decides.
            dropout: whether words and pictures are left out at random.
        """
        length = rng.choices(self.lengths, self._weights)[0]
        loops = self.groups[length]
        count = max(4, round(self.frames / length))
        chosen = rng.choices(range(len(loops.examples)), k=count)
        examples = [loops.examples[place] for place in chosen]
        places = self._sent(chosen)
        worded, shown, scored, arranged = (
            [not dropout or rng.random() > left_out for _ in chosen]
            for left_out in (NO_WORDS, NO_PICTURE, NO_SCORE, NO_ARRANGEMENT)
        )
        strengths = [1.0 if rng.random() < FULL_STRENGTH else rng.random() for _ in chosen]
        given = {name: _taken(rows, places) for name, rows in loops.given.items()}
        for name, kept in (("score", scored), ("arrangement", arranged)):
            given[name] = given[name] * self._sent(kept).view(-1, *[1] * (given[name].ndim - 1))
        given["text"] = self._words([rng.choice(e.captions) for e in examples])
        given["text"] = given["text"] * self._sent(worded)[:, None, None]
        given["image_tokens"] = self._looked_at([self._picture(e.concept, rng) for e in examples])
        given["image_strength"] = self._sent(
            [strength * there for strength, there in zip(strengths, shown, strict=True)]
        )
        return Batch(
            _taken(loops.latents, places),
            given,
            [place for place, there in enumerate(worded) if there],
            self._looked_at([self._stranger(e, rng) for e in examples]),
            examples,
        )

    def draw_pictures(self, rng: random.Random, count: int) -> tuple[list[Example], Tensor]:
        """Examples, and [count, L, image_size] the tokens of a picture that matches each."""
        examples = rng.choices(self.examples, k=count)
        return examples, self._looked_at([self._picture(e.concept, rng) for e in examples])

    def _ready(
        self, examples: Sequence[Example], features: Features, names: Sequence[str]
    ) -> _Loops:
        plans = [plan_features(example) for example in examples]
        told = [
            arrangement_features((e.style, e.instrument), e.mood, e.touches, names)
            for e in examples
        ]
        given = {
            "space": torch.tensor([example.space for example in examples]),
            "frame_features": torch.stack([frames for frames, _ in plans]).half(),
            "loop_features": torch.stack([whole for _, whole in plans]),
            "score": torch.stack([features.played[example.id] for example in examples]),
            "arrangement": torch.stack([torch.from_numpy(one) for one in told]),
        }
        latents = torch.stack([features.latents[example.id] for example in examples])
        given = {name: rows.to(self.device) for name, rows in given.items()}
        return _Loops(examples, latents.to(self.device), given)

    def _sent(self, values: Sequence[Any]) -> Tensor:
        """Numbers on the device, without waiting for what it is at."""
        tensor = torch.tensor(values)
        if torch.device(self.device).type == "cuda":
            return tensor.pin_memory().to(self.device, non_blocking=True)
        return tensor.to(self.device)

    def _words(self, texts: Sequence[str]) -> Tensor:
        """[B, TOKENS, text_size] as towers.filled lays them out."""
        places = self._sent([self._texts[text] for text in texts])
        turns = torch.arange(TOKENS, device=self.device) % self._counts[places, None]
        return self._said[self._firsts[places, None] + turns].float()

    def _looked_at(self, places: Sequence[int]) -> Tensor:
        return _taken(self._seen, self._sent(places))

    def _picture(self, concept: str, rng: random.Random) -> int:
        return self._places[rng.choice(self.pictures[concept])["id"]]

    def _stranger(self, example: Example, rng: random.Random) -> int:
        """A picture of something else, if there is any."""
        for _ in range(100):
            place = rng.randrange(len(self._shown))
            if example.concept not in shown_in(self._shown[place]):
                break
        return place


def _taken(rows: Tensor, places: Tensor) -> Tensor:
    """Some of the rows, in single precision where they are numbers and not names."""
    taken = rows[places]
    return taken.float() if taken.is_floating_point() else taken


def arranged_names(examples: Sequence[Example]) -> tuple[str, ...]:
    """All styles and instruments of the examples."""
    styles = {example.style for example in examples}
    instruments = {example.instrument for example in examples} - {""}
    return (*sorted(styles), *sorted(instruments - styles))
