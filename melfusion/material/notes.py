"""Notes, and how players bring them in: swung, and a little loose in time and touch."""

import random
from dataclasses import dataclass, replace

from .scene import Scene


@dataclass(frozen=True)
class Note:
    """One note or drum hit.

    Attributes:
        start_beats: from the start of the loop, in quarter notes, 0 or more.
        length_beats: how long it is held, in quarter notes.
        pitch: MIDI note (C4 = 60); for drums the name of the kit's voice.
        velocity: 0-1.
        program: the General MIDI program that plays it where there is a soundfont; None for the
            instrument of its part.
    """

    start_beats: float
    length_beats: float
    pitch: int | str
    velocity: float
    program: int | None = None


def played(scene: Scene, notes: list[Note], rng: random.Random) -> list[Note]:
    """The notes as a player would: swung, a little loose in time and touch."""
    loose = scene.style.loose_ms / 1000 * scene.plan.bpm / 60
    total = float(scene.plan.metre.quarters) * scene.plan.bars
    played = []
    for note in sorted(notes, key=lambda note: (note.start_beats, str(note.pitch))):
        start = _swung(scene, note.start_beats)
        end = _swung(scene, note.start_beats + note.length_beats)
        shift = rng.uniform(-loose, loose) if start > 0 else 0.0
        played.append(replace(
            note,
            start_beats=min(max(start + shift, 0.0), total - 1e-6),
            length_beats=max(end - start, 0.05),
            velocity=min(1.0, max(0.08, note.velocity * rng.uniform(0.92, 1.06))),
        ))  # fmt: skip
    return played


def _swung(scene: Scene, beats: float) -> float:
    """Where a position of the even grid falls when every second unit comes late."""
    unit, ratio = scene.style.swing_unit, 0.5 + scene.style.swing / 6
    pair, phase = divmod(beats, 2 * unit)
    if phase < unit:
        return pair * 2 * unit + phase * 2 * ratio
    return pair * 2 * unit + 2 * unit * ratio + (phase - unit) * 2 * (1 - ratio)
