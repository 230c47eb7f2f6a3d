"""When a piece's beats come: its tempo, near the one asked for, and its first beat."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.ndimage

from .. import rhythm
from ..rhythm import Floats

SEARCHED = 0.06
"""How far from the tempo asked for the piece's is looked for. What is farther off is another
tempo, which verification tells."""
PULSES = np.array([1.0, 2.0, 4.0])
"""To a quarter note: what the events of any metre coincide with."""
CLEAR_PULSE = 12.0
"""Coherence that events at random reach in two pieces of a hundred."""
SOUNDING, LOUD = 0.4, 0.75
"""Where music has begun: its amplitude, against what three quarters of the piece stay below."""

_SILENCE_S = 0.5
_WINDOW_S = 0.05
_CHANGE_S, _CHANGE_HOP_S, _CHANGE_WIDTH_S, _CHANGE_BANDS = 0.06, 0.01, 0.09, 60
_APART_S, _AROUND_S = 0.08, 0.4


@dataclass(frozen=True)
class Timing:
    """When a piece's beats come.

    Attributes:
        ratio: its tempo in tempi asked for; 1 where no pulse is clear.
        first_beat_s: when its first beat comes, in seconds.
    """

    ratio: float
    first_beat_s: float


@dataclass(frozen=True)
class _Events:
    """When something happens in a piece, in order, and how much: [n] both."""

    times_s: npt.NDArray[np.float64]
    weights: npt.NDArray[np.float64]


def timing(piece: Floats, rate: int, bpm: float) -> Timing:
    """Finds tempo and first beat of a piece.

    The first beat is where the first onset of the music is, or where it gets loud if it has none;
    where a pulse is clear, events that come whole quarters later say more exactly when it was.

    Args:
        piece: [channels, N] float32, not silent.
        rate: samples a second.
        bpm: quarter notes a minute that were asked for.
    """
    # Everything is heard on a circle: silence keeps the end from the beginning.
    mono = np.pad(np.asarray(piece.mean(axis=0), np.float32), (0, round(_SILENCE_S * rate)))
    onsets = _onsets(mono, rate)
    begins_s = _begin(mono, rate, onsets.times_s)
    for events in _ever_softer(mono, rate, onsets):
        ratio, coherence = _tempo(events, 60 / bpm)
        if coherence >= CLEAR_PULSE:
            return Timing(ratio, max(0.0, _settled(begins_s, events, 60 / bpm / ratio)))
    return Timing(1.0, begins_s)


def _ever_softer(mono: Floats, rate: int, onsets: _Events) -> Iterator[_Events]:
    """Onsets, which are exact, and what bows, pads and beating basses have in their place."""
    yield onsets
    yield _changes(mono, rate)


def _onsets(mono: Floats, rate: int) -> _Events:
    heard = rhythm.onsets(mono, rate)
    times_s = heard.times % heard.seconds
    order = np.argsort(times_s)
    # The first onset, out of silence, is the strongest by far, and tells nothing of the tempo.
    return _Events(times_s[order], np.sqrt(heard.strengths[order].astype(np.float64)))


def _changes(mono: Floats, rate: int) -> _Events:
    """Where the spectrum becomes another, however softly: before and after are compared."""
    instants_s = np.arange(0, len(mono) / rate, _CHANGE_HOP_S)
    width = rhythm.frame_width(_CHANGE_WIDTH_S, rate)
    centres = np.round(instants_s * rate).astype(np.intp)
    levels = rhythm.band_levels(mono, rate, centres, width, _CHANGE_BANDS)
    span = round(_CHANGE_S / _CHANGE_HOP_S)
    after = scipy.ndimage.uniform_filter1d(levels, span, axis=0, origin=-(span // 2), mode="wrap")
    change = np.abs(after - np.roll(after, span, axis=0)).mean(axis=1)
    apart, around = (2 * round(s / _CHANGE_HOP_S) + 1 for s in (_APART_S, _AROUND_S))
    summit = change == scipy.ndimage.maximum_filter1d(change, apart, mode="wrap")
    base = scipy.ndimage.uniform_filter1d(change, around, mode="wrap")
    found = np.flatnonzero(summit & (change > base + 0.1 * change.max()))
    return _Events(instants_s[found], np.sqrt(change[found].astype(np.float64)))


def _begin(mono: Floats, rate: int, onsets_s: npt.NDArray[np.float64]) -> float:
    """When the first onset comes that music follows, else when there is music first.

    What rises before the music has onsets too.
    """
    width = round(_WINDOW_S * rate)
    power = scipy.ndimage.uniform_filter1d(mono.astype(np.float64) ** 2, width, mode="constant")
    sounding = power > SOUNDING**2 * np.quantile(power, LOUD)
    after = np.round((onsets_s + _WINDOW_S) * rate).astype(np.intp)
    first = onsets_s[sounding[np.minimum(after, len(mono) - 1)]]
    return float(first[0]) if len(first) else int(np.argmax(sounding)) / rate


def _tempo(events: _Events, quarter_s: float) -> tuple[float, float]:
    """The tempo at which events coincide most with quarters, eighths and sixteenths.

    Source: the Fourier tempogram (Grosche and Mueller, 2011), of events in place of an envelope;
    and Rayleigh's test of whether they could be spread evenly round the pulse.

    Returns:
        ratio: the tempo in those of `quarter_s`.
        coherence: Rayleigh's statistic, summed over PULSES; 0 where there are too few events.
    """
    span_s = float(np.ptp(events.times_s)) if len(events.times_s) else 0.0
    if span_s < quarter_s:
        return 1.0, 0.0
    step = min(0.1 * quarter_s / PULSES[-1] / span_s, SEARCHED / 10)
    ratios = np.arange(1 - SEARCHED, 1 + SEARCHED, step)
    turns = events.times_s * (PULSES[:, None] / quarter_s * ratios[:, None, None])
    power = (np.abs(np.exp(2j * np.pi * turns) @ events.weights) ** 2).sum(axis=1)
    best = min(max(int(np.argmax(power)), 1), len(ratios) - 2)
    before, here, after = power[best - 1 : best + 2]
    # The summit of the parabola through all three.
    aside = 0.5 * (before - after) / (before - 2 * here + after)
    ratio = float(ratios[best] + np.clip(aside, -1, 1) * step)
    return ratio, float(here / np.sum(events.weights**2))


def _settled(begins_s: float, events: _Events, quarter_s: float) -> float:
    """The beginning, as the events tell it that come about whole quarters after it.

    Those alone: swing moves what is between the beats.
    """
    aside_s = (events.times_s - begins_s + quarter_s / 2) % quarter_s - quarter_s / 2
    near_s = aside_s[np.abs(aside_s) <= quarter_s / 8]
    return begins_s + float(np.median(near_s)) if len(near_s) else begins_s
