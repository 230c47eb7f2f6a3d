"""Gathers what the table is made of: renders, decodes, counts and hears, stage by stage."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from ...material.files import write_text
from ...model.mini import MiniPipeline
from . import lengths
from .heard import hear
from .hearing import Listener
from .measuring import Evidence
from .rendering import CONDITIONS, DECODED, REAL, render_all, sounds
from .scenes import Asked, Scene

SEEDED = 4
"""Scenes that are rendered twice, and with another seed."""
MUSICNN_HEARS = (REAL, DECODED, "rendered", "words")
"""What distances are measured of; it takes long to hear."""
SIGNALS_OF = (REAL, DECODED, "rendered")


class Progress(Protocol):
    """Who is told how far it has come."""

    def stage(self, name: str) -> AbstractContextManager[None]:
        """Times a stage."""

    def __call__(self, what: str, done: int, total: int) -> None:
        """Told how far a stage is."""


def gather(
    out: Path,
    pipeline: MiniPipeline,
    asked: list[Asked],
    rest: list[Scene],
    train: list[Scene],
    steps: int,
    counted: tuple[int, int],
    progress: Progress,
) -> Evidence:
    """Renders what is not there yet, and hears everything.

    Args:
        out: folder of the evaluation.
        pipeline: the model.
        asked: what is asked of the measured scenes.
        rest: held-out scenes that are not measured.
        train: scenes to train probes on.
        steps: denoising steps.
        counted: how many random requests to count the samples of, and their seed.
        progress: is told.
    """
    count, seed = counted
    with progress.stage("exact lengths"):
        exact = _kept(
            out / f"lengths_{count}_{seed}.json",
            lambda: lengths.exact(pipeline, count, seed, lambda *at: progress("lengths", *at)),
        )
    with progress.stage("two seeds"):
        seeds = _kept(
            out / "seeds.json", lambda: [_seeds(pipeline, one, steps) for one in asked[:SEEDED]]
        )
    with progress.stage("rendering"):
        render_all(out, pipeline, asked, steps, progress)
    listener = Listener()
    scenes = [one.scene for one in asked]
    heard = {}
    for kind in (REAL, DECODED, *CONDITIONS):
        with progress.stage(f"hearing {kind}"):
            heard[kind] = hear(
                scenes,
                lambda scene, kind=kind: sounds(out, kind, scene),  # type: ignore[misc]
                listener,
                lambda *at, kind=kind: progress(kind, *at),
                musicnn=kind in MUSICNN_HEARS,
                signals=kind in SIGNALS_OF,
            )
    with progress.stage("hearing other held-out scenes"):
        others = hear(
            rest, Scene.audio, listener, lambda *at: progress("held out", *at), signals=False
        )
    with progress.stage("hearing scenes to train on"):
        shown = hear(train, Scene.audio, listener, lambda *at: progress("train", *at), False, False)
    return Evidence(asked, heard, shown, train, others, rest, exact, seeds)


def _kept(path: Path, make: Callable[[], list[Any]]) -> list[Any]:
    """What was found before, or is found now and written as JSON."""
    if not path.exists():
        write_text(path, json.dumps(make(), indent=1) + "\n")
    found: list[Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def _seeds(pipeline: MiniPipeline, asked: Asked, steps: int) -> tuple[float, float]:
    """Greatest differences of drums rendered again with the same seed, and with another."""
    first, again, other = (
        pipeline(
            asked.scene.plan, ("drums",), prompt=asked.captions["drums"], seed=seed, steps=steps
        ).stems["drums"]
        for seed in (asked.seed, asked.seed, asked.seed + 1)
    )
    return float(np.abs(first - again).max()), float(np.abs(first - other).max())
