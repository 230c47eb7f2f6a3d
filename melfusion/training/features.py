"""What the denoiser is trained on, worked out once: latents, token states, picture tokens."""

import hashlib
import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from typing import Any

import torch
from diffusers.utils import SAFETENSORS_WEIGHTS_NAME
from PIL import Image
from torch import Tensor

from ..material.pictures import PICTURES, read_pictures
from ..model.codec import LatentCodec
from ..model.conditioning import frame_features, loop_features
from ..model.denoiser import PERCUSSIVE
from ..model.saving import save
from ..model.sketch import Sketcher, played
from ..model.towers import EfficientNetTower, MiniLMTower
from ..score import Note, read_notes
from .codecs import SPACES
from .examples import MANIFEST, Example, read_examples, spectrum


class Features:
    """Everything by id, in half precision; latents and picture tokens are kept on disk.

    Args:
        data: folder of the material.
        run_folder: folder of the run, where the codecs lie; features/ is made in it.

    """

    def __init__(self, data: Path, run_folder: Path) -> None:
        folder = run_folder / "features"
        folder.mkdir(parents=True, exist_ok=True)
        self._data, self._run_folder, self._folder = data, run_folder, folder
        self._tower = MiniLMTower()
        self._captions: dict[str, Tensor] = {}

    @cached_property
    def latents(self) -> dict[str, Tensor]:
        """Example id -> [T, latent_size]."""
        codecs = [self._run_folder / f"codec_{name}" for name in SPACES.values()]
        weights = [codec / SAFETENSORS_WEIGHTS_NAME for codec in codecs]
        sources = [self._data / MANIFEST, *weights]
        return _kept(
            self._folder, "latents", sources, lambda: _latents(self._data, self._run_folder)
        )

    @cached_property
    def pictures(self) -> dict[str, Tensor]:
        """Picture id -> [36, 1280]."""
        sources = [self._data / PICTURES]
        return _kept(self._folder, "pictures", sources, lambda: _pictures(self._data))

    @cached_property
    def scores(self) -> dict[str, list[Note]]:
        """Example id -> its notes; of no examples where the material tells none."""
        return _scores(self._data)

    @cached_property
    def sketchers(self) -> dict[int, Sketcher]:
        """Of each latent space."""
        codecs = _codecs(self._run_folder)
        return {
            space: Sketcher(codec, drums=space == PERCUSSIVE) for space, codec in codecs.items()
        }

    def played(self, example: Example) -> Tensor:
        """What the denoiser is told of its notes: [T, features]; zeros where none are known."""
        sketcher, notes = self.sketchers[example.space], self.scores.get(example.id)
        made = played(sketcher, notes or (), example.plan, example.samples)
        return torch.zeros_like(made) if notes is None else made

    def caption(self, text: str) -> Tensor:
        """States of the tokens of a caption: [tokens, 384]. There are too many to make them all."""
        if text not in self._captions:
            self._captions[text] = torch.from_numpy(self._tower.tokens(text)).half()
        return self._captions[text]


def _kept(
    folder: Path, name: str, sources: list[Path], make: Callable[[], dict[str, Tensor]]
) -> dict[str, Tensor]:
    """What was made of just these sources, as they are now, or is made of them here."""
    total = hashlib.sha256()
    for source in sources:
        total.update(source.read_bytes())
    path = folder / f"{name}_{total.hexdigest()[:8]}.pt"
    if not path.exists():
        for stale in folder.glob(f"{name}_*"):
            stale.unlink()
        save(make(), path)
    made: dict[str, Tensor] = torch.load(path, weights_only=True)
    return made


def _scores(data: Path) -> dict[str, list[Note]]:
    return {
        f"{path.stem}_{part}": read_notes(rows)
        for path in (data / "audio").glob("*.json")
        for part, rows in json.loads(path.read_text(encoding="utf-8")).items()
    }


def plan_features(example: Example) -> tuple[Tensor, Tensor]:
    """Frame features [T, .] and loop features [.] of an example."""
    plan = example.plan
    whole = loop_features(plan.bpm, plan.metre, plan.bars, example.part)
    return torch.from_numpy(frame_features(plan, example.frames)), torch.from_numpy(whole)


def _codecs(run_folder: Path) -> dict[int, LatentCodec]:
    return {
        space: LatentCodec.from_pretrained(run_folder / f"codec_{name}")
        for space, name in SPACES.items()
    }


def _latents(data: Path, run_folder: Path) -> dict[str, Tensor]:
    codecs = _codecs(run_folder)

    def encoded(example: Example) -> Tensor:
        codec = codecs[example.space]
        return codec.encode(spectrum(example.audio(), codec))[0].half()

    examples = read_examples(data)
    return dict(zip([e.id for e in examples], _side_by_side(encoded, examples), strict=True))


def _pictures(data: Path) -> dict[str, Tensor]:
    tower = EfficientNetTower()

    def seen(entry: dict[str, str]) -> Tensor:
        with Image.open(data / entry["file"]) as image:
            return tower(image).half()

    entries = [entry for them in read_pictures(data).values() for entry in them]
    return dict(zip([e["id"] for e in entries], _side_by_side(seen, entries), strict=True))


@torch.no_grad()
def _side_by_side(work: Callable[[Any], Tensor], items: Sequence[Any]) -> list[Tensor]:
    """The work on each item; a thread an item at a time is far faster than all threads on one."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with ThreadPoolExecutor(threads) as pool:
            first = [work(item) for item in items[:1]]  # what is loaded lazily is loaded once
            return first + list(pool.map(torch.no_grad()(work), items[1:]))
    finally:
        torch.set_num_threads(threads)
