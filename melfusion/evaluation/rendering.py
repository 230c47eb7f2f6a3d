"""Renders all samples under all conditions into a folder, and goes on where it was stopped.

audio/reference/ has the references and audio/<condition>/ the renders, each as <number>.flac: mono,
16 kHz, 16 bit, 10.24 s, peak at 0.5. settings.json tells what they were rendered with, so that
renders of other settings are never taken for these.
"""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from ..base.melbench import RATE, SAMPLES
from ..material.files import write_flac, write_text
from ..pool import Pool, spread
from .conditions import CONDITIONS
from .renderers import Renderer, Sound, Task
from .samples import Samples, levelled, reference_of

REFERENCE = "reference"
SETTINGS = "settings.json"

OnRender = Callable[[str, int, int], None]
"""Told what comes next, how much is done and of how much."""


class SettingsError(ValueError):
    """The folder holds renders of other settings; one sentence."""


def audio_folder(out: Path, condition: str) -> Path:
    """Where the sounds of a condition, or the references, lie."""
    return out / "audio" / condition


def settings_of(renderer: Renderer, samples: Samples, seed: int) -> dict[str, Any]:
    """All that decides the renders, as JSON has it."""
    return {
        "model": renderer.name,
        "size": renderer.size,
        **renderer.asked,
        "seed": seed,
        "conditions": [condition.name for condition in CONDITIONS],
        "samples": [sample.identity for sample in samples.all],
    }


def claim(out: Path, settings: dict[str, Any]) -> None:
    """Makes the folder one of these settings.

    Raises:
        SettingsError: it is one of others, or cannot be told.
        OSError: it cannot be written.
    """
    path = out / SETTINGS
    if not path.exists():
        out.mkdir(parents=True, exist_ok=True)
        write_text(path, json.dumps(settings, indent=1) + "\n")
        return
    try:
        there = json.loads(path.read_text(encoding="utf-8"))
        other = [name for name in settings if there.get(name) != settings[name]]
    except (ValueError, AttributeError):
        other = ["all"]
    if other:
        raise SettingsError(
            f"{out} has renders of other settings ({', '.join(other)}): name another --out"
        )


def render_all(
    out: Path, samples: Samples, pool: Pool, render: Callable[[Task], Sound], on_render: OnRender
) -> int:
    """Renders what is not there yet; returns how many that were.

    Sample by sample, each under all conditions, so that what a stop leaves is of use.

    Args:
        out: the folder.
        samples: what there is to render.
        pool: who renders.
        render: how; [N] float32 at RATE.
        on_render: told of every render.

    Raises:
        ManifestError: a reference cannot be read.
        ValueError: the model gave no numbers.
        OSError: a file cannot be written.
    """
    for name in (REFERENCE, *(condition.name for condition in CONDITIONS)):
        audio_folder(out, name).mkdir(parents=True, exist_ok=True)
    for sample in samples.all:
        path = audio_folder(out, REFERENCE) / sample.file
        if not path.exists():
            write_flac(path, reference_of(sample), RATE)
    tasks = [
        (sample, condition, path)
        for sample in samples.all
        for condition in CONDITIONS
        if not (path := audio_folder(out, condition.name) / sample.file).exists()
    ]

    def asked() -> Iterator[Task]:
        for done, (sample, condition, _) in enumerate(tasks):
            on_render(f"rendering {condition.name} of sample {sample.number + 1}", done, len(tasks))
            yield samples.task(sample, condition)

    for (_, _, path), sound in zip(tasks, spread(pool, render, asked()), strict=True):
        write_flac(path, levelled(sound, SAMPLES), RATE)
    return len(tasks)
