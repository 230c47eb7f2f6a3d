"""Writes the notes of a scene's four parts on its plan."""

import random
from collections.abc import Callable

from ..score import Note
from .drumming import write_drums
from .harmony import write_bass, write_chords
from .melody import write_lead
from .notes import played
from .scene import Scene

_WRITERS: dict[str, Callable[[Scene, random.Random], list[Note]]] = {
    "drums": write_drums,
    "bass": write_bass,
    "chords": write_chords,
    "lead": write_lead,
}


def compose(scene: Scene) -> dict[str, list[Note]]:
    """Writes all parts of a scene.

    Args:
        scene: what to write; the same scene gives the same notes.

    Returns:
        For each of drums, bass, chords and lead its notes, in order of time.
    """
    return {
        part: played(scene, write(scene, scene.rng(part)), scene.rng(part + " played"))
        for part, write in _WRITERS.items()
    }
