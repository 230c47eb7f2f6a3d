"""What is measured of a finished loop, what was asked, and the verdict on each.

Every measure knows that a loop is a circle. Nothing here knows how the loop was made.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from . import loop, rhythm, tonality
from .level import (
    LOUDNESS_LUFS,
    PEAK_CEILING_DBTP,
    SILENCE_DBFS,
    decibels,
    is_silent,
    loudness,
    true_peak,
)
from .music import Key, Plan
from .rhythm import Floats, Onsets

PASS, FAIL, NOT_APPLICABLE = "pass", "fail", "n/a"

FIRST_ONSET_MS = 20.0
GRID_MS, GRID_SIXTEENTHS = 18.0, 0.16
STEP_LIMIT, KINK_LIMIT, FLUX_LIMIT, GAP_LIMIT_DB = 1.25, 1.5, 1.5, 20.0
TEMPO_WITHIN = 0.01
CLEAR_PULSE = 0.5
KEY_LEAST_FIT, KEY_MARGIN = 0.5, 0.04
LOUDNESS_LU = 1.0
OFFSET_DBFS = -40.0


@dataclass(frozen=True)
class Check:
    """One measure.

    Attributes:
        name: what was measured.
        asked: what was asked or allowed.
        got: what was measured; None where it does not apply.
        unit: of both; "" for none.
        verdict: PASS, FAIL or NOT_APPLICABLE.
        hard: whether a loop that fails must not be handed out.
    """

    name: str
    asked: float | str
    got: float | str | None
    unit: str
    verdict: str
    hard: bool = False

    def as_dict(self) -> dict[str, Any]:
        """Name, asked, got, unit and verdict, JSON-able."""
        columns = ("name", "asked", "got", "unit", "verdict")
        return {column: getattr(self, column) for column in columns}


@dataclass(frozen=True)
class Report:
    """All checks of a loop."""

    checks: tuple[Check, ...]

    @property
    def failed(self) -> tuple[Check, ...]:
        """The checks that failed."""
        return tuple(check for check in self.checks if check.verdict == FAIL)

    @property
    def unusable(self) -> Check | None:
        """The first hard check that failed, if any."""
        return next((check for check in self.failed if check.hard), None)


def measure(audio: Floats, rate: int, plan: Plan, part: str) -> Report:
    """Measures a finished loop against its plan.

    Args:
        audio: [channels, N] float32.
        rate: samples a second.
        plan: tempo, metre, key and length asked for.
        part: a part of the arrangement, or "full".
    """
    length = _length(audio, rate, plan)
    invalid = int(audio.size - np.isfinite(audio).sum())
    finite = Check("invalid samples", 0, invalid, "", _verdict(invalid == 0), hard=True)
    if length.verdict == FAIL or invalid:
        return Report((length, finite))
    silent = is_silent(audio)
    level = decibels(float(np.abs(audio).max()))
    sounding = Check(
        "highest sample", SILENCE_DBFS, _rounded(level), "dBFS", _verdict(not silent), hard=True
    )
    if silent:
        return Report((length, finite, sounding))
    mono = np.asarray(audio.mean(axis=0), np.float32)
    heard = rhythm.onsets(mono, rate)
    quarter_s = 60 / plan.bpm
    return Report(
        (
            length,
            _first_onset(heard, quarter_s),
            _grid(heard, quarter_s),
            _tempo(heard, plan),
            _key(mono, rate, plan.key, part),
            *_seam(audio, rate, heard),
            *_levels(audio, rate, part),
            sounding,
            finite,
        )
    )


def _verdict(good: bool) -> str:
    return PASS if good else FAIL


def _rounded(value: float, digits: int = 1) -> float | None:
    """To what the measure can tell; None where it is not a number."""
    return round(value, digits) if np.isfinite(value) else None


def _length(audio: Floats, rate: int, plan: Plan) -> Check:
    asked, got = loop.samples(plan.bars, plan.metre, plan.bpm, rate), audio.shape[1]
    return Check("length", asked, got, "samples", _verdict(asked == got), hard=True)


def _first_onset(heard: Onsets, quarter_s: float) -> Check:
    late_s = rhythm.first_onset(heard, quarter_s / 4)
    if late_s is None:
        return Check("first onset", 0.0, None, "ms", NOT_APPLICABLE)
    late_ms = round(late_s * 1000, 1)
    return Check("first onset", 0.0, late_ms, "ms", _verdict(abs(late_ms) <= FIRST_ONSET_MS))


def _grid(heard: Onsets, quarter_s: float) -> Check:
    off_s = rhythm.off_grid(heard, quarter_s)
    if off_s is None:
        return Check("off the grid", 0.0, None, "ms", NOT_APPLICABLE)
    allowed_s = min(GRID_MS / 1000, GRID_SIXTEENTHS * quarter_s / 4)
    return Check("off the grid", 0.0, round(off_s * 1000, 1), "ms", _verdict(off_s <= allowed_s))


def _tempo(heard: Onsets, plan: Plan) -> Check:
    """The detected tempo, told at the level of the tempo asked for where both are one pulse."""
    bpm, clarity = rhythm.tempo(heard)
    same_pulse = [bpm * quarters for quarters in _pulses(plan)]
    nearest = min(same_pulse, key=lambda tempo: abs(tempo - plan.bpm))
    if abs(nearest / plan.bpm - 1) <= TEMPO_WITHIN:
        return Check("tempo", plan.bpm, round(nearest, 1), "BPM", PASS)
    verdict = FAIL if clarity >= CLEAR_PULSE else NOT_APPLICABLE
    return Check("tempo", plan.bpm, round(bpm, 1), "BPM", verdict)


def _pulses(plan: Plan) -> list[float]:
    """Quarter notes between the beats that a listener may tap to music of this metre."""
    pulses = [1.0, 1 / 2, 2.0, 1 / 4, 4.0, 1 / 3, float(plan.metre.quarters)]
    return pulses + ([3 / 2, 3 / 4, 3.0] if plan.metre.numerator % 3 == 0 else [])


def _key(mono: Floats, rate: int, asked: Key, part: str) -> Check:
    """The detected key; one with the same notes as the key asked for passes."""
    if part == "drums":
        return Check("key", str(asked), None, "", NOT_APPLICABLE)
    heard = tonality.chroma(mono, rate)
    modes = tuple(dict.fromkeys(("major", "minor", asked.mode)))
    likeliest = tonality.likeliest(heard, modes)
    best, wanted = tonality.fit(heard, likeliest), tonality.fit(heard, asked)
    if best < KEY_LEAST_FIT:
        return Check("key", str(asked), None, "", NOT_APPLICABLE)
    if likeliest.related(asked):
        verdict = PASS
    else:
        verdict = FAIL if best - wanted > KEY_MARGIN else NOT_APPLICABLE
    return Check("key", str(asked), str(likeliest), "", verdict)


def _seam(audio: Floats, rate: int, heard: Onsets) -> tuple[Check, ...]:
    """The joint against the inside: its step, its kink, its flux, and whether there is a gap."""
    step = max(_jump(channel, order=1) for channel in audio)
    kink = max(_jump(channel, order=3) for channel in audio)
    reach = max(1, round(0.015 / heard.seconds * len(heard.envelope)))
    around = np.roll(heard.envelope, reach)
    flux = float(around[: 2 * reach + 1].max() / max(around[2 * reach + 1 :].max(), 1e-9))
    gap_db = _gap(audio, rate)
    times = "times inside"
    return (
        Check("seam step", STEP_LIMIT, round(step, 2), times, _verdict(step <= STEP_LIMIT)),
        Check("seam kink", KINK_LIMIT, round(kink, 2), times, _verdict(kink <= KINK_LIMIT)),
        Check("seam flux", FLUX_LIMIT, round(flux, 2), times, _verdict(flux <= FLUX_LIMIT)),
        Check("seam gap", GAP_LIMIT_DB, round(gap_db, 1), "dB", _verdict(gap_db <= GAP_LIMIT_DB)),
    )


def _jump(channel: Floats, order: int) -> float:
    """The greatest difference of `order` across the joint, against the great ones inside.

    Those inside are the 98th percentile of the greatest in every 64 samples, and where few are
    great, as when only attacks are, half of the very greatest. High orders find a cut that leaves
    no step: what is smooth inside has small ones, what is cut has not.
    """
    rises = np.abs(np.diff(np.concatenate([channel[-order:], channel]), order))
    across, inside = rises[:order].max(), rises[order:]
    greatest = np.maximum.reduceat(inside, np.arange(0, len(inside), 64))
    usual = max(float(np.quantile(greatest, 0.98)), 0.5 * float(greatest.max()), 1e-9)
    return float(across) / usual


def _gap(audio: Floats, rate: int) -> float:
    """How much quieter the quietest 20 ms by the joint are than any inside, in dB; 0 at least."""
    count = max(8, round(audio.shape[1] / rate / 0.02))
    edges = loop.positions(count, audio.shape[1])
    power = np.add.reduceat((audio**2).sum(axis=0), edges) / np.diff([*edges, audio.shape[1]])
    level = 10 * np.log10(power + 1e-12)
    near = max(1, min(round(0.05 / 0.02), count // 8))
    far = max(near + 1, min(round(0.25 / 0.02), count // 4))
    by_joint = np.concatenate([level[:near], level[-near:]]).min()
    return max(0.0, float(level[far:-far].min() - by_joint))


def _levels(audio: Floats, rate: int, part: str) -> tuple[Check, Check, Check]:
    """Loudness, true peak and constant offset."""
    peak, loud, wanted = true_peak(audio), loudness(audio, rate), LOUDNESS_LUFS[part]
    at_ceiling = peak > PEAK_CEILING_DBTP - 0.1
    near = abs(loud - wanted) <= LOUDNESS_LU or (at_ceiling and loud < wanted)
    offset = max(decibels(abs(float(channel.mean()))) for channel in audio)
    return (
        Check("loudness", wanted, _rounded(loud), "LUFS", _verdict(near)),
        Check(
            "true peak",
            PEAK_CEILING_DBTP,
            _rounded(peak, 2),
            "dBTP",
            _verdict(peak <= PEAK_CEILING_DBTP + 0.01),
            hard=True,
        ),
        Check(
            "constant offset",
            OFFSET_DBFS,
            _rounded(max(offset, -120.0)),
            "dBFS",
            _verdict(offset <= OFFSET_DBFS),
        ),
    )
