"""Writes the notes of a scene's four parts on its plan."""

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TypeVar

from ..music import Chord, Metre, Plan
from .grid import events, fit, groups
from .instruments import INSTRUMENTS
from .scene import Scene
from .styles import Groove, Pattern

Choice = TypeVar("Choice")

_STEP = 0.25
_HITS = {"X": 1.0, "x": 0.8, "o": 0.42}
_ENTRY = {"hat": 0.05, "open": 0.3, "ride": 0.25, "shaker": 0.35, "tambourine": 0.3, "rim": 0.2}
"""The energy at which an ornament of the kit may come in; kick and snare are always there."""


@dataclass(frozen=True)
class Note:
    """One note or drum hit.

    Attributes:
        start_beats: from the start of the loop, in quarter notes, 0 or more.
        length_beats: how long it is held, in quarter notes.
        pitch: MIDI note (C4 = 60); for drums the name of the kit's voice.
        velocity: 0-1.
    """

    start_beats: float
    length_beats: float
    pitch: int | str
    velocity: float


@dataclass(frozen=True)
class _Moment:
    """An event of a figure laid on the loop: where it is, in sixteenths, and what sounds there."""

    bar: int
    step: int
    start_beats: float
    length: int
    sign: str
    chord: Chord
    on_beat: bool


def compose(scene: Scene) -> dict[str, list[Note]]:
    """Writes all parts of a scene.

    Args:
        scene: what to write; the same scene gives the same notes.

    Returns:
        For each of drums, bass, chords and lead its notes, in order of time.
    """
    writers: dict[str, Callable[[Scene, random.Random], list[Note]]] = {
        "drums": _drums, "bass": _bass, "chords": _chords, "lead": _lead,
    }  # fmt: skip
    return {
        part: _played(scene, write(scene, scene.rng(part)), scene.rng(part + " played"))
        for part, write in writers.items()
    }


def _steps(metre: Metre) -> int:
    return round(metre.quarters * 4)


def _swung(scene: Scene, beats: float) -> float:
    """Where a position of the even grid falls when every second unit comes late."""
    unit, ratio = scene.style.swing_unit, 0.5 + scene.style.swing / 6
    pair, phase = divmod(beats, 2 * unit)
    if phase < unit:
        return pair * 2 * unit + phase * 2 * ratio
    return pair * 2 * unit + 2 * unit * ratio + (phase - unit) * 2 * (1 - ratio)


def _played(scene: Scene, notes: list[Note], rng: random.Random) -> list[Note]:
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


def _drums(scene: Scene, rng: random.Random) -> list[Note]:
    plan, size = scene.plan, _steps(scene.plan.metre)
    groove = _of_energy(scene.style.grooves, _hits, scene.energy, rng)
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
                    start = (bar * size + step) * _STEP
                    notes.append(Note(start, _STEP, voice, velocity))
    if plan.bars >= 2 and rng.random() < 0.15 + 0.35 * scene.energy:
        notes = _with_fill(notes, plan, rng)
    if rng.random() < 0.35 * scene.energy:
        notes.append(Note(0.0, 1.0, "crash", 0.7))
    if not any(note.start_beats == 0 for note in notes):
        notes.append(Note(0.0, _STEP, "kick", 0.9))
    return notes


def _hits(groove: Groove) -> float:
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
    size = _steps(plan.metre)
    steps = min(groups(plan.metre)[-1], size // 2)
    begin = plan.bars * size - steps
    kept = [n for n in notes if n.start_beats < begin * _STEP or n.pitch == "kick"]
    voices = rng.choice((
        ("snare", "snare", "tom_high", "tom_mid", "tom_low", "tom_low"),
        ("snare", "snare", "snare", "snare", "snare", "snare"),
        ("tom_high", "tom_high", "tom_mid", "tom_mid", "tom_low", "tom_low"),
    ))  # fmt: skip
    fill = [
        Note((begin + i) * _STEP, _STEP, voices[i * len(voices) // steps], 0.55 + 0.35 * i / steps)
        for i in range(steps)
        if i == 0 or rng.random() < 0.8
    ]
    return kept + fill


def _of_energy(
    choices: Sequence[Choice], density: Callable[[Choice], float], energy: float, rng: random.Random
) -> Choice:
    """One of the choices: the denser ones are likelier the more energy there is."""
    ranked = sorted(choices, key=density)
    places = [i / max(len(ranked) - 1, 1) for i in range(len(ranked))]
    return rng.choices(ranked, [math.exp(-((place - energy) ** 2) / 0.2) for place in places])[0]


def _home(scene: Scene, patterns: tuple[Pattern, ...], rng: random.Random) -> str:
    """One of a part's figures in the plan's metre; those written in it come first."""
    written = [p for p in patterns if p.metre == scene.plan.metre] or list(patterns)
    pattern = _of_energy(written, lambda p: len(events(p.text)) / len(p.text), scene.energy, rng)
    return fit(pattern.text, pattern.metre, scene.plan.metre)


def _changes(plan: Plan) -> list[int]:
    """The steps of the loop at which the chord changes."""
    size, found = _steps(plan.metre), []
    previous = plan.chords[0][0]
    for bar, row in enumerate(plan.chords):
        for index, chord in enumerate(row):
            if chord != previous:
                found.append(bar * size + -(-size * index // len(row)))
            previous = chord
    return found


def _laid(plan: Plan, rows: list[str]) -> list[_Moment]:
    """Rows, one for each bar, laid over the loop; what is held over a change is struck anew."""
    size = _steps(plan.metre)
    beats_at = {sum(groups(plan.metre)[:i]) for i in range(len(groups(plan.metre)))}
    changes, moments = _changes(plan), []
    for event in events("".join(rows)):
        inside = [c for c in changes if event.start < c < event.start + event.length]
        for start, end in pairwise([event.start, *inside, event.start + event.length]):
            bar, step = divmod(start, size)
            chord = plan.chord_at((start + 0.01) / size)
            moments.append(_Moment(
                bar, step, start * _STEP, end - start, event.sign, chord, step in beats_at
            ))  # fmt: skip
    return moments


def _rows(plan: Plan, figure: str) -> list[str]:
    """A figure of one or more bars, repeated over the loop, cut into its bars."""
    size = _steps(plan.metre)
    return [figure[bar * size % len(figure) :][:size] for bar in range(plan.bars)]


def _nearest(pitch_class: int, around: float) -> int:
    """The note of a pitch class that lies nearest to a (fractional) MIDI note."""
    base = round(around)
    below = base - (base - pitch_class) % 12
    return below if around - below <= below + 12 - around else below + 12


def _anchored(figure: str, rng: random.Random, chance: float) -> str:
    """The figure, made to start on the one with a chance of `chance`."""
    if figure[0] == "." and rng.random() < chance:
        sign = next((sign for sign in figure if sign not in ".-"), ".")
        return sign + figure[1:]
    return figure


def _bass(scene: Scene, rng: random.Random) -> list[Note]:
    plan = scene.plan
    figure = _home(scene, scene.style.bass, rng)
    rows = _rows(plan, figure)
    rows[0] = _anchored(rows[0], rng, 0.8)
    rows[0] = ("R" + rows[0][1:]) if rows[0][0] not in ".-" else rows[0]
    centre = INSTRUMENTS[scene.instruments["bass"]].centre
    moments = _laid(plan, rows)
    notes, previous = [], None
    for index, moment in enumerate(moments):
        following = moments[(index + 1) % len(moments)].chord
        first = previous is not moment.chord
        previous = moment.chord
        pitch = _bass_pitch(plan, moment, following, first, centre)
        velocity = 0.9 if moment.on_beat else 0.75
        notes.append(Note(moment.start_beats, moment.length * _STEP * 0.95, pitch, velocity))
    return notes


def _bass_pitch(plan: Plan, moment: _Moment, following: Chord, first: bool, centre: int) -> int:
    """The note that a bass sign means: the chord's bass note whenever a chord begins."""
    chord = moment.chord
    root = _nearest(chord.bass_note, centre)
    tones = [(step - chord.root) % 12 for step in chord.pitch_classes]
    above = (root - chord.bass_note) + chord.bass_note
    match moment.sign:
        case _ if first:
            return root
        case "8":
            return root + 12
        case "3":
            return _nearest((chord.root + tones[min(1, len(tones) - 1)]) % 12, root + 3.5)
        case "5":
            return _nearest(chord.pitch_classes[2 if len(tones) > 2 else 1], root + 6.5)
        case "7":
            return _nearest(chord.pitch_classes[-1], root + 9.5)
        case "a":
            goal = _nearest(following.bass_note, centre)
            scale = [p for p in range(goal - 3, goal + 4) if p % 12 in plan.key.pitch_classes]
            side = [p for p in scale if 0 < abs(p - goal) <= 2]
            return min(side, key=lambda p: abs(p - above)) if side else root
    return root


def _voicings(chord: Chord, voices: int, centre: float) -> list[tuple[int, ...]]:
    """Close and open positions of a chord about a centre, each of `voices` notes."""
    classes = list(chord.pitch_classes)
    if len(classes) > voices:
        classes.remove(classes[0] if len(classes) > 4 else classes[2 if voices > 2 else 0])
    found = []
    for low in range(round(centre) - 11, round(centre) + 2):
        if low % 12 not in classes:
            continue
        stack = [low]
        while len(stack) < voices:
            stack.append(min(
                p for p in range(stack[-1] + 1, stack[-1] + 13) if p % 12 in classes
            ))  # fmt: skip
        found.append(tuple(stack))
    return found


def _led(
    chord: Chord, voices: int, centre: float, before: tuple[int, ...] | None
) -> tuple[int, ...]:
    """The voicing that moves least from the one before and stays near the centre."""

    def cost(stack: tuple[int, ...]) -> float:
        spread = abs(sum(stack) / len(stack) - centre)
        if before is None:
            return spread
        moved = sum(abs(a - b) for a, b in zip(stack, before, strict=True))
        return moved + 0.6 * spread

    return min(_voicings(chord, voices, centre), key=cost)


def _chords(scene: Scene, rng: random.Random) -> list[Note]:
    plan, style = scene.plan, scene.style
    rows = _rows(plan, _home(scene, style.chords, rng))
    rows[0] = _anchored(rows[0], rng, 0.7)
    name = scene.instruments["chords"]
    centre = INSTRUMENTS[name].centre + (scene.brightness - 0.5) * 6
    notes: list[Note] = []
    before: tuple[int, ...] | None = None
    previous: Chord | None = None
    for moment in _laid(plan, rows):
        if name == "distorted guitar":
            low = _nearest(moment.chord.root, 43)
            stack: tuple[int, ...] = (low, low + 7, low + 12)
        elif moment.chord is previous and before is not None:
            stack = before
        else:
            stack = _led(moment.chord, style.voices, centre, before)
        before, previous = stack, moment.chord
        sign = moment.sign
        pitches = stack if sign == "x" else (_tone(stack, int(sign)),)
        velocity = 0.8 if moment.on_beat else 0.68
        length = moment.length * _STEP * (0.98 if moment.length > 2 else 0.8)
        notes += [Note(moment.start_beats, length, pitch, velocity) for pitch in pitches]
    return notes


def _tone(stack: tuple[int, ...], number: int) -> int:
    """Tone `number` of a chord from its lowest (1), going on an octave higher."""
    octave, index = divmod(number - 1, len(stack))
    return stack[index] + 12 * octave


def _lead(scene: Scene, rng: random.Random) -> list[Note]:
    plan, style = scene.plan, scene.style
    centre = INSTRUMENTS[scene.instruments["lead"]].centre + (scene.brightness - 0.5) * 8
    first = _home(scene, style.lead, rng)
    second = _home(scene, style.lead, rng) if not first[0].isdigit() else first
    rows = _rows(plan, first)
    form = rng.choice(("AAAA", "AAAB", "ABAB", "AABA"))
    answers = _rows(plan, second)
    if scene.energy > 0.25:
        rows = [answers[i] if form[i % 4] == "B" else row for i, row in enumerate(rows)]
    else:
        thinned = [_thinned(row) for row in rows]
        rows = thinned if any(set(row) - set(".-") for row in thinned) else rows
    rows[0] = _anchored(rows[0], rng, 0.7)
    contours = {row: _contour(row, rng) for row in dict.fromkeys(rows)}
    notes, last = [], centre
    for moment in _laid(plan, rows):
        sign = moment.sign
        if sign == "x":
            step = contours[rows[moment.bar]].get(moment.step, 0)
            strong = moment.on_beat or moment.length >= 3
            pitch = _melody_pitch(plan, moment.chord, centre + step * 1.8, last, strong)
        else:
            stack = _led(moment.chord, 3, centre, None)
            pitch = _tone(stack, int(sign))
        last = pitch
        velocity = 0.85 if moment.on_beat else 0.7
        length = moment.length * _STEP * 0.92
        notes.append(Note(moment.start_beats, length, pitch, velocity))
    return notes


def _thinned(row: str) -> str:
    """A calmer row: what stands off the half-beats is held over."""
    return "".join("-" if i % 4 and sign not in ".-" else sign for i, sign in enumerate(row))


def _contour(row: str, rng: random.Random) -> dict[int, int]:
    """A melodic shape: a height in scale steps for each onset; it wanders and turns back."""
    height, shape = rng.choice((-1, 0, 0, 1, 2)), {}
    for event in events(row):
        shape[event.start] = height
        height += rng.choice((-2, -1, -1, 1, 1, 2))
        height += -1 if height > 3 else 1 if height < -3 else 0
    return shape


def _melody_pitch(plan: Plan, chord: Chord, around: float, last: float, strong: bool) -> int:
    """The chord tone (strong places) or scale note nearest to a height, leaps kept in bounds."""
    around = min(max(around, last - 9), last + 9)
    classes = chord.pitch_classes if strong else (*plan.key.pitch_classes, *chord.pitch_classes)
    if not strong:
        classes = tuple(c for c in classes if not _clashes(c, chord))
    return min((_nearest(c, around) for c in classes), key=lambda p: (abs(p - around), p))


def _clashes(pitch_class: int, chord: Chord) -> bool:
    """Whether a note lies a semitone above a tone of the chord without belonging to it."""
    return pitch_class not in chord.pitch_classes and (pitch_class - 1) % 12 in chord.pitch_classes
