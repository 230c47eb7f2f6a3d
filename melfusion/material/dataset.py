"""Writes the training material: stems, what is known of them, and the manifest.

Layout of the folder:
    order.json                 the seed and the soundfont that all of it is made from
    audio/<scene>_<part>.flac  16 bit, mono, 44.1 kHz, exactly the loop
    scenes/<scene>.json        the manifest lines of a finished scene; it is written last
    manifest.jsonl             all of them, one line for each stem
    pictures/, pictures.jsonl  see pictures.py

A scene depends on the seed and its number alone, so a run that was stopped is taken up where it
stood, and any number of processes gives the same files.
"""

import json
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from ..request import PARTS
from .captions import captions, instrument_words
from .compose import compose
from .scene import Scene, draw_scene
from .synth import render
from .voices import RATE, Audio


@dataclass(frozen=True)
class Order:
    """What is to be written: the folder, the seed, and the soundfont if there is one."""

    folder: Path
    seed: int
    soundfont: Path | None = None


def write_scene(order: Order, number: int) -> None:
    """Renders and writes one scene; its JSON appears only when all of its stems are there."""
    scene = draw_scene(order.seed, number)
    notes = compose(scene)
    lines = []
    for part in PARTS:
        sound = render(scene, part, notes, order.soundfont)
        file = f"audio/{number:06d}_{part}.flac"
        _write_flac(order.folder / file, sound)
        lines.append(_line(scene, part, file, len(sound), order.soundfont))
    _write_text(order.folder / f"scenes/{number:06d}.json", json.dumps(lines))


def write_scenes(
    order: Order, scenes: int, jobs: int = 2, budget_minutes: float | None = None
) -> int:
    """Writes scenes 0 to `scenes` - 1, leaving out those that are there, and gathers the manifest.

    Args:
        order: what to write, and where.
        scenes: how many scenes there shall be.
        jobs: how many processes work at it.
        budget_minutes: when to stop taking on further scenes; None for never.

    Returns:
        How many stems the manifest has.

    Raises:
        ValueError: the folder holds scenes of another seed or soundfont.
    """
    for name in ("audio", "scenes"):
        (order.folder / name).mkdir(parents=True, exist_ok=True)
    _claim(order)
    missing = [n for n in range(scenes) if not (order.folder / f"scenes/{n:06d}.json").exists()]
    until = time.monotonic() + 60 * budget_minutes if budget_minutes is not None else None
    shares = [missing[job::jobs] for job in range(jobs)]
    with ProcessPoolExecutor(jobs) as pool:
        running = [pool.submit(_write_share, order, share, until) for share in shares if share]
        for share in as_completed(running):
            share.result()
    return gather(order.folder)


def _claim(order: Order) -> None:
    """Notes in the folder what it is made from, so that two data sets never mix."""
    path = order.folder / "order.json"
    wanted = {"seed": order.seed, "soundfont": order.soundfont and order.soundfont.name}
    if not path.exists():
        _write_text(path, json.dumps(wanted))
    found = json.loads(path.read_text(encoding="utf-8"))
    if found != wanted:
        raise ValueError(
            f"{order.folder} holds scenes of seed {found['seed']} with {_sounds(found)}, not of"
            f" seed {order.seed} with {_sounds(wanted)}: ask for the same, or name another folder"
        )


def _sounds(made_from: dict[str, Any]) -> str:
    return made_from["soundfont"] or "synthesizers alone"


def _write_share(order: Order, numbers: list[int], until: float | None) -> None:
    for number in numbers:
        if until is not None and time.monotonic() > until:
            return
        write_scene(order, number)


def gather(folder: Path) -> int:
    """Writes manifest.jsonl out of the finished scenes; returns its number of lines."""
    lines = [
        json.dumps(line)
        for file in sorted((folder / "scenes").glob("*.json"))
        for line in json.loads(file.read_text(encoding="utf-8"))
    ]
    _write_text(folder / "manifest.jsonl", "".join(line + "\n" for line in lines))
    return len(lines)


def _line(
    scene: Scene, part: str, file: str, samples: int, soundfont: Path | None
) -> dict[str, Any]:
    """What is known of a stem, for the manifest."""
    plan = scene.plan
    return {
        "id": f"{scene.number:06d}_{part}",
        "file": file,
        "scene": scene.number,
        "part": part,
        "style": scene.style.name,
        "concept": scene.concept.name,
        "energy": scene.energy,
        "valence": scene.valence,
        "brightness": scene.brightness,
        "bpm": plan.bpm,
        "metre": str(plan.metre),
        "key": str(plan.key),
        "bars": plan.bars,
        "chords": plan.chords_text(),
        "captions": captions(scene, part),
        "instruments": [scene.instruments[part]],
        "instrument_words": list(instrument_words(scene, part)),
        "soundfont": soundfont.name if soundfont else None,
        "samples": samples,
        "split": "held" if scene.held else "train",
    }


def _write_flac(path: Path, sound: Audio) -> None:
    partial = path.with_suffix(".part")
    whole = np.round(sound * 32767).astype(np.int16)
    soundfile.write(partial, whole, RATE, format="FLAC", subtype="PCM_16")
    partial.replace(path)


def _write_text(path: Path, text: str) -> None:
    partial = path.with_suffix(".part")
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)
