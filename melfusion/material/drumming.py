"""Writes the drums: a groove that repeats with small changes, and a fill at times."""

import random

from ..music import Plan
from .figures import STEP, choose_written, steps_in
from .grid import fit, groups
from .notes import Note
from .scene import Scene
from .styles import Groove

_HITS = {"X": 1.0, "x": 0.8, "o": 0.42}
_ENTRY = {"hat": 0.05, "open": 0.3, "ride": 0.25, "shaker": 0.35, "tambourine": 0.3, "rim": 0.2}
"""The energy at which an ornament of the kit may come in; kick and snare are always there."""


def write_drums(scene: Scene, rng: random.Random) -> list[Note]:
    """A groove over the loop; there is always a stroke on the first beat."""
    plan, size = scene.plan, steps_in(scene.plan.metre)
    groove = choose_written(scene, scene.style.grooves, _density, rng)
    parts = {
        voice: fit(text, groove.metre, plan.metre)
        for voice, text in groove.voices.items()
        if scene.energy + rng.uniform(-0.15, 0.25) >= _ENTRY.get(voice, 0.0)
    }
    notes = []
    for bar in range(plan.bars):
        varied = bar % 2 == 1 and rng.random() < 0.5
        for voice, text in parts.items():
            offset = bar * size % len(text)
            row = text[offset : offset + size]
            for step, sign in enumerate(row):
                velocity = _hit(sign, varied, rng)
                if velocity:
                    start = (bar * size + step) * STEP
                    notes.append(Note(start, STEP, voice, velocity))
    if plan.bars >= 2 and rng.random() < 0.15 + 0.35 * scene.energy:
        notes = _with_fill(notes, plan, rng)
    if rng.random() < 0.35 * scene.energy:
        notes.append(Note(0.0, 1.0, "crash", 0.7))
    if not any(note.start_beats == 0 for note in notes):
        notes.append(Note(0.0, STEP, "kick", 0.9))
    return notes


def _density(groove: Groove) -> float:
    """How many strokes a groove has for each sixteenth."""
    rows = groove.voices.values()
    return sum(len(row) - row.count(".") for row in rows) / max(len(row) for row in rows)


def _hit(sign: str, varied: bool, rng: random.Random) -> float:
    """How hard a sign of a drum pattern is struck, 0 for not at all."""
    if sign == "?":
        return 0.6 if varied else 0.0
    if varied and sign == "o" and rng.random() < 0.25:
        return 0.0
    return _HITS.get(sign, 0.0)


def _with_fill(notes: list[Note], plan: Plan, rng: random.Random) -> list[Note]:
    """The last beat given to snare and toms."""
    size = steps_in(plan.metre)
    steps = min(groups(plan.metre)[-1], size // 2)
    begin = plan.bars * size - steps
    kept = [n for n in notes if n.start_beats < begin * STEP or n.pitch == "kick"]
    voices = rng.choice((
        ("snare", "snare", "tom_high", "tom_mid", "tom_low", "tom_low"),
        ("snare", "snare", "snare", "snare", "snare", "snare"),
        ("tom_high", "tom_high", "tom_mid", "tom_mid", "tom_low", "tom_low"),
    ))  # fmt: skip
    fill = [
        Note((begin + i) * STEP, STEP, voices[i * len(voices) // steps], 0.55 + 0.35 * i / steps)
        for i in range(steps)
        if i == 0 or rng.random() < 0.8
    ]
    return kept + fill
