"""Hand percussion of our own: congas, bells, woods, shakers, from ringing modes and noise."""

from collections.abc import Callable

import numpy as np

from .noises import Sound, modes, noise, sweep, times


def _skin(rest_hz: float, decay_s: float, slap: float) -> Sound:
    """A hand on a skin: two modes of a membrane that fall a little, and the slap of the hand."""
    seconds = decay_s * 5
    time = times(seconds)
    sound = sweep(seconds, rest_hz, 0.25, 0.012) * np.exp(-time / decay_s)
    sound += 0.35 * sweep(seconds, rest_hz * 1.59, 0.2, 0.01) * np.exp(-time / (0.4 * decay_s))
    return sound + slap * noise(seconds, rest_hz * 3, 7000, 21) * np.exp(-time / 0.006)


def _timbale() -> Sound:
    shell = modes(0.5, (330, 525, 890, 1450), (1.0, 0.6, 0.4, 0.3), (0.12, 0.09, 0.05, 0.03))
    return shell + 0.5 * noise(0.5, 2500, 12000, 22) * np.exp(-times(0.5) / 0.012)


def _wood(low_hz: float, decay_s: float) -> Sound:
    hz = (low_hz, 1.51 * low_hz, 2.4 * low_hz)
    return modes(decay_s * 7, hz, (1.0, 0.35, 0.15), (decay_s, 0.5 * decay_s, 0.3 * decay_s))


def _scrape() -> Sound:
    """A stick over the notches of a gourd, faster at the end, then one more stroke."""
    seconds = 0.3
    time = times(seconds)
    strokes = 34 * time + 120 * time**2
    teeth = np.exp(-6 * (strokes % 1.0))
    swell = np.minimum(time / 0.001, 1) * (0.7 + 0.5 * time / seconds) * (time < 0.24)
    return noise(seconds, 2500, 9000, 23) * teeth * swell


def _shaken(low_hz: float, decay_s: float) -> Sound:
    time = times(0.14)
    grains = 0.4 + 0.6 * (noise(0.14, 60, 500, 24) > 0)
    return (
        noise(0.14, low_hz, 14000, 25)
        * grains
        * np.minimum(time / 0.004, 1)
        * np.exp(-time / decay_s)
    )


def _bell(low_hz: float, decay_s: float) -> Sound:
    """A hand bell of bent steel: two modes a wide fifth apart, and a short clang."""
    hz = (low_hz, 1.48 * low_hz, 2.7 * low_hz, 4.1 * low_hz)
    decays = (decay_s, 0.8 * decay_s, 0.2 * decay_s, 0.12 * decay_s)
    return np.tanh(1.5 * modes(decay_s * 6, hz, (0.8, 1.0, 0.4, 0.3), decays))


def _triangle() -> Sound:
    hz = (1630, 3450, 4870, 6130, 8280, 10150)
    return modes(1.4, hz, (0.25, 0.6, 1.0, 0.8, 0.7, 0.5), (0.5, 0.45, 0.4, 0.35, 0.25, 0.2))


MAKERS: dict[str, Callable[[], Sound]] = {
    "conga_low": lambda: _skin(196, 0.13, 0.3),
    "conga_high": lambda: _skin(262, 0.09, 0.6),
    "bongo_low": lambda: _skin(370, 0.06, 0.5),
    "bongo_high": lambda: _skin(520, 0.045, 0.6),
    "timbale": _timbale,
    "clave": lambda: _wood(2500, 0.02),
    "guiro": _scrape,
    "maracas": lambda: _shaken(6000, 0.02),
    "cowbell": lambda: _bell(555, 0.07),
    "agogo_low": lambda: _bell(830, 0.1),
    "agogo_high": lambda: _bell(1120, 0.09),
    "triangle": _triangle,
    "woodblock": lambda: _wood(950, 0.03),
}
"""One stroke of each, at any level."""

LEVELS = {
    "conga_low": 0.55, "conga_high": 0.5, "bongo_low": 0.42, "bongo_high": 0.4, "timbale": 0.45,
    "clave": 0.35, "guiro": 0.25, "maracas": 0.2, "cowbell": 0.32, "agogo_low": 0.32,
    "agogo_high": 0.3, "triangle": 0.18, "woodblock": 0.35,
}  # fmt: skip
"""Their peaks against the other voices of a kit (see drums.LEVELS)."""
