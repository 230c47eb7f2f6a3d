"""Finishes a part: from what is played to what is heard, by the effects of its scene.

The same for the material and for what a model renders, which is therefore trained on parts before
they are finished: echoes, rooms and the dust of a record are exact, and cost it nothing to learn.
"""

from collections.abc import Sequence

import numpy as np

from ..score import Note
from .circle import Response, Spectrum, bell, high_pass, loudness, room, shelf
from .effects import Effects, coloured, crackled
from .voices import RATE, Audio

LOUDNESS_LUFS = {"drums": -20.5, "bass": -22.5, "chords": -25.0, "lead": -24.0}
"""Loudness of each stem, so that their sum is a mix."""

PEAK = 0.55
"""No stem goes beyond this."""

_TILT_HZ = 2200.0
_HIGH_PASS_HZ = {"drums": 25.0, "bass": 28.0, "chords": 110.0, "lead": 160.0}


def kicks_of(drums: Sequence[Note]) -> list[float]:
    """When the kicks of a part of drums come, in quarter notes."""
    return [note.start_beats for note in drums if note.pitch == "kick"]


def finished(
    sound: Audio, part: str, effects: Effects, bpm: float, kicks: Sequence[float]
) -> Audio:
    """A part as it is heard.

    Args:
        sound: [N] float32, 44.1 kHz, a loop, as it is played.
        part: drums, bass, chords or lead.
        effects: what is done to it.
        bpm: quarter notes a minute, for echoes and ducking.
        kicks: when the kicks come that it ducks under, in quarter notes.

    Returns:
        [N] float32, at the part's loudness, never beyond PEAK.
    """
    sound = coloured(sound, effects)
    if effects.pump:
        sound = sound * _ducking(kicks, len(sound), bpm, effects.pump)
    spectrum = Spectrum(_echoed(sound, effects.delay, bpm), max(effects.room_s, 1.0))
    response = _response(spectrum.size, effects, _HIGH_PASS_HZ[part])
    sound = spectrum.through(response)
    if np.max(np.abs(sound)) > 1e-5:
        gain_db = LOUDNESS_LUFS[part] - loudness(spectrum, response)
        sound = sound * np.float32(10 ** (gain_db / 20))
    if effects.crackle:
        sound = crackled(sound, effects.crackle, effects.dust)
    return _rounded(sound)


def _response(size: int, effects: Effects, edge_hz: float) -> Response:
    """All filters of a part and its room in one."""
    response = high_pass(size, edge_hz) * shelf(size, _TILT_HZ, effects.tilt_db)
    response = response * bell(size, effects.bell_hz, effects.bell_db)
    if effects.reverb:
        response = response * (1 + np.float32(effects.reverb) * room(size, effects.room_s))
    return np.asarray(response, dtype=np.complex64)


def _ducking(kicks: Sequence[float], samples: int, bpm: float, depth: float) -> Audio:
    """A gain that dips with every kick and recovers within a beat."""
    length = int(60 / bpm * RATE)
    time = np.arange(length) / length
    dip = depth * (1 - time) ** 2 * np.minimum(time * length / 200, 1)
    gain = np.zeros(samples, dtype=np.float32)
    for kick in kicks:
        at = (round(kick * 60 / bpm * RATE) + np.arange(length)) % samples
        np.maximum.at(gain, at, dip.astype(np.float32))
    return np.asarray(1 - gain, dtype=np.float32)


def _echoed(sound: Audio, level: float, bpm: float) -> Audio:
    """The sound with its echoes, each three sixteenths after the last."""
    if not level:
        return sound
    step = round(0.75 * 60 / bpm * RATE)
    echoes = sum(level * 0.5 ** (turn - 1) * np.roll(sound, turn * step) for turn in range(1, 5))
    return np.asarray(sound + echoes, dtype=np.float32)


def _rounded(sound: Audio) -> Audio:
    """The sound with its highest peaks rounded off below PEAK."""
    knee = 0.6 * PEAK
    over = np.abs(sound) > knee
    above = PEAK - knee
    sound[over] = np.sign(sound[over]) * (
        knee + above * np.tanh((np.abs(sound[over]) - knee) / above)
    )
    return sound
