"""Writes the drums: a groove that repeats with small changes, ghost strokes, at times a fill."""

import random

from ..music import Plan
from ..score import Note
from .figures import STEP, choose_written, steps_in
from .fills import FILLS, LOUD, REST
from .grid import fit, groups
from .scene import Scene
from .styles import Groove

_HITS = {"X": 1.0, "x": 0.8, "o": 0.42}
_CORE = 2
"""So many voices of a groove, its first ones, always sound."""
_ENTRY = {
    "kick": 0.0, "snare": 0.0, "clap": 0.0, "hat": 0.05, "rim": 0.2, "ride": 0.25, "open": 0.3,
    "crash": 0.4, "clave": 0.0, "conga_low": 0.05, "conga_high": 0.1, "tom_low": 0.1,
    "bongo_low": 0.15, "bongo_high": 0.2, "agogo_low": 0.2, "agogo_high": 0.2, "cowbell": 0.3,
    "tambourine": 0.3, "guiro": 0.3, "timbale": 0.3,
}  # fmt: skip
_LATE_ENTRY = 0.35
"""The energy at which an ornament of the kit may come in, and that of all others."""
_GHOST_PLACES = (-1, 1, 3)
"""Sixteenths about a backbeat at which a drummer's left hand strokes the snare."""


def write_drums(scene: Scene, rng: random.Random) -> list[Note]:
    """A groove over the loop; there is always a stroke on the first beat."""
    plan, style = scene.plan, scene.style
    groove = _crossed(choose_written(scene, style.grooves, _density, rng), style.grooves, rng)
    parts = {
        voice: fit(text, groove.metre, plan.metre)
        for place, (voice, text) in enumerate(groove.voices.items())
        if place < _CORE
        or scene.energy + rng.uniform(-0.15, 0.25) >= _ENTRY.get(voice, _LATE_ENTRY)
    }
    notes = _repeated(parts, plan, rng)
    if style.ghosts and "snare" in parts:
        notes += _ghosts(notes, plan, style.ghosts * (0.4 + 0.6 * scene.energy), rng)
    if style.fills and plan.bars >= 2 and rng.random() < 0.15 + 0.4 * scene.energy:
        notes = _with_fill(scene, notes, rng)
    if LOUD & set(style.fills) and rng.random() < 0.35 * scene.energy:
        notes.append(Note(0.0, 1.0, "crash", 0.7))
    if not any(note.start_beats == 0 for note in notes):
        notes.append(Note(0.0, STEP, next(iter(parts)), 0.8))
    return notes


def _crossed(groove: Groove, grooves: tuple[Groove, ...], rng: random.Random) -> Groove:
    """The groove, at times with the ornaments of another one of the style in the same metre.

    A groove that a clave leads is left alone: all its voices are written to that clave.
    """
    core = list(groove.voices)[:_CORE]
    others = [g for g in grooves if g.metre == groove.metre and g is not groove]
    if not others or "clave" in core or rng.random() > 0.3:
        return groove
    ornaments = {
        voice: text
        for voice, text in rng.choice(others).voices.items()
        if voice not in (*core, "clave")
    }
    return Groove({voice: groove.voices[voice] for voice in core} | ornaments, groove.metre)


def _repeated(parts: dict[str, str], plan: Plan, rng: random.Random) -> list[Note]:
    """The rows of a groove over all bars; every second bar may vary what is optional."""
    size = steps_in(plan.metre)
    notes = []
    for bar in range(plan.bars):
        varied = bar % 2 == 1 and rng.random() < 0.5
        for voice, text in parts.items():
            offset = bar * size % len(text)
            for step, sign in enumerate(text[offset : offset + size]):
                velocity = _hit(sign, varied, rng)
                if velocity:
                    notes.append(Note((bar * size + step) * STEP, STEP, voice, velocity))
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


def _ghosts(notes: list[Note], plan: Plan, chance: float, rng: random.Random) -> list[Note]:
    """Soft strokes about the loud ones of the snare, where it is silent itself."""
    last = steps_in(plan.metre) * plan.bars
    taken = {round(n.start_beats / STEP) for n in notes if n.pitch == "snare"}
    loud = sorted(
        round(n.start_beats / STEP) for n in notes if n.pitch == "snare" and n.velocity >= 0.8
    )
    places = {beat + away for beat in loud for away in _GHOST_PLACES if rng.random() < chance * 0.6}
    return [
        Note(step * STEP, STEP, "snare", rng.uniform(0.22, 0.34))
        for step in sorted(places - taken)
        if 0 < step < last
    ]


def _with_fill(scene: Scene, notes: list[Note], rng: random.Random) -> list[Note]:
    """The last beat, or two of a wild scene, given to one of the style's fills.

    The kick goes on, save under a fill of silence.
    """
    plan, size = scene.plan, steps_in(scene.plan.metre)
    beats = 2 if scene.energy > 0.6 and rng.random() < 0.4 else 1
    steps = min(sum(groups(plan.metre)[-beats:]), size // 2)
    begin = plan.bars * size - steps
    name = rng.choice(scene.style.fills)
    voices = rng.choice(FILLS[name])
    kept = [
        n for n in notes if n.start_beats < begin * STEP or (n.pitch == "kick" and name != "stop")
    ]
    kicks = {n.start_beats for n in kept if n.pitch == "kick"}
    fill = []
    for i in range(steps):
        voice, start = voices[i * len(voices) // steps], (begin + i) * STEP
        clash = voice == "kick" and start in kicks
        if voice != REST and not clash and (i == 0 or rng.random() < 0.85):
            fill.append(Note(start, STEP, voice, 0.5 + 0.4 * i / steps))
    return kept + fill
