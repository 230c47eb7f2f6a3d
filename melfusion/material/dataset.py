"""The form `stems`: each part of a scene by itself, for the model's own training.

The manifest is manifest.jsonl, one line for each stem; the sounds are audio/<scene>_<part>.flac,
16 bit, mono, 44.1 kHz, exactly the loop, as they are played; the manifest tells the effects that
finish them (see finish.py), and audio/<scene>.json the notes (see melfusion/score.py).
"""

import json
from dataclasses import asdict
from typing import Any

from ..request import PARTS
from ..score import written
from .captions import captions, instrument_words
from .concepts import CONCEPTS, Concept
from .effects import draw_effects
from .files import write_flac, write_text
from .mma import accompanied
from .order import Form, Order
from .scene import Scene, about, draw_scene
from .synth import dry
from .touch import touches


def _write_scene(order: Order, number: int) -> list[dict[str, Any]]:
    """Renders and writes the stems of one scene."""
    scene, notes = accompanied(draw_scene(order.seed, number), order.mma)
    write_text(order.folder / f"audio/{number:06d}.json", json.dumps(written(notes)))
    lines = []
    for part in PARTS:
        sound = dry(scene, part, notes, order.soundfont, order.one_shots)
        file = f"audio/{number:06d}_{part}.flac"
        write_flac(order.folder / file, sound)
        lines.append(_line(scene, part, file, len(sound), order))
    return lines


def _concepts(_seed: int, _scenes: int) -> tuple[Concept, ...]:
    """All of them: in training, a stem also meets pictures of what it is not about."""
    return tuple(CONCEPTS.values())


def _line(scene: Scene, part: str, file: str, samples: int, order: Order) -> dict[str, Any]:
    """What is known of a stem, for the manifest."""
    return {
        "id": f"{scene.number:06d}_{part}",
        "file": file,
        "scene": scene.number,
        "part": part,
        **about(scene),
        "captions": captions(scene, part),
        "instruments": [scene.instruments[part]],
        "instrument_words": list(instrument_words(scene, part)),
        "effects": asdict(draw_effects(scene, part)),
        "touches": touches(scene, part),
        **order.sources,
        "samples": samples,
        "split": scene.split,
    }


STEMS = Form(
    "stems",
    "stems",
    "audio",
    {"manifest.jsonl": ("train", "held")},
    _concepts,
    _write_scene,
    version=2,
)
"""A line for every part of every scene."""
