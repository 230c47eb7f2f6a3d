"""Renders notes to a loop: a circle of exactly the loop's samples, whose tails come round again."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import pyloudnorm
from numpy.typing import NDArray
from scipy.fft import next_fast_len
from scipy.signal import butter, oaconvolve, sosfilt

from .. import loop
from ..music import Plan
from .instruments import INSTRUMENTS, KITS
from .notes import Note
from .scene import Scene
from .soundfont import Sampled
from .voices import RATE, Audio

LOUDNESS_LUFS = {"drums": -20.5, "bass": -22.5, "chords": -25.0, "lead": -24.0}
"""Loudness of each stem, so that their sum is a mix."""

PEAK = 0.55
"""No stem goes beyond this."""

_WET = {"drums": 0.35, "bass": 0.0, "chords": 1.0, "lead": 1.0}
_ECHO = {"drums": 0.0, "bass": 0.0, "chords": 0.6, "lead": 1.0}
_TILT_HZ = 2200.0
_TILT_DB = 6.0
_HIGH_PASS_HZ = {"drums": 25.0, "bass": 28.0, "chords": 110.0, "lead": 160.0}


@dataclass(frozen=True)
class _Circle:
    """A loop's length in samples, and the way from quarter notes to samples."""

    samples: int
    bpm: float

    def place(self, beats: float) -> int:
        return round(beats * 60 / self.bpm * RATE) % self.samples


def render(
    scene: Scene, part: str, notes: dict[str, list[Note]], soundfont: Path | None = None
) -> Audio:
    """Renders one part of a scene.

    Args:
        scene: the scene.
        part: drums, bass, chords or lead.
        notes: what compose() wrote.
        soundfont: a General MIDI soundfont; None for the synthesizer alone.

    Returns:
        float32 mono at 44.1 kHz, exactly `loop.samples(...)` long, at the part's loudness, with
        every tail folded onto the start.
    """
    plan = scene.plan
    circle = _Circle(loop.samples(plan.bars, plan.metre, plan.bpm, RATE), plan.bpm)
    if part == "drums":
        dry = _drums(scene, notes[part], circle, soundfont)
    else:
        dry = _pitched(scene, part, notes[part], circle, soundfont)
    dry = _tilted(_high_passed(dry, _HIGH_PASS_HZ[part]), scene.brightness)
    if part != "drums" and scene.style.pump:
        kicks = [note for note in notes["drums"] if note.pitch == "kick"]
        dry = dry * _ducking(kicks, circle, scene.style.pump)
    wet = _with_space(scene, part, dry, plan)
    return _levelled(wet, LOUDNESS_LUFS[part])


def fold(sound: Audio, samples: int) -> Audio:
    """Lays a sound round a circle of `samples`: what goes beyond the end is added to the start."""
    turns = -(-len(sound) // samples)
    padded = np.pad(sound, (0, turns * samples - len(sound)))
    return np.asarray(padded.reshape(turns, samples).sum(axis=0), dtype=np.float32)


def _add(sounds: list[tuple[int, Audio]], circle: _Circle) -> Audio:
    """Sounds at their places, on the circle."""
    longest = max((place + len(sound) for place, sound in sounds), default=circle.samples)
    line = np.zeros(max(longest, circle.samples), dtype=np.float32)
    for place, sound in sounds:
        line[place : place + len(sound)] += sound
    return fold(line, circle.samples)


def _drums(scene: Scene, notes: list[Note], circle: _Circle, soundfont: Path | None) -> Audio:
    kit = KITS[scene.instruments["drums"]]
    sounds = []
    for note in notes:
        hit = kit.hit(str(note.pitch), round(note.velocity, 2), soundfont)
        sounds.append((circle.place(note.start_beats), hit))
    return _add(sounds, circle)


def _pitched(
    scene: Scene, part: str, notes: list[Note], circle: _Circle, soundfont: Path | None
) -> Audio:
    own = INSTRUMENTS[scene.instruments[part]].voice(soundfont)
    played: dict[tuple[int | None, int, int, int], Audio] = {}
    sounds = []
    for note in notes:
        length = round(note.length_beats * 60 / circle.bpm, 2)
        pitch, velocity = int(note.pitch), round(note.velocity * 16)
        program = note.program if soundfont else None
        key = (program, pitch, round(length * 100), velocity)
        if key not in played:
            voice = Sampled(soundfont, program) if soundfont and program is not None else own
            played[key] = voice.play(pitch, max(length, 0.03), velocity / 16, scene.brightness)
        sounds.append((circle.place(note.start_beats), played[key]))
    return _add(sounds, circle)


def _circular(sound: Audio, response: Audio) -> Audio:
    """Convolution on the circle."""
    return fold(oaconvolve(sound, response).astype(np.float32), len(sound))


def _filtered(sound: Audio, sos: NDArray[np.float64]) -> Audio:
    """A filter on the circle: it has heard the end of the loop before the loop begins."""
    lead_in = sound[-min(len(sound), RATE) :]
    return np.asarray(sosfilt(sos, np.concatenate([lead_in, sound]))[len(lead_in) :], np.float32)


def _high_passed(sound: Audio, edge_hz: float) -> Audio:
    return _filtered(sound, butter(2, edge_hz, btype="high", fs=RATE, output="sos"))


def _tilted(sound: Audio, brightness: float) -> Audio:
    """The highs raised or lowered by up to _TILT_DB; 0.5 leaves them as they are."""
    low = _filtered(sound, butter(1, _TILT_HZ, fs=RATE, output="sos"))
    gain = np.float32(10 ** ((brightness - 0.5) * 2 * _TILT_DB / 20))
    return np.asarray(low + gain * (sound - low), dtype=np.float32)


def _ducking(kicks: list[Note], circle: _Circle, depth: float) -> Audio:
    """A gain that dips with every kick and recovers within a beat."""
    length = int(60 / circle.bpm * RATE)
    time = np.arange(length) / length
    dip = depth * (1 - time) ** 2 * np.minimum(time * length / 200, 1)
    gain = np.zeros(circle.samples, dtype=np.float32)
    for kick in kicks:
        at = (circle.place(kick.start_beats) + np.arange(length)) % circle.samples
        np.maximum.at(gain, at, dip.astype(np.float32))
    return np.asarray(1 - gain, dtype=np.float32)


@lru_cache(maxsize=32)
def _room(decay_s: float) -> Audio:
    """The response of a room: noise that fades, its highs first (Moorer, 1979); energy 1."""
    size = next_fast_len(int(decay_s * RATE))
    time = np.arange(size) / RATE
    noise = np.random.default_rng(11).standard_normal(size)
    dark = sosfilt(butter(1, 3200, fs=RATE, output="sos"), noise)
    bright = (noise - dark) * np.exp(-time * 12 / decay_s)
    tail = (bright + dark * np.exp(-time * 6.9 / decay_s)) * np.minimum(time / 0.012, 1)
    tail = sosfilt(butter(2, 220, btype="high", fs=RATE, output="sos"), tail)
    return np.asarray(tail / np.sqrt(np.sum(tail**2)), dtype=np.float32)


def _with_space(scene: Scene, part: str, dry: Audio, plan: Plan) -> Audio:
    """The dry sound with its echoes in time and its room."""
    style = scene.style
    sound = dry
    if style.delay * _ECHO[part]:
        step = round(0.75 * 60 / plan.bpm * RATE)
        for turn in range(1, 5):
            level = style.delay * _ECHO[part] * 0.5 ** (turn - 1)
            sound = sound + level * np.roll(dry, turn * step)
    wet = style.reverb * _WET[part]
    if wet:
        decay_s = 0.7 + 3.0 * style.reverb
        sound = sound + wet * _circular(sound, _room(round(decay_s, 2)))
    return np.asarray(sound, dtype=np.float32)


def _levelled(sound: Audio, loudness_lufs: float) -> Audio:
    """The sound at a loudness (ITU-R BS.1770), its highest peaks rounded off below PEAK."""
    meter = pyloudnorm.Meter(RATE)
    # Twice round, so that it matters little where the loop is cut open.
    heard = np.tile(sound, max(2, -(-RATE // len(sound))))
    measured = meter.integrated_loudness(heard.astype(np.float64))
    if not np.isfinite(measured):
        return sound
    sound = sound * 10 ** ((loudness_lufs - measured) / 20)
    knee = 0.6 * PEAK
    over = np.abs(sound) > knee
    room = PEAK - knee
    rounded = np.sign(sound) * (knee + room * np.tanh((np.abs(sound) - knee) / room))
    return np.where(over, rounded, sound).astype(np.float32)
