"""What the denoiser is trained on, worked out once: latents, token states, picture tokens."""

from dataclasses import dataclass
from pathlib import Path

import torch
from PIL import Image
from torch import Tensor

from ..model.codec import LatentCodec
from ..model.conditioning import frame_features, loop_features
from ..model.towers import EfficientNetTower, MiniLMTower
from .codecs import SPACES
from .examples import Example, read_examples, read_pictures, spectrum


@dataclass
class Features:
    """Everything, by id, in half precision.

    Attributes:
        latents: example id -> [T, latent_size].
        captions: caption -> [tokens, 384].
        pictures: picture id -> [36, 1280].
    """

    latents: dict[str, Tensor]
    captions: dict[str, Tensor]
    pictures: dict[str, Tensor]

    @classmethod
    def load_or_make(cls, data: Path, run_folder: Path) -> "Features":
        """Reads `run_folder`/features/*.pt, making what is missing."""
        folder = run_folder / "features"
        folder.mkdir(parents=True, exist_ok=True)
        makers = {"latents": _latents, "captions": _captions, "pictures": _pictures}
        made = {}
        for name, maker in makers.items():
            path = folder / f"{name}.pt"
            if not path.exists():
                torch.save(maker(data, run_folder), path.with_suffix(".tmp"))
                path.with_suffix(".tmp").rename(path)
            made[name] = torch.load(path, weights_only=True)
        return cls(**made)


def plan_features(example: Example) -> tuple[Tensor, Tensor]:
    """Frame features [T, .] and loop features [.] of an example."""
    plan = example.plan
    whole = loop_features(plan.bpm, plan.metre, plan.bars, example.part)
    return torch.from_numpy(frame_features(plan, example.frames)), torch.from_numpy(whole)


def _latents(data: Path, run_folder: Path) -> dict[str, Tensor]:
    codecs = {
        space: LatentCodec.from_pretrained(run_folder / f"codec_{name}")
        for space, name in SPACES.items()
    }
    return {
        example.id: codecs[example.space]
        .encode(spectrum(example.audio(), codecs[example.space]))[0]
        .half()
        for example in read_examples(data)
    }


def _captions(data: Path, run_folder: Path) -> dict[str, Tensor]:
    del run_folder
    tower = MiniLMTower()
    captions = {caption for example in read_examples(data) for caption in example.captions}
    return {caption: torch.from_numpy(tower.tokens(caption)).half() for caption in sorted(captions)}


def _pictures(data: Path, run_folder: Path) -> dict[str, Tensor]:
    del run_folder
    tower = EfficientNetTower()
    pictures = {}
    for entries in read_pictures(data).values():
        for entry in entries:
            with Image.open(data / entry["file"]) as image:
                pictures[entry["id"]] = tower(image).half()
    return pictures
