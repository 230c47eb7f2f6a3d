"""Renders what is asked of a model under every condition, and keeps it.

OUT/audio/<condition>/<scene>_<part>.flac: mono, 44.1 kHz, 16 bit, at the loudness of its part. What
is there is not rendered again; settings.json tells what it was rendered with.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
import torch
from PIL import Image

from ...level import levelled
from ...material.files import write_flac
from ...model.codec import SAMPLE_RATE
from ...model.mini import MiniPipeline
from ...request import PARTS
from ...training.examples import MANIFEST, Example, spectrum
from ..conditions import null_picture
from .scenes import Asked, Scene, Stems

REAL, DECODED = "real", "decoded"
OnScene = Callable[[str, int, int], None]
"""Told the condition, how many scenes are done, and of how many."""


@dataclass(frozen=True)
class Condition:
    """What a render is given beside its plan.

    Attributes:
        words: whether it is told the captions.
        picture: `own`, `stranger`, `grey`, or "" for none.
    """

    words: bool
    picture: str


CONDITIONS = {
    "rendered": Condition(True, "own"),
    "words": Condition(True, ""),
    "picture": Condition(False, "own"),
    "shuffled": Condition(False, "stranger"),
    "grey": Condition(False, "grey"),
}
"""By the name of their folders; `rendered` has words and picture."""


def settings(data: Path, model: str, steps: int, asked: list[Asked], seed: int) -> dict[str, Any]:
    """All that decides the renders, for evaluation.rendering.claim."""
    return {
        "model": model,
        "steps": steps,
        "seed": seed,
        "data": hashlib.sha256((data / MANIFEST).read_bytes()).hexdigest(),
        "scenes": [one.scene.name for one in asked],
    }


def render_all(
    out: Path, pipeline: MiniPipeline, asked: list[Asked], steps: int, on_scene: OnScene
) -> None:
    """Renders what is not there yet under all CONDITIONS, and decodes the real stems.

    Raises:
        OSError: a file cannot be written.
    """
    for name, condition in CONDITIONS.items():
        for number, one in enumerate(asked):
            on_scene(name, number, len(asked))
            _keep(out, name, one.scene, lambda: rendered(pipeline, one, condition, steps))  # noqa: B023
    for number, one in enumerate(asked):
        on_scene(DECODED, number, len(asked))
        _keep(out, DECODED, one.scene, lambda: decoded(pipeline, one.scene))  # noqa: B023


def sounds(out: Path, kind: str, scene: Scene) -> Stems:
    """The stems of a scene: REAL, DECODED, or rendered under a condition."""
    if kind == REAL:
        return scene.audio()
    return {
        part: soundfile.read(_path(out, kind, scene, part), dtype="float32")[0] for part in PARTS
    }


def rendered(pipeline: MiniPipeline, asked: Asked, condition: Condition, steps: int) -> Stems:
    """The stems of a scene as a model makes them, in mono: part -> [N] float32, 44.1 kHz.

    Each part has a caption of its own, so with words they are rendered one by one.
    """
    image = _picture(asked, condition.picture)
    groups = [(part,) for part in PARTS] if condition.words else [PARTS]
    stems: Stems = {}
    for parts in groups:
        prompt = asked.captions[parts[0]] if condition.words else ""
        output = pipeline(
            asked.scene.plan, parts, prompt=prompt, image=image, seed=asked.seed, steps=steps
        )
        stems |= {part: stem.mean(0) for part, stem in output.stems.items()}
    return stems


def decoded(pipeline: MiniPipeline, scene: Scene) -> Stems:
    """The real stems of a scene through codec, decoder and phase reconstruction."""
    return scene.finished({p: _decoded(pipeline, example) for p, example in scene.stems.items()})


@torch.no_grad()
def _decoded(pipeline: MiniPipeline, example: Example) -> np.ndarray:
    codec = pipeline.codec_percussive if example.part == "drums" else pipeline.codec_pitched
    latents = codec.encode(spectrum(example.audio(), codec))
    audio: np.ndarray = pipeline.decode(latents, example.space, example.samples)[0].numpy()
    return audio


def _picture(asked: Asked, which: str) -> Image.Image | None:
    if which == "grey":
        return null_picture()
    paths = {"own": asked.picture, "stranger": asked.stranger}
    if which not in paths:
        return None
    with Image.open(paths[which]) as image:
        return image.convert("RGB")


def _path(out: Path, kind: str, scene: Scene, part: str) -> Path:
    return out / "audio" / kind / f"{scene.name}_{part}.flac"


def _keep(out: Path, kind: str, scene: Scene, make: Callable[[], Stems]) -> None:
    """Writes the stems of a scene, unless they are there."""
    paths = {part: _path(out, kind, scene, part) for part in PARTS}
    if all(path.exists() for path in paths.values()):
        return
    stems = make()
    for part, path in paths.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        write_flac(path, levelled(stems[part][None], SAMPLE_RATE, part)[0])
