"""The form `melbench`: full mixes with a picture and a sentence each, as MeLBench was released.

The manifests are melbench_train.jsonl and melbench_held.jsonl, one line for each scene with
`captions`, `location` and `img_path`, and what else is known of it. The music is in music/, 16 bit,
mono, 16 kHz. base/melbench.py reads it.
"""

import math
from typing import Any

import numpy as np
import scipy.signal

from ..level import levelled, mixed
from ..request import PARTS
from .captions import mix_captions
from .concepts import CONCEPTS, Concept
from .files import write_flac
from .mma import accompanied
from .order import Form, Order
from .pictures import PICTURES, read_pictures
from .scene import Scene, about, draw_scene
from .synth import render
from .voices import RATE, Audio

CLIP_RATE = 16000
CLIP_SAMPLES = 168000
"""10.5 s: a little more than is taken of it."""

_UP, _DOWN = 160, 441
_MARGIN = 10 * _DOWN
"""More than the resampling filter reaches, and a whole number of samples at both rates."""


def clip_of(music: Audio) -> Audio:
    """A loop gone round, from its beginning, for as long as a clip takes.

    Args:
        music: [N] float32, 44.1 kHz.

    Returns:
        [CLIP_SAMPLES] float32, CLIP_RATE, as loud as a full mix.
    """
    needed = math.ceil(CLIP_SAMPLES * _DOWN / _UP)
    around = np.take(music, np.arange(-_MARGIN, needed + _MARGIN), mode="wrap")
    start = _MARGIN * _UP // _DOWN
    heard = scipy.signal.resample_poly(around, _UP, _DOWN)[start : start + CLIP_SAMPLES]
    # Levelled last, for what is left without the highs may peak higher than all of it.
    (clip,) = levelled(heard[None], CLIP_RATE, "full")
    return np.asarray(clip, np.float32)


def _write_scene(order: Order, number: int) -> list[dict[str, Any]]:
    """Renders, mixes and writes the clip of one scene."""
    scene, notes = accompanied(draw_scene(order.seed, number), order.mma)
    stems = {
        part: render(scene, part, notes, order.soundfont, order.one_shots)[None] for part in PARTS
    }
    location = f"music/{number:06d}.flac"
    write_flac(order.folder / location, clip_of(mixed(stems, RATE)[0]), CLIP_RATE)
    line = {
        "captions": scene.rng("clip caption").choice(mix_captions(scene)),
        "location": location,
        "img_path": _picture(order, scene),
        "scene": number,
        **about(scene),
        "instruments": list(scene.instruments.values()),
        **order.sources,
        "split": scene.split,
    }
    return [line]


def _picture(order: Order, scene: Scene) -> str:
    """A picture of the scene's concept and of its split."""
    pictures = read_pictures(order.folder, scene.split).get(scene.concept.name)
    if not pictures:
        raise ValueError(f"there is no {scene.split} picture of a {scene.concept.name}")
    picture: dict[str, str] = scene.rng("clip picture").choice(pictures)
    return picture["file"]


def _concepts(seed: int, scenes: int) -> tuple[Concept, ...]:
    """Those that the scenes are about: a small data set need not wait for the pictures of all."""
    used = {draw_scene(seed, number).concept.name for number in range(scenes)}
    return tuple(concept for name, concept in CONCEPTS.items() if name in used)


MELBENCH = Form(
    "melbench",
    "clips",
    "music",
    {"melbench_train.jsonl": ("train",), "melbench_held.jsonl": ("held",)},
    _concepts,
    _write_scene,
    reads=(PICTURES,),
)
"""A line for every scene."""
