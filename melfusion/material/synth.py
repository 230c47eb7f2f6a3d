"""Renders notes to a loop: a circle of exactly the loop's samples, whose tails come round again."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .. import loop
from ..score import Note
from .circle import Response, Spectrum, bell, fold, high_pass, loudness, room, shelf
from .effects import Effects, coloured, crackled, draw_effects
from .instruments import INSTRUMENTS, KITS
from .scene import Scene
from .soundfont import Sampled
from .touch import draw_kit_touch, varied
from .voices import RATE, Audio

LOUDNESS_LUFS = {"drums": -20.5, "bass": -22.5, "chords": -25.0, "lead": -24.0}
"""Loudness of each stem, so that their sum is a mix."""

PEAK = 0.55
"""No stem goes beyond this."""

_TILT_HZ = 2200.0
_TILT_DB = 7.0
_HIGH_PASS_HZ = {"drums": 25.0, "bass": 28.0, "chords": 110.0, "lead": 160.0}


@dataclass(frozen=True)
class _Places:
    """A loop's length in samples, and the way from quarter notes to samples."""

    samples: int
    bpm: float

    def at(self, beats: float) -> int:
        return round(beats * 60 / self.bpm * RATE) % self.samples


def render(
    scene: Scene,
    part: str,
    notes: dict[str, list[Note]],
    soundfont: Path | None = None,
    one_shots: Path | None = None,
) -> Audio:
    """Renders one part of a scene.

    Args:
        scene: the scene.
        part: drums, bass, chords or lead.
        notes: what compose() wrote.
        soundfont: a General MIDI soundfont; None for the synthesizer alone.
        one_shots: a folder of recorded drum hits; None for our own machines.

    Returns:
        float32 mono at 44.1 kHz, exactly `loop.samples(...)` long, at the part's loudness, with
        every tail folded onto the start.
    """
    plan = scene.plan
    place = _Places(loop.samples(plan.bars, plan.metre, plan.bpm, RATE), plan.bpm)
    effects = draw_effects(scene, part)
    if part == "drums":
        dry = _drums(scene, notes[part], place, soundfont, one_shots)
    else:
        dry = _pitched(scene, part, notes[part], place, soundfont)
    dry = coloured(dry, effects)
    if effects.pump:
        kicks = [note for note in notes["drums"] if note.pitch == "kick"]
        dry = dry * _ducking(kicks, place, effects.pump)
    spectrum = Spectrum(_echoed(dry, effects.delay, plan.bpm), max(effects.room_s, 1.0))
    response = _response(spectrum.size, effects, scene.brightness, _HIGH_PASS_HZ[part])
    sound = spectrum.through(response)
    if np.max(np.abs(sound)) > 1e-5:
        gain_db = LOUDNESS_LUFS[part] - loudness(spectrum, response)
        sound = sound * np.float32(10 ** (gain_db / 20))
    if effects.crackle:
        sound = crackled(sound, effects.crackle, scene.rng("crackle"))
    return _rounded(sound)


def _response(size: int, effects: Effects, brightness: float, edge_hz: float) -> Response:
    """All filters of a part and its room in one."""
    tilt_db = (brightness - 0.5) * 2 * _TILT_DB + effects.tilt_db
    response = high_pass(size, edge_hz) * shelf(size, _TILT_HZ, tilt_db)
    response = response * bell(size, effects.bell_hz, effects.bell_db)
    if effects.reverb:
        response = response * (1 + np.float32(effects.reverb) * room(size, effects.room_s))
    return np.asarray(response, dtype=np.complex64)


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


def _ducking(kicks: list[Note], place: _Places, depth: float) -> Audio:
    """A gain that dips with every kick and recovers within a beat."""
    length = int(60 / place.bpm * RATE)
    time = np.arange(length) / length
    dip = depth * (1 - time) ** 2 * np.minimum(time * length / 200, 1)
    gain = np.zeros(place.samples, dtype=np.float32)
    for kick in kicks:
        at = (place.at(kick.start_beats) + np.arange(length)) % place.samples
        np.maximum.at(gain, at, dip.astype(np.float32))
    return np.asarray(1 - gain, dtype=np.float32)


def _echoed(dry: Audio, level: float, bpm: float) -> Audio:
    """The sound with its echoes, each three sixteenths after the last."""
    if not level:
        return dry
    step = round(0.75 * 60 / bpm * RATE)
    echoes = sum(level * 0.5 ** (turn - 1) * np.roll(dry, turn * step) for turn in range(1, 5))
    return np.asarray(dry + echoes, dtype=np.float32)


def _rounded(sound: Audio) -> Audio:
    """The sound with its highest peaks rounded off below PEAK."""
    knee = 0.6 * PEAK
    over = np.abs(sound) > knee
    above = PEAK - knee
    sound[over] = np.sign(sound[over]) * (
        knee + above * np.tanh((np.abs(sound[over]) - knee) / above)
    )
    return sound
