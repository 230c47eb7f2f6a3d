"""Accompaniments by MMA (see mma_grooves.py): drums, bass and chords on a scene's plan.

MMA is given the plan twice round and one bar more, and what it plays the second time is kept: by
then patterns, voicings and walking basses have come from the end of the loop.
"""

import os
import subprocess
import tempfile
from collections import Counter
from dataclasses import replace
from pathlib import Path
from statistics import median

from ..music import PITCH_NAMES, Chord, Plan
from ..score import Note
from .compose import compose
from .harmony import nearest
from .instruments import INSTRUMENTS, Instrument
from .midi import PERCUSSION, MidiNote, read_notes
from .mma_grooves import PROGRAM, MmaGroove, fitting
from .scene import Scene
from .soundfont import DRUM_KEYS
from .voices import Fm, Subtractive

_QUALITIES = {"add9": "(add9)", "madd9": "m(add9)", "mmaj7": "mM7", "dim": "mb5"}
"""The qualities that MMA calls otherwise than we do."""

_ALSO = {
    "kick": (35,), "snare": (40,), "rim": (31, 32, 33, 34, 27), "clap": (28,),
    "hat": (29, 30, 44), "ride": (53, 59), "crash": (52, 55, 57), "tom_low": (41, 85, 86, 87),
    "tom_mid": (45,), "tom_high": (48,), "shaker": (69, 82), "tambourine": (58, 83),
    "conga_high": (62, 78), "conga_low": (79,), "timbale": (66,), "agogo_high": (71, 72),
    "guiro": (74,), "clave": (84,), "woodblock": (77,), "triangle": (80,), "maracas": (70,),
}  # fmt: skip
"""General MIDI percussion keys for which a voice with another key stands in."""

_VOICES = {key: voice for voice, key in DRUM_KEYS.items()} | {
    key: voice for voice, keys in _ALSO.items() for key in keys
}

_BASSES = (*range(32, 40), 43, 58)
"""General MIDI programs of basses: electric, upright and synthesized, contrabass, tuba."""

_SAME_SOUND = {
    1: 0, 2: 0, 3: 0, 5: 4, 17: 16, 18: 16, 25: 24, 37: 36, 43: 32, 49: 48, 50: 48, 51: 48, 53: 52,
    63: 62, 110: 40,
}  # fmt: skip
"""For some General MIDI programs, one that captions would call the same."""

_LOWEST_BASS, _HIGHEST_BASS = 28, 52
"""A bass guitar's lowest string, and the highest middle of a bass line; what is named bass and
lies higher doubles it, as strings do, and goes to the chords."""

_SAME_PLACE = 0.04
"""How far apart, in quarter notes, onsets may be that are meant to be at the same place."""

_STRAY_S = 0.012
"""Drums further than this from their grid, in seconds, are heard as late or early."""

_ATTACKS = 6
"""How many times its attack an instrument's notes are at least to last."""

_SHORTEST = 0.05
"""No note is shorter, in quarter notes."""


def accompanied(scene: Scene, share: float) -> tuple[Scene, dict[str, list[Note]]]:
    """The notes of a scene, of which a groove of MMA may give drums, bass and chords.

    Args:
        scene: a scene as it was drawn.
        share: how likely it is to take a groove if one fits its style, metre and split, 0-1.

    Returns:
        The scene as it turned out, with the groove's name, words, swing and instruments if it took
        one; and for each part its notes. Parts that the groove lacks, and the lead, are our own.

    Raises:
        RuntimeError: MMA failed.
    """
    groove = draw_groove(scene, share)
    if groove is None:
        return scene, compose(scene)
    played = play(groove, scene.plan, scene.rng("mma").randrange(2**31))
    parts = in_parts(played)
    scene = _dressed(scene, groove, parts)
    given = {
        "drums": _on_grid(_drum_notes(parts["drums"]), scene.plan),
        "bass": _bass_notes(parts["bass"], scene.plan),
        "chords": _chord_notes(
            parts["chords"], scene.plan, INSTRUMENTS[scene.instruments["chords"]]
        ),
    }
    return scene, compose(scene) | {part: notes for part, notes in given.items() if notes}


def draw_groove(scene: Scene, share: float) -> MmaGroove | None:
    """The groove that a scene takes, if any; of its families each is as likely as the others."""
    rng = scene.rng("groove")
    if rng.random() >= share:
        return None
    families = fitting(scene.style.name, scene.plan.metre, scene.held)
    return rng.choice(families[rng.choice(list(families))]) if families else None


def play(groove: MmaGroove, plan: Plan, seed: int) -> list[MidiNote]:
    """What MMA plays on a plan.

    Args:
        groove: the groove, of the plan's metre.
        plan: the plan.
        seed: what MMA's random choices start from.

    Returns:
        The notes, each beginning within the loop, in quarter notes of ours.

    Raises:
        RuntimeError: MMA failed.
    """
    with tempfile.TemporaryDirectory() as folder:
        song, midi = Path(folder, "song.mma"), Path(folder, "song.mid")
        song.write_text(song_text(groove, plan, seed), encoding="utf-8")
        command = [PROGRAM, "-w", "-f", str(midi), str(song)]
        # A home of its own, so that nobody's mmarc has a say.
        done = subprocess.run(
            command, capture_output=True, text=True, env={**os.environ, "HOME": folder}, check=False
        )
        if done.returncode or not midi.exists():
            raise RuntimeError(f"mma could not play {groove.name}: {done.stdout}{done.stderr}")
        notes = read_notes(midi)
    if groove.in_tenths:
        notes = _mended(notes)
    scale = float(plan.metre.quarters) / groove.beats
    length = float(plan.metre.quarters) * plan.bars
    placed = [replace(n, start=n.start * scale, length=n.length * scale) for n in notes]
    return [replace(n, start=n.start - length) for n in placed if length <= n.start < 2 * length]


def song_text(groove: MmaGroove, plan: Plan, seed: int) -> str:
    """A song for MMA: the groove without its random timing, the loop twice, and its first bar."""
    bars = [_bar(row, groove.beats) for row in plan.chords]
    head = f"RndSeed {seed}\nTempo {plan.bpm:.0f}\nGroove {groove.name}\nAllTracks RTime 0\n"
    turn = "Seq 1\n" + "\n".join(bars)
    return f"{head}{turn}\n{turn}\n{bars[0]}\n"


def in_parts(played: list[MidiNote]) -> dict[str, list[MidiNote]]:
    """Drums by their channel, basses by program or name, and by register; all else is chords."""
    drums = [note for note in played if note.channel == PERCUSSION]
    pitched = [note for note in played if note.channel != PERCUSSION]
    heights = {
        track: median(note.key for note in pitched if note.track == track)
        for track in {note.track for note in pitched}
    }
    low = [note for note in pitched if heights[note.track] <= _HIGHEST_BASS]
    named = [note for note in low if note.track.upper().startswith(("BASS", "WALK"))]
    bass = [note for note in low if note.program in _BASSES] or named
    taken = {note.track for note in bass}
    chords = [note for note in pitched if note.track not in taken]
    return {"drums": drums, "bass": bass, "chords": chords}


def _mended(notes: list[MidiNote]) -> list[MidiNote]:
    """Notes whose places in the beat were rounded to tenths, back at the twelfths they were.

    Of 1/6 and 1/4, which both became 0.2, it was the first where all else is triplets too.
    """
    tenths = [round(note.start * 10) for note in notes]
    inside = {tenth % 10 for tenth in tenths}
    triplets = inside & {3, 7} and not inside & {1, 4, 6, 9}
    twelfths = (0, 1, 2 if triplets else 3, 4, 5, 6, 7, 8, 10 if triplets else 9, 11)
    starts = [tenth // 10 + twelfths[tenth % 10] / 12 for tenth in tenths]
    return [replace(note, start=start) for note, start in zip(notes, starts, strict=True)]


def _bar(row: tuple[Chord, ...], beats: int) -> str:
    """A bar's chords, each with the beat of MMA's that it begins on, from 1."""
    starts = (1 + beats * number / len(row) for number in range(len(row)))
    return " ".join(f"{_chord(chord)}@{at:g}" for chord, at in zip(row, starts, strict=True))


def _chord(chord: Chord) -> str:
    below = "" if chord.bass is None else f"/{PITCH_NAMES[chord.bass]}"
    return PITCH_NAMES[chord.root] + _QUALITIES.get(chord.quality, chord.quality) + below


def _dressed(scene: Scene, groove: MmaGroove, parts: dict[str, list[MidiNote]]) -> Scene:
    """The scene with the groove's name, words and swing, and the instruments that lead its parts.

    So captions tell of what is heard, and the lead is swung as its accompaniment is.
    """
    style = scene.style
    if groove.word:
        style = replace(style, names=(groove.word,))
    swung = _swung([note for notes in parts.values() for note in notes])
    if swung is not None and scene.plan.metre.denominator == 4:
        style = replace(style, swing=float(swung), swing_unit=0.5)
    instruments = {part: _player(scene, part, notes) for part, notes in parts.items()}
    instruments = {**scene.instruments, **instruments}
    return replace(scene, style=style, groove=groove.name, instruments=instruments)


def _player(scene: Scene, part: str, played: list[MidiNote]) -> str:
    """The instrument that leads a part: the groove's, where we have it, or the scene's own.

    A synthesizer stays, for General MIDI has little for the styles that have one; but a pad gives
    way where notes are too short for it.
    """
    own = scene.instruments[part]
    if part == "drums" or not played:
        return own
    if INSTRUMENTS[own].program is not None:
        return _instrument(part, _main_program(played)) or own
    length_s = median(note.length for note in played) * 60 / scene.plan.bpm
    if not _slower(own, length_s):
        return own
    others = [name for name in (*scene.style.instruments[part], "pluck") if name != own]
    quick = [n for n in others if part in INSTRUMENTS[n].parts and not _slower(n, length_s)]
    return scene.rng("groove " + part).choice(quick) if quick else own


def _slower(instrument: str, seconds: float) -> bool:
    """Whether an instrument takes most of so short a note to come in."""
    voice = INSTRUMENTS[instrument].own
    attack_s = voice.envelope.attack_s if isinstance(voice, Subtractive | Fm) else 0.0
    return seconds < _ATTACKS * attack_s


def _swung(played: list[MidiNote]) -> bool | None:
    """Whether off-beats come on the third triplet rather than in the middle; None without any."""
    phases = [note.start % 1 for note in played]
    late, even = (
        sum(abs(phase - place) < _SAME_PLACE for phase in phases) for place in (2 / 3, 1 / 2)
    )
    return late > even if late or even else None


def _main_program(played: list[MidiNote]) -> int | None:
    """The General MIDI program that has most of the notes."""
    counted = Counter(note.program for note in played)
    return max(counted, key=lambda program: (counted[program], -program)) if counted else None


def _instrument(part: str, program: int | None) -> str | None:
    """The instrument for a part that has a General MIDI program, if there is one."""
    if program is None:
        return None
    wanted = _SAME_SOUND.get(program, program)
    fitting = (n for n, i in INSTRUMENTS.items() if i.program == wanted and part in i.parts)
    return next(fitting, None)


def _drum_notes(played: list[MidiNote]) -> list[Note]:
    return [
        Note(note.start, max(note.length, _SHORTEST), _VOICES[note.key], note.velocity / 127)
        for note in played
        if note.key in _VOICES
    ]


def _on_grid(notes: list[Note], plan: Plan) -> list[Note]:
    """The drums, with strokes that stray brought back to 32nds or sextuplets, which fits better."""

    def stray_s(note: Note, steps: int) -> float:
        return abs(note.start_beats - round(note.start_beats * steps) / steps) * 60 / plan.bpm

    steps = min((8, 6), key=lambda steps: sum(stray_s(note, steps) > _STRAY_S for note in notes))
    length = float(plan.metre.quarters) * plan.bars
    return [
        replace(note, start_beats=round(note.start_beats * steps) / steps % length)
        if stray_s(note, steps) > _STRAY_S
        else note
        for note in notes
    ]


def _changes(plan: Plan) -> list[tuple[float, Chord]]:
    """When each chord begins, in quarter notes, for two turns of the loop."""
    return [
        ((turn * plan.bars + bar + number / len(row)) * float(plan.metre.quarters), chord)
        for turn in range(2)
        for bar, row in enumerate(plan.chords)
        for number, chord in enumerate(row)
    ]


def _lasting(note: MidiNote, changes: list[tuple[float, Chord]]) -> float:
    """How long a note may be held, in quarter notes: not into a chord that it is foreign to."""
    ends = (
        at - note.start
        for at, chord in changes
        if at > note.start + _SAME_PLACE and note.key % 12 not in chord.pitch_classes
    )
    return max(min(note.length, next(ends, note.length)), _SHORTEST)


def _bass_notes(played: list[MidiNote], plan: Plan) -> list[Note]:
    """A bass line that begins each chord on its bass note, if it plays there at all."""
    changes = _changes(plan)
    notes = []
    for note in played:
        key = note.key + 12 * max(0, -(-(_LOWEST_BASS - note.key) // 12))
        near = [chord for at, chord in changes if abs(note.start - at) < _SAME_PLACE]
        if near:
            key = nearest(near[0].bass_note, key)
        length = _lasting(replace(note, key=key), changes)
        notes.append(Note(note.start, length, key, note.velocity / 127))
    return notes


def _chord_notes(played: list[MidiNote], plan: Plan, instrument: Instrument) -> list[Note]:
    """All that is played; what is not of the main program has its own, unless beside a synth."""
    main, changes = _main_program(played), _changes(plan)
    notes = []
    for note in played:
        program = None if instrument.program is None or note.program == main else note.program
        length = _lasting(note, changes)
        notes.append(Note(note.start, length, note.key, note.velocity / 127, program))
    return notes
