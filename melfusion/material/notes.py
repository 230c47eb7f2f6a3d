"""Notes, and how players bring them in: accented, swung, a little loose in time and touch."""

import random
from dataclasses import replace
from itertools import accumulate

from ..music import Metre
from ..score import Note
from .grid import groups
from .scene import Scene
from .styles import Style


def played(scene: Scene, notes: list[Note], rng: random.Random) -> list[Note]:
    """The notes as a player would: accented, swung, a little loose in time and touch."""
    style, metre = scene.style, scene.plan.metre
    loose = style.loose_ms / 1000 * scene.plan.bpm / 60
    total = float(metre.quarters) * scene.plan.bars
    played = []
    for note in sorted(notes, key=lambda note: (note.start_beats, str(note.pitch))):
        start = swung(style, metre, note.start_beats)
        end = swung(style, metre, note.start_beats + note.length_beats)
        shift = rng.uniform(-loose, loose) if start > 0 else 0.0
        touch = accent(style, metre, note.start_beats) * rng.uniform(0.92, 1.06)
        played.append(replace(
            note,
            start_beats=min(max(start + shift, 0.0), total - 1e-6),
            length_beats=max(end - start, 0.05),
            velocity=min(1.0, max(0.08, note.velocity * touch)),
        ))  # fmt: skip
    return played


def accent(style: Style, metre: Metre, beats: float) -> float:
    """How much harder or softer a style plays at a place, by the beat of the bar; about 1."""
    inside = round(beats % float(metre.quarters) * 4, 6)
    starts = [0, *accumulate(groups(metre))][:-1]
    if inside in starts:
        return style.accents[starts.index(int(inside)) % len(style.accents)]
    return style.offbeat


def swung(style: Style, metre: Metre, beats: float) -> float:
    """Where a place of the even grid falls when every second unit comes late.

    Bar lines stay where they are: units are paired from the start of each bar, and one that is
    left over at its end is played straight. So are eighths of a metre that is felt in threes.
    """
    unit, ratio = style.swing_unit, 0.5 + style.swing / 6
    if unit == 0.5 and set(groups(metre)) == {6}:
        return beats
    bar_length = float(metre.quarters)
    bar, inside = divmod(beats, bar_length)
    pair, phase = divmod(inside, 2 * unit)
    begin = pair * 2 * unit
    if begin + 2 * unit > bar_length:
        return beats
    if phase < unit:
        late = phase * 2 * ratio
    else:
        late = 2 * unit * ratio + (phase - unit) * 2 * (1 - ratio)
    return bar * bar_length + begin + late
