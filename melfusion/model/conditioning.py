"""What the denoiser is told of the plan: for every latent frame, where it stands and what sounds.

Time is told as phases (in the quarter, the bar and the loop), so that onsets fall on the grid at
any tempo, and nothing else marks a position: the circle has no seam.
"""

import math
from collections.abc import Sequence

import numpy as np

from ..music import Metre, Plan
from ..request import PARTS
from ..score import HIGHEST, LOWEST, VOICES, Note

QUARTER_HARMONICS = (1, 2, 3, 4)
BAR_HARMONICS = (1, 2, 4)
LOOP_HARMONICS = (1, 2)
FRAME_FEATURES = 2 * (len(QUARTER_HARMONICS) + len(BAR_HARMONICS) + len(LOOP_HARMONICS) + 1) + 36
LOOP_FEATURES = 8 + len(PARTS)
KEYS = HIGHEST - LOWEST + 1
SCORE_FEATURES = 2 * KEYS + len(VOICES) + 1


def frame_features(plan: Plan, frames: int) -> np.ndarray:
    """Phases, chroma, bass note and scale for every latent frame.

    Args:
        plan: the plan.
        frames: latent frames in the loop.

    Returns:
        [frames, FRAME_FEATURES] float32: sine and cosine of the phase in the quarter, in the
        metre's beat, in the bar and in the loop, with harmonics; 12 chroma, 12 bass, 12 scale.
    """
    loop_phase = np.arange(frames) / frames
    bar_phase = loop_phase * plan.bars
    quarter_phase = bar_phase * float(plan.metre.quarters)
    beat_phase = bar_phase * plan.metre.numerator
    turns = [quarter_phase * k for k in QUARTER_HARMONICS]
    turns += [beat_phase]
    turns += [bar_phase * k for k in BAR_HARMONICS]
    turns += [loop_phase * k for k in LOOP_HARMONICS]
    angles = 2 * math.pi * np.stack(turns, 1)
    notes = np.zeros((frames, 36))
    for frame, position in enumerate(bar_phase):
        chord = plan.chord_at(position)
        notes[frame, list(chord.pitch_classes)] = 1
        notes[frame, 12 + chord.bass_note] = 1
    notes[:, [24 + pitch for pitch in plan.key.pitch_classes]] = 1
    return np.concatenate([np.sin(angles), np.cos(angles), notes], 1).astype(np.float32)


def loop_features(bpm: float, metre: Metre, bars: int, part: str) -> np.ndarray:
    """What holds for the whole loop: tempo, metre, length, part.

    Returns:
        [LOOP_FEATURES] float32.
    """
    pace = math.log2(bpm / 120)
    numbers = [
        pace,
        math.sin(math.pi * pace),
        math.cos(math.pi * pace),
        float(metre.quarters) / 4 - 1,
        metre.numerator / 4 - 1,
        float(metre.numerator % 3 == 0),
        float(metre.denominator == 8),
        math.log2(bars) / 2 - 1,
    ]
    return np.array(numbers + [float(part == name) for name in PARTS], dtype=np.float32)


def score_features(notes: Sequence[Note], plan: Plan, frames: int) -> np.ndarray:
    """The notes of a part for every latent frame.

    An onset between two frames is shared between them by its distance, so that it is told finer
    than frames lie.

    Args:
        notes: the part's.
        plan: the plan.
        frames: latent frames in the loop.

    Returns:
        [frames, SCORE_FEATURES] float32: velocity of the keys that are held, of the keys struck,
        of the drum voices struck, and 1, which says that there is a score.
    """
    scale = frames / (float(plan.metre.quarters) * plan.bars)
    table = np.zeros((frames, SCORE_FEATURES), np.float32)
    table[:, -1] = 1
    for note in notes:
        place = note.start_beats * scale
        first, late = int(place), place % 1
        if isinstance(note.pitch, str):
            struck = 2 * KEYS + VOICES.index(note.pitch)
        else:
            key = min(max(note.pitch, LOWEST), HIGHEST) - LOWEST
            struck = KEYS + key
            held = np.arange(
                round(place), max(round(place) + 1, round(place + note.length_beats * scale))
            )
            table[held % frames, key] = note.velocity
        table[first % frames, struck] += note.velocity * (1 - late)
        table[(first + 1) % frames, struck] += note.velocity * late
    return table


def arrangement_features(
    told: Sequence[str], mood: Sequence[float], touches: Sequence[float], names: Sequence[str]
) -> np.ndarray:
    """Style, instrument, mood and touches, as the denoiser is told them.

    Args:
        told: names of a style and of instruments; those that are not among `names` are passed over.
        mood: energy, valence, brightness, 0-1.
        touches: TOUCHES numbers, see melfusion/material/touch.py.
        names: all that the denoiser knows.

    Returns:
        [len(names) + 4 + TOUCHES] float32: 1 for each name that is told, the mood, 1, which says
        that there is an arrangement, and the touches.
    """
    known = [float(name in told) for name in names]
    return np.array([*known, *mood, 1, *touches], np.float32)
