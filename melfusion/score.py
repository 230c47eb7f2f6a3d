"""What is played: notes on the circle of a loop, part by part."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

LOWEST, HIGHEST = 21, 108
"""MIDI notes of a piano."""

VOICES = (
    "kick", "snare", "clap", "rim", "hat", "open", "ride", "crash", "tom_low", "tom_mid",
    "tom_high", "shaker", "tambourine", "conga_low", "conga_high", "bongo_low", "bongo_high",
    "timbale", "clave", "guiro", "maracas", "cowbell", "agogo_low", "agogo_high", "triangle",
    "woodblock",
)  # fmt: skip
"""What a drum kit can strike."""

TOUCHES = 6
"""So many numbers tell how an instrument sounds otherwise from scene to scene."""


@dataclass(frozen=True)
class Note:
    """One note or drum hit.

    Attributes:
        start_beats: from the start of the loop, in quarter notes, 0 or more.
        length_beats: how long it is held, in quarter notes.
        pitch: MIDI note (C4 = 60); for drums one of VOICES.
        velocity: 0-1.
        program: the General MIDI program that plays it where there is a soundfont; None for the
            instrument of its part.
    """

    start_beats: float
    length_beats: float
    pitch: int | str
    velocity: float
    program: int | None = None


Score = dict[str, list[Note]]
"""For each part its notes, in order of time."""


def written(score: Score) -> dict[str, list[list[Any]]]:
    """A score as JSON can hold it: [start, length, pitch, velocity] for each note."""
    return {
        part: [
            [round(n.start_beats, 5), round(n.length_beats, 5), n.pitch, round(n.velocity, 3)]
            for n in notes
        ]
        for part, notes in score.items()
    }


def read_notes(rows: Sequence[Sequence[Any]]) -> list[Note]:
    """The notes of a part, from what `written` gave."""
    return [Note(*row) for row in rows]
