"""Loops out of pieces that begin and end.

A piece's tempo and first beat are found, and it is fitted to the plan's tempo. The bars that go on
into their own beginning most naturally are closed to a circle: their end is led over into what came
before them, or the joint is made anew. The circle is turned to where its bars are counted from.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.signal
from python_stretch.Signalsmith import Stretch

from .. import loop, rhythm, verify
from ..level import is_silent, levelled
from ..music import Plan
from ..request import RequestError
from ..rhythm import Floats
from .timing import timing

Faults = tuple[bool, int]
"""Whether a loop cannot be used at all, and how many checks it fails."""
NO_FAULTS: Faults = (False, 0)

Repaint = Callable[[Floats, float, float], Floats]
"""A sound [2, N], and the seconds from and to which it is made anew -> the same length."""

MOST_STRETCHED = 0.02
TEMPO_EXACT = 0.0005
"""How exactly the tempo of a piece is found: what is beyond the limit by no more than this is
stretched by the limit."""
RESAMPLED = 0.001
"""Tempi this near are met by speed: 1.7 cents are not heard, what a stretcher does may be."""
DRIFT_S = 0.002
"""A loop that drifts no farther from its tempo is left as it is."""

BEFORE_BARS, AFTER_BARS = 1, 1
LATE_S, ENDING_S = 0.5, 4.0
"""What a piece has beside its loop: bars to cut it from, a late start, an ending."""

TRIED = 3
"""How many slices are looked at, at most."""
FRAME_S, FRAMES, BANDS = 0.09, 16, 40
"""How bar lines are compared: so long frames, so many of them in a quarter note to either side."""
KEPT = 1.0
"""Mean difference of band levels in nepers, loud bands counting most, up to which a sound is what
it was: a codec with noise at -20 dB stays below, other music and drums moved by 0.1 s above."""


class NoLoop(Exception):  # noqa: N818  (the piece is at fault: one of another seed may do)
    """A piece that no loop can be made of; one sentence."""


class OutOfTempo(NoLoop):
    """A piece too far from the tempo asked for to be fitted.

    Attributes:
        ratio: its tempo in tempi asked for. A model that is always wrong by as much comes right
            when it is asked for the tempo divided by this.
    """

    def __init__(self, bpm: float, ratio: float) -> None:
        super().__init__(
            f"the model played at {bpm * ratio:.1f} BPM where {bpm:g} was asked for, and time is"
            f" fitted by {MOST_STRETCHED:.0%} at most; try another seed or tempo"
        )
        self.ratio = ratio


@dataclass(frozen=True)
class Looped:
    """A loop, and what was done to make one.

    Attributes:
        audio: [2, N] float32 at the piece's rate, N as loop.samples says.
        moved_ms: how late the piece's first beat was, which is 1.1.1 now.
        stretched: the factor that its time was fitted by; 1 where it was right.
        joint: "repainted" or "crossfaded".
        joint_at: the sample, at a bar line, where the end of the slice meets its beginning.
    """

    audio: Floats
    moved_ms: float
    stretched: float
    joint: str
    joint_at: int


def piece_seconds(plan: Plan, longest_s: float) -> float:
    """How long a piece to ask for, so that the loop is a slice from the middle of it.

    Args:
        plan: of the loop.
        longest_s: seconds of the longest piece that the model composes.

    Raises:
        RequestError: the loop itself does not fit into the longest piece.
    """
    slowest = plan.bpm * (1 - MOST_STRETCHED)
    least_s = LATE_S + loop.seconds(plan.bars, plan.metre, slowest)
    if least_s > longest_s:
        raise RequestError(
            "bars",
            f"{plan.bars} bars at {plan.bpm:g} BPM need a piece of {least_s:.0f} s; this model"
            f" composes at most {longest_s:.0f} s",
        )
    room_s = loop.seconds(BEFORE_BARS + AFTER_BARS, plan.metre, slowest) + ENDING_S
    return min(least_s + room_s, longest_s)


def looped(piece: Floats, rate: int, plan: Plan, part: str, repaint: Repaint | None) -> Looped:
    """Makes a loop of a piece.

    Its bars are counted from the first onset, which is a bar's first beat far more often than what
    strokes and changes would tell. Wherever the slice is cut, they stay where they are counted, so
    that chords come where the plan has them: the joint is at any bar line of the loop.

    Args:
        piece: [2, N] float32.
        rate: samples a second.
        plan: tempo, metre, key and length of the loop.
        part: of request.PARTS, or "full".
        repaint: makes the joint anew; None where the model cannot.

    Raises:
        NoLoop: it is silent, holds invalid samples, or has too few bars.
        OutOfTempo: its tempo is more than 2 % off.
    """
    if not np.isfinite(piece).all() or is_silent(piece):
        raise NoLoop("the model gave no sound; try another seed or prompt")
    found = timing(piece, rate, plan.bpm)
    stretched = _time_factor(found.ratio, plan)
    fitted = _fitted(piece, rate, stretched)
    bar, circle, faults = _closed(fitted, rate, plan, part, found.first_beat_s * stretched)
    circle, joint = _joined(circle, rate, plan, part, faults, repaint)
    joint_at = bar % plan.bars * circle.shape[1] // plan.bars
    turned = np.roll(circle, joint_at, axis=1)
    return Looped(turned, found.first_beat_s * 1000, stretched, joint, joint_at)


def cut(
    sound: Floats, rate: int, plan: Plan, part: str, start: int, repaint: Repaint | None
) -> Floats:
    """Makes a loop of a sound that is in time, and of which it is known where a loop begins.

    Args:
        sound: [2, N] float32, a bar or more of it before the loop, and all of the loop.
        rate: samples a second.
        plan: tempo, metre, key and length of the loop.
        part: of request.PARTS, or "full".
        start: the sample of 1.1.1.
        repaint: makes the joint anew; None where the model cannot.

    Returns:
        [2, as loop.samples says] float32.

    Raises:
        NoLoop: it is silent, or holds invalid samples.
    """
    if not np.isfinite(sound).all() or is_silent(sound):
        raise NoLoop("the model gave no sound; try another seed or prompt")
    length = loop.samples(plan.bars, plan.metre, plan.bpm, rate)
    circle = _led_into_itself(sound, start, length, round(15 / plan.bpm * rate))
    return _joined(circle, rate, plan, part, _faults(circle, rate, plan, part), repaint)[0]


def _joined(
    circle: Floats, rate: int, plan: Plan, part: str, faults: Faults, repaint: Repaint | None
) -> tuple[Floats, str]:
    """A circle with its joint made anew, if the model can and it fails no more than before."""
    repainted = _repainted(circle, rate, plan, repaint) if repaint else None
    if repainted is not None and _faults(repainted, rate, plan, part) <= faults:
        return repainted, "repainted"
    return circle, "crossfaded"


def _time_factor(ratio: float, plan: Plan) -> float:
    """What a piece's time is multiplied by to be in tempo."""
    if abs(ratio - 1) * loop.seconds(plan.bars, plan.metre, plan.bpm) <= DRIFT_S:
        return 1.0
    if abs(ratio - 1) > MOST_STRETCHED + TEMPO_EXACT:
        raise OutOfTempo(plan.bpm, ratio)
    return min(max(ratio, 1 - MOST_STRETCHED), 1 + MOST_STRETCHED)


def _fitted(piece: Floats, rate: int, factor: float) -> Floats:
    """A piece [channels, N] of another tempo and the same pitch.

    Source: Signalsmith Stretch (Luff, 2022), by way of python-stretch.
    """
    length = round(piece.shape[1] * factor)
    if factor == 1:
        return piece
    if abs(factor - 1) <= RESAMPLED:
        return np.asarray(scipy.signal.resample(piece, length, axis=1), np.float32)
    stretcher = Stretch(1)
    stretcher.preset(len(piece), float(rate))
    stretcher.setTimeFactor(1 / factor)
    # It makes up for its own latency, but needs to have settled, and to be shown what comes.
    lead = 2 * stretcher.blockSamples()
    line = np.asarray(stretcher.process(np.pad(piece, ((0, 0), (lead, lead)))), np.float32)
    first = round(lead * factor)
    return line[:, first : first + length]


def _closed(
    fitted: Floats, rate: int, plan: Plan, part: str, first_s: float
) -> tuple[int, Floats, Faults]:
    """The bars that go on into their own beginning most naturally, closed to a circle.

    Of the few whose ends are most alike, the first that passes every check, or as many as any.

    Args:
        fitted: [channels, N], in tempo.
        rate: samples a second.
        plan: of the loop.
        part: of request.PARTS, or "full".
        first_s: when the piece's first beat comes.

    Returns:
        bar: how many bars after the first beat they begin.
        circle: [channels, as loop.samples says].
        faults: what it fails.
    """
    length = loop.samples(plan.bars, plan.metre, plan.bpm, rate)
    lines = np.arange(round(first_s * rate), fitted.shape[1] + 1, length / plan.bars)
    lines = np.round(lines).astype(np.intp)
    if len(lines) <= plan.bars:
        raise NoLoop(
            f"the piece holds {max(0, len(lines) - 1)} whole bars where the loop has {plan.bars};"
            " try another seed, or fewer bars"
        )
    around = _around(fitted, rate, lines, 60 / plan.bpm)
    unlike = np.abs(around[plan.bars :] - around[: -plan.bars]).mean(axis=(1, 2))
    starts = lines[: -plan.bars]
    power = np.array([np.mean(fitted[:, start : start + length] ** 2) for start in starts])
    # Both in nepers: an ending that has faded is like itself everywhere, but quiet.
    quiet = np.log(power.max() / (power + 1e-12)) / 2
    tried = []
    for bar in np.argsort(unlike + quiet)[:TRIED]:
        circle = _led_into_itself(fitted, lines[bar], length, round(15 / plan.bpm * rate))
        tried.append((int(bar), circle, _faults(circle, rate, plan, part)))
        if tried[-1][2] == NO_FAULTS:
            break
    return min(tried, key=lambda slice_: slice_[2])


def _led_into_itself(fitted: Floats, start: int, length: int, sixteenth: int) -> Floats:
    """A slice whose end is led over into what comes before its beginning: a circle.

    That is done from the last sixteenth to the bar line, so that the strokes on neither are
    touched.
    """
    led = min(sixteenth, length // 4)
    padded = np.pad(fitted, ((0, 0), (led, 1)))
    circle = padded[:, led + start : led + start + length].copy()
    circle[:, -led:] = _led_over(circle[:, -led:], padded[:, start : start + led])
    return circle


def _around(sound: Floats, rate: int, lines: npt.NDArray[np.intp], quarter_s: float) -> Floats:
    """How loud each band is by each of `lines`: [lines, frames, bands], log amplitude."""
    offsets = np.linspace(-quarter_s, quarter_s, 2 * FRAMES) * rate
    centres = lines[:, None] + np.round(offsets).astype(np.intp)
    # What lies outside is silence.
    reach = round(quarter_s * rate) + 1
    mono = np.pad(sound.mean(axis=0), reach)
    width = rhythm.frame_width(FRAME_S, rate)
    levels = rhythm.band_levels(mono, rate, centres.ravel() + reach, width, BANDS)
    return levels.reshape(*centres.shape, -1)


def _led_over(sound: Floats, into: Floats) -> Floats:
    """`sound` fading into `into`, [channels, n] both, with even power however alike they are."""
    share = np.linspace(0, 1, sound.shape[1], dtype=np.float32)
    power = float(np.sqrt(np.sum(sound**2) * np.sum(into**2)))
    alike = float(np.clip(np.sum(sound * into) / power, 0.0, 1.0)) if power else 1.0
    gain = 1 / np.sqrt(share**2 + (1 - share) ** 2 + 2 * alike * share * (1 - share))
    return np.asarray(gain * (share * into + (1 - share) * sound), np.float32)


def _repainted(circle: Floats, rate: int, plan: Plan, repaint: Repaint) -> Floats | None:
    """A circle with a beat about its joint made anew; all else stays to the sample.

    None where the model did not keep what it was to keep.
    """
    length, quarter_s = circle.shape[1], 60 / plan.bpm
    # Models work along a line: the circle is turned by half, so that the joint is in the middle.
    half, reach = length // 2, min(round(quarter_s / 2 * rate), length // 4)
    sound = np.roll(circle, half, axis=1)
    begin, end = half - reach, half + reach
    painted = repaint(sound, begin / rate, end / rate)
    beside = np.array([begin // 2, (length + end) // 2])
    before, after = (_around(s, rate, beside, quarter_s / 2) for s in (sound, painted))
    if np.sum(np.abs(after - before) * before) > KEPT * np.sum(before):
        return None
    led = reach // 4
    sound[:, begin + led : end - led] = painted[:, begin + led : end - led]
    for edge, leaves, enters in ((begin, sound, painted), (end - led, painted, sound)):
        span = slice(edge, edge + led)
        sound[:, span] = _led_over(leaves[:, span], enters[:, span])
    return np.roll(sound, -half, axis=1)


def _faults(circle: Floats, rate: int, plan: Plan, part: str) -> Faults:
    """What the loop fails, its joint taken for 1.1.1; more is worse."""
    report = verify.measure(levelled(circle, rate, part), rate, plan, part)
    return report.unusable is not None, len(report.failed)
