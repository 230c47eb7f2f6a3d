"""Writes the lead: a motif or a broken chord that is repeated and varied over the chords."""

import random

from ..music import Chord, Plan
from ..score import Note
from .figures import STEP, TOUCH, anchored, choose_figure, laid, rows_of
from .grid import events
from .harmony import nearest, tone, voice_led
from .instruments import INSTRUMENTS
from .scene import Scene


def write_lead(scene: Scene, rng: random.Random) -> list[Note]:
    """A figure with one melodic shape for each of its bars, repeated, varied and answered."""
    plan = scene.plan
    centre = INSTRUMENTS[scene.instruments["lead"]].centre + (scene.brightness - 0.5) * 8
    rows, answering = _form(scene, rng)
    contours = _contours(rows, answering, rng)
    notes, last = [], centre
    for moment in laid(plan, rows):
        row, answers = rows[moment.bar], answering[moment.bar]
        step = contours[row, answers].get(moment.step, 0)
        if moment.sign.isdigit():
            step, pitch = 0, tone(voice_led(moment.chord, 3, centre, None), int(moment.sign))
        elif answers and moment.step == events(row)[-1].start:
            pitch = nearest(moment.chord.root, last)  # an answer comes home
        else:
            strong = moment.on_beat or moment.length >= 3
            pitch = _melody_pitch(plan, moment.chord, centre + step * 1.8, last, strong)
        last = pitch
        velocity = (0.85 if moment.on_beat else 0.7) * TOUCH.get(moment.sign, 1.0) + 0.015 * step
        length = moment.length * STEP * 0.92
        notes.append(Note(moment.start_beats, length, pitch, velocity))
    return notes


def _form(scene: Scene, rng: random.Random) -> tuple[list[str], list[bool]]:
    """The rows of the lead, one for each bar, and which of them answer the bar before."""
    plan, style = scene.plan, scene.style
    first = choose_figure(scene, style.lead, rng)
    broken = first[0].isdigit()
    second = first if broken else choose_figure(scene, style.lead, rng)
    form = rng.choice(("AAAA", "AAAB", "ABAB", "AABA"))
    answering = [False] * plan.bars
    if not broken and plan.bars > 1 and rng.random() < style.response:
        form, answering = "ABAB", [bar % 2 == 1 for bar in range(plan.bars)]
    rows, others = rows_of(plan, first), rows_of(plan, second)
    if scene.energy > 0.25:
        rows = [others[i] if form[i % 4] == "B" else row for i, row in enumerate(rows)]
    else:
        thinned = [_thinned(row) for row in rows]
        rows = thinned if any(set(row) - set(".-") for row in thinned) else rows
    rows[0] = anchored(rows[0], rng, 0.7)
    return rows, answering


def _contours(
    rows: list[str], answering: list[bool], rng: random.Random
) -> dict[tuple[str, bool], dict[int, int]]:
    """A melodic shape for each row; an answer turns the shape of the call before upside down."""
    shapes: dict[tuple[str, bool], dict[int, int]] = {}
    call: list[int] = []
    for row, answers in zip(rows, answering, strict=True):
        if (row, answers) not in shapes:
            shape = _contour(row, rng)
            if answers and call:
                shape = {at: -call[i % len(call)] for i, at in enumerate(shape)}
            shapes[row, answers] = shape
        if not answers:
            call = list(shapes[row, answers].values())
    return shapes


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
    return min((nearest(c, around) for c in classes), key=lambda p: (abs(p - around), p))


def _clashes(pitch_class: int, chord: Chord) -> bool:
    """Whether a note lies a semitone above a tone of the chord without belonging to it."""
    return pitch_class not in chord.pitch_classes and (pitch_class - 1) % 12 in chord.pitch_classes
