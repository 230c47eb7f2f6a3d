"""Writes bass and chords: the bass begins each chord on its bass note, chords move little."""

import random

from ..music import Chord, Plan
from ..score import Note
from .figures import STEP, TOUCH, Moment, anchored, choose_figure, laid, rows_of, turned
from .instruments import INSTRUMENTS
from .scene import Scene


def write_bass(scene: Scene, rng: random.Random) -> list[Note]:
    """A figure of chord degrees, read on the chord of each moment."""
    plan = scene.plan
    rows = rows_of(plan, choose_figure(scene, scene.style.bass, rng))
    rows = turned(scene, rows, scene.style.bass, rng)
    rows[0] = anchored(rows[0], rng, 0.8)
    rows[0] = ("R" + rows[0][1:]) if rows[0][0] not in ".-" else rows[0]
    centre = INSTRUMENTS[scene.instruments["bass"]].centre
    moments = laid(plan, rows)
    notes, previous = [], None
    for index, moment in enumerate(moments):
        following = moments[(index + 1) % len(moments)].chord
        first = previous is not moment.chord
        previous = moment.chord
        pitch = _bass_pitch(plan, moment, following, first, centre)
        velocity = 0.9 if moment.on_beat else 0.78
        if moment.sign in "a6" or (moment.length == 1 and not moment.on_beat):
            velocity -= 0.08  # passing notes lead on, they do not lean
        notes.append(Note(moment.start_beats, moment.length * STEP * 0.95, pitch, velocity))
    return notes


def _bass_pitch(plan: Plan, moment: Moment, following: Chord, first: bool, centre: int) -> int:
    """The note that a bass sign means: the chord's bass note whenever a chord begins."""
    chord = moment.chord
    root = nearest(chord.bass_note, centre)
    tones, scale = chord.pitch_classes, plan.key.pitch_classes
    match moment.sign:
        case _ if first:
            return root
        case "8":
            return root + 12
        case "3":
            return nearest(tones[1], root + 3.5)
        case "5":
            return nearest(tones[2 if len(tones) > 2 else 1], root + 6.5)
        case "6":
            return min((p for p in (root + 9, root + 8) if p % 12 in scale), default=root + 12)
        case "7":
            return nearest(tones[-1], root + 9.5)
        case "d":
            return nearest(tones[2 if len(tones) > 2 else 1], root - 5.5)
        case "a":
            goal = nearest(following.bass_note, centre)
            side = [p for p in range(goal - 2, goal + 3) if p != goal and p % 12 in scale]
            return min(side, key=lambda p: abs(p - root)) if side else root
    return root


def write_chords(scene: Scene, rng: random.Random) -> list[Note]:
    """Strokes or broken chords, each voicing led from the one before."""
    plan, style = scene.plan, scene.style
    rows = rows_of(plan, choose_figure(scene, style.chords, rng))
    rows = turned(scene, rows, style.chords, rng)
    rows[0] = anchored(rows[0], rng, 0.7)
    name = scene.instruments["chords"]
    centre = INSTRUMENTS[name].centre + (scene.brightness - 0.5) * 6
    notes: list[Note] = []
    before: tuple[int, ...] | None = None
    previous: Chord | None = None
    for moment in laid(plan, rows):
        if name == "distorted guitar":
            low = nearest(moment.chord.root, 43)
            stack: tuple[int, ...] = (low, low + 7, low + 12)
        elif moment.chord is previous and before is not None:
            stack = before
        else:
            stack = voice_led(moment.chord, style.voices, centre, before)
        before, previous = stack, moment.chord
        sign = moment.sign
        pitches = (tone(stack, int(sign)),) if sign.isdigit() else stack
        velocity = (0.8 if moment.on_beat else 0.68) * TOUCH.get(sign, 1.0)
        length = moment.length * STEP * (0.98 if moment.length > 2 else 0.8)
        if sign == "o":
            length *= 0.6
        for pitch in pitches:
            inner = pitches[0] < pitch < pitches[-1]
            touch = velocity * (0.9 if inner else 1.0)
            notes.append(Note(moment.start_beats, length, pitch, touch))
    return notes


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


def voice_led(
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


def tone(stack: tuple[int, ...], number: int) -> int:
    """Tone `number` of a chord from its lowest (1), going on an octave higher."""
    octave, index = divmod(number - 1, len(stack))
    return stack[index] + 12 * octave


def nearest(pitch_class: int, around: float) -> int:
    """The note of a pitch class that lies nearest to a (fractional) MIDI note."""
    base = round(around)
    below = base - (base - pitch_class) % 12
    return below if around - below <= below + 12 - around else below + 12
