"""Drum machines of our own: every hit synthesized from sines and filtered noise, once a kit."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.signal import butter, sosfilt

from . import percussion
from .noises import Sound, noise, sweep, times
from .voices import RATE, Audio

_METAL_HZ = (205.3, 304.4, 369.6, 522.7, 540.0, 800.0)


@dataclass(frozen=True)
class Machine:
    """What makes one drum machine sound unlike another.

    Attributes:
        kick_hz: where the kick's pitch comes to rest.
        kick_decay_s: how long it rings.
        kick_click: level of its attack, 0-1.
        snare_hz: pitch of the snare's shell.
        snare_decay_s: length of its noise.
        snare_noise: noise against shell, 0-1.
        hat_hz: lower edge of the hats.
        hat_decay_s: length of the closed hat.
        dust: how worn and dark all of it is, 0-1.
        tom_hz: pitch of the low tom; the others lie above it.
        tom_decay_s: how long toms ring.
        snare_attack_s: how slowly its noise comes in, as of a brush.
        drive: how far all of it is overdriven, 0-1.
        crush: how coarse the sound is in time and in level, as of an old console, 0-1.
    """

    kick_hz: float = 50.0
    kick_decay_s: float = 0.28
    kick_click: float = 0.6
    snare_hz: float = 185.0
    snare_decay_s: float = 0.16
    snare_noise: float = 0.6
    hat_hz: float = 7500.0
    hat_decay_s: float = 0.045
    dust: float = 0.0
    tom_hz: float = 85.0
    tom_decay_s: float = 0.13
    snare_attack_s: float = 0.0
    drive: float = 0.0
    crush: float = 0.0


def _metal(seconds: float, low_hz: float, scale: float = 1.0) -> Sound:
    """Six square waves out of tune with one another, high-passed: hats and cymbals."""
    time = times(seconds)
    sound = sum(np.sign(np.sin(2 * np.pi * hz * scale * time)) for hz in _METAL_HZ)
    sos = butter(4, low_hz, btype="high", fs=RATE, output="sos")
    band = sosfilt(sos, sound)
    return np.asarray(band / np.max(np.abs(band)))


def _kick(m: Machine) -> Sound:
    length = max(m.kick_decay_s * 2.2, 0.3)
    time = times(length)
    body = sweep(length, m.kick_hz, 2.4, 0.022) * np.exp(-time * 3 / m.kick_decay_s)
    click = noise(length, 1500, 9000, 1) * np.exp(-time / 0.004)
    return np.tanh(1.6 * body + 0.5 * m.kick_click * click)


def _snare(m: Machine) -> Sound:
    time = times(m.snare_decay_s * 3)
    shell = sweep(m.snare_decay_s * 3, m.snare_hz, 0.5, 0.01)
    shell += 0.5 * sweep(m.snare_decay_s * 3, m.snare_hz * 1.78, 0.3, 0.01)
    rattle = noise(m.snare_decay_s * 3, 1200, 11000, 2) * np.exp(-time * 2.2 / m.snare_decay_s)
    rattle *= np.minimum((time + 1e-9) / (m.snare_attack_s + 1e-9), 1)
    sound = (1 - m.snare_noise) * shell * np.exp(-time / 0.05) + 1.3 * m.snare_noise * rattle
    return np.tanh(1.5 * sound)


def _clap() -> Sound:
    length = 0.35
    time = times(length)
    hands = noise(length, 900, 6000, 3)
    bursts = sum(np.exp(-np.maximum(time - at, 0) / 0.004) * (time >= at) for at in (0, 0.01, 0.02))
    tail = np.exp(-np.maximum(time - 0.028, 0) / 0.06) * (time >= 0.028)
    return hands * (0.8 * bursts + tail)


def _hat(m: Machine, decay_s: float) -> Sound:
    length = decay_s * 5 + 0.02
    sound = 0.6 * _metal(length, m.hat_hz) + 0.5 * noise(length, m.hat_hz, 18000, 4)
    return sound * np.exp(-times(length) / decay_s)


def _ring(seconds: float, low_hz: float, decay_s: float, scale: float) -> Sound:
    sound = 0.5 * _metal(seconds, low_hz, scale) + 0.5 * noise(seconds, low_hz, 16000, 5)
    time = times(seconds)
    return sound * (np.exp(-time / decay_s) + 0.7 * np.exp(-time / 0.02))


def _tom(rest_hz: float, decay_s: float) -> Sound:
    length = decay_s * 4
    time = times(length)
    skin = noise(length, 300, 3000, 6) * np.exp(-time / 0.012)
    body = sweep(length, rest_hz, 0.7, 0.04) * np.exp(-time / decay_s)
    return np.tanh(1.4 * body + 0.3 * skin)


def _rim() -> Sound:
    time = times(0.08)
    sound = np.sin(2 * np.pi * 1700 * time) + 0.8 * np.sin(2 * np.pi * 470 * time)
    return sound * np.exp(-time / 0.012)


def _shaker(low_hz: float) -> Sound:
    time = times(0.12)
    return noise(0.12, low_hz, 15000, 7) * np.minimum(time / 0.015, 1) * np.exp(-time / 0.03)


LEVELS = {
    "kick": 1.0, "snare": 0.75, "clap": 0.6, "rim": 0.4, "hat": 0.32, "open": 0.34, "ride": 0.26,
    "crash": 0.4, "tom_low": 0.65, "tom_mid": 0.6, "tom_high": 0.55, "shaker": 0.2,
    "tambourine": 0.28, **percussion.LEVELS,
}  # fmt: skip
"""Peaks of the voices against one another, in any kit."""


def _struck(machine: Machine, voice: str) -> Sound:
    """One hit as it comes from the machine's circuits."""
    makers: dict[str, Callable[[], Sound]] = {
        "kick": lambda: _kick(machine),
        "snare": lambda: _snare(machine),
        "clap": _clap,
        "rim": _rim,
        "hat": lambda: _hat(machine, machine.hat_decay_s),
        "open": lambda: _hat(machine, 0.16),
        "ride": lambda: _ring(0.9, 5000, 0.28, 1.6),
        "crash": lambda: _ring(1.8, 3500, 0.5, 1.3),
        "tom_low": lambda: _tom(machine.tom_hz, machine.tom_decay_s),
        "tom_mid": lambda: _tom(1.4 * machine.tom_hz, machine.tom_decay_s),
        "tom_high": lambda: _tom(1.95 * machine.tom_hz, machine.tom_decay_s),
        "shaker": lambda: _shaker(5000),
        "tambourine": lambda: (
            _shaker(8000) + 0.4 * _ring(0.12, 8000, 0.05, 2.3)[: int(0.12 * RATE)]
        ),
        **percussion.MAKERS,
    }
    return makers[voice]()


def _worn(machine: Machine, sound: Sound) -> Sound:
    """The hit after the machine's dust, drive and crush."""
    if machine.dust:
        sos = butter(2, 14000 * 2 ** (-2.2 * machine.dust), fs=RATE, output="sos")
        sound = np.tanh(sosfilt(sos, sound) * (1 + machine.dust))
    if machine.drive:
        sound = np.tanh(sound / np.max(np.abs(sound)) * (1 + 6 * machine.drive))
    if machine.crush:
        step = 1 + round(7 * machine.crush)
        held = np.repeat(sound[::step], step)[: len(sound)] / np.max(np.abs(sound))
        levels = 2 ** (8 - round(4 * machine.crush))
        sound = np.round(held * levels) / levels
    return sound


@lru_cache(maxsize=1024)
def machine_hit(machine: Machine, voice: str) -> Audio:
    """One hit of a drum machine at full velocity.

    Args:
        machine: the machine.
        voice: a name in LEVELS.

    Returns:
        float32 mono at 44.1 kHz; the voices of a machine are balanced against one another.
    """
    sound = _worn(machine, _struck(machine, voice))
    fade = min(len(sound), 256)
    sound[-fade:] *= np.linspace(1, 0, fade)
    return np.asarray(sound / np.max(np.abs(sound)) * LEVELS[voice], dtype=np.float32)
