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
from .compose import compose
from .instruments import INSTRUMENTS
from .midi import PERCUSSION, MidiNote, read_notes
from .mma_grooves import PROGRAM, MmaGroove, fitting
from .notes import Note
from .scene import Scene
from .soundfont import DRUM_KEYS

_QUALITIES = {"add9": "(add9)", "madd9": "m(add9)", "mmaj7": "mM7"}
"""The qualities that MMA calls otherwise than we do."""

_VOICES = {key: voice for voice, key in DRUM_KEYS.items()}
_NEAREST = {
    27: 37, 28: 39, 29: 42, 30: 42, 31: 37, 32: 37, 33: 37, 34: 37, 35: 36, 40: 38, 41: 43, 44: 42,
    45: 47, 48: 50, 52: 49, 53: 51, 55: 49, 57: 49, 58: 54, 59: 51, 62: 63, 66: 65, 68: 67, 69: 70,
    71: 67, 72: 67, 74: 73, 77: 76, 78: 63, 79: 64, 80: 81, 82: 70, 83: 54, 84: 75, 85: 43, 86: 43,
    87: 43,
}  # fmt: skip
"""For General MIDI percussion keys without a drum voice, one with a voice that is near."""

_HIGHEST_BASS = 52
"""Tracks named bass that lie higher are doublings, as of strings; they go to the chords."""

_SAME_PLACE = 0.04
"""How far apart, in quarter notes, onsets may be that are meant to be at the same place."""


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
    given = {part: _as_notes(part, notes) for part, notes in parts.items() if notes}
    return scene, compose(scene) | given


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
    """Drums by their channel, basses by name and register; all else is chords."""
    low = {
        track
        for track in {note.track for note in played}
        if track.upper().startswith(("BASS", "WALK"))
        and median(note.key for note in played if note.track == track) <= _HIGHEST_BASS
    }
    parts: dict[str, list[MidiNote]] = {"drums": [], "bass": [], "chords": []}
    for note in played:
        part = "bass" if note.track in low else "chords"
        parts["drums" if note.channel == PERCUSSION else part].append(note)
    return parts


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
    instruments = dict(scene.instruments)
    for part in ("bass", "chords"):
        named = _instrument(_main_program(parts[part]))
        instruments[part] = named or instruments[part]
    return replace(scene, style=style, groove=groove.name, instruments=instruments)


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


def _instrument(program: int | None) -> str | None:
    """The instrument with a General MIDI program, if there is one."""
    return next((n for n, i in INSTRUMENTS.items() if i.program == program is not None), None)


def _as_notes(part: str, played: list[MidiNote]) -> list[Note]:
    """Notes as our renderer takes them; those of the main program are the scene's instrument's."""
    main = _main_program(played)
    notes = []
    for note in played:
        length, velocity = max(note.length, 0.05), note.velocity / 127
        if part == "drums":
            voice = _VOICES.get(note.key) or _VOICES.get(_NEAREST.get(note.key, 0))
            if voice:
                notes.append(Note(note.start, length, voice, velocity))
        else:
            program = None if part == "bass" or note.program == main else note.program
            notes.append(Note(note.start, length, note.key, velocity, program))
    return notes
