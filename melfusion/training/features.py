"""What the denoiser is trained on, worked out once: latents, token states, picture tokens."""

import hashlib
import json
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from functools import cached_property, lru_cache
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import torch
from diffusers.utils import SAFETENSORS_WEIGHTS_NAME
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from ..material.pictures import PICTURES, read_pictures
from ..model.codec import LatentCodec
from ..model.conditioning import frame_features, loop_features
from ..model.denoiser import PERCUSSIVE
from ..model.saving import save
from ..model.sketch import Sketcher, played
from ..model.towers import EfficientNetTower, MiniLMTower
from ..music import Plan
from ..score import Note, read_notes
from .codecs import SPACES
from .examples import MANIFEST, Example, read_examples, spectrum

PICTURES_AT_ONCE = 64
"""On an accelerator."""


class Features:
    """Everything by id, in half precision; latents and picture tokens are kept on disk.

    Args:
        data: folder of the material.
        run_folder: folder of the run, where the codecs lie; features/ is made in it.
        device: where latents and picture tokens are worked out.
    """

    def __init__(self, data: Path, run_folder: Path, device: str = "cpu") -> None:
        folder = run_folder / "features"
        folder.mkdir(parents=True, exist_ok=True)
        self._data, self._run_folder, self._folder = data, run_folder, folder
        self._device = device

    @cached_property
    def latents(self) -> dict[str, Tensor]:
        """Example id -> [T, latent_size]."""
        codecs = [self._run_folder / f"codec_{name}" for name in SPACES.values()]
        weights = [codec / SAFETENSORS_WEIGHTS_NAME for codec in codecs]
        sources = [self._data / MANIFEST, *weights]
        return _kept(
            self._folder,
            "latents",
            sources,
            lambda: _latents(self._data, self._run_folder, self._device),
        )

    @cached_property
    def captions(self) -> dict[str, Tensor]:
        """Caption -> [tokens, 384] states of its tokens."""
        sources = [self._data / MANIFEST]
        return _kept(self._folder, "captions", sources, lambda: _captions(self._data))

    @cached_property
    def pictures(self) -> dict[str, Tensor]:
        """Picture id -> [36, 1280]."""
        sources = [self._data / PICTURES]
        return _kept(self._folder, "pictures", sources, lambda: _pictures(self._data, self._device))

    @cached_property
    def played(self) -> dict[str, Tensor]:
        """Example id -> [T, features] what is told of its notes; zeros where none are known."""
        examples = read_examples(self._data)
        scores, sketchers = _scores(self._data), _sketchers(self._run_folder)
        tasks = [(sketchers[e.space], scores.get(e.id), e.plan, e.samples) for e in examples]
        return dict(zip([e.id for e in examples], _side_by_side(_played, tasks), strict=True))


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
        made = make()
        lengths = [len(rows) for rows in made.values()]
        # In one piece, since a file of 100,000 tensors takes minutes to write and to read.
        state = {"ids": list(made), "lengths": lengths, "rows": torch.cat(list(made.values()))}
        save(state, path)
    state = torch.load(path, weights_only=True)
    return dict(zip(state["ids"], state["rows"].split(state["lengths"]), strict=True))


def _scores(data: Path) -> dict[str, list[Note]]:
    return {
        f"{path.stem}_{part}": read_notes(rows)
        for path in (data / "audio").glob("*.json")
        for part, rows in json.loads(path.read_text(encoding="utf-8")).items()
    }


def _played(task: tuple[Sketcher, list[Note] | None, Plan, int]) -> NDArray[np.float16]:
    sketcher, notes, plan, samples = task
    made = played(sketcher, notes or (), plan, samples).half().numpy()
    return np.zeros_like(made) if notes is None else made


def _sketchers(run_folder: Path) -> dict[int, Sketcher]:
    return {
        space: Sketcher(codec, drums=space == PERCUSSIVE)
        for space, codec in _codecs(run_folder).items()
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


def _latents(data: Path, run_folder: Path, device: str) -> dict[str, Tensor]:
    codecs = {space: codec.to(device) for space, codec in _codecs(run_folder).items()}

    @torch.no_grad()
    def encoded(example: Example) -> Tensor:
        codec = codecs[example.space]
        return codec.encode(spectrum(example.audio().to(device), codec))[0].half().cpu()

    examples = read_examples(data)
    return dict(zip([e.id for e in examples], _in_threads(encoded, examples), strict=True))


def _captions(data: Path) -> dict[str, Tensor]:
    texts = sorted({text for example in read_examples(data) for text in example.captions})
    return dict(zip(texts, _side_by_side(_states, texts), strict=True))


def _states(text: str) -> NDArray[np.float16]:
    return _tower().tokens(text).astype(np.float16)


@lru_cache(1)
def _tower() -> MiniLMTower:
    return MiniLMTower()


def _pictures(data: Path, device: str) -> dict[str, Tensor]:
    tower = EfficientNetTower(device)
    entries = [entry for them in read_pictures(data).values() for entry in them]
    at_once = PICTURES_AT_ONCE if torch.device(device).type == "cuda" else 1

    def seen(some: Sequence[dict[str, str]]) -> Tensor:
        return tower.many([_opened(data / entry["file"]) for entry in some]).half().cpu()

    groups = [entries[first : first + at_once] for first in range(0, len(entries), at_once)]
    tokens = torch.cat(_in_threads(seen, groups))
    return dict(zip([entry["id"] for entry in entries], tokens, strict=True))


def _opened(path: Path) -> Image.Image:
    with Image.open(path) as image:
        return image.convert("RGB")


def _in_threads(work: Callable[[Any], Tensor], items: Sequence[Any]) -> list[Tensor]:
    """The work on each item; a thread an item at a time is far faster than all threads on one."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with ThreadPoolExecutor(threads) as pool:
            first = [work(item) for item in items[:1]]  # what is loaded lazily is loaded once
            return first + list(pool.map(work, items[1:]))
    finally:
        torch.set_num_threads(threads)


def _side_by_side(
    work: Callable[[Any], NDArray[np.float16]], items: Sequence[Any], least: int = 1000
) -> list[Tensor]:
    """The work on each item, which Python does: in as many processes as there are processors.

    Fewer items than `least` are done here, before another process would have begun.
    """
    if len(items) < least:
        return [torch.from_numpy(work(item)) for item in items]
    with ProcessPoolExecutor(
        mp_context=get_context("spawn"), initializer=torch.set_num_threads, initargs=(1,)
    ) as pool:
        return [torch.from_numpy(done) for done in pool.map(work, items, chunksize=64)]
