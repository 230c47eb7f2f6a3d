"""Plays notes: a circle of exactly the loop's samples, whose tails come round again."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .. import loop
from ..score import Note
from .circle import Spectrum, fold, loudness
from .effects import draw_effects
from .finish import LOUDNESS_LUFS, finished, kicks_of
from .instruments import INSTRUMENTS, KITS
from .scene import Scene
from .soundfont import Sampled
from .touch import draw_kit_touch, varied
from .voices import RATE, Audio

PEAK_OF_DRY = 0.98
"""What is played never goes beyond this; strokes that would are quieter than the loudness asks."""


@dataclass(frozen=True)
class _Places:
    """A loop's length in samples, and the way from quarter notes to samples."""

    samples: int
    bpm: float

    def at(self, beats: float) -> int:
        return round(beats * 60 / self.bpm * RATE) % self.samples


def dry(
    scene: Scene,
    part: str,
    notes: dict[str, list[Note]],
    soundfont: Path | None = None,
    one_shots: Path | None = None,
) -> Audio:
    """Plays one part of a scene, without any effects.

    Args:
        scene: the scene.
        part: drums, bass, chords or lead.
        notes: what compose() wrote.
        soundfont: a General MIDI soundfont; None for the synthesizer alone.
        one_shots: a folder of recorded drum hits; None for our own machines.

    Returns:
        float32 mono at 44.1 kHz, exactly `loop.samples(...)` long, at the part's loudness as far as
        PEAK_OF_DRY lets it, with every tail folded onto the start.
    """
    plan = scene.plan
    place = _Places(loop.samples(plan.bars, plan.metre, plan.bpm, RATE), plan.bpm)
    if part == "drums":
        sound = _drums(scene, notes[part], place, soundfont, one_shots)
    else:
        sound = _pitched(scene, part, notes[part], place, soundfont)
    peak = float(np.max(np.abs(sound)))
    if peak < 1e-5:
        return sound
    gain = 10 ** ((LOUDNESS_LUFS[part] - loudness(Spectrum(sound))) / 20)
    return sound * np.float32(min(gain, PEAK_OF_DRY / peak))


def render(
    scene: Scene,
    part: str,
    notes: dict[str, list[Note]],
    soundfont: Path | None = None,
    one_shots: Path | None = None,
) -> Audio:
    """Plays one part of a scene and finishes it with the scene's effects.

    Args:
        scene, part, notes, soundfont, one_shots: as in `dry`.

    Returns:
        float32 mono at 44.1 kHz, exactly `loop.samples(...)` long, at the part's loudness.
    """
    played = dry(scene, part, notes, soundfont, one_shots)
    effects = draw_effects(scene, part)
    return finished(played, part, effects, scene.plan.bpm, kicks_of(notes.get("drums", ())))


def _add(sounds: list[tuple[int, Audio]], samples: int) -> Audio:
    """Sounds from their starts on, on a circle of `samples`."""
    longest = max((start + len(sound) for start, sound in sounds), default=samples)
    line = np.zeros(max(longest, samples), dtype=np.float32)
    for start, sound in sounds:
        line[start : start + len(sound)] += sound
    return fold(line, samples)


def _drums(
    scene: Scene,
    notes: list[Note],
    place: _Places,
    soundfont: Path | None,
    one_shots: Path | None,
) -> Audio:
    kit, touch = KITS[scene.instruments["drums"]], draw_kit_touch(scene.rng("kit"))
    struck: dict[tuple[str, float], Audio] = {}
    sounds = []
    for note in notes:
        key = (str(note.pitch), round(note.velocity * 16) / 16)
        if key not in struck:
            struck[key] = touch.on(kit.hit(*key, soundfont, one_shots, touch.choice))
        sounds.append((place.at(note.start_beats), struck[key]))
    return _add(sounds, place.samples)


def _pitched(
    scene: Scene, part: str, notes: list[Note], place: _Places, soundfont: Path | None
) -> Audio:
    own = varied(INSTRUMENTS[scene.instruments[part]].voice(soundfont), scene.rng(f"{part} voice"))
    played: dict[tuple[int | None, int, int, int], Audio] = {}
    sounds = []
    for note in notes:
        length = round(note.length_beats * 60 / place.bpm, 2)
        pitch, velocity = int(note.pitch), round(note.velocity * 16)
        program = note.program if soundfont else None
        key = (program, pitch, round(length * 100), velocity)
        if key not in played:
            voice = Sampled(soundfont, program) if soundfont and program is not None else own
            played[key] = voice.play(pitch, max(length, 0.03), velocity / 16, scene.brightness)
        sounds.append((place.at(note.start_beats), played[key]))
    return _add(sounds, place.samples)
